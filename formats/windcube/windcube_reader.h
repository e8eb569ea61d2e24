/* windcube_reader.h: what the files of the WindCube reader share.
 *
 * The way of a file: windcube_header (lines -> keys, column names, zone) -> windcube_columns (which
 * columns are one variable over the heights) -> windcube_rows (cells in the file's order -> in the
 * engine's) -> the text engine (formats/text/text_table.h). */
#pragma once

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

enum { WINDCUBE_COLUMNS_MAX = 8192, WINDCUBE_NOTE_SIZE = 160 };

/* A column of the file. */
typedef struct WindcubeName {
    const char *text; /* as in the file; "" for the empty column behind each height */
    const char *base; /* without height or number, and without units */
    const char *units;
    uint64_t number;    /* at the end of the base; 0: none */
    size_t base_length; /* of the base without the number */
    bool at_height;     /* one of several heights */
    size_t height;      /* which */
    size_t variable;
} WindcubeName;

typedef struct Windcube {
    Arena *arena;
    bool statistics; /* .sta; else .rtd */

    /* header */
    TextHead head;
    size_t names_line; /* index among head.lines */
    TextAttrs attrs;
    double *altitudes; /* that the header lists */
    size_t altitude_count;
    const char *altitude_key;
    const char *zone; /* as written; NULL: the header states none */
    int64_t zone_s;
    bool zone_unknown;             /* a name, or a text that is no offset */
    char note[WINDCUBE_NOTE_SIZE]; /* on the header's length; "" */
    char heights_note[WINDCUBE_NOTE_SIZE];

    /* columns */
    WindcubeName *names;
    size_t name_count; /* up to the last that has a name */
    bool numbered;     /* "Vhm1", "Vhm2": version 1 and WLS70; else "40m Wind Speed" */
    double *heights;   /* of the dimension `range` */
    size_t height_count;
    size_t scalar_count, variable_count; /* columns without heights; variables with them */
    char decimal;
    const char *time_pattern; /* NULL: ISO 8601 */
    TextColumn *columns;
    TextStack *stacks;
    TextRecord record;
    size_t *file_column; /* of each of the engine's columns, or TEXT_NO_COLUMN */

    /* rows */
    TextLines lines;
    const char *names_text; /* the line of column names */
    size_t names_length;
    CsvCell *cells, *ordered; /* as in the file; as the engine wants them */
    size_t cell_count;
    size_t usual_count;  /* cells of the first row */
    size_t pressure;     /* column of the file, or TEXT_NO_COLUMN */
    bool pressure_lives; /* some row has one that is not 0 */
    bool pressure_zero;  /* some row has 0 */
    bool in_header;      /* of a file that was appended to this one */
    bool foreign;        /* the table of that file has other columns */
    uint64_t rows, odd, odd_line, stray, stray_line, appended, appended_line, foreign_line;
    size_t odd_cells;
    uint64_t cut_line; /* of a last row that is not whole; 0: none */
    size_t cut_cells;
} Windcube;

/* windcube_header.c */
bool windcube_starts(const Input *in); /* HeaderSize= or HeaderLength= and a number */
bool windcube_is_names(StringView line);
bool windcube_header_read(Windcube *w, const Input *in, Error *e) MUST_CHECK;

/* windcube_columns.c */
bool windcube_columns_make(Windcube *w, Error *e) MUST_CHECK;

/* windcube_samples.c: looks at the first rows. */
void windcube_samples(Windcube *w);
/* True if the first rows' cells of the column are numbers or missing, nearly all. */
bool windcube_is_numeric(const Windcube *w, size_t column);

/* windcube_names.c: what the instrument's manuals say of a column. */
void windcube_describe(const Windcube *w, const WindcubeName *n, TextColumn *out);

/* windcube_rows.c */
/* The line's cells into w->cells, as many as there is room for; how many there are. */
size_t windcube_split(const Windcube *w, StringView line);
bool windcube_rows_open(Windcube *w, const Input *in, Error *e) MUST_CHECK;
/* All of the named columns are there, and what has no name is empty. */
bool windcube_fits(const Windcube *w, size_t count);
extern const TextSource windcube_source;
/* TextTable.finish */
bool windcube_finish(void *state, Dataset *d, Error *e);
