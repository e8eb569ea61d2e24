/* test_windcube.c: WindCube text files of both versions, good and damaged. */
#include "formats/windcube/windcube.h"

#include "tests/formats/text_open.h"

/* Version 2: two heights, a sensor that is not there, an empty column behind each height. */
#define KEYS                                                                                       \
    "Version=WF 2.1.6\nID System=WLS71072\nGPS Location=Lat:53.5\xb0N, Long:8.6\xb0"               \
    "E\n"                                                                                          \
    "Comments=\ntimezone=UTC+0\n********************\n"                                            \
    "ScanAngle (\xb0)=28.000\nAltitudes (m)=\t40\t54.5\n********************\n"
#define NAMES                                                                                      \
    "Timestamp (end of interval)\tExt Temp (\xb0"                                                  \
    "C)\tWiper count\t40m Wind Speed (m/s)\t40m Wind Direction (\xb0)\t\t"                         \
    "54.5m Wind Speed (m/s)\t54.5m Wind Direction (\xb0)\t\n"
#define STA "HeaderSize=9\n" KEYS NAMES
#define ROW_1 "2020/10/08 23:50\t9.5\t0\t6.28\t218.65\t\tNaN\t220\t\n"
#define ROW_2 "2020/10/09 00:00\tNaN\t1\t7\t-0.5\t\t8.25\t10\t\n"

#define TOLD(times, temp, wiper, speed, direction)                                                 \
    "time time:" times "\nExt Temp [\xc2\xb0"                                                      \
    "C] double:" temp "\nWiper count [] double:" wiper "\nrange [m] double: 40 54.5\n"             \
    "Wind Speed [m/s] double:" speed "\nWind Direction [\xc2\xb0] double:" direction "\n"
#define TOLD_1 TOLD(" 2020-10-08T23:50:00Z", " 9.5", " 0", " 6.28 _", " 218.65 220")
#define TOLD_2                                                                                     \
    TOLD(" 2020-10-08T23:50:00Z 2020-10-09T00:00:00Z", " 9.5 _", " 0 1", " 6.28 _ 7 8.25",         \
         " 218.65 220 -0.5 10")
#define ROWS(n) "rows " #n ", time time\n"

static void sta(const char *text, const char *expected)
{
    text_expect(&format_windcube_sta, "", text, strlen(text), expected);
}

static void rtd(const char *text, const char *expected)
{
    text_expect(&format_windcube_rtd, "", text, strlen(text), expected);
}

/* --- dialects ------------------------------------------------------------------------------- */

static void version_2(void **state)
{
    (void)state;
    sta(STA ROW_1 ROW_2, TOLD_2 ROWS(2));
}

static void carriage_returns(void **state)
{
    (void)state;
    sta("HeaderSize=2\r\nID System=WLS7-1\r\n**\r\nTimestamp\t40m CNR (dB)\t\r\n"
        "2020/10/08 23:50\t-1.5\t\r\n\r\n",
        "time time: 2020-10-08T23:50:00Z\nrange [m] double: 40\nCNR [dB] double: -1.5\n" ROWS(1));
}

static void attributes(void **state)
{
    (void)state;
    static const char text[] = STA ROW_1;
    static const char *const expected[][2] = {{"ID System", "WLS71072"},
                                              {"GPS Location", "Lat:53.5\xc2\xb0N, Long:8.6\xc2\xb0"
                                                               "E"},
                                              {"ScanAngle (\xc2\xb0)", "28.000"},
                                              {"timezone", "UTC+0"}};
    static const char *const of_vars[][3] = {
        {"time", "long_name", "Timestamp (end of interval)"},
        {"time", "comment", "end of the interval; written as UTC+0, here UTC"},
        {"Ext Temp", "standard_name", "air_temperature"},
        {"Wind Speed", "standard_name", "wind_speed"},
        {"Wind Speed", "cell_methods", "time: mean"},
        {"Wind Direction", "standard_name", "wind_from_direction"},
        {"range", "long_name", "Altitudes (m)"}};
    TextFile *f = text_open(&format_windcube_sta, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    const Group *root = &d->groups[0];
    for (size_t i = 0; i < CASES(expected); i++) {
        const Attr *a = attr_find(root->attrs, root->attr_count, expected[i][0]);
        assert_non_null(a);
        assert_string_equal(a->values, expected[i][1]);
    }
    assert_null(attr_find(root->attrs, root->attr_count, "Comments")); /* empty */
    for (size_t i = 0; i < CASES(of_vars); i++) {
        size_t v = 0;
        while (strcmp(d->vars[v].name, of_vars[i][0]) != 0)
            assert_true(++v < d->var_count);
        assert_string_equal(var_attr_text(&d->vars[v], of_vars[i][1]), of_vars[i][2]);
    }
    assert_string_equal(d->model, "WindCube version 2");
    assert_string_equal(d->dims[0].name, "time");
    assert_string_equal(d->dims[1].name, "range");
    assert_int_equal(d->dims[1].length, 2);
    text_close(&format_windcube_sta, f);
}

static void lines_of_sight(void **state)
{
    (void)state;
    rtd("HeaderSize=2\ntimezone=UTC+5:30\nAltitudes (m)=\t40\t60\n"
        "Timestamp\tPosition\tTemperature\tWiper Count\t40m CNR (dB)\t40m Radial Wind Speed (m/s)\t"
        "\t60m CNR (dB)\t60m Radial Wind Speed (m/s)\t\n"
        "2019/01/01 00:00:00.25\t270\t20.5\t0\t-10.5\t1.25\t\t-11\tNaN\t\n"
        "2019/01/01 00:00:01.00\tV\t20.6\t0\t-10.25\t-0.5\t\t-12\t2\t\n",
        "time time: 2018-12-31T18:30:00.25Z 2018-12-31T18:30:01Z\n"
        "Position [] string: '270' 'V'\nTemperature [] double: 20.5 20.6\n"
        "Wiper Count [] double: 0 0\nrange [m] double: 40 60\n"
        "CNR [dB] double: -10.5 -11 -10.25 -12\n"
        "Radial Wind Speed [m/s] double: 1.25 _ -0.5 2\n" ROWS(2));
}

static void offshore(void **state)
{
    (void)state;
    rtd("HeaderSize=2\nID System=WLS866-16\nAltitudes AGL (m)=\t40\n"
        "Timestamp\tPosition\tTemperature\tWiper Count\tAlpha\tBeta\tGamma\t40m X-wind (m/s)\t\n"
        "2019/01/01 00:00:00.00\t0\t20\t0\t0.5\t-0.25\t180\t3.5\t\n",
        "time time: 2019-01-01T00:00:00Z\nPosition [] string: '0'\nTemperature [] double: 20\n"
        "Wiper Count [] double: 0\nAlpha [] double: 0.5\nBeta [] double: -0.25\n"
        "Gamma [] double: 180\nrange [m] double: 40\nX-wind [m/s] double: 3.5\n" ROWS(1));
}

/* Numbered names, of which the CNR has none; days first. */
static void version_1(void **state)
{
    (void)state;
    sta("HeaderLength=3\nLocalisation=Hill\nAltitudes(m)=\t40\t60\nInitialLD1(mA)=IC1=320\n"
        "Date\tWiperCount\tTm\tVhm1\tAzim1\tCNRm\tCNRmax\tAvail.1\t\tVhm2\tAzim2\tCNRm\tCNRmax\t"
        "Avail.2\t\n"
        "06/12/2016 "
        "00:10:00\t0\t1.54\t4.80\t178.5\t8.15\t11.30\t100.00\t\t4.94\t176.5\t3.93\t11.33\t"
        "84.57\t\n",
        "time time: 2016-12-06T00:10:00Z\nWiperCount [] double: 0\nTm [degC] double: 1.54\n"
        "range [m] double: 40 60\nVhm [m/s] double: 4.8 4.94\nAzim [degree] double: 178.5 176.5\n"
        "CNRm [dB] double: 8.15 3.93\nCNRmax [dB] double: 11.3 11.33\n"
        "Avail [%] double: 100 84.57\n" ROWS(1));
}

static void version_1_lines_of_sight(void **state)
{
    (void)state;
    rtd("HeaderLength=1\nAltitudes(m)=\t40\t60\n"
        "Date\tPosition\tTemperature (\xb0"
        "C)\tWiper\tCNR-1\tRWS-1\t\tCNR-2\tRWS-2\t\n"
        "26/06/2013 23:59:59.72\t90\t20.5\tOff\t-1.5\t2\t\t-2.5\t3\t\n"
        "27/06/2013 00:00:00.72\t180\t20.5\tOn\t-1\t4\t\t-2\t5\t\n",
        "time time: 2013-06-26T23:59:59.72Z 2013-06-27T00:00:00.72Z\n"
        "Position [] string: '90' '180'\nTemperature [\xc2\xb0"
        "C] double: 20.5 20.5\n"
        "Wiper [] string: 'Off' 'On'\nrange [m] double: 40 60\n"
        "CNR [dB] double: -1.5 -2.5 -1 -2\nRWS [m/s] double: 2 3 4 5\n" ROWS(2));
}

/* Numbers that are the altitudes themselves. */
static void numbered_by_altitude(void **state)
{
    (void)state;
    rtd("HeaderLength=1\nAltitudes(m)=\t100\t150\n"
        "Date\tPosition\tu-100\tu-150\n01/02/2013 00:00:00\t90\t1\t2\n",
        "time time: 2013-02-01T00:00:00Z\nPosition [] string: '90'\nrange [m] double: 100 150\n"
        "u [m/s] double: 1 2\n" ROWS(1));
}

static void decimal_commas(void **state)
{
    (void)state;
    sta("HeaderSize=1\nAltitudes (m)=\t40\nTimestamp\t40m CNR (dB)\t\n2020/10/08 23:50\t-1,5\t\n",
        "time time: 2020-10-08T23:50:00Z\nrange [m] double: 40\nCNR [dB] double: -1.5\n" ROWS(1));
}

static void zone_by_name(void **state)
{
    (void)state;
    sta("HeaderSize=1\ntimezone=CEST\nTimestamp\t40m CNR (dB)\t\n2020/10/08 23:50\t-1.5\t\n",
        "Timestamp [] string: '2020/10/08 23:50'\nrange [m] double: 40\nCNR [dB] double: -1.5\n"
        "rows 1, time none\nnote: timezone=CEST is no offset from UTC: the times stay text, and "
        "when it was is not known\n");
}

static void no_weather_sensor(void **state)
{
    (void)state;
    sta("HeaderSize=1\n**\nTimestamp\tPressure (hPa)\t40m CNR (dB)\t\n"
        "2020/10/08 23:50\t0.00\t-1.5\t\n",
        "time time: 2020-10-08T23:50:00Z\nPressure [hPa] double: 0\nrange [m] double: 40\n"
        "CNR [dB] double: -1.5\n" ROWS(
            1) "note: Pressure is 0 in every row: the instrument has no "
               "weather sensor, and its other zeros are no measurements either, probably\n");
}

/* --- headers -------------------------------------------------------------------------------- */

static void wrong_length(void **state)
{
    (void)state;
    static const char note[] =
        "note: the column names are in line 11, where HeaderSize=%s does not "
        "put them\n";
    static const char *const lengths[] = {"8", "10", "0", "999", "99999999999999999999"};
    for (size_t i = 0; i < CASES(lengths); i++) {
        char text[2048], expected[2048];
        snprintf(text, sizeof text, "HeaderSize=%s\n" KEYS NAMES ROW_1, lengths[i]);
        int length = snprintf(expected, sizeof expected, "%s", TOLD_1 ROWS(1));
        snprintf(expected + length, sizeof expected - (size_t)length, note, lengths[i]);
        sta(text, expected);
    }
}

static void no_names(void **state)
{
    (void)state;
    sta("HeaderSize=3\n" KEYS, "refused: bad_header at line 10: no line of column names (Timestamp "
                               "... or Date ...) among the first 10 lines\n");
}

static void cut_header(void **state)
{
    (void)state;
    sta("HeaderSize=9\n" KEYS,
        "refused: truncated at line 10: the file ends within its header: 10 of 11 lines\n");
}

static void empty(void **state)
{
    (void)state;
    sta("", "refused: empty at : the file is empty\n");
}

static void header_only(void **state)
{
    (void)state;
    sta(STA, TOLD("", "", "", "", "") ROWS(0) "note: the table has names but no rows\n");
}

static void other_altitudes(void **state)
{
    (void)state;
    sta("HeaderSize=1\nAltitudes (m)=\t40\t60\t80\nTimestamp\t40m CNR (dB)\t\t60m CNR (dB)\t\n"
        "2020/10/08 23:50\t-1.5\t\t-2\t\n",
        "time time: 2020-10-08T23:50:00Z\nrange [m] double: 40 60\nCNR [dB] double: -1.5 -2\n" ROWS(
            1) "note: the header lists 3 altitudes, the columns have 2 heights: the columns "
               "count\n");
}

/* Version 1: the heights are only in the header. */
static void no_altitudes(void **state)
{
    (void)state;
    sta("HeaderLength=1\n**\nDate\tVhm1\t\tVhm2\t\n06/12/2016 00:10:00\t4.5\t\t5.5\t\n",
        "time time: 2016-12-06T00:10:00Z\nVhm [m/s] double: 4.5 5.5\n" ROWS(
            1) "note: the header lists no altitudes: the heights are not known\n");
}

/* A variable that one height does not have is missing there. */
static void missing_column(void **state)
{
    (void)state;
    sta("HeaderSize=1\n**\nTimestamp\t40m CNR (dB)\t40m Z-wind (m/s)\t\t60m CNR (dB)\t\n"
        "2020/10/08 23:50\t-1.5\t0.25\t\t-2\t\n",
        "time time: 2020-10-08T23:50:00Z\nrange [m] double: 40 60\nCNR [dB] double: -1.5 -2\n"
        "Z-wind [m/s] double: 0.25 _\n" ROWS(1));
}

static void unlike_heights(void **state)
{
    (void)state;
    enum { COLUMNS = 60 };
    auto_buffer Buffer b = {0};
    buffer_string(&b, "HeaderSize=1\n**\nTimestamp");
    for (int i = 0; i < COLUMNS; i++)
        buffer_printf(&b, "\t%dm a%d", i + 1, i);
    buffer_string(&b, "\n");
    sta(b.bytes, "refused: bad_header at line 3: the columns of the 60 heights are not the same "
                 "ones\n");
}

/* --- rows ----------------------------------------------------------------------------------- */

#define CUT(cells)                                                                                 \
    "fails: truncated at line 13: the last row is cut and left out: " #cells " of 9 cells\n"

static void cut_row(void **state)
{
    (void)state;
    static const struct {
        size_t left;
        const char *how;
    } cuts[] = {{1, CUT(1)}, {16, CUT(1)}, {17, CUT(2)}, {27, CUT(5)}, {sizeof ROW_2 - 3, CUT(8)}};
    for (size_t i = 0; i < CASES(cuts); i++) {
        char text[2048], expected[2048];
        snprintf(text, sizeof text, "%s%.*s", STA ROW_1, (int)cuts[i].left, ROW_2);
        snprintf(expected, sizeof expected, "%s%s", TOLD_1 ROWS(1), cuts[i].how);
        sta(text, expected);
    }
}

/* Only the line end is missing. */
static void whole_last_row(void **state)
{
    (void)state;
    char text[2048];
    snprintf(text, sizeof text, "%s%.*s", STA ROW_1, (int)sizeof ROW_2 - 2, ROW_2);
    sta(text, TOLD_2 ROWS(2));
}

/* Nobody knows which cell is missing: the time counts, the rest does not. */
static void odd_rows(void **state)
{
    (void)state;
    static const struct {
        const char *row;
        int cells;
    } cases[] = {{"2020/10/09 00:00\tNaN\t1\t7\t-0.5\t\t8.25\n", 7},
                 {"2020/10/09 00:00\tNaN\t1\t7\t-0.5\t8.25\t10\t\t\n", 9},
                 {"2020/10/09 00:00\tNaN\t1\t1\t7\t-0.5\t\t8.25\t10\t\n", 10}};
    for (size_t i = 0; i < CASES(cases); i++) {
        char text[2048], expected[2048];
        snprintf(text, sizeof text, "%s%s", STA ROW_1, cases[i].row);
        snprintf(expected, sizeof expected,
                 "%snote: rows that do not have the cells of the 8 columns, of which only the time "
                 "counts: 1, the first in line 13 with %d cells\n",
                 TOLD(" 2020-10-08T23:50:00Z 2020-10-09T00:00:00Z", " 9.5 _", " 0 _", " 6.28 _ _ _",
                      " 218.65 220 _ _") ROWS(2),
                 cases[i].cells);
        sta(text, expected);
    }
}

static void ragged(void **state)
{
    (void)state;
    sta("HeaderSize=1\n**\nTimestamp\t40m CNR (dB)\t\n2020/10/08 23:40\t1\t2\t\n"
        "2020/10/08 23:50\t1\t2\t\n2020/10/09 00:00\t1\t2\t\n",
        "time time: 2020-10-08T23:40:00Z 2020-10-08T23:50:00Z 2020-10-09T00:00:00Z\n"
        "range [m] double: 40\nCNR [dB] double: _ _ _\n" ROWS(
            3) "note: rows that do not have the "
               "cells of the 2 columns, of which only the time counts: 3, the first in line 4 with "
               "4 "
               "cells\nfails: ragged at line 4: 3 of 3 rows do not have the cells of the 2 "
               "columns\n");
}

static void stray_lines(void **state)
{
    (void)state;
    sta(STA ROW_1 "\n*** restart ***\n" ROW_2,
        TOLD_2 ROWS(2) "note: lines that are no rows of the table, left out: 1, the first in line "
                       "14\n");
}

static void appended_file(void **state)
{
    (void)state;
    sta(STA ROW_1 STA ROW_2,
        TOLD_2 ROWS(
            2) "note: further headers within the file were passed over: 1, the first in line 13\n");
}

static void appended_other_table(void **state)
{
    (void)state;
    sta(STA ROW_1 "HeaderSize=1\n**\nTimestamp\t40m CNR (dB)\t\n2020/10/09 00:00\t1\t\n",
        TOLD_1 ROWS(1) "note: further headers within the file were passed over: 1, the first in "
                       "line 13\nnote: lines that are no rows of the table, left out: 1, the first "
                       "in line 16\nfails: bad_header at line 15: a file with other columns was "
                       "appended in line 15: split it off\n");
}

static void appended_header_only(void **state)
{
    (void)state;
    sta(STA ROW_1 "HeaderSize=9\nVersion=2\n",
        TOLD_1 ROWS(1) "note: further headers within the file were passed over: 1, the first in "
                       "line 13\nfails: truncated at line 14: the file ends within the header that "
                       "begins again\n");
}

/* --- probes --------------------------------------------------------------------------------- */

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name;
        bool sta, rtd;
    } cases[] = {
        {STA ROW_1, "a.rtd", true, false},
        {"HeaderSize=1\n**\nTimestamp\tPosition\t40m CNR (dB)\n", "a.sta", false, true},
        {"HeaderLength=1\n**\nDate\tWiperCount\tVhm1\n", "a", true, false},
        {"HeaderLength=1\n**\nDate\tTm\tRWS-1\n", "a", false, true},
        {"HeaderSize=40\nVersion=2\n", "a.stdrtd", false, true},
        {"HeaderSize=40\nVersion=2\n", "a.sta", true, false},
        {"HeaderSize=\nTimestamp\tPosition\n", "a.rtd", false, false},
        {"HeaderSizes=4\n", "a.rtd", false, false},
        {"Timestamp\tPosition\n", "a.rtd", false, false},
        {"", "a.sta", false, false},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        Input in = {.fd = -1,
                    .size = strlen(cases[i].text),
                    .name = cases[i].name,
                    .head = (const uint8_t *)cases[i].text,
                    .head_size = strlen(cases[i].text)};
        Probe p;
        format_windcube_sta.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].sta ? SURE_BY_CONTENT : SURE_NO);
        assert_true(p.evidence[0] != '\0');
        format_windcube_rtd.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].rtd ? SURE_BY_CONTENT : SURE_NO);
    }
}

int main(int argc, char **argv)
{
    static const Case cases[] = {
        {"version_2", version_2},
        {"carriage_returns", carriage_returns},
        {"attributes", attributes},
        {"lines_of_sight", lines_of_sight},
        {"offshore", offshore},
        {"version_1", version_1},
        {"version_1_lines_of_sight", version_1_lines_of_sight},
        {"numbered_by_altitude", numbered_by_altitude},
        {"decimal_commas", decimal_commas},
        {"zone_by_name", zone_by_name},
        {"no_weather_sensor", no_weather_sensor},
        {"wrong_length", wrong_length},
        {"no_names", no_names},
        {"cut_header", cut_header},
        {"empty", empty},
        {"header_only", header_only},
        {"other_altitudes", other_altitudes},
        {"no_altitudes", no_altitudes},
        {"missing_column", missing_column},
        {"unlike_heights", unlike_heights},
        {"cut_row", cut_row},
        {"whole_last_row", whole_last_row},
        {"odd_rows", odd_rows},
        {"ragged", ragged},
        {"stray_lines", stray_lines},
        {"appended_file", appended_file},
        {"appended_other_table", appended_other_table},
        {"appended_header_only", appended_header_only},
        {"probes", probes},
    };
    return cases_main(argc, argv, cases, CASES(cases));
}
