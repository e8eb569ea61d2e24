/* byte_block.h: one block of 8-bit integers, none of them missing, by counting.
 *
 * How often each of the 256 values occurs says all there is to know: flags, classes and return
 * numbers of point clouds cost a third of what doubles would. Sums of 1,024 distances and of their
 * squares are whole numbers far below 2^53: the same bits come out as from moments_add(). */
#pragma once

#include "core/moments.h"
#include "core/sketch.h"

typedef struct ByteBlock {
    uint32_t counts[256]; /* by the value plus 128 or, unsigned, by the value */
    bool is_signed;
    int first, min, max;
} ByteBlock;

/* MOMENTS_BLOCK values. */
void byte_block_count(ByteBlock *b, const uint8_t *values, bool is_signed);
/* The whole next block of `m`, which must not have an open one. */
void byte_block_moments(const ByteBlock *b, Moments *m);
/* False: the arena is full. */
bool byte_block_sketch(const ByteBlock *b, Sketch *s) MUST_CHECK;
