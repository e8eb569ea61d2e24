/* test_report.c: a report survives the way from child to parent, and damage never passes. */
#include "pipelines/report.h"
#include "tests/support/cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY = 1 << 16 };

static const uint64_t shape[] = {1440, 3};

static const SummaryCount value_counts[] = {{-4, 7}, {3, UINT64_MAX}};
static ReportVariable variables[] = {
    {.name = "time",
     .units = "seconds since 1970-01-01",
     .type = TYPE_DOUBLE,
     .rank = 1,
     .shape = shape,
     .result = {.n = 1440,
                .valid = 1430,
                .missing = 10,
                .has_values = true,
                .min = {.kind = NUMBER_DOUBLE, .d = -0.1},
                .max = {.kind = NUMBER_DOUBLE, .d = 1e300},
                .first = {.kind = NUMBER_DOUBLE, .d = 0.25},
                .last = {.kind = NUMBER_DOUBLE, .d = 5e-324},
                .mean = 1.5,
                .std = NAN,
                .has_quantiles = true,
                .p05 = 1,
                .p50 = 2,
                .p95 = 3,
                .has_histogram = true,
                .histogram = {1, 2, 3}}},
    {.name = "/group/big",
     .type = TYPE_INT64,
     .rank = 2,
     .shape = shape,
     .result = {.n = 4320,
                .valid = 4320,
                .has_values = true,
                .min = {.kind = NUMBER_INT, .i = INT64_MIN},
                .max = {.kind = NUMBER_UINT, .u = UINT64_MAX},
                .first = {.kind = NUMBER_INT, .i = 7},
                .last = {.kind = NUMBER_INT, .i = 8},
                .count_count = 2,
                .counts = value_counts}},
    {.name = "bad \xff name\n",
     .type = TYPE_FLOAT,
     .code = "checksum",
     .reason = "chunk at byte 4096 is damaged",
     .place = "byte 4096",
     .result = {.n = 5, .missing = 5}},
};
static const char *notes[] = {"first", "second \xc3\xa9"};
static ReportProbe probes[] = {{.format = "csv", .evidence = "no separator", .sure = 0},
                               {.format = "netcdf3", .evidence = "'CDF' 01", .sure = 3}};

static Report sample(void)
{
    Report r = {.state = REPORT_PARTIAL,
                .format = "netcdf3",
                .model = "NETCDF3_CLASSIC",
                .evidence = "'CDF' 01 at byte 0",
                .guessed = "separator: ;\n",
                .rows_known = true,
                .rows = 1440,
                .variable_count = 3,
                .time_variable = "time",
                .first_time = "2019-01-01T00:00:00Z",
                .stage = "read",
                .is_data = true,
                .notes = notes,
                .note_count = 2,
                .variables = variables,
                .variable_rows = 3,
                .probes = probes,
                .probe_count = 2,
                .text = "netcdf x {\n}\n"};
    error_coded(&r.error, ERROR_DATA, "checksum", "1 of 3 variables cannot be read");
    error_at(&r.error, "variable bad");
    return r;
}

static size_t encode_sample(uint8_t *bytes)
{
    Report r = sample();
    size_t length = report_encode(&r, bytes, CAPACITY);
    assert_true(length > 100);
    return length;
}

static void round_trip(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY];
    size_t length = encode_sample(bytes);
    Arena a;
    arena_init(&a, 0);
    Report r;
    Error e = {0};
    assert_ok(report_decode(bytes, length, &a, &r, &e), &e);
    assert_int_equal(r.state, REPORT_PARTIAL);
    assert_string_equal(r.model, "NETCDF3_CLASSIC");
    assert_string_equal(r.convention, ""); /* was NULL */
    assert_string_equal(r.error.place, "variable bad");
    assert_int_equal(r.variable_rows, 3);
    assert_true(r.variables[0].result.last.d == 5e-324);
    assert_true(isnan(r.variables[0].result.std));
    assert_int_equal(r.variables[0].result.histogram[2], 3);
    assert_true(r.variables[1].result.min.i == INT64_MIN);
    assert_true(r.variables[1].result.max.u == UINT64_MAX);
    assert_int_equal(r.variables[1].shape[1], 3);
    assert_int_equal(r.variables[1].result.count_count, 2);
    assert_memory_equal(r.variables[1].result.counts, value_counts, sizeof value_counts);
    assert_string_equal(r.variables[2].name, "bad \xff name\n");
    assert_string_equal(r.notes[1], "second \xc3\xa9");
    assert_int_equal(r.probes[1].sure, 3);
    assert_string_equal(r.text, "netcdf x {\n}\n");
    arena_deinit(&a);
}

static void too_small_for_it(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY];
    Report r = sample();
    size_t length = encode_sample(bytes);
    for (size_t capacity = 0; capacity < length; capacity += 7)
        assert_int_equal(report_encode(&r, bytes, capacity), 0);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY];
    size_t length = encode_sample(bytes);
    for (size_t cut = 0; cut < length; cut++) {
        Arena a;
        arena_init(&a, 1 << 20);
        Report r;
        Error e = {0};
        assert_false(report_decode(bytes, cut, &a, &r, &e));
        assert_string_equal(e.code, "bad_report");
        arena_deinit(&a);
    }
}

/* Whatever a hostile child writes: refused, or believed only within the limits that are checked. */
static void any_damage_is_survived(void **state)
{
    (void)state;
    static uint8_t good[CAPACITY], bytes[CAPACITY];
    size_t length = encode_sample(good);
    uint64_t seed = 88172645463325252ULL;
    size_t refused = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(bytes, good, length);
        for (int k = 0; k < 1 + round % 4; k++) {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            bytes[seed % length] = (uint8_t)(seed >> 40);
        }
        Arena a;
        arena_init(&a, 1 << 20);
        Report r;
        Error e = {0};
        if (!report_decode(bytes, length, &a, &r, &e))
            refused++;
        else
            for (size_t i = 0; i < r.variable_rows; i++) {
                assert_true(r.variables[i].type < TYPE_COUNT);
                assert_true(r.variables[i].result.valid <= r.variables[i].result.n);
            }
        arena_deinit(&a);
    }
    assert_true(refused > 5000);
}

static void lies_are_refused(void **state)
{
    (void)state;
    static uint8_t bytes[CAPACITY];
    Report r = sample();
    ReportVariable lie = variables[1];
    r.variables = &lie;
    r.variable_rows = 1;
    lie.result.valid = lie.result.n + 1; /* more valid than there are */
    assert_int_equal(report_encode(&r, bytes, CAPACITY), 0);
    lie = variables[1];
    lie.type = TYPE_COUNT;
    assert_int_equal(report_encode(&r, bytes, CAPACITY), 0);
    lie = variables[1];
    lie.result.min = (Number){.kind = NUMBER_DOUBLE, .d = NAN};
    assert_int_equal(report_encode(&r, bytes, CAPACITY), 0);
}

static const Case cases[] = {
    {"round_trip", round_trip},
    {"too_small_for_it", too_small_for_it},
    {"every_cut_is_refused", every_cut_is_refused},
    {"any_damage_is_survived", any_damage_is_survived},
    {"lies_are_refused", lies_are_refused},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
