/* sketch.c: from few values to counters; quantiles and histogram of either. */
#include "core/sketch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double sketch_quantiles_wanted[SKETCH_QUANTILES] = {0.05, 0.50, 0.95};

void sketch_init(Sketch *s, Arena *a, bool whole)
{
    *s = (Sketch){.arena = a, .whole = whole};
}

static bool leave_few(Sketch *s)
{
    if (s->pages)
        return true;
    SketchPages *pages = sketch_pages_new(s->arena, s->whole);
    if (!pages || !sketch_pages_add(pages, s->few, (size_t)s->count))
        return false;
    s->few = NULL;
    s->few_capacity = 0;
    s->pages = pages;
    return true;
}

static bool stays_few(const Sketch *s, uint64_t more)
{
    return !s->pages && more <= SKETCH_EXACT_MAX && s->count + more <= SKETCH_EXACT_MAX;
}

bool sketch_add(Sketch *s, const double *values, size_t count)
{
    if (count == 0)
        return true;
    if (!stays_few(s, count)) {
        if (!leave_few(s) || !sketch_pages_add(s->pages, values, count))
            return false;
        s->count += count;
        return true;
    }
    size_t needed = (size_t)s->count + count;
    double *few = arena_grow(s->arena, s->few, &s->few_capacity, needed, sizeof *few);
    if (!few)
        return false;
    memcpy(few + s->count, values, count * sizeof *few);
    s->few = few;
    s->count = needed;
    return true;
}

bool sketch_add_same(Sketch *s, double value, uint64_t times)
{
    if (!stays_few(s, times)) {
        if (!leave_few(s) || !sketch_pages_add_same(s->pages, value, times))
            return false;
        s->count += times;
        return true;
    }
    for (uint64_t i = 0; i < times; i++)
        if (!sketch_add(s, &value, 1))
            return false;
    return true;
}

bool sketch_merge(Sketch *s, const Sketch *other)
{
    if (!other->pages)
        return sketch_add(s, other->few, (size_t)other->count);
    if (!leave_few(s) || !sketch_pages_merge(s->pages, other->pages))
        return false;
    s->count += other->count;
    return true;
}

static void wire_few(Sketch *s, Wire *w)
{
    if (s->count > SKETCH_EXACT_MAX) {
        wire_fail(w, "more values than are kept");
        s->count = 0;
    }
    if (!w->out) {
        s->few = arena_array(s->arena, (size_t)s->count, sizeof *s->few);
        s->few_capacity = s->few ? (size_t)s->count : 0;
        if (!s->few)
            wire_fail(w, "no memory for values");
    }
    for (size_t i = 0; s->few && i < s->count && !w->failed; i++) {
        wire_double(w, &s->few[i]);
        if (!isfinite(s->few[i]))
            wire_fail(w, "a value is not finite");
    }
}

void sketch_wire(Sketch *s, Wire *w)
{
    bool paged = s->pages != NULL;
    wire_u64(w, &s->count);
    wire_bool(w, &paged);
    if (!paged) {
        wire_few(s, w);
    } else {
        if (!w->out)
            s->pages = sketch_pages_new(s->arena, s->whole);
        if (!s->pages)
            wire_fail(w, "no memory for counters");
        else if (sketch_pages_wire(s->pages, w) != s->count)
            wire_fail(w, "counters do not add up");
    }
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double clamp(double x, double min, double max)
{
    return x < min ? min : x > max ? max : x;
}

/* The values at those of the ranks that are in the bucket; `before` values come before it. Returns
 * how many. In a bucket values are taken to lie evenly. */
static size_t values_in(const SketchBucket *b, uint64_t before, const uint64_t *ranks, size_t count,
                        const double limits[2], double *out)
{
    double low = clamp(b->low, limits[0], limits[1]), high = clamp(b->high, limits[0], limits[1]);
    size_t done = 0;
    for (; done < count && ranks[done] < before + b->count; done++) {
        double part = ((double)(ranks[done] - before) + 0.5) / (double)b->count;
        out[done] = low + (high - low) * part;
    }
    return done;
}

/* The values at rising ranks from 0. */
static void values_at(const Sketch *s, double min, double max, const uint64_t *ranks, size_t count,
                      double *out)
{
    SketchCursor cursor = {.pages = s->pages};
    SketchBucket page, b;
    const double limits[2] = {min, max};
    uint64_t before_page = 0;
    size_t done = 0;
    while (done < count && sketch_cursor_page(&cursor, &page)) {
        uint64_t before = before_page;
        before_page += page.count;
        while (done < count && ranks[done] < before_page && sketch_cursor_next(&cursor, &b)) {
            done += values_in(&b, before, ranks + done, count - done, limits, out + done);
            before += b.count;
        }
    }
    for (; done < count; done++)
        out[done] = max;
}

static void few_values_at(const Sketch *s, const uint64_t *ranks, size_t count, double *out)
{
    double sorted[SKETCH_EXACT_MAX];
    memcpy(sorted, s->few, (size_t)s->count * sizeof *sorted);
    qsort(sorted, (size_t)s->count, sizeof *sorted, compare_doubles);
    for (size_t i = 0; i < count; i++)
        out[i] = sorted[ranks[i]];
}

/* numpy's _lerp: exact at both ends. */
static double between(double a, double b, double part)
{
    return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

void sketch_quantiles(const Sketch *s, double min, double max, double out[SKETCH_QUANTILES])
{
    uint64_t ranks[2 * SKETCH_QUANTILES];
    double parts[SKETCH_QUANTILES], values[2 * SKETCH_QUANTILES];
    for (size_t i = 0; i < SKETCH_QUANTILES; i++) {
        double at = (double)(s->count - 1) * sketch_quantiles_wanted[i];
        uint64_t rank = (uint64_t)floor(at);
        parts[i] = at - floor(at);
        ranks[2 * i] = rank;
        ranks[2 * i + 1] = rank + 1 < s->count ? rank + 1 : rank;
    }
    if (s->pages)
        values_at(s, min, max, ranks, 2 * SKETCH_QUANTILES, values);
    else
        few_values_at(s, ranks, 2 * SKETCH_QUANTILES, values);
    for (size_t i = 0; i < SKETCH_QUANTILES; i++)
        out[i] = between(values[2 * i], values[2 * i + 1], parts[i]);
}

/* Where x lies between min and max: 0..1. In halves, since max - min may overflow. */
static double position(double x, double min, double max)
{
    double range = max / 2 - min / 2;
    return range > 0 ? clamp((x / 2 - min / 2) / range, 0, 1) : 0;
}

static size_t bin_of(double place, size_t bin_count)
{
    size_t bin = (size_t)(place * (double)bin_count);
    return bin < bin_count ? bin : bin_count - 1;
}

/* A bucket that reaches over the edges of bins is shared out by length, in whole counts. */
static void share_out(const SketchBucket *b, double low, double high, uint64_t *bins,
                      size_t bin_count)
{
    size_t last = bin_of(high, bin_count);
    uint64_t given = 0;
    for (size_t bin = bin_of(low, bin_count); bin < last; bin++) {
        double edge = (double)(bin + 1) / (double)bin_count;
        uint64_t upto = (uint64_t)((double)b->count * ((edge - low) / (high - low)));
        upto = upto > b->count ? b->count : upto;
        bins[bin] += upto - given;
        given = upto;
    }
    bins[last] += b->count - given;
}

void sketch_histogram(const Sketch *s, double min, double max, uint64_t *bins, size_t bin_count)
{
    memset(bins, 0, bin_count * sizeof *bins);
    if (!s->pages) {
        for (uint64_t i = 0; i < s->count; i++)
            bins[bin_of(position(s->few[i], min, max), bin_count)]++;
        return;
    }
    SketchCursor cursor = {.pages = s->pages};
    SketchBucket page, b;
    while (sketch_cursor_page(&cursor, &page)) {
        size_t first = bin_of(position(page.low, min, max), bin_count);
        if (first == bin_of(position(page.high, min, max), bin_count)) {
            bins[first] += page.count;
            continue;
        }
        while (sketch_cursor_next(&cursor, &b))
            share_out(&b, position(b.low, min, max), position(b.high, min, max), bins, bin_count);
    }
}
