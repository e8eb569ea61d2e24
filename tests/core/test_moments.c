/* test_moments.c: means of numbers near the limit of a double; expected values from exact rational
 * arithmetic in Python. */
#include "core/moments.h"
#include "tests/support/cases.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MANY = 2001, WHOLE = MANY };

/* Runs of `run` values, as they come; then closed. */
static Moments moments_of(const double *values, size_t count, size_t run)
{
    Moments m = {0};
    RunFacts facts;
    for (size_t i = 0; i < count; i += run)
        moments_add(&m, values + i, count - i < run ? count - i : run, &facts);
    moments_close(&m);
    return m;
}

static void assert_near(double got, double want)
{
    if (!(fabs(got - want) <= 1e-14 * fabs(want)))
        fail_msg("%.17g is not %.17g", got, want);
}

/* Their distances are more than a double can be. */
static void huge_numbers(void **state)
{
    (void)state;
    static const struct {
        double first[3], rest;
        size_t count;
        double mean;
    } rows[] = {
        {{-DBL_MAX, 0, DBL_MAX}, 0, 3, 0},
        {{DBL_MAX, -DBL_MAX, -DBL_MAX}, 0, 3, -5.992310449541053e+307},
        {{DBL_MAX, -DBL_MAX, -DBL_MAX}, -DBL_MAX, MANY, -1.7958963401248222e+308},
        {{1, 2, DBL_MAX}, 0, 3, 5.992310449541053e+307},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double values[MANY];
        for (size_t k = 0; k < MANY; k++)
            values[k] = k < 3 ? rows[i].first[k] : rows[i].rest;
        Moments m = moments_of(values, rows[i].count, WHOLE);
        assert_int_equal(m.count, rows[i].count);
        assert_near(m.mean, rows[i].mean);
    }
}

/* A block with huge numbers and what came before them: the same to the last bit. */
static void cuts_do_not_matter(void **state)
{
    (void)state;
    static const size_t runs[] = {1, 7, 1000, 1024, 1025};
    double values[MANY];
    for (size_t k = 0; k < MANY; k++)
        values[k] = k < 1500 ? (double)k / 3 : k % 2 ? DBL_MAX : -DBL_MAX / 3;
    Moments want = moments_of(values, MANY, WHOLE);
    assert_true(isfinite(want.mean));
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
        Moments got = moments_of(values, MANY, runs[i]);
        assert_int_equal(got.count, want.count);
        assert_memory_equal(&got.mean, &want.mean, sizeof got.mean);
        assert_memory_equal(&got.m2, &want.m2, sizeof got.m2);
    }
}

static const Case cases[] = {
    {"huge_numbers", huge_numbers},
    {"cuts_do_not_matter", cuts_do_not_matter},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
