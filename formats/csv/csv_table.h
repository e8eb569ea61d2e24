/* csv_table.h: what the files of the CSV reader share: text, dialect, records, columns.
 *
 * The way of a file: csv_text (bytes -> UTF-8) -> csv_scan (text -> records of cells) ->
 * csv_dialect and csv_header (which separator, where the names are) -> csv_survey and csv_types
 * (what the columns hold) -> csv_time (which of them say when) -> csv_reader (blocks). */
#pragma once

#include "core/time.h"
#include "formats/csv/csv.h"

enum {
    CSV_CHUNK = 512 * 1024,   /* bytes of one read; the first is what dialect and header go by */
    CSV_RECORD_MAX = 1 << 20, /* bytes of one record */
    CSV_SLACK = 80,           /* readable bytes behind a text; the first is a line feed */
    CSV_COLUMNS_MAX = 16384,
    CSV_HEADER_MAX = 8,         /* rows of names, units and the like above the data */
    CSV_CONTRADICTION_MAX = 20, /* 1/20 of a column's cells may not be what the others are */
    CSV_EXAMPLE_SIZE = 40,
};

/* --- text ----------------------------------------------------------------------------------- */

typedef enum CsvEncoding {
    CSV_UTF8,
    CSV_WINDOWS_1252, /* Latin-1 too: it lacks only what no text holds */
    CSV_UTF16_LE,
    CSV_UTF16_BE,
} CsvEncoding;

extern const char *const csv_encoding_names[]; /* by CsvEncoding, NULL at the end */

/* A window on the file as UTF-8: bytes[at..length) are not used up yet. */
typedef struct CsvText {
    const Input *in;
    CsvEncoding encoding;
    uint64_t offset, stop; /* next byte of the file; where to end */
    char *bytes;           /* length + CSV_SLACK are readable */
    size_t at, length, capacity;
    uint8_t *raw; /* only where bytes must be converted */
    size_t chunk;
    bool ended;
    uint64_t nuls, foreign; /* NUL bytes left out; bytes that are no UTF-8 in a UTF-8 file */
} CsvText;

/* UTF-8 unless the head says otherwise; *bom_bytes: what to leave out at the start. */
CsvEncoding csv_encoding_guess(const uint8_t *head, size_t size, bool whole, size_t *bom_bytes);
/* Allocates for what the file has from `offset` on, and reads nothing. */
bool csv_text_init(CsvText *t, const Input *in, CsvEncoding encoding, uint64_t offset, Arena *a,
                   Error *e) MUST_CHECK;
/* Points an initialised text at another range of the same file. */
void csv_text_move(CsvText *t, uint64_t offset, uint64_t stop);
/* Drops what is used up and reads on, at least one chunk of `wanted` bytes. `ended` is set when
 * nothing follows. False with "record_too_long" where nothing can be dropped. */
bool csv_text_fill(CsvText *t, Arena *a, Error *e) MUST_CHECK;

/* --- records -------------------------------------------------------------------------------- */

typedef struct CsvDialect {
    char separator; /* ' ' stands for runs of blanks and TABs; 0: one column */
    char quote;     /* 0: none */
    bool escapes;   /* a backslash protects a quotation mark */
    char decimal;
    char comment[4]; /* "": none */
} CsvDialect;

typedef struct CsvCell {
    char *bytes; /* without blanks around it, and without its quotation marks */
    uint32_t length;
    bool quoted;
    bool raw; /* doubled or stray quotation marks are still in it: csv_cell_unquote */
} CsvCell;

typedef enum CsvScan {
    CSV_RECORD,
    CSV_MORE,     /* the text ends inside a record and is not final */
    CSV_END,      /* final, and nothing is left */
    CSV_UNCLOSED, /* final, and a quotation mark was never closed */
} CsvScan;

/* Where separators and line ends are among 64 bytes of text: bit i for block[i]. */
typedef struct CsvEnds {
    char *block;
    uint64_t bits;
} CsvEnds;

typedef struct CsvScanner {
    const CsvDialect *dialect;
    CsvEnds ends;
    char *at, *end; /* end[0] is a line feed that is not part of the text */
    bool final;     /* no text follows */
    uint64_t line;  /* of `at` */
    CsvCell *cells; /* the record's first `capacity` cells */
    size_t capacity, count;
    uint64_t record_line;
    char *record;    /* where it starts */
    bool unfinished; /* the text ends with it, without a line end */
    bool dubious;    /* a quoted cell spans lines, and text follows its closing mark */
    uint64_t commented, commented_line; /* comments with separators as rows have, and the first */
} CsvScanner;

void csv_scanner_init(CsvScanner *s, const CsvDialect *d, char *text, size_t length, bool final);
/* The same scanner on text that has moved or grown. */
void csv_scanner_resume(CsvScanner *s, char *text, size_t length, bool final);
/* Behind the line at `at`. */
void csv_pass_line(CsvScanner *s);
/* Moves over empty lines and comments; false: more text is needed to tell. */
bool csv_skip_to_record(CsvScanner *s);
/* The comment at `at`, without its mark and line end, and steps behind it; false: none there. */
bool csv_take_comment(CsvScanner *s, StringView *out);
/* The record at `at`, which is not a line end. `at` stays where it is unless CSV_RECORD. */
CsvScan csv_scan_record(CsvScanner *s);
/* As csv_scan_record, empty lines and comments skipped; a record of several lines that is dubious
 * or does not have `columns` cells, or that never ends, is taken as one line whose quotation marks
 * mean nothing, where that has (*repaired). columns 0: any number. */
CsvScan csv_next_record(CsvScanner *s, size_t columns, bool *repaired);
/* Resolves quotation marks in place; the cell is ordinary afterwards. */
void csv_cell_unquote(CsvCell *c, const CsvDialect *d);
/* A copy with quotation marks resolved; NULL: arena full. */
char *csv_cell_copy(const CsvCell *c, const CsvDialect *d, Arena *a);

/* --- cells ---------------------------------------------------------------------------------- */

typedef enum CsvLook {
    LOOK_EMPTY,
    LOOK_MISSING, /* a word for nothing: NaN, NA, -, ///// */
    LOOK_INTEGER,
    LOOK_NUMBER, /* with decimals, an exponent, or beyond int64 */
    LOOK_TIME,   /* ISO 8601 */
    LOOK_WORD,   /* anything else */
} CsvLook;

CsvLook csv_look(const char *text, size_t length, char decimal);
bool csv_is_missing(const char *text, size_t length);
/* Leaves out blanks (no-break ones too) around it, as quoted numbers have them. */
void csv_trim(const char **text, size_t *length);
/* A number that only a person reads: "1,234,567.8", "12 %", "$5", "<0.5", "1 234,5". */
bool csv_is_dressed_number(const char *text, size_t length);
/* Digits with marks between them that may be a date or a clock in some order. */
bool csv_looks_like_time(const char *text, size_t length);
/* The file's name ends in one of these: ".csv .tsv". */
bool csv_is_named(const char *name, const char *const *endings);
extern const char *const csv_table_endings[]; /* names that promise a table */

/* --- layout: dialect, header --------------------------------------------------------------- */

typedef struct CsvComment {
    StringView text; /* without its mark, blanks and line end */
    uint64_t line;
    size_t row; /* the row that follows it */
} CsvComment;

/* The records of a sample, and the comments among them. */
typedef struct CsvRows {
    CsvCell *cells;
    size_t cell_count, cell_capacity;
    struct CsvRow {
        size_t first, count; /* cells */
        uint64_t line;
        char *start;
    } * rows;
    size_t count, row_capacity;
    CsvComment *comments;
    size_t comment_count, comment_capacity;
} CsvRows;

/* Where the table lies among the rows. */
typedef struct CsvSpan {
    size_t columns;
    size_t first;         /* row; names and units are part of the table */
    size_t fitting, seen; /* rows with that many cells, rows from `first` on */
} CsvSpan;

typedef struct CsvLayout {
    CsvDialect dialect;
    CsvRows rows;
    CsvSpan span;
    bool trailing;  /* the last of the span's columns is empty: a separator ends every row */
    size_t columns; /* of the table: span.columns, less one where trailing */
    size_t data;    /* first row of data; rows.count: there is none */
    size_t typed;   /* columns whose cells are nearly all numbers or times */
    bool *is_typed; /* one for each of the span's columns */
    const char **names, **units;                /* one for each column, "" where there is none */
    uint64_t names_line, units_line, data_line; /* 0: none */
    bool names_in_comment;
    const char *data_start; /* in the sample's text */
    const char *note;       /* on the header, or NULL */
    bool grouped;           /* all numbers with commas may be thousands: "1,234" */
} CsvLayout;

/* True for Excel's line "sep=;", which is no part of the table; gives its length without the end.
 */
size_t csv_declared_separator(const char *text, size_t length);
/* The sample's records as `d` has them, after `skip` lines. */
bool csv_rows_parse(CsvRows *out, const CsvText *sample, const CsvDialect *d, int64_t skip,
                    Arena *a, Error *e) MUST_CHECK;
/* True if the cells are the column names once more, as where files were put together. */
bool csv_is_names(const CsvLayout *l, const CsvCell *cells, size_t count);
/* The row names columns, some of them those of the table, but not as its own names do: another
 * table begins. */
bool csv_is_other_names(const CsvLayout *l, const CsvCell *cells, size_t count);
/* How a record is a row of the table. */
typedef enum CsvFit {
    CSV_FITS,
    CSV_SHORT, /* the first *known cells can be told */
    CSV_CUT,   /* the same, at the end of the file; its last cell is cut too */
    CSV_LONG,  /* nobody knows which cell is one too many */
    CSV_STRAY, /* a short line of words: a remark, no row */
} CsvFit;

CsvFit csv_fit(const CsvLayout *l, const CsvScanner *s, size_t *known);
const CsvCell *csv_row_cell(const CsvRows *rows, size_t row, size_t column); /* NULL: too short */

/* Both are false, with a sentence that says why, where the text is no table. */
bool csv_dialect_guess(const CsvText *sample, const CsvOptions *o, CsvLayout *out, Arena *a,
                       Error *e) MUST_CHECK;
bool csv_header_guess(const CsvText *sample, const CsvOptions *o, CsvLayout *l, Arena *a,
                      Error *e) MUST_CHECK;
