/* test_icartt.c: ICARTT files of both versions, good and damaged. */
#include "formats/text/icartt.h"

#include "tests/formats/text_open.h"

static void check(const TextCase *c)
{
    text_case(&format_icartt, c);
}

/* 26 lines; V2.0 has a version and standard names. */
#define HEADER                                                                                     \
    "26, 1001, V02_2016\nDoe, Jane\nInstitute\nSpectrometer\nHILLS\n1, 1\n"                        \
    "2019, 07, 22, 2020, 01, 31\n1\n"                                                              \
    "Time_Start, seconds, Time_Start, start of the interval\n3\n1, 0.1, 1\n-9999, -99, -9999\n"    \
    "O3, ppbv, Gas_O3_InSitu_S_AVMR, ozone\nT, K\nCount, 1\n"                                      \
    "1\nspecial words\n8\nPI_CONTACT_INFO: jane@example.org\nOTHER_COMMENTS: first\nsecond\n"      \
    "ULOD_FLAG: -7777\nLLOD_FLAG: -8888\nLLOD_VALUE: 0.5\nREVISION: R0\n"                          \
    "Time_Start, O3, T, Count\n"

static void good(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      HEADER "86399, 40.5, 2931, 7\n86400, -9999, -99, -8888\n"
                             "86401.5,-8888,2932,-7777.0\n",
                      0,
                      "Time_Start [seconds since 2019-07-22 00:00:00] double: 86399 86400 86401.5\n"
                      "O3 [ppbv] double: 40.5 _ _\nT [K] int64: 2931 _ 2932\n"
                      "Count [1] int64: 7 _ _\nrows 3, time Time_Start\n"});
}

static void attributes(void **state)
{
    (void)state;
    static const char text[] = HEADER "86399, 40.5, 2931, 7\n";
    static const char *const expected[][2] = {{"PI", "Doe, Jane"},
                                              {"version", "V02_2016"},
                                              {"organization", "Institute"},
                                              {"data_source", "Spectrometer"},
                                              {"mission", "HILLS"},
                                              {"date", "2019-07-22"},
                                              {"revision_date", "2020-01-31"},
                                              {"data_interval", "1"},
                                              {"special_comments", "special words"},
                                              {"PI_CONTACT_INFO", "jane@example.org"},
                                              {"OTHER_COMMENTS", "first\nsecond"},
                                              {"LLOD_VALUE", "0.5"},
                                              {"REVISION", "R0"}};
    TextFile *f = text_open(&format_icartt, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    for (size_t i = 0; i < CASES(expected); i++) {
        const Attr *a = attr_find(d->groups[0].attrs, d->groups[0].attr_count, expected[i][0]);
        assert_non_null(a);
        assert_string_equal(a->values, expected[i][1]);
    }
    double scale;
    assert_true(attr_number(var_attr(&d->vars[2], "scale_factor"), 0, &scale) && scale == 0.1);
    assert_null(var_attr(&d->vars[1], "scale_factor"));
    assert_string_equal(var_attr_text(&d->vars[0], "standard_name"), "time");
    assert_string_equal(var_attr_text(&d->vars[1], "long_name"), "ozone");
    assert_string_equal(var_attr_text(&d->vars[1], "icartt_standard_name"), "Gas_O3_InSitu_S_AVMR");
    assert_int_equal(var_attr(&d->vars[1], "missing_value")->count, 3);
    text_close(&format_icartt, f);
}

#define OLD(lines, flags)                                                                          \
    lines ", 1001\nDoe\nI\nS\nM\n1, 1\n2018, 04, 27 2018, 04, 28\n0\nUTC\n1\n1\n-9999\nx, m\n0\n"  \
          "1\n" flags "UTC, x\n"

/* Version 1.1; -7777 is a value where no line calls it a flag. */
static void old_version(void **state)
{
    (void)state;
    check(&(TextCase){"", OLD("16", "") "10, 1.5\n20, -7777\n30, -9999\n", 0,
                      "UTC [seconds since 2018-04-27 00:00:00] double: 10 20 30\n"
                      "x [m] double: 1.5 -7777 _\nrows 3, time UTC\n"});
}

static void lying_header(void **state)
{
    (void)state;
    check(&(TextCase){"", OLD("14", "ULOD_FLAG: -7777\n") "10, 1.5\n20, -7777\n", 0,
                      "UTC [seconds since 2018-04-27 00:00:00] double: 10 20\n"
                      "x [m] double: 1.5 _\nrows 2, time UTC\n"
                      "note: the header is not as long as it says: its names are in line 17\n"});
    check(&(TextCase){"", "14, 1001\nDoe\nI\nS\nM\n1, 1\n2018, 04, 27\n0\nUTC\n99999\n1\n1\na\nb\n",
                      0, "refused: bad_header at line 10: no number of variables\n"});
}

static void cut_header(void **state)
{
    (void)state;
    check(&(TextCase){"", "26, 1001\nDoe\nI\nS\n", 0,
                      "refused: truncated at line 4: the file ends within its header: 4 of 26 "
                      "lines\n"});
    check(&(TextCase){"", "30, 1001\nDoe\nI\nS\nM\n1, 1\n2018, 04, 27\n0\nUTC\n1\n1\n1\nx, m\n0\n",
                      0,
                      "refused: truncated at line 14: the file ends within its header: 14 of 30 "
                      "lines\n"});
}

static void cut_row(void **state)
{
    (void)state;
    check(&(TextCase){"", HEADER "10, 40.5, 2931, 7\n20, 4", 0,
                      "Time_Start [seconds since 2019-07-22 00:00:00] double: 10\n"
                      "O3 [ppbv] double: 40.5\nT [K] int64: 2931\n"
                      "Count [1] int64: 7\nrows 1, time Time_Start\n"
                      "note: the last line is cut and left out: 2 of 4 cells, line 28\n"});
}

static void bad_date(void **state)
{
    (void)state;
    check(&(TextCase){"", "26, 1001\nDoe\nI\nS\nM\n1, 1\n2018, 13, 27\n0\n", 0,
                      "refused: bad_header at line 7: no date of the data (YYYY, MM, DD)\n"});
}

static void other_index(void **state)
{
    (void)state;
    check(&(TextCase){"", "40, 2110, V02_2016\nDoe\n", 0,
                      "refused: unsupported at line 1: ICARTT with the format index 2110 (more "
                      "than one independent variable); 1001 can be read\n"});
}

/* An altitude is no time. */
static void no_time(void **state)
{
    (void)state;
    check(&(TextCase){
        "", "14, 1001\nDoe\nI\nS\nM\n1, 1\n2018, 04, 27\n0\nAlt, m\n0\n\n\n0\nAlt\n5.5\n", 0,
        "Alt [m] double: 5.5\nrows 1, time none\n"
        "note: the units of Alt are no seconds (m): taken for no time\n"});
}

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Sureness sure;
    } cases[] = {{"29, 1001\nHenderson, Barron\n", SURE_BY_CONTENT},
                 {"36,1001,V02_2016\r\nX\r\n", SURE_BY_CONTENT},
                 {"36,2310\nX\n", SURE_BY_CONTENT},
                 {"36,1001\n37,1002\n", SURE_NO},
                 {"3,1001\nX\n", SURE_NO},
                 {"36 1001\nX\n", SURE_NO},
                 {"", SURE_NO}};
    for (size_t i = 0; i < CASES(cases); i++) {
        Input in = {.size = strlen(cases[i].text), .head_size = strlen(cases[i].text)};
        in.head = (const uint8_t *)cases[i].text;
        in.name = "a.nc";
        Probe p = {0};
        format_icartt.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].sure);
        assert_true(p.evidence[0] != '\0');
    }
}

static const Case cases[] = {
    {"good", good},
    {"attributes", attributes},
    {"old_version", old_version},
    {"lying_header", lying_header},
    {"cut_header", cut_header},
    {"cut_row", cut_row},
    {"bad_date", bad_date},
    {"other_index", other_index},
    {"no_time", no_time},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
