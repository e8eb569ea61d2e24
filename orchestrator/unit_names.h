/* unit_names.h: what the members of an archive are called: printable, and each its own. */
#pragma once

#include "core/arena.h"

typedef struct UnitName UnitName;

/* The names given so far; zeroed to begin with. The table is freed by unit_names_deinit, the names
 * live in their arena. */
typedef struct UnitNames {
    UnitName *slots;
    size_t count, capacity;
} UnitNames;

/* "FOLDER/NAME", or the name alone where the folder is "": with what cannot be printed escaped,
 * "#2" behind a name that has been given before, "(no name)" for an empty one. */
bool unit_names_add(UnitNames *n, Arena *a, const char *folder, const char *name, const char **out,
                    Error *e) MUST_CHECK;
void unit_names_deinit(UnitNames *n);

/* True where the name, were it a path, would lead out of the archive: "/x", "a/../../x". */
bool unit_name_leads_out(const char *name);
