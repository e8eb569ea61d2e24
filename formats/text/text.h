/* text.h: text of a new instrument, described in the configuration instead of in C (docs/text.md).
 *
 * Nothing is recognised: a rule or a pipeline with `format: text` says that a file is one. */
#pragma once

#include "formats/format.h"

extern const Format format_text;

typedef struct TextOptions {
    const char *encoding, *decimal; /* NULL: guessed; '.' */
    int64_t skip, names_line, units_line, cells_least;
    const char *comment, *leave_out, *end; /* NULL: none */
    bool end_required;
    const char *separator, *quote, *separator_regex, *row_regex;
    StringList widths, columns, stacks, records, missing, attributes;
    StringList time;
    const char *time_zone, *time_date;
    int64_t time_year, time_pivot;
    bool time_wraps;
} TextOptions;
