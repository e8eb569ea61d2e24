/* calendar.c: the calendars of CF: dates to instants and back.
 *
 * Day numbers by counting years from 1 March, so that the leap day is the last of its year
 * (Richards, Explanatory Supplement to the Astronomical Almanac, 3rd ed., chapter 15). */
#include "core/calendar.h"

#include "core/text.h"

#include <stdio.h>

/* Day numbers from 1970-01-01 Gregorian: 1582-10-15, the first Gregorian date, and how far the
 * Julian calendar's 1970-01-01 lies behind (it is 14 January there). */
static const int64_t first_gregorian_day = -141427;
static const int64_t julian_shift_days = 13;

typedef struct CalendarName {
    const char *name;
    Calendar calendar;
} CalendarName;

/* The first name of each is the one that is told. */
static const CalendarName calendar_names[] = {
    {"standard", CALENDAR_STANDARD},
    {"gregorian", CALENDAR_STANDARD},
    {"proleptic_gregorian", CALENDAR_PROLEPTIC_GREGORIAN},
    {"julian", CALENDAR_JULIAN},
    {"noleap", CALENDAR_NOLEAP},
    {"365_day", CALENDAR_NOLEAP},
    {"all_leap", CALENDAR_ALL_LEAP},
    {"366_day", CALENDAR_ALL_LEAP},
    {"360_day", CALENDAR_360_DAY},
    {"none", CALENDAR_NONE},
};

bool calendar_from_text(const char *text, Calendar *out)
{
    for (size_t i = 0; i < sizeof calendar_names / sizeof *calendar_names; i++)
        if (text_equal_nocase(text, calendar_names[i].name)) {
            *out = calendar_names[i].calendar;
            return true;
        }
    return false;
}

const char *calendar_name(Calendar calendar)
{
    for (size_t i = 0; i < sizeof calendar_names / sizeof *calendar_names; i++)
        if (calendar_names[i].calendar == calendar)
            return calendar_names[i].name;
    return "unknown";
}

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static bool is_leap(int64_t year, Calendar calendar)
{
    switch (calendar) {
    case CALENDAR_STANDARD:
        return year % 4 == 0 && (year <= 1582 || year % 100 != 0 || year % 400 == 0);
    case CALENDAR_PROLEPTIC_GREGORIAN:
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    case CALENDAR_JULIAN:
        return year % 4 == 0;
    case CALENDAR_ALL_LEAP:
        return true;
    case CALENDAR_NOLEAP:
    case CALENDAR_360_DAY:
    case CALENDAR_NONE:
        break;
    }
    return false;
}

int calendar_month_days(int64_t year, int month, Calendar calendar)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    if (calendar == CALENDAR_360_DAY)
        return 30;
    return days[month - 1] + (month == 2 && is_leap(year, calendar));
}

/* Day of a year that begins on 1 March. */
static int64_t day_from_march(int month, int day)
{
    return (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
}

int64_t calendar_gregorian_days(int64_t year, int month, int day)
{
    if (month <= 2)
        year--;
    int64_t era = floor_divide(year, 400), year_of_era = year - era * 400;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
           day_from_march(month, day) - 719468;
}

/* From the Julian calendar's own 1970-01-01. */
static int64_t julian_days(int64_t year, int month, int day)
{
    if (month <= 2)
        year--;
    int64_t era = floor_divide(year, 4), year_of_era = year - era * 4;
    return era * 1461 + year_of_era * 365 + day_from_march(month, day) - 719483;
}

/* Calendars whose years all have the same months. */
static int64_t regular_year_days(Calendar calendar)
{
    return calendar == CALENDAR_360_DAY ? 360 : calendar == CALENDAR_NOLEAP ? 365 : 366;
}

static int64_t regular_days(int64_t year, int month, int day, Calendar calendar)
{
    int64_t days = (year - 1970) * regular_year_days(calendar) + day - 1;
    for (int m = 1; m < month; m++)
        days += calendar_month_days(year, m, calendar);
    return days;
}

static bool is_before_gregorian(const CivilTime *c)
{
    return c->year < 1582 ||
           (c->year == 1582 && (c->month < 10 || (c->month == 10 && c->day < 15)));
}

/* The date must have passed date_exists(). */
static int64_t days_of(const CivilTime *c, Calendar calendar)
{
    switch (calendar) {
    case CALENDAR_STANDARD:
        if (is_before_gregorian(c))
            return julian_days(c->year, c->month, c->day) + julian_shift_days;
        break;
    case CALENDAR_JULIAN:
        return julian_days(c->year, c->month, c->day);
    case CALENDAR_NOLEAP:
    case CALENDAR_ALL_LEAP:
    case CALENDAR_360_DAY:
        return regular_days(c->year, c->month, c->day, calendar);
    case CALENDAR_PROLEPTIC_GREGORIAN:
    case CALENDAR_NONE:
        break;
    }
    return calendar_gregorian_days(c->year, c->month, c->day);
}

static bool date_exists(const CivilTime *c, Calendar calendar)
{
    if (calendar == CALENDAR_NONE || c->year < -CALENDAR_YEAR_LIMIT ||
        c->year > CALENDAR_YEAR_LIMIT)
        return false;
    if (c->day < 1 || c->day > calendar_month_days(c->year, c->month, calendar))
        return false;
    return calendar != CALENDAR_STANDARD || c->year != 1582 || c->month != 10 || c->day <= 4 ||
           c->day >= 15;
}

static bool clock_exists(const CivilTime *c)
{
    return c->hour >= 0 && c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
           c->second <= 60 && c->nanosecond >= 0 && c->nanosecond < NANOSECONDS_PER_SECOND;
}

bool civil_to_instant(const CivilTime *c, Calendar calendar, Instant *out)
{
    if (!date_exists(c, calendar) || !clock_exists(c))
        return false;
    out->seconds =
        days_of(c, calendar) * SECONDS_PER_DAY + c->hour * 3600 + c->minute * 60 + c->second;
    out->nanoseconds = c->nanosecond;
    return true;
}

/* Month and day from the day of a year that begins on 1 March; true where that is in the next
 * year of those that begin on 1 January. */
static bool march_to_date(int64_t day_of_year, CivilTime *out)
{
    int64_t month = (5 * day_of_year + 2) / 153;
    out->day = (int)(day_of_year - (153 * month + 2) / 5 + 1);
    out->month = (int)(month < 10 ? month + 3 : month - 9);
    return out->month <= 2;
}

static void gregorian_date(int64_t days, CivilTime *out)
{
    days += 719468;
    int64_t era = floor_divide(days, 146097), day = days - era * 146097;
    int64_t year_of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t day_of_year = day - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    out->year = year_of_era + era * 400 + march_to_date(day_of_year, out);
}

static void julian_date(int64_t days, CivilTime *out)
{
    days += 719483;
    int64_t era = floor_divide(days, 1461), day = days - era * 1461;
    int64_t year_of_era = (day - day / 1460) / 365;
    out->year = year_of_era + era * 4 + march_to_date(day - 365 * year_of_era, out);
}

static void regular_date(int64_t days, Calendar calendar, CivilTime *out)
{
    int64_t years = floor_divide(days, regular_year_days(calendar));
    int64_t rest = days - years * regular_year_days(calendar);
    out->year = 1970 + years;
    out->month = 1;
    for (int64_t length; rest >= (length = calendar_month_days(out->year, out->month, calendar));
         out->month++)
        rest -= length;
    out->day = (int)rest + 1;
}

static void date_of(int64_t days, Calendar calendar, CivilTime *out)
{
    switch (calendar) {
    case CALENDAR_STANDARD:
        if (days < first_gregorian_day) {
            julian_date(days - julian_shift_days, out);
            return;
        }
        break;
    case CALENDAR_JULIAN:
        julian_date(days, out);
        return;
    case CALENDAR_NOLEAP:
    case CALENDAR_ALL_LEAP:
    case CALENDAR_360_DAY:
        regular_date(days, calendar, out);
        return;
    case CALENDAR_PROLEPTIC_GREGORIAN:
    case CALENDAR_NONE:
        break;
    }
    gregorian_date(days, out);
}

void instant_to_civil(Instant t, Calendar calendar, CivilTime *out)
{
    int64_t days = floor_divide(t.seconds, SECONDS_PER_DAY);
    int second = (int)(t.seconds % SECONDS_PER_DAY);
    if (second < 0)
        second += SECONDS_PER_DAY;
    date_of(days, calendar, out);
    out->hour = second / 3600;
    out->minute = second / 60 % 60;
    out->second = second % 60;
    out->nanosecond = t.nanoseconds;
}

/* As few digits as needed behind a point; nothing for a whole second. */
static size_t fraction_to_text(char *out, size_t size, int32_t nanoseconds)
{
    if (nanoseconds == 0)
        return 0;
    size_t length = (size_t)snprintf(out, size, ".%09d", (int)nanoseconds);
    while (out[length - 1] == '0')
        length--;
    return length;
}

size_t instant_to_text(char out[INSTANT_TEXT_SIZE], Instant t, Calendar calendar)
{
    CivilTime c;
    instant_to_civil(t, calendar, &c);
    bool plain = c.year >= 0 && c.year <= 9999;
    size_t length = (size_t)snprintf(out, INSTANT_TEXT_SIZE,
                                     plain ? "%04lld-%02d-%02dT%02d:%02d:%02d"
                                           : "%+05lld-%02d-%02dT%02d:%02d:%02d",
                                     (long long)c.year, c.month, c.day, c.hour, c.minute, c.second);
    length += fraction_to_text(out + length, INSTANT_TEXT_SIZE - length, t.nanoseconds);
    if (calendar == CALENDAR_STANDARD || calendar == CALENDAR_PROLEPTIC_GREGORIAN)
        out[length++] = 'Z';
    out[length] = '\0';
    return length;
}

int instant_compare(Instant a, Instant b)
{
    if (a.seconds != b.seconds)
        return a.seconds < b.seconds ? -1 : 1;
    return (a.nanoseconds > b.nanoseconds) - (a.nanoseconds < b.nanoseconds);
}

Instant instant_add(Instant a, int64_t seconds, int64_t nanoseconds)
{
    int64_t whole = floor_divide(nanoseconds, NANOSECONDS_PER_SECOND);
    int64_t rest = nanoseconds % NANOSECONDS_PER_SECOND + a.nanoseconds;
    if (nanoseconds % NANOSECONDS_PER_SECOND < 0)
        rest += NANOSECONDS_PER_SECOND;
    bool carry = rest >= NANOSECONDS_PER_SECOND;
    return (Instant){a.seconds + seconds + whole + carry,
                     (int32_t)(carry ? rest - NANOSECONDS_PER_SECOND : rest)};
}
