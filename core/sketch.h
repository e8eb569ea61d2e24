/* sketch.h: quantiles and a small histogram of many values in bounded memory.
 *
 * Up to SKETCH_EXACT_MAX values are kept as they are and give exact quantiles; the next one moves
 * all of them into counters (sketch_pages.h). Only the values decide when, not how they came. */
#pragma once

#include "core/sketch_pages.h"

enum { SKETCH_EXACT_MAX = 512, SKETCH_QUANTILES = 3 };
extern const double sketch_quantiles_wanted[SKETCH_QUANTILES]; /* rising */

typedef struct Sketch {
    Arena *arena;
    bool whole; /* integers of 8 or 16 bits: always exact */
    uint64_t count;
    double *few; /* until pages is set */
    size_t few_capacity;
    SketchPages *pages;
} Sketch;

void sketch_init(Sketch *s, Arena *a, bool whole);
/* Finite values. False: the arena is full. */
bool sketch_add(Sketch *s, const double *values, size_t count) MUST_CHECK;
bool sketch_add_same(Sketch *s, double value, uint64_t times) MUST_CHECK;
bool sketch_merge(Sketch *s, const Sketch *other) MUST_CHECK;
/* Reading: into an empty sketch. What it says is checked. */
void sketch_wire(Sketch *s, Wire *w);

/* Linear interpolation between the values of the two nearest ranks, as numpy does by default
 * (Hyndman & Fan 1996, type 7). `min` and `max` are those of all values added; count > 0. */
void sketch_quantiles(const Sketch *s, double min, double max, double out[SKETCH_QUANTILES]);
/* How often each value occurs, in rising order, of integers of at most 32 bits. Returns how many
 * different values there are; 0 where that is more than `most` or they are not kept apart (beyond
 * 4,096 in magnitude, among many values). */
typedef struct SketchCount {
    double value;
    uint64_t count;
} SketchCount;
size_t sketch_counts(const Sketch *s, SketchCount *out, size_t most);
/* Counts in equal bins from min to max, the last one closed; they add up to count. */
void sketch_histogram(const Sketch *s, double min, double max, uint64_t *bins, size_t bin_count);
