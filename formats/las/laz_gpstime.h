/* laz_gpstime.h: GPS time of LAZ since version 2, pointwise and layered.
 *
 * Up to four sequences of times run side by side (flight lines, scanners). Each predicts its next
 * time by a multiple of its last step. */
#pragma once

#include "formats/las/laz_integer.h"

enum { LAZ_TIME_SEQUENCES = 4 };

typedef struct LazTimes {
    uint64_t time[LAZ_TIME_SEQUENCES]; /* the doubles' bits, counted with as integers */
    uint32_t step[LAZ_TIME_SEQUENCES];
    unsigned odd_steps[LAZ_TIME_SEQUENCES]; /* since the last one that fitted */
    unsigned current, newest;
    LazModel multiple; /* of a step that is not 0 */
    LazModel first;    /* after a step of 0 */
    LazInteger diff;
} LazTimes;

/* unchanged: whether there are symbols for "the same as before" (pointwise). */
bool laz_times_create(LazTimes *t, bool unchanged, Arena *a) MUST_CHECK;
void laz_times_begin(LazTimes *t, uint64_t first);
/* The next time; unchanged as for create. */
uint64_t laz_times_next(LazTimes *t, LazRange *r, bool unchanged);
