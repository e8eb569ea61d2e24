/* halo_companion.h: what the small files beside the rays have in common. */
#pragma once

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

/* Whether the file's name has this word, in any case: such files are often renamed in front. */
bool halo_is_named(const Input *in, const char *word);
/* The first lines' decimal mark: a comma between digits, and no point. */
char halo_decimal(const TextHead *h);
/* Adds "start_time", ISO 8601 in UTC, from the digits in the file's name: a date (by `date`, as in
 * core/time.h), one more character, and hhmmss. */
void halo_name_time(const Input *in, const char *date, TextAttrs *attrs);
