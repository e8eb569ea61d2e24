/* test_config_mistakes.c: for each kind of mistake in a configuration the exact words and place. */
#include "orchestrator/config.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

static void free_arena(Arena *a)
{
    arena_deinit(a);
}
#define auto_arena __attribute__((cleanup(free_arena)))

static bool parse(const char *text, Arena *a, Config *c, Error *e)
{
    *e = (Error){0};
    return config_parse(text, strlen(text), "weir.yaml", a, c, e);
}

typedef struct Mistake {
    const char *text, *message;
} Mistake;

static void check_mistakes(const Mistake *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        auto_arena Arena a = {0};
        Error e;
        Config c = {.rule_count = 77};
        if (parse(rows[i].text, &a, &c, &e))
            fail_msg("taken as good:\n%s", rows[i].text);
        if (strcmp(e.message, rows[i].message) != 0)
            fail_msg("%s\n  says  %s\n  not   %s", rows[i].text, e.message, rows[i].message);
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(e.code, "configuration");
        assert_true(strncmp(e.place, "line ", 5) == 0);
        assert_int_equal(c.rule_count, 77);
    }
}

/* What `text` is told is checked item by item, and each is blamed where it stands. */
static void described_text(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"pipelines:\n  a:\n    format: text\n    options:\n      columns:\n        - time skip\n"
         "        - temp nummer\n",
         "weir.yaml:7:11: `temp`: unknown word `nummer` (did you mean `number`?)"},
        {"rules:\n  - match: '*.x'\n    format: text\n    options: {row_regex: 'a'}\n",
         "weir.yaml:4:26: `row_regex` has no group: put round brackets around what is a cell"},
        {"formats:\n  text:\n    time_zone: CET\n",
         "weir.yaml:3:16: `time_zone` is `CET`, but must be UTC or an offset like +02:00"},
        {"formats:\n  text: {widths: [3, x]}\n",
         "weir.yaml:2:22: `widths` has `x`, but must have widths (11) or the first and the last "
         "character (12-22)"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void unknown_keys(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"formats:\n  csv:\n    sepparator: ;\n",
         "weir.yaml:3:5: unknown key `sepparator` (did you mean `separator`?)"},
        {"sorces: []", "weir.yaml:1:1: unknown key `sorces` (did you mean `sources`?)"},
        {"# hello\n\nelephant: 1",
         "weir.yaml:3:1: unknown key `elephant`; allowed: sources, run, statistics, lidar, "
         "formats, pipelines, rules, outputs"},
        {"run: {jbos: 1}", "weir.yaml:1:7: unknown key `jbos` (did you mean `jobs`?)"},
        {"run:\n  jobs: 2\n  threads: 2\n",
         "weir.yaml:3:3: unknown key `threads`; allowed: out, jobs, include, exclude, since, "
         "until, shard, "
         "limit, force, quiet, json, timeout, memory, decoded, members, "
         "unpacked, ratio, depth, prefetch, ranges, store, patience"},
        {"statistics:\n  quantile: true",
         "weir.yaml:2:3: unknown key `quantile` (did you mean `quantiles`?)"},
        {"lidar: {ray_min: 5}", "weir.yaml:1:9: unknown key `ray_min` (did you mean `rays_min`?)"},
        {"pipelines: {a: {lidar: {cnr: -20}}}",
         "weir.yaml:1:25: unknown key `cnr`; allowed: intensity_min, cnr_min, rays_min, "
         "condition_max, residual_max, jump_max, gap_max, towards"},
        {"rules: [{match: x, pipeline: lidr}]",
         "weir.yaml:1:30: unknown pipeline `lidr` (did you mean `lidar`?)"},
        {"formats:\n  cvs: {}", "weir.yaml:2:3: unknown key `cvs` (did you mean `csv`?)"},
        {"formats: {netcdf3: {skip: 1}}",
         "weir.yaml:1:21: unknown key `skip`; none is allowed here"},
        {"pipelines: {a: {fromat: csv}}",
         "weir.yaml:1:17: unknown key `fromat` (did you mean `format`?)"},
        {"pipelines:\n  a:\n    format: cvs\n",
         "weir.yaml:3:13: unknown format `cvs` (did you mean `csv`?)"},
        {"pipelines:\n  a: {format: csv, options: {skpi: 1}}\n",
         "weir.yaml:2:30: unknown key `skpi` (did you mean `skip`?)"},
        {"pipelines: {a: {format: netcdf3, options: {skip: 1}}}",
         "weir.yaml:1:44: unknown key `skip`; none is allowed here"},
        {"rules:\n  - match: x\n    pipline: y",
         "weir.yaml:3:5: unknown key `pipline` (did you mean `pipeline`?)"},
        {"pipelines: {met: }\nrules:\n  - {match: x, pipeline: mte}",
         "weir.yaml:3:26: unknown pipeline `mte` (did you mean `met`?)"},
        {"rules:\n  - {match: a, format: csv}\n  - {match: x, pipeline: nowhere}",
         "weir.yaml:3:26: unknown pipeline `nowhere`; allowed: summary, lidar"},
        {"rules: [{match: x, options: {sperator: ','}}]",
         "weir.yaml:1:30: unknown key `sperator` (did you mean `separator`?)"},
        {"run: {<<: 1}", "weir.yaml:1:7: unknown key `<<`; allowed: out, jobs, include, exclude, "
                         "since, until, shard, limit, force, "
                         "quiet, json, timeout, memory, decoded, members, "
                         "unpacked, ratio, depth, prefetch, ranges, store, patience"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void wrong_values(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"run:\n  jobs: many\n",
         "weir.yaml:2:9: `jobs` is `many`, but must be a whole number from 0 to 4096"},
        {"run: {jobs: -1}",
         "weir.yaml:1:13: `jobs` is `-1`, but must be a whole number from 0 to 4096"},
        {"run: {jobs: 1.5}",
         "weir.yaml:1:13: `jobs` is `1.5`, but must be a whole number from 0 to 4096"},
        {"run: {jobs: }", "weir.yaml:1:7: `jobs` has no value"},
        {"run: {jobs: ''}",
         "weir.yaml:1:13: `jobs` is ``, but must be a whole number from 0 to 4096"},
        {"run: {timeout: soon}",
         "weir.yaml:1:16: `timeout` is `soon`, but must be a time like 250ms, 30s, 5m, 2h or 1d "
         "from 100 ms to 1 d"},
        {"run: {memory: 1M}", "weir.yaml:1:15: `memory` is `1M`, but must be a size like 512K, 64M "
                              "or 1.5G of at least 64.0 MiB"},
        {"statistics: {quantiles: perhaps}",
         "weir.yaml:1:25: `quantiles` is `perhaps`, but must be true or false"},
        {"run: {force: true}", "weir.yaml:1:7: `force` can only be given on the command line"},
        {"run: {json: true}", "weir.yaml:1:7: `json` can only be given on the command line"},
        {"sources: ['-']\n",
         "weir.yaml:1:11: `-` (names on standard input) can only be given on the command line"},
        {"sources: ['']", "weir.yaml:1:11: `sources` is empty"},
        {"pipelines: {summary: {format: csv}}",
         "weir.yaml:1:13: `summary` is the built-in pipeline; use the sections formats and "
         "statistics to change it, or another name"},
        {"pipelines: {lidar: {format: hpl}}",
         "weir.yaml:1:13: `lidar` is a built-in pipeline; use the section lidar to change it, or "
         "another name with the key lidar"},
        {"lidar: {rays_min: 2}",
         "weir.yaml:1:19: `rays_min` is `2`, but must be a whole number from 3 to 4096"},
        {"rules: [{match: '', ignore: true}]", "weir.yaml:1:17: `match` is empty"},
        {"rules: [{match: x, ignore: false}]",
         "weir.yaml:1:28: `ignore` is `false`, but can only be true"},
        {"rules:\n- regex: 'a(b'\n  ignore: true",
         "weir.yaml:2:10: `a(b` is no regular expression: missing closing parenthesis (at "
         "character 4)"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void wrong_kinds(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"just words",
         "weir.yaml:1:1: the configuration must be a table of keys and values, not one value"},
        {"- a\n- b",
         "weir.yaml:1:1: the configuration must be a table of keys and values, not a list"},
        {"run: fast", "weir.yaml:1:6: `run` must be a table of keys and values, not one value"},
        {"run: [jobs, 2]", "weir.yaml:1:6: `run` must be a table of keys and values, not a list"},
        {"sources: {a: b}", "weir.yaml:1:10: `sources` must be a list of paths, not a table"},
        {"sources: [a, [b]]", "weir.yaml:1:14: `sources` must be one value, not a list"},
        {"run: {jobs: [1, 2]}", "weir.yaml:1:13: `jobs` must be one value, not a list"},
        {"run: {jobs: {a: 1}}", "weir.yaml:1:13: `jobs` must be one value, not a table"},
        {"run:\n  include:\n    a: b",
         "weir.yaml:3:5: `include` must be a list of texts, not a table"},
        {"run: {include: [a, [b]]}",
         "weir.yaml:1:20: `include` must be a list of texts; this is a list"},
        {"run: {include: [a, {b: c}]}",
         "weir.yaml:1:20: `include` must be a list of texts; this is a table"},
        {"formats: {csv: yes}",
         "weir.yaml:1:16: csv must be a table of keys and values, not one value"},
        {"formats: csv", "weir.yaml:1:10: `formats` must be a table of keys and values, not one "
                         "value"},
        {"pipelines: [a]", "weir.yaml:1:12: `pipelines` must be a table of names, not a list"},
        {"pipelines: {a: csv}",
         "weir.yaml:1:16: a must be a table of keys and values, not one value"},
        {"pipelines: {a: {options: [1]}}",
         "weir.yaml:1:26: `options` must be a table of keys and values, not a list"},
        {"pipelines: {a: {format: [csv]}}", "weir.yaml:1:25: `format` must be one value, not a "
                                            "list"},
        {"run: {out: ~/results}", "weir.yaml:1:12: `~/results`: `~` is not replaced here; write "
                                  "the whole path, or ./~ for a "
                                  "folder of that name"},
        {"sources:\n  - data\n  - ~\n",
         "weir.yaml:3:5: `~`: `~` is not replaced here; write the whole path, or ./~ for a folder "
         "of that name"},
        {"rules: {match: x}", "weir.yaml:1:8: `rules` must be a list, each rule behind a `- `"},
        {"rules:\n  - \"*.lst\"\n",
         "weir.yaml:2:5: rule 1 must be a table, as in `- match: \"*.lst\"`"},
        {"rules: [{match: [x], ignore: true}]", "weir.yaml:1:17: `match` must be one value, not a "
                                                "list"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void half_rules(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"rules:\n  - match: a\n    ignore: true\n  - ignore: true\n",
         "weir.yaml:4:5: rule 2 needs `match` or `regex`"},
        {"rules:\n  - match: a\n    regex: b\n    ignore: true\n",
         "weir.yaml:3:12: rule 1 has both `match` and `regex`"},
        {"rules:\n  - match: a\n", "weir.yaml:2:5: rule 1 does nothing: it needs `ignore`, "
                                   "`pipeline`, `format` or `options`"},
        {"rules: [{match: a, ignore: true, pipeline: summary}]",
         "weir.yaml:1:9: rule 1 does too much: only one of `ignore`, `pipeline` and `format` (with "
         "its `options`)"},
        {"rules: [{match: a, pipeline: summary, options: {skip: 1}}]",
         "weir.yaml:1:9: rule 1 does too much: only one of `ignore`, `pipeline` and `format` (with "
         "its `options`)"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void bad_yaml(void **state)
{
    (void)state;
    static const Mistake rows[] = {
        {"run:\n  jobs: 1\nsources: []\nrun:\n  jobs: 2\n",
         "weir.yaml:4:1: key `run` occurs again; it was set in line 1"},
        {"run: {jobs: 1, limit: 2, jobs: 3}",
         "weir.yaml:1:26: key `jobs` occurs again; it was set in line 1"},
        {"sources: [a, b\nrun: {}", "weir.yaml:3:1: flow sequence without a closing bracket"},
        {"run: \"x\n", "weir.yaml:1:7: double-quoted scalar without closing quote"},
        {"run: \"\\q\"", "weir.yaml:1:7: invalid escape 'q' in double-quoted string"},
        {"a: 1\n--- \nb: 2\n", "weir.yaml:2:1: a second document; only one is allowed"},
        {"? [a, b]\n: c\n", "weir.yaml:1:3: a key must be a word, not a list"},
        {"? {a: b}\n: c\n", "weir.yaml:1:3: a key must be a word, not a table"},
        {": c\n", "weir.yaml:1:1: a key must be a word, not empty"},
        {"run: *nothing\n", "weir.yaml:1:6: `*nothing` refers to no anchor above"},
        {"run: &a {x: *a}\n", "weir.yaml:1:13: `*a` stands inside what it refers to"},
        {"run: !!map {jobs: 1}\n", "weir.yaml:1:12: tags (words with !) have no meaning here"},
        {"sources: [\"a\\0b\"]\n", "weir.yaml:1:11: a NUL character cannot be part of a value"},
        {"# caf\xc3\xa9\nsources: [\xe9t\xe9]\n",
         "weir.yaml:2:11: byte 0xe9 is no part of a UTF-8 text"},
        {"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "weir.yaml:1:33: nested more than 32 deep"},
    };
    check_mistakes(rows, sizeof rows / sizeof *rows);
}

static void syntax_errors_have_a_place(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "sources:\n  - x\n - y\n",
        "a: 1\n\tb: 2",
        "%YAML 3.0\n---\na",
        "a: @x",
        "{a: 1, b",
        "a: b: c",
        "- a\nb: c",
        "'",
        "a: |3\n x",
        "&",
        "*",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        auto_arena Arena a = {0};
        Error e;
        Config c;
        assert_false(parse(texts[i], &a, &c, &e));
        assert_true(strncmp(e.message, "weir.yaml:", 10) == 0);
        assert_true(strlen(e.message) > 18);
        assert_null(strchr(e.message, '\n'));
        assert_string_equal(e.code, "configuration");
    }
}

/* A thousand doublings: read in an instant, because an alias is not a copy. */
static void alias_bomb(void **state)
{
    (void)state;
    auto_arena Arena a;
    arena_init(&a, 8 << 20);
    char text[20000];
    size_t n = (size_t)snprintf(text, sizeof text, "a0: &a0 [x]\n");
    for (int i = 1; i < 500; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1,
                              i - 1);
    Error e = {0};
    Config c;
    assert_false(config_parse(text, n, "weir.yaml", &a, &c, &e));
    assert_true(strncmp(e.message, "weir.yaml:1:1: unknown key `a0`", 31) == 0);
}

static const Case cases[] = {
    {"described_text", described_text},
    {"unknown_keys", unknown_keys},
    {"wrong_values", wrong_values},
    {"wrong_kinds", wrong_kinds},
    {"half_rules", half_rules},
    {"bad_yaml", bad_yaml},
    {"syntax_errors_have_a_place", syntax_errors_have_a_place},
    {"alias_bomb", alias_bomb},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
