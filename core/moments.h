/* moments.h: count, mean and sum of squared deviations of a run of doubles, mergeable and the same
 * to the last bit however the run was cut.
 *
 * Values are taken in blocks of 1,024 (missing ones take their place). Each block is summed in one
 * pass over x - K, K its first valid value, in 8 lanes by position; closed blocks are merged in
 * order (Chan, Golub & LeVeque 1979, "Updating formulae and a pairwise algorithm for computing
 * sample variances"). The shift keeps the digits of data far from zero: 1e9 +- 0.01 gives its
 * standard deviation to 1e-8. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MOMENTS_BLOCK = 1024, MOMENTS_LANES = 8 };

typedef struct Moments {
    /* of the closed blocks */
    uint64_t count;
    double mean, m2;
    /* of the open block */
    size_t position;     /* values of it seen, missing ones too: < MOMENTS_BLOCK */
    uint64_t open_count; /* of them valid */
    double shift;        /* the first valid one */
    double sums[MOMENTS_LANES], squares[MOMENTS_LANES];
    bool shrunk; /* the open block's numbers are scaled down: they are huge */
} Moments;

/* What a run held. */
typedef struct RunFacts {
    uint64_t valid;
    double min, max; /* of the valid values; +INFINITY, -INFINITY where there are none */
} RunFacts;

/* A zeroed Moments is empty. NaN means missing; infinities must not occur. */
void moments_add(Moments *m, const double *values, size_t count, RunFacts *facts);
/* A whole block of valid values by its sums over x - first and their squares; no block may be open.
 */
void moments_add_block(Moments *m, double first, double sum, double squares);
/* The same as `count` times NaN. */
void moments_add_missing(Moments *m, uint64_t count);
/* Closes the open block; what follows begins a new one. */
void moments_close(Moments *m);
/* Both closed. `offset` is added to the values of `later`. */
void moments_merge(Moments *m, const Moments *later, double offset);
