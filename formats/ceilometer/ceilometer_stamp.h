/* ceilometer_stamp.h: the time that a logger writes ahead of a message, or of each of its lines. */
#pragma once

#include "core/text.h"

/* The stamp at the start of a line: "-2020-04-10 00:00:58", "2025-02-02 00:00:03,",
 * "2014-08-22T00:00:09.129839 ", "%%% 2025/03/06 00:00:15 %%%", "1586476858.25,"; no zone is UTC.
 * Returns how many characters it takes with the separator behind it; 0: there is none. */
size_t ceilometer_stamp(StringView line, double *seconds_since_1970);
