/* prefix_times.h: prefixes with a date in them, for a span of time: s3://bucket/%Y/%m/%d/ */
#pragma once

#include "core/options.h"
#include "core/time.h"

/* A time as people give it: 2019-06-01, 2019-06-01T12:00:00Z (UTC where it has no zone), or a
 * duration before `now` (36h, 7d). ERROR_SETUP; `option` names it in the message. */
bool prefix_time_read(const char *option, const char *text, Instant now, Instant *out,
                      Error *e) MUST_CHECK;

/* Every prefix that the template (%Y %m %d %j %H in UTC, %% a percent sign) stands for from `since`
 * to `until`, both included: one for each hour, day, month or year, whatever its finest field is.
 * ERROR_SETUP: no field or an unknown one, one without what it counts in, an empty span, more than
 * 10,000 prefixes. Texts from the arena. */
bool prefix_times(const char *template, Instant since, Instant until, Arena *a, StringList *out,
                  Error *e) MUST_CHECK;
