/* csv_sentences.h: numbers that a sentence of a comment calls missing. */
#pragma once

#include "formats/csv/csv_columns.h"

enum { CSV_SENTINELS_MAX = 16 };

typedef struct CsvSentinel {
    double value;
    size_t column; /* CSV_NO_COLUMN: of all columns, the sentence names none */
} CsvSentinel;

/* Adds those of one comment to the *count that are known. */
void csv_sentences_read(const CsvTable *t, StringView comment, CsvSentinel out[CSV_SENTINELS_MAX],
                        size_t *count);
