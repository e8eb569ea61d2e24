/* csv_survey.c: looks at cells until it is known what each column holds.
 *
 * Files up to the `sample` option are looked at whole, larger ones at their start and at windows
 * spread over the rest: what a column is must not depend on its first rows alone. */
#include "formats/csv/csv_columns.h"

#include <string.h>

enum { WINDOW_BYTES = 64 * 1024, WINDOWS_MAX = 256 };

typedef struct Survey {
    CsvTable *table;
    CsvCell *cells;
    Arena *arena;
    bool window; /* it may begin inside a quoted cell: only whole rows count */
} Survey;

static bool times_may_be(const CsvColumn *c, CsvLook look, const char *text, size_t length)
{
    if (look == LOOK_INTEGER)
        return c->time_named && (length == 6 || length == 7 || length == 8 || length == 10 ||
                                 length == 12 || length == 14);
    return look == LOOK_WORD && csv_looks_like_time(text, length);
}

static bool count_time(CsvColumn *c, const char *text, size_t length, Arena *a)
{
    if (!c->times && !(c->times = arena_alloc(a, sizeof *c->times)))
        return false;
    csv_times_add(c->times, text, length);
    return true;
}

static void count_iso(CsvColumn *c, const char *text, size_t length)
{
    Timestamp t;
    if (!timestamp_parse_iso(text, length, &t))
        return;
    c->iso++;
    c->dates += !t.has_clock;
    c->zoned += t.has_zone;
}

static void count_integer(CsvColumn *c, int64_t value)
{
    c->least = c->integers == 0 || value < c->least ? value : c->least;
    c->most = c->integers == 0 || value > c->most ? value : c->most;
    c->integers++;
}

/* False: arena full. */
static bool look_closely(Survey *s, CsvColumn *c, const char *text, size_t length)
{
    char decimal = s->table->layout.dialect.decimal;
    int64_t whole;
    csv_trim(&text, &length);
    if (length == 0 || csv_missing_cell(s->table, text, length))
        return true;
    c->values++;
    CsvLook look = csv_look(text, length, decimal);
    if (look == LOOK_INTEGER && text_to_int64(text, length, &whole))
        count_integer(c, whole);
    c->numbers += look == LOOK_NUMBER;
    c->words += look == LOOK_WORD;
    if (look == LOOK_WORD && csv_is_dressed_number(text, length) && c->dressed++ == 0)
        c->example =
            arena_copy(s->arena, text, length < CSV_EXAMPLE_SIZE ? length : CSV_EXAMPLE_SIZE);
    if (look == LOOK_TIME)
        count_iso(c, text, length);
    return !times_may_be(c, look, text, length) || count_time(c, text, length, s->arena);
}

/* For a column whose kind the sample has settled: is this the same kind, by its first byte? */
static void glance(Survey *s, CsvColumn *c, const char *text, size_t length)
{
    if (length == 0)
        return;
    char first = text[0];
    bool digit = (first >= '0' && first <= '9') || first == '.' ||
                 ((first == '-' || first == '+') && length > 1 && text[1] != first);
    if (!digit && csv_missing_cell(s->table, text, length))
        return;
    c->values++;
    if (!digit)
        c->words++;
    else if (c->iso > c->numbers)
        c->iso++;
    else
        c->numbers++;
}

static bool look_at_row(Survey *s, const CsvScanner *scanner)
{
    CsvTable *t = s->table;
    size_t known;
    CsvFit fit = csv_fit(&t->layout, scanner, &known);
    if (fit == CSV_STRAY || csv_is_names(&t->layout, s->cells, scanner->count) ||
        csv_is_other_names(&t->layout, s->cells, scanner->count))
        return true;
    t->fitting_rows += fit == CSV_FITS;
    t->other_rows += fit != CSV_FITS;
    if (s->window && fit != CSV_FITS)
        return true;
    for (size_t k = 0; k < known; k++) {
        CsvColumn *c = &t->columns[k];
        const CsvCell *cell = &s->cells[k];
        if (c->settled == CSV_GLANCE)
            glance(s, c, cell->bytes, cell->length);
        else if (c->settled == CSV_OPEN && !look_closely(s, c, cell->bytes, cell->length))
            return false;
    }
    return true;
}

/* Looks at all complete records of what is in the text; moves it behind them. */
static bool look_at_text(Survey *s, CsvText *text, uint64_t *line, Error *e)
{
    CsvScanner scanner;
    csv_scanner_init(&scanner, &s->table->layout.dialect, text->bytes + text->at,
                     text->length - text->at, text->ended);
    scanner.cells = s->cells;
    scanner.capacity = s->table->layout.span.columns + 1;
    scanner.line = *line;
    bool repaired;
    while (csv_next_record(&scanner, s->table->layout.span.columns, &repaired) == CSV_RECORD)
        if (!look_at_row(s, &scanner))
            return arena_full(s->arena, e);
    text->at = (size_t)(scanner.at - text->bytes);
    *line = scanner.line;
    return true;
}

static bool look_at_rest(Survey *s, CsvText *text, Error *e)
{
    uint64_t line = 1;
    while (!text->ended)
        if (!csv_text_fill(text, s->arena, e) || !look_at_text(s, text, &line, e))
            return false;
    return true;
}

/* Skips the line that the window begins in the middle of. */
static void skip_line(CsvText *text)
{
    const char *from = text->bytes + text->at;
    const char *end = memchr(from, '\n', text->length - text->at);
    text->at = end ? (size_t)(end + 1 - text->bytes) : text->length;
}

static bool look_through_windows(Survey *s, CsvText *text, uint64_t from, uint64_t stop, Error *e)
{
    uint64_t budget = s->table->options->sample / WINDOW_BYTES;
    uint64_t count = budget < WINDOWS_MAX ? budget + 1 : WINDOWS_MAX, line = 1;
    s->window = true;
    for (uint64_t i = 1; i <= count; i++) {
        uint64_t end = from + (stop - from) / count * i;
        uint64_t offset = i == count ? stop - WINDOW_BYTES : end - WINDOW_BYTES;
        if (offset < from)
            continue;
        offset -= offset % 2; /* of UTF-16 */
        csv_text_move(text, offset, i == count ? stop : offset + WINDOW_BYTES);
        if (!csv_text_fill(text, s->arena, e))
            return false;
        skip_line(text);
        text->ended = i == count; /* a window's last record is cut */
        if (!look_at_text(s, text, &line, e))
            return false;
    }
    return true;
}

/* A column that the start has shown to hold numbers with decimals is not looked at closely any
 * more, one of words not at all; one of whole numbers, or of times in doubt, is. */
static void settle(CsvTable *t)
{
    for (size_t k = 0; k < t->layout.columns; k++) {
        CsvColumn *c = &t->columns[k];
        bool decimals = c->numbers > 0 && c->words * CSV_CONTRADICTION_MAX <= c->values;
        bool iso = c->iso > 0 && c->words == 0 && c->integers + c->numbers == 0;
        bool text = !c->times && c->words * CSV_CONTRADICTION_MAX > c->values;
        c->settled = text ? CSV_SETTLED : decimals || iso ? CSV_GLANCE : CSV_OPEN;
    }
}

bool csv_survey(CsvTable *t, const CsvText *sample, Arena *a, Error *e)
{
    Survey s = {.table = t, .arena = a};
    s.cells = arena_array(a, t->layout.span.columns + 1, sizeof *s.cells);
    if (!s.cells)
        return arena_full(a, e);
    CsvText start = *sample;
    uint64_t line = 1;
    start.at = (size_t)(t->layout.data_start - sample->bytes);
    if (!look_at_text(&s, &start, &line, e))
        return false;
    settle(t);
    t->surveyed_whole = true;
    if (sample->ended)
        return true;
    CsvText rest;
    uint64_t behind = sample->offset, stop = sample->stop;
    if (!csv_text_init(&rest, sample->in, sample->encoding, behind, a, e))
        return false;
    if (stop - behind <= t->options->sample) {
        rest.length = sample->length - start.at; /* the record that the sample has cut */
        if (rest.length > CSV_RECORD_MAX)
            rest.length = 0;
        memcpy(rest.bytes, sample->bytes + start.at, rest.length);
        return look_at_rest(&s, &rest, e);
    }
    t->surveyed_whole = false;
    return look_through_windows(&s, &rest, behind, stop, e);
}
