/* source_reconcile.h: events, and now and then a listing of where they come from: what no event has
 * told is found all the same. */
#pragma once

#include "orchestrator/source_bucket.h"

typedef struct ReconcileOptions {
    BucketOptions listing; /* its texts live longer */
    double every_s;        /* from the end of a listing to the next; the first begins at once */
} ReconcileOptions;

/* Takes `events` over, a source without an end; closes it where this fails. All that is told has a
 * ticket: as long as it is not settled, nothing else is told of the same object. */
bool source_reconcile_open(const ReconcileOptions *o, Source *events, Source **out,
                           Error *e) MUST_CHECK;
