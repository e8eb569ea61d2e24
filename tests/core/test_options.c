/* test_options.c: every kind of option from text and back, and what is said of a wrong one. */
#include "core/options.h"
#include "tests/support/cases.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct Everything {
    bool flag;
    int64_t jobs, any;
    double factor, timeout;
    uint64_t memory;
    const char *out, *mark;
    StringList include;
} Everything;

static const char *const marks[] = {"point", "comma", NULL};

static const Option table[] = {
    {.key = "flag", .letter = 'f', .kind = OPTION_FLAG, .offset = offsetof(Everything, flag)},
    {.key = "jobs",
     .letter = 'j',
     .kind = OPTION_INT,
     .offset = offsetof(Everything, jobs),
     .standard = "2",
     .max = 1024},
    {.key = "any", .kind = OPTION_INT, .offset = offsetof(Everything, any)},
    {.key = "factor",
     .kind = OPTION_NUMBER,
     .offset = offsetof(Everything, factor),
     .standard = "0.5",
     .min = -1,
     .max = 1},
    {.key = "timeout",
     .kind = OPTION_DURATION,
     .offset = offsetof(Everything, timeout),
     .standard = "1m",
     .min = 0.1,
     .max = 86400},
    {.key = "memory",
     .kind = OPTION_SIZE,
     .offset = offsetof(Everything, memory),
     .standard = "1GiB",
     .min = 1 << 20,
     .max = INFINITY},
    {.key = "out",
     .kind = OPTION_STRING,
     .offset = offsetof(Everything, out),
     .standard = "weir-out"},
    {.key = "mark", .kind = OPTION_CHOICE, .offset = offsetof(Everything, mark), .choices = marks},
    {.key = "include",
     .kind = OPTION_LIST,
     .offset = offsetof(Everything, include),
     .standard = "everything"},
    {0},
};

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static void defaults(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error error = {0}, *e = &error;
    Everything v;
    memset(&v, 0xAB, sizeof v);
    assert_ok(options_defaults(table, &v, &a, e), e);
    assert_false(v.flag);
    assert_int_equal(v.jobs, 2);
    assert_int_equal(v.any, 0);
    assert_true(v.factor == 0.5);
    assert_true(v.timeout == 60);
    assert_int_equal(v.memory, 1073741824);
    assert_string_equal(v.out, "weir-out");
    assert_null(v.mark);
    assert_int_equal(v.include.count, 0);
}

static void check_set(const char *key, const char *text, const char *back)
{
    auto_arena Arena a = {0};
    Error error = {0}, *e = &error;
    Everything v;
    assert_ok(options_defaults(table, &v, &a, e), e);
    const Option *row = options_find(table, key);
    assert_non_null(row);
    assert_ok(options_set(row, &v, text, &a, e), e);
    assert_string_equal(options_text(row, &v, &a), back);
    Everything again;
    assert_ok(options_defaults(table, &again, &a, e), e);
    assert_ok(options_set(row, &again, back, &a, e), e);
    assert_string_equal(options_text(row, &again, &a), back);
}

/* Set from text, then the text that would set it again. */
static void set_and_text(void **state)
{
    (void)state;
    static const struct {
        const char *key, *text, *back;
    } rows[] = {
        {"flag", "true", "true"},
        {"flag", "Yes", "true"},
        {"flag", "off", "false"},
        {"jobs", "1024", "1024"},
        {"any", "-9223372036854775808", "-9223372036854775808"},
        {"factor", "-0.25", "-0.25"},
        {"factor", "1e-3", "0.001"},
        {"timeout", "250ms", "0.25s"},
        {"timeout", "1d", "86400s"},
        {"memory", "1024K", "1MiB"},
        {"memory", "1048577", "1048577"},
        {"memory", "3T", "3TiB"},
        {"out", "", ""},
        {"out", "a b,c", "a b,c"},
        {"mark", "comma", "comma"},
        {"include", "*.nc,*.cdf", "*.nc,*.cdf"},
        {"include", "a\\,b,c", "a\\,b,c"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_set(rows[i].key, rows[i].text, rows[i].back);
}

static void text_of_nothing(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Everything v = {0};
    assert_string_equal(options_text(options_find(table, "out"), &v, &a), "");
    assert_string_equal(options_text(options_find(table, "include"), &v, &a), "");
    assert_string_equal(options_text(options_find(table, "memory"), &v, &a), "0");
    assert_string_equal(options_text(options_find(table, "timeout"), &v, &a), "0s");
}

/* The value stays what it was. */
static void check_refused(const char *key, const char *text, const char *message)
{
    auto_arena Arena a = {0};
    Error e = {0};
    Everything v;
    assert_ok(options_defaults(table, &v, &a, &e), &e);
    const Option *row = options_find(table, key);
    const char *before = options_text(row, &v, &a);
    assert_false(options_set(row, &v, text, &a, &e));
    assert_string_equal(e.message, message);
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "bad_value");
    assert_string_equal(options_text(row, &v, &a), before);
}

static void refused(void **state)
{
    (void)state;
    static const struct {
        const char *key, *text, *message;
    } rows[] = {
        {"flag", "maybe", "`flag` is `maybe`, but must be true or false"},
        {"flag", "", "`flag` is ``, but must be true or false"},
        {"jobs", "many", "`jobs` is `many`, but must be a whole number from 0 to 1024"},
        {"jobs", "1025", "`jobs` is `1025`, but must be a whole number from 0 to 1024"},
        {"jobs", "-1", "`jobs` is `-1`, but must be a whole number from 0 to 1024"},
        {"any", "1.5", "`any` is `1.5`, but must be a whole number"},
        {"factor", "1.01", "`factor` is `1.01`, but must be a number from -1 to 1"},
        {"factor", "nan", "`factor` is `nan`, but must be a number from -1 to 1"},
        {"factor", "1e999", "`factor` is `1e999`, but must be a number from -1 to 1"},
        {"timeout", "soon",
         "`timeout` is `soon`, but must be a time like 250ms, 30s, 5m, 2h or 1d "
         "from 100 ms to 1 d"},
        {"timeout", "0",
         "`timeout` is `0`, but must be a time like 250ms, 30s, 5m, 2h or 1d "
         "from 100 ms to 1 d"},
        {"memory", "1K",
         "`memory` is `1K`, but must be a size like 512K, 64M or 1.5G of at least 1.0 MiB"},
        {"mark", "coma",
         "`mark` is `coma`, but must be one of `point`, `comma` (did you mean `comma`?)"},
        {"mark", "xyz", "`mark` is `xyz`, but must be one of `point`, `comma`"},
        {"mark", "a\x1b[1m\n", "`mark` is `a\\x1b[1m\\n`, but must be one of `point`, `comma`"},
        {"jobs", "12345678901234567890123456789012345678901234567890123456789\xc3\xa9long",
         "`jobs` is `12345678901234567890123456789012345678901234567890123456789...`, but must be "
         "a whole number from 0 to 1024"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_refused(rows[i].key, rows[i].text, rows[i].message);
}

static void lists_grow(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error error = {0}, *e = &error;
    Everything v = {0};
    const Option *row = options_find(table, "include");
    assert_ok(options_set(row, &v, "*.nc", &a, e), e);
    assert_ok(options_set(row, &v, "a\\,b,\\x,", &a, e), e);
    assert_int_equal(v.include.count, 4);
    assert_string_equal(v.include.items[0], "*.nc");
    assert_string_equal(v.include.items[1], "a,b");
    assert_string_equal(v.include.items[2], "\\x");
    assert_string_equal(v.include.items[3], "");
}

static void finding(void **state)
{
    (void)state;
    assert_ptr_equal(options_find(table, "jobs"), &table[1]);
    assert_null(options_find(table, "job"));
    assert_ptr_equal(options_find_letter(table, 'j'), &table[1]);
    assert_null(options_find_letter(table, 'x'));
    assert_null(options_find_letter(table, '\0'));
    assert_string_equal(options_nearest(table, "memroy"), "memory");
    assert_null(options_nearest(table, "quux"));
}

static void full_arena(void **state)
{
    (void)state;
    auto_arena Arena a = {.ceiling = 16};
    Error e = {0};
    Everything v = {0};
    assert_false(options_set(options_find(table, "out"), &v, "a string of over 16 bytes", &a, &e));
    assert_string_equal(e.code, "memory");
    assert_null(v.out);
}

static const Case cases[] = {
    {"defaults", defaults},
    {"set_and_text", set_and_text},
    {"text_of_nothing", text_of_nothing},
    {"refused", refused},
    {"lists_grow", lists_grow},
    {"finding", finding},
    {"full_arena", full_arena},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
