/* test_config.c: what a configuration says, and for each kind of mistake the exact words and place.
 */
#include "orchestrator/config.h"

#include "formats/csv/csv.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static const CsvOptions *csv_of(const Pipeline *p)
{
    for (size_t i = 0; formats_all[i]; i++)
        if (formats_all[i] == &format_csv)
            return p->format_options[i];
    fail_msg("csv is no format");
    return NULL;
}

static void defaults(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e = {0};
    Config c;
    unsetenv("WEIR_OUT");
    assert_ok(config_load(NULL, &a, &c, &e), &e);
    assert_null(c.file);
    assert_int_equal(c.sources.count, 0);
    assert_int_equal(c.rule_count, 0);
    assert_int_equal(c.pipeline_count, 1);
    assert_ptr_equal(c.standard, c.pipelines[0]);
    assert_string_equal(c.standard->name, "summary");
    assert_null(c.standard->format);
    assert_true(c.standard->statistics.quantiles);
    assert_false(c.standard->statistics.masking.valid_range_masks);
    assert_string_equal(c.run.out, "weir-out");
    assert_int_equal(c.run.jobs, 0);
    assert_int_equal(c.run.limit, 0);
    assert_false(c.run.force || c.run.quiet || c.run.json);
    assert_true(c.run.timeout_s == 60);
    assert_true(c.run.patience_s == 900);
    assert_int_equal(c.run.memory_bytes, 1073741824);
    assert_true(c.run.decoded_bytes == 4294967296);
    assert_true(c.standard->limits.max_decoded_bytes == 4294967296);
    assert_int_equal(strlen(c.standard->hash), 64);
}

static void check_is_defaults(const char *text)
{
    auto_arena Arena a = {0};
    Error e;
    Config c, standard;
    assert_ok(config_load(NULL, &a, &standard, &e), &e);
    assert_ok(parse(text, &a, &c, &e), &e);
    assert_string_equal(c.file, "weir.yaml");
    assert_string_equal(c.standard->hash, standard.standard->hash);
    assert_true(c.run.timeout_s == 60);
    assert_int_equal(c.rule_count + c.sources.count, 0);
}

static void nothing_written_is_defaults(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "# only a comment\n",
        "---\n",
        "run:\nsources:\nrules:\npipelines:\nformats:\nstatistics:\nlidar:\n",
        "run: {}\nsources: []\nrules: []\nformats: {csv: }\n",
        "\xef\xbb\xbfrun: {jobs: 0}\n", /* a byte order mark */
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        check_is_defaults(texts[i]);
}

static void out_from_environment(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e = {0};
    Config c;
    setenv("WEIR_OUT", "/scratch/out", 1);
    assert_ok(config_load(NULL, &a, &c, &e), &e);
    assert_string_equal(c.run.out, "/scratch/out");
    assert_ok(parse("run: {out: here}", &a, &c, &e), &e);
    assert_string_equal(c.run.out, "here");
    setenv("WEIR_OUT", "", 1);
    assert_ok(config_load(NULL, &a, &c, &e), &e);
    assert_string_equal(c.run.out, "weir-out");
    unsetenv("WEIR_OUT");
}

static void run_section(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("run:\n"
                    "  jobs: 8\n"
                    "  include: [\"*.nc\", 'a,b.csv']\n"
                    "  exclude: \"*.tmp,*.bak\"\n"
                    "  limit: 100\n"
                    "  quiet: yes\n"
                    "  timeout: 2m\n"
                    "  memory: 512M\n"
                    "  decoded: 1.5G\n"
                    "  patience: 90\n",
                    &a, &c, &e),
              &e);
    assert_int_equal(c.run.jobs, 8);
    assert_int_equal(c.run.include.count, 2);
    assert_string_equal(c.run.include.items[1], "a,b.csv");
    assert_int_equal(c.run.exclude.count, 2);
    assert_string_equal(c.run.exclude.items[0], "*.tmp");
    assert_int_equal(c.run.limit, 100);
    assert_true(c.run.quiet);
    assert_true(c.run.timeout_s == 120);
    assert_int_equal(c.run.memory_bytes, 536870912);
    assert_int_equal(c.run.decoded_bytes, 1610612736);
    assert_true(c.run.patience_s == 90);
    assert_int_equal(c.standard->limits.max_decoded_bytes, 1610612736);
}

static void check_path(const char *file, const char *written, const char *meant)
{
    auto_arena Arena a = {0};
    Error e = {0};
    Config c;
    char text[200];
    int n = snprintf(text, sizeof text, "sources: [x, %s]\nrun: {out: %s}", written, written);
    assert_ok(config_parse(text, (size_t)n, file, &a, &c, &e), &e);
    assert_int_equal(c.sources.count, 2);
    assert_string_equal(c.sources.items[1], meant);
    assert_string_equal(c.run.out, meant);
}

/* Relative to the folder of the file, wherever weir is started. */
static void paths(void **state)
{
    (void)state;
    static const struct {
        const char *file, *written, *meant;
    } rows[] = {
        {"weir.yaml", "data", "data"},
        {"etc/weir.yaml", "data", "etc/data"},
        {"/etc/weir.yaml", "../data/*.nc", "/etc/../data/*.nc"},
        {"etc/weir.yaml", "/data", "/data"},
        {"etc/weir.yaml", "s3://bucket/key", "s3://bucket/key"},
        {"/weir.yaml", "data", "/data"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_path(rows[i].file, rows[i].written, rows[i].meant);
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("sources: one/path", &a, &c, &e), &e);
    assert_int_equal(c.sources.count, 1);
    assert_string_equal(c.sources.items[0], "one/path");
}

static void formats_and_pipelines(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("pipelines:\n" /* before what it starts from */
                    "  german:\n"
                    "    format: csv\n"
                    "    options: {separator: ';', missing: [x]}\n"
                    "    statistics: {quantiles: false}\n"
                    "  plain:\n"
                    "formats:\n"
                    "  csv: {skip: 3, missing: [n, a]}\n"
                    "statistics: {valid_range_masks: true}\n",
                    &a, &c, &e),
              &e);
    assert_int_equal(c.pipeline_count, 3);
    const Pipeline *german = c.pipelines[1], *plain = c.pipelines[2];
    assert_string_equal(german->name, "german");
    assert_ptr_equal(german->format, &format_csv);
    assert_string_equal(csv_of(german)->separator, ";");
    assert_int_equal(csv_of(german)->skip, 3);
    assert_int_equal(csv_of(german)->missing.count, 1);
    assert_string_equal(csv_of(german)->missing.items[0], "x");
    assert_false(german->statistics.quantiles);
    assert_true(german->statistics.masking.valid_range_masks);
    assert_string_equal(plain->name, "plain");
    assert_null(plain->format);
    assert_null(csv_of(plain)->separator);
    assert_int_equal(csv_of(plain)->skip, 3);
    assert_int_equal(csv_of(plain)->missing.count, 2);
    assert_true(plain->statistics.quantiles);
    assert_null(csv_of(c.standard)->separator);
    assert_int_equal(csv_of(c.standard)->skip, 3);
    assert_string_equal(plain->hash, c.standard->hash);
    assert_string_not_equal(german->hash, c.standard->hash);
}

static void rules(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("rules:\n"
                    "  - match: \"*.lst\"\n"
                    "    ignore: true\n"
                    "  - {regex: 'met\\d+', pipeline: met}\n"
                    "  - {match: raw/*.txt, format: csv, options: {separator: '|'}}\n"
                    "  - {match: /data/**, options: {skip: 1}}\n"
                    "  - {match: x, pipeline: summary}\n"
                    "pipelines: {met: {format: csv}}\n",
                    &a, &c, &e),
              &e);
    assert_int_equal(c.rule_count, 5);
    assert_int_equal(c.pipeline_count, 4);
    assert_true(c.rules[0].ignore);
    assert_null(c.rules[0].pipeline);
    assert_string_equal(c.rules[0].text, "rule 1 (weir.yaml:2): match *.lst");
    assert_ptr_equal(c.rules[1].pipeline, c.pipelines[1]);
    assert_string_equal(c.rules[1].text, "rule 2 (weir.yaml:4): regex met\\d+");
    assert_string_equal(c.rules[2].glob, "**/raw/*.txt");
    assert_string_equal(c.rules[2].text, "rule 3 (weir.yaml:5): match raw/*.txt");
    assert_string_equal(c.rules[2].pipeline->name, "summary");
    assert_ptr_equal(c.rules[2].pipeline->format, &format_csv);
    assert_string_equal(csv_of(c.rules[2].pipeline)->separator, "|");
    assert_string_equal(c.rules[3].glob, "/data/**");
    assert_null(c.rules[3].pipeline->format);
    assert_int_equal(csv_of(c.rules[3].pipeline)->skip, 1);
    assert_ptr_equal(c.rules[4].pipeline, c.standard);
    Choice chosen;
    classify(c.rules, c.rule_count, c.standard, "/a/raw/b.txt", &chosen);
    assert_ptr_equal(chosen.pipeline, c.rules[2].pipeline);
}

static void aliases(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("pipelines:\n"
                    "  one: {format: csv, options: &o {skip: 7}}\n"
                    "  two: {format: csv, options: *o}\n",
                    &a, &c, &e),
              &e);
    assert_int_equal(csv_of(c.pipelines[1])->skip, 7);
    assert_int_equal(csv_of(c.pipelines[2])->skip, 7);
}

/* The hash changes with everything that changes a result, and with nothing else. */
static void hashes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool same;
    } rows[] = {
        {"run: {jobs: 3, timeout: 5m, memory: 2G, out: x}", true},
        {"sources: [data]", true},
        {"rules: [{match: x, ignore: true}]", true},
        {"statistics: {quantiles: true}", true},
        {"statistics: {quantiles: false}", false},
        {"statistics: {valid_range_masks: true}", false},
        {"run: {decoded: 1G}", false},
        {"formats: {csv: {skip: 1}}", false},
        {"formats: {csv: {separator: ';'}}", false},
        {"formats: {csv: {missing: [a]}}", false},
        {"formats: {csv: {missing: ['a,b']}}", false},
        {"formats: {csv: {missing: [a, b]}}", false},
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    auto_arena Arena a = {0};
    Error e;
    Config standard, c[ROWS];
    assert_ok(parse("", &a, &standard, &e), &e);
    for (size_t i = 0; i < ROWS; i++) {
        if (!parse(rows[i].text, &a, &c[i], &e))
            fail_msg("%s: %s", rows[i].text, e.message);
        if ((strcmp(c[i].standard->hash, standard.standard->hash) == 0) != rows[i].same)
            fail_msg("%s", rows[i].text);
        for (size_t k = 0; k < i && !rows[i].same; k++)
            assert_string_not_equal(c[i].standard->hash, c[k].standard->hash);
    }
    standard.run.decoded_bytes = 1 << 30; /* as the command line may */
    assert_ok(config_resolve(&standard, &a, &e), &e);
    assert_string_equal(standard.standard->hash, c[6].standard->hash);
    assert_int_equal(standard.standard->limits.max_decoded_bytes, 1 << 30);
}

static void only_the_formats_own_options_count(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    assert_ok(parse("formats: {csv: {skip: 1}}\n"
                    "pipelines: {nc: {format: netcdf3}, table: {format: csv}}",
                    &a, &c, &e),
              &e);
    Config plain;
    assert_ok(parse("pipelines: {nc: {format: netcdf3}, table: {format: csv}}", &a, &plain, &e),
              &e);
    assert_string_equal(c.pipelines[1]->hash, plain.pipelines[1]->hash);
    assert_string_not_equal(c.pipelines[2]->hash, plain.pipelines[2]->hash);
}

static void files(void **state)
{
    (void)state;
    char path[] = "/tmp/weir_config_XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    auto_arena Arena a = {0};
    Error e = {0};
    Config c;
    assert_true(write(fd, "run: {jobs: 3}\nsources: [a]\n", 28) == 28);
    assert_ok(config_load(path, &a, &c, &e), &e);
    assert_int_equal(c.run.jobs, 3);
    assert_string_equal(c.file, path);
    assert_string_equal(c.sources.items[0], "/tmp/a");
    assert_true(ftruncate(fd, (1 << 20) + 1) == 0);
    assert_false(config_load(path, &a, &c, &e));
    assert_non_null(strstr(e.message, "larger than 1 MiB"));
    close(fd);
    unlink(path);
    assert_false(config_load(path, &a, &c, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "not_found");
    assert_non_null(strstr(e.message, path));
    assert_false(config_load("/tmp", &a, &c, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
}

/* ---- docs/configuration.md says what is so */

static char *read_page(void)
{
    FILE *f = fopen(TESTS "/../docs/configuration.md", "rb");
    assert_non_null(f);
    enum { SIZE = 1 << 16 };
    char *page = calloc(1, SIZE + 1);
    assert_non_null(page);
    assert_in_range(fread(page, 1, SIZE, f), 1000, SIZE - 1);
    fclose(f);
    return page;
}

/* The example between the first ```yaml and ```; the page is cut there. */
static char *example_of(char *page)
{
    char *example = strstr(page, "```yaml\n");
    assert_non_null(example);
    example += 8;
    char *end = strstr(example, "```");
    assert_non_null(end);
    *end = '\0';
    return example;
}

static void documented_example(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    Error e;
    Config c;
    char *page = read_page();
    bool good = parse(example_of(page), &a, &c, &e);
    free(page);
    assert_ok(good, &e);
    assert_int_equal(c.sources.count, 2);
    assert_int_equal(c.rule_count, 3);
    assert_int_equal(c.pipeline_count, 3);
    assert_string_equal(c.rules[0].text, "rule 1 (weir.yaml:23): match *.lst");
    assert_string_equal(c.rules[1].text, "rule 2 (weir.yaml:25): regex morro.*\\.(csv|txt)$");
    assert_string_equal(c.rules[2].text, "rule 3 (weir.yaml:27): match raw/**/*.txt");
    Choice chosen;
    classify(c.rules, c.rule_count, c.standard, "/x/ca-morro-bay.csv", &chosen);
    assert_string_equal(chosen.pipeline->name, "station");
    assert_string_equal(csv_of(chosen.pipeline)->separator, ";");
    assert_int_equal(csv_of(chosen.pipeline)->missing.count, 2);
}

/* The example with one word spoilt gives the message that the page shows. */
static void documented_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *word, *spoilt;
    } rows[] = {{"separator:", "sepparator:"}, {"timeout: 5m", "timeout: soon"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        auto_arena Arena a = {0};
        Error e;
        Config c;
        char *whole = read_page(), *page = read_page(), *example = example_of(page);
        char *word = strstr(example, rows[i].word);
        assert_non_null(word);
        const char *text = arena_printf(&a, "%.*s%s%s", (int)(word - example), example,
                                        rows[i].spoilt, word + strlen(rows[i].word));
        assert_false(parse(text, &a, &c, &e));
        if (!strstr(whole, e.message))
            fail_msg("the page does not show: %s", e.message);
        free(whole);
        free(page);
    }
}

static void every_key_is_documented(void **state)
{
    (void)state;
    char *page = read_page();
    const Option *const tables[] = {run_options_table, statistics_options_table,
                                    lidar_options_table};
    for (size_t i = 0; i < 3; i++)
        for (const Option *row = tables[i]; row->key; row++) {
            char cell[64];
            snprintf(cell, sizeof cell, "| `%s` |", row->key);
            bool once = strcmp(row->key, "force") == 0 || strcmp(row->key, "json") == 0;
            if (!once != (strstr(page, cell) != NULL))
                fail_msg("%s in docs/configuration.md", cell);
        }
    free(page);
}

/* Every row can be set from its own default, and its kind fits the table's other columns. */
static void run_table_is_sound(void **state)
{
    (void)state;
    auto_arena Arena a = {0};
    RunOptions run;
    Error e = {0};
    assert_ok(options_defaults(run_options_table, &run, &a, &e), &e);
    for (const Option *row = run_options_table; row->key; row++) {
        assert_true(row->help && row->help[0]);
        assert_true((row->kind == OPTION_FLAG) == (row->value == NULL));
        assert_ptr_equal(options_find(run_options_table, row->key), row);
        if (row->letter)
            assert_ptr_equal(options_find_letter(run_options_table, row->letter), row);
    }
}

static const Case cases[] = {
    {"defaults", defaults},
    {"nothing_written_is_defaults", nothing_written_is_defaults},
    {"out_from_environment", out_from_environment},
    {"run_section", run_section},
    {"paths", paths},
    {"formats_and_pipelines", formats_and_pipelines},
    {"rules", rules},
    {"aliases", aliases},
    {"hashes", hashes},
    {"only_the_formats_own_options_count", only_the_formats_own_options_count},
    {"files", files},
    {"documented_example", documented_example},
    {"documented_mistakes", documented_mistakes},
    {"every_key_is_documented", every_key_is_documented},
    {"run_table_is_sound", run_table_is_sound},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
