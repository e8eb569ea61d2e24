/* text_cell.c: whether a cell holds a number, or nothing. */
#include "formats/text/text_reader.h"

#include "formats/csv/csv_number.h"

#include <string.h>

bool text_number(const TextReader *r, const CsvCell *cell, double *out)
{
    if (csv_quick_number(cell->bytes, cell->length, r->decimal, out) ||
        text_to_double(cell->bytes, cell->length, r->decimal, out))
        return true;
    const char *text = cell->bytes;
    size_t length = cell->length;
    csv_trim(&text, &length);
    return length < cell->length && text_to_double(text, length, r->decimal, out);
}

bool text_is_missing(const TextReader *r, const char *text, size_t length)
{
    csv_trim(&text, &length);
    for (const char *const *w = r->table->missing; w && *w; w++)
        if (strlen(*w) == length && memcmp(*w, text, length) == 0)
            return true;
    return csv_is_missing(text, length);
}

bool text_missing_number(const TextColumn *c, double value)
{
    for (size_t i = 0; i < c->missing_count; i++)
        if (c->missing[i] == value)
            return true;
    return false;
}

bool text_tolerates(uint64_t bad, uint64_t all)
{
    enum { FEW = 2, FEW_PART = 5 }; /* two bad cells are no reason to lose a short column */
    return bad * CSV_CONTRADICTION_MAX <= all || (bad <= FEW && bad * FEW_PART <= all);
}
