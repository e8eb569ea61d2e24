/* sketch_pages.h: counters keyed by the leading bits of a number, in pages made on demand.
 *
 * The key of a double is its sign, its exponent and its 12 leading mantissa bits, so that a bucket
 * is 2^-12 of its value wide at most (the DDSketch family; Masson, Rim & Lee 2019). Integers of 8
 * and 16 bits are their own keys: a bucket holds one value. Counts are integers, so the order in
 * which values come does not matter.
 *
 * Memory: at most SKETCH_PAGES_MAX pages of 1 KiB, 4 KiB of directory and 2 KiB for each factor of
 * 256 between the magnitudes that occur. Values that would need more pages (thick over more than
 * 128 octaves) halve the resolution instead, at worst to 2^-7: whether that happens depends on the
 * set of values alone. */
#pragma once

#include "core/wire.h"

#include <stddef.h>
#include <stdint.h>

enum { SKETCH_PAGES_MAX = 4096 };

typedef struct SketchPages SketchPages;

/* NULL when the arena is full. `whole`: integers of 8 or 16 bits. */
SketchPages *sketch_pages_new(Arena *a, bool whole);
/* Finite values. False: the arena is full. */
bool sketch_pages_add(SketchPages *p, const double *values, size_t count) MUST_CHECK;
bool sketch_pages_add_same(SketchPages *p, double value, uint64_t times) MUST_CHECK;
bool sketch_pages_merge(SketchPages *p, const SketchPages *other) MUST_CHECK;
/* Returns how many values were counted. Reading: into new pages. */
uint64_t sketch_pages_wire(SketchPages *p, Wire *w);

/* Buckets that hold something, in rising order. low == high where all its values are the same. */
typedef struct SketchBucket {
    double low, high;
    uint64_t count;
} SketchBucket;
/* A cursor begins before the first page; those behind it lie higher. */
typedef struct SketchCursor {
    const SketchPages *pages;
    uint32_t next;    /* bucket, counted in rising order */
    uint32_t to_come; /* buckets of the page that are not looked at */
} SketchCursor;
/* The next page, all of its buckets taken together. False behind the last one. */
bool sketch_cursor_page(SketchCursor *c, SketchBucket *whole);
/* The next bucket of this page. False behind the last one. */
bool sketch_cursor_next(SketchCursor *c, SketchBucket *out);
