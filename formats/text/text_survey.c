/* text_survey.c: what the columns hold whose kind nobody has said: all rows of files up to 64 MiB
 * are looked at, of larger ones the start and windows spread over the rest. */
#include "formats/text/text_reader.h"

#include "formats/csv/csv_number.h"

#include <string.h>

enum { WHOLE_BYTES = 64 << 20, START_BYTES = 8 << 20, WINDOW_BYTES = 64 << 10, WINDOWS = 256 };

typedef struct Survey {
    TextReader *reader;
    uint64_t bytes; /* seen in cells */
    bool window;    /* only whole rows count */
} Survey;

/* --- cells ---------------------------------------------------------------------------------- */

/* The cell is digits with a sign at most: too few of them to leave int64. */
static bool is_short_whole(const char *text, size_t length)
{
    enum { SAFE_DIGITS = 18 };
    size_t i = text[0] == '-' || text[0] == '+';
    if (length == i || length > SAFE_DIGITS)
        return false;
    for (; i < length; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

static bool is_declared_missing(const TextReader *r, const TextColumn *c, const CsvCell *cell)
{
    double value;
    return c->missing_count > 0 && text_number(r, cell, &value) && text_missing_number(c, value);
}

/* A column whose first thousand cells were numbers with decimals, or times, is looked at by the
 * first byte only. */
static bool glance(TextSlot *s, const CsvCell *cell)
{
    enum { SURE_AFTER = 1024 };
    bool numbers = s->numeric > 0 && s->whole + s->numeric == s->seen, times = s->iso == s->seen;
    if (s->seen < SURE_AFTER || (!numbers && !times))
        return false;
    const char *text = cell->bytes;
    size_t sign = cell->length > 1 && (text[0] == '-' || text[0] == '+');
    if (text[sign] < '0' || text[sign] > '9')
        return false;
    s->seen++;
    s->numeric += numbers;
    s->iso += times;
    return true;
}

static void look(const TextReader *r, TextSlot *s, const CsvCell *cell)
{
    if (cell->length == 0 || glance(s, cell))
        return;
    if (is_short_whole(cell->bytes, cell->length) && s->as->missing_count == 0) {
        s->seen++;
        s->whole++;
        return;
    }
    double value;
    bool quick = csv_quick_number(cell->bytes, cell->length, r->decimal, &value);
    if (is_declared_missing(r, s->as, cell) ||
        (!quick && text_is_missing(r, cell->bytes, cell->length)))
        return;
    CsvLook kind = quick && memchr(cell->bytes, r->decimal, cell->length)
                       ? LOOK_NUMBER
                       : csv_look(cell->bytes, cell->length, r->decimal);
    s->seen++;
    s->whole += kind == LOOK_INTEGER;
    s->numeric += kind == LOOK_NUMBER;
    s->iso += kind == LOOK_TIME;
}

static bool is_open(const TextSlot *s)
{
    return s->kind == TEXT_AUTO && s->var != NO_VAR;
}

static void look_at_row(Survey *survey, TextRow *row)
{
    TextReader *r = survey->reader;
    TextRows *rows = text_kind_of(r, row);
    if (!rows || rows->record->ignored)
        return;
    size_t count = row->count;
    if (count > rows->cells_most)
        count = count == rows->cells_most + 1 && row->cells[count - 1].length == 0
                    ? rows->cells_most
                    : 0;
    if (survey->window && count < rows->cells_least)
        return;
    for (size_t k = 0; k < count; k++) {
        TextSlot *s = &rows->slots[k];
        survey->bytes += row->cells[k].length + 1;
        if (!is_open(s))
            continue;
        if (row->cells[k].raw)
            csv_cell_unquote(&row->cells[k], &r->splitter.dialect);
        look(r, s, &row->cells[k]);
    }
}

/* --- rows ----------------------------------------------------------------------------------- */

static bool look_at_rows(Survey *s, uint64_t bytes_max, Error *e)
{
    TextRow row;
    bool end = false;
    while (s->bytes < bytes_max) {
        if (!text_next_row(s->reader, &row, &end, e))
            return false;
        if (end)
            return true;
        look_at_row(s, &row);
    }
    return true;
}

static bool look_through_windows(Survey *s, Error *e)
{
    TextReader *r = s->reader;
    uint64_t size = r->in.size, step = (size - START_BYTES) / WINDOWS;
    s->window = true;
    for (uint64_t i = 1; i <= WINDOWS; i++) {
        uint64_t stop = i == WINDOWS ? size : START_BYTES + i * step;
        if (!text_splitter_window(&r->splitter, stop - WINDOW_BYTES, stop, e) ||
            !look_at_rows(s, UINT64_MAX, e))
            return false;
    }
    return true;
}

/* --- kinds ---------------------------------------------------------------------------------- */

static bool nearly_all(uint64_t part, uint64_t whole)
{
    return part > 0 && part <= whole && text_tolerates(whole - part, whole);
}

static void settle(TextSlot *s, bool all_seen)
{
    uint64_t numbers = s->whole + s->numeric;
    if (s->seen == 0 || nearly_all(numbers, s->seen))
        s->kind = s->whole > 0 && s->numeric == 0 && all_seen ? TEXT_INTEGER : TEXT_NUMBER;
    else
        s->kind = nearly_all(s->iso, s->seen) ? TEXT_TIME : TEXT_STRING;
}

static bool anything_open(const TextReader *r)
{
    for (size_t i = 0; i < r->kind_count; i++)
        for (size_t k = 0; k < r->kinds[i].record->column_count; k++)
            if (is_open(&r->kinds[i].slots[k]))
                return true;
    return false;
}

static bool rewind_rows(TextReader *r, Error *e)
{
    return r->table->source ? r->table->source->rewind(r->table->state, e)
                            : text_splitter_rewind(&r->splitter, e);
}

bool text_survey(TextReader *r, Error *e)
{
    Survey s = {.reader = r};
    if (!anything_open(r))
        return true;
    bool whole = r->in.size <= WHOLE_BYTES;
    if (!look_at_rows(&s, whole ? UINT64_MAX : START_BYTES, e) ||
        (!whole && !r->table->source && !look_through_windows(&s, e)) || !rewind_rows(r, e))
        return false;
    for (size_t i = 0; i < r->kind_count; i++)
        for (size_t k = 0; k < r->kinds[i].record->column_count; k++)
            if (is_open(&r->kinds[i].slots[k]))
                settle(&r->kinds[i].slots[k], whole);
    return true;
}
