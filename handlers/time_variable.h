/* time_variable.h: which variable is the time coordinate of a file. */
#pragma once

#include "core/dataset.h"

/* A numeric variable with units "... since ..." (CF 1.8 section 4.4); the first that fits, in this
 * order: named `time` (any case) in the root; coordinate variable of an unlimited dimension;
 * standard_name "time"; axis "T"; another coordinate variable; named `time` in a group; named in a
 * `coordinates` attribute; ARM's time_offset next to base_time; any other with one dimension and no
 * standard_name. Boundary variables and base_time are none. One with the standard_name
 * forecast_reference_time gives way to one beside it with "time". NO_VAR where nothing fits. */
size_t time_variable_find(const Dataset *d);

/* The variables that are to their groups what time_var is to its own: groups of one depth below the
 * root, one name, recognised in any of these ways. Gives how many there are (time_var itself is
 * none), at most TIME_TWINS_MAX. */
enum { TIME_TWINS_MAX = 4095 };
size_t time_variable_twins(const Dataset *d, size_t time_var, size_t out[TIME_TWINS_MAX]);

/* The variable that a reference names instead of a date: "seconds since time_reference", or ARM's
 * base_time for a time_offset in plain "seconds". NO_VAR: none. */
size_t time_variable_reference(const Dataset *d, size_t time_var);
