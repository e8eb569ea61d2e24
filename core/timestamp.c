/* timestamp.c: instants written as text, by a pattern or as ISO 8601 (the fast path of tables). */
#include "core/calendar.h"
#include "core/time_scan.h"

#include <string.h>

/* What a text has told so far. */
typedef struct Fields {
    CivilTime civil;
    int day_of_year;
    int64_t epoch_s, fraction_ns, offset_s;
    bool has_year, has_month_or_day, has_hour, has_epoch, has_zone;
    bool twelve_hours, has_half, afternoon; /* %I; %p; it was PM */
} Fields;

static const char *const month_names[] = {
    "JANUARY", "FEBRUARY", "MARCH",     "APRIL",   "MAY",      "JUNE",
    "JULY",    "AUGUST",   "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
};

static bool scan_month(TimeCursor *c, int *month)
{
    for (int i = 0; i < 12; i++) {
        char shorter[4] = {0};
        memcpy(shorter, month_names[i], 3);
        if (scan_word(c, month_names[i]) || scan_word(c, shorter)) {
            *month = i + 1;
            return true;
        }
    }
    return false;
}

/* A day's name says nothing that the date does not. */
static bool scan_weekday(TimeCursor *c)
{
    static const char *const names[] = {"SUNDAY",   "MONDAY", "TUESDAY", "WEDNESDAY",
                                        "THURSDAY", "FRIDAY", "SATURDAY"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char shorter[4] = {0};
        memcpy(shorter, names[i], 3);
        if (scan_word(c, names[i]) || scan_word(c, shorter))
            return true;
    }
    return false;
}

/* A number of at most digits_max digits that lies in [low, high]. */
static bool scan_within(TimeCursor *c, int digits_max, int low, int high, int *out)
{
    int value;
    if (!scan_number(c, 1, digits_max, &value) || value < low || value > high)
        return false;
    *out = value;
    return true;
}

/* An optional fraction, unless the pattern itself asks for that mark next. */
static bool scan_optional_fraction(TimeCursor *c, char next_in_pattern, int64_t *fraction_ns)
{
    TimeCursor p = *c;
    if (next_in_pattern == '.' || next_in_pattern == ',')
        return true;
    if ((scan_char(&p, '.') || scan_char(&p, ',')) && scan_fraction(&p, fraction_ns))
        *c = p;
    return true;
}

static bool scan_year(TimeCursor *c, int digits, Fields *f)
{
    int year;
    if (!scan_number(c, digits, digits, &year))
        return false;
    if (digits == 2) /* POSIX: 69..99 are 19xx */
        year += year >= 69 ? 1900 : 2000;
    f->civil.year = year;
    f->has_year = true;
    return true;
}

/* Seconds since 1970, at most 12 digits (year 33658). */
static bool scan_epoch(TimeCursor *c, char next_in_pattern, Fields *f)
{
    bool negative = scan_char(c, '-');
    int64_t value = 0;
    int digits = 0, digit;
    for (; digits < 13 && scan_number(c, 1, 1, &digit); digits++)
        value = value * 10 + digit;
    if (digits == 0 || digits == 13 || !scan_optional_fraction(c, next_in_pattern, &f->fraction_ns))
        return false;
    f->epoch_s = negative ? -value : value;
    if (negative)
        f->fraction_ns = -f->fraction_ns;
    f->has_epoch = true;
    return true;
}

static bool scan_half_day(TimeCursor *c, Fields *f)
{
    f->has_half = true;
    f->afternoon = scan_word(c, "PM");
    if (f->afternoon || scan_word(c, "AM"))
        return true;
    f->afternoon = scan_word(c, "P.M.");
    return f->afternoon || scan_word(c, "A.M.");
}

static bool scan_date_field(TimeCursor *c, char directive, Fields *f)
{
    f->has_month_or_day = true;
    switch (directive) {
    case 'm':
        return scan_within(c, 2, 1, 12, &f->civil.month);
    case 'd':
        return scan_within(c, 2, 1, 31, &f->civil.day);
    case 'j':
        return scan_within(c, 3, 1, 366, &f->day_of_year);
    default: /* b, B */
        return scan_month(c, &f->civil.month);
    }
}

/* One %-directive; `next` is the pattern's character behind it. */
static bool scan_directive(TimeCursor *c, char directive, char next, Fields *f)
{
    switch (directive) {
    case 'Y':
        return scan_year(c, 4, f);
    case 'y':
        return scan_year(c, 2, f);
    case 'm':
    case 'd':
    case 'j':
    case 'b':
    case 'B':
        return scan_date_field(c, directive, f);
    case 'H':
        f->has_hour = true;
        return scan_within(c, 2, 0, 24, &f->civil.hour);
    case 'I':
        f->has_hour = f->twelve_hours = true;
        return scan_within(c, 2, 1, 12, &f->civil.hour);
    case 'M':
        return scan_within(c, 2, 0, 59, &f->civil.minute);
    case 'S':
        return scan_within(c, 2, 0, 60, &f->civil.second) &&
               scan_optional_fraction(c, next, &f->fraction_ns);
    case 'f':
        return scan_fraction(c, &f->fraction_ns);
    case 'p':
        return scan_half_day(c, f);
    case 'z':
    case 'Z':
        f->has_zone = true;
        return scan_zone(c, &f->offset_s);
    case 's':
        return scan_epoch(c, next, f);
    case 'a':
    case 'A':
        return scan_weekday(c);
    case '%':
        return scan_char(c, '%');
    default:
        return false;
    }
}

static bool scan_pattern(TimeCursor c, const char *pattern, Fields *f)
{
    for (const char *p = pattern; *p; p++) {
        bool ok;
        if (*p == '%' && p[1]) {
            p++;
            ok = scan_directive(&c, *p, p[1], f);
        } else if (scan_is_blank(*p)) {
            while (scan_is_blank(p[1]))
                p++;
            ok = scan_blanks(&c);
        } else {
            ok = scan_char(&c, *p);
        }
        if (!ok)
            return false;
    }
    return c.at == c.end;
}

/* 24:00:00 is the end of its day (ISO 8601-1:2004, 4.2.3). */
static bool settle_midnight(CivilTime *c, int64_t fraction_ns, int64_t *extra_s)
{
    if (c->hour != 24)
        return true;
    if (c->minute != 0 || c->second != 0 || fraction_ns != 0)
        return false;
    c->hour = 0;
    *extra_s = SECONDS_PER_DAY;
    return true;
}

static bool fields_to_instant(Fields *f, Instant *out)
{
    int64_t extra_s = 0;
    if (f->twelve_hours && f->has_half)
        f->civil.hour = f->civil.hour % 12 + (f->afternoon ? 12 : 0);
    if (!settle_midnight(&f->civil, f->fraction_ns, &extra_s))
        return false;
    if (f->day_of_year > 0) {
        bool leap = calendar_month_days(f->civil.year, 2, CALENDAR_PROLEPTIC_GREGORIAN) == 29;
        if (f->day_of_year == 366 && !leap)
            return false;
        extra_s += (f->day_of_year - 1) * (int64_t)SECONDS_PER_DAY;
        f->civil.month = f->civil.day = 1;
    }
    if (!civil_to_instant(&f->civil, CALENDAR_PROLEPTIC_GREGORIAN, out))
        return false;
    *out = instant_add(*out, extra_s - f->offset_s, f->fraction_ns);
    return true;
}

bool timestamp_parse(const char *text, size_t length, const char *pattern, Timestamp *out)
{
    Fields f = {.civil = {.year = 1970, .month = 1, .day = 1}};
    if (!scan_pattern((TimeCursor){text, text + length}, pattern, &f))
        return false;
    Timestamp t = {.has_zone = f.has_zone, .has_date = f.has_year, .has_clock = f.has_hour};
    if (f.has_epoch) {
        t.instant = instant_add((Instant){f.epoch_s, 0}, -f.offset_s, f.fraction_ns);
        t.has_zone = t.has_date = t.has_clock = true;
    } else if ((f.has_month_or_day && !f.has_year) || !fields_to_instant(&f, &t.instant)) {
        return false;
    }
    *out = t;
    return true;
}

/* Two digits as a number, or a number above 99. */
static inline unsigned two(const char *p)
{
    unsigned tens = (unsigned)(p[0] - '0'), ones = (unsigned)(p[1] - '0');
    return tens > 9 || ones > 9 ? 100 : tens * 10 + ones;
}

/* YYYY-MM-DD or YYYY/MM/DD in 10 bytes -> seconds since 1970. */
static inline bool iso_date(const char *p, int64_t *seconds)
{
    unsigned century = two(p), year = two(p + 2), month = two(p + 5), day = two(p + 8);
    bool marks = p[4] == p[7] && (p[4] == '-' || p[4] == '/');
    if (!marks || century > 99 || year > 99 || month - 1 > 11 || day - 1 > 30)
        return false;
    int64_t y = century * 100 + year;
    if (day > 28 && (int)day > calendar_month_days(y, (int)month, CALENDAR_PROLEPTIC_GREGORIAN))
        return false;
    *seconds = calendar_gregorian_days(y, (int)month, (int)day) * SECONDS_PER_DAY;
    return true;
}

/* Optional blank and zone up to the end of the text. */
static bool iso_zone(TimeCursor c, Timestamp *t)
{
    int64_t offset_s;
    if (c.at == c.end)
        return true;
    scan_char(&c, ' ');
    if (!scan_zone(&c, &offset_s) || c.at != c.end)
        return false;
    t->instant.seconds -= offset_s;
    t->has_zone = true;
    return true;
}

bool timestamp_parse_iso(const char *text, size_t length, Timestamp *out)
{
    Timestamp t = {.has_date = true};
    if (length < 10 || !iso_date(text, &t.instant.seconds))
        return false;
    if (length == 10) {
        *out = t;
        return true;
    }
    if (length < 16 || (text[10] != ' ' && text[10] != 'T' && text[10] != 't') || text[13] != ':')
        return false;
    unsigned hour = two(text + 11), minute = two(text + 14), second = 0;
    TimeCursor c = {text + 16, text + length};
    int64_t fraction_ns = 0;
    if (length >= 19 && text[16] == ':') {
        second = two(text + 17);
        c.at += 3;
        if (c.at < c.end && (*c.at == '.' || *c.at == ',')) {
            c.at++;
            if (!scan_fraction(&c, &fraction_ns))
                return false;
        }
    }
    if (hour > 24 || minute > 59 || second > 60 ||
        (hour == 24 && (minute != 0 || second != 0 || fraction_ns != 0)))
        return false;
    t.instant.seconds += hour * 3600 + minute * 60 + second;
    if (fraction_ns != 0)
        t.instant = instant_add(t.instant, 0, fraction_ns);
    t.has_clock = true;
    if (!iso_zone(c, &t))
        return false;
    *out = t;
    return true;
}
