/* csv_reader.h: the open table: its rows in batches, its batches as blocks. */
#pragma once

#include "formats/csv/csv_columns.h"
#include "formats/csv/csv_oddity.h"

/* The values of one column in a batch. */
typedef struct CsvValues {
    union {
        double *numbers; /* NUMBER, TIME */
        int64_t *integers;
        StringView *strings;
        void *any;
    };
} CsvValues;

typedef struct CsvReader {
    Reader base;
    Input in;
    Arena *arena;
    CsvTable table;
    CsvText text;
    CsvScanner scanner;
    CsvValues *values; /* one for each variable */
    size_t batch_rows, filled;
    uint64_t start; /* first row of the batch */
    size_t next_var;
    enum { CSV_READING, CSV_FAILED_COLUMNS, CSV_DONE } state;
    CsvOddity short_rows, long_rows, strays, repeated, repaired, cut, untimed;
    char stray[CSV_EXAMPLE_SIZE];
    uint64_t renamed_line; /* names the columns otherwise: what follows is not read; 0: none */
    Dim dim;
    Group root;
} CsvReader;

/* Fills the dataset from the table, and makes room for a batch. */
bool csv_reader_init(CsvReader *r, Arena *a, Error *e) MUST_CHECK;
bool csv_next(Reader *reader, Block *out, bool *end, Error *e);
/* After the last row: rows and notes of the dataset. False: too few rows are like the others. */
bool csv_finish(CsvReader *r, Error *e) MUST_CHECK;
/* What was guessed, in the words of the option table. */
void csv_describe(const Reader *reader, Buffer *out);
