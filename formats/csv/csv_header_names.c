/* csv_header_names.c: which of the rows above the data are names and units, and which columns they
 * belong to. */
#include "formats/csv/csv_search.h"

#include <string.h>

/* The row above that belongs to the header: it is in the next line up, has words, and about as many
 * as there are columns. */
static bool joins_header(const HeaderSearch *h, size_t row)
{
    const CsvLayout *l = h->layout;
    const struct CsvRow *r = &l->rows.rows[row];
    size_t words = 0;
    for (size_t k = 0; k < r->count; k++)
        words += csv_is_word(csv_row_cell(&l->rows, row, k), l->dialect.decimal);
    bool length = r->count + 1 >= l->span.columns && r->count <= l->span.columns + 1;
    return r[1].line == r->line + 1 && length && words * 2 >= r->count && l->span.columns > 1;
}

/* The cells of a row that say something, and those that no cell before them has said. */
static size_t count_cells(const CsvRows *r, size_t row, size_t *distinct)
{
    size_t filled = 0;
    *distinct = 0;
    for (size_t k = 0; k < r->rows[row].count; k++) {
        const CsvCell *c = csv_row_cell(r, row, k);
        if (c->length == 0 || csv_is_dashes(c))
            continue;
        bool known = false;
        for (size_t i = 0; i < k && !known; i++) {
            const CsvCell *other = csv_row_cell(r, row, i);
            known = other->length == c->length && memcmp(other->bytes, c->bytes, c->length) == 0;
        }
        filled++;
        *distinct += !known;
    }
    return filled;
}

/* Half of the columns that hold anything have a name, hardly any name occurs twice, and most begin
 * with no digit (as the widths "5s 15s 20d" under the names of the USGS do). */
static bool is_good_row(const HeaderSearch *h, size_t row)
{
    const CsvRows *r = &h->layout->rows;
    size_t distinct, live = 0, digits = 0, filled = count_cells(r, row, &distinct);
    for (size_t k = 0; k < r->rows[row].count; k++) {
        const CsvCell *c = csv_row_cell(r, row, k);
        digits += c->length > 0 && c->bytes[0] >= '0' && c->bytes[0] <= '9';
    }
    for (size_t k = 0; k < h->layout->span.columns; k++)
        live += h->body[k].filled > 0;
    return filled * 2 >= live && distinct * 5 >= filled * 3 && digits * 2 <= filled;
}

static const char **copy_cells(const HeaderSearch *h, size_t row, size_t *count)
{
    const CsvRows *r = &h->layout->rows;
    *count = r->rows[row].count;
    const char **out = arena_array(h->arena, *count, sizeof *out);
    for (size_t k = 0; out && k < *count; k++)
        if (!(out[k] = csv_cell_copy(csv_row_cell(r, row, k), &h->layout->dialect, h->arena)))
            return NULL;
    return out;
}

/* Chooses names and units among the rows [from, l->data): the names are the last good row that no
 * units follow. */
static bool take_rows(HeaderSearch *h, size_t from, CsvNames *names)
{
    CsvLayout *l = h->layout;
    size_t best = from, units = l->rows.count;
    bool good = false;
    for (size_t row = from; row < l->data && units == l->rows.count; row++) {
        size_t count;
        const char **cells = copy_cells(h, row, &count);
        if (!cells)
            return false;
        if (row > from && csv_are_units(cells, count)) {
            units = row;
        } else if (is_good_row(h, row) || (!good && row == from)) {
            good = is_good_row(h, row);
            best = row;
        }
    }
    if (units < l->data) {
        l->units_line = l->rows.rows[units].line;
        names->units = copy_cells(h, units, &names->unit_count);
    }
    l->names_line = l->rows.rows[best].line;
    names->names = copy_cells(h, best, &names->count);
    return names->names && (units >= l->data || names->units);
}

static size_t row_of_line(const CsvRows *r, int64_t line)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->rows[i].line == (uint64_t)line)
            return i;
    return r->count;
}

/* Names and units in the lines that the configuration names. */
static bool take_configured(HeaderSearch *h, CsvNames *names, Error *e)
{
    CsvLayout *l = h->layout;
    const CsvOptions *o = h->options;
    size_t row = row_of_line(&l->rows, o->names_line), units = l->rows.count;
    if (row == l->rows.count) {
        if (csv_names_in_comments(l, o->names_line, h->arena, names))
            return true;
        return error_coded(e, ERROR_DATA, "no_header",
                           "line %lld, which `names_line` names, holds no row",
                           (long long)o->names_line);
    }
    l->names_line = (uint64_t)o->names_line;
    names->names = copy_cells(h, row, &names->count);
    if (o->units_line > 0)
        units = row_of_line(&l->rows, o->units_line);
    if (units < l->rows.count) {
        l->units_line = (uint64_t)o->units_line;
        names->units = copy_cells(h, units, &names->unit_count);
    }
    size_t last = units < l->rows.count && units > row ? units : row;
    if (l->data <= last)
        l->data = last + 1;
    return names->names ? true : arena_full(h->arena, e);
}

bool csv_find_names(HeaderSearch *h, CsvNames *names, Error *e)
{
    CsvLayout *l = h->layout;
    if (h->options->names_line > 0)
        return take_configured(h, names, e);
    size_t from = l->data;
    while (
        from > 0 && l->data - from < CSV_HEADER_MAX && h->options->names_line != 0 &&
        (from > l->span.first ? !csv_is_empty_row(&l->rows, from - 1) : joins_header(h, from - 1)))
        from--;
    if (from < l->data)
        return take_rows(h, from, names) ? true : arena_full(h->arena, e);
    if (h->options->names_line != 0)
        (void)csv_names_in_comments(l, -1, h->arena, names);
    return true;
}

/* R leaves out the name of the first column, that of row names; and one name may stand for a date
 * and a clock. */
static bool first_has_no_name(const HeaderSearch *h)
{
    const CsvLayout *l = h->layout;
    const BodyColumn *b = &h->body[0];
    if (!csv_is_typed(b) || b->times * 2 > b->values)
        return true;
    const CsvCell *c = l->data < l->rows.count ? csv_row_cell(&l->rows, l->data, 0) : NULL;
    return c && c->length == 1 && c->bytes[0] == '1';
}

/* Puts names on columns, where their numbers differ by the one that people leave out. */
bool csv_assign_names(HeaderSearch *h, const CsvNames *n)
{
    CsvLayout *l = h->layout;
    size_t columns = l->span.columns, shift = 0, count = n->count;
    l->trailing = l->trailing && (count < columns || !n->names[columns - 1][0]);
    columns -= l->trailing;
    while (count > columns && !n->names[count - 1][0])
        count--;
    bool fewer = count > 0 && count + 1 == columns && first_has_no_name(h);
    if (count > columns || (count > 0 && count < columns && !fewer)) {
        l->note =
            arena_printf(h->arena, "line %llu has %zu names for %zu columns: they are not used",
                         (unsigned long long)l->names_line, count, columns);
        count = 0;
        l->names_line = 0;
    } else if (fewer) {
        l->note = "the first column has no name: the names are those of the columns behind it";
        shift = 1;
    }
    l->columns = columns;
    l->names = arena_array(h->arena, columns, sizeof *l->names);
    l->units = arena_array(h->arena, columns, sizeof *l->units);
    if (!l->names || !l->units)
        return false;
    for (size_t k = 0; k < columns; k++) {
        bool named = k >= shift && k - shift < count;
        l->names[k] = named ? n->names[k - shift] : "";
        bool unit = named && k - shift < n->unit_count;
        l->units[k] = unit ? csv_unit_text(n->units[k - shift], h->arena) : "";
        if (!l->units[k])
            return false;
    }
    return true;
}
