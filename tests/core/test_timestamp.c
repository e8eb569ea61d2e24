/* test_timestamp.c: instants in text; epoch seconds by GNU date and by Python's datetime. */
#include "core/time.h"
#include "tests/support/cases.h"

#include <stdlib.h>
#include <string.h>

enum { DATE = 1, CLOCK = 2, ZONE = 4 };

typedef struct Reading {
    const char *text, *pattern; /* no pattern: ISO 8601 */
    int parts;                  /* -1: refused */
    Instant instant;
} Reading;

static void check_readings(const Reading *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const Reading *r = &rows[i];
        size_t length = strlen(r->text);
        char *exact = malloc(length ? length : 1); /* no NUL behind: a read too far is seen */
        assert_non_null(exact);
        memcpy(exact, r->text, length);
        Timestamp t = {.instant = {77, 0}};
        bool ok = r->pattern ? timestamp_parse(exact, length, r->pattern, &t)
                             : timestamp_parse_iso(exact, length, &t);
        free(exact);
        if (ok != (r->parts >= 0))
            fail_msg("'%s': %s", r->text, ok ? "was read" : "was refused");
        if (!ok) {
            assert_int_equal(t.instant.seconds, 77);
            continue;
        }
        int parts = (t.has_date ? DATE : 0) | (t.has_clock ? CLOCK : 0) | (t.has_zone ? ZONE : 0);
        if (parts != r->parts || instant_compare(t.instant, r->instant) != 0)
            fail_msg("'%s': parts %d, %lld s %d ns", r->text, parts, (long long)t.instant.seconds,
                     (int)t.instant.nanoseconds);
    }
}

static void iso(void **state)
{
    (void)state;
    static const Reading rows[] = {
        {"2019-01-01T00:00:00Z", NULL, DATE | CLOCK | ZONE, {1546300800, 0}},
        {"2019-01-01T00:00:00z", NULL, DATE | CLOCK | ZONE, {1546300800, 0}},
        {"2019-01-01 00:00:00", NULL, DATE | CLOCK, {1546300800, 0}},
        {"2019/01/01 00:00", NULL, DATE | CLOCK, {1546300800, 0}},
        {"2019-01-01t00:00", NULL, DATE | CLOCK, {1546300800, 0}},
        {"2019-01-01T00:00Z", NULL, DATE | CLOCK | ZONE, {1546300800, 0}},
        {"2019-01-01", NULL, DATE, {1546300800, 0}},
        {"2020/02/29", NULL, DATE, {1582934400, 0}},
        {"2010-08-10 08:00:00+00:00", NULL, DATE | CLOCK | ZONE, {1281427200, 0}},
        {"2010-08-10 08:00:00-07:00", NULL, DATE | CLOCK | ZONE, {1281452400, 0}},
        {"2010-08-10 08:00:00+0530", NULL, DATE | CLOCK | ZONE, {1281407400, 0}},
        {"2010-08-10 08:00:00+05", NULL, DATE | CLOCK | ZONE, {1281409200, 0}},
        {"2010-08-10T08:00+05:00", NULL, DATE | CLOCK | ZONE, {1281409200, 0}},
        {"2010-08-10 08:00:00 UTC", NULL, DATE | CLOCK | ZONE, {1281427200, 0}},
        {"2010-08-10 08:00:00.5", NULL, DATE | CLOCK, {1281427200, 500000000}},
        {"2010-08-10 08:00:00,25Z", NULL, DATE | CLOCK | ZONE, {1281427200, 250000000}},
        {"2010-08-10 08:00:00.123456789", NULL, DATE | CLOCK, {1281427200, 123456789}},
        {"2010-08-10 08:00:00.99999999951", NULL, DATE | CLOCK, {1281427201, 0}},
        {"1969-12-31T23:59:59.75", NULL, DATE | CLOCK, {-1, 750000000}},
        {"2016-12-31T23:59:60Z", NULL, DATE | CLOCK | ZONE, {1483228800, 0}},
        {"2019-01-01T24:00:00", NULL, DATE | CLOCK, {1546387200, 0}},
        {"0001-01-01T00:00:00", NULL, DATE | CLOCK, {-62135596800, 0}},
        {"9999-12-31T23:59:59", NULL, DATE | CLOCK, {253402300799, 0}},
    };
    check_readings(rows, sizeof rows / sizeof *rows);
}

static void iso_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",
        "2019",
        "2019-01",
        "2019-1-01",
        "2019-01-1 ",
        "2019-01/01",
        "2019.01.01",
        "20190101",
        "2019-00-01",
        "2019-13-01",
        "2019-01-00",
        "2019-01-32",
        "2019-02-29",
        "1900-02-29",
        "2019-04-31",
        "2O19-01-01",
        "2019-01-0:",
        "2019-01-01T",
        "2019-01-01T0",
        "2019-01-01T00",
        "2019-01-01T00:",
        "2019-01-01T00:0",
        "2019-01-01T00:00:",
        "2019-01-01T00:00:0",
        "2019-01-01T00:00:0x",
        "2019-01-01T00-00",
        "2019-01-01_00:00",
        "2019-01-01T25:00",
        "2019-01-01T24:00:01",
        "2019-01-01T24:00:00.5",
        "2019-01-01T00:60",
        "2019-01-01T00:00:61",
        "2019-01-01T00:00:00.",
        "2019-01-01T00:00:00.Z",
        "2019-01-01T00:00:00 ",
        "2019-01-01T00:00:00  Z",
        "2019-01-01T00:00:00Zulu",
        "2019-01-01T00:00:00 PST",
        "2019-01-01T00:00:00+",
        "2019-01-01T00:00:00+24:00",
        "2019-01-01T00:00:00+01:60",
        "2019-01-01T00:00:00+01:0",
        "2019-01-01T00:00:00+010",
        "2019-01-01T00:00:00+01:00Z",
        "2019-01-01T00:00:00,5,5",
        " 2019-01-01",
        "-019-01-01",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        Reading row = {texts[i], NULL, -1, {0, 0}};
        check_readings(&row, 1);
    }
}

static void patterns(void **state)
{
    (void)state;
    static const Reading rows[] = {
        {"2018-09-05T21:00:00", "%Y-%m-%dT%H:%M:%S", DATE | CLOCK, {1536181200, 0}},
        {"05.09.2018 21:00", "%d.%m.%Y %H:%M", DATE | CLOCK, {1536181200, 0}},
        {"5.9.2018 21:00", "%d.%m.%Y %H:%M", DATE | CLOCK, {1536181200, 0}},
        {"09/05/18 21:00:00", "%m/%d/%y %H:%M:%S", DATE | CLOCK, {1536181200, 0}},
        {"09/05/2018 9:00:00 PM", "%m/%d/%Y %I:%M:%S %p", DATE | CLOCK, {1536181200, 0}},
        {"09/05/2018 12:00 am", "%m/%d/%Y %I:%M %p", DATE | CLOCK, {1536105600, 0}},
        {"09/05/2018 12:00 PM", "%m/%d/%Y %I:%M %p", DATE | CLOCK, {1536148800, 0}},
        {"Wed Sep  5 21:00:00 2018", "%a %b %d %H:%M:%S %Y", DATE | CLOCK, {1536181200, 0}},
        {"wednesday, 05.09.2018", "%A, %d.%m.%Y", DATE, {1536105600, 0}},
        {"09/05/2018 9:00 p.m.", "%m/%d/%Y %I:%M %p", DATE | CLOCK, {1536181200, 0}},
        {"20180905210000", "%Y%m%d%H%M%S", DATE | CLOCK, {1536181200, 0}},
        {"180905 2100", "%y%m%d %H%M", DATE | CLOCK, {1536181200, 0}},
        {"05-Sep-2018 21:00:00.250", "%d-%b-%Y %H:%M:%S", DATE | CLOCK, {1536181200, 250000000}},
        {"Sep 05 2018  21:00:00", "%b %d %Y %H:%M:%S", DATE | CLOCK, {1536181200, 0}},
        {"september 5, 2018", "%B %d, %Y", DATE, {1536105600, 0}},
        {"05MAY2018", "%d%b%Y", DATE, {1525478400, 0}},
        {"2018 248 21", "%Y %j %H", DATE | CLOCK, {1536181200, 0}},
        {"2018248", "%Y%j", DATE, {1536105600, 0}},
        {"2020 366", "%Y %j", DATE, {1609372800, 0}},
        {"2018-09-05 21:00:00,5", "%Y-%m-%d %H:%M:%S", DATE | CLOCK, {1536181200, 500000000}},
        {"2018-09-05 21:00:00.123456",
         "%Y-%m-%d %H:%M:%S.%f",
         DATE | CLOCK,
         {1536181200, 123456000}},
        {"2018-09-05 21:00:00 +0200", "%Y-%m-%d %H:%M:%S %z", DATE | CLOCK | ZONE, {1536174000, 0}},
        {"2018-09-05 21:00:00-07:00", "%Y-%m-%d %H:%M:%S%z", DATE | CLOCK | ZONE, {1536206400, 0}},
        {"2018-09-05 21:00:00 UTC", "%Y-%m-%d %H:%M:%S %Z", DATE | CLOCK | ZONE, {1536181200, 0}},
        {"2018-09", "%Y-%m", DATE, {1535760000, 0}},
        {"2018", "%Y", DATE, {1514764800, 0}},
        {"21:00:30", "%H:%M:%S", CLOCK, {75630, 0}},
        {"2400", "%H%M", CLOCK, {86400, 0}},
        {"2018-09-05 24:00", "%Y-%m-%d %H:%M", DATE | CLOCK, {1536192000, 0}},
        {"1536181200", "%s", DATE | CLOCK | ZONE, {1536181200, 0}},
        {"1536181200.25", "%s", DATE | CLOCK | ZONE, {1536181200, 250000000}},
        {"-1.25", "%s", DATE | CLOCK | ZONE, {-2, 750000000}},
        {"100%2018", "100%%%Y", DATE, {1514764800, 0}},
        {"T=2018\t09", "T=%Y  %m", DATE, {1535760000, 0}},
        {"2018%", "%Y%", DATE, {1514764800, 0}}, /* a lone % stands for itself */
        {"99-01-01", "%y-%m-%d", DATE, {915148800, 0}},
        {"69-01-01", "%y-%m-%d", DATE, {-31536000, 0}},
        {"68-01-01", "%y-%m-%d", DATE, {3092601600, 0}},
    };
    check_readings(rows, sizeof rows / sizeof *rows);
}

static void patterns_refused(void **state)
{
    (void)state;
    static const Reading rows[] = {
        {"2018-09-05", "%Y-%m-%d %H", -1, {0, 0}},
        {"2018-09-05 21", "%Y-%m-%d", -1, {0, 0}},
        {"2018-09-05", "%d-%m-%Y", -1, {0, 0}},
        {"2018-13-05", "%Y-%m-%d", -1, {0, 0}},
        {"2018-02-30", "%Y-%m-%d", -1, {0, 0}},
        {"2018-09-05 25:00", "%Y-%m-%d %H:%M", -1, {0, 0}},
        {"2018-09-05 24:01", "%Y-%m-%d %H:%M", -1, {0, 0}},
        {"2018-09-05 13:00 PM", "%Y-%m-%d %I:%M %p", -1, {0, 0}},
        {"2018-09-05 11:00 XM", "%Y-%m-%d %I:%M %p", -1, {0, 0}},
        {"Wod Sep 5 2018", "%a %b %d %Y", -1, {0, 0}},
        {"2018 366", "%Y %j", -1, {0, 0}},
        {"2018 000", "%Y %j", -1, {0, 0}},
        {"05-Sap-2018", "%d-%b-%Y", -1, {0, 0}},
        {"05-Sept-2018", "%d-%b-%Y", -1, {0, 0}},
        {"18-09-05", "%Y-%m-%d", -1, {0, 0}},
        {"09-05", "%m-%d", -1, {0, 0}}, /* which year? */
        {"2018-09-05 21:00 PST", "%Y-%m-%d %H:%M %Z", -1, {0, 0}},
        {"1536181200000", "%s", -1, {0, 0}}, /* milliseconds */
        {"", "%s", -1, {0, 0}},
        {"-", "%s", -1, {0, 0}},
        {"", "%Y", -1, {0, 0}},
        {"201809", "%Y %m", -1, {0, 0}},
        {"2018", "%Y%q", -1, {0, 0}},
    };
    check_readings(rows, sizeof rows / sizeof *rows);
}

static const Case cases[] = {
    {"iso", iso},
    {"iso_refused", iso_refused},
    {"patterns", patterns},
    {"patterns_refused", patterns_refused},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
