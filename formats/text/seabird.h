/* seabird.h: what Sea-Bird's text files share: the header of * and # lines, names, rows of columns
 * that are 11 characters wide and may touch. */
#pragma once

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

enum { SEABIRD_WIDTH = 11 };

typedef struct SeaBird {
    Arena *arena;
    TextHead head;
    size_t next; /* first line behind the header, from 0 */
    bool ended;  /* it ends with *END* */
    TextAttrs attrs;
    const char **names, **descriptions; /* "prDM", "Pressure, Digiquartz [db]"; NULL: not said */
    size_t name_count, name_capacity, description_capacity;
    int64_t columns, rows; /* nquan, nvalues; -1: not said */
    bool has_bad_flag, binary, binned;
    double bad_flag;
    double interval_s; /* between scans; 0: not said, or not in time */
    int64_t skipped;   /* scans left out at the start */
    bool has_start;
    Instant start;          /* the file states no zone: taken for UTC */
    const char *start_from; /* "start_time" */
    Buffer *remarks;        /* lines without a key, while the header is read */
} SeaBird;

/* True if the first lines are such a header. */
bool seabird_starts(const Input *in);
/* Reads the header; `head` holds the lines of the data as well, as far as they are in it. */
bool seabird_read(SeaBird *s, const Input *in, Arena *a, Error *e) MUST_CHECK;

/* CF's standard name; NULL: none. */
const char *seabird_standard_name(const char *name);
/* The units that a name fixes, for files that state none; NULL: it fixes none. */
const char *seabird_fixed_units(const char *name);
/* "Depth [salt water, m]" -> "m"; in the arena; "" where the description states none. */
const char *seabird_units(const char *description, Arena *a);

/* The line's cells, n of them: divided by blanks, or by position where that does not give n and
 * the line is `lead` characters and n columns long. At most n + 1 are stored; 0: it cannot be
 * told. */
size_t seabird_split(StringView line, size_t lead, size_t n, CsvCell *cells);
