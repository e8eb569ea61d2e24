/* text_reader.h: what the files of the text engine share.
 *
 * The way of a file: text_rows (text -> rows of cells, or the format's own source) -> text_survey
 * (kinds of TEXT_AUTO columns) -> text_schema (dataset) -> text_values (rows -> batches) ->
 * text_table (batches -> blocks) -> text_finish (notes). */
#pragma once

#include "core/regex.h"
#include "formats/csv/csv_columns.h"
#include "formats/csv/csv_oddity.h"
#include "formats/text/text_table.h"

enum { TEXT_EXAMPLE_SIZE = 40 };

/* What becomes of the cells of one column. */
typedef struct TextSlot {
    const TextColumn *as;
    size_t column;
    TextKind kind;          /* settled: no AUTO any more */
    const char *pattern;    /* of a TIME */
    size_t var;             /* NO_VAR: none */
    const char *since;      /* NUMBER that is the time: its CF units */
    size_t stride, element; /* row * stride + element is its place among the variable's values */
    union {
        double *numbers;
        int64_t *integers;
        StringView *strings;
        void *any;
    } values; /* of the batch; shared by the columns of a stack */

    /* seen by the survey */
    uint64_t seen, whole, numeric, iso;

    /* seen while reading */
    uint64_t present, contradictions, line;
    char example[TEXT_EXAMPLE_SIZE];
} TextSlot;

/* A TextTime, made ready. */
typedef struct TextClock {
    const TextTime *time;
    TimeUnits since[TEXT_PIECES_MAX];
    bool based; /* no piece says a date */
    bool wraps;
    double previous; /* before days were added; NaN: none */
    double days_s;   /* added so far */
} TextClock;

/* One kind of row. */
typedef struct TextRows {
    const TextRecord *record;
    Regex *regex;
    TextSlot *slots; /* one for each column */
    TextClock clock;
    size_t time_var;   /* NO_VAR: the rows have no time */
    double *own_times; /* the batch of an extra time variable, or NULL */
    size_t dim;
    size_t cells_most, cells_least;
    size_t room;    /* rows of a batch */
    uint64_t start; /* first row of the batch */
    size_t filled;  /* rows in it */
} TextRows;

typedef enum TextVarFrom { TEXT_FROM_ROWS, TEXT_FROM_ALL, TEXT_FROM_AXIS } TextVarFrom;

/* Where a variable's values are. */
typedef struct TextVar {
    TextVarFrom from;
    TextRows *rows; /* FROM_ROWS */
    TextSlot *slot; /* of the column, or of the first of a stack */
    size_t slot_count;
    size_t width; /* values of a row, or length of the axis */
    const void *values;
    uint64_t shape[1 + TEXT_AXES_MAX];
    size_t dims[1 + TEXT_AXES_MAX];
    bool done; /* an axis is handed out once */
} TextVar;

/* The engine's own source of rows. */
typedef struct TextSplitter {
    const TextTable *table;
    const Input *in;
    Arena *arena;
    CsvDialect dialect;
    CsvText text;
    CsvScanner scanner;
    CsvCell *cells;
    size_t capacity;
    size_t columns; /* of every row, where that is known; else 0 */
    Regex *regex;
    StringView *groups; /* of its last match */
    bool marked;        /* the end marker has been seen */
    CsvOddity unfit, repaired;
    bool window; /* a range of the file is looked at, whose ends are cut */
} TextSplitter;

typedef struct TextReader {
    Reader base;
    const TextTable *table;
    TextTable described; /* the table's copy */
    Input in;
    Arena *arena;
    char decimal;
    TextSplitter splitter;
    TextRow row;
    bool pending; /* `row` is read, but the batch has had no room for it */
    TextRows *kinds;
    size_t kind_count;
    TextVar *vars; /* one for each variable */
    size_t var_capacity, dim_capacity;
    size_t all_var; /* the times of all rows, or NO_VAR */
    double *all_times;
    size_t all_filled, all_room;
    uint64_t all_start;
    char *strings;
    size_t string_room, string_used;
    uint64_t rows;
    bool ended;    /* no row follows */
    Error failure; /* of reading, once the batch is handed out */
    size_t next_var;
    enum { TEXT_READING, TEXT_FAILED_COLUMNS, TEXT_DONE } state;
    CsvOddity short_rows, long_rows, cut, other, untimed;
    size_t cut_cells, cut_wanted;
    char other_example[TEXT_EXAMPLE_SIZE];
} TextReader;

/* text_rows.c */
bool text_splitter_init(TextSplitter *s, const TextTable *t, const Input *in, Arena *a,
                        Error *e) MUST_CHECK;
bool text_splitter_rewind(TextSplitter *s, Error *e) MUST_CHECK;
/* Restricts it to the whole lines of a range of the file. */
bool text_splitter_window(TextSplitter *s, uint64_t from, uint64_t stop, Error *e) MUST_CHECK;
/* The next row, from the engine's or the format's source. */
bool text_next_row(TextReader *r, TextRow *row, bool *end, Error *e) MUST_CHECK;
/* The kind of the row; NULL: none. */
TextRows *text_kind_of(TextReader *r, TextRow *row);

/* text_split.c: cells by position, or by a regular expression; false: the expression finds
 * nothing. */
void text_split_widths(TextSplitter *s, StringView line, const TextRecord *record);
bool text_split_regex(TextSplitter *s, StringView line);
void text_split_between(TextSplitter *s, StringView line);

/* text_cell.c */
/* A number of that cell; false: it holds none. */
bool text_number(const TextReader *r, const CsvCell *cell, double *out);
bool text_is_missing(const TextReader *r, const char *text, size_t length);
bool text_missing_number(const TextColumn *c, double value);
/* So few of a column's cells may not be what the others are. */
bool text_tolerates(uint64_t bad, uint64_t all);

/* text_survey.c: settles the columns that are TEXT_AUTO. */
bool text_survey(TextReader *r, Error *e) MUST_CHECK;

/* text_time.c */
bool text_clock_init(TextClock *c, const TextTime *t, size_t columns, Error *e) MUST_CHECK;
/* The column that is the time variable itself, or TEXT_NO_COLUMN. */
size_t text_clock_column(const TextRecord *r);
/* Seconds since 1970 of a row; NaN: it cannot be told. */
double text_clock_read(TextRows *rows, const TextReader *r, const TextRow *row);
/* Seconds since 1970 of one cell of a TEXT_TIME column. */
bool text_time_cell(const TextTime *t, const char *pattern, const CsvCell *cell, double *out);

/* text_schema.c */
bool text_schema_make(TextReader *r, Error *e) MUST_CHECK;
extern const int64_t text_missing_integer;

/* text_values.c */
/* Puts the row into the batch; false: there is no room for it. */
bool text_store(TextReader *r, TextRows *rows, TextRow *row, bool *stored, Error *e) MUST_CHECK;

/* text_finish.c */
bool text_finish(TextReader *r, Error *e) MUST_CHECK;
/* The counts of rows so far become those of the dataset. */
void text_set_rows(TextReader *r);
