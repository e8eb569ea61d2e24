/* time.c: CF time coordinates: "UNIT since REFERENCE" read, values decoded.
 *
 * What is refused and why it is not guessed: a year 0 in the mixed and Julian calendars (UDUNITS
 * takes it for year 1, CF for a climatology, others for 1 BC), named zones other than UTC, dates
 * that do not exist. A wrong date is worse than none. */
#include "core/calendar.h"
#include "core/text.h"
#include "core/time_scan.h"

#include <math.h>
#include <string.h>

typedef __int128 Wide;

typedef struct UnitName {
    const char *name; /* lower case */
    int64_t length_ns;
    bool inexact;
} UnitName;

#define SECOND INT64_C(1000000000)
#define DAY (86400 * SECOND)
/* UDUNITS-2: year = tropical year = 365.242198781 days, month = year / 12. */
#define YEAR INT64_C(31556925974678400)

static const UnitName unit_names[] = {
    {"s", SECOND, false},
    {"sec", SECOND, false},
    {"second", SECOND, false},
    {"d", DAY, false},
    {"day", DAY, false},
    {"h", 3600 * SECOND, false},
    {"hr", 3600 * SECOND, false},
    {"hrs", 3600 * SECOND, false},
    {"hour", 3600 * SECOND, false},
    {"min", 60 * SECOND, false},
    {"minute", 60 * SECOND, false},
    {"ms", SECOND / 1000, false},
    {"msec", SECOND / 1000, false},
    {"millis", SECOND / 1000, false},
    {"millisec", SECOND / 1000, false},
    {"millisecond", SECOND / 1000, false},
    {"us", SECOND / 1000000, false},
    {"\xc2\xb5s", SECOND / 1000000, false}, /* U+00B5 and U+03BC, both read as micro */
    {"\xce\xbcs", SECOND / 1000000, false},
    {"usec", SECOND / 1000000, false},
    {"micros", SECOND / 1000000, false},
    {"microsec", SECOND / 1000000, false},
    {"microsecond", SECOND / 1000000, false},
    {"ns", 1, false},
    {"nsec", 1, false},
    {"nanos", 1, false},
    {"nanosec", 1, false},
    {"nanosecond", 1, false},
    {"week", 7 * DAY, false},
    {"common_year", 365 * DAY, false},
    {"month", YEAR / 12, true},
    {"year", YEAR, true},
    {"yr", YEAR, true},
    {"yrs", YEAR, true},
};

/* "since" as a word of its own, or NULL. */
static const char *find_since(const char *units)
{
    for (const char *p = units; *p; p++) {
        bool starts = p > units && scan_is_blank(p[-1]);
        if (starts && text_starts_nocase(p, "since") && scan_is_blank(p[5]))
            return p;
    }
    return NULL;
}

bool time_units_look_like(const char *units)
{
    return find_since(units) || strstr(units, " as %Y");
}

/* A unit's name in any case, a plural s allowed behind words (not behind "us"). */
static bool is_unit(TimeCursor c, const char *name)
{
    size_t length = (size_t)(c.end - c.at), name_length = strlen(name);
    bool plural =
        length == name_length + 1 && name_length > 2 && (c.end[-1] == 's' || c.end[-1] == 'S');
    return (length == name_length || plural) && text_starts_nocase(c.at, name);
}

static TimeCursor trimmed(const char *begin, const char *end)
{
    TimeCursor c = {begin, end};
    scan_blanks(&c);
    while (c.end > c.at && scan_is_blank(c.end[-1]))
        c.end--;
    return c;
}

static bool read_unit(TimeCursor c, TimeUnits *u, Error *e)
{
    for (size_t i = 0; i < sizeof unit_names / sizeof *unit_names; i++)
        if (is_unit(c, unit_names[i].name)) {
            u->unit_ns = unit_names[i].length_ns;
            u->inexact_unit = unit_names[i].inexact;
            break;
        }
    if (u->unit_ns == 0)
        return error_coded(e, ERROR_DATA, "time_units",
                           "\"%.*s\" is not a unit of time known here (nanoseconds to weeks, "
                           "months, years)",
                           (int)(c.end - c.at), c.at);
    if (u->inexact_unit && u->calendar == CALENDAR_360_DAY) { /* months are 30 days there */
        u->unit_ns = u->unit_ns == YEAR ? 360 * DAY : 30 * DAY;
        u->inexact_unit = false;
    }
    return true;
}

/* Y-M-D. False: this is no date at all. */
static bool scan_date(TimeCursor *c, CivilTime *out)
{
    TimeCursor p = *c;
    int year;
    bool negative = scan_char(&p, '-');
    if (!negative)
        scan_char(&p, '+');
    if (!scan_number(&p, 1, 9, &year) || !scan_char(&p, '-') ||
        !scan_number(&p, 1, 2, &out->month) || !scan_char(&p, '-') ||
        !scan_number(&p, 1, 2, &out->day))
        return false;
    out->year = negative ? -year : year;
    *c = p;
    return true;
}

/* [T ]h[:m[:s[.f]]] if there is one; what is left over is judged by the caller. */
static void scan_clock(TimeCursor *c, CivilTime *out, int64_t *fraction_ns)
{
    TimeCursor p = *c;
    if (!scan_char(&p, 'T') && !scan_char(&p, 't') && !scan_blanks(&p))
        return;
    if (!scan_number(&p, 1, 2, &out->hour))
        return;
    *c = p;
    if (!scan_char(&p, ':') || !scan_number(&p, 1, 2, &out->minute))
        return;
    *c = p;
    if (!scan_char(&p, ':') || !scan_number(&p, 1, 2, &out->second))
        return;
    *c = p;
    if (scan_char(&p, '.')) {
        if (!scan_fraction(&p, fraction_ns))
            *fraction_ns = 0; /* "12:00:00." */
        *c = p;
    }
}

/* Z, +h:mm, ... or, behind a blank, h:mm without a sign, as ARM writes it ("0:00"): east, as
 * UDUNITS reads it. */
static void scan_reference_zone(TimeCursor *c, int64_t *offset_s)
{
    TimeCursor p = *c;
    bool blank = scan_blanks(&p);
    if (scan_zone(&p, offset_s)) {
        *c = p;
        return;
    }
    int hours, minutes;
    if (!blank || !scan_number(&p, 1, 2, &hours) || !scan_char(&p, ':') ||
        !scan_number(&p, 2, 2, &minutes) || hours > 23 || minutes > 59)
        return;
    *offset_s = hours * 3600 + minutes * 60;
    *c = p;
}

/* In the calendars that have no year 0, -1 is 1 BC, which CivilTime counts as 0. */
static bool settle_year(CivilTime *c, Calendar calendar, Error *e)
{
    if (calendar != CALENDAR_STANDARD && calendar != CALENDAR_JULIAN)
        return true;
    if (c->year == 0)
        return error_coded(e, ERROR_DATA, "time_units",
                           "the %s calendar has no year 0: what it stands for is not defined",
                           calendar_name(calendar));
    if (c->year < 0)
        c->year++;
    return true;
}

static bool read_reference(TimeCursor c, TimeUnits *u, Error *e)
{
    TimeCursor whole = c;
    CivilTime civil = {0};
    int64_t fraction_ns = 0, offset_s = 0;
    if (!scan_date(&c, &civil))
        return error_coded(e, ERROR_DATA, "time_units",
                           "its reference \"%.*s\" is not a date like 1970-01-01, so the "
                           "instants cannot be known",
                           (int)(whole.end - whole.at), whole.at);
    scan_clock(&c, &civil, &fraction_ns);
    scan_reference_zone(&c, &offset_s);
    scan_blanks(&c);
    if (c.at != c.end)
        return error_coded(e, ERROR_DATA, "time_units",
                           "\"%.*s\" in the reference \"%.*s\" is neither a clock time nor a zone "
                           "known here (Z, UTC, GMT, +hh:mm)",
                           (int)(c.end - c.at), c.at, (int)(whole.end - whole.at), whole.at);
    if (!settle_year(&civil, u->calendar, e))
        return false;
    if (civil.second == 60 || !civil_to_instant(&civil, u->calendar, &u->reference))
        return error_coded(e, ERROR_DATA, "time_units",
                           "the reference \"%.*s\" does not exist in the %s calendar",
                           (int)(whole.end - whole.at), whole.at, calendar_name(u->calendar));
    u->reference = instant_add(u->reference, -offset_s, fraction_ns);
    return true;
}

bool time_units_parse(const char *units, Calendar calendar, TimeUnits *out, Error *e)
{
    const char *since = find_since(units);
    if (!since)
        return error_coded(e, ERROR_DATA, "time_units",
                           "time units \"%s\" do not say \"... since DATE\"", units);
    if (calendar == CALENDAR_NONE)
        return error_coded(e, ERROR_DATA, "time_units",
                           "time units \"%s\": the calendar is \"none\", so there are no dates",
                           units);
    TimeUnits u = {.calendar = calendar};
    TimeCursor reference = trimmed(since + strlen("since"), units + strlen(units));
    if (!read_reference(reference, &u, e) || !read_unit(trimmed(units, since), &u, e))
        return error_wrap(e, "time units \"%s\"", units);
    *out = u;
    return true;
}

/* 290 million years. */
static const int64_t seconds_limit = INT64_C(290000000) * 31556952;

bool instant_is_possible(Instant t)
{
    return t.seconds <= 2 * seconds_limit && t.seconds >= -2 * seconds_limit;
}

/* reference + total_ns, if it is not too far away. */
static bool shift(const TimeUnits *u, Wide total_ns, Instant *out)
{
    Wide limit_ns = (Wide)seconds_limit * NANOSECONDS_PER_SECOND;
    if (total_ns > limit_ns || total_ns < -limit_ns)
        return false;
    int64_t seconds = (int64_t)(total_ns / NANOSECONDS_PER_SECOND);
    int64_t rest = (int64_t)(total_ns % NANOSECONDS_PER_SECOND);
    Instant t = instant_add(u->reference, seconds, rest);
    if (t.seconds > seconds_limit || t.seconds < -seconds_limit)
        return false;
    *out = t;
    return true;
}

/* fraction * unit_ns, rounded to the nearest integer; |fraction| < 1. The product of the 53-bit
 * mantissa and a unit of at most 55 bits is exact. */
static int64_t fraction_of_unit(double fraction, int64_t unit_ns)
{
    int exponent;
    int64_t mantissa = (int64_t)ldexp(frexp(fraction, &exponent), 53);
    int shift_bits = 53 - exponent;
    if (mantissa == 0 || shift_bits > 120) /* far below 1 ns */
        return 0;
    Wide product = (Wide)(mantissa < 0 ? -mantissa : mantissa) * unit_ns;
    int64_t rounded = (int64_t)((product + ((Wide)1 << (shift_bits - 1))) >> shift_bits);
    return mantissa < 0 ? -rounded : rounded;
}

/* The multiple of step_ns, at most a second, that is nearest to t. */
static Instant nearest_multiple(Instant t, int64_t step_ns, int64_t *change_ns)
{
    int64_t above = t.nanoseconds % step_ns;
    *change_ns = above * 2 < step_ns ? -above : step_ns - above;
    return instant_add(t, 0, *change_ns);
}

/* Takes away digits that were never known. A number with a fraction is the outcome of a division
 * and ends in its rounding errors, so that 08:46:00 comes as 08:45:59.9999998: half a microsecond
 * beside a whole second is that second (cftime rounds all to microseconds). Else the instant with
 * the fewest decimals among those that the same double stands for, half_width_ns to either side of
 * t, but none farther away than that. */
static Instant simplest(Instant t, double half_width_ns, bool has_fraction)
{
    enum { NEAR_NS = 500 };
    int64_t change;
    Instant second = nearest_multiple(t, NANOSECONDS_PER_SECOND, &change);
    bool is_near = change >= -NEAR_NS && change <= NEAR_NS;
    if (is_near && (has_fraction || half_width_ns >= 1))
        return second;
    if (half_width_ns < 1)
        return t;
    double most_ns = half_width_ns + 0.5 < NEAR_NS ? half_width_ns + 0.5 : NEAR_NS;
    for (int64_t step = NANOSECONDS_PER_SECOND / 10; step > 1; step /= 10) {
        Instant simpler = nearest_multiple(t, step, &change);
        if ((double)(change < 0 ? -change : change) <= most_ns)
            return simpler;
    }
    return t;
}

bool time_units_decode(const TimeUnits *u, double value, Instant *out)
{
    double unit_s = (double)u->unit_ns / NANOSECONDS_PER_SECOND;
    if (!isfinite(value) || fabs(value) * unit_s > 2.0 * (double)seconds_limit)
        return false;
    double whole = trunc(value);
    Wide total_ns = (Wide)whole * u->unit_ns + fraction_of_unit(value - whole, u->unit_ns);
    Instant t;
    if (!shift(u, total_ns, &t))
        return false;
    int exponent;
    frexp(value, &exponent);
    *out = simplest(t, ldexp((double)u->unit_ns, exponent - 54), value != whole);
    return true;
}

bool time_units_decode_int(const TimeUnits *u, int64_t value, Instant *out)
{
    return shift(u, (Wide)value * u->unit_ns, out);
}
