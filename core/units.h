/* units.h: physical units by UDUNITS-2. Not thread-safe, as the library is not: children and tests.
 */
#pragma once

#include "core/error.h"

/* Loads the unit database (about 10 ms); later calls do nothing. The zygote does it once. */
bool units_warm_up(Error *e) MUST_CHECK;
/* True if UDUNITS understands the text as a unit (with the spellings instruments use: degC, "deg
 * C", mb, %, psu, ...; see units.c). The empty string is not a unit. */
bool units_known(const char *text);
/* y = slope * x + intercept from one unit to the other. ERROR_DATA: unknown or not convertible. */
bool units_linear(const char *from, const char *to, double *slope, double *intercept,
                  Error *e) MUST_CHECK;
