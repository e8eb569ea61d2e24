/* query_internal.h: the fields of the three tables, --where, and the writers of rows. */
#pragma once

#include "core/buffer.h"
#include "core/text.h"
#include "orchestrator/query.h"

typedef enum FieldKind {
    FIELD_TEXT,
    FIELD_PATH,      /* text whose last part a pattern without a slash is held against */
    FIELD_NUMBER,    /* stays integer or double */
    FIELD_SIZE,      /* bytes: --where takes "10M" */
    FIELD_TIME,      /* ISO 8601 */
    FIELD_LINES,     /* list of texts, stored one a line */
    FIELD_SHAPE,     /* list of lengths, stored as 3x4 */
    FIELD_COUNTS,    /* list of counts, stored with blanks between */
    FIELD_OF_VALUES, /* counts of values, stored as "0=1412 4=28" */
} FieldKind;

typedef struct Field {
    const char *name;
    FieldKind kind;
    const char *sql;   /* what is selected */
    const char *where; /* what --where compares, NULL: the same */
} Field;

typedef struct FieldTable {
    const Field *fields; /* in the contract's order, ours behind */
    size_t count;        /* that are shown */
    size_t known;        /* with those behind them that --where knows, too: what two copies of the
                            same file do not share */
    const char *from, *unit_columns, *order, *open_only; /* open_only: what --all leaves out */
} FieldTable;

enum { FIELDS_MAX = 48 };
const FieldTable *query_fields(QueryTable table);
/* SIZE_MAX where there is none of that name. */
size_t query_field_index(const FieldTable *t, const char *name, size_t length);

/* One value of a row; bytes are valid until the next row. */
typedef struct Cell {
    enum { CELL_NULL, CELL_INT, CELL_UINT, CELL_DOUBLE, CELL_TEXT } kind;
    union {
        int64_t i;
        uint64_t u;
        double d;
        StringView text;
    };
} Cell;

/* --where as SQL with bound values. */
typedef struct WhereValue {
    enum { WHERE_INT, WHERE_DOUBLE, WHERE_TEXT } kind;
    union {
        int64_t i;
        double d;
        const char *text;
    };
} WhereValue;

enum { WHERE_VALUES_MAX = 100 };
typedef struct Where {
    Buffer sql; /* empty: everything */
    WhereValue values[WHERE_VALUES_MAX];
    size_t count;
    Arena arena; /* of the texts */
} Where;

typedef enum WhereOperator {
    WHERE_EQUAL,
    WHERE_DIFFERENT,
    WHERE_LESS,
    WHERE_AT_MOST,
    WHERE_MORE,
    WHERE_AT_LEAST,
    WHERE_LIKE,
    WHERE_UNLIKE,
} WhereOperator;

/* FIELD OP VALUE, FIELD is [not] null, and, or, not, parentheses; OP is = == != <> < <= > >= ~ !~.
 * Comparisons know no third truth value: what is null differs from every value. A time compares as
 * far as it is written: `time = 2019-01` is all of that month. The SQL calls text_glob(pattern,
 * value) and name_glob(pattern, path). ERROR_SETUP, code "where". A zeroed `out`; it is to be freed
 * also after an error. */
bool where_parse(const FieldTable *t, const char *expression, Where *out, Error *e) MUST_CHECK;
void where_deinit(Where *w);
/* where_compare.c: appends one comparison. */
bool where_compare(Where *w, const Field *f, WhereOperator op, const char *value,
                   Error *e) MUST_CHECK;

/* A way to write rows. All append to `text`; the caller writes it out. */
typedef struct Output {
    const FieldTable *fields;
    const QueryOptions *options;
    Buffer text;
    uint64_t rows;
    struct TableLayout *layout; /* QUERY_TABLE_TEXT only */
} Output;

typedef struct OutputMethods {
    bool (*open)(Output *o, Error *e);             /* NULL: nothing to prepare */
    void (*measure)(Output *o, const Cell *cells); /* sees every row first; NULL: not needed */
    void (*begin)(Output *o);                      /* may be NULL */
    void (*row)(Output *o, const Cell *cells);
    void (*end)(Output *o);   /* may be NULL */
    void (*close)(Output *o); /* accepts an Output that was never opened; may be NULL */
} OutputMethods;

extern const OutputMethods output_csv, output_ndjson, output_json, output_table;

/* table_text.c: cells as people read them. Everything appended is printable. */
void table_cell(Buffer *out, FieldKind kind, const Cell *c);
typedef enum Shortening { KEEP_START, KEEP_NAME } Shortening;
/* Appends text in at most `width` columns, with "..." for what is left out. KEEP_NAME: of a path
 * the folders go first, then the middle of the name, since both ends of a name tell it from others.
 */
void table_shorten(Buffer *out, StringView text, size_t width, Shortening how);
/* Appends text as lines of at most `width` columns, broken at blanks, each after `indent` blanks.
 */
void table_wrap(Buffer *out, StringView text, size_t indent, size_t width);
