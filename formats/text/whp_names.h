/* whp_names.h: what the names of WHP-Exchange mean in CF, and what its quality flags say. */
#pragma once

#include "formats/text/text_head.h"

/* CF's standard name of a parameter in these units; NULL: it has none. */
const char *whp_standard_name(const char *name, const char *units);
/* Units that the specification fixes and files leave out; NULL: none. */
const char *whp_fixed_units(const char *name);
/* Adds flag_values, flag_meanings and the standard name of "X_FLAG_W". False: arena full. */
bool whp_flag_attributes(TextAttrs *list, const char *parameter, bool is_ctd_file);
/* The parameter that a name ending in _FLAG_W belongs to, in the arena; NULL: it is no flag (or the
 * arena is full). */
const char *whp_flagged(const char *name, Arena *a);
