/* text_table.h: rows of text whose layout is known: the engine under the instrument formats.
 *
 * A format reads its header (text_head.h), says in a TextTable what the columns are, and takes
 * text_table_open() and text_table_next() for the rest: types, variables, attributes, blocks, odd
 * rows, notes. toa5.c is the complete example; csv.h is for tables that nobody has described.
 *
 * What a TextTable points to is the format's, lives in the arena (or is const) and must not change
 * after text_table_open().
 *
 * The dataset: one kind of row -> its variables are at the root, on a dimension "time" (rows with a
 * time) or "row". Several kinds -> each is a group "/KIND" with its own dimension and variables
 * ("/41/Tamb"), and the root holds "time" on "row", the times of all rows in the file's order, if
 * every kind has a time; Dataset.rows counts the rows of all kinds. A kind that has no row in the
 * file keeps its variables with 0 values. Names that occur again get _2, _3; columns without a name
 * are column_N.
 *
 * Rows that are not as they should be are counted, and noted with the first line:
 * - too few cells: the rest is missing (all of it where blanks separate: nobody can tell which);
 * - too many cells: all values of the row are missing, and its time (a separator ending every row
 *   is no cell too many);
 * - the last line of the file without its line end and with too few cells is cut: left out;
 * - cells that are no number, no time: missing. More than 1 in 20 of a column (1 in 5 where they
 * are one or two): the variable fails;
 * - more than 2 rows and more than 1 in 5 with a wrong count of cells: the file fails ("ragged").
 */
#pragma once

#include "formats/csv/csv_table.h"

#define TEXT_NO_COLUMN ((size_t)-1)
#define TEXT_ROW_NUMBER                                                                            \
    ((size_t)-2) /* in place of a column: 0, 1, 2 ... for the rows of a kind                       \
                  */

/* --- columns -------------------------------------------------------------------------------- */

typedef enum TextKind {
    TEXT_AUTO,    /* what its cells are: whole numbers, numbers, ISO 8601 times, else text; files
                     above 64 MiB are sampled, and their whole numbers read as TEXT_NUMBER */
    TEXT_INTEGER, /* int64; "3.0" is 3 */
    TEXT_NUMBER,  /* double */
    TEXT_STRING,
    TEXT_TIME, /* by `pattern`, as seconds since 1970; the zone is that of the kind's TextTime */
    TEXT_SKIP, /* no variable (but it may be a piece of the time) */
} TextKind;

/* NULL and 0: not said; texts that are "" are left out too. */
typedef struct TextColumn {
    const char *name; /* NULL or "": column_N */
    TextKind kind;
    const char *units, *long_name, *standard_name, *comment, *cell_methods;
    const char *pattern; /* TEXT_TIME: as strptime (core/time.h); NULL: ISO 8601 */
    /* Numbers that the file (or the format's specification) calls missing: the attribute
     * missing_value, as numbers: -999 is -999.0000 too. Words: TextTable.missing. */
    const double *missing;
    size_t missing_count;
    double scale, offset;   /* scale_factor and add_offset, where scale is not 0 */
    bool empty_is_zero;     /* an empty cell is the number 0, not missing */
    size_t position, width; /* TEXT_SPLIT_WIDTHS: characters from the line's start, from 0; width 0:
                               to the line's end */
    const Attr *attrs;      /* further attributes, behind the ones above */
    size_t attr_count;
} TextColumn;

/* Columns side by side as one variable (row, axis) or (row, axis, axis). Its columns make no
 * variables of their own. */
typedef struct TextAxis {
    const char *name; /* of the dimension, and of its coordinate variable: "range" */
    size_t length;
    const double *coordinates; /* `length` of them; NULL: no coordinate variable */
    const char *units, *long_name, *standard_name;
} TextAxis;

enum { TEXT_AXES_MAX = 2 };
typedef struct TextStack {
    TextColumn as; /* name, kind (NUMBER unless INTEGER), units, missing, ... of the variable */
    size_t first;  /* column; as many as the axes' lengths say, the last axis running fastest */
    TextAxis axes[TEXT_AXES_MAX];
    size_t axis_count;
} TextStack;

/* --- time ----------------------------------------------------------------------------------- */

/* The time of a row is the sum of its pieces. A missing or bad piece: the row has no time. */
typedef enum TextPiece {
    TEXT_PATTERN,     /* text by `pattern` (NULL: ISO 8601): a date, a clock, or both */
    TEXT_SINCE,       /* a number in `units`, "days since 1950-01-01 00:00:00". Epoch ms:
                         "milliseconds since 1970-01-01"; Excel: "days since 1899-12-30"; Matlab:
                         "days since -0001-12-31"; day of year of 2011 (1 January is 1): "days since
                         2010-12-31" */
    TEXT_YEAR,        /* below 100: see `pivot` */
    TEXT_MONTH,       /* 1..12, or an English name: "Jan" */
    TEXT_DAY,         /* 1..31 */
    TEXT_DAY_OF_YEAR, /* 1.0 is 1 January 00:00; fractions count; of TEXT_YEAR or `year` */
    TEXT_DAYS,        /* these four: fractions count, and nothing has to be below 24 or 60 */
    TEXT_HOURS,
    TEXT_MINUTES,
    TEXT_SECONDS,
    TEXT_HHMM,   /* 5 is 00:05, 2400 the end of the day */
    TEXT_HHMMSS, /* 130509 or 130509.5 */
} TextPiece;

typedef struct TextTimePiece {
    size_t column; /* or TEXT_ROW_NUMBER */
    TextPiece piece;
    const char *pattern, *units;
    double scale; /* the number is multiplied with it first: row number times interval; 0: 1 */
} TextTimePiece;

enum { TEXT_PIECES_MAX = 8 };
/* One PATTERN with a date, or one SINCE, of a column that is not skipped, without scale, wraps and
 * zone: that column is the time variable, as seconds since 1970 or its own numbers in the CF units.
 * Otherwise there is an extra variable `name`, double seconds since 1970, UTC. */
typedef struct TextTime {
    TextTimePiece pieces[TEXT_PIECES_MAX];
    size_t count;        /* 0: the rows have no time */
    const char *name;    /* of the extra variable; NULL: "time" */
    const char *comment; /* "end of the interval" */
    int64_t base_s;      /* seconds since 1970 of the date that clocks without a date count from */
    int year;            /* for DAY_OF_YEAR, MONTH and DAY without TEXT_YEAR; 0: none */
    int pivot;           /* two-digit years below it are 20xx; 0: 69, as POSIX has it */
    bool within_day;     /* hours, minutes and seconds are a clock: beyond 24:00 they are bad */
    bool wraps;     /* a clock that falls by more than 12 h has passed midnight: a day is added */
    int64_t zone_s; /* east of Greenwich, of times that say no zone themselves */
} TextTime;

/* --- kinds of rows -------------------------------------------------------------------------- */

/* The first record that fits a row has it; one without key and regex fits every row. */
typedef struct TextRecord {
    const char *name;  /* of the kind, "41"; may be NULL where there is only one */
    size_t key_column; /* `key` (not NULL) must be the whole text of this cell */
    const char *key;
    const char *regex; /* must be found in the row's text (PCRE2, bytes); not with a TextSource */
    bool ignored;      /* rows of this kind are left out and not counted (further headers) */
    const TextColumn *columns;
    size_t column_count;
    size_t cells_min; /* rows with fewer are short; 0: column_count */
    TextTime time;
    const TextStack *stacks;
    size_t stack_count;
    const char *row_dim; /* NULL: "time", or "row" where there is none */
} TextRecord;

/* --- where rows come from ------------------------------------------------------------------- */

typedef enum TextSplit {
    TEXT_SPLIT_CHARACTER, /* one separator, quoted cells may span lines */
    TEXT_SPLIT_BLANKS,    /* runs of blanks and TABs */
    TEXT_SPLIT_WIDTHS,    /* by the columns' position and width; a row may end early: the rest is
                             missing */
    TEXT_SPLIT_REGEX,     /* the groups of a regular expression are the cells */
    TEXT_SPLIT_BETWEEN,   /* a regular expression stands between two cells */
} TextSplit;

typedef enum TextEnd {
    TEXT_END_OPTIONAL, /* the end marker need not be there */
    TEXT_END_NOTED,    /* its absence is noted */
    TEXT_END_REQUIRED, /* without it the file is cut: partial, "truncated" */
} TextEnd;

/* Looks at a line before it is split: false leaves it out. Without its line end. */
typedef bool TextFilter(void *state, StringView line);

typedef struct TextLayout {
    CsvEncoding encoding; /* both from the TextHead */
    size_t bom_bytes;
    uint64_t first_line; /* where the rows begin, counted from 1; 0 is 1 */
    TextSplit split;
    char separator;      /* of SPLIT_CHARACTER */
    char quote;          /* 0: none */
    bool escapes;        /* a backslash protects a quotation mark */
    char decimal;        /* 0: '.' */
    const char *comment; /* lines that begin with it (up to 3 bytes) are passed over */
    const char *regex;   /* of SPLIT_REGEX and SPLIT_BETWEEN; lines that the first does not fit are
                            left out   and noted */
    TextFilter *filter;  /* NULL: every line counts; state: TextTable.state */
    const char *end_marker; /* the line that begins with it ends the table; NULL: end of the file */
    TextEnd end;
    uint64_t rows_max;       /* rows after which nothing is read any more; 0: no limit */
    uint64_t rows_promised;  /* fewer: partial, "truncated: 282 of the 101895 rows of nvalues" */
    const char *promised_by; /* "nvalues" */
} TextLayout;

/* A row for the engine. At least 8 bytes behind each cell must be readable. */
typedef struct TextRow {
    CsvCell *cells;
    size_t count;
    uint64_t line;   /* the first of its lines */
    bool unfinished; /* the file ends within it */
} TextRow;

/* Rows of several lines, or of anything else: the format's own source (use TextLines of
 * text_head.h for the lines). Cells need to live until the next call only. */
typedef struct TextSource {
    bool (*next)(void *state, TextRow *row, bool *end, Error *e);
    bool (*rewind)(void *state, Error *e); /* back to the first row */
} TextSource;

/* --- the table ------------------------------------------------------------------------------ */

typedef struct TextTable {
    const char *model; /* Dataset.model: "TOA5" */
    TextLayout layout; /* with a source only decimal, rows_max and rows_promised matter */
    const TextRecord *records;
    size_t record_count;
    /* Words that mean missing in every column, beyond the common ones (NaN, NA, null, -, ///); ends
     * with NULL; NULL: none. */
    const char *const *missing;
    const Attr *attrs; /* global */
    size_t attr_count;
    const TextSource *source; /* NULL: the layout says how */
    void *state;              /* for source, filter and finish */
    /* After the last row (Dataset.rows is known), before the end: notes, or false with an error
     * that makes the file partial. May be NULL. */
    bool (*finish)(void *state, Dataset *d, Error *e);
} TextTable;

/* Checks the description (a column that is not there, ... : ERROR_DATA "bad_header"), settles
 * TEXT_AUTO columns and makes the dataset; Dataset.time_var is set where rows have a time. The
 * format may add notes to (*out)->dataset, and hands *out on as its own reader. */
bool text_table_open(const TextTable *t, const Input *in, Arena *a, Reader **out,
                     Error *e) MUST_CHECK;
/* Format.next and Format.close. */
bool text_table_next(Reader *r, Block *out, bool *end, Error *e);
void text_table_close(Reader *r);
