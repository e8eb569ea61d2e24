/* time.h: instants, calendars and CF time coordinates.
 *
 * An Instant counts from 1970-01-01T00:00:00 of its own calendar, in whole seconds and nanoseconds,
 * so that nothing is lost to rounding. Instants of different calendars must not be compared. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef enum Calendar {
    CALENDAR_STANDARD, /* civil: Gregorian, Julian before 1582-10-15 (CF "standard", "gregorian") */
    CALENDAR_PROLEPTIC_GREGORIAN, /* civil too */
    CALENDAR_JULIAN,
    CALENDAR_NOLEAP,   /* 365_day */
    CALENDAR_ALL_LEAP, /* 366_day */
    CALENDAR_360_DAY,
    CALENDAR_NONE, /* no dates at all */
} Calendar;

typedef struct Instant {
    int64_t seconds;
    int32_t nanoseconds; /* 0..999,999,999 */
} Instant;

typedef struct CivilTime {
    int64_t year; /* astronomical: 0 is 1 BC */
    int month, day, hour, minute, second, nanosecond;
} CivilTime;

/* -1, 0, 1 */
int instant_compare(Instant a, Instant b);
/* False for what is far beyond all that time_units_decode() gives. */
bool instant_is_possible(Instant t);
Instant instant_add(Instant a, int64_t seconds, int64_t nanoseconds);

/* False where the date does not exist in the calendar (31 April, 29 February of a noleap year, the
 * ten days of October 1582). second 60 is accepted as the next minute's 0. */
bool civil_to_instant(const CivilTime *c, Calendar calendar, Instant *out) MUST_CHECK;
void instant_to_civil(Instant t, Calendar calendar, CivilTime *out);

enum { INSTANT_TEXT_SIZE = 48 };
/* "2019-01-01T00:00:00Z", a fraction only where there is one (as few digits as needed); without Z
 * for the calendars that are not civil. Years outside 0..9999 with sign. */
size_t instant_to_text(char out[INSTANT_TEXT_SIZE], Instant t, Calendar calendar);

/* CF calendar attribute -> Calendar; case-insensitive. False: not a calendar that CF knows. */
bool calendar_from_text(const char *text, Calendar *out) MUST_CHECK;
const char *calendar_name(Calendar calendar);

/* A CF time coordinate: "UNIT since REFERENCE" in a calendar (CF 1.8 section 4.4). */
typedef struct TimeUnits {
    int64_t unit_ns; /* length of the unit; months and years as UDUNITS: 365.242198781/12 days, in
                        the 360-day calendar 30 days */
    Instant reference;
    Calendar calendar;
    bool inexact_unit; /* months or years: not a fixed length, worth a note */
} TimeUnits;

/* True if the text has the form "... since ...", or "... as %Y..." as CDO writes it, at all (cheap,
 * for recognising a time variable). */
bool time_units_look_like(const char *units);
/* Reads the units attribute of a time coordinate; the zone of the reference is applied. ERROR_DATA
 * (code "time_units") says which word is not understood. Negative reference years are years BC in
 * the standard and Julian calendars, which have no year 0, and astronomical in the others. */
bool time_units_parse(const char *units, Calendar calendar, TimeUnits *out, Error *e) MUST_CHECK;
/* False if the value is not finite or the instant is outside +-290,000,000 years. Exact arithmetic;
 * of the instants that round to the same double (half a last place to either side, 0.3 us for days
 * since 1900) the one with the fewest decimals, at the most 9: 43000.1 days end at 02:24:00. */
bool time_units_decode(const TimeUnits *u, double value, Instant *out) MUST_CHECK;
bool time_units_decode_int(const TimeUnits *u, int64_t value, Instant *out) MUST_CHECK;

/* Timestamps in text. A TimePattern is a strptime-like format: %Y (4 digits) %y (69..99: 19xx) %m
 * %d %j %H %I %p %M %S (with fraction) %f (digits of a fraction) %a %A %b %B (English) %z %Z (UTC,
 * GMT, Z, +hh:mm) %s (epoch seconds) %%, anything else literally; a blank matches a run of blanks.
 * A missing month or day is 1, a missing date 1970-01-01; a month or day without a year is refused.
 * 24:00:00 is the end of the day. Dates are proleptic Gregorian, as in ISO 8601. */
typedef struct Timestamp {
    Instant instant; /* in UTC where has_zone, as written otherwise */
    bool has_zone;
    bool has_date, has_clock;
} Timestamp;
bool timestamp_parse(const char *text, size_t length, const char *pattern,
                     Timestamp *out) MUST_CHECK;
/* Fast path: YYYY-MM-DD[T ]hh:mm[:ss[.fff]][ ][Z|UTC|GMT|+hh[:mm]] and YYYY-MM-DD alone, also with
 * / for -. */
bool timestamp_parse_iso(const char *text, size_t length, Timestamp *out) MUST_CHECK;
