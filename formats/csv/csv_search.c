/* csv_search.c: what cells, rows and columns look like to those who look for a header. */
#include "formats/csv/csv_search.h"

enum { DASHES_MIN = 2 };

bool csv_is_value(const CsvCell *c, char decimal, bool *time)
{
    CsvLook look = csv_look(c->bytes, c->length, decimal);
    *time = look == LOOK_TIME || (look == LOOK_WORD && csv_looks_like_time(c->bytes, c->length));
    return *time || look == LOOK_INTEGER || look == LOOK_NUMBER;
}

bool csv_is_word(const CsvCell *c, char decimal)
{
    bool time;
    return c->length > 0 && !csv_is_value(c, decimal, &time) &&
           !csv_is_missing(c->bytes, c->length);
}

bool csv_is_typed(const BodyColumn *b)
{
    return b->values > 0 && b->values >= 9 * b->words;
}

bool csv_is_dashes(const CsvCell *c)
{
    for (size_t i = 0; i < c->length; i++)
        if (c->bytes[i] != '-' && c->bytes[i] != '=')
            return false;
    return c->length >= DASHES_MIN;
}

bool csv_is_empty_row(const CsvRows *r, size_t row)
{
    for (size_t k = 0; k < r->rows[row].count; k++)
        if (csv_row_cell(r, row, k)->length > 0)
            return false;
    return true;
}
