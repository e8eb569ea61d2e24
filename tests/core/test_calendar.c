/* test_calendar.c: dates of every calendar against day numbers from cftime 1.6.6. */
#include "core/time.h"
#include "tests/support/cases.h"

#include <string.h>

static const struct {
    Calendar calendar;
    int64_t year;
    int month, day;
    int64_t days; /* since 1970-01-01 of the same calendar */
} known_days[] = {
    {CALENDAR_STANDARD, 1970, 1, 1, 0},
    {CALENDAR_STANDARD, 2000, 2, 29, 11016},
    {CALENDAR_STANDARD, 2100, 3, 1, 47541},
    {CALENDAR_STANDARD, 1582, 10, 15, -141427},
    {CALENDAR_STANDARD, 1582, 10, 4, -141428},
    {CALENDAR_STANDARD, 1500, 2, 29, -171596},
    {CALENDAR_STANDARD, 1, 1, 1, -719164},
    {CALENDAR_STANDARD, 1900, 2, 28, -25509},
    {CALENDAR_STANDARD, 9999, 12, 31, 2932896},
    {CALENDAR_STANDARD, 2000, 12, 30, 11321},
    {CALENDAR_STANDARD, 1600, 2, 29, -135081},
    {CALENDAR_STANDARD, -4712, 1, 1, -2440588},
    {CALENDAR_STANDARD, 0, 12, 31, -719165},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1970, 1, 1, 0},
    {CALENDAR_PROLEPTIC_GREGORIAN, 2000, 2, 29, 11016},
    {CALENDAR_PROLEPTIC_GREGORIAN, 2100, 3, 1, 47541},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1582, 10, 15, -141427},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1582, 10, 4, -141438},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1, 1, 1, -719162},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1900, 2, 28, -25509},
    {CALENDAR_PROLEPTIC_GREGORIAN, 9999, 12, 31, 2932896},
    {CALENDAR_PROLEPTIC_GREGORIAN, 2000, 12, 30, 11321},
    {CALENDAR_PROLEPTIC_GREGORIAN, 1600, 2, 29, -135081},
    {CALENDAR_PROLEPTIC_GREGORIAN, -4712, 1, 1, -2440550},
    {CALENDAR_PROLEPTIC_GREGORIAN, 0, 12, 31, -719163},
    {CALENDAR_JULIAN, 1970, 1, 1, 0},
    {CALENDAR_JULIAN, 2000, 2, 29, 11016},
    {CALENDAR_JULIAN, 2100, 3, 1, 47542},
    {CALENDAR_JULIAN, 1582, 10, 15, -141430},
    {CALENDAR_JULIAN, 1582, 10, 4, -141441},
    {CALENDAR_JULIAN, 1500, 2, 29, -171609},
    {CALENDAR_JULIAN, 1, 1, 1, -719177},
    {CALENDAR_JULIAN, 1900, 2, 28, -25510},
    {CALENDAR_JULIAN, 9999, 12, 31, 2932956},
    {CALENDAR_JULIAN, 2000, 12, 30, 11321},
    {CALENDAR_JULIAN, 1600, 2, 29, -135084},
    {CALENDAR_JULIAN, -4712, 1, 1, -2440601},
    {CALENDAR_JULIAN, 0, 12, 31, -719178},
    {CALENDAR_NOLEAP, 1970, 1, 1, 0},
    {CALENDAR_NOLEAP, 2100, 3, 1, 47509},
    {CALENDAR_NOLEAP, 1582, 10, 15, -141333},
    {CALENDAR_NOLEAP, 1582, 10, 4, -141344},
    {CALENDAR_NOLEAP, 1, 1, 1, -718685},
    {CALENDAR_NOLEAP, 1900, 2, 28, -25492},
    {CALENDAR_NOLEAP, 9999, 12, 31, 2930949},
    {CALENDAR_NOLEAP, 2000, 12, 30, 11313},
    {CALENDAR_NOLEAP, -4712, 1, 1, -2438930},
    {CALENDAR_NOLEAP, 0, 12, 31, -718686},
    {CALENDAR_ALL_LEAP, 1970, 1, 1, 0},
    {CALENDAR_ALL_LEAP, 2000, 2, 29, 11039},
    {CALENDAR_ALL_LEAP, 2100, 3, 1, 47640},
    {CALENDAR_ALL_LEAP, 1582, 10, 15, -141720},
    {CALENDAR_ALL_LEAP, 1582, 10, 4, -141731},
    {CALENDAR_ALL_LEAP, 1500, 2, 29, -171961},
    {CALENDAR_ALL_LEAP, 1, 1, 1, -720654},
    {CALENDAR_ALL_LEAP, 1900, 2, 28, -25562},
    {CALENDAR_ALL_LEAP, 9999, 12, 31, 2938979},
    {CALENDAR_ALL_LEAP, 2000, 12, 30, 11344},
    {CALENDAR_ALL_LEAP, 1600, 2, 29, -135361},
    {CALENDAR_ALL_LEAP, -4712, 1, 1, -2445612},
    {CALENDAR_ALL_LEAP, 0, 12, 31, -720655},
    {CALENDAR_360_DAY, 1970, 1, 1, 0},
    {CALENDAR_360_DAY, 2000, 2, 29, 10858},
    {CALENDAR_360_DAY, 2100, 3, 1, 46860},
    {CALENDAR_360_DAY, 1582, 10, 15, -139396},
    {CALENDAR_360_DAY, 1582, 10, 4, -139407},
    {CALENDAR_360_DAY, 1500, 2, 29, -169142},
    {CALENDAR_360_DAY, 1, 1, 1, -708840},
    {CALENDAR_360_DAY, 1900, 2, 28, -25143},
    {CALENDAR_360_DAY, 2000, 12, 30, 11159},
    {CALENDAR_360_DAY, 1600, 2, 29, -133142},
    {CALENDAR_360_DAY, -4712, 1, 1, -2405520},
};

static void day_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known_days / sizeof *known_days; i++) {
        CivilTime c = {.year = known_days[i].year,
                       .month = known_days[i].month,
                       .day = known_days[i].day},
                  back;
        Instant t;
        if (!civil_to_instant(&c, known_days[i].calendar, &t) ||
            t.seconds != known_days[i].days * 86400)
            fail_msg("row %zu: %lld", i, (long long)t.seconds);
        instant_to_civil((Instant){known_days[i].days * 86400 + 86399, 5}, known_days[i].calendar,
                         &back);
        if (back.year != c.year || back.month != c.month || back.day != c.day)
            fail_msg("row %zu: %lld-%d-%d", i, (long long)back.year, back.month, back.day);
        assert_int_equal(back.hour, 23);
        assert_int_equal(back.minute, 59);
        assert_int_equal(back.second, 59);
        assert_int_equal(back.nanosecond, 5);
    }
}

static int month_length(const CivilTime *c, Calendar calendar)
{
    static const int usual[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool century_rule =
        calendar == CALENDAR_STANDARD ? c->year > 1582 : calendar != CALENDAR_JULIAN;
    bool leap = c->year % 4 == 0 && (!century_rule || c->year % 100 != 0 || c->year % 400 == 0);
    if (calendar == CALENDAR_360_DAY)
        return 30;
    if (c->month != 2 || calendar == CALENDAR_NOLEAP)
        return usual[c->month - 1];
    return calendar == CALENDAR_ALL_LEAP || leap ? 29 : 28;
}

/* The next day, found from month lengths alone, without day numbers. */
static void advance(CivilTime *c, Calendar calendar)
{
    if (calendar == CALENDAR_STANDARD && c->year == 1582 && c->month == 10 && c->day == 4)
        c->day = 14;
    c->day = c->day == month_length(c, calendar) ? 1 : c->day + 1;
    c->month += c->day == 1;
    if (c->month == 13) {
        c->month = 1;
        c->year++;
    }
}

static void expect_every_day(Calendar calendar)
{
    CivilTime want = {.year = 1580, .month = 1, .day = 1}, got;
    Instant t;
    assert_true(civil_to_instant(&want, calendar, &t));
    for (int n = 0; n < 160000; n++, t.seconds += 86400) { /* beyond the year 2000 */
        instant_to_civil(t, calendar, &got);
        if (got.year != want.year || got.month != want.month || got.day != want.day)
            fail_msg("%s: %lld-%d-%d", calendar_name(calendar), (long long)want.year, want.month,
                     want.day);
        advance(&want, calendar);
    }
}

static void days_follow_each_other(void **state)
{
    (void)state;
    for (Calendar calendar = CALENDAR_STANDARD; calendar < CALENDAR_NONE; calendar++)
        expect_every_day(calendar);
}

static void dates_that_do_not_exist(void **state)
{
    (void)state;
    static const struct {
        Calendar calendar;
        CivilTime civil;
    } rows[] = {
        {CALENDAR_STANDARD, {2019, 4, 31, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 2, 29, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {1900, 2, 29, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {1582, 10, 5, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {1582, 10, 14, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 0, 1, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 13, 1, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 1, 0, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 1, 1, 24, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 1, 1, -1, 0, 0, 0}},
        {CALENDAR_STANDARD, {2019, 1, 1, 0, 60, 0, 0}},
        {CALENDAR_STANDARD, {2019, 1, 1, 0, 0, 61, 0}},
        {CALENDAR_STANDARD, {2019, 1, 1, 0, 0, 0, 1000000000}},
        {CALENDAR_STANDARD, {INT64_MAX, 1, 1, 0, 0, 0, 0}},
        {CALENDAR_STANDARD, {INT64_MIN, 1, 1, 0, 0, 0, 0}},
        {CALENDAR_PROLEPTIC_GREGORIAN, {1500, 2, 29, 0, 0, 0, 0}},
        {CALENDAR_JULIAN, {1901, 2, 29, 0, 0, 0, 0}},
        {CALENDAR_NOLEAP, {2000, 2, 29, 0, 0, 0, 0}},
        {CALENDAR_ALL_LEAP, {2001, 2, 30, 0, 0, 0, 0}},
        {CALENDAR_360_DAY, {2001, 1, 31, 0, 0, 0, 0}},
        {CALENDAR_NONE, {2001, 1, 1, 0, 0, 0, 0}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Instant t;
        if (civil_to_instant(&rows[i].civil, rows[i].calendar, &t))
            fail_msg("row %zu exists", i);
    }
}

static void leap_second(void **state)
{
    (void)state;
    CivilTime c = {.year = 2016, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 60};
    Instant t;
    assert_true(civil_to_instant(&c, CALENDAR_STANDARD, &t));
    assert_int_equal(t.seconds, 1483228800); /* date -u -d 2017-01-01 +%s */
}

static void as_text(void **state)
{
    (void)state;
    static const struct {
        Instant instant;
        Calendar calendar;
        const char *text;
    } rows[] = {
        {{1546300800, 0}, CALENDAR_STANDARD, "2019-01-01T00:00:00Z"},
        {{1546300800, 0}, CALENDAR_PROLEPTIC_GREGORIAN, "2019-01-01T00:00:00Z"},
        {{0, 500000000}, CALENDAR_STANDARD, "1970-01-01T00:00:00.5Z"},
        {{-1, 999999999}, CALENDAR_STANDARD, "1969-12-31T23:59:59.999999999Z"},
        {{0, 1000}, CALENDAR_STANDARD, "1970-01-01T00:00:00.000001Z"},
        {{-719164 * INT64_C(86400), 0}, CALENDAR_STANDARD, "0001-01-01T00:00:00Z"},
        {{-719165 * INT64_C(86400), 0}, CALENDAR_STANDARD, "0000-12-31T00:00:00Z"},
        {{-2440588 * INT64_C(86400), 0}, CALENDAR_STANDARD, "-4712-01-01T00:00:00Z"},
        {{2932897 * INT64_C(86400), 0}, CALENDAR_STANDARD, "+10000-01-01T00:00:00Z"},
        {{10858 * INT64_C(86400), 0}, CALENDAR_360_DAY, "2000-02-29T00:00:00"},
        {{11313 * INT64_C(86400) + 45296, 0}, CALENDAR_NOLEAP, "2000-12-30T12:34:56"},
        {{0, 0}, CALENDAR_JULIAN, "1970-01-01T00:00:00"},
        {{0, 0}, CALENDAR_ALL_LEAP, "1970-01-01T00:00:00"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[INSTANT_TEXT_SIZE];
        size_t length = instant_to_text(text, rows[i].instant, rows[i].calendar);
        assert_string_equal(text, rows[i].text);
        assert_int_equal(length, strlen(text));
    }
}

/* The widest text that any Instant gives fits. */
static void extreme_instants(void **state)
{
    (void)state;
    static const int64_t seconds[] = {INT64_MIN, INT64_MAX};
    for (Calendar calendar = CALENDAR_STANDARD; calendar < CALENDAR_NONE; calendar++)
        for (size_t i = 0; i < 2; i++) {
            char text[INSTANT_TEXT_SIZE];
            size_t length = instant_to_text(text, (Instant){seconds[i], 999999999}, calendar);
            assert_int_equal(length, strlen(text));
            assert_int_equal(text[0], i == 0 ? '-' : '+');
        }
}

static void names(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool known;
        Calendar calendar;
        const char *name;
    } rows[] = {
        {"standard", true, CALENDAR_STANDARD, "standard"},
        {"gregorian", true, CALENDAR_STANDARD, "standard"},
        {"Gregorian", true, CALENDAR_STANDARD, "standard"},
        {"proleptic_gregorian", true, CALENDAR_PROLEPTIC_GREGORIAN, "proleptic_gregorian"},
        {"julian", true, CALENDAR_JULIAN, "julian"},
        {"noleap", true, CALENDAR_NOLEAP, "noleap"},
        {"NOLEAP", true, CALENDAR_NOLEAP, "noleap"},
        {"365_day", true, CALENDAR_NOLEAP, "noleap"},
        {"all_leap", true, CALENDAR_ALL_LEAP, "all_leap"},
        {"366_day", true, CALENDAR_ALL_LEAP, "all_leap"},
        {"360_day", true, CALENDAR_360_DAY, "360_day"},
        {"none", true, CALENDAR_NONE, "none"},
        {"tai", false, CALENDAR_NONE, NULL}, /* its seconds are not those of UTC */
        {"utc", false, CALENDAR_NONE, NULL}, /* counts leap seconds */
        {"", false, CALENDAR_NONE, NULL},
        {"gregorian calendar", false, CALENDAR_NONE, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Calendar calendar = CALENDAR_NONE;
        assert_int_equal(calendar_from_text(rows[i].text, &calendar), rows[i].known);
        assert_int_equal(calendar, rows[i].calendar);
        if (rows[i].known)
            assert_string_equal(calendar_name(calendar), rows[i].name);
    }
}

static void adding(void **state)
{
    (void)state;
    static const struct {
        Instant a;
        int64_t seconds, nanoseconds;
        Instant sum;
    } rows[] = {
        {{0, 0}, 0, -1, {-1, 999999999}},
        {{0, 999999999}, 0, 1, {1, 0}},
        {{10, 500000000}, -11, -600000000, {-2, 900000000}},
        {{0, 1}, 5, 3000000000, {8, 1}},
        {{0, 0}, 0, -3000000000, {-3, 0}},
        {{0, 999999999}, 0, -9223372036854775807, {-9223372036, 145224192}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Instant sum = instant_add(rows[i].a, rows[i].seconds, rows[i].nanoseconds);
        assert_int_equal(instant_compare(sum, rows[i].sum), 0);
    }
    assert_int_equal(instant_compare((Instant){1, 0}, (Instant){0, 999999999}), 1);
    assert_int_equal(instant_compare((Instant){-1, 999999999}, (Instant){0, 0}), -1);
    assert_int_equal(instant_compare((Instant){3, 1}, (Instant){3, 2}), -1);
    assert_int_equal(instant_compare((Instant){3, 2}, (Instant){3, 1}), 1);
}

static const Case cases[] = {
    {"day_numbers", day_numbers},
    {"days_follow_each_other", days_follow_each_other},
    {"dates_that_do_not_exist", dates_that_do_not_exist},
    {"leap_second", leap_second},
    {"as_text", as_text},
    {"extreme_instants", extreme_instants},
    {"names", names},
    {"adding", adding},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
