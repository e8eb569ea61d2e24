/* time_reference.h: times that count from an instant which another variable holds: WindCube's
 * "seconds since time_reference" (a text), ARM's base_time (a number) under time_offset. */
#pragma once

#include "core/mask.h"
#include "core/time.h"

typedef struct TimeReference {
    size_t var; /* NO_VAR: the units hold their reference themselves */
    Arena *arena;
    Calendar calendar;
    const char *unit; /* "seconds" */
    bool numeric;
    TimeUnits units; /* of a number */
    Unpacking unpacking;
    bool broken; /* the variable cannot be read to its end */
    bool known;  /* instant is set */
    Instant instant;
    char text[64]; /* so far */
    size_t length;
} TimeReference;

/* For units that cannot be parsed by themselves. On success *out counts from 1970-01-01 in the
 * units' unit, and time_reference_end() tells by how much to shift. False: no variable is named. */
bool time_reference_begin(TimeReference *r, Dataset *notes, const Dataset *d, size_t time_var,
                          Calendar calendar, TimeUnits *out) MUST_CHECK;
/* Takes the values of r->var, ignores those of others. */
void time_reference_block(TimeReference *r, const Block *b);
/* What the blocks have told, on its way from a part of the file (handler.h). */
void time_reference_wire(TimeReference *r, Wire *w);
void time_reference_merge(TimeReference *r, const TimeReference *later);
/* False: the variable holds no date. */
bool time_reference_end(TimeReference *r, Instant *out) MUST_CHECK;
