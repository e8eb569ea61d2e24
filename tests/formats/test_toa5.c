/* test_toa5.c: tables of Campbell loggers, good and damaged. */
#include "formats/text/toa5.h"

#include "tests/formats/text_open.h"

#define HEADER                                                                                     \
    "\"TOA5\",\"Hill\",\"CR1000\",\"16480\",\"CR1000.Std.10\",\"CPU:hill.CR1\",\"19693\","         \
    "\"met\"\r\n"                                                                                  \
    "\"TIMESTAMP\",\"RECORD\",\"T_Avg\",\"Wind(1)\",\"Text\"\r\n"                                  \
    "\"TS\",\"RN\",\"Deg C\",\"m/s\",\"\"\r\n"                                                     \
    "\"\",\"\",\"Avg\",\"WVc\",\"Smp\"\r\n"

static void check(const TextCase *c)
{
    text_case(&format_toa5, c);
}

static void good(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      HEADER "\"2025-01-27 00:01:00\",1,9.5,\"NAN\",\"a, \"\"b\"\"\"\r\n"
                             "\"2025-01-27 00:01:00.5\",2,\"INF\",3,\"\"\r\n",
                      0,
                      "TIMESTAMP time: 2025-01-27T00:01:00Z 2025-01-27T00:01:00.5Z\n"
                      "RECORD [] int64: 1 2\n"
                      "T_Avg [Deg C] double: 9.5 _\n"
                      "Wind(1) [m/s] int64: _ 3\n"
                      "Text [] string: 'a, \"b\"' ''\n"
                      "rows 2, time TIMESTAMP\n"});
}

static void attributes(void **state)
{
    (void)state;
    static const char text[] = HEADER "\"2025-01-27 00:01:00\",1,9.5,4,\"x\"\r\n";
    static const char *const expected[][2] = {{"station_name", "Hill"},
                                              {"logger_model", "CR1000"},
                                              {"logger_serial_number", "16480"},
                                              {"logger_os_version", "CR1000.Std.10"},
                                              {"program_name", "CPU:hill.CR1"},
                                              {"program_signature", "19693"},
                                              {"table_name", "met"}};
    TextFile *f = text_open(&format_toa5, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    for (size_t i = 0; i < CASES(expected); i++) {
        const Attr *a = attr_find(d->groups[0].attrs, d->groups[0].attr_count, expected[i][0]);
        assert_non_null(a);
        assert_string_equal(a->values, expected[i][1]);
    }
    assert_string_equal(d->model, "TOA5");
    assert_string_equal(var_attr_text(&d->vars[0], "standard_name"), "time");
    assert_null(var_attr_text(&d->vars[1], "units"));
    assert_string_equal(var_attr_text(&d->vars[2], "cell_methods"), "time: mean");
    assert_null(var_attr_text(&d->vars[3], "cell_methods"));
    assert_string_equal(var_attr_text(&d->vars[3], "process"), "WVc");
    text_close(&format_toa5, f);
}

static void short_form(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      "\"TOACI1\",\"Hill\",\"met\"\n\"TMSTAMP\",\"RECNBR\",\"T\"\n"
                      "\"2025-01-27 00:01:00\",1,2.5\n",
                      0,
                      "TMSTAMP time: 2025-01-27T00:01:00Z\nRECNBR [] int64: 1\n"
                      "T [] double: 2.5\nrows 1, time TMSTAMP\n"});
}

static void cut_header(void **state)
{
    (void)state;
    check(&(TextCase){"", "\"TOA5\",\"Hill\"\n\"TIMESTAMP\",\"T\"\n", 0,
                      "refused: truncated at line 2: the file ends within its header: 2 of 4 "
                      "lines\n"});
}

static void header_only(void **state)
{
    (void)state;
    check(&(TextCase){"", HEADER, 0,
                      "TIMESTAMP time:\nRECORD [] int64:\nT_Avg [Deg C] double:\n"
                      "Wind(1) [m/s] double:\nText [] double:\nrows 0, time TIMESTAMP\n"
                      "note: the table has names but no rows\n"});
}

static void cut_row(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      HEADER "\"2025-01-27 00:01:00\",1,9.5,4.5,\"x\"\r\n"
                             "\"2025-01-27 00:02:00\",2,9.",
                      0,
                      "TIMESTAMP time: 2025-01-27T00:01:00Z\nRECORD [] int64: 1\n"
                      "T_Avg [Deg C] double: 9.5\nWind(1) [m/s] double: 4.5\nText [] string: 'x'\n"
                      "rows 1, time TIMESTAMP\n"
                      "note: the last line is cut and left out: 3 of 5 cells, line 6\n"});
}

static void cut_in_quotes(void **state)
{
    (void)state;
    check(
        &(TextCase){"",
                    HEADER "\"2025-01-27 00:01:00\",1,9.5,4.5,\"x\"\r\n"
                           "\"2025-01-2",
                    0,
                    "TIMESTAMP time: 2025-01-27T00:01:00Z\nRECORD [] int64: 1\n"
                    "T_Avg [Deg C] double: 9.5\nWind(1) [m/s] double: 4.5\nText [] string: 'x'\n"
                    "rows 1, time TIMESTAMP\n"
                    "note: the last line is cut and left out: 1 of 5 cells, line 6\n"
                    "note: lines with a quotation mark that is never closed, read as it is: 1, the "
                    "first in line 6\n"});
}

static void odd_rows(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      HEADER "\"2025-01-27 00:01:00\",1,9.5,4.5,\"x\"\r\n"
                             "\"2025-01-27 00:02:00\",2,9.5\r\n"
                             "\"2025-01-27 00:03:00\",3,9,5,4.5,\"x\"\r\n",
                      0,
                      "TIMESTAMP time: 2025-01-27T00:01:00Z 2025-01-27T00:02:00Z _\n"
                      "RECORD [] int64: 1 2 _\n"
                      "T_Avg [Deg C] double: 9.5 9.5 _\nWind(1) [m/s] double: 4.5 _ _\n"
                      "Text [] string: 'x' '' ''\n"
                      "rows 3, time TIMESTAMP\n"
                      "note: rows with too few cells, the rest counts as missing: 1, the first in "
                      "line 6\n"
                      "note: rows with too many cells, all of which count as missing: 1, the first "
                      "in line 7\n"});
}

/* The names are one short of the rows. */
static void lying_header(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      "TOA5,a\nTIMESTAMP,T\nTS,C\n,\n"
                      "2025-01-27 00:01:00,1,2\n2025-01-27 00:02:00,1,2\n2025-01-27 00:03:00,1,2\n",
                      0,
                      "TIMESTAMP time: _ _ _\nT [C] double: _ _ _\nrows 3, time TIMESTAMP\n"
                      "note: rows with too many cells, all of which count as missing: 3, the first "
                      "in line 5\n"
                      "fails: ragged at line 5: 3 of 3 rows do not have the 2 cells of the header, "
                      "the first in line 5\n"});
}

static void byte_order_mark(void **state)
{
    (void)state;
    check(&(TextCase){"", "\xef\xbb\xbfTOA5,a\nTIMESTAMP,T\nTS,C\n,\n2025-01-27 00:01:00,1.5\n", 0,
                      "TIMESTAMP time: 2025-01-27T00:01:00Z\nT [C] double: 1.5\n"
                      "rows 1, time TIMESTAMP\n"
                      "note: a byte order mark at the start was passed over: an editor has saved "
                      "the file anew\n"});
}

static void utf16(void **state)
{
    (void)state;
    static const char narrow[] = "TOA5,a\nTIMESTAMP,T\nTS,C\n,\n2025-01-27 00:01:00,1.5\n";
    char wide[2 * sizeof narrow] = "\xff\xfe";
    for (size_t i = 0; i + 1 < sizeof narrow; i++)
        wide[2 + 2 * i] = narrow[i];
    check(
        &(TextCase){"", wide, 2 * sizeof narrow,
                    "TIMESTAMP time: 2025-01-27T00:01:00Z\nT [C] double: 1.5\n"
                    "rows 1, time TIMESTAMP\n"
                    "note: the text is UTF-16, which the instrument does not write: an editor has "
                    "saved it anew\n"});
}

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Sureness sure;
    } cases[] = {{"\"TOA5\",\"a\"\n", SURE_BY_CONTENT},
                 {"TOA5,a\n", SURE_BY_CONTENT},
                 {"\"TOACI1\",\"a\"\n", SURE_BY_CONTENT},
                 {"x,TOA5\n", SURE_NO},
                 {"TOA5x\n", SURE_NO}};
    for (size_t i = 0; i < CASES(cases); i++) {
        Input in = {.size = strlen(cases[i].text), .head_size = strlen(cases[i].text)};
        in.head = (const uint8_t *)cases[i].text;
        in.name = "a.nc";
        Probe p = {0};
        format_toa5.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].sure);
        assert_true(p.evidence[0] != '\0');
    }
}

static const Case cases[] = {
    {"good", good},
    {"attributes", attributes},
    {"short_form", short_form},
    {"cut_header", cut_header},
    {"header_only", header_only},
    {"cut_row", cut_row},
    {"cut_in_quotes", cut_in_quotes},
    {"odd_rows", odd_rows},
    {"lying_header", lying_header},
    {"byte_order_mark", byte_order_mark},
    {"utf16", utf16},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
