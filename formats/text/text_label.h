/* text_label.h: what a column's heading says besides its name. */
#pragma once

#include "core/arena.h"

#include <stdbool.h>

/* "Tamb(K)" -> "Tamb" and "K". Brackets that hold no unit, or that do not end the heading, are part
 * of the name. False: arena full. */
bool text_label_split(const char *heading, Arena *a, const char **name, const char **units);
/* The same where the brackets at the end are known to hold units, whatever they are. */
bool text_label_cut(const char *heading, Arena *a, const char **name, const char **units);
