/* test_noaa.c: tables of NOAA: GML radiation and meteorology, PSL surface stations and wind
 * profilers, NDBC buoys; good and damaged. */
#include "formats/text/gml_met.h"
#include "formats/text/ndbc.h"
#include "formats/text/profiler.h"
#include "formats/text/psl_met.h"
#include "formats/text/surfrad.h"

#include "tests/formats/text_open.h"

static Sureness probed(const Format *format, const char *name, const char *text)
{
    static uint8_t head[INPUT_HEAD_SIZE];
    Error e = {0};
    Input in;
    Probe p;
    int fd = memfd_create("text", MFD_CLOEXEC);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_ok(input_init(&in, fd, name, head, &e), &e);
    format->probe(&in, NULL, &p);
    close(fd);
    assert_true(p.evidence[0] != '\0');
    return p.sure;
}

/* --- SURFRAD and SOLRAD --------------------------------------------------------------------- */

#define PLACE " Hill\n   40.125 -105.237 1689 m version 1\n"

static void solrad(void **state)
{
    (void)state;
    static const char text[] =
        PLACE " 2021  60  3  1 12  5 12.083  50.00   500.5 0   700.0 0 -9999.9 1     1.5 0"
              "    30.0 2     1.0     2.0     3.0     0.1\n";
    assert_int_equal(probed(&format_surfrad, "x", text), SURE_BY_CONTENT);
    text_case(&format_surfrad,
              &(TextCase){"", text, 0,
                          "year [] int64: 2021\njday [] int64: 60\nmonth [] int64: 3\n"
                          "day [] int64: 1\nhour [] int64: 12\nmin [] int64: 5\n"
                          "dt [hours] double: 12.083\nzen [degree] double: 50\n"
                          "dw_solar [W m-2] double: 500.5\nqc_dw_solar [] int64: 0\n"
                          "direct_n [W m-2] double: 700\nqc_direct_n [] int64: 0\n"
                          "diffuse [W m-2] double: _\nqc_diffuse [] int64: 1\n"
                          "uvb [mW m-2] double: 1.5\nqc_uvb [] int64: 0\n"
                          "uvb_temp [degC] double: 30\nqc_uvb_temp [] int64: 2\n"
                          "std_dw_solar [W m-2] double: 1\nstd_direct [W m-2] double: 2\n"
                          "std_diffuse [W m-2] double: 3\nstd_uvb [mW m-2] double: 0.1\n"
                          "time time: 2021-03-01T12:05:00Z\nrows 1, time time\n"});
}

static void surfrad_probes(void **state)
{
    (void)state;
    static const char *const others[] = {
        "", " Hill\n", PLACE, "1 2 3\n" PLACE,
        /* 1 March is not the 61st day of 2021 */
        PLACE " 2021  61  3  1 12  5 12.083  50 1 0 1 0 1 0 1 0 1 0 1 1 1 1\n",
        PLACE " 2021  60  3  1 12  5 12.083  50 1 0 1 0 1 0 1 0 1 0 1 1 1\n",
        " Hill\n 95.1 -105.2 1689 m\n 2021 60 3 1 12 5 12.083 50 1 0 1 0 1 0 1 0 1 0 1 1 1 1\n"};
    for (size_t i = 0; i < CASES(others); i++)
        assert_int_equal(probed(&format_surfrad, "a.dat", others[i]), SURE_NO);
}

/* --- GML meteorology ------------------------------------------------------------------------ */

static void gml_hourly(void **state)
{
    (void)state;
    static const char text[] =
        "BRW 2020 01 01 00    5   7.1 100 1004.73  -25.5  -25.0 -999.9  77 -99\n"
        "BRW 2020 01 01 01 -999 -999.9  -9 -999.90 -999.9  -25.2   10.0 -99   1\n";
    assert_int_equal(probed(&format_gml_met, "x", text), SURE_BY_CONTENT);
    text_case(&format_gml_met,
              &(TextCase){"", text, 0,
                          "station [] string: 'BRW' 'BRW'\nyear [] int64: 2020 2020\n"
                          "month [] int64: 1 1\nday [] int64: 1 1\nhour [] int64: 0 1\n"
                          "wind_direction [degree] double: 5 _\nwind_speed [m s-1] double: 7.1 _\n"
                          "wind_steadiness_factor [1] double: 100 _\n"
                          "barometric_pressure [hPa] double: 1004.73 _\n"
                          "temperature_2m [degC] double: -25.5 _\n"
                          "temperature_10m [degC] double: -25 -25.2\n"
                          "temperature_tower_top [degC] double: _ 10\n"
                          "relative_humidity [%] double: 77 _\n"
                          "precipitation_intensity [mm h-1] double: _ 1\n"
                          "time time: 2020-01-01T00:00:00Z 2020-01-01T01:00:00Z\n"
                          "rows 2, time time\n"});
}

static void gml_minutes(void **state)
{
    (void)state;
    text_case(
        &format_gml_met,
        &(TextCase){"", "SPO 2020 12 31 23 59 5 7.1 100 681.5 -25.5 -25 -24 77 0\nSPO 2021 01", 0,
                    "station [] string: 'SPO'\nyear [] int64: 2020\nmonth [] int64: 12\n"
                    "day [] int64: 31\nhour [] int64: 23\nminute [] int64: 59\n"
                    "wind_direction [degree] double: 5\nwind_speed [m s-1] double: 7.1\n"
                    "wind_steadiness_factor [1] double: 100\n"
                    "barometric_pressure [hPa] double: 681.5\n"
                    "temperature_2m [degC] double: -25.5\ntemperature_10m [degC] double: -25\n"
                    "temperature_tower_top [degC] double: -24\n"
                    "relative_humidity [%] double: 77\n"
                    "precipitation_intensity [mm h-1] double: 0\n"
                    "time time: 2020-12-31T23:59:00Z\nrows 1, time time\n"
                    "note: the last line is cut and left out: 3 of 15 cells, line 2\n"});
}

static void gml_probes(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        "BRW 2020 13 01 00 5 7.1 100 1004.73 -25.5 -25.0 -999.9 77 -99\n",
        "Brw 2020 01 01 00 5 7.1 100 1004.73 -25.5 -25.0 -999.9 77 -99\n",
        "BRW 2020 01 01 00 5 7.1 100 1004.73 -25.5 -25.0 -999.9 77\n",
        "BRW 2020 01 01 00 5 7.1 x 1004.73 -25.5 -25.0 -999.9 77 -99\n",
        "ABC 2020 01 01 00 1 2 3 4 5 6 7 8 9\n",
        "ABC 2020 01 01 00 400 2 3 999 5 6 7 8 9\n"};
    for (size_t i = 0; i < CASES(others); i++)
        assert_int_equal(probed(&format_gml_met, "a.txt", others[i]), SURE_NO);
}

/* --- PSL surface stations ------------------------------------------------------------------- */

#define ROW(hhmm, value) "111,2022,199," hhmm "," value ",2.5\r\r\n"

/* Nothing but the file's name proves the time of a single row. */
static void psl_met(void **state)
{
    (void)state;
    assert_int_equal(probed(&format_psl_met, "xyz22199.21m", ROW("2100", "7")), SURE_BY_CONTENT);
    assert_int_equal(probed(&format_psl_met, "xyz22199.20m", ROW("2100", "7")), SURE_NO);
    assert_int_equal(probed(&format_psl_met, "a.csv", ROW("2100", "7")), SURE_NO);
    auto_buffer Buffer out = {0};
    static const char text[] = ROW("2100", "99999") ROW("2159", "8");
    TextFile *f = text_open(&format_psl_met, "xyz22199.21m", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    text_tell(&format_psl_met, f->reader, &out);
    assert_string_equal(out.bytes, "Datalogger_ID [] int64: 111 111\nYear [] int64: 2022 2022\n"
                                   "J_day [] int64: 199 199\nHoursMinutes [] int64: 2100 2159\n"
                                   "column_5 [] double: _ 8\ncolumn_6 [] double: 2.5 2.5\n"
                                   "time time: 2022-07-18T21:00:00Z 2022-07-18T21:59:00Z\n"
                                   "rows 2, time time\n"
                                   "note: nothing says what the columns behind the time are\n");
    text_close(&format_psl_met, f);
}

/* A known site: the columns have names, if there are as many as there should be. */
static void psl_site(void **state)
{
    (void)state;
    static const char text[] = "111,2021,280,1300,831.5,20.1,35,2.5,180\r\n";
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(&format_psl_met, "rfe21280.13m", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    text_tell(&format_psl_met, f->reader, &out);
    assert_string_equal(out.bytes,
                        "Datalogger_ID [] int64: 111\nYear [] int64: 2021\nJ_day [] int64: 280\n"
                        "HoursMinutes [] int64: 1300\nPressure [mbar] double: 831.5\n"
                        "Temperature [degC] double: 20.1\nRelative_Humidity [%] double: 35\n"
                        "Wind_Speed_Scalar [m s-1] double: 2.5\n"
                        "Wind_Direction [degree] double: 180\ntime time: 2021-10-07T13:00:00Z\n"
                        "rows 1, time time\n");
    text_close(&format_psl_met, f);
}

/* Six rows that advance evenly across an hour prove it without a name. */
static void psl_even(void **state)
{
    (void)state;
    static const char even[] = ROW("2057", "7") ROW("2058", "7") ROW("2059", "7") ROW("2100", "7")
        ROW("2101", "7") ROW("2102", "7");
    static const char uneven[] = ROW("2057", "7") ROW("2058", "7") ROW("2059", "7") ROW("2105", "7")
        ROW("2106", "7") ROW("2107", "7");
    assert_int_equal(probed(&format_psl_met, "a.csv", even), SURE_BY_CONTENT);
    assert_int_equal(probed(&format_psl_met, "a.csv", uneven), SURE_NO);
    text_case(&format_psl_met, &(TextCase){"", "1,2,3,4,5,6\n", 0,
                                           "refused: bad_header at : the rows are not array "
                                           "number, year, day of the year and hhmm, or nothing "
                                           "proves that this is their time\n"});
}

/* What any logger, or a list of years and counters, may be: no 99999 is missing, or no clock. */
static void psl_unnamed(void **state)
{
    (void)state;
    static const char even[] = ROW("2057", "99999") ROW("2058", "7") ROW("2059", "7")
        ROW("2100", "7") ROW("2101", "7") ROW("2102", "7");
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(&format_psl_met, "a.csv", "", even, sizeof even - 1);
    assert_ok(f->reader != NULL, &f->error);
    assert_string_equal(f->reader->dataset->model, "array table of a Campbell logger");
    text_tell(&format_psl_met, f->reader, &out);
    assert_non_null(strstr(out.bytes, "column_5 [] double: 99999 7 7 7 7 7\n"));
    text_close(&format_psl_met, f);
    static const char *const others[] = {
        "12,2000,1,50,1,2\n12,2000,2,50,1,2\n12,2000,3,50,1,2\n12,2000,4,50,1,2\n"
        "12,2000,5,50,1,2\n12,2000,6,50,1,2\n",
        "1,2020,5,0,1,2\n2,2020,5,100,1,2\n3,2020,5,200,1,2\n4,2020,5,300,1,2\n"
        "5,2020,5,400,1,2\n6,2020,5,500,1,2\n"};
    for (size_t i = 0; i < CASES(others); i++)
        assert_int_equal(probed(&format_psl_met, "a.csv", others[i]), SURE_NO);
}

/* --- PSL wind profilers --------------------------------------------------------------------- */

#define BLOCK(minute, gates)                                                                       \
    " CTD\r\n WINDS    rev 5.1\r\n  34.66  -87.35    187\r\n  21 05 05 15 " minute " 01   0\r\n"   \
    "  24  1  2\r\n 00:04 (0.0)\r\n  160 160\r\n  20.9  20.9\r\n  38 90.0\r\n"                     \
    "    HT      SPD      RAD      RAD\r\n" gates "$\r\n"

static void profiler(void **state)
{
    (void)state;
    static const char text[] = "\r\n" BLOCK("00", " 0.1 2.5 1 2\r\n 0.2 999999 3 4\r\n")
        BLOCK("30", " 0.3 5 6 7\r\n 0.6 8 9 10\r\n")
            BLOCK("59", " 0.1 4.5 5 6\r\n 0.2 5.5 7 8\r\n");
    assert_int_equal(probed(&format_profiler, "x", text), SURE_BY_CONTENT);
    text_case(&format_profiler,
              &(TextCase){"", text, 0,
                          "time time: 2021-05-05T15:00:01Z 2021-05-05T15:30:01Z "
                          "2021-05-05T15:59:01Z\n"
                          "/mode_1/height [km] double: 0.1 0.2\n"
                          "/mode_1/SPD [m s-1] double: 2.5 _ 4.5 5.5\n"
                          "/mode_1/RAD [m s-1] double: 1 3 5 7\n"
                          "/mode_1/RAD_2 [m s-1] double: 2 4 6 8\n"
                          "/mode_1/time time: 2021-05-05T15:00:01Z 2021-05-05T15:59:01Z\n"
                          "/mode_2/height [km] double: 0.3 0.6\n"
                          "/mode_2/SPD [m s-1] double: 5 8\n/mode_2/RAD [m s-1] double: 6 9\n"
                          "/mode_2/RAD_2 [m s-1] double: 7 10\n"
                          "/mode_2/time time: 2021-05-05T15:30:01Z\nrows 3, time time\n"});
}

static void profiler_cut(void **state)
{
    (void)state;
    static const char whole[] = BLOCK("00", " 0.1 2.5 1 2\r\n 0.2 3.5 3 4\r\n");
    auto_buffer Buffer text = {0};
    buffer_string(&text, whole);
    buffer_printf(&text, "%.*s", (int)(sizeof whole - 12), whole);
    text_expect(&format_profiler, "", text.bytes, text.length,
                "height [km] double: 0.1 0.2\nSPD [m s-1] double: 2.5 3.5\n"
                "RAD [m s-1] double: 1 3\nRAD_2 [m s-1] double: 2 4\n"
                "time time: 2021-05-05T15:00:01Z\nrows 1, time time\n"
                "note: the last line is cut and left out: 1 of 16 cells, line 14\n");
    text_case(&format_profiler,
              &(TextCase){"", BLOCK("00", " 0.1 2.5 1 2\r\n"), 0,
                          "refused: truncated at line 1: no profile is whole: none has all the "
                          "gates that its header says\n"});
}

/* --- NDBC ----------------------------------------------------------------------------------- */

static void ndbc_now(void **state)
{
    (void)state;
    static const char text[] = "#YY  MM DD hh mm WDIR WSPD  WVHT\n#yr  mo dy hr mn degT m/s     m\n"
                               "2019 04 02 13 50 120  2.0   MM\n2019 04 02 13 40 130 99.0  1.5\n";
    assert_int_equal(probed(&format_ndbc, "46097.txt", text), SURE_BY_CONTENT);
    text_case(&format_ndbc,
              &(TextCase){"", text, 0,
                          "YY [yr] int64: 2019 2019\nMM [mo] int64: 4 4\nDD [dy] int64: 2 2\n"
                          "hh [hr] int64: 13 13\nmm [mn] int64: 50 40\nWDIR [degT] int64: 120 130\n"
                          "WSPD [m/s] double: 2 99\nWVHT [m] double: _ 1.5\n"
                          "time time: 2019-04-02T13:50:00Z 2019-04-02T13:40:00Z\n"
                          "rows 2, time time\n"});
}

/* Two digits of the year, no minutes, no units, nines for what is missing. */
static void ndbc_old(void **state)
{
    (void)state;
    text_case(&format_ndbc,
              &(TextCase){"",
                          "YY MM DD hh WD   WSPD BAR    ATMP\n96 01 01 00 120 12.5 1013.2 999.0\n"
                          "96 01 01 01 999 99.0 9999.0  10.5\n",
                          0,
                          "YY [] int64: 96 96\nMM [] int64: 1 1\nDD [] int64: 1 1\n"
                          "hh [] int64: 0 1\nWD [degT] int64: 120 _\nWSPD [m/s] double: 12.5 _\n"
                          "BAR [hPa] double: 1013.2 _\nATMP [degC] double: _ 10.5\n"
                          "time time: 1996-01-01T00:00:00Z 1996-01-01T01:00:00Z\n"
                          "rows 2, time time\n"
                          "note: no cell is MM: nines that fill a column (99, 999, 9999) are "
                          "missing, as in NDBC's historical tables\n"});
}

static void ndbc_spectrum(void **state)
{
    (void)state;
    text_case(&format_ndbc,
              &(TextCase){"", "#YY  MM DD hh mm   .0200   .0325\n2019 04 02 13 40 0.00 1.25\n", 0,
                          "YY [] int64: 2019\nMM [] int64: 4\nDD [] int64: 2\nhh [] int64: 13\n"
                          "mm [] int64: 40\nfrequency [Hz] double: 0.02 0.0325\n"
                          "spectrum [] double: 0 1.25\ntime time: 2019-04-02T13:40:00Z\n"
                          "rows 1, time time\n"
                          "note: no cell is MM: nines that fill a column (99, 999, 9999) are "
                          "missing, as in NDBC's historical tables\n"});
}

/* Hour 99 is no day later. */
static void ndbc_bad_hour(void **state)
{
    (void)state;
    text_case(&format_ndbc,
              &(TextCase){"",
                          "#YY MM DD hh mm WSPD\n#y m d h m m/s\n2019 04 02 24 00 2\n"
                          "2019 04 02 99 00 MM\n",
                          0,
                          "YY [y] int64: 2019 2019\nMM [m] int64: 4 4\nDD [d] int64: 2 2\n"
                          "hh [h] int64: 24 99\nmm [m] int64: 0 0\nWSPD [m/s] int64: 2 _\n"
                          "time time: 2019-04-03T00:00:00Z _\nrows 2, time time\n"
                          "note: rows whose cells make no time: 1, the first in line 4\n"});
}

static void ndbc_probes(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         "YY MM DD\n",
                                         "#YY MM DD hh mm temp\n1 2 3 4 5 6\n",
                                         "year month day hour WDIR\n",
                                         "YY MM DD hh WIND TEMP HEIGHT\n20 01 01 00 1 2 9999\n",
                                         "YY MM DD hh u PRES WSPD\n20 01 01 00 1 2 9999\n"};
    for (size_t i = 0; i < CASES(others); i++)
        assert_int_equal(probed(&format_ndbc, "a.txt", others[i]), SURE_NO);
}

static const Case cases[] = {
    {"solrad", solrad},
    {"surfrad_probes", surfrad_probes},
    {"gml_hourly", gml_hourly},
    {"gml_minutes", gml_minutes},
    {"gml_probes", gml_probes},
    {"psl_met", psl_met},
    {"psl_site", psl_site},
    {"psl_even", psl_even},
    {"psl_unnamed", psl_unnamed},
    {"profiler", profiler},
    {"profiler_cut", profiler_cut},
    {"ndbc_now", ndbc_now},
    {"ndbc_old", ndbc_old},
    {"ndbc_spectrum", ndbc_spectrum},
    {"ndbc_bad_hour", ndbc_bad_hour},
    {"ndbc_probes", ndbc_probes},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
