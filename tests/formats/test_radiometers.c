/* test_radiometers.c: files of Radiometrics radiometers and of the Attex MTP-5, good and damaged.
 */
#include "formats/text/attex.h"
#include "formats/text/radiometrics.h"
#include "formats/text/wvr.h"

#include "tests/formats/text_open.h"

/* --- Radiometrics --------------------------------------------------------------------------- */

#define LEVEL1                                                                                     \
    "Record,Date/Time,40,Tamb(K),Rh(%),Rain,DataQuality\r\n"                                       \
    "Record,Date/Time,50,Az(deg),TkBB(K), Ch  22.000, Ch  22.234,DataQuality\r\n"

static void two_kinds(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          LEVEL1 "     1,01/31/21 00:04:28,41, 268.82,  99.95,0,1\r\n"
                                 "     2,01/31/21 00:05:02,51,  0.00,283.893,,  6.220,0\r\n"
                                 "     3,01/31/21 00:06:17,41, 268.89,  99.90,0,1\r\n",
                          0,
                          "time time: 2021-01-31T00:04:28Z 2021-01-31T00:05:02Z "
                          "2021-01-31T00:06:17Z\n"
                          "/41/Record [] int64: 1 3\n"
                          "/41/time time: 2021-01-31T00:04:28Z 2021-01-31T00:06:17Z\n"
                          "/41/Tamb [K] double: 268.82 268.89\n/41/Rh [%] double: 99.95 99.9\n"
                          "/41/Rain [] int64: 0 0\n/41/DataQuality [] int64: 1 1\n"
                          "/51/Record [] int64: 2\n/51/time time: 2021-01-31T00:05:02Z\n"
                          "/51/Az [deg] double: 0\n/51/TkBB [K] double: 283.893\n"
                          "/51/frequency [GHz] double: 22 22.234\n/51/Tb [K] double: _ 6.22\n"
                          "/51/DataQuality [] int64: 0\nrows 3, time time\n"});
}

/* Profiles: one header for four types; a single type is at the root. */
static void profiles(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          "Record,Date/Time,10,Tamb(K),Rain, 0.00, 0.10,10.00\n"
                          "1,07/18/21 00:01:12,12,297.0,N,13.81,12.66, 0.02\n",
                          0,
                          "Record [] int64: 1\ntime time: 2021-07-18T00:01:12Z\n"
                          "Tamb [K] double: 297\nRain [] string: 'N'\n"
                          "height [km] double: 0 0.1 10\n"
                          "vapor_density [g m-3] double: 13.81 12.66 0.02\n"
                          "rows 1, time time\n"});
}

/* Newer level 2: rows 101 say what the profiles are; years have four digits in some types. */
static void titles(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          "Record,Date/Time,100,Record Type,Title\n"
                          "Record,Date/Time,400,LV2 Processor,0.00,0.05,DataQuality\n"
                          "1,01/24/2025 00:04:09,101,401,Relative Humidity (%)\n"
                          "2,01/24/25 00:04:09,99,configuration 1/2/2025\n"
                          "3,01/24/25 00:05:00,401,Zenith,81.5,82.5,0\n",
                          0,
                          "Record [] int64: 3\ntime time: 2025-01-24T00:05:00Z\n"
                          "LV2 Processor [] string: 'Zenith'\n"
                          "height [km] double: 0 0.05\n"
                          "relative_humidity [%] double: 81.5 82.5\nDataQuality [] int64: 0\n"
                          "rows 1, time time\n"
                          "note: 1 lines of the instrument's configuration are left out\n"});
}

/* A type whose columns no row names is left out, and told. */
static void unknown_type(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          "Record,Date/Time,40,Tamb(K)\n1,01/31/21 00:04:28,41,268.82\n"
                          "2,01/31/21 00:04:29,71,5\n",
                          0,
                          "Record [] int64: 1\ntime time: 2021-01-31T00:04:28Z\n"
                          "Tamb [K] double: 268.82\nrows 1, time time\n"
                          "note: lines of no known kind, left out: 1, the first in line 3, '2'\n"});
}

static void cut_row(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          "Record,Date/Time,40,Tamb(K),Rh(%)\n1,01/31/21 00:04:28,41,268.82,99\n"
                          "2,01/31/21 00:05:28,41,26",
                          0,
                          "Record [] int64: 1\ntime time: 2021-01-31T00:04:28Z\n"
                          "Tamb [K] double: 268.82\nRh [%] int64: 99\nrows 1, time time\n"
                          "note: the last line is cut and left out: 4 of 5 cells, line 3\n"});
}

static void no_records(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"", "Record,Date/Time,40,Tamb(K)\n", 0,
                          "refused: no_rows at : the file names the columns of its records, but "
                          "has no record of them\n"});
}

/* Types of one file write years in their own way. */
static void years(void **state)
{
    (void)state;
    text_case(&format_radiometrics,
              &(TextCase){"",
                          "Record,Date/Time,30,A\nRecord,Date/Time,40,B\n"
                          "1,10/06/21 00:04:15,31,5\n2,10/06/2021 00:04:16,41,6\n",
                          0,
                          "time time: 2021-10-06T00:04:15Z 2021-10-06T00:04:16Z\n"
                          "/31/Record [] int64: 1\n/31/time time: 2021-10-06T00:04:15Z\n"
                          "/31/A [] int64: 5\n/41/Record [] int64: 2\n"
                          "/41/time time: 2021-10-06T00:04:16Z\n/41/B [] int64: 6\n"
                          "rows 2, time time\n"});
}

/* --- WVR ------------------------------------------------------------------------------------ */

static void line_of_sight(void **state)
{
    (void)state;
    text_case(&format_wvr,
              &(TextCase){"",
                          " RETRIEVAL COEFFICIENTS:\r\nVapor  c0 =    .006\r\n\r\n"
                          "  date    time   TbSky23    TkBB  Rain\r\n"
                          "12/20/13 23:16:31   20.95  284.97  .23\r\n"
                          "12/20/13 23:17:00   21.05  285\r\n",
                          0,
                          "date [] string: '12/20/13' ''\ntime [] string: '23:16:31' ''\n"
                          "TbSky23 [K] double: 20.95 _\nTkBB [K] double: 284.97 _\n"
                          "Rain [] double: 0.23 _\n"
                          "time_utc time: 2013-12-20T23:16:31Z _\nrows 2, time time_utc\n"
                          "note: rows with too few cells, which cannot be told apart and count as "
                          "missing: 1, the first in line 6\n"});
    text_case(&format_wvr,
              &(TextCase){"", "RETRIEVAL COEFFICIENTS:\nVapor  c0 =    .006\n", 0,
                          "refused: truncated at line 2: the file ends before the names of its "
                          "columns, 'date time ...'\n"});
}

/* --- Attex ---------------------------------------------------------------------------------- */

#define ATTEX(title, local, hours)                                                                 \
    "FileFormat:0002.1 file with " title "\r\nPadova\r\n" local "\tGMT or Local\r\n" hours         \
    "\tGMT-Local=[hours]\r\n30\tHeight[m]\r\n"                                                     \
    "11\t30\t36\tLongitude  [grd] [min] [sec]\r\n45\t0\t0\tLatitude  [grd] [min] [sec]\r\n"        \
    "N\tNS\r\n56.70\tFreq[GHz]\r\nversion 5.0\r\nMTP5HE28\r\nCommentary:\r\non the roof\r\n"       \
    "End Of Commentary\r\n\r\nSYSTEM\\summer.dat\r\n"

static void brightness(void **state)
{
    (void)state;
    text_case(&format_attex,
              &(TextCase){"",
                          ATTEX("brightness temperature", "local",
                                "0") "data time\t2.0\t90.0\tOutsideTemperature\r\n"
                                     "07/11/2021 00:00:00\t282.61\t282.38\t282.60\r\n"
                                     "07/11/2021 00:05:00\t282.62\t282.35\t282.58\r\n",
                          0,
                          "data time time: 2021-11-07T00:00:00Z 2021-11-07T00:05:00Z\n"
                          "2.0 [K] double: 282.61 282.62\n90.0 [K] double: 282.38 282.35\n"
                          "OutsideTemperature [K] double: 282.6 282.58\nrows 2, time data time\n"});
}

/* An hour east of Greenwich: GMT - local is -1. */
static void temperature(void **state)
{
    (void)state;
    text_case(&format_attex,
              &(TextCase){"",
                          ATTEX("temperature of atmosphere", "local",
                                "-1") "data time\t0\t50\r\n07/11/2021 00:30:00\t9.45\t9.51\r\n",
                          0,
                          "data time time: 2021-11-06T23:30:00Z\n"
                          "0 [degC] double: 9.45\n50 [degC] double: 9.51\n"
                          "rows 1, time data time\n"});
}

/* Times in GMT are not moved. */
static void temperature_in_gmt(void **state)
{
    (void)state;
    text_case(&format_attex,
              &(TextCase){"",
                          ATTEX("temperature of atmosphere", "GMT",
                                "-1") "data time\t0\t50\r\n07/11/2021 00:30:00\t9.45\t9.51\r\n",
                          0,
                          "data time time: 2021-11-07T00:30:00Z\n"
                          "0 [degC] double: 9.45\n50 [degC] double: 9.51\n"
                          "rows 1, time data time\n"});
}

static void southern_hemisphere(void **state)
{
    (void)state;
    static const char text[] =
        "FileFormat:0002.1 file with brightness temperature\nHill\n-70\t30\t0\tLongitude\n"
        "33\t15\t0\tLatitude\nS\tNS\ndata time\t2.0\n07/11/2021 00:00:00\t282.61\n";
    double latitude = 0, longitude = 0;
    TextFile *f = text_open(&format_attex, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Group *root = &f->reader->dataset->groups[0];
    assert_true(attr_number(attr_find(root->attrs, root->attr_count, "latitude"), 0, &latitude));
    assert_true(attr_number(attr_find(root->attrs, root->attr_count, "longitude"), 0, &longitude));
    assert_true(latitude == -33.25 && longitude == -70.5);
    text_close(&format_attex, f);
}

static void attex_attributes(void **state)
{
    (void)state;
    static const char text[] = ATTEX("brightness temperature", "local",
                                     "0") "data time\t2.0\r\n07/11/2021 00:00:00\t282.61\r\n";
    static const char *const texts[][2] = {{"station_name", "Padova"},
                                           {"time_reference", "local"},
                                           {"instrument", "MTP5HE28"},
                                           {"comment", "on the roof"},
                                           {"hemisphere", "N"}};
    static const struct {
        const char *name;
        double value;
    } numbers[] = {
        {"height_m", 30}, {"frequency_GHz", 56.7}, {"longitude", 11.51}, {"latitude", 45}};
    TextFile *f = text_open(&format_attex, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Group *root = &f->reader->dataset->groups[0];
    for (size_t i = 0; i < CASES(texts); i++) {
        const Attr *a = attr_find(root->attrs, root->attr_count, texts[i][0]);
        assert_non_null(a);
        assert_string_equal(a->values, texts[i][1]);
    }
    for (size_t i = 0; i < CASES(numbers); i++) {
        double value = NAN;
        assert_true(
            attr_number(attr_find(root->attrs, root->attr_count, numbers[i].name), 0, &value));
        assert_true(fabs(value - numbers[i].value) < 1e-12);
    }
    text_close(&format_attex, f);
}

static void attex_cut(void **state)
{
    (void)state;
    text_case(&format_attex,
              &(TextCase){"", "FileFormat:0002.1 file with brightness temperature\nPadova\n", 0,
                          "refused: truncated at line 2: the file ends before the line of column "
                          "names ('data time ...')\n"});
    text_case(&format_attex,
              &(TextCase){"",
                          ATTEX("brightness temperature", "GMT",
                                "0") "data time\t2.0\t3.0\r\n07/11/2021 00:00:00\t282.61\t282.7\r\n"
                                     "07/11/2021 00:05:00\t28",
                          0,
                          "data time time: 2021-11-07T00:00:00Z\n2.0 [K] double: 282.61\n"
                          "3.0 [K] double: 282.7\nrows 1, time data time\n"
                          "note: the last line is cut and left out: 2 of 3 cells, line 19\n"});
}

static const Case cases[] = {
    {"two_kinds", two_kinds},
    {"profiles", profiles},
    {"titles", titles},
    {"unknown_type", unknown_type},
    {"cut_row", cut_row},
    {"no_records", no_records},
    {"years", years},
    {"line_of_sight", line_of_sight},
    {"brightness", brightness},
    {"temperature", temperature},
    {"temperature_in_gmt", temperature_in_gmt},
    {"southern_hemisphere", southern_hemisphere},
    {"attex_attributes", attex_attributes},
    {"attex_cut", attex_cut},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
