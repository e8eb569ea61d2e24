/* test_statistics.c: whole datasets through the handler. */
#include "handlers/statistics.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct Fixture {
    Arena arena;
    Dataset dataset;
    void *state;
    Error error;
} Fixture;

static void begin(Fixture *f, Var *vars, size_t count, const StatisticsOptions *o)
{
    *f = (Fixture){0};
    dataset_init(&f->dataset, &f->arena);
    f->dataset.vars = vars;
    f->dataset.var_count = count;
    assert_ok(handler_statistics.begin(&f->dataset, o, &f->state, &f->error), &f->error);
}

static void send(Fixture *f, Block b)
{
    assert_ok(handler_statistics.block(f->state, &f->dataset, &b, &f->error), &f->error);
}

static void end(Fixture *f)
{
    assert_ok(handler_statistics.end(f->state, &f->dataset, &f->error), &f->error);
}

/* One variable in one block. */
static const SummaryResult *one(Fixture *f, Var *v, const void *values, uint64_t count)
{
    begin(f, v, 1, NULL);
    send(f, (Block){.type = v->type, .count = count, .values = values});
    end(f);
    return &statistics_of(f->state, 0)->result;
}

static void numbers(void **state)
{
    (void)state;
    static const int16_t fill = -1;
    static const double scale = 0.5;
    static const Attr attrs[] = {{"_FillValue", TYPE_SHORT, 1, &fill},
                                 {"scale_factor", TYPE_DOUBLE, 1, &scale}};
    static const int16_t values[] = {2, -1, 4, 6};
    Var v = {.name = "temp", .type = TYPE_SHORT, .attrs = attrs, .attr_count = 2, .count = 4};
    Fixture f;
    const SummaryResult *r = one(&f, &v, values, COUNT(values));
    assert_int_equal(r->n, 4);
    assert_int_equal(r->valid, 3);
    assert_int_equal(r->missing, 1);
    assert_true(r->min.d == 1 && r->max.d == 3 && r->first.d == 1 && r->last.d == 3);
    assert_true(r->mean == 2 && r->std == 1 && r->p50 == 2 && r->has_quantiles);
    assert_int_equal(statistics_of(f.state, 0)->read, 4);
    arena_deinit(&f.arena);
}

static void enumeration(void **state)
{
    (void)state;
    static const uint8_t values[] = {1, 2, 2};
    Var v = {.name = "sky", .type = TYPE_ENUM, .base = TYPE_UBYTE, .count = 3};
    Fixture f;
    begin(&f, &v, 1, NULL);
    send(&f, (Block){.type = TYPE_UBYTE, .count = 3, .values = values});
    end(&f);
    const SummaryResult *r = &statistics_of(f.state, 0)->result;
    assert_int_equal(r->valid, 3);
    assert_int_equal(r->max.u, 2);
    arena_deinit(&f.arena);
}

static void time_has_no_quantiles(void **state)
{
    (void)state;
    static const Attr units = {"units", TYPE_CHAR, 24, "seconds since 1970-01-01"};
    static const double values[] = {1546300800, 1546300860};
    Var v = {.name = "time", .type = TYPE_DOUBLE, .attrs = &units, .attr_count = 1, .count = 2};
    Fixture f;
    const SummaryResult *r = one(&f, &v, values, 2);
    assert_false(r->has_quantiles);
    assert_false(r->has_histogram);
    assert_true(r->mean == 1546300830);
    arena_deinit(&f.arena);
}

static void quantiles_switched_off(void **state)
{
    (void)state;
    static const float value = 3;
    Var v = {.name = "t", .type = TYPE_FLOAT, .count = 1};
    StatisticsOptions o = {.quantiles = false};
    Fixture f;
    begin(&f, &v, 1, &o);
    send(&f, (Block){.type = TYPE_FLOAT, .count = 1, .values = &value});
    end(&f);
    assert_false(statistics_of(f.state, 0)->result.has_quantiles);
    arena_deinit(&f.arena);
}

typedef struct CellCase {
    const char *cell;
    bool missing;
} CellCase;

static const CellCase cells[] = {
    {"", true},        {"  \t", true},  {"NaN", true},     {"nan", true},     {"NA", true},
    {"n/a", true},     {"Null", true},  {"-", true},       {"---", true},     {"/////", true},
    {"****", true},    {" NA ", true},  {"missing", true}, {"No Data", true}, {"none", false},
    {"Nantes", false}, {"NAN0", false}, {"-1", false},     {"/", false},      {"-/-", false},
    {"N", false},      {"0", false},    {"-999", false},   {"a\tb", false},   {"XX", true},
};

static void missing_texts(void **state)
{
    (void)state;
    static const Attr fill = {"_FillValue", TYPE_CHAR, 2, "XX"};
    for (size_t i = 0; i < COUNT(cells); i++) {
        StringView cell = {cells[i].cell, strlen(cells[i].cell)};
        Var v = {.name = "code", .type = TYPE_STRING, .attrs = &fill, .attr_count = 1};
        Fixture f;
        begin(&f, &v, 1, NULL);
        send(&f, (Block){.type = TYPE_STRING, .count = 1, .strings = &cell});
        end(&f);
        const SummaryResult *r = &statistics_of(f.state, 0)->result;
        if (r->n != 1 || r->missing != cells[i].missing || r->valid != !cells[i].missing)
            fail_msg("'%s'", cells[i].cell);
        assert_false(r->has_values);
        arena_deinit(&f.arena);
    }
}

static void characters(void **state)
{
    (void)state;
    static const Attr fill = {"_FillValue", TYPE_CHAR, 1, "b"};
    Var with = {.name = "c", .type = TYPE_CHAR, .attrs = &fill, .attr_count = 1, .count = 6};
    Fixture f;
    const SummaryResult *r = one(&f, &with, "abcb\0 ", 6);
    assert_int_equal(r->valid, 4);
    assert_int_equal(r->missing, 2);
    arena_deinit(&f.arena);
    Var without = {.name = "c", .type = TYPE_CHAR, .count = 6};
    r = one(&f, &without, "abcb\0 ", 6);
    assert_int_equal(r->valid, 6);
    arena_deinit(&f.arena);
}

static void without_statistics(void **state)
{
    (void)state;
    Var v[] = {{.name = "sent", .type = TYPE_COMPOUND, .count = 7},
               {.name = "unsent", .type = TYPE_VLEN, .count = 9}};
    Fixture f;
    begin(&f, v, 2, NULL);
    send(&f, (Block){.var = 0, .type = TYPE_COMPOUND, .count = 3});
    end(&f);
    assert_int_equal(statistics_of(f.state, 0)->result.n, 3);
    assert_int_equal(statistics_of(f.state, 0)->result.valid, 3);
    assert_int_equal(statistics_of(f.state, 1)->result.n, 9);
    assert_int_equal(statistics_of(f.state, 1)->result.valid, 9);
    arena_deinit(&f.arena);
}

static void failed_variable(void **state)
{
    (void)state;
    static const float values[] = {1, 2, 3};
    Var v[] = {{.name = "bad", .type = TYPE_FLOAT, .count = 6},
               {.name = "good", .type = TYPE_FLOAT, .count = 3}};
    Fixture f;
    begin(&f, v, 2, NULL);
    send(&f, (Block){.var = 0, .type = TYPE_FLOAT, .count = 3, .values = values});
    Block broken = {.var = 0, .start = 3, .failed = true};
    error_coded(&broken.error, ERROR_DATA, "checksum", "chunk 1 is damaged");
    send(&f, broken);
    send(&f, (Block){.var = 1, .type = TYPE_FLOAT, .count = 3, .values = values});
    end(&f);
    const VariableStatistics *bad = statistics_of(f.state, 0), *good = statistics_of(f.state, 1);
    assert_true(bad->failed);
    assert_string_equal(bad->error.code, "checksum");
    assert_int_equal(bad->read, 3);
    static const SummaryResult nothing;
    assert_memory_equal(&bad->result, &nothing, sizeof nothing);
    assert_false(good->failed);
    assert_true(good->result.mean == 2);
    arena_deinit(&f.arena);
}

static void blocks_that_lie(void **state)
{
    (void)state;
    static const double value = 1;
    Var v = {.name = "t", .type = TYPE_FLOAT, .count = 1};
    Fixture f;
    begin(&f, &v, 1, NULL);
    Block wrong_type = {.type = TYPE_DOUBLE, .count = 1, .values = &value};
    assert_false(handler_statistics.block(f.state, &f.dataset, &wrong_type, &f.error));
    assert_string_equal(f.error.message, "variable t is float, its values came as double");
    Block wrong_variable = {.var = 1, .type = TYPE_FLOAT, .count = 1, .values = &value};
    error_clear(&f.error);
    assert_false(handler_statistics.block(f.state, &f.dataset, &wrong_variable, &f.error));
    arena_deinit(&f.arena);
}

static void masking_notes_arrive(void **state)
{
    (void)state;
    static const Attr attr = {"missing_value", TYPE_CHAR, 4, "-999"};
    static const float value = 1;
    Var v = {.name = "t", .type = TYPE_FLOAT, .attrs = &attr, .attr_count = 1, .count = 1};
    Fixture f;
    one(&f, &v, &value, 1);
    assert_int_equal(f.dataset.note_count, 1);
    assert_string_equal(f.dataset.notes[0], "variable t: missing_value is not a number, not used");
    arena_deinit(&f.arena);
}

/* A thousand variables of a few values must not need a megabyte of counters. */
static void many_small_variables(void **state)
{
    (void)state;
    enum { VARS = 1000 };
    static Var vars[VARS];
    static const double values[] = {1, 2, 3, 4};
    for (size_t i = 0; i < VARS; i++)
        vars[i] = (Var){.name = "v", .type = TYPE_DOUBLE, .count = 4};
    Fixture f;
    begin(&f, vars, VARS, NULL);
    for (size_t i = 0; i < VARS; i++)
        send(&f, (Block){.var = i, .type = TYPE_DOUBLE, .count = 4, .values = values});
    end(&f);
    assert_true(f.arena.used < 3000 * VARS);
    arena_deinit(&f.arena);
}

typedef struct SentinelCase {
    const char *name;
    float values[12];
    size_t count;
    bool code;
    const char *note;
    const char *units;
} SentinelCase;

static const SentinelCase sentinel_cases[] = {
    {"-999 twice",
     {-999, 12, 13, -999, 14},
     5,
     false,
     "variable t: 2 values are -999, far from all others, which looks like a missing value; "
     "declare "
     "it as missing_value if it is one",
     NULL},
    {"1e20 once",
     {12, 13, 1e20F, 14},
     4,
     false,
     "variable t: 1 value is 1e+20, far from all others, which looks like a missing value; declare "
     "it as missing_value if it is one",
     NULL},
    {"-99.99",
     {-99.99F, -40, 50, -99.99F},
     4,
     false,
     "variable t: 2 values are -99.99, far from all others, which looks like a missing value; "
     "declare it as missing_value if it is one",
     NULL},
    {"nothing but -9999",
     {-9999, -9999},
     2,
     false,
     "variable t: every value is -9999, which looks like a missing value; declare it as "
     "missing_value if it is one",
     NULL},
    {"99.99 among pressures",
     {99.5F, 99.6F, 99.7F, 99.8F, 99.9F, 99.95F, 99.99F},
     7,
     false,
     NULL,
     NULL},
    {"99 once", {1, 2, 99}, 3, false, NULL, NULL},
    {"99 as a code", {1, 2, 99, 99}, 4, true, NULL, NULL},
    {"not a sentinel", {1, 2, -998, -998}, 4, false, NULL, NULL},
    {"only 99", {99, 99}, 2, false, NULL, NULL},
    {"99 beside 100, per cent of a laser's energy", {99, 99, 99, 100, 99}, 5, false, NULL, NULL},
    {"99 nearly always, else 60", {99, 99, 60, 99, 99, 99, 70}, 7, false, NULL, NULL},
    {"99.9 per cent of humidity", {40, 41, 99.9F, 42, 43, 99.9F}, 6, false, NULL, "%"},
    {"99.9 of a speed",
     {4, 5, 99.9F, 6, 7, 99.9F},
     6,
     false,
     "variable t: 2 values are 99.9, far from all others, which looks like a missing value; "
     "declare it as missing_value if it is one",
     "m s-1"},
    {"999 beside 990 hPa", {990, 999, 999, 999}, 4, false, NULL, "hPa"},
};

static void likely_sentinels(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(sentinel_cases); i++) {
        const SentinelCase *c = &sentinel_cases[i];
        const Attr flag = {"flag_meanings", TYPE_CHAR, 3, "a b"};
        const Attr units = {"units", TYPE_CHAR, c->units ? strlen(c->units) : 0, c->units};
        Var v = {.name = "t", .type = TYPE_FLOAT, .attrs = c->code ? &flag : &units};
        v.attr_count = c->code || c->units;
        Fixture f;
        const SummaryResult *r = one(&f, &v, c->values, c->count);
        assert_int_equal(r->valid, c->count); /* pointed out, never masked */
        if (f.dataset.note_count != (c->note != NULL))
            fail_msg("%s: %zu notes", c->name, f.dataset.note_count);
        if (c->note)
            assert_string_equal(f.dataset.notes[0], c->note);
        arena_deinit(&f.arena);
    }
}

static void full_arena(void **state)
{
    (void)state;
    enum { VARS = 100 };
    static Var vars[VARS];
    for (size_t i = 0; i < VARS; i++)
        vars[i] = (Var){.name = "v", .type = TYPE_DOUBLE, .count = 4};
    Arena a;
    arena_init(&a, 20000);
    Dataset d;
    dataset_init(&d, &a);
    d.vars = vars;
    d.var_count = VARS;
    void *s = NULL;
    Error e = {0};
    assert_false(handler_statistics.begin(&d, NULL, &s, &e));
    assert_string_equal(e.code, "memory");
    arena_deinit(&a);
}

static const Case cases[] = {
    {"numbers", numbers},
    {"enumeration", enumeration},
    {"time_has_no_quantiles", time_has_no_quantiles},
    {"quantiles_switched_off", quantiles_switched_off},
    {"missing_texts", missing_texts},
    {"characters", characters},
    {"without_statistics", without_statistics},
    {"failed_variable", failed_variable},
    {"blocks_that_lie", blocks_that_lie},
    {"masking_notes_arrive", masking_notes_arrive},
    {"many_small_variables", many_small_variables},
    {"likely_sentinels", likely_sentinels},
    {"full_arena", full_arena},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
