/* csv.h: tables in text: comma-separated and its many relatives, read without being told how.
 *
 * What is guessed, from what, and how each guess is fixed in the configuration: docs/csv.md. */
#pragma once

#include "formats/format.h"

extern const Format format_csv;

/* The configuration's side of every guess; see the option table in csv_options.c. */
typedef struct CsvOptions {
    const char *separator, *quote, *escape, *decimal, *comment, *encoding; /* NULL: guessed */
    int64_t skip;                   /* lines ahead of everything that are not looked at */
    int64_t names_line, units_line; /* counted from 1; 0: there is none; -1: guessed */
    StringList names, types, missing, time_columns;
    const char *time_format, *time_zone; /* NULL: guessed; UTC */
    uint64_t sample;                     /* bytes that are looked at before types are fixed */
} CsvOptions;
