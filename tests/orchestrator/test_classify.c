/* test_classify.c: rules in order, globs and regular expressions, and names that are no data. */
#include "orchestrator/classify.h"

#include "core/text.h"
#include "tests/support/cases.h"

#include <string.h>

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static void first_match_wins(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e = {0};
    const Pipeline standard = {.name = "summary"}, met = {.name = "met"}, raw = {.name = "raw"};
    Rule rules[] = {
        {.glob = "*.lst", .ignore = true, .text = "rule 1"},
        {.glob = "/data/**/raw/*", .pipeline = &raw, .text = "rule 2"},
        {.regex = "met[0-9]+\\.(cdf|nc)$", .pipeline = &met, .text = "rule 3"},
        {.glob = "*", .pipeline = &raw, .text = "rule 4"},
    };
    assert_ok(regex_new(rules[2].regex, &a, &rules[2].compiled, &e), &e);
    static const struct {
        const char *path;
        size_t count;
        const char *pipeline, *rule;
    } rows[] = {
        {"/data/a/raw/x.lst", 3, NULL, "rule 1"},
        {"/data/raw/x.nc", 3, "raw", "rule 2"},
        {"/data/a/b/raw/x.nc", 3, "raw", "rule 2"},
        {"/data/a/raw/b/x.nc", 3, "summary", "by content"},
        {"/sgp/met12.cdf", 3, "met", "rule 3"},
        {"/met12.cdf/readings", 3, "summary", "by content"},
        {"/sgp/met12.cdf", 2, "summary", "by content"},
        {"/anything", 4, "raw", "rule 4"},
        {"/anything", 0, "summary", "by content"},
        {"/x.lst/y", 3, "summary", "by content"},
        {"/new\nline\xff.lst", 3, NULL, "rule 1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Choice c;
        classify(rules, rows[i].count, &standard, rows[i].path, &c);
        assert_string_equal(c.rule, rows[i].rule);
        if (rows[i].pipeline)
            assert_string_equal(c.pipeline->name, rows[i].pipeline);
        else
            assert_null(c.pipeline);
    }
}

static void no_data(void **state)
{
    (void)state;
    static const struct {
        const char *path, *why;
    } rows[] = {
        {"/d/.hidden", "hidden file (.*)"},
        {"/d/.git/objects/ab/cdef", "version control (**/.git/**)"},
        {"/d/README", "readme (readme*)"},
        {"/d/ReadMe.txt", "readme (readme*)"},
        {"/d/00README", "readme (*readme)"},
        {"/d/LICENSE", "licence (license*)"},
        {"/d/LICENCE.txt", "licence (licence*)"},
        {"/d/COPYING", "licence (copying*)"},
        {"/d/ChangeLog", "changelog (changelog*)"},
        {"/d/CHANGES", "changelog (changes)"},
        {"/d/plot.py", "script (*.py)"},
        {"/d/run.sh", "script (*.sh)"},
        {"/d/plot.R", "script (*.r)"},
        {"/d/read_cl.m", "script (*.m)"},
        {"/d/look.ipynb", "script (*.ipynb)"},
        {"/d/read.c", "program source (*.c)"},
        {"/d/read.F90", "program source (*.f90)"},
        {"/d/a.PNG", "picture (*.png)"},
        {"/d/a.jpeg", "picture (*.jpeg)"},
        {"/d/manual.pdf", "document (*.pdf)"},
        {"/d/index.html", "document (*.html)"},
        {"/d/notes.md", "document (*.md)"},
        {"/d/api.rst", "document (*.rst)"},
        {"/d/weir.yaml", "configuration (*.yaml)"},
        {"/d/a.ini", "configuration (*.ini)"},
        {"/d/station.cfg", "configuration (*.cfg)"},
        {"/d/Makefile", "configuration (makefile*)"},
        {"/d/CMakeLists.txt", "configuration (cmakelists.txt)"},
        {"/d/a.nc.md5", "checksum (*.md5)"},
        {"/d/a.sha256", "checksum (*.sha256)"},
        {"/d/SHA256SUMS", "checksum (sha256sum*)"},
        {"/d/notes.txt~", "backup (*~)"},
        {"/d/a.nc", NULL},
        {"/d/a.csv", NULL},
        {"/d/a.dat", NULL},
        {"/d/a.txt", NULL},
        {"/d/a.DAT", NULL},
        {"/d/data", NULL},
        {"/d/a.log", NULL},
        {"/d/a.json", NULL},
        {"/d/a.tif", NULL},
        {"/d/a.xlsx", NULL},
        {"/d/x.md5/a", NULL},
        {"/d/.cache/a.dat", NULL},
        {"/d/changes_in_wind.dat", NULL},
        {"/d/news_station.dat", NULL},
        {"name.png", "picture (*.png)"},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *why = classify_no_data(rows[i].path);
        if ((why == NULL) != (rows[i].why == NULL) || (why && strcmp(why, rows[i].why) != 0))
            fail_msg("%s: %s", rows[i].path, why ? why : "data");
    }
}

static void long_paths(void **state)
{
    (void)state;
    char path[9000];
    memset(path, 'd', sizeof path);
    for (size_t i = 0; i < sizeof path; i += 200)
        path[i] = '/';
    memcpy(path + sizeof path - 7, "/a.PNG", 7);
    assert_string_equal(classify_no_data(path), "picture (*.png)");
}

/* Rows behind one that catches the same names would never be shown. */
static void every_row_can_match(void **state)
{
    (void)state;
    for (const NoDataRule *r = no_data_rules; r->glob; r++) {
        char name[64];
        size_t n = 0;
        for (const char *p = r->glob; *p; p++)
            if (*p != '*')
                name[n++] = *p;
            else if (p == r->glob || p[-1] != '*')
                name[n++] = 'x';
        name[n] = '\0';
        const char *why = classify_no_data(name);
        assert_non_null(why);
        if (strcmp(why, r->why) != 0)
            fail_msg("%s is never reached: %s comes first", r->why, why);
        assert_null(strpbrk(r->glob, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
    }
}

static const Case cases[] = {
    {"first_match_wins", first_match_wins},
    {"no_data", no_data},
    {"long_paths", long_paths},
    {"every_row_can_match", every_row_can_match},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
