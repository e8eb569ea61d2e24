/* test_seabird.c: Sea-Bird's .cnv and .btl, good and damaged. */
#include "formats/text/btl.h"
#include "formats/text/cnv.h"

#include "tests/formats/text_open.h"

static void check(const TextCase *c)
{
    text_case(&format_cnv, c);
}

#define START "* Sea-Bird SBE 9 Data File:\r\n* Temperature SN = 5186\r\n"
#define TWO_NAMES                                                                                  \
    "# name 0 = prDM: Pressure, Digiquartz [db]\r\n# name 1 = t090C: Temperature [ITS-90, deg "    \
    "C]\r\n"
#define BEGAN "# start_time = Aug 24 2011 07:55:20 [NMEA time, header]\r\n"

/* Values of 11 characters touch; the bad flag is missing. */
static void touching(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      START "# nquan = 3\r\n# nvalues = 3   \r\n" TWO_NAMES
                            "# name 2 = flag:  0.000e+00\r\n# interval = decibars: 1\r\n" BEGAN
                            "# bad_flag = -9.990e-29\r\n*END*\r\n"
                            "      1.000    27.0505  0.000e+00\r\n"
                            "-123456.000-12345.0505  0.000e+00\r\n"
                            "      3.500 -9.990e-29  0.000e+00\r\n",
                      0,
                      "prDM [db] double: 1 -123456 3.5\nt090C [deg C] double: 27.0505 -12345.0505 "
                      "_\nflag [] double: 0 0 0\nrows 3, time none\n"});
}

static void attributes(void **state)
{
    (void)state;
    static const char text[] = START
        "* FileName = D:\\Comiss\xf5"
        "es\\a.dat\r\n* Software Version Seasave V 7.23.2\r\n"
        "* NMEA Latitude = 02 00.07 S\r\n* NMEA Longitude = 038 30.00 E\r\n* S>\r\n"
        "** Ship: Antares\r\n** Wind-Dir/Force: 13 06\r\n** 24/08/2011 07:54 Z\r\n"
        "# nquan = 2\r\n" TWO_NAMES "# <Sensors count=\"1\" >\r\n# file_type = ascii\r\n*END*\r\n"
        "      1.000    27.0505\r\n";
    static const char *const expected[][2] = {{"instrument", "SBE 9"},
                                              {"temperature_sn", "5186"},
                                              {"ship", "Antares"},
                                              {"software_version", "Seasave V 7.23.2"},
                                              {"wind_dir_force", "13 06"},
                                              {"filename", "D:\\Comiss\xc3\xb5"
                                                           "es\\a.dat"},
                                              {"file_type", "ascii"},
                                              {"nmea_latitude", "02 00.07 S"},
                                              {"remarks", "S>\n24/08/2011 07:54 Z"}};
    TextFile *f = text_open(&format_cnv, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    for (size_t i = 0; i < CASES(expected); i++) {
        const Attr *a = attr_find(d->groups[0].attrs, d->groups[0].attr_count, expected[i][0]);
        assert_non_null(a);
        assert_string_equal(a->values, expected[i][1]);
    }
    double latitude, longitude;
    const Group *root = &d->groups[0];
    assert_true(attr_number(attr_find(root->attrs, root->attr_count, "latitude"), 0, &latitude) &&
                attr_number(attr_find(root->attrs, root->attr_count, "longitude"), 0, &longitude));
    assert_true(fabs(latitude + 2.0011666667) < 1e-9 && longitude == 38.5);
    assert_string_equal(var_attr_text(&d->vars[0], "standard_name"), "sea_water_pressure");
    assert_string_equal(var_attr_text(&d->vars[1], "standard_name"), "sea_water_temperature");
    assert_string_equal(var_attr_text(&d->vars[1], "long_name"), "Temperature [ITS-90, deg C]");
    text_close(&format_cnv, f);
}

/* Each way to tell the time, with the same instant: 2011-08-24T07:55:25. */
static void times(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value, *units;
    } cases[] = {
        {"timeJ: Julian Days", "236.330150", "days since 2010-12-31 00:00:00"},
        {"timeJV2: Time, Instrument [julian days]", "236.330150", "days since 2010-12-31 00:00:00"},
        {"timeS: Time, Elapsed [seconds]", "5.000", "seconds since 2011-08-24 07:55:20"},
        {"timeM: Time, Elapsed [minutes]", "0.083", "minutes since 2011-08-24 07:55:20"},
        {"timeK: Time, Instrument [seconds]", "367487725", "seconds since 2000-01-01 00:00:00"},
        {"timeQ: Time, NMEA [seconds]", "367487725", "seconds since 2000-01-01 00:00:00"},
        {"timeN: Time, NMEA [seconds]", "1314172525", "seconds since 1970-01-01 00:00:00"},
        {"timeY: Time, System [seconds]", "1314172525", "seconds since 1970-01-01 00:00:00"},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        char text[1024];
        int length = snprintf(text, sizeof text,
                              START "# nquan = 1\r\n# name 0 = %s\r\n" BEGAN "*END*\r\n%11s\r\n",
                              cases[i].name, cases[i].value);
        TextFile *f = text_open(&format_cnv, "test", "", text, (size_t)length);
        assert_ok(f->reader != NULL, &f->error);
        const Dataset *d = f->reader->dataset;
        assert_int_equal(d->time_var, 0);
        assert_string_equal(var_attr_text(&d->vars[0], "units"), cases[i].units);
        TimeUnits units;
        Instant instant;
        double value;
        Error e = {0};
        assert_ok(time_units_parse(cases[i].units, CALENDAR_PROLEPTIC_GREGORIAN, &units, &e), &e);
        assert_true(text_to_double(cases[i].value, strlen(cases[i].value), '.', &value));
        assert_true(time_units_decode(&units, value, &instant));
        assert_true(llabs(instant.seconds - 1314172525) <= 1);
        text_close(&format_cnv, f);
    }
}

/* Scan 1 is the start; rows count where there is no scan, behind those left out. */
static void intervals(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      START "# nquan = 1\r\n# name 0 = scan: Scan Count\r\n"
                            "# interval = seconds: 0.5\r\n" BEGAN "*END*\r\n          1\r\n"
                            "          4\r\n",
                      0,
                      "scan [] int64: 1 4\n"
                      "time time: 2011-08-24T07:55:20Z 2011-08-24T07:55:21.5Z\n"
                      "rows 2, time time\n"});
    check(&(TextCase){"",
                      START "# nquan = 1\r\n# name 0 = prDM: Pressure [db]\r\n"
                            "# interval = seconds: 5\r\n# datcnv_skipover = 2\r\n" BEGAN
                            "*END*\r\n      1.500\r\n      2.500\r\n",
                      0,
                      "prDM [db] double: 1.5 2.5\n"
                      "time time: 2011-08-24T07:55:30Z 2011-08-24T07:55:35Z\n"
                      "rows 2, time time\n"});
}

static void no_start(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      START "# nquan = 1\r\n# name 0 = timeS: Time, Elapsed [seconds]\r\n*END*\r\n"
                            "      1.500\r\n",
                      0,
                      "timeS [seconds] double: 1.5\nrows 1, time none\n"
                      "note: the times have no start: the header states no start_time\n"});
}

static void lying_header(void **state)
{
    (void)state;
    check(&(TextCase){"",
                      START "# nquan = 2\r\n# nvalues = 5\r\n" TWO_NAMES "*END*\r\n"
                            "      1.500    27.0505\r\n",
                      0,
                      "prDM [db] double: 1.5\nt090C [deg C] double: 27.0505\nrows 1, time none\n"
                      "fails: truncated at : 1 of the 5 rows that the header promises as "
                      "nvalues\n"});
    check(&(TextCase){"",
                      START "# nquan = 3\r\n# nvalues = 1\r\n" TWO_NAMES "*END*\r\n"
                            "      1.500    27.0505\r\n      2.500    27.0505\r\n",
                      0,
                      "prDM [db] double: 1.5 2.5\nt090C [deg C] double: 27.0505 27.0505\n"
                      "rows 2, time none\nnote: nquan is 3, but 2 columns have names\n"
                      "note: nvalues is 1, but there are 2 rows\n"});
}

/* A last value without its last digits is no value. */
static void cut(void **state)
{
    (void)state;
    static const char *const ends[] = {"      2.500    27.05", "      2.500    ", "      2."};
    for (size_t i = 0; i < CASES(ends); i++) {
        char text[512];
        int length = snprintf(text, sizeof text, "%s# nquan = 2\r\n%s*END*\r\n%s\r\n%s", START,
                              TWO_NAMES, "      1.500    27.0505", ends[i]);
        TextCase c = {"", text, (size_t)length,
                      "prDM [db] double: 1.5\nt090C [deg C] double: 27.0505\nrows 1, time none\n"
                      "note: the last line is cut and left out: 0 of 2 cells, line 8\n"
                      "fails: truncated at line 8: the file ends within a row: 1 whole rows\n"};
        check(&c);
    }
    check(&(TextCase){"", START "# nquan = 2\r\n# name 0 = pr", 0,
                      "refused: truncated at line 4: the file ends before *END*\n"});
}

static void refused(void **state)
{
    (void)state;
    check(&(TextCase){"", "* Sea-Bird  Data File:\r\n", 0,
                      "refused: truncated at line 1: the file ends before *END*\n"});
    check(&(TextCase){"", START "# nquan = 2\r\n" TWO_NAMES "# file_type = binary\r\n*END*\r\n\1\2",
                      0,
                      "refused: unsupported at : a binary .cnv file: SBE Data Processing writes it "
                      "as text (Translate, or file_type = ascii in Data Conversion)\n"});
    check(&(TextCase){"", START "*END*\r\n0AB10C\r\n", 0,
                      "refused: unsupported at : a Sea-Bird file without converted columns (.hex, "
                      ".dat or .hdr): convert it with SBE Data Processing, Data Conversion\n"});
}

/* --- bottles -------------------------------------------------------------------------------- */

#define NAMES                                                                                      \
    "    Bottle        Date       PrDM   C0uS/cm\r\n  Position        Time                      "  \
    "\r\n"
#define FIRST                                                                                      \
    "      1    Jun 23 2016    137.512 176.091215 (avg)\r\n"                                       \
    "              19:04:57      0.418   0.066857 (sdev)\r\n"
#define SECOND "      2    Jun 23 2016     98.479-12345.6789 (avg)\r\n"

static void bottles(void **state)
{
    (void)state;
    text_case(&format_btl, &(TextCase){"",
                                       START NAMES FIRST SECOND
                                       "              19:07:43      0.054   0.053313 (sdev)\r\n",
                                       0,
                                       "Bottle [] int64: 1 2\n"
                                       "time time: 2016-06-23T19:04:57Z 2016-06-23T19:07:43Z\n"
                                       "PrDM [db] double: 137.512 98.479\n"
                                       "C0uS/cm [uS/cm] double: 176.091215 -12345.6789\n"
                                       "PrDM_sdev [db] double: 0.418 0.054\n"
                                       "C0uS/cm_sdev [uS/cm] double: 0.066857 0.053313\n"
                                       "rows 2, time time\n"});
}

static void four_lines(void **state)
{
    (void)state;
    text_case(&format_btl,
              &(TextCase){"",
                          START NAMES FIRST
                          "                           137.001 176.000000 (min)\r\n"
                          "                           138.001 177.000000 (max)\r\n",
                          0,
                          "Bottle [] int64: 1\ntime time: 2016-06-23T19:04:57Z\n"
                          "PrDM [db] double: 137.512\nC0uS/cm [uS/cm] double: 176.091215\n"
                          "PrDM_sdev [db] double: 0.418\nC0uS/cm_sdev [uS/cm] double: 0.066857\n"
                          "PrDM_min [db] double: 137.001\nC0uS/cm_min [uS/cm] double: 176\n"
                          "PrDM_max [db] double: 138.001\nC0uS/cm_max [uS/cm] double: 177\n"
                          "rows 1, time time\n"});
}

static void cut_bottle(void **state)
{
    (void)state;
    static const char expected[] =
        "Bottle [] int64: 1\ntime time: 2016-06-23T19:04:57Z\nPrDM [db] double: 137.512\n"
        "C0uS/cm [uS/cm] double: 176.091215\nPrDM_sdev [db] double: 0.418\n"
        "C0uS/cm_sdev [uS/cm] double: 0.066857\nrows 1, time time\n"
        "fails: truncated at line %d: the file ends within a bottle: 1 whole ones\n";
    char text[512];
    snprintf(text, sizeof text, expected, 7);
    text_case(&format_btl, &(TextCase){"", START NAMES FIRST SECOND, 0, text});
    snprintf(text, sizeof text, expected, 7);
    text_case(&format_btl,
              &(TextCase){"", START NAMES FIRST "      2    Jun 23 2016     98.4", 0, text});
    text_case(&format_btl,
              &(TextCase){"", START "** Ship: a\r\n", 0,
                          "refused: truncated at line 3: the file ends before the table of "
                          "bottles\n"});
}

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        Sureness cnv, btl;
    } cases[] = {{START "# nquan = 1\r\n", SURE_BY_CONTENT, SURE_NO},
                 {START NAMES, SURE_BY_CONTENT, SURE_BY_CONTENT},
                 {"* x\n# name 0 = prDM: Pressure [db]\n", SURE_BY_CONTENT, SURE_NO},
                 {"* x\n1,2\n", SURE_NO, SURE_NO},
                 {"Sea-Bird,1\n", SURE_NO, SURE_NO},
                 {"", SURE_NO, SURE_NO}};
    for (size_t i = 0; i < CASES(cases); i++) {
        Error e = {0};
        Input in;
        uint8_t head[INPUT_HEAD_SIZE];
        int fd = memfd_create("probe", MFD_CLOEXEC);
        size_t length = strlen(cases[i].text);
        assert_true(write(fd, cases[i].text, length) == (ssize_t)length);
        assert_ok(input_init(&in, fd, "a.nc", head, &e), &e);
        Probe p = {0};
        format_cnv.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].cnv);
        format_btl.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].btl);
        assert_true(p.evidence[0] != '\0');
        close(fd);
    }
}

static const Case cases[] = {
    {"touching", touching},
    {"attributes", attributes},
    {"times", times},
    {"intervals", intervals},
    {"no_start", no_start},
    {"lying_header", lying_header},
    {"cut", cut},
    {"refused", refused},
    {"bottles", bottles},
    {"four_lines", four_lines},
    {"cut_bottle", cut_bottle},
    {"probes", probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
