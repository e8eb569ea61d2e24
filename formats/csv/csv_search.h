/* csv_search.h: what the files that look for a table's header share. */
#pragma once

#include "formats/csv/csv_names.h"

/* What the body of the table has in one column. */
typedef struct BodyColumn {
    size_t values, words; /* numbers and times; anything else but nothing */
    size_t times, filled;
} BodyColumn;

typedef struct HeaderSearch {
    const CsvOptions *options;
    CsvLayout *layout;
    BodyColumn *body; /* span.columns of them */
    Arena *arena;
} HeaderSearch;

/* A number or a time. */
bool csv_is_value(const CsvCell *c, char decimal, bool *time);
bool csv_is_word(const CsvCell *c, char decimal);
bool csv_is_dashes(const CsvCell *c);
bool csv_is_empty_row(const CsvRows *r, size_t row);
/* Nearly all of the column's cells are numbers or times. */
bool csv_is_typed(const BodyColumn *b);

/* csv_header_names.c */
/* Names and units ahead of h->layout->data, which may move where the configuration says so. */
bool csv_find_names(HeaderSearch *h, CsvNames *names, Error *e) MUST_CHECK;
/* Puts them on columns; false: arena full. */
bool csv_assign_names(HeaderSearch *h, const CsvNames *n) MUST_CHECK;
