/* csv_oddity.h: what is not as the rest of a table: counted, tolerated, told. */
#pragma once

#include "formats/csv/csv_table.h"

typedef struct CsvOddity {
    uint64_t count, line; /* how many, and the line of the first */
} CsvOddity;

void csv_oddity(CsvOddity *o, uint64_t line);
/* So few rows of a table may not be as the others: two, or one in five. */
bool csv_tolerates(uint64_t odd, uint64_t rows);
/* A note, where there is any. */
void csv_note_oddity(Dataset *d, const CsvOddity *o, const char *what);
/* Notes on the bytes that were left out or read in another encoding. */
void csv_note_bytes(Dataset *d, const CsvText *t);
