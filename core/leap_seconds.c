/* leap_seconds.c: the leap seconds since GPS time began (IERS Bulletin C, leap-seconds.list). */
#include "core/leap_seconds.h"

#include "core/calendar.h"

/* Each stands before midnight of this day. */
static const struct {
    uint16_t year;
    uint8_t month;
} days[] = {
    {1981, 7}, {1982, 7}, {1983, 7}, {1985, 7}, {1988, 1}, {1990, 1},
    {1991, 1}, {1992, 7}, {1993, 7}, {1994, 7}, {1996, 1}, {1997, 7},
    {1999, 1}, {2006, 1}, {2009, 1}, {2012, 7}, {2015, 7}, {2017, 1},
};

Instant leap_seconds_utc_of_gps(Instant gps)
{
    int64_t ahead = 0;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        int64_t midnight = calendar_gregorian_days(days[i].year, days[i].month, 1);
        if (gps.seconds < midnight * SECONDS_PER_DAY + ahead + 1)
            break;
        ahead++;
    }
    return instant_add(gps, -ahead, 0);
}
