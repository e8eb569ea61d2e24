/* test_wire.c: a summary on its way to another process, and what is refused on the way. */
#include "core/summary.h"
#include "tests/support/cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 1 << 20 };

static void varints(void **state)
{
    (void)state;
    /* LEB128 by hand: 7 bits a byte, the lowest first */
    static const struct {
        uint64_t value;
        size_t length;
        uint8_t bytes[10];
    } rows[] = {
        {0, 1, {0}},
        {127, 1, {0x7f}},
        {128, 2, {0x80, 1}},
        {624485, 3, {0xe5, 0x8e, 0x26}}, /* the example of DWARF and of Wikipedia */
        {UINT64_MAX, 10, {255, 255, 255, 255, 255, 255, 255, 255, 255, 1}},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        uint8_t bytes[16];
        uint64_t value = rows[i].value, back = 1;
        Wire out = {.out = bytes, .size = sizeof bytes};
        wire_varint(&out, &value);
        assert_int_equal(out.at, rows[i].length);
        assert_memory_equal(bytes, rows[i].bytes, out.at);
        Wire in = {.in = bytes, .size = out.at};
        wire_varint(&in, &back);
        assert_null(in.failed);
        assert_int_equal(back, rows[i].value);
        Wire cut = {.in = bytes, .size = out.at - 1};
        wire_varint(&cut, &back);
        assert_non_null(cut.failed);
    }
    const uint8_t long_one[11] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 3, 0};
    uint64_t value;
    Wire w = {.in = long_one, .size = sizeof long_one};
    wire_varint(&w, &value);
    assert_non_null(w.failed);
}

typedef struct Fill {
    const char *name;
    DataType type;
    size_t count;
    void (*fill)(void *values, size_t count);
} Fill;

static void few_doubles(void *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((double *)values)[i] = i % 5 ? (double)i * 0.37 - 20 : (double)NAN;
}

static void many_doubles(void *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((double *)values)[i] = ldexp((double)(i % 4099) - 2000, (int)(i % 7) * 40 - 120);
}

static void shorts(void *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((int16_t *)values)[i] = (int16_t)(i * 40503U);
}

static void wide(void *values, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ((uint64_t *)values)[i] = UINT64_MAX - i * i;
}

static const Fill fills[] = {
    {"empty", TYPE_FLOAT, 0, few_doubles},      {"few", TYPE_DOUBLE, 500, few_doubles},
    {"many", TYPE_DOUBLE, 60000, many_doubles}, {"shorts", TYPE_SHORT, 50000, shorts},
    {"wide", TYPE_UINT64, 3000, wide},
};

static Summary *summary_of(const Fill *f, Arena *a)
{
    Error e = {0};
    Unpacking u = {.type = f->type, .want_quantiles = true};
    void *values = calloc(f->count + 1, 8);
    assert_non_null(values);
    f->fill(values, f->count);
    Summary *s = summary_new(a, &u);
    assert_ok(s && summary_add(s, values, f->count, &e), &e);
    free(values);
    return s;
}

static size_t encode(Summary *s, uint8_t *bytes)
{
    Wire w = {.out = bytes, .size = CAPACITY};
    summary_wire(s, &w);
    assert_null(w.failed);
    return w.at;
}

/* Reads a summary of a fill's type; NULL where it is refused. */
static Summary *decode(const Fill *f, const uint8_t *bytes, size_t length, Arena *a)
{
    Unpacking u = {.type = f->type, .want_quantiles = true};
    Summary *s = summary_new(a, &u);
    assert_non_null(s);
    Wire w = {.in = bytes, .size = length, .arena = a};
    summary_wire(s, &w);
    return w.failed || w.at != length ? NULL : s;
}

static void check_bits(double a, double b)
{
    assert_memory_equal(&a, &b, sizeof a);
}

static void check_same(const SummaryResult *a, const SummaryResult *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->missing, b->missing);
    assert_int_equal(a->has_values, b->has_values);
    check_bits(a->mean, b->mean);
    check_bits(a->std, b->std);
    if (!a->has_values)
        return;
    assert_int_equal(a->min.u, b->min.u);
    assert_int_equal(a->max.u, b->max.u);
    assert_int_equal(a->first.u, b->first.u);
    assert_int_equal(a->last.u, b->last.u);
    check_bits(a->p05, b->p05);
    check_bits(a->p50, b->p50);
    check_bits(a->p95, b->p95);
    assert_memory_equal(a->histogram, b->histogram, sizeof a->histogram);
}

static void comes_back_as_it_was(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY], again[CAPACITY];
    for (size_t i = 0; i < CASES(fills); i++) {
        Arena a;
        arena_init(&a, 0);
        SummaryResult want, got;
        Summary *s = summary_of(&fills[i], &a);
        summary_result(s, &want);
        size_t length = encode(s, bytes);
        Summary *back = decode(&fills[i], bytes, length, &a);
        if (!back)
            fail_msg("%s: refused", fills[i].name);
        summary_result(back, &got);
        check_same(&want, &got);
        assert_int_equal(encode(back, again), length);
        assert_memory_equal(bytes, again, length);
        arena_deinit(&a);
    }
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY];
    Arena a;
    arena_init(&a, 0);
    size_t length = encode(summary_of(&fills[1], &a), bytes);
    for (size_t cut = 0; cut < length; cut++)
        assert_null(decode(&fills[1], bytes, cut, &a));
    Fill other = fills[1];
    other.type = TYPE_INT; /* its numbers are of another kind */
    assert_null(decode(&other, bytes, length, &a));
    arena_deinit(&a);
}

/* Refused, or of counts that add up. */
static void check_damaged(const Fill *f, const uint8_t *bytes, size_t length, size_t *refused)
{
    Arena a;
    arena_init(&a, 64 << 20);
    SummaryResult r;
    Summary *s = decode(f, bytes, length, &a);
    if (s) {
        uint64_t shown = 0;
        summary_result(s, &r);
        assert_true(r.valid <= r.n && r.missing == r.n - r.valid);
        for (size_t i = 0; i < SUMMARY_HISTOGRAM_BINS; i++)
            shown += r.histogram[i];
        assert_true(!r.has_histogram || shown == r.valid);
    }
    *refused += !s;
    arena_deinit(&a);
}

/* What is in front decides on the rest: half of the damage is done there. */
static void damage(uint8_t *bytes, size_t length, int places, uint64_t *seed)
{
    enum { FRONT = 120 };
    for (int k = 0; k < places; k++) {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        size_t within = k % 2 == 0 && length > FRONT ? FRONT : length;
        bytes[*seed % within] = (uint8_t)(*seed >> 40);
    }
}

static void any_damage_is_survived(void **state)
{
    (void)state;
    static uint8_t good[CAPACITY], bytes[CAPACITY];
    uint64_t seed = 88172645463325252ULL;
    for (size_t i = 1; i < CASES(fills); i++) {
        Arena a;
        arena_init(&a, 0);
        size_t refused = 0, length = encode(summary_of(&fills[i], &a), good);
        for (int round = 0; round < 300; round++) {
            memcpy(bytes, good, length);
            damage(bytes, length, 1 + round % 4, &seed);
            check_damaged(&fills[i], bytes, length, &refused);
        }
        assert_true(refused > 50);
        arena_deinit(&a);
    }
}

static const Case cases[] = {
    {"varints", varints},
    {"comes_back_as_it_was", comes_back_as_it_was},
    {"every_cut_is_refused", every_cut_is_refused},
    {"any_damage_is_survived", any_damage_is_survived},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
