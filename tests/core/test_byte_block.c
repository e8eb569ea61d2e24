/* test_byte_block.c: 8-bit integers are counted, wider ones are not: the same values must give the
 * same bits. Expected values from exact rational arithmetic in Python. */
#include "core/summary.h"
#include "tests/support/cases.h"

#include <math.h>

enum { MOST = 5000 };

typedef struct Bytes {
    DataType type;
    size_t count;
    double mean, std, p05, p50, p95;
} Bytes;

static const Bytes bytes[] = {
    {TYPE_UBYTE, 1024, 124.650390625, 73.92940570703419, 12, 124, 242},
    {TYPE_BYTE, 1024, 0.150390625, 74.25160549586347, -116.85, 3, 115},
    {TYPE_UBYTE, 5000, 127.0496, 73.88758904581337, 12, 127, 242},
    {TYPE_BYTE, 5000, -0.592, 73.93497962563085, -116, 0, 114.05},
};

static uint8_t byte_at(size_t i)
{
    return (uint8_t)(i * i * 7 + i / 5);
}

static SummaryResult summarise(Arena *a, DataType type, const void *values, size_t count)
{
    Unpacking u = {.type = type, .want_quantiles = true};
    Summary *s = summary_new(a, &u);
    assert_non_null(s);
    Error e = {0};
    assert_ok(summary_add(s, values, count, &e), &e);
    SummaryResult r;
    summary_result(s, &r);
    return r;
}

static bool near(double got, double want)
{
    return fabs(got - want) <= 1e-13 * fabs(want);
}

/* Everything but the kind of the numbers, which may be signed or unsigned. */
static void assert_same(const SummaryResult *a, const SummaryResult *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->valid, b->valid);
    assert_int_equal(a->min.i, b->min.i);
    assert_int_equal(a->max.i, b->max.i);
    assert_int_equal(a->first.i, b->first.i);
    assert_int_equal(a->last.i, b->last.i);
    assert_true(a->mean == b->mean && a->std == b->std);
    assert_true(a->p05 == b->p05 && a->p50 == b->p50 && a->p95 == b->p95);
    assert_memory_equal(a->histogram, b->histogram, sizeof a->histogram);
    assert_int_equal(a->count_count, b->count_count);
    for (size_t i = 0; i < a->count_count; i++)
        assert_true(a->counts[i].value == b->counts[i].value &&
                    a->counts[i].count == b->counts[i].count);
}

/* The bytes, and the same as 16-bit integers; `few`: of that many different values. */
static void compare(DataType type, size_t count, uint8_t few, SummaryResult *out, Arena *a)
{
    static uint8_t narrow[MOST];
    static int16_t wide[MOST];
    for (size_t i = 0; i < count; i++) {
        narrow[i] = (uint8_t)(few ? byte_at(i) % few : byte_at(i));
        wide[i] = type == TYPE_BYTE ? (int8_t)narrow[i] : narrow[i];
    }
    *out = summarise(a, type, narrow, count);
    SummaryResult wider = summarise(a, TYPE_SHORT, wide, count);
    assert_same(out, &wider);
}

static void as_wider_integers(void **state)
{
    (void)state;
    Arena a = {0};
    for (uint8_t few = 0; few < 40; few++) {
        SummaryResult r;
        compare(few % 2 ? TYPE_BYTE : TYPE_UBYTE, MOST - few, few, &r, &a);
        assert_int_equal(r.count_count, few <= SUMMARY_COUNTS_MAX ? few : 0);
    }
    arena_deinit(&a);
}

static void exact(void **state)
{
    (void)state;
    Arena a = {0};
    for (size_t i = 0; i < CASES(bytes); i++) {
        const Bytes *b = &bytes[i];
        SummaryResult r;
        compare(b->type, b->count, 0, &r, &a);
        assert_true(near(r.mean, b->mean) && near(r.std, b->std));
        assert_true(near(r.p05, b->p05) && near(r.p50, b->p50) && near(r.p95, b->p95));
    }
    arena_deinit(&a);
}

/* What is masked or outside a valid range is not counted as valid in whole blocks either. */
static void masked(void **state)
{
    (void)state;
    static uint8_t values[MOST];
    for (size_t i = 0; i < MOST; i++)
        values[i] = (uint8_t)(i % 5);
    Arena a = {0};
    Unpacking u = {.type = TYPE_UBYTE,
                   .mask_count = 1,
                   .masks = {{.kind = NUMBER_UINT, .u = 4}},
                   .has_max = true,
                   .valid_max = {.kind = NUMBER_UINT, .u = 2}};
    Summary *s = summary_new(&a, &u);
    Error e = {0};
    assert_ok(summary_add(s, values, MOST, &e), &e);
    SummaryResult r;
    summary_result(s, &r);
    assert_int_equal(r.valid, MOST / 5 * 4);
    assert_int_equal(r.missing, MOST / 5);
    assert_int_equal(r.outside_valid_range, MOST / 5);
    assert_true(r.mean == 1.5);
    arena_deinit(&a);
}

static const Case cases[] = {
    {"as_wider_integers", as_wider_integers},
    {"exact", exact},
    {"masked", masked},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
