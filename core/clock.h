/* clock.h: the clock that never jumps. */
#pragma once

#include <time.h>

/* Seconds since some fixed moment before the process began. */
static inline double monotonic_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
