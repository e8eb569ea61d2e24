/* test_query_table.c: rows as a person at a terminal gets them. */
#include "tests/orchestrator/query_fixture.h"

#include "core/buffer.h"
#include "core/text.h"

/* 64 columns are what is left when notes, model, last and size have gone. */
static const char table_files[] =
    "in /d/\n"
    "state    format   rows  vars  first             file\n"
    "done     netcdf3  1440     2  2019-01-01 00:00  a.nc\n"
    "done     zip      1440     0                    b.zip\n"
    "failed               -     -                    b.zip: cast1.csv\n"
    "    \\x1b[2Jthe reader crashed (signal 11)\n"
    "partial  zip         -     2                    m/\\xff=1,\\n.csv\n"
    "    the header promises 100 bytes, the file has 60 (byte 60)\n"
    "\n"
    "3 files, 1 member of archives: 2 done, 1 partial, 1 failed\n";

/* The quantiles, shape, type, std and n have gone: 2+8+2+5+2+7+2+4+2+4+2+20 = 60. */
static const char table_results[] = "in /d/\n"
                                    "  variable  units  missing   min  mean                   max\n"
                                    "a.nc  netcdf3\n"
                                    "  temp      degC         1  -0.5   0.3                   0.1\n"
                                    "  count                  0    -7     2  18446744073709551615\n"
                                    "\n"
                                    "2 variables in 1 file\n";

static void tables(void **state)
{
    (void)state;
    Fixture f;
    fill(&f);
    QueryOptions o = {.table = QUERY_FILES, .format = QUERY_TABLE_TEXT, .width = 64};
    char *text = query(&f, &o, 4);
    assert_string_equal(text, table_files);
    free(text);
    o.colour = true;
    text = query(&f, &o, 4);
    assert_non_null(strstr(text, "\n\033[32mdone\033[0m     netcdf3"));
    assert_non_null(strstr(text, "\n\033[31mfailed\033[0m           "));
    free(text);
    o = (QueryOptions){.table = QUERY_RESULTS, .width = 60, .where = "uri = /d/a.nc"};
    text = query(&f, &o, 2);
    assert_string_equal(text, table_results);
    free(text);
    o = (QueryOptions){.table = QUERY_FILES, .width = 80, .where = "state = waiting"};
    text = query(&f, &o, 0);
    assert_string_equal(text, "");
    free(text);
    fixture_remove(&f);
}

/* What is ignored says by which rule. */
static void table_of_ignored(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/d/x.png", &version_1, "data");
    o.state = UNIT_IGNORED;
    o.rule = "picture (*.png)";
    record(&f, &o);
    char *text = query(&f, &(QueryOptions){.table = QUERY_FILES, .width = 40}, 1);
    assert_string_equal(text, "in /d/\nstate      size  file\nignored  1000 B  x.png\n"
                              "    picture (*.png)\n\n1 file: 1 ignored\n");
    free(text);
    fixture_remove(&f);
}

/* Names, units and reasons of every length, from one to three bytes a character. */
static void fill_wide(Fixture *f)
{
    static const char *const pieces[] = {"a", "long_name_", "\xc3\xa4", "\xe6\x97\xa5", "x y "};
    fixture_new(f);
    for (int i = 0; i < 40; i++) {
        auto_buffer Buffer uri = {0}, words = {0};
        buffer_printf(&uri, "/data/%d/", i);
        for (int k = 0; k < i; k++) {
            buffer_string(&uri, pieces[i % 5]);
            buffer_string(&words, pieces[(i + k) % 5]);
        }
        Report r = sample_report();
        r.variables[0].name = uri.bytes;
        r.variables[0].units = r.variables[0].reason = words.length ? words.bytes : "x";
        Outcome o = failed(uri.bytes, &version_1, "data");
        o.state = UNIT_PARTIAL;
        o.report = &r;
        o.reason = r.variables[0].reason;
        o.place = "";
        record(f, &o);
    }
}

static void assert_fits(const char *text, unsigned width)
{
    for (const char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        size_t length = (size_t)(end - line);
        assert_int_equal(text_valid_utf8(line, length), length);
        if (text_width(line, length) > width || (length > 0 && end[-1] == ' '))
            fail_msg("width %u: %.*s|", width, (int)length, line);
    }
}

static void tables_fit_the_terminal(void **state)
{
    (void)state;
    static const unsigned widths[] = {60, 61, 72, 80, 100, 132, 160, 200};
    Fixture f;
    fill_wide(&f);
    for (int i = 0; i < 3 * (int)CASES(widths); i++) {
        QueryOptions o = {.table = (QueryTable)(i % 3), .width = widths[i / 3]};
        char *text = query(&f, &o, o.table == QUERY_RESULTS ? 80 : 40);
        assert_fits(text, o.width);
        free(text);
    }
    fixture_remove(&f);
}

/* Six digits; a whole number stays one. */
static void table_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {
        {0.1 + 0.2, "0.3"},
        {1546300800, "1546300800"},
        {-1, "-1"},
        {123456.789, "123457"},
        {1234567.89, "1.23457e+06"},
        {0.0001234567, "0.000123457"},
        {0.00001234567, "1.23457e-05"},
        {-2.5e-7, "-2.5e-07"},
        {99999.96, "100000"},
        {1e300, "1e+300"},
        {0.5, "0.5"},
        {12345678901, "1.23457e+10"},
        {-0.0, "0"},
        {999999.7, "1e+06"},
        {10.05, "10.05"},
    };
    Fixture f;
    fixture_new(&f);
    for (size_t i = 0; i < CASES(rows); i++) {
        Report r = sample_report();
        r.variable_rows = 1;
        r.variables[0].result = (SummaryResult){.has_values = true,
                                                .min = {.kind = NUMBER_DOUBLE, .d = rows[i].value},
                                                .mean = NAN,
                                                .std = NAN};
        Outcome o = done("/a", &version_1, &r);
        record(&f, &o);
        char *text = query(&f, &(QueryOptions){.table = QUERY_RESULTS}, 1), cell[40];
        snprintf(cell, sizeof cell, "  %s\n", rows[i].text); /* the last column that has a value */
        if (!strstr(text, cell))
            fail_msg("%s: %s", rows[i].text, text);
        free(text);
    }
    fixture_remove(&f);
}

static const Case cases[] = {
    {"tables", tables},
    {"table_of_ignored", table_of_ignored},
    {"tables_fit_the_terminal", tables_fit_the_terminal},
    {"table_numbers", table_numbers},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
