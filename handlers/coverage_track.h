/* coverage_track.h: the span of time of one variable; coverage.h joins those of a file. */
#pragma once

#include "core/mask.h"
#include "handlers/coverage.h"
#include "handlers/time_reference.h"

typedef struct Track {
    Coverage coverage;
    Dataset *notes; /* where its notes go: not the dataset, which may not change before the end */
    Unpacking unpacking;
    Mask mask;
    TimeUnits units;
    TimeReference reference;
    bool decodable;        /* units are understood */
    bool coordinate;       /* must increase */
    bool broken;           /* the variable cannot be read to its end */
    uint64_t instants;     /* valid ones seen */
    Number head, previous; /* the first of them in the file and the last one */
} Track;

/* The track must stay where it is. */
void track_begin(Track *t, const Dataset *d, size_t var, const MaskingOptions *o, Dataset *notes);
bool track_block(Track *t, const Dataset *d, const Block *b, Error *e) MUST_CHECK;
void track_wire(Track *t, Wire *w);
void track_merge(Track *t, const Track *later);
void track_end(Track *t, const Dataset *d);
