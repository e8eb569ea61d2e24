/* test_summary.c: moments, extremes and masks; expected values from numpy 1.24 and from exact
 * rational arithmetic in Python. */
#include "core/summary.h"
#include "tests/support/cases.h"

#include <float.h>
#include <limits.h>
#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define INTEGER(value)                                                                             \
    {                                                                                              \
        .kind = NUMBER_INT, .i = (value)                                                           \
    }
#define UNSIGNED(value)                                                                            \
    {                                                                                              \
        .kind = NUMBER_UINT, .u = (value)                                                          \
    }
#define REAL(value)                                                                                \
    {                                                                                              \
        .kind = NUMBER_DOUBLE, .d = (value)                                                        \
    }

static SummaryResult summarise(Arena *a, const Unpacking *u, const void *values, size_t count)
{
    Summary *s = summary_new(a, u);
    assert_non_null(s);
    Error e = {0};
    assert_ok(summary_add(s, values, count, &e), &e);
    SummaryResult r;
    summary_result(s, &r);
    return r;
}

static void assert_number(Number got, Number want)
{
    assert_int_equal(got.kind, want.kind);
    if (want.kind == NUMBER_DOUBLE)
        assert_true(got.d == want.d);
    else
        assert_true(got.u == want.u);
}

static void assert_near(double got, double want, double relative)
{
    if (!(fabs(got - want) <= relative * fabs(want)))
        fail_msg("%.17g is not %.17g", got, want);
}

/* Field by field, bit by bit: padding may differ. */
static void assert_same(const SummaryResult *a, const SummaryResult *b)
{
    assert_int_equal(a->n, b->n);
    assert_int_equal(a->valid, b->valid);
    assert_int_equal(a->missing, b->missing);
    assert_int_equal(a->outside_valid_range, b->outside_valid_range);
    assert_int_equal(a->has_values, b->has_values);
    assert_int_equal(a->has_quantiles, b->has_quantiles);
    assert_number(a->min, b->min);
    assert_number(a->max, b->max);
    assert_number(a->first, b->first);
    assert_number(a->last, b->last);
    assert_memory_equal(&a->mean, &b->mean, sizeof a->mean);
    assert_memory_equal(&a->std, &b->std, sizeof a->std);
    assert_memory_equal(&a->p05, &b->p05, sizeof a->p05);
    assert_memory_equal(&a->p50, &b->p50, sizeof a->p50);
    assert_memory_equal(&a->p95, &b->p95, sizeof a->p95);
    assert_memory_equal(a->histogram, b->histogram, sizeof a->histogram);
}

static const int8_t bytes[] = {-128, 127, 5, -1};
static const uint8_t ubytes[] = {0, 255, 5, 255};
static const int16_t shorts[] = {-9999, 12, -9999, 20, 30};
static const uint16_t ushorts[] = {65535, 1, 65534, 2};
static const int32_t ints[] = {INT32_MIN, 0, INT32_MAX};
static const uint32_t uints[] = {UINT32_MAX, 0, 1};
static const int64_t int64s[] = {INT64_MIN, 7, INT64_MAX, 9007199254740993};
static const int64_t neighbours[] = {9007199254740993, 9007199254740992, 9007199254740994};
static const uint64_t uint64s[] = {UINT64_MAX, UINT64_MAX - 1, 3};
static const float floats[] = {1.5F, NAN, -9999.9F, INFINITY, 2.5F, -INFINITY, 1e20F};
static const double doubles[] = {-0.0, 0.0, NAN, -INFINITY, 9.969209968386869e+36, 4.0};
static const double infinite[] = {NAN, INFINITY, -INFINITY};

typedef struct TypeCase {
    const char *name;
    DataType type;
    const void *values;
    size_t count;
    size_t mask_count;
    Number masks[4];
    uint64_t valid;
    Number min, max, first, last;
    double mean, std;
} TypeCase;

/* clang-format off */
static const TypeCase type_cases[] = {
    {"byte", TYPE_BYTE, bytes, COUNT(bytes), 0, {INTEGER(0)}, 4, INTEGER(-128), INTEGER(127),
     INTEGER(-128), INTEGER(-1), 0.75, 104.14213044360737},
    {"ubyte, 255 is missing", TYPE_UBYTE, ubytes, COUNT(ubytes), 1, {UNSIGNED(255)}, 2,
     UNSIGNED(0), UNSIGNED(5), UNSIGNED(0), UNSIGNED(5), 2.5, 3.5355339059327378},
    {"short, mask first", TYPE_SHORT, shorts, COUNT(shorts), 1, {INTEGER(-9999)}, 3, INTEGER(12),
     INTEGER(30), INTEGER(12), INTEGER(30), 20.666666666666668, 9.018499505645789},
    {"ushort, two masks", TYPE_USHORT, ushorts, COUNT(ushorts), 2, {UNSIGNED(65535),
     UNSIGNED(65534)}, 2, UNSIGNED(1), UNSIGNED(2), UNSIGNED(1), UNSIGNED(2), 1.5,
     0.7071067811865476},
    {"int", TYPE_INT, ints, COUNT(ints), 0, {INTEGER(0)}, 3, INTEGER(INT32_MIN),
     INTEGER(INT32_MAX), INTEGER(INT32_MIN), INTEGER(INT32_MAX), -1.0 / 3, 2147483647.5},
    {"uint", TYPE_UINT, uints, COUNT(uints), 0, {INTEGER(0)}, 3, UNSIGNED(0), UNSIGNED(UINT32_MAX),
     UNSIGNED(UINT32_MAX), UNSIGNED(1), 1431655765.3333333, 2479700523.6402135},
    {"int64, whole range", TYPE_INT64, int64s, COUNT(int64s), 0, {INTEGER(0)}, 4,
     INTEGER(INT64_MIN), INTEGER(INT64_MAX), INTEGER(INT64_MIN), INTEGER(9007199254740993),
     2251799813685250.0, 7.530853079337428e+18},
    {"int64, one beside the mask", TYPE_INT64, neighbours, COUNT(neighbours), 1,
     {INTEGER(9007199254740992)}, 2, INTEGER(9007199254740993), INTEGER(9007199254740994),
     INTEGER(9007199254740993), INTEGER(9007199254740994), 9007199254740993.5, 0.7071067811865476},
    {"uint64", TYPE_UINT64, uint64s, COUNT(uint64s), 1, {UNSIGNED(3)}, 2, UNSIGNED(UINT64_MAX - 1),
     UNSIGNED(UINT64_MAX), UNSIGNED(UINT64_MAX), UNSIGNED(UINT64_MAX - 1), 18446744073709551614.5,
     0.7071067811865476},
    {"float, masks rounded to float", TYPE_FLOAT, floats, COUNT(floats), 2, {REAL(-9999.9),
     REAL(1e20)}, 2, REAL(1.5), REAL(2.5), REAL(1.5), REAL(2.5), 2, 0.7071067811865476},
    {"float, three masks", TYPE_FLOAT, floats, COUNT(floats), 3, {REAL(-9999.9), REAL(1e20),
     REAL(1.5)}, 1, REAL(2.5), REAL(2.5), REAL(2.5), REAL(2.5), 2.5, NAN},
    {"float, four masks", TYPE_FLOAT, floats, COUNT(floats), 4, {REAL(-9999.9), REAL(1e20),
     REAL(1.5), REAL(2.5)}, 0, {0}, {0}, {0}, {0}, NAN, NAN},
    {"double, zeros of either sign", TYPE_DOUBLE, doubles, COUNT(doubles), 1,
     {REAL(9.969209968386869e+36)}, 3, REAL(0), REAL(4), REAL(0), REAL(4), 4.0 / 3,
     2.309401076758503},
    {"nothing finite", TYPE_DOUBLE, infinite, COUNT(infinite), 0, {REAL(0)}, 0, {0}, {0}, {0}, {0},
     NAN, NAN},
    {"nothing at all", TYPE_DOUBLE, infinite, 0, 0, {REAL(0)}, 0, {0}, {0}, {0}, {0}, NAN, NAN},
    {"a mask no byte can hold", TYPE_BYTE, bytes, COUNT(bytes), 1, {INTEGER(255)}, 4,
     INTEGER(-128), INTEGER(127), INTEGER(-128), INTEGER(-1), 0.75, 104.14213044360737},
};
/* clang-format on */

static void check_type(const TypeCase *c, bool quantiles)
{
    Arena a = {0};
    Unpacking u = {.type = c->type, .mask_count = c->mask_count, .want_quantiles = quantiles};
    memcpy(u.masks, c->masks, sizeof c->masks);
    SummaryResult r = summarise(&a, &u, c->values, c->count);
    assert_int_equal(r.n, c->count);
    assert_int_equal(r.valid, c->valid);
    assert_int_equal(r.missing, c->count - c->valid);
    assert_int_equal(r.has_values, c->valid > 0);
    assert_number(r.min, c->min);
    assert_number(r.max, c->max);
    assert_number(r.first, c->first);
    assert_number(r.last, c->last);
    if (c->valid > 0) {
        double scale = fmax(fabs(c->mean), isnan(c->std) ? 0 : c->std);
        assert_true(fabs(r.mean - c->mean) <= 1e-15 * scale);
    }
    assert_int_equal(isnan(r.std), isnan(c->std));
    if (!isnan(c->std))
        assert_near(r.std, c->std, 1e-15);
    assert_int_equal(r.has_quantiles, quantiles && c->valid > 0);
    assert_int_equal(r.has_histogram, quantiles && c->valid > 0);
    arena_deinit(&a);
}

static void types(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(type_cases); i++) {
        print_message("%s\n", type_cases[i].name);
        check_type(&type_cases[i], true);
        check_type(&type_cases[i], false);
    }
}

static void far_from_zero(void **state)
{
    (void)state;
    enum { N = 10000 };
    static double values[N];
    for (int i = 0; i < N; i++)
        values[i] = 1e9 + 0.01 * (double)(i % 7 - 3);
    Arena a = {0};
    Unpacking u = {.type = TYPE_DOUBLE};
    SummaryResult r = summarise(&a, &u, values, N);
    assert_near(r.mean, 999999999.999994, 1e-15);
    assert_near(r.std, 0.020000480069724033, 1e-8);
    arena_deinit(&a);
}

/* Nanoseconds since 1970: doubles would round each to 256. */
static void large_integers(void **state)
{
    (void)state;
    enum { N = 3000 };
    static int64_t values[N];
    for (int64_t i = 0; i < N; i++)
        values[i] = 1500000000000000000 + i * i;
    Arena a = {0};
    Unpacking u = {.type = TYPE_INT64};
    SummaryResult r = summarise(&a, &u, values, N);
    assert_near(r.mean, 1.5000000000029985e+18, 1e-15);
    assert_near(r.std, 2682890.055552656, 1e-13);
    assert_number(r.max, (Number)INTEGER(1500000000008994001));
    arena_deinit(&a);
}

/* Sums far greater than the mean: another order of additions shows in its last bits. */
static void fill_mixed(double *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        values[i] = i % 11 == 3 ? -999 : 1e4 * sin((double)i);
        if (i % 97 == 5)
            values[i] = NAN;
    }
}

/* Calls of `run` values; 0: of 1, 2, 3, ... */
static bool add_cut(Summary *s, const double *values, size_t count, size_t run, Error *e)
{
    size_t growth = run == 0;
    run += growth;
    for (size_t i = 0; i < count; i += run, run += growth)
        if (!summary_add(s, values + i, count - i < run ? count - i : run, e))
            return false;
    return true;
}

/* One call, calls of 1, of 7, of 1,024 and of growing length: the same bits. */
static void cuts_do_not_matter(void **state)
{
    (void)state;
    enum { N = 12345 };
    static double values[N];
    fill_mixed(values, N);
    Arena a = {0};
    Unpacking u = {.type = TYPE_DOUBLE, .mask_count = 1, .masks = {REAL(-999)}};
    u.want_quantiles = u.has_min = u.has_max = true;
    u.valid_min = (Number)REAL(281);
    u.valid_max = (Number)REAL(290);
    SummaryResult whole = summarise(&a, &u, values, N);
    static const size_t runs[] = {1, 7, 1000, 1024, 0};
    for (size_t k = 0; k < COUNT(runs); k++) {
        Summary *s = summary_new(&a, &u);
        Error e = {0};
        assert_true(add_cut(s, values, N, runs[k], &e));
        SummaryResult cut;
        summary_result(s, &cut);
        assert_same(&cut, &whole);
    }
    arena_deinit(&a);
}

/* Chunks never written count like chunks full of the fill value. */
static void missing_unread(void **state)
{
    (void)state;
    enum { N = 5000, FROM = 700, TO = 2403 };
    static double values[N];
    fill_mixed(values, N);
    for (size_t i = FROM; i < TO; i++)
        values[i] = -999;
    Arena a = {0};
    Unpacking u = {.type = TYPE_DOUBLE, .mask_count = 1, .masks = {REAL(-999)}};
    u.want_quantiles = true;
    SummaryResult read = summarise(&a, &u, values, N);
    Summary *s = summary_new(&a, &u);
    Error e = {0};
    assert_ok(summary_add(s, values, FROM, &e), &e);
    summary_add_missing(s, 100);
    summary_add_missing(s, TO - FROM - 100);
    assert_ok(summary_add(s, values + TO, N - TO, &e), &e);
    SummaryResult unread;
    summary_result(s, &unread);
    assert_same(&unread, &read);
    arena_deinit(&a);
}

typedef struct ScaleCase {
    double scale, offset;
    double min, max, first, last, mean, std, p05, p50, p95;
    uint64_t first_bin, last_bin;
} ScaleCase;

/* Of 0, 10, 10, 40 as numpy computes them from value * scale + offset. */
static const ScaleCase scale_cases[] = {
    {0.1, 100, 100, 104, 100, 104, 101.5, 1.7320508075688772, 100.15, 101, 103.55, 1, 1},
    {-9.15541313801785e-05, 5, 4.996337834744793, 5, 5, 4.996337834744793, 4.998626688029297,
     0.0015857640719330475, 4.996749828336004, 4.999084458686198, 4.99986266880293, 1, 1},
};

static void scale_and_offset(void **state)
{
    (void)state;
    static const int16_t values[] = {0, 10, 10, 40, -32767};
    for (size_t i = 0; i < COUNT(scale_cases); i++) {
        const ScaleCase *c = &scale_cases[i];
        Arena a = {0};
        Unpacking u = {.type = TYPE_SHORT, .mask_count = 1, .masks = {INTEGER(-32767)}};
        u.has_scale = u.want_quantiles = true;
        u.scale = c->scale;
        u.offset = c->offset;
        SummaryResult r = summarise(&a, &u, values, COUNT(values));
        assert_int_equal(r.valid, 4);
        assert_near(r.min.d, c->min, 1e-15);
        assert_near(r.max.d, c->max, 1e-15);
        assert_near(r.first.d, c->first, 1e-15);
        assert_near(r.last.d, c->last, 1e-15);
        assert_near(r.mean, c->mean, 1e-15);
        assert_near(r.std, c->std, 1e-12);
        assert_near(r.p05, c->p05, 1e-15);
        assert_near(r.p50, c->p50, 1e-15);
        assert_near(r.p95, c->p95, 1e-15);
        assert_int_equal(r.histogram[0], c->first_bin);
        assert_int_equal(r.histogram[SUMMARY_HISTOGRAM_BINS - 1], c->last_bin);
        assert_int_equal(r.histogram[4], c->scale > 0 ? 2 : 0);
        assert_int_equal(r.histogram[11], c->scale > 0 ? 0 : 2);
        arena_deinit(&a);
    }
}

static void mask_given_unpacked(void **state)
{
    (void)state;
    static const int16_t values[] = {-9999, 10, 20};
    Arena a = {0};
    Unpacking u = {.type = TYPE_SHORT, .unpacked_mask_count = 1, .unpacked_masks = {-999.9}};
    u.has_scale = true;
    u.scale = 0.1;
    SummaryResult r = summarise(&a, &u, values, COUNT(values));
    assert_int_equal(r.valid, 2);
    assert_near(r.mean, 1.5, 1e-15);
    arena_deinit(&a);
}

typedef struct RangeCase {
    DataType type;
    bool has_min, has_max;
    const void *values;
    size_t count;
    Number valid_min, valid_max;
    uint64_t outside;
} RangeCase;

/* clang-format off */
static const RangeCase range_cases[] = {
    {TYPE_BYTE, true, true, bytes, COUNT(bytes), INTEGER(-1), INTEGER(100), 2},
    {TYPE_SHORT, false, true, shorts, COUNT(shorts), {0}, INTEGER(29), 1},
    {TYPE_INT64, true, false, int64s, COUNT(int64s), INTEGER(8), {0}, 2},
    {TYPE_INT64, false, true, neighbours, COUNT(neighbours), {0}, INTEGER(9007199254740993), 1},
    {TYPE_UINT64, false, true, uint64s, COUNT(uint64s), {0}, UNSIGNED(UINT64_MAX - 1), 1},
    {TYPE_FLOAT, true, true, floats, COUNT(floats), REAL(1.5), REAL(2.4), 3},
    {TYPE_DOUBLE, true, true, infinite, COUNT(infinite), REAL(0), REAL(1), 0},
};
/* clang-format on */

static void valid_range(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(range_cases); i++) {
        const RangeCase *c = &range_cases[i];
        Arena a = {0};
        Unpacking u = {.type = c->type, .mask_count = 1, .masks = {INTEGER(-9999)}};
        u.has_min = c->has_min;
        u.has_max = c->has_max;
        u.valid_min = c->valid_min;
        u.valid_max = c->valid_max;
        SummaryResult counted = summarise(&a, &u, c->values, c->count);
        assert_int_equal(counted.outside_valid_range, c->outside);
        u.limits_mask = true;
        SummaryResult masked = summarise(&a, &u, c->values, c->count);
        assert_int_equal(masked.outside_valid_range, 0);
        assert_int_equal(masked.valid, counted.valid - c->outside);
        arena_deinit(&a);
    }
}

static bool add_part(Summary *merged, const Unpacking *u, const double *values, size_t count,
                     Arena *a, Error *e)
{
    Summary *part = summary_new(a, u);
    return part && summary_add(part, values, count, e) && summary_merge(merged, part, e);
}

static void merge_parts(void **state)
{
    (void)state;
    enum { N = 9000 };
    static double values[N];
    fill_mixed(values, N);
    Arena a = {0};
    Unpacking u = {.type = TYPE_DOUBLE, .mask_count = 1, .masks = {REAL(-999)}};
    u.want_quantiles = true;
    SummaryResult whole = summarise(&a, &u, values, N);
    Error e = {0};
    Summary *merged = summary_new(&a, &u);
    static const size_t ends[] = {0, 1500, 1501, 6000, N};
    for (size_t k = 0; k + 1 < COUNT(ends); k++) {
        size_t count = ends[k + 1] - ends[k];
        assert_true(add_part(merged, &u, values + ends[k], count, &a, &e));
    }
    SummaryResult r;
    summary_result(merged, &r);
    assert_near(r.mean, whole.mean, 1e-12);
    assert_near(r.std, whole.std, 1e-13);
    r.mean = whole.mean;
    r.std = whole.std;
    assert_same(&r, &whole);
    arena_deinit(&a);
}

static void merge_large_integers(void **state)
{
    (void)state;
    enum { N = 3000, CUT = 1100 };
    static int64_t values[N];
    for (int64_t i = 0; i < N; i++)
        values[i] = 1500000000000000000 + i * i;
    Arena a = {0};
    Unpacking u = {.type = TYPE_INT64, .want_quantiles = true};
    Error e = {0};
    Summary *s = summary_new(&a, &u), *later = summary_new(&a, &u), *none = summary_new(&a, &u);
    assert_ok(summary_add(s, values, CUT, &e), &e);
    assert_ok(summary_add(later, values + CUT, N - CUT, &e), &e);
    assert_ok(summary_merge(none, s, &e) && summary_merge(none, later, &e), &e);
    SummaryResult r;
    summary_result(none, &r);
    assert_near(r.mean, 1.5000000000029985e+18, 1e-15);
    assert_near(r.std, 2682890.055552656, 1e-13);
    assert_number(r.first, (Number)INTEGER(1500000000000000000));
    assert_number(r.last, (Number)INTEGER(1500000000008994001));
    arena_deinit(&a);
}

static void full_arena(void **state)
{
    (void)state;
    static double values[20000];
    for (size_t i = 0; i < COUNT(values); i++)
        values[i] = ldexp((double)i, (int)(i % 300));
    Arena a;
    arena_init(&a, 64 * 1024);
    Unpacking u = {.type = TYPE_DOUBLE, .want_quantiles = true};
    Summary *s = summary_new(&a, &u);
    assert_non_null(s);
    Error e = {0};
    assert_false(summary_add(s, values, COUNT(values), &e));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_string_equal(e.code, "memory");
    arena_deinit(&a);
}

static void no_numbers(void **state)
{
    (void)state;
    Arena a = {0};
    Unpacking u = {.type = TYPE_STRING};
    assert_null(summary_new(&a, &u));
    arena_deinit(&a);
}

static const Case cases[] = {
    {"types", types},
    {"far_from_zero", far_from_zero},
    {"large_integers", large_integers},
    {"cuts_do_not_matter", cuts_do_not_matter},
    {"missing_unread", missing_unread},
    {"scale_and_offset", scale_and_offset},
    {"mask_given_unpacked", mask_given_unpacked},
    {"valid_range", valid_range},
    {"merge_parts", merge_parts},
    {"merge_large_integers", merge_large_integers},
    {"full_arena", full_arena},
    {"no_numbers", no_numbers},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
