/* test_time.c: CF time coordinates against cftime 1.6.6 and UDUNITS-2.2.28; where cftime ignores a
 * zone ("-9:00", one digit) or an hour ("T06Z"), UDUNITS and CF 1.8 section 4.4 decide. */
#include "core/time.h"
#include "tests/support/cases.h"

#include <math.h>
#include <string.h>

typedef struct Decoding {
    const char *units;
    Calendar calendar;
    double value;
    const char *text;
} Decoding;

static void check_decodings(const Decoding *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        TimeUnits u;
        Error e = {0};
        Instant t;
        char text[INSTANT_TEXT_SIZE];
        if (!time_units_parse(rows[i].units, rows[i].calendar, &u, &e))
            fail_msg("%s", e.message);
        assert_true(time_units_decode(&u, rows[i].value, &t));
        instant_to_text(text, t, rows[i].calendar);
        if (strcmp(text, rows[i].text) != 0)
            fail_msg("%.17g %s is %s, not %s", rows[i].value, rows[i].units, text, rows[i].text);
    }
}

#define STD CALENDAR_STANDARD
#define PRO CALENDAR_PROLEPTIC_GREGORIAN

static void spellings_of_the_reference(void **state)
{
    (void)state;
    static const Decoding rows[] = {
        {"seconds since 1970-01-01 0:00:00 0:00", STD, 1677628800, "2023-03-01T00:00:00Z"},
        {"seconds since 2019-01-01 00:00:00 0:00", STD, 86340, "2019-01-01T23:59:00Z"},
        {"seconds since 1904-01-01 00:00:00.000 00:00", STD, 0, "1904-01-01T00:00:00Z"},
        {"hours since 2024-04-13 00:00:00 +00:00", STD, 0.25, "2024-04-13T00:15:00Z"},
        {"seconds since 2021-09-22T15:00:06Z", STD, 1, "2021-09-22T15:00:07Z"},
        {"seconds since 2012-06-12T12:00:02.500", STD, 1, "2012-06-12T12:00:03.5Z"},
        {"seconds since 1970-01-01 00:00:00 UTC", STD, 0, "1970-01-01T00:00:00Z"},
        {"seconds since 1970-01-01 00:00:00 utc", STD, 0, "1970-01-01T00:00:00Z"},
        {"seconds since 1970-01-01 00:00:00 GMT", STD, 0, "1970-01-01T00:00:00Z"},
        {"seconds since 1970-01-01 00:00:00Z", STD, 0, "1970-01-01T00:00:00Z"},
        {"seconds since 1970-1-1", STD, 0, "1970-01-01T00:00:00Z"},
        {"  Seconds  SINCE  1970-01-01  00:00 \n", STD, 0, "1970-01-01T00:00:00Z"},
        {"hours since 1900-01-01 00:00:0.0", STD, 876581.5, "2000-01-01T05:30:00Z"},
        {"days since 1-1-1 00:00:0.0", PRO, 0, "0001-01-01T00:00:00Z"},
        {"days since 70-1-1", STD, 0, "0070-01-01T00:00:00Z"},
        {"days since 1964-03-12 12:09:00 -9:00", STD, 1, "1964-03-13T21:09:00Z"},
        {"seconds since 1992-10-8 15:15:42.5 -6:00", STD, 0, "1992-10-08T21:15:42.5Z"}, /* CF 4.4 */
        {"seconds since 2000-01-01 00:00:00 +0530", STD, 0, "1999-12-31T18:30:00Z"},
        {"seconds since 2000-01-01 00:00:00 5:30", STD, 0, "1999-12-31T18:30:00Z"},
        {"seconds since 2000-01-01 00:00:00+10", STD, 0, "1999-12-31T14:00:00Z"},
        {"seconds since 2000-01-01 +05:00", STD, 0, "1999-12-31T19:00:00Z"},
        {"seconds since 2000-01-01 00:00:00.25-09:30", STD, 0, "2000-01-01T09:30:00.25Z"},
        {"hours since 1970-01-01T06Z", STD, 1, "1970-01-01T07:00:00Z"},
        {"hours since 1970-01-01 6", STD, 0, "1970-01-01T06:00:00Z"},
        {"seconds since 1970-01-01 00:00:00.123456789", STD, 1, "1970-01-01T00:00:01.123456789Z"},
        {"seconds since 1970-01-01 00:00:00.9999999996", STD, 0, "1970-01-01T00:00:01Z"},
    };
    check_decodings(rows, sizeof rows / sizeof *rows);
}

static void units(void **state)
{
    (void)state;
    static const Decoding rows[] = {
        {"nanoseconds since 1970-01-01", STD, 1500000000, "1970-01-01T00:00:01.5Z"},
        {"ns since 1970-01-01", STD, 5, "1970-01-01T00:00:00.000000005Z"},
        {"microseconds since 1970-01-01", STD, 5, "1970-01-01T00:00:00.000005Z"},
        {"us since 1970-01-01", STD, 5, "1970-01-01T00:00:00.000005Z"},
        {"\xc2\xb5s since 1970-01-01", STD, 5, "1970-01-01T00:00:00.000005Z"},
        {"millis since 1970-01-01", STD, 5, "1970-01-01T00:00:00.005Z"},
        {"milliseconds since 1970-01-01", STD, 5, "1970-01-01T00:00:00.005Z"},
        {"msec since 1970-01-01", STD, 5, "1970-01-01T00:00:00.005Z"},
        {"S since 1970-01-01", STD, 5, "1970-01-01T00:00:05Z"},
        {"secs since 1970-01-01", STD, 5, "1970-01-01T00:00:05Z"},
        {"Minutes since 1970-01-01", STD, 5, "1970-01-01T00:05:00Z"},
        {"min since 1970-01-01", STD, 5, "1970-01-01T00:05:00Z"},
        {"h since 1970-01-01", STD, 5, "1970-01-01T05:00:00Z"},
        {"hrs since 1970-01-01", STD, 5, "1970-01-01T05:00:00Z"},
        {"HOURS since 1970-01-01", STD, -5, "1969-12-31T19:00:00Z"},
        {"d since 1970-01-01", STD, 5, "1970-01-06T00:00:00Z"},
        {"weeks since 1970-01-01", STD, 1, "1970-01-08T00:00:00Z"},
        {"common_years since 2000-03-01", CALENDAR_NOLEAP, 3, "2003-03-01T00:00:00"},
        {"months since 1970-01-01", STD, 1, "1970-01-31T10:29:03.8312232Z"},
        {"years since 1970-01-01", STD, 1, "1971-01-01T05:48:45.9746784Z"},
        {"months since 1900-01-01", CALENDAR_360_DAY, 7, "1900-08-01T00:00:00"},
        {"years since 1900-01-01", CALENDAR_360_DAY, 2, "1902-01-01T00:00:00"},
    };
    check_decodings(rows, sizeof rows / sizeof *rows);
}

static void calendars(void **state)
{
    (void)state;
    static const Decoding rows[] = {
        {"days since 1582-10-04", STD, 1, "1582-10-15T00:00:00Z"},
        {"days since 1582-10-04", PRO, 1, "1582-10-05T00:00:00Z"},
        {"days since 0001-01-01", CALENDAR_NOLEAP, 730119.25, "2001-04-30T06:00:00"},
        {"days since 1900-01-01", CALENDAR_360_DAY, 2299, "1906-05-20T00:00:00"},
        {"days since 2001-02-28", CALENDAR_ALL_LEAP, 1, "2001-02-29T00:00:00"},
        {"days since 1970-01-01", CALENDAR_JULIAN, -1.5, "1969-12-30T12:00:00"},
        /* Julian dates: 2458849.5 is 2020-01-01 (US Naval Observatory) */
        {"days since -4713-01-01T12:00:00Z", STD, 2458849.5, "2020-01-01T00:00:00Z"},
        {"days since -4713-11-24 12:00:00", PRO, 2458849.5, "2020-01-01T00:00:00Z"},
        {"days since 0000-01-01", PRO, 737791, "2020-01-02T00:00:00Z"},
        {"days since 0000-01-01", CALENDAR_NOLEAP, 730000, "2000-01-01T00:00:00"},
        {"days since 0000-02-30", CALENDAR_360_DAY, 1, "0000-03-01T00:00:00"},
    };
    check_decodings(rows, sizeof rows / sizeof *rows);
}

static void nearest_instant(void **state)
{
    (void)state;
    static const Decoding rows[] = {
        {"days since 1970-01-01", STD, 0.1, "1970-01-01T02:24:00Z"},
        {"days since 1900-01-01", STD, 43000.1, "2017-09-24T02:24:00Z"},
        {"days since 1900-01-01", STD, 44195.123456, "2021-01-01T02:57:46.5984Z"},
        {"hours since 2020-01-01", STD, 1.0 / 3, "2020-01-01T00:20:00Z"},
        {"days since 2020-01-01", STD, -1.0 / 1440, "2019-12-31T23:59:00Z"},
        /* a float 0.1 is 0.100000001490116...: 8640.000128746033 s, told as it is */
        {"days since 1970-01-01", STD, 0.1F, "1970-01-01T02:24:00.000128746Z"},
        {"seconds since 1970-01-01", STD, 1577836800.123456789, "2020-01-01T00:00:00.1234567Z"},
        {"nanoseconds since 1970-01-01", STD, 1577836800123456789., "2020-01-01T00:00:00.1234568Z"},
        {"seconds since 1970-01-01", STD, 0.123456789, "1970-01-01T00:00:00.123456789Z"},
        {"seconds since 1970-01-01", STD, 0.1234567891, "1970-01-01T00:00:00.123456789Z"},
        {"seconds since 1970-01-01", STD, 1e-300, "1970-01-01T00:00:00Z"},
        /* quotients with their rounding errors; cftime 1.6.6 rounds to microseconds: JULD of Argo
         * float 6901929, cycle 21; a time axis of PyFerret */
        {"days since 1950-01-01 00:00:00 UTC", STD, 25081.365277777775, "2018-09-02T08:46:00Z"},
        {"days since 2017-01-01", STD, 284.38541666666424, "2017-10-12T09:15:00Z"},
        {"days since 2017-01-01", STD, 284.39583333333576, "2017-10-12T09:30:00Z"},
        {"seconds since 1970-01-01", STD, 0.9999996, "1970-01-01T00:00:01Z"},
        {"seconds since 1970-01-01", STD, 0.9999994, "1970-01-01T00:00:00.9999994Z"},
        {"nanoseconds since 1970-01-01", STD, 999999999, "1970-01-01T00:00:00.999999999Z"},
        /* no more than that is taken away, though the double stands for 40 us */
        {"days since -4713-01-01T12:00:00Z", STD, 2458849.8055555555,
         "2020-01-01T07:19:59.999996Z"},
        {"seconds since 1970-01-01", STD, -0.25, "1969-12-31T23:59:59.75Z"},
        {"seconds since 1970-01-01", STD, -0.0, "1970-01-01T00:00:00Z"},
        {"milliseconds since 1970-01-01", STD, 1577836800001, "2020-01-01T00:00:00.001Z"},
        {"days since 1970-01-01", STD, 4503599627, "+12332406-12-23T00:00:00Z"},
    };
    check_decodings(rows, sizeof rows / sizeof *rows);
}

static void integers_are_exact(void **state)
{
    (void)state;
    static const struct {
        const char *units;
        int64_t value;
        const char *text; /* NULL: out of range */
    } rows[] = {
        {"nanoseconds since 1970-01-01", 1577836800123456789, "2020-01-01T00:00:00.123456789Z"},
        {"ns since 1970-01-01", INT64_MIN, "1677-09-21T00:12:43.145224192Z"}, /* numpy's limit */
        {"ns since 1970-01-01", INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {"days since 1970-01-01", -719162, "0001-01-01T00:00:00Z"},
        {"days since 1970-01-01", INT64_MAX, NULL},
        {"days since 1970-01-01", INT64_MIN, NULL},
        {"years since 1970-01-01", INT64_MAX, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TimeUnits u;
        Error e = {0};
        Instant t;
        char text[INSTANT_TEXT_SIZE];
        if (!time_units_parse(rows[i].units, PRO, &u, &e))
            fail_msg("%s", e.message);
        bool in_range = time_units_decode_int(&u, rows[i].value, &t);
        assert_int_equal(in_range, rows[i].text != NULL);
        if (!in_range)
            continue;
        instant_to_text(text, t, PRO);
        assert_string_equal(text, rows[i].text);
    }
}

static void values_without_an_instant(void **state)
{
    (void)state;
    static const double values[] = {NAN,   INFINITY, -INFINITY, 9.969209968386869e+36,
                                    1e300, -1e300,   1e14,      -1.1e11};
    TimeUnits u;
    Error e = {0};
    Instant t;
    assert_ok(time_units_parse("days since 1970-01-01", STD, &u, &e), &e);
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        assert_false(time_units_decode(&u, values[i], &t));
    assert_true(time_units_decode(&u, 1.05e11, &t)); /* 287 million years */
    assert_true(time_units_decode(&u, -1.05e11, &t));
}

static void inexact_units_are_marked(void **state)
{
    (void)state;
    static const struct {
        const char *units;
        Calendar calendar;
        bool inexact;
    } rows[] = {
        {"months since 2000-01-01", STD, true},
        {"Years since 2000-01-01", CALENDAR_NOLEAP, true},
        {"months since 2000-01-01", CALENDAR_360_DAY, false},
        {"common_year since 2000-01-01", STD, false},
        {"days since 2000-01-01", STD, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TimeUnits u;
        Error e = {0};
        if (!time_units_parse(rows[i].units, rows[i].calendar, &u, &e))
            fail_msg("%s", e.message);
        assert_int_equal(u.inexact_unit, rows[i].inexact);
    }
}

/* What cannot be known is refused, and the message names the word. */
static void refusals(void **state)
{
    (void)state;
    static const struct {
        const char *units;
        Calendar calendar;
        const char *named;
    } rows[] = {
        {"decimal hours since midnight", STD, "\"midnight\" is not a date"},
        {"seconds since time_reference", STD, "\"time_reference\" is not a date"},
        {"days since 0000-00-00", STD, "no year 0"},
        {"days since 0000-00-00", PRO, "\"0000-00-00\" does not exist"},
        {"days since 0000-01-01", STD, "no year 0"},
        {"days since 0000-01-01 00:00:00", CALENDAR_JULIAN, "no year 0"},
        {"days since 1582-10-10", STD, "does not exist in the standard calendar"},
        {"days since 1900-02-29", STD, "does not exist"},
        {"days since 2000-02-29", CALENDAR_NOLEAP, "does not exist in the noleap calendar"},
        {"days since 2000-01-31", CALENDAR_360_DAY, "does not exist in the 360_day calendar"},
        {"days since 2000-13-01", STD, "does not exist"},
        {"seconds since 2000-01-01 24:00:00", STD, "does not exist"},
        {"seconds since 2000-01-01 23:59:60", STD, "does not exist"},
        {"seconds since 2000-01-01 00:60:00", STD, "does not exist"},
        {"seconds since 2000-01-01 12:00 EST", STD, "\"EST\""},
        {"seconds since 2000-01-01 12:00:00 +25:00", STD, "+25:00"},
        {"seconds since 2000-01-01 12:00:00 +5:3", STD, "+5:3"},
        {"seconds since 2000-01-01 12:00:00 -930", STD, "-930"},
        {"seconds since 2000-01-0112:00", STD, "12:00"},
        {"seconds since 2000-01-01 12:345:30", STD, "5:30"},
        {"seconds since 2000-01-01 1234", STD, "34"},
        {"seconds since 20000101", STD, "\"20000101\" is not a date"},
        {"seconds since 2000", STD, "is not a date"},
        {"seconds since 2000-01", STD, "is not a date"},
        {"seconds since 99999999999-01-01", STD, "is not a date"},
        {"seconds since 999999999-01-01", STD, "does not exist"},
        {"seconds since 01/02/2000", STD, "is not a date"},
        {"seconds since ", STD, "is not a date"},
        {"furlongs since 2000-01-01", STD, "\"furlongs\""},
        {"decimal hours since 2000-01-01", STD, "\"decimal hours\""},
        {"m since 2000-01-01", STD, "\"m\""}, /* metre */
        {"ss since 2000-01-01", STD, "\"ss\""},
        {"days since 2000-01-01", CALENDAR_NONE, "none"},
        {"seconds", STD, "since"},
        {"", STD, "since"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        TimeUnits u = {.unit_ns = 77};
        Error e = {0};
        if (time_units_parse(rows[i].units, rows[i].calendar, &u, &e))
            fail_msg("'%s' was read", rows[i].units);
        assert_int_equal(u.unit_ns, 77);
        assert_int_equal(e.kind, ERROR_DATA);
        assert_string_equal(e.code, "time_units");
        if (!strstr(e.message, rows[i].named) || !strstr(e.message, rows[i].units))
            fail_msg("'%s': %s", rows[i].units, e.message);
    }
}

static void recognising(void **state)
{
    (void)state;
    static const struct {
        const char *units;
        bool yes;
    } rows[] = {
        {"seconds since 1970-01-01", true}, {"Days Since midnight", true},
        {"days\tsince\t1970-01-01", true},  {"seconds", false},
        {"since 1970-01-01", false},        {"deg from N", false},
        {"secondssince 1970-01-01", false}, {"seconds sincere", false},
        {"seconds since", false},           {"day as %Y%m%d.%f", true},
        {"relative humidity as %", false},  {"", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(time_units_look_like(rows[i].units), rows[i].yes);
}

static const Case cases[] = {
    {"spellings_of_the_reference", spellings_of_the_reference},
    {"units", units},
    {"calendars", calendars},
    {"nearest_instant", nearest_instant},
    {"integers_are_exact", integers_are_exact},
    {"values_without_an_instant", values_without_an_instant},
    {"inexact_units_are_marked", inexact_units_are_marked},
    {"refusals", refusals},
    {"recognising", recognising},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
