/* test_unit_names.c: what members are called. */
#include "orchestrator/unit_names.h"
#include "tests/support/cases.h"

#include <stdio.h>

static void printable_and_unique(void **state)
{
    (void)state;
    static const struct {
        const char *folder, *name, *unit;
    } rows[] = {
        {"", "a.csv", "a.csv"},
        {"", "a.csv", "a.csv#2"},
        {"", "a.csv", "a.csv#3"},
        {"", "a.csv#2", "a.csv#2#2"},
        {"", "", "(no name)"},
        {"", "", "(no name)#2"},
        {"in.zip", "a.csv", "in.zip/a.csv"},
        {"", "in.zip/a.csv", "in.zip/a.csv#2"},
        {"in.zip", "", "in.zip/(no name)"},
        {"", "t\n\x1b[31m", "t\\n\\x1b[31m"},
        {"", "T\xe9mp", "T\\xe9mp"},
        {"", "T\xc3\xa9mp", "T\xc3\xa9mp"},
        {"", "../../etc/passwd", "../../etc/passwd"},
    };
    Arena a;
    UnitNames names = {0};
    Error e = {0};
    arena_init(&a, 0);
    for (size_t i = 0; i < CASES(rows); i++) {
        const char *unit;
        assert_ok(unit_names_add(&names, &a, rows[i].folder, rows[i].name, &unit, &e), &e);
        assert_string_equal(unit, rows[i].unit);
    }
    unit_names_deinit(&names);
    arena_deinit(&a);
}

/* A hostile archive may call all of its members the same. */
static void many_namesakes(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    Arena a;
    UnitNames names = {0};
    Error e = {0};
    const char *unit = "";
    char last[32];
    arena_init(&a, 0);
    for (int i = 0; i < COUNT; i++)
        assert_ok(unit_names_add(&names, &a, "", "x", &unit, &e), &e);
    snprintf(last, sizeof last, "x#%d", COUNT);
    assert_string_equal(unit, last);
    unit_names_deinit(&names);
    arena_deinit(&a);
}

static void names_that_lead_out(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool out;
    } rows[] = {
        {"a", false},      {"/a", true},        {"..", true},           {"../a", true},
        {"a/../b", false}, {"a/../../b", true}, {"./../a", true},       {"a/./../b", false},
        {"..a/b", false},  {"a/..", false},     {"a/b/../../..", true}, {"", false},
    };
    for (size_t i = 0; i < CASES(rows); i++)
        if (unit_name_leads_out(rows[i].name) != rows[i].out)
            fail_msg("%s", rows[i].name);
}

static const Case cases[] = {
    {"printable_and_unique", printable_and_unique},
    {"many_namesakes", many_namesakes},
    {"names_that_lead_out", names_that_lead_out},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
