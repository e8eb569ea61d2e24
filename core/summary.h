/* summary.h: mergeable statistics of one variable.
 *
 * Values come in as they are stored (packed); masks and limits are compared in that type, results
 * are of the unpacked values. Moments: blocks of 1,024 values, one shifted pass in 8 fixed lanes,
 * merged in order with Chan, Golub & LeVeque (1979). Quantiles: counts on the leading bits of the
 * number (DDSketch family; Masson, Rim & Lee 2019), exact tables for 8- and 16-bit integers. Same
 * values in the same order give the same bits, however they were cut into blocks of any size. */
#pragma once

#include "core/arena.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/wire.h"

#include <stddef.h>
#include <stdint.h>

/* A number that stays what it was: an integer keeps all its digits. */
typedef struct Number {
    enum { NUMBER_NONE, NUMBER_INT, NUMBER_UINT, NUMBER_DOUBLE } kind;
    union {
        int64_t i;
        uint64_t u;
        double d;
    };
} Number;

/* How stored values become data. All comparisons are in the stored type, with `is_unsigned` the
 * stored bits are read as the unsigned type of the same size (_Unsigned). */
enum { MASK_VALUES_MAX = 32 };
typedef struct Unpacking {
    DataType type; /* stored numeric type, after is_unsigned was applied */
    size_t
        mask_count; /* values that mean "missing"; NaN and infinities always do for float, double */
    Number masks[MASK_VALUES_MAX];
    size_t unpacked_mask_count; /* the same, compared after unpacking (missing_value of another
                                   type) */
    double unpacked_masks[MASK_VALUES_MAX];
    bool has_min, has_max; /* valid_min, valid_max in the stored type: counted, not masked */
    Number valid_min, valid_max;
    bool limits_mask; /* NUG meaning: outside the valid range is missing (an option, off by
                         default), and nothing is counted */
    bool has_scale;   /* results are values * scale + offset, in double */
    double scale, offset;
    bool want_quantiles; /* false for time coordinates */
} Unpacking;

enum { SUMMARY_HISTOGRAM_BINS = 16, SUMMARY_COUNTS_MAX = 32 };

typedef struct SummaryCount {
    int64_t value;
    uint64_t count;
} SummaryCount;

typedef struct SummaryResult {
    uint64_t n, valid, missing, outside_valid_range;
    bool has_values; /* false: valid is 0, or the variable has no numbers (text) */
    Number min, max, first, last;
    double mean, std; /* std with n-1; NaN where valid < 2 */
    bool has_quantiles;
    double p05, p50, p95;
    bool has_histogram; /* counts of valid values in equal bins from min to max, from the sketch */
    uint64_t histogram[SUMMARY_HISTOGRAM_BINS];
    /* How often each value occurs, rising: of unscaled integers of up to 32 bits (flags, classes)
     * that take no more than SUMMARY_COUNTS_MAX values; else none. In the summary's arena. */
    size_t count_count;
    const SummaryCount *counts;
} SummaryResult;

typedef struct Summary Summary;

/* NULL when the arena is full or u->type is not numeric. Counters of the sketch are allocated from
 * it as values come: nothing to speak of up to 512 values, then by their spread, at most 5 MiB
 * (sketch_pages.h). */
Summary *summary_new(Arena *a, const Unpacking *u);
/* `count` values of u->type. False: arena full. */
bool summary_add(Summary *s, const void *values, uint64_t count, Error *e) MUST_CHECK;
/* Elements known to be missing without being read (never written chunks). */
void summary_add_missing(Summary *s, uint64_t count);
/* `later` holds the values that follow those of `s`. Both must have the same Unpacking. */
bool summary_merge(Summary *s, const Summary *later, Error *e) MUST_CHECK;
/* Reading: into a new Summary of the same Unpacking. What it says is checked. Writing closes the
 * open block of the moments, as a merge does. */
void summary_wire(Summary *s, Wire *w);
void summary_result(const Summary *s, SummaryResult *out);

/* Documented bound: a quantile lies within this relative distance of a value of the right rank,
 * both as stored (before scale_factor and add_offset). Up to 512 values, and for integers of 8 and
 * 16 bits, quantiles are exact. Only values that lie thick over more than 128 octaves of magnitude
 * are counted more coarsely, at worst to 2^-7. */
extern const double summary_quantile_relative_error;
