/* text_values.c: the cells of a row -> values in the batch. */
#include "formats/text/text_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { STRINGS_MAX = 16 << 20 };

static const CsvCell no_cell = {.bytes = (char *)(uintptr_t) "\0\0\0\0\0\0\0\0"};

/* --- cells ---------------------------------------------------------------------------------- */

/* A cell without a value: missing, or not what its column holds. */
static __attribute__((noinline)) void no_value(const TextReader *r, TextSlot *s,
                                               const CsvCell *cell, uint64_t line)
{
    if (text_is_missing(r, cell->bytes, cell->length))
        return;
    s->present++;
    if (s->contradictions++ > 0)
        return;
    size_t shown = cell->length < TEXT_EXAMPLE_SIZE - 1 ? cell->length : TEXT_EXAMPLE_SIZE - 1;
    memcpy(s->example, cell->bytes, shown);
    s->example[text_valid_utf8(s->example, shown)] = '\0';
    s->line = line;
}

static double read_number(const TextReader *r, TextSlot *s, const CsvCell *cell, uint64_t line)
{
    double value;
    if (cell->length == 0)
        return s->as->empty_is_zero ? 0 : NAN;
    if (text_number(r, cell, &value)) {
        s->present++;
        return value;
    }
    no_value(r, s, cell, line);
    return NAN;
}

static int64_t read_integer(const TextReader *r, TextSlot *s, const CsvCell *cell, uint64_t line)
{
    const double exact = 9007199254740992.0; /* 2^53 */
    int64_t value;
    double number;
    if (cell->length == 0)
        return s->as->empty_is_zero ? 0 : text_missing_integer;
    if (text_to_int64(cell->bytes, cell->length, &value)) {
        s->present++;
        return value;
    }
    if (text_number(r, cell, &number)) {
        if (text_missing_number(s->as, number))
            return text_missing_integer;
        if (floor(number) == number && fabs(number) <= exact) {
            s->present++;
            return (int64_t)number;
        }
    }
    no_value(r, s, cell, line);
    return text_missing_integer;
}

static double read_time(const TextReader *r, const TextRows *rows, TextSlot *s, const CsvCell *cell,
                        uint64_t line)
{
    double value;
    if (cell->length > 0 && text_time_cell(&rows->record->time, s->pattern, cell, &value)) {
        s->present++;
        return value;
    }
    no_value(r, s, cell, line);
    return NAN;
}

/* --- strings -------------------------------------------------------------------------------- */

/* Room for all strings of the row; *room is false where the batch must be handed out first. */
static bool make_string_room(TextReader *r, const TextRows *rows, const TextRow *row, bool *room,
                             Error *e)
{
    size_t needed = 0;
    for (size_t k = 0; k < rows->record->column_count && k < row->count; k++)
        if (rows->slots[k].kind == TEXT_STRING && rows->slots[k].var != NO_VAR)
            needed += row->cells[k].length;
    *room = needed <= r->string_room - r->string_used;
    if (*room || r->string_used > 0)
        return true;
    if (needed > STRINGS_MAX) {
        error_coded(e, ERROR_DATA, "record_too_long", "a row with %zu bytes of text", needed);
        return error_at(e, "line %llu", (unsigned long long)row->line);
    }
    r->strings = arena_alloc(r->arena, needed);
    r->string_room = needed;
    *room = true;
    return r->strings ? true : arena_full(r->arena, e);
}

static StringView read_string(TextReader *r, const CsvCell *cell)
{
    const char *text = cell->bytes;
    size_t length = cell->length;
    for (const char *const *w = r->table->missing; w && *w; w++)
        if (strlen(*w) == length && memcmp(*w, text, length) == 0)
            length = 0;
    if (length == 0)
        return (StringView){"", 0};
    char *copy = r->strings + r->string_used;
    memcpy(copy, text, length);
    r->string_used += length;
    return (StringView){copy, length};
}

/* --- rows ----------------------------------------------------------------------------------- */

static void store_missing(const TextSlot *s, size_t at)
{
    if (s->kind == TEXT_INTEGER)
        s->values.integers[at] = text_missing_integer;
    else if (s->kind == TEXT_STRING)
        s->values.strings[at] = (StringView){"", 0};
    else
        s->values.numbers[at] = NAN;
}

/* `cell` is NULL where nobody knows what the cell would be. */
static void store_cell(TextReader *r, const TextRows *rows, TextSlot *s, const CsvCell *cell,
                       uint64_t line)
{
    size_t at = rows->filled * s->stride + s->element;
    if (!cell) {
        store_missing(s, at);
        return;
    }
    switch (s->kind) {
    case TEXT_INTEGER:
        s->values.integers[at] = read_integer(r, s, cell, line);
        break;
    case TEXT_TIME:
        s->values.numbers[at] = read_time(r, rows, s, cell, line);
        break;
    case TEXT_STRING:
        s->values.strings[at] = read_string(r, cell);
        break;
    default:
        s->values.numbers[at] = read_number(r, s, cell, line);
    }
}

static void store_time(TextReader *r, TextRows *rows, const TextRow *row, bool known)
{
    if (!rows->own_times && r->all_var == NO_VAR)
        return;
    double time = known && rows->clock.time->count > 0 ? text_clock_read(rows, r, row) : NAN;
    if (isnan(time) && known && rows->clock.time->count > 0)
        csv_oddity(&r->untimed, row->line);
    if (rows->own_times)
        rows->own_times[rows->filled] = time;
    if (r->all_var != NO_VAR)
        r->all_times[r->all_filled++] = time;
}

/* How many of the row's cells are where they should be; *fits: the row has as many as it should. */
static size_t known_cells(TextReader *r, TextRows *rows, const TextRow *row, bool *fits)
{
    bool ends_empty = row->count == rows->cells_most + 1 && row->cells[row->count - 1].length == 0;
    *fits = row->count >= rows->cells_least && (row->count <= rows->cells_most || ends_empty);
    if (*fits)
        return row->count < rows->cells_most ? row->count : rows->cells_most;
    bool is_long = row->count > rows->cells_most;
    csv_oddity(is_long ? &r->long_rows : &r->short_rows, row->line);
    bool blanks = !r->table->source && r->table->layout.split == TEXT_SPLIT_BLANKS;
    return is_long || blanks ? 0 : row->count;
}

static void unquote(TextReader *r, const TextRow *row, size_t count)
{
    for (size_t k = 0; k < count; k++)
        if (row->cells[k].raw)
            csv_cell_unquote(&row->cells[k], &r->splitter.dialect);
}

bool text_store(TextReader *r, TextRows *rows, TextRow *row, bool *stored, Error *e)
{
    *stored = rows->filled < rows->room;
    if (*stored && !make_string_room(r, rows, row, stored, e))
        return false;
    if (!*stored)
        return true;
    bool fits;
    size_t known = known_cells(r, rows, row, &fits);
    unquote(r, row, known);
    TextRow told = {row->cells, known, row->line, row->unfinished};
    store_time(r, rows, &told, known > 0);
    for (size_t k = 0; k < rows->record->column_count; k++) {
        TextSlot *s = &rows->slots[k];
        const CsvCell *beyond = fits ? &no_cell : NULL;
        if (s->var != NO_VAR)
            store_cell(r, rows, s, k < known ? &row->cells[k] : beyond, row->line);
    }
    rows->filled++;
    r->rows++;
    return true;
}
