/* event_shape.h: where in one JSON object the records are. */
#pragma once

#include "formats/events/event_place.h"

/* Looks at the members of the object that begins at `object`, as far as they are before `end`.
 * `records`: keys with dots between them that lead to the records, NULL: the usual names. False: it
 * holds no records that can be told. */
bool event_shape_find(char *object, char *end, const char *records, Arena *a, EventShape *out);
