/* leap_seconds.h: from the clock of GPS satellites to UTC. */
#pragma once

#include "core/time.h"

/* GPS time counts on through leap seconds; it was UTC on 1980-01-06 and is ahead of it by the leap
 * seconds since. A leap second itself is given as the second that follows it. Before 1980 both are
 * taken as the same; behind the last leap second known here (2016-12-31) there are none. */
Instant leap_seconds_utc_of_gps(Instant gps);
