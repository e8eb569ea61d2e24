/* test_coverage.c: which variable is the time, and which instants it spans (checked with cftime).
 */
#include "handlers/coverage.h"
#include "handlers/time_variable.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define TEXT(name, string)                                                                         \
    {                                                                                              \
        (name), TYPE_CHAR, sizeof(string) - 1, (string)                                            \
    }
#define SINCE "seconds since 1970-01-01"

enum { VARS_MAX = 5, ATTRS_MAX = 5 };

/* Dimension 0 is `time`, unlimited; 1 is `x`; 2 is `t`, unlimited. */
static Dim dims[] = {{"time", 4, true, 0}, {"x", 4, false, 0}, {"t", 4, true, 0}};
static const size_t dim_index[] = {0, 1, 2};
static const uint64_t shape[] = {4};
#define SCALAR NULL
#define TIME_DIM (&dim_index[0])
#define X_DIM (&dim_index[1])
#define T_DIM (&dim_index[2])

typedef struct Sketched {
    const char *name;
    DataType type;
    const size_t *dim;
    Attr attrs[ATTRS_MAX];
    size_t group;
} Sketched;

typedef struct FindCase {
    const char *name;
    Sketched vars[VARS_MAX];
    const char *found; /* "none" */
} FindCase;

/* clang-format off */
static const FindCase find_cases[] = {
    {"named time beats everything", {{"obs", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE),
     TEXT("standard_name", "time")}, 0}, {"Time", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0}},
     "Time"},
    {"coordinate of the unlimited dimension", {{"x", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE),
     TEXT("axis", "T")}, 0}, {"t", TYPE_DOUBLE, T_DIM, {TEXT("units", SINCE)}, 0}}, "t"},
    {"standard_name before axis", {{"a", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE), TEXT("axis",
     "T")}, 0}, {"b", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE), TEXT("standard_name", "time")},
     0}}, "b"},
    {"axis before coordinate", {{"x", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE)}, 0}, {"a",
     TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE), TEXT("axis", "T")}, 0}}, "a"},
    {"any coordinate", {{"x", TYPE_FLOAT, X_DIM, {TEXT("units", SINCE)}, 0}}, "x"},
    {"time in a group", {{"/g/depth", TYPE_FLOAT, X_DIM, {{0}}, 1}, {"/g/time", TYPE_DOUBLE, X_DIM,
     {TEXT("units", SINCE)}, 1}}, "/g/time"},
    {"named by coordinates", {{"date", TYPE_FLOAT, X_DIM, {TEXT("units", SINCE)}, 0}, {"temp",
     TYPE_FLOAT, X_DIM, {TEXT("coordinates", "lon xtime lat")}, 0}, {"xtime", TYPE_FLOAT, X_DIM,
     {TEXT("units", SINCE)}, 0}}, "xtime"},
    {"first of two alike", {{"x", TYPE_FLOAT, X_DIM, {TEXT("units", SINCE)}, 0}, {"x", TYPE_FLOAT,
     X_DIM, {TEXT("units", SINCE)}, 0}}, "x"},
    {"time without units is none", {{"time", TYPE_DOUBLE, TIME_DIM, {{0}}, 0}}, "none"},
    {"time in seconds is none", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "s")}, 0}}, "none"},
    {"time as text is none", {{"time", TYPE_CHAR, TIME_DIM, {TEXT("units", SINCE)}, 0}}, "none"},
    {"boundaries are none", {{"t", TYPE_DOUBLE, T_DIM, {TEXT("units", "m"), TEXT("bounds", "x")},
     0}, {"x", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE)}, 0}}, "none"},
    {"base_time alone is none", {{"base_time", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0}}, "none"},
    {"time_offset alone is none", {{"time_offset", TYPE_INT, TIME_DIM, {TEXT("units", SINCE)}, 0}},
     "none"},
    {"base_time and time_offset", {{"base_time", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0},
     {"time_offset", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "seconds")}, 0}}, "time_offset"},
    {"time beats time_offset", {{"base_time", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0},
     {"time_offset", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 0}, {"time", TYPE_DOUBLE,
     TIME_DIM, {TEXT("units", SINCE)}, 0}}, "time"},
    {"a date that is no coordinate", {{"made", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0}}, "none"},
    {"Argo: a series that nothing names", {{"JULD", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE)}, 0},
     {"JULD_LOCATION", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE)}, 0}}, "JULD"},
    {"time_offset beats a series", {{"read", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE)}, 0},
     {"base_time", TYPE_INT, SCALAR, {TEXT("units", SINCE)}, 0}, {"time_offset", TYPE_DOUBLE,
     TIME_DIM, {TEXT("units", SINCE)}, 0}}, "time_offset"},
    {"another kind of time is none", {{"reftime", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE),
     TEXT("standard_name", "forecast_reference_time")}, 0}}, "none"},
    {"the instant a forecast is for, not where it starts (GRIB as netCDF)", {{"time", TYPE_INT64,
     SCALAR, {TEXT("units", SINCE), TEXT("standard_name", "forecast_reference_time")}, 0},
     {"valid_time", TYPE_DOUBLE, X_DIM, {TEXT("units", SINCE), TEXT("standard_name", "time")}, 0}},
     "valid_time"},
    {"the same, its start with an unlimited dimension", {{"t", TYPE_INT64, T_DIM, {TEXT("units",
     SINCE), TEXT("standard_name", "forecast_reference_time")}, 0}, {"when", TYPE_DOUBLE, X_DIM,
     {TEXT("units", SINCE), TEXT("standard_name", "time")}, 0}}, "when"},
    {"where a forecast starts if nothing else is told", {{"issued", TYPE_INT64, X_DIM,
     {TEXT("units", SINCE)}, 0}, {"time", TYPE_INT64, TIME_DIM, {TEXT("units", SINCE),
     TEXT("standard_name", "forecast_reference_time")}, 0}}, "time"},
    {"nothing", {{0}}, "none"},
};
/* clang-format on */

static size_t sketch_vars(const Sketched *sketched, Var *vars)
{
    size_t count = 0;
    for (; count < VARS_MAX && sketched[count].name; count++) {
        const Sketched *s = &sketched[count];
        vars[count] = (Var){.name = s->name,
                            .type = s->type,
                            .base = s->type,
                            .dims = s->dim,
                            .dim_count = s->dim != NULL,
                            .shape = shape,
                            .count = s->dim ? 4 : 1,
                            .group = s->group,
                            .attrs = s->attrs};
        while (vars[count].attr_count < ATTRS_MAX && s->attrs[vars[count].attr_count].name)
            vars[count].attr_count++;
    }
    return count;
}

static void time_variable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(find_cases); i++) {
        const FindCase *c = &find_cases[i];
        Var vars[VARS_MAX];
        Dataset d = {.dims = dims, .dim_count = COUNT(dims), .vars = vars};
        d.var_count = sketch_vars(c->vars, vars);
        size_t found = time_variable_find(&d);
        const char *got = found == NO_VAR ? "none" : vars[found].name;
        if (strcmp(got, c->found) != 0)
            fail_msg("%s: %s", c->name, got);
    }
}

typedef struct Sent {
    const void *values;
    uint64_t count;
} Sent;

typedef struct SpanCase {
    const char *name;
    Sketched vars[VARS_MAX];
    Sent sent[VARS_MAX];
    const char *first, *last; /* NULL: not known */
    uint64_t undecodable, not_increasing;
    const char *note; /* one of the notes, or NULL: none at all */
} SpanCase;

static const double in_order[] = {0, 60, 120, 180.5}, out_of_order[] = {7200, 3600, 3600, 10800};
static const double with_missing[] = {NAN, 86400, -9999, 9.969209968386869e+36};
static const double absurd[] = {60, 1e300, 120, 1e25}, nothing[] = {NAN, NAN, NAN, NAN};
static const double days_360[] = {0, 59}, halves[] = {0.5, 1.5};
static const int64_t nanoseconds[] = {1546300800000000001, 1546300800999999999};
static const int16_t packed[] = {0, 10, -32767, 30}, falling[] = {30, 20, 10, 0};
static const int32_t base[] = {1546300800};
static const uint8_t hours[] = {1, 255};
static const double minus_9999 = -9999, tenth = 0.1, minus_one = -1;

/* clang-format off */
static const SpanCase span_cases[] = {
    {"in order, a fraction", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "seconds since 2019-01-01 00:00:00 0:00")}, 0}}, {{in_order, 4}}, "2019-01-01T00:00:00Z",
     "2019-01-01T00:03:00.5Z", 0, 0, NULL},
    {"out of order", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "seconds since 2019-01-01")},
     0}}, {{out_of_order, 4}}, "2019-01-01T01:00:00Z", "2019-01-01T03:00:00Z", 0, 2,
     "variable time: time does not increase at 2 of 3 steps"},
    {"out of order, no coordinate", {{"time", TYPE_DOUBLE, X_DIM, {TEXT("units",
     "seconds since 2019-01-01")}, 0}}, {{out_of_order, 4}}, "2019-01-01T01:00:00Z",
     "2019-01-01T03:00:00Z", 0, 2, NULL},
    {"missing ones do not count", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "seconds since 2019-01-01"), {"missing_value", TYPE_DOUBLE, 1, &minus_9999}}, 0}},
     {{with_missing, 4}}, "2019-01-02T00:00:00Z", "2019-01-02T00:00:00Z", 0, 0, NULL},
    {"nothing valid", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 0}}, {{nothing, 4}},
     NULL, NULL, 0, 0, NULL},
    {"no records", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 0}}, {{NULL, 0}}, NULL,
     NULL, 0, 0, NULL},
    {"too large for dates", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 0}}, {{absurd,
     4}}, "1970-01-01T00:01:00Z", "1970-01-01T00:02:00Z", 2, 0,
     "variable time: 2 values are too large to be dates"},
    {"nanoseconds as int64", {{"time", TYPE_INT64, TIME_DIM, {TEXT("units",
     "nanoseconds since 1970-01-01")}, 0}}, {{nanoseconds, 2}}, "2019-01-01T00:00:00.000000001Z",
     "2019-01-01T00:00:00.999999999Z", 0, 0, NULL},
    {"packed", {{"time", TYPE_SHORT, TIME_DIM, {TEXT("units", "hours since 2019-01-01"),
     {"scale_factor", TYPE_DOUBLE, 1, &tenth}}, 0}}, {{packed, 4}}, "2019-01-01T00:00:00Z",
     "2019-01-01T03:00:00Z", 0, 0, NULL},
    {"packed the other way round", {{"time", TYPE_SHORT, TIME_DIM, {TEXT("units",
     "hours since 2019-01-02"), {"scale_factor", TYPE_DOUBLE, 1, &minus_one}}, 0}}, {{falling, 4}},
     "2018-12-31T18:00:00Z", "2019-01-02T00:00:00Z", 0, 0, NULL},
    {"_Unsigned", {{"time", TYPE_BYTE, TIME_DIM, {TEXT("units", "hours since 2019-01-01"),
     TEXT("_Unsigned", "true")}, 0}}, {{hours, 2}}, "2019-01-01T01:00:00Z", "2019-01-11T15:00:00Z",
     0, 0, NULL},
    {"calendar of 360 days", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "days since 1900-01-01"), TEXT("calendar", "360_day")}, 0}}, {{days_360, 2}},
     "1900-01-01T00:00:00", "1900-02-30T00:00:00", 0, 0, NULL},
    {"calendar unknown", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE), TEXT("calendar",
     "martian")}, 0}}, {{halves, 2}}, NULL, NULL, 0, 0,
     "variable time: its calendar \"martian\" is not one that can be told in dates here"},
    {"calendar empty: as if absent", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE),
     TEXT("calendar", "")}, 0}}, {{halves, 2}}, "1970-01-01T00:00:00.5Z",
     "1970-01-01T00:00:01.5Z", 0, 0, NULL},
    {"CDO's absolute time", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "day as %Y%m%d.%f")}, 0}}, {{halves, 2}}, NULL, NULL, 0, 0,
     "variable time: time units \"day as %Y%m%d.%f\" do not say \"... since DATE\""},
    {"calendar none", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE), TEXT("calendar",
     "none")}, 0}}, {{halves, 2}}, NULL, NULL, 0, 0, "variable time: calendar none has no dates"},
    {"ARM: offset from base_time, which comes first", {{"base_time", TYPE_INT, SCALAR,
     {TEXT("units", "seconds since 1970-1-1 0:00:00 0:00")}, 0}, {"time_offset", TYPE_DOUBLE,
     TIME_DIM, {TEXT("units", "seconds")}, 0}}, {{base, 1}, {in_order, 4}}, "2019-01-01T00:00:00Z",
     "2019-01-01T00:03:00.5Z", 0, 0, NULL},
    {"ARM: base_time last, without units", {{"time_offset", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "seconds since base_time")}, 0}, {"base_time", TYPE_INT, SCALAR, {{0}}, 0}}, {{in_order, 4},
     {base, 1}}, "2019-01-01T00:00:00Z", "2019-01-01T00:03:00.5Z", 0, 0, NULL},
    {"reference in a text variable", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "seconds since time_reference")}, 0}, {"time_reference", TYPE_CHAR, X_DIM, {{0}}, 0}},
     {{in_order, 4}, {"2019-01-01T00:00:00Z", 20}}, "2019-01-01T00:00:00Z",
     "2019-01-01T00:03:00.5Z", 0, 0, NULL},
    {"reference that is no date", {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units",
     "seconds since time_reference")}, 0}, {"time_reference", TYPE_CHAR, X_DIM, {{0}}, 0}},
     {{in_order, 4}, {"yesterday", 9}}, NULL, NULL, 0, 0,
     "variable time: its reference, variable time_reference, holds no date"},
    {"GPS time is ahead by leap seconds", {{"gps_time", TYPE_DOUBLE, X_DIM, {TEXT("units",
     "seconds since 2019-01-01"), TEXT("time_scale", "GPS")}, 0}}, {{in_order, 4}},
     "2018-12-31T23:59:42Z", "2019-01-01T00:02:42.5Z", 0, 0, NULL},
    {"no time at all", {{"temp", TYPE_DOUBLE, X_DIM, {{0}}, 0}}, {{in_order, 4}}, NULL, NULL, 0, 0,
     NULL},
};
/* clang-format on */

static bool has_note(const Dataset *d, const char *note)
{
    for (size_t i = 0; i < d->note_count; i++)
        if (strcmp(d->notes[i], note) == 0)
            return true;
    return false;
}

/* The values of variable `var` in blocks of `run`. */
static bool send_blocks(void *state, const Dataset *d, size_t var, const Sent *sent, uint64_t run)
{
    const char *bytes = sent->values;
    DataType type = d->vars[var].type;
    bool ok = true;
    for (uint64_t start = 0; ok && start < sent->count; start += run) {
        uint64_t left = sent->count - start;
        Block b = {.var = var, .type = type, .start = start, .count = left < run ? left : run};
        b.values = bytes + start * type_size(type);
        Error e = {0};
        ok = handler_coverage.block(state, d, &b, &e);
    }
    return ok;
}

static void send_all(void *state, const Dataset *d, const Sent *sent, uint64_t run)
{
    for (size_t i = 0; i < d->var_count; i++)
        assert_true(send_blocks(state, d, i, &sent[i], run));
}

static void check_instant(const char *name, const Coverage *c, Instant got, const char *want)
{
    char text[INSTANT_TEXT_SIZE];
    instant_to_text(text, got, c->calendar);
    if (strcmp(text, want) != 0)
        fail_msg("%s: %s, not %s", name, text, want);
}

static void check_span(const SpanCase *c, uint64_t run)
{
    Arena a = {0};
    Var vars[VARS_MAX];
    Dataset d;
    dataset_init(&d, &a);
    d.dims = dims;
    d.dim_count = COUNT(dims);
    d.vars = vars;
    d.var_count = sketch_vars(c->vars, vars);
    void *state = NULL;
    Error e = {0};
    assert_ok(handler_coverage.begin(&d, NULL, &state, &e), &e);
    send_all(state, &d, c->sent, run);
    assert_ok(handler_coverage.end(state, &d, &e), &e);
    const Coverage *got = coverage_of(state);
    assert_int_equal(got->time_var, d.time_var);
    if (got->known != (c->first != NULL))
        fail_msg("%s: %s", c->name, got->known ? "known" : "unknown");
    if (got->known && c->first) {
        check_instant(c->name, got, got->first, c->first);
        check_instant(c->name, got, got->last, c->last);
    }
    assert_int_equal(got->undecodable, c->undecodable);
    assert_int_equal(got->not_increasing, c->not_increasing);
    if (c->note ? !has_note(&d, c->note) : d.note_count > 0)
        fail_msg("%s: %zu notes: %s", c->name, d.note_count, d.note_count ? d.notes[0] : "");
    arena_deinit(&a);
}

static void spans(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(span_cases); i++) {
        check_span(&span_cases[i], 1000);
        check_span(&span_cases[i], 1);
    }
}

static void units_that_cannot_be_read(void **state)
{
    (void)state;
    static const SpanCase c = {
        "no such date",
        {{"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "seconds since 2019-02-30")}, 0}},
        {{in_order, 4}},
        NULL,
        NULL,
        0,
        0,
        NULL};
    Arena a = {0};
    Var vars[VARS_MAX];
    Dataset d;
    dataset_init(&d, &a);
    d.dims = dims;
    d.vars = vars;
    d.var_count = sketch_vars(c.vars, vars);
    void *s = NULL;
    Error e = {0};
    assert_ok(handler_coverage.begin(&d, NULL, &s, &e), &e);
    send_all(s, &d, c.sent, 4);
    assert_ok(handler_coverage.end(s, &d, &e), &e);
    assert_false(coverage_of(s)->known);
    assert_int_equal(d.time_var, 0);
    assert_int_equal(d.note_count, 1);
    assert_non_null(strstr(d.notes[0], "variable time: "));
    assert_non_null(strstr(d.notes[0], "2019-02-30"));
    arena_deinit(&a);
}

/* Longer than one run, the extremes in the middle. */
static void many_values(void **state)
{
    (void)state;
    enum { N = 5000 };
    static int32_t values[N];
    for (int32_t i = 0; i < N; i++)
        values[i] = i < N / 2 ? i : i - N;
    static const SpanCase c = {
        "saw",
        {{"time", TYPE_INT, X_DIM, {TEXT("units", "days since 2000-01-01")}, 0}},
        {{values, N}},
        "1993-02-26T00:00:00Z",
        "2006-11-04T00:00:00Z",
        0,
        1,
        NULL};
    check_span(&c, N);
    check_span(&c, 777);
}

/* A format that knows its time variable is believed. */
static void format_knows(void **state)
{
    (void)state;
    static const Sketched sketched[VARS_MAX] = {
        {"time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 0},
        {"stamp", TYPE_DOUBLE, X_DIM, {TEXT("units", "days since 2000-01-01")}, 0}};
    Arena a = {0};
    Var vars[VARS_MAX];
    Dataset d;
    dataset_init(&d, &a);
    d.dims = dims;
    d.vars = vars;
    d.var_count = sketch_vars(sketched, vars);
    d.time_var = 1;
    void *s = NULL;
    Error e = {0};
    assert_ok(handler_coverage.begin(&d, NULL, &s, &e), &e);
    Block b = {.var = 1, .type = TYPE_DOUBLE, .count = 2, .values = halves};
    assert_ok(handler_coverage.block(s, &d, &b, &e), &e);
    assert_ok(handler_coverage.end(s, &d, &e), &e);
    check_instant("stamp", coverage_of(s), coverage_of(s)->last, "2000-01-02T12:00:00Z");
    arena_deinit(&a);
}

/* One group says more of its time than the other, and in another civil calendar. */
static void groups_that_say_it_otherwise(void **state)
{
    (void)state;
    static const Sketched sketched[VARS_MAX] = {
        {"/a/time",
         TYPE_DOUBLE,
         TIME_DIM,
         {TEXT("units", SINCE), TEXT("standard_name", "time")},
         1},
        {"/b/time",
         TYPE_DOUBLE,
         X_DIM,
         {TEXT("units", "days since 1970-01-02"), TEXT("calendar", "proleptic_gregorian")},
         2}};
    static const Sent sent[VARS_MAX] = {{in_order, 4}, {halves, 2}};
    static Group groups[] = {{.path = ""}, {.path = "/a"}, {.path = "/b"}};
    Arena a = {0};
    Var vars[VARS_MAX];
    Dataset d;
    dataset_init(&d, &a);
    d.dims = dims;
    d.dim_count = COUNT(dims);
    d.groups = groups;
    d.group_count = COUNT(groups);
    d.vars = vars;
    d.var_count = sketch_vars(sketched, vars);
    void *s = NULL;
    Error e = {0};
    assert_ok(handler_coverage.begin(&d, NULL, &s, &e), &e);
    send_all(s, &d, sent, 3);
    assert_ok(handler_coverage.end(s, &d, &e), &e);
    const Coverage *c = coverage_of(s);
    check_instant("first", c, c->first, "1970-01-01T00:00:00Z");
    check_instant("last", c, c->last, "1970-01-03T12:00:00Z");
    assert_int_equal(c->rows, 8); /* lengths of the two dimensions */
    assert_int_equal(d.note_count, 0);
    arena_deinit(&a);
}

/* Sweeps of a scanning lidar: a group each, times of any order between them. */
static void time_in_every_group(void **state)
{
    (void)state;
    static const Sketched sketched[VARS_MAX] = {
        {"/Sweep_1/time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", SINCE)}, 1},
        {"/Sweep_2/time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "days since 1970-01-02")}, 2},
        {"/Sweep_2/deep/time", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "days since 1900-01-01")}, 3},
        {"/Sweep_2/other", TYPE_DOUBLE, TIME_DIM, {TEXT("units", "days since 1900-01-01")}, 2},
        {"/Sweep_4/time",
         TYPE_DOUBLE,
         TIME_DIM,
         {TEXT("units", SINCE), TEXT("calendar", "noleap")},
         4}};
    static const Sent sent[VARS_MAX] = {
        {out_of_order, 4}, {halves, 2}, {halves, 2}, {halves, 2}, {in_order, 4}};
    static Group groups[] = {{.path = ""},
                             {.path = "/Sweep_1"},
                             {.path = "/Sweep_2"},
                             {.path = "/Sweep_2/deep"},
                             {.path = "/Sweep_4"}};
    Arena a = {0};
    Var vars[VARS_MAX];
    Dataset d;
    dataset_init(&d, &a);
    d.dims = dims;
    d.dim_count = COUNT(dims);
    d.groups = groups;
    d.group_count = COUNT(groups);
    d.vars = vars;
    d.var_count = sketch_vars(sketched, vars);
    void *s = NULL;
    Error e = {0};
    assert_ok(handler_coverage.begin(&d, NULL, &s, &e), &e);
    send_all(s, &d, sent, 3);
    assert_ok(handler_coverage.end(s, &d, &e), &e);
    const Coverage *c = coverage_of(s);
    assert_int_equal(c->time_var, 0);
    check_instant("first", c, c->first, "1970-01-01T01:00:00Z");
    check_instant("last", c, c->last, "1970-01-03T12:00:00Z");
    assert_true(c->rows_known);
    assert_int_equal(c->rows, 12);
    assert_true(has_note(&d, "variable /Sweep_4/time has another calendar than /Sweep_1/time, its "
                             "times are left out"));
    arena_deinit(&a);
}

static const Case cases[] = {
    {"time_in_every_group", time_in_every_group},
    {"groups_that_say_it_otherwise", groups_that_say_it_otherwise},
    {"time_variable", time_variable},
    {"spans", spans},
    {"units_that_cannot_be_read", units_that_cannot_be_read},
    {"many_values", many_values},
    {"format_knows", format_knows},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
