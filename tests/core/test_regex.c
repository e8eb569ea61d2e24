/* test_regex.c: expressions that are found, that are none, and their groups. */
#include "core/regex.h"
#include "tests/support/cases.h"

#include <string.h>

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static void regular_expressions(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *text;
        bool found;
    } rows[] = {
        {"b+", "abbc", true},
        {"^b", "abbc", false},
        {"\\.csv$", "/d/a.csv", true},
        {"\\.csv$", "/d/a.csv.gz", false},
        {"(?i)MORRO", "/d/morro_bay.csv", true},
        {"MORRO", "/d/morro_bay.csv", false},
        {".*morro.*\\.csv", "/x/ca-morro-bay.csv", true},
        {"^/d/(\\w+)/\\1\\.nc$", "/d/met/met.nc", true},
        {"^/d/(\\w+)/\\1\\.nc$", "/d/met/rad.nc", false},
        {"^.\\xff.$",
         "a\xff"
         "b",
         true}, /* bytes, not characters */
        {"", "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_arena Arena a = {0};
        Error e = {0};
        Regex *r;
        if (!regex_new(rows[i].pattern, &a, &r, &e))
            fail_msg("%s", e.message);
        if (regex_found(r, rows[i].text, strlen(rows[i].text)) != rows[i].found)
            fail_msg("%s in %s", rows[i].pattern, rows[i].text);
    }
}

static void bad_regular_expressions(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *message;
    } rows[] = {
        {"(", "`(` is no regular expression: missing closing parenthesis (at character 2)"},
        {"a**+b", "`a**+b` is no regular expression: quantifier does not follow a repeatable item "
                  "(at character 3)"},
        {"[z-a]", "`[z-a]` is no regular expression: range out of order in character class "
                  "(at character 4)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_arena Arena a = {0};
        Error e = {0};
        Regex *r = NULL;
        assert_false(regex_new(rows[i].pattern, &a, &r, &e));
        assert_string_equal(e.message, rows[i].message);
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_null(r);
    }
}

/* (a+)+$ on a run of a's takes 2^n steps: the match limit ends it. */
static void endless_backtracking_is_no_match(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e = {0};
    Regex *r;
    assert_ok(regex_new("^(a+)+(a+)+$", &a, &r, &e), &e);
    static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab";
    assert_false(regex_found(r, text, strlen(text)));
    assert_false(regex_split(r, text, strlen(text), NULL));
}

static void expect_groups(const Regex *r, const StringView *found, const char *const *groups)
{
    for (size_t k = 0; k <= regex_groups(r); k++) {
        const char *text = found[k].bytes;
        size_t length = groups[k] ? strlen(groups[k]) : 0;
        assert_true((text != NULL) == (groups[k] != NULL));
        assert_int_equal(found[k].length, length);
        assert_true(!text || !groups[k] || memcmp(text, groups[k], length) == 0);
    }
}

typedef struct Groups {
    const char *pattern, *text;
    bool found;
    const char *groups[4]; /* the whole match first */
} Groups;

static void check_groups(const Groups *row)
{
    auto_arena Arena a = {0};
    Error e = {0};
    Regex *r;
    StringView found[4] = {0};
    assert_ok(regex_new(row->pattern, &a, &r, &e), &e);
    assert_true(regex_groups(r) < 4);
    assert_int_equal(regex_split(r, row->text, strlen(row->text), found), row->found);
    if (row->found)
        expect_groups(r, found, row->groups);
}

static void groups(void **state)
{
    (void)state;
    static const Groups rows[] = {
        {"(\\w+)=(\\d+)", "x ab=12;", true, {"ab=12", "ab", "12"}},
        {"(a)|(b)", "b", true, {"b", NULL, "b"}},
        {"(a)?(b)?", "a", true, {"a", "a", NULL}},
        {"()x", "x", true, {"x", ""}},
        {"^(b)", "ab", false, {NULL}},
    };
    for (size_t i = 0; i < CASES(rows); i++)
        check_groups(&rows[i]);
}

static const Case cases[] = {
    {"regular_expressions", regular_expressions},
    {"bad_regular_expressions", bad_regular_expressions},
    {"endless_backtracking_is_no_match", endless_backtracking_is_no_match},
    {"groups", groups},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
