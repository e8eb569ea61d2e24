/* csv_columns.h: what the columns hold, how times are written, and which columns say when. */
#pragma once

#include "formats/csv/csv_table.h"

enum { CSV_PATTERNS_MAX = 8, CSV_PATTERN_SIZE = 40, CSV_JOINED_MAX = 8 };

#define CSV_NO_COLUMN ((size_t)-1)

typedef enum CsvKind { CSV_INTEGER, CSV_NUMBER, CSV_TIME, CSV_TEXT } CsvKind;

extern const char *const csv_kind_names[]; /* "int64", "double", "time", "string"; NULL */

/* The ways in which the times of a column may be written, and how many cells fit each. */
typedef struct CsvTimes {
    char patterns[CSV_PATTERNS_MAX][CSV_PATTERN_SIZE];
    uint64_t fitting[CSV_PATTERNS_MAX];
    /* By each pattern: the last instant, the step to it, and whether another step was not equal. */
    int64_t last[CSV_PATTERNS_MAX], step[CSV_PATTERNS_MAX];
    bool uneven[CSV_PATTERNS_MAX];
    size_t count, derived;
} CsvTimes;

typedef struct CsvColumn {
    const char *header; /* the file's name for it, "" if it has none */
    const char *name, *units;
    CsvKind kind;
    bool is_date;        /* TIME: no cell has a clock */
    bool is_clock;       /* TEXT: times of day */
    const char *pattern; /* how times (also of TEXT parts) are written; NULL: ISO 8601 */
    bool ambiguous;      /* TEXT: times, but day and month cannot be told apart */
    bool time_named;
    int64_t zone_s;   /* of TIME: east of Greenwich, for cells that say no zone of their own */
    const char *zone; /* where that is from, in words */
    size_t var;

    /* Seen by the survey. */
    uint64_t values, integers, numbers, iso, dates, zoned, words;
    int64_t least, most; /* of the integers */
    uint64_t dressed;    /* words that a person reads as numbers, and the first of them */
    const char *example;
    CsvTimes *times;
    enum {
        CSV_OPEN,
        CSV_GLANCE,  /* the first byte is enough from now on */
        CSV_SETTLED, /* nothing can change any more */
    } settled;

    /* Seen while reading. */
    uint64_t absent, contradictions, contradiction_line, fractions, fraction_line;
    char contradiction[CSV_EXAMPLE_SIZE];
} CsvColumn;

/* A time zone, as a header or the configuration gives it. */
typedef enum CsvZone { CSV_ZONE_NONE, CSV_ZONE_FIXED, CSV_ZONE_NAMED } CsvZone;

typedef enum CsvPart {
    PART_YEAR,
    PART_MONTH,
    PART_DAY,
    PART_DAY_OF_YEAR,
    PART_HOUR,
    PART_MINUTE,
    PART_SECOND,
    PART_HHMM,
    PART_COUNT,
} CsvPart;

/* Where the time of a row comes from. */
typedef struct CsvTimePlan {
    enum {
        CSV_TIME_NOWHERE,
        CSV_TIME_COLUMN, /* one column that is a variable with time units */
        CSV_TIME_PARTS,  /* several columns: an extra variable */
        CSV_TIME_JOINED, /* several columns, read as one text by time_format */
    } from;
    size_t column;                             /* COLUMN */
    size_t parts[PART_COUNT];                  /* PARTS; CSV_NO_COLUMN: not there */
    size_t date, clock;                        /* PARTS: columns of text, or CSV_NO_COLUMN */
    bool packs_seconds;                        /* PARTS: HHMM is hhmmss */
    size_t joined[CSV_JOINED_MAX], join_count; /* JOINED */
    const char *pattern;
    int64_t zone_s; /* of PARTS and JOINED */
    const char *zone;
    size_t var; /* of the extra variable */
} CsvTimePlan;

typedef struct CsvTable {
    const CsvOptions *options;
    CsvLayout layout;
    CsvColumn *columns; /* layout.columns of them */
    CsvTimePlan time;
    uint64_t fitting_rows, other_rows; /* seen by the survey */
    bool surveyed_whole;
    const char **missing;
    double *missing_numbers;
    size_t missing_count, missing_number_count;
} CsvTable;

/* csv_survey.c: fills the columns' counts from as much of the file as the options allow. */
bool csv_survey(CsvTable *t, const CsvText *sample, Arena *a, Error *e) MUST_CHECK;

/* csv_types.c: names ahead of the survey, kinds after it. */
bool csv_columns_init(CsvTable *t, Arena *a, Error *e) MUST_CHECK;
bool csv_types_decide(CsvTable *t, Error *e) MUST_CHECK;
/* The name, or "name_2", ...: one that no other column has. NULL: arena full. */
const char *csv_unique_name(const CsvTable *t, size_t columns, const char *name, Arena *a);
/* CSV_NO_COLUMN: there is no such column. */
size_t csv_find_column(const CsvTable *t, const char *name);
/* True for a cell that the configuration or common use calls missing. */
bool csv_missing_cell(const CsvTable *t, const char *text, size_t length);
bool csv_missing_number(const CsvTable *t, double value);

/* csv_patterns.c */
void csv_times_add(CsvTimes *t, const char *text, size_t length);
/* The pattern that most cells fit; *ambiguous: another one fits as many. NULL: none. */
const char *csv_times_best(const CsvTimes *t, uint64_t *fitting, bool *ambiguous);
/* Chooses among patterns that fit alike by a header that says "dd/mm/yyyy"; false: it does not. */
bool csv_times_settle(const CsvTimes *t, uint64_t fitting, const char *header,
                      const char **pattern);

/* csv_zone.c: a zone within a header: "Read time (UTC+2)", "time PST". */
CsvZone csv_zone_of(const char *header, int64_t *offset_s, const char **word, Arena *a);

/* csv_parts.c: a date in several columns, by their names. */
bool csv_parts_by_name(const CsvTable *t, CsvTimePlan *plan);
/* Adds hour, minute and second columns beside a date to the plan; false: there is none. */
bool csv_clock_parts(const CsvTable *t, size_t date, CsvTimePlan *plan);
/* Seconds since 1970 of a row; false: it cannot be told. */
bool csv_time_of_row(const CsvTable *t, const CsvCell *cells, double *out);
/* Seconds since 1970 of one cell; the column's zone is applied where the cell has none. */
bool csv_time_of_cell(const CsvColumn *c, const char *text, size_t length, double *out);

/* csv_time.c: chooses the plan; columns whose times cannot be known become text, with a note. */
bool csv_time_plan(CsvTable *t, Dataset *d, Arena *a, Error *e) MUST_CHECK;

extern const char csv_time_units[];
