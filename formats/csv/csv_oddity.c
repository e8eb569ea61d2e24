/* csv_oddity.c: what is not as the rest of a table: counted, tolerated, told. */
#include "formats/csv/csv_oddity.h"

#include <inttypes.h>

void csv_oddity(CsvOddity *o, uint64_t line)
{
    if (o->count++ == 0)
        o->line = line;
}

bool csv_tolerates(uint64_t odd, uint64_t rows)
{
    enum { TOLERATED_ROWS = 2, TOLERATED_PART = 5 /* one row in five */ };
    return odd <= TOLERATED_ROWS || odd * TOLERATED_PART <= rows;
}

void csv_note_oddity(Dataset *d, const CsvOddity *o, const char *what)
{
    if (o->count > 0)
        dataset_note(d, "%s: %" PRIu64 ", the first in line %" PRIu64, what, o->count, o->line);
}

void csv_note_bytes(Dataset *d, const CsvText *t)
{
    if (t->nuls > 0)
        dataset_note(d, "%" PRIu64 " NUL bytes were left out", t->nuls);
    if (t->foreign > 0)
        dataset_note(d, "%" PRIu64 " bytes that are no UTF-8 were read as windows-1252",
                     t->foreign);
}
