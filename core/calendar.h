/* calendar.h: day numbers of each calendar, for the files of time.h. */
#pragma once

#include "core/time.h"

enum { SECONDS_PER_DAY = 86400, NANOSECONDS_PER_SECOND = 1000000000 };

/* Years beyond this are refused, so that no sum of days or seconds can overflow. */
enum { CALENDAR_YEAR_LIMIT = 300000000 };

/* Days of a month, 0 for a month outside 1..12 (standard calendar: October 1582 counts as 31). */
int calendar_month_days(int64_t year, int month, Calendar calendar);
/* Days from 1970-01-01 of the proleptic Gregorian calendar; the date must exist. */
int64_t calendar_gregorian_days(int64_t year, int month, int day);
