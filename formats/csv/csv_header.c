/* csv_header.c: where the first row of data is, and whether rows above it are a header.
 *
 * The body of the table says which columns hold numbers or times; rows above it that have words
 * there are a header. Names may also stand in the comments above. */
#include "formats/csv/csv_search.h"

#include <stdlib.h>
#include <string.h>

enum { LOOKED_AHEAD = 100, VALUES_BETWEEN = 3 };

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
            bool value = csv_is_value(c, h->layout->dialect.decimal, &time);
            b->values += value;
            b->times += time;
            b->words += !value && !csv_is_missing(c->bytes, c->length);
            b->filled += c->length > 0;
        }
    }
    for (size_t k = 0; k < span->columns; k++) {
        h->layout->is_typed[k] = csv_is_typed(&h->body[k]);
        h->layout->typed += h->layout->is_typed[k];
    }
}

/* "-----;------": a line drawn under the names. */
static bool is_ruler(const CsvRows *r, size_t row)
{
    for (size_t k = 0; k < r->rows[row].count; k++)
        if (!csv_is_dashes(csv_row_cell(r, row, k)))
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
        if (!csv_is_typed(b))
            continue;
        bool word = csv_is_word(c, l->dialect.decimal);
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
        if (!corner && !csv_is_word(c, h->layout->dialect.decimal))
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
        typed += says && k < l->span.columns && csv_is_typed(&h->body[k]);
    }
    return filled == 0 || (typed == 0 && filled * 2 < l->span.columns);
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
    if (!csv_find_names(&h, &names, e))
        return false;
    if (!csv_assign_names(&h, &names))
        return arena_full(a, e);
    if (o->names_line < 0 && o->names.count == 0 && !check_preamble(l))
        return error_coded(e, ERROR_DATA, "no_table",
                           "%zu lines that are no table, and only %zu that may be one",
                           l->span.first, l->span.seen);
    bool has_data = l->data < l->rows.count;
    l->data_line = has_data ? l->rows.rows[l->data].line : 0;
    l->data_start = has_data ? l->rows.rows[l->data].start : sample->bytes + sample->length;
    csv_units_in_comments(l, a);
    csv_units_in_names(l, a);
    return true;
}
