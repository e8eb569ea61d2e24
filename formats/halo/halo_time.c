/* halo_time.c: from decimal hours of the day to hours since the day of the first header. */
#include "formats/halo/halo_reader.h"

#include <math.h>

enum { DAY_H = 24, WRAP_H = 12, NEAR_MIDNIGHT_H = 23 };
static const double back_over_midnight_h = DAY_H - 0.02; /* further ahead: a minute back */

/* The clock of the file's name and that of the first ray are a second apart: at midnight that is
 * two days. */
static double at_midnight(const HaloReader *r, double hour)
{
    double ahead = hour - r->header.start_hour;
    if (!r->header.has_day || fabs(ahead) < NEAR_MIDNIGHT_H)
        return 0;
    return ahead > 0 ? -DAY_H : DAY_H;
}

double halo_hours(HaloReader *r, double hour)
{
    if (isnan(hour))
        return hour;
    if (isnan(r->hour))
        r->add_hours += at_midnight(r, hour);
    else if (hour - r->hour < -WRAP_H)
        r->add_hours += DAY_H;
    else if (hour - r->hour > back_over_midnight_h)
        r->add_hours -= DAY_H;
    r->hour = hour;
    return hour + r->add_hours;
}
