/* test_sketch.c: quantiles and histograms against sorting, and numbers from numpy 1.24. */
#include "core/sketch.h"
#include "tests/support/cases.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 16, MANY = 50000 };
static const double bound = 0x1p-12, coarsest_bound = 0x1p-7;

/* Steele & Vigna's splitmix64: the same values on every machine. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)(next_random(state) >> 11) * 0x1p-53;
}

typedef double Generator(uint64_t *state, size_t index);

static double about_zero(uint64_t *state, size_t index)
{
    (void)index;
    double sum = 0;
    for (int i = 0; i < 12; i++)
        sum += uniform(state);
    return sum - 6;
}

static double kelvin(uint64_t *state, size_t index)
{
    return 260 + 17 * sin((double)index * 1e-3) + uniform(state);
}

static double backscatter(uint64_t *state, size_t index)
{
    return 1e-8 * pow(10, 4 * uniform(state)) * (index % 5 ? 1 : -1);
}

static double flags(uint64_t *state, size_t index)
{
    (void)index;
    return (double)(next_random(state) % 7);
}

static double any_double(uint64_t *state, size_t index)
{
    double x;
    do {
        uint64_t bits = next_random(state) + index;
        memcpy(&x, &bits, sizeof x);
    } while (!isfinite(x));
    return x;
}

static double *generate(Arena *a, Generator *generator, size_t count)
{
    double *values = arena_array(a, count, sizeof *values);
    assert_non_null(values);
    uint64_t state = 20190101;
    for (size_t i = 0; i < count; i++)
        values[i] = generator(&state, i);
    return values;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double *sorted(Arena *a, const double *values, size_t count)
{
    double *copy = arena_array(a, count, sizeof *copy);
    assert_non_null(copy);
    memcpy(copy, values, count * sizeof *copy);
    qsort(copy, count, sizeof *copy, compare);
    return copy;
}

/* Added in runs of 1, 2, 3, ... values where `cut`, in one run otherwise. */
static void add_all(Sketch *s, const double *values, size_t count, bool cut)
{
    size_t run = cut ? 1 : count;
    for (size_t i = 0; i < count; i += run, run += cut) {
        size_t n = count - i < run ? count - i : run;
        assert_true(sketch_add(s, values + i, n));
    }
}

static void numpy_few(void **state)
{
    (void)state;
    static const double values[] = {3.5, -1.25, 7.0, 0.0, 2.0, -4.0, 9.75, 1.0, 6.5, 5.0};
    static const double expected[] = {-2.7625, 2.75, 8.512499999999998};
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    add_all(&s, values, 10, true);
    double got[SKETCH_QUANTILES];
    sketch_quantiles(&s, -4, 9.75, got);
    for (size_t i = 0; i < SKETCH_QUANTILES; i++)
        assert_true(fabs(got[i] - expected[i]) <= 2 * DBL_EPSILON * fabs(expected[i]));
    arena_deinit(&a);
}

static void one_and_two_values(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    double got[SKETCH_QUANTILES];
    assert_true(sketch_add_same(&s, 7.5, 1));
    sketch_quantiles(&s, 7.5, 7.5, got);
    assert_true(got[0] == 7.5 && got[1] == 7.5 && got[2] == 7.5);
    assert_true(sketch_add_same(&s, 8.5, 1));
    sketch_quantiles(&s, 7.5, 8.5, got);
    assert_true(fabs(got[0] - 7.55) < 1e-15 && got[1] == 8.0 && fabs(got[2] - 8.45) < 2e-15);
    arena_deinit(&a);
}

/* The last exact size: numpy.quantile of a permutation of 0..511; one more goes to counters. */
static void exact_up_to_512(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    for (int i = 0; i < 512; i++)
        assert_true(sketch_add_same(&s, i * 37 % 512, 1));
    assert_null(s.pages);
    double got[SKETCH_QUANTILES];
    sketch_quantiles(&s, 0, 511, got);
    assert_true(fabs(got[0] - 25.55) < 1e-13 && got[1] == 255.5 && fabs(got[2] - 485.45) < 1e-12);
    assert_true(sketch_add_same(&s, 512, 1));
    assert_non_null(s.pages);
    sketch_quantiles(&s, 0, 512, got);
    assert_true(got[1] == 256); /* whole numbers below 8,192 have a bucket each */
    arena_deinit(&a);
}

typedef struct SpreadCase {
    const char *name;
    Generator *generator;
    double bound;
} SpreadCase;

static const SpreadCase spreads[] = {
    {"about zero", about_zero, bound},          {"kelvin", kelvin, bound},
    {"backscatter", backscatter, bound},        {"flags", flags, 0},
    {"any double", any_double, coarsest_bound},
};

static void check_bound(const SpreadCase *c)
{
    Arena a = {0};
    double *values = generate(&a, c->generator, MANY);
    double *order = sorted(&a, values, MANY);
    Sketch s;
    sketch_init(&s, &a, false);
    add_all(&s, values, MANY, false);
    double got[SKETCH_QUANTILES];
    sketch_quantiles(&s, order[0], order[MANY - 1], got);
    for (size_t i = 0; i < SKETCH_QUANTILES; i++) {
        double at = sketch_quantiles_wanted[i] * (MANY - 1);
        double below = order[(size_t)at], above = order[(size_t)at + 1];
        double low = below - c->bound * fabs(below), high = above + c->bound * fabs(above);
        if (got[i] < low || got[i] > high)
            fail_msg("%s: %g is not in %g..%g", c->name, got[i], low, high);
    }
    arena_deinit(&a);
}

static void error_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(spreads); i++)
        check_bound(&spreads[i]);
}

static void results_of(const Sketch *s, double min, double max, double *quantiles, uint64_t *bins)
{
    sketch_quantiles(s, min, max, quantiles);
    sketch_histogram(s, min, max, bins, BINS);
}

/* Whole, cut into runs, backwards, and as three sketches merged: the same bits. */
static void check_orders(const SpreadCase *c, size_t count)
{
    Arena a = {0};
    double *values = generate(&a, c->generator, count), *order = sorted(&a, values, count);
    double *backwards = arena_array(&a, count, sizeof *backwards);
    for (size_t i = 0; i < count; i++)
        backwards[i] = values[count - 1 - i];
    Sketch s[6];
    for (size_t i = 0; i < 6; i++)
        sketch_init(&s[i], &a, false);
    add_all(&s[0], values, count, false);
    add_all(&s[1], values, count, true);
    add_all(&s[2], backwards, count, true);
    size_t third = count / 3;
    add_all(&s[3], values, third, false);
    add_all(&s[4], values + third, third, false);
    add_all(&s[5], values + 2 * third, count - 2 * third, false);
    assert_true(sketch_merge(&s[5], &s[3]) && sketch_merge(&s[5], &s[4]));
    s[3] = s[5];
    double quantiles[4][SKETCH_QUANTILES];
    uint64_t bins[4][BINS];
    for (size_t i = 0; i < 4; i++) {
        results_of(&s[i], order[0], order[count - 1], quantiles[i], bins[i]);
        assert_int_equal(s[i].count, count);
        assert_memory_equal(quantiles[i], quantiles[0], sizeof quantiles[0]);
        assert_memory_equal(bins[i], bins[0], sizeof bins[0]);
    }
    arena_deinit(&a);
}

static void order_does_not_matter(void **state)
{
    (void)state;
    static const size_t counts[] = {3, 512, 513, 1200, 30000};
    for (size_t i = 0; i < CASES(spreads); i++)
        for (size_t k = 0; k < CASES(counts); k++)
            check_orders(&spreads[i], counts[k]);
}

static void short_integers_exact(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, true);
    for (int64_t i = 0; i < 100000; i++)
        assert_true(sketch_add_same(&s, (double)((i * i * 7919) % 65521 - 32768), 1));
    double got[SKETCH_QUANTILES]; /* numpy.quantile of the same */
    sketch_quantiles(&s, -32768, 32736, got);
    assert_true(got[0] == -29395 && got[1] == 13 && got[2] == 29363);
    assert_true(sketch_add_same(&s, 65535, 1000000)); /* ushort */
    sketch_quantiles(&s, -32768, 65535, got);
    assert_true(got[1] == 65535);
    arena_deinit(&a);
}

static void memory_is_bounded(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    uint64_t random = 1;
    for (size_t i = 0; i < 300000; i++) {
        double x = any_double(&random, i);
        assert_true(sketch_add(&s, &x, 1));
    }
    assert_true(a.used < 6 << 20);
    assert_int_equal(s.count, 300000);
    arena_deinit(&a);
}

static void few_values_cost_little(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    for (int i = 0; i < 24; i++)
        assert_true(sketch_add_same(&s, i, 1));
    assert_true(a.used <= 512);
    arena_deinit(&a);
}

static void full_arena(void **state)
{
    (void)state;
    Arena a;
    arena_init(&a, 16 * 1024);
    Sketch s;
    sketch_init(&s, &a, false);
    bool ok = true;
    uint64_t random = 1;
    for (size_t i = 0; ok && i < 10000; i++) {
        double x = any_double(&random, i);
        ok = sketch_add(&s, &x, 1);
    }
    assert_false(ok);
    arena_deinit(&a);
}

/* numpy.histogram(z, 16) of z = (i * i * 7919) % 10007 / 8 - 300. */
static const uint64_t numpy_bins[BINS] = {26, 42, 36, 24, 34, 41, 38, 24,
                                          23, 47, 27, 28, 38, 21, 23, 28};

static void histogram_of_few(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    for (int i = 0; i < 500; i++)
        assert_true(sketch_add_same(&s, (double)(i * i * 7919LL % 10007) / 8 - 300, 1));
    uint64_t bins[BINS];
    sketch_histogram(&s, -300, 942.75, bins, BINS);
    assert_memory_equal(bins, numpy_bins, sizeof bins);
    arena_deinit(&a);
}

static void histogram_of_many(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    for (int i = 0; i < 16000; i++)
        assert_true(sketch_add_same(&s, 1e6 + i, 1)); /* buckets of 128, bins of 1,000 */
    uint64_t bins[BINS], sum = 0;
    sketch_histogram(&s, 1e6, 1e6 + 15999, bins, BINS);
    for (size_t i = 0; i < BINS; i++) {
        assert_in_range(bins[i], 997, 1003);
        sum += bins[i];
    }
    assert_int_equal(sum, 16000);
    arena_deinit(&a);
}

static void histogram_of_one_value(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s;
    sketch_init(&s, &a, false);
    assert_true(sketch_add_same(&s, -5.5, 1000));
    uint64_t bins[BINS];
    sketch_histogram(&s, -5.5, -5.5, bins, BINS);
    assert_int_equal(bins[0], 1000);
    arena_deinit(&a);
}

/* Counts beyond 32 bits, by merging two sketches into each other in turn. */
static void huge_counts(void **state)
{
    (void)state;
    Arena a = {0};
    Sketch s[2];
    for (size_t i = 0; i < 2; i++) {
        sketch_init(&s[i], &a, false);
        assert_true(sketch_add_same(&s[i], 1, 300));
        assert_true(sketch_add_same(&s[i], 2, 300));
    }
    for (size_t i = 0; i < 50; i++)
        assert_true(sketch_merge(&s[i % 2], &s[(i + 1) % 2]));
    assert_true(s[1].count > UINT64_C(1) << 40);
    uint64_t bins[2];
    sketch_histogram(&s[1], 1, 2, bins, 2);
    assert_int_equal(bins[0], s[1].count / 2);
    assert_int_equal(bins[1], s[1].count / 2);
    arena_deinit(&a);
}

typedef struct CountCase {
    bool whole;
    double factor; /* of the values 0, 1, 2, -1, -2 in turn */
    size_t values, most, found;
} CountCase;

static const CountCase count_cases[] = {
    {true, 1, 500, 8, 5},      {true, 1, 5000, 8, 5},      {true, 100, 5000, 5, 5},
    {true, 1, 5000, 4, 0},     {false, 1, 500, 8, 5},      {false, 1, 5000, 8, 5},
    {false, 2047, 5000, 8, 5}, {false, 0.001, 5000, 8, 0}, {false, 1, 5, 8, 5},
    {true, 1, 0, 8, 0},
};

static void counts_of_values(void **state)
{
    (void)state;
    static const double turn[] = {0, 1, 2, -1, -2}, rising[] = {-2, -1, 0, 1, 2};
    for (size_t i = 0; i < CASES(count_cases); i++) {
        const CountCase *c = &count_cases[i];
        Arena a;
        arena_init(&a, 0);
        Sketch s;
        sketch_init(&s, &a, c->whole);
        for (size_t k = 0; k < c->values; k++)
            assert_true(sketch_add(&s, &(double){turn[k % 5] * c->factor}, 1));
        SketchCount out[8];
        assert_int_equal(sketch_counts(&s, out, c->most), c->found);
        for (size_t k = 0; k < c->found; k++) {
            assert_true(out[k].value == rising[k] * c->factor);
            assert_int_equal(out[k].count, c->values / 5);
        }
        arena_deinit(&a);
    }
}

static const Case cases[] = {
    {"counts_of_values", counts_of_values},
    {"numpy_few", numpy_few},
    {"one_and_two_values", one_and_two_values},
    {"exact_up_to_512", exact_up_to_512},
    {"error_bound", error_bound},
    {"order_does_not_matter", order_does_not_matter},
    {"short_integers_exact", short_integers_exact},
    {"memory_is_bounded", memory_is_bounded},
    {"few_values_cost_little", few_values_cost_little},
    {"full_arena", full_arena},
    {"histogram_of_few", histogram_of_few},
    {"histogram_of_many", histogram_of_many},
    {"histogram_of_one_value", histogram_of_one_value},
    {"huge_counts", huge_counts},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
