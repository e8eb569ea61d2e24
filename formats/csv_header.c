/* csv_header.c: where the names, the units and the first row of data are.
 *
 * The body of the table says which columns hold numbers or times; rows above it that have words
 * there are a header. Names may also stand in the comments above. */
#include "formats/csv_header.h"

#include <stdlib.h>
#include <string.h>

enum { DASHES_MIN = 2, LOOKED_AHEAD = 100, VALUES_BETWEEN = 3 };

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

static bool is_value(const CsvCell *c, char decimal, bool *time)
{
    CsvLook look = csv_look(c->bytes, c->length, decimal);
    *time = look == LOOK_TIME || (look == LOOK_WORD && csv_looks_like_time(c->bytes, c->length));
    return *time || look == LOOK_INTEGER || look == LOOK_NUMBER;
}

static bool is_word(const CsvCell *c, char decimal)
{
    bool time;
    return c->length > 0 && !is_value(c, decimal, &time) && !csv_is_missing(c->bytes, c->length);
}

static bool is_typed(const BodyColumn *b)
{
    return b->values > 0 && b->values >= 9 * b->words;
}

static void look_at_body(HeaderSearch *h)
{
    const CsvRows *r = &h->layout->rows;
    const CsvSpan *span = &h->layout->span;
    size_t ahead = (r->count - span->first) / 2;
    for (size_t i = span->first + (ahead < CSV_HEADER_MAX ? ahead : CSV_HEADER_MAX); i < r->count;
         i++) {
        for (size_t k = 0; k < span->columns && k < r->rows[i].count; k++) {
            const CsvCell *c = csv_row_cell(r, i, k);
            BodyColumn *b = &h->body[k];
            bool time;
            bool value = is_value(c, h->layout->dialect.decimal, &time);
            b->values += value;
            b->times += time;
            b->words += is_word(c, h->layout->dialect.decimal);
            b->filled += c->length > 0;
        }
    }
    for (size_t k = 0; k < span->columns; k++) {
        h->layout->is_typed[k] = is_typed(&h->body[k]);
        h->layout->typed += h->layout->is_typed[k];
    }
}

static bool is_dashes(const CsvCell *c)
{
    for (size_t i = 0; i < c->length; i++)
        if (c->bytes[i] != '-' && c->bytes[i] != '=')
            return false;
    return c->length >= DASHES_MIN;
}

/* "-----;------": a line drawn under the names. */
static bool is_ruler(const CsvRows *r, size_t row)
{
    for (size_t k = 0; k < r->rows[row].count; k++)
        if (!is_dashes(csv_row_cell(r, row, k)))
            return false;
    return true;
}

/* Words where the body has numbers: in most of those cells, or where it has times. In a row that is
 * nearly empty, as "Elevation (m):,1819" is in a wide table, half of them are enough. */
static bool is_header_row(const HeaderSearch *h, size_t row)
{
    const CsvLayout *l = h->layout;
    size_t words = 0, present = 0;
    for (size_t k = 0; k < l->span.columns && k < l->rows.rows[row].count; k++) {
        const CsvCell *c = csv_row_cell(&l->rows, row, k);
        const BodyColumn *b = &h->body[k];
        if (!is_typed(b))
            continue;
        bool word = is_word(c, l->dialect.decimal);
        if (word && b->times * 2 > b->values)
            return true;
        words += word;
        present += c->length > 0;
    }
    bool sparse = present * 2 < l->typed;
    return words * 2 > present || (sparse && words > 0 && words * 2 == present);
}

/* All of the row are words of which no two are the same. */
static bool is_row_of_names(const HeaderSearch *h, size_t row)
{
    const CsvRows *r = &h->layout->rows;
    for (size_t k = 0; k < r->rows[row].count; k++) {
        const CsvCell *c = csv_row_cell(r, row, k);
        bool corner = k == 0 && c->length == 0 && h->body[0].filled > 0;
        if (!corner && !is_word(c, h->layout->dialect.decimal))
            return false;
        for (size_t i = 0; i < k; i++) {
            const CsvCell *other = csv_row_cell(r, row, i);
            if (other->length == c->length && memcmp(other->bytes, c->bytes, c->length) == 0)
                return false;
        }
    }
    return true;
}

/* A row that ends in whole numbers with the same step between them: years, wavelengths, 0 1 2. */
typedef struct Counting {
    size_t words, numbers; /* cells ahead of the numbers; the numbers */
    int64_t first, step;   /* step 0: the row does not count */
} Counting;

static Counting count_row(const CsvRows *r, size_t row)
{
    Counting c = {0};
    int64_t value, before = 0;
    for (size_t k = 0; row < r->count && k < r->rows[row].count; k++) {
        const CsvCell *cell = csv_row_cell(r, row, k);
        bool number = text_to_int64(cell->bytes, cell->length, &value);
        if (!number && c.numbers == 0) {
            c.words++;
            continue;
        }
        if (c.numbers == 1)
            c.step = value - before;
        if (!number || (c.numbers > 1 && value - before != c.step))
            return (Counting){0};
        c.first = c.numbers == 0 ? value : c.first;
        before = value;
        c.numbers++;
    }
    return c.numbers > 1 && c.step > 0 ? c : (Counting){0};
}

/* The first row counts through the columns and no row below does: it names them by numbers. Years
 * and long scales stand behind words; programs that number columns leave the corner empty, or have
 * no column of their own for rows, and then whole numbers stand above such with decimals. */
static bool is_numbered_header(const HeaderSearch *h, size_t row)
{
    enum { YEAR_MIN = 1500, YEAR_MAX = 2200, YEARS = 3, SCALE = 4 };
    const CsvRows *r = &h->layout->rows;
    Counting c = count_row(r, row);
    if (c.step == 0 || row + 1 >= r->count || count_row(r, row + 1).step > 0 ||
        count_row(r, row + 2).step > 0)
        return false;
    size_t decimals = 0;
    for (size_t k = 0; k < r->rows[row + 1].count; k++) {
        const CsvCell *below = csv_row_cell(r, row + 1, k);
        decimals +=
            csv_look(below->bytes, below->length, h->layout->dialect.decimal) == LOOK_NUMBER;
    }
    bool years = c.first >= YEAR_MIN && c.first <= YEAR_MAX && c.numbers >= YEARS;
    bool ordinals = c.step == 1 && (c.first == 0 || c.first == 1);
    if (c.words == 0)
        return ordinals && c.first == 0 && c.numbers >= YEARS && decimals * 2 >= c.numbers;
    bool corner = csv_row_cell(r, row, 0)->length == 0 && h->body[0].filled > 0;
    return years || (ordinals && corner) || (c.numbers >= SCALE && c.words == 1);
}

/* A row that says nothing, or is a title of a few cells over other columns than those of numbers.
 */
static bool is_title_row(const HeaderSearch *h, size_t row)
{
    const CsvLayout *l = h->layout;
    size_t filled = 0, typed = 0;
    for (size_t k = 0; k < l->rows.rows[row].count; k++) {
        bool says = csv_row_cell(&l->rows, row, k)->length > 0;
        filled += says;
        typed += says && k < l->span.columns && is_typed(&h->body[k]);
    }
    return filled == 0 || (typed == 0 && filled * 2 < l->span.columns);
}

static bool is_empty_row(const CsvRows *r, size_t row)
{
    for (size_t k = 0; k < r->rows[row].count; k++)
        if (csv_row_cell(r, row, k)->length > 0)
            return false;
    return true;
}

static bool is_same_row(const CsvRows *r, size_t a, size_t b)
{
    for (size_t k = 0; k < r->rows[a].count && k < r->rows[b].count; k++) {
        const CsvCell *x = csv_row_cell(r, a, k), *y = csv_row_cell(r, b, k);
        if (x->length != y->length || memcmp(x->bytes, y->bytes, x->length) != 0)
            return false;
    }
    return r->rows[a].count == r->rows[b].count;
}

/* The header of a table in which names and values of the station stand first: the row behind its
 * own names, or `data` where there are no such. */
static size_t pass_values(const HeaderSearch *h, size_t data)
{
    const CsvLayout *l = h->layout;
    size_t stop = data + VALUES_BETWEEN < l->rows.count ? data + VALUES_BETWEEN : l->rows.count;
    for (size_t row = data + 1; data > l->span.first && row < stop; row++)
        if (is_header_row(h, row) && !is_same_row(&l->rows, row, data - 1))
            return row + 1 < l->rows.count ? row + 1 : data;
    return data;
}

/* The first row that is no header, nor anything else that stands above data. */
static size_t find_data(const HeaderSearch *h)
{
    const CsvLayout *l = h->layout;
    size_t row = l->span.first, stop = l->span.first + LOOKED_AHEAD, data = row;
    if (h->options->names_line == 0)
        return row;
    if (is_numbered_header(h, row))
        return row + 1;
    if (l->typed == 0)
        return row + (l->dialect.separator != 0 && is_row_of_names(h, row));
    for (; row < l->rows.count && row < stop; row++) {
        if (is_header_row(h, row) || is_ruler(&l->rows, row))
            data = row + 1;
        else if (!is_title_row(h, row))
            break;
    }
    return row < stop ? pass_values(h, data) : l->span.first;
}

/* The row above that belongs to the header: it is in the next line up, has words, and about as many
 * as there are columns. */
static bool joins_header(const HeaderSearch *h, size_t row)
{
    const CsvLayout *l = h->layout;
    const struct CsvRow *r = &l->rows.rows[row];
    size_t words = 0;
    for (size_t k = 0; k < r->count; k++)
        words += is_word(csv_row_cell(&l->rows, row, k), l->dialect.decimal);
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
        if (c->length == 0 || is_dashes(c))
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

static bool find_names(HeaderSearch *h, CsvNames *names, Error *e)
{
    CsvLayout *l = h->layout;
    if (h->options->names_line > 0)
        return take_configured(h, names, e);
    size_t from = l->data;
    while (from > 0 && l->data - from < CSV_HEADER_MAX && h->options->names_line != 0 &&
           (from > l->span.first ? !is_empty_row(&l->rows, from - 1) : joins_header(h, from - 1)))
        from--;
    if (from < l->data)
        return take_rows(h, from, names) ? true : arena_full(h->arena, e);
    if (h->options->names_line != 0)
        (void)csv_names_in_comments(l, -1, h->arena, names);
    return true;
}

/* The last column says nothing at all: every row ends in a separator. */
static bool last_is_empty(const HeaderSearch *h)
{
    const CsvLayout *l = h->layout;
    size_t last = l->span.columns - 1;
    for (size_t i = l->data; i < l->rows.count; i++) {
        const CsvCell *c = csv_row_cell(&l->rows, i, last);
        if (c && (c->length > 0 || c->quoted))
            return false;
    }
    return last > 0;
}

/* R leaves out the name of the first column, that of row names; and one name may stand for a date
 * and a clock. */
static bool first_has_no_name(const HeaderSearch *h)
{
    const CsvLayout *l = h->layout;
    const BodyColumn *b = &h->body[0];
    if (!is_typed(b) || b->times * 2 > b->values)
        return true;
    const CsvCell *c = l->data < l->rows.count ? csv_row_cell(&l->rows, l->data, 0) : NULL;
    return c && c->length == 1 && c->bytes[0] == '1';
}

/* Puts names on columns, where their numbers differ by the one that people leave out. */
static bool assign(HeaderSearch *h, const CsvNames *n)
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

/* A line that ends as statements of programs do. */
static bool is_code(const CsvLayout *l, size_t row)
{
    const char *end = l->rows.rows[row + 1].start;
    while (end > l->rows.rows[row].start && strchr(" \t\r\n", end[-1]))
        end--;
    return end > l->rows.rows[row].start && strchr(";{}", end[-1]);
}

/* More lines above the table than in it: then it must be a good one, below no program. */
static bool check_preamble(const CsvLayout *l)
{
    enum { GOOD_COLUMNS = 3, CODE_PART = 5 };
    size_t above = l->span.first, code = 0;
    for (size_t i = 0; i < above; i++)
        code += is_code(l, i);
    if (code * CODE_PART > above)
        return false;
    return above <= l->span.seen || (l->names_line > 0 && !l->names_in_comment &&
                                     l->columns >= GOOD_COLUMNS && l->typed * 2 >= l->columns);
}

bool csv_header_guess(const CsvText *sample, const CsvOptions *o, CsvLayout *l, Arena *a, Error *e)
{
    HeaderSearch h = {.options = o, .layout = l, .arena = a};
    CsvNames names = {0};
    if (l->span.columns > CSV_COLUMNS_MAX)
        return error_coded(e, ERROR_DATA, "too_many_columns",
                           "%zu columns, more than the %d allowed", l->span.columns,
                           CSV_COLUMNS_MAX);
    h.body = arena_array(a, l->span.columns, sizeof *h.body);
    l->is_typed = arena_array(a, l->span.columns, sizeof *l->is_typed);
    if (!h.body || !l->is_typed)
        return arena_full(a, e);
    look_at_body(&h);
    l->data = find_data(&h);
    l->trailing = last_is_empty(&h);
    if (!find_names(&h, &names, e))
        return false;
    if (!assign(&h, &names))
        return arena_full(a, e);
    if (o->names_line < 0 && o->names.count == 0 && !check_preamble(l))
        return error_coded(e, ERROR_DATA, "no_table",
                           "%zu lines that are no table, and only %zu that may be one",
                           l->span.first, l->span.seen);
    bool has_data = l->data < l->rows.count;
    l->data_line = has_data ? l->rows.rows[l->data].line : 0;
    l->data_start = has_data ? l->rows.rows[l->data].start : sample->bytes + sample->length;
    csv_units_in_comments(l, a);
    return true;
}
