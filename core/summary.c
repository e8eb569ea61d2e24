/* summary.c: one pass over stored values: masks, extremes, moments, sketch. */
#include "core/summary.h"

#include "core/byte_block.h"
#include "core/mask.h"
#include "core/moments.h"
#include "core/sketch.h"

#include <math.h>

const double summary_quantile_relative_error = 0x1p-12;

/* Written whole before it is read; to zero it first would cost a third of the pass. */
#define NOT_ZEROED __attribute__((uninitialized))

struct Summary {
    Arena *arena;
    Unpacking unpacking;
    Mask mask; /* points at unpacking */
    uint64_t n, outside;
    bool any;                     /* the numbers below are set */
    Number min, max, first, last; /* as stored; moments of 64-bit integers are of the distances to
                                     `first` */
    Moments moments;
    Sketch sketch;
    bool plain_bytes; /* 8-bit integers, all of them valid */
};

static bool is_wide(DataType type)
{
    return type == TYPE_INT64 || type == TYPE_UINT64;
}

Summary *summary_new(Arena *a, const Unpacking *u)
{
    Summary *s = arena_alloc(a, sizeof *s);
    if (!s)
        return NULL;
    s->arena = a;
    s->unpacking = *u;
    sketch_init(&s->sketch, a, type_is_integer(u->type) && type_size(u->type) <= 2);
    if (!mask_init(&s->mask, &s->unpacking))
        return NULL;
    s->plain_bytes = type_size(u->type) == 1 && s->mask.count == 0 && u->unpacked_mask_count == 0 &&
                     !u->has_min && !u->has_max;
    return s;
}

/* a - b of two integers of one kind, exact before it is rounded. */
static double distance(Number a, Number b)
{
    return number_less(a, b) ? -(double)(b.u - a.u) : (double)(a.u - b.u);
}

/* A double back to the kind of the stored type; exact for all but 64-bit integers. */
static Number stored_number(const Summary *s, double value)
{
    Number n = {.kind = NUMBER_DOUBLE, .d = value};
    return number_convert(n, s->unpacking.type, &n) ? n : (Number){.kind = NUMBER_NONE};
}

static void take_extremes(Summary *s, Number min, Number max, Number first, Number last)
{
    if (!s->any)
        s->first = first;
    if (!s->any || number_less(min, s->min))
        s->min = min;
    if (!s->any || number_less(s->max, max))
        s->max = max;
    s->last = last;
    s->any = true;
}

/* 64-bit integers in signed order: the sign bit of unsigned ones is turned over. */
static int64_t signed_order(DataType type, uint64_t bits)
{
    return (int64_t)(type == TYPE_UINT64 ? bits ^ UINT64_C(1) << 63 : bits);
}

/* The distances to the first valid value, in place of values that doubles would round. */
static void find_distances(Summary *s, const uint64_t *values, const double *x, size_t count,
                           double *distances)
{
    const DataType type = s->unpacking.type;
    const int64_t first = signed_order(type, s->first.u);
    for (size_t i = 0; i < count; i++) {
        int64_t v = signed_order(type, values[i]), d;
        bool far = __builtin_sub_overflow(v, first, &d);
        double distance = far ? (double)v - (double)first : (double)d;
        distances[i] = isnan(x[i]) ? (double)NAN : distance;
    }
}

static void take_wide(Summary *s, const uint64_t *values, const double *x, size_t count)
{
    const DataType type = s->unpacking.type;
    size_t first = 0, last = count - 1, min, max;
    while (first < count && isnan(x[first]))
        first++;
    if (first == count)
        return;
    while (isnan(x[last]))
        last--;
    min = max = first;
    for (size_t i = first; i <= last; i++) {
        int64_t v = signed_order(type, values[i]);
        bool valid = !isnan(x[i]);
        min = valid && v < signed_order(type, values[min]) ? i : min;
        max = valid && v > signed_order(type, values[max]) ? i : max;
    }
    take_extremes(s, number_at(type, values, min), number_at(type, values, max),
                  number_at(type, values, first), number_at(type, values, last));
}

static void take_narrow(Summary *s, const double *x, size_t count, const RunFacts *facts)
{
    size_t first = 0, last = count - 1;
    while (isnan(x[first]))
        first++;
    while (isnan(x[last]))
        last--;
    take_extremes(s, stored_number(s, facts->min), stored_number(s, facts->max),
                  stored_number(s, x[first]), stored_number(s, x[last]));
}

static bool take_sketch(Summary *s, double *x, size_t count, const RunFacts *facts)
{
    if (facts->valid < count) {
        size_t kept = 0;
        for (size_t i = 0; i < count; i++) {
            x[kept] = x[i];
            kept += x[i] == x[i];
        }
    }
    if (facts->min == facts->max)
        return sketch_add_same(&s->sketch, x[0], facts->valid);
    return sketch_add(&s->sketch, x, (size_t)facts->valid);
}

static void add_wide(Summary *s, const void *values, const double *x, size_t count, RunFacts *facts)
{
    double distances[MOMENTS_BLOCK] NOT_ZEROED;
    take_wide(s, values, x, count);
    find_distances(s, values, x, count, distances);
    moments_add(&s->moments, distances, count, facts);
}

static bool add_run(Summary *s, const void *values, size_t count)
{
    double x[MOMENTS_BLOCK] NOT_ZEROED;
    RunFacts facts;
    mask_run(&s->mask, values, count, x, &s->outside);
    s->n += count;
    if (is_wide(s->unpacking.type)) {
        add_wide(s, values, x, count, &facts);
    } else {
        moments_add(&s->moments, x, count, &facts);
        if (facts.valid > 0)
            take_narrow(s, x, count, &facts);
    }
    return facts.valid == 0 || !s->unpacking.want_quantiles || take_sketch(s, x, count, &facts);
}

static bool add_bytes(Summary *s, const void *values)
{
    const DataType type = s->unpacking.type;
    ByteBlock b NOT_ZEROED;
    byte_block_count(&b, values, type == TYPE_BYTE);
    byte_block_moments(&b, &s->moments);
    s->n += MOMENTS_BLOCK;
    take_extremes(s, stored_number(s, b.min), stored_number(s, b.max), number_at(type, values, 0),
                  number_at(type, values, MOMENTS_BLOCK - 1));
    return !s->unpacking.want_quantiles || byte_block_sketch(&b, &s->sketch);
}

static bool add_next(Summary *s, const void *values, size_t count)
{
    if (s->plain_bytes && count == MOMENTS_BLOCK && s->moments.position == 0)
        return add_bytes(s, values);
    return add_run(s, values, count);
}

bool summary_add(Summary *s, const void *values, uint64_t count, Error *e)
{
    const char *bytes = values;
    while (count > 0) {
        size_t room = MOMENTS_BLOCK - s->moments.position; /* blocks that are whole are fast */
        size_t run = count < room ? (size_t)count : room;
        if (!add_next(s, bytes, run))
            return arena_full(s->arena, e);
        bytes += run * type_size(s->unpacking.type);
        count -= run;
    }
    return true;
}

void summary_add_missing(Summary *s, uint64_t count)
{
    s->n += count;
    moments_add_missing(&s->moments, count);
}

bool summary_merge(Summary *s, const Summary *later, Error *e)
{
    Moments closed = later->moments;
    moments_close(&closed);
    moments_close(&s->moments);
    s->n += later->n;
    s->outside += later->outside;
    if (!later->any)
        return true;
    bool shifted = s->any && is_wide(s->unpacking.type);
    moments_merge(&s->moments, &closed, shifted ? distance(later->first, s->first) : 0);
    take_extremes(s, later->min, later->max, later->first, later->last);
    if (s->unpacking.want_quantiles && !sketch_merge(&s->sketch, &later->sketch))
        return arena_full(s->arena, e);
    return true;
}

static void wire_moments(Moments *m, Wire *w)
{
    moments_close(m);
    wire_u64(w, &m->count);
    wire_double(w, &m->mean);
    wire_double(w, &m->m2);
}

static void wire_extremes(Summary *s, Wire *w)
{
    static const uint64_t nothing = 0;
    const int kind = (int)number_at(s->unpacking.type, &nothing, 0).kind;
    Number *numbers[] = {&s->min, &s->max, &s->first, &s->last};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        number_wire(w, numbers[i]);
        if ((int)numbers[i]->kind != kind)
            wire_fail(w, "a number of another type");
    }
}

void summary_wire(Summary *s, Wire *w)
{
    wire_u64(w, &s->n);
    wire_u64(w, &s->outside);
    wire_moments(&s->moments, w);
    s->any = s->moments.count > 0;
    if (s->moments.count > s->n || s->outside > s->moments.count)
        wire_fail(w, "counts do not add up");
    if (!s->any)
        return;
    wire_extremes(s, w);
    if (!s->unpacking.want_quantiles)
        return;
    sketch_wire(&s->sketch, w);
    if (s->sketch.count != s->moments.count)
        wire_fail(w, "counters do not add up");
}

static double unpack(const Unpacking *u, double stored)
{
    return (u->has_scale ? stored * u->scale + u->offset : stored) + 0.0; /* never -0 */
}

static Number unpack_number(const Unpacking *u, Number n)
{
    if (!u->has_scale && n.kind != NUMBER_DOUBLE)
        return n;
    double d = unpack(u, number_to_double(n));
    return isfinite(d) ? (Number){.kind = NUMBER_DOUBLE, .d = d} : (Number){.kind = NUMBER_NONE};
}

static void swap_numbers(Number *a, Number *b)
{
    Number n = *a;
    *a = *b;
    *b = n;
}

/* A negative scale_factor turns everything round. */
static void turn_round(SummaryResult *r)
{
    swap_numbers(&r->min, &r->max);
    double p05 = r->p05;
    r->p05 = r->p95;
    r->p95 = p05;
    for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS / 2; i++) {
        uint64_t count = r->histogram[i];
        r->histogram[i] = r->histogram[SUMMARY_HISTOGRAM_BINS - 1 - i];
        r->histogram[SUMMARY_HISTOGRAM_BINS - 1 - i] = count;
    }
}

static void result_of_sketch(const Summary *s, SummaryResult *r)
{
    double min = number_to_double(s->min), max = number_to_double(s->max);
    double quantiles[SKETCH_QUANTILES];
    sketch_quantiles(&s->sketch, min, max, quantiles);
    sketch_histogram(&s->sketch, min, max, r->histogram, SUMMARY_HISTOGRAM_BINS);
    r->p05 = unpack(&s->unpacking, quantiles[0]);
    r->p50 = unpack(&s->unpacking, quantiles[1]);
    r->p95 = unpack(&s->unpacking, quantiles[2]);
    r->has_quantiles = r->has_histogram = true;
}

static void count_values(const Summary *s, SummaryResult *r)
{
    SketchCount found[SUMMARY_COUNTS_MAX];
    size_t count = sketch_counts(&s->sketch, found, SUMMARY_COUNTS_MAX);
    SummaryCount *counts = count ? arena_array(s->sketch.arena, count, sizeof *counts) : NULL;
    for (size_t i = 0; counts && i < count; i++)
        counts[i] = (SummaryCount){(int64_t)found[i].value, found[i].count};
    r->counts = counts;
    r->count_count = counts ? count : 0;
}

void summary_result(const Summary *s, SummaryResult *out)
{
    const Unpacking *u = &s->unpacking;
    Moments m = s->moments;
    moments_close(&m);
    *out = (SummaryResult){.n = s->n, .valid = m.count, .missing = s->n - m.count};
    out->outside_valid_range = s->outside;
    out->mean = out->std = (double)NAN;
    if (m.count == 0)
        return;
    out->has_values = true;
    out->min = unpack_number(u, s->min);
    out->max = unpack_number(u, s->max);
    out->first = unpack_number(u, s->first);
    out->last = unpack_number(u, s->last);
    double mean = is_wide(u->type) ? number_to_double(s->first) + m.mean : m.mean;
    out->mean = unpack(u, mean);
    if (m.count > 1)
        out->std = sqrt(m.m2 / (double)(m.count - 1)) * (u->has_scale ? fabs(u->scale) : 1);
    if (u->want_quantiles)
        result_of_sketch(s, out);
    if (u->want_quantiles && type_is_integer(u->type) && type_size(u->type) <= 4 && !u->has_scale)
        count_values(s, out);
    if (u->has_scale && u->scale < 0)
        turn_round(out);
}
