/* parsivel.c: tables of OTT Parsivel disdrometers, as the ASDO software writes them.
 *
 * A row is date, time, values, and "<SPECTRUM>n;n;...;</SPECTRUM>", 1024 counts of which those that
 * are zero are left empty, or "<SPECTRUM>ZERO</SPECTRUM>". Names may stand above. Dates with dots
 * are day.month.year, as the sensor writes them (measured value 21). */
#include "formats/text/parsivel.h"

#include "formats/text/parsivel_fields.h"
#include "formats/text/text_head.h"
#include "formats/text/text_label.h"

#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 64, PROBE_LINES = 30, PROBE_MEMORY = 8 << 20, DATE_CELLS = 2 };

static const char mark[] = "<SPECTRUM>", mark_end[] = "</SPECTRUM>";

typedef struct Parsivel {
    TextHead head;
    TextLines lines;
    char separator, decimal;
    size_t fields;      /* ahead of the spectrum */
    StringView heading; /* the line of names; no bytes: there is none */
    bool by_order;      /* names are told by the order that ASDO has without a choice */
    const char *date_pattern;
    bool dated;   /* date and clock stand in the first two cells */
    bool undated; /* day and month cannot be told apart */
    CsvCell *row;
    TextColumn *columns;
    TextStack stack;
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Parsivel;

/* --- lines ---------------------------------------------------------------------------------- */

static const char *find(StringView line, const char *what)
{
    return memmem(line.bytes, line.length, what, strlen(what));
}

/* "Date;Time;...;Spectrum": words ahead of the rows. */
static bool is_heading(StringView line)
{
    line = text_trimmed(line);
    char first = line.length > 1 ? line.bytes[line.bytes[0] == '"'] : '0';
    return ((first | 0x20) >= 'a' && (first | 0x20) <= 'z') && !find(line, mark);
}

/* The line of names again, as where files were put together. */
static bool is_repeated(StringView heading, StringView line)
{
    line = text_trimmed(line);
    return heading.length == line.length && heading.length > 0 &&
           memcmp(heading.bytes, line.bytes, line.length) == 0;
}

static size_t count_of(StringView v, char c)
{
    size_t n = 0;
    for (size_t i = 0; i < v.length; i++)
        n += v.bytes[i] == c;
    return n;
}

static StringView values_of(StringView line)
{
    const char *spectrum = find(line, mark);
    return (StringView){line.bytes, spectrum ? (size_t)(spectrum - line.bytes) : line.length};
}

/* The first row with a spectrum says how cells are separated. */
static bool recognise(Parsivel *p)
{
    for (size_t i = 0; i < p->head.count; i++) {
        StringView line = p->head.lines[i], values = values_of(line);
        if (!p->heading.bytes && i == 0 && is_heading(line))
            p->heading = text_trimmed(line);
        if (values.length == 0 || values.length == line.length)
            continue;
        char last = values.bytes[values.length - 1];
        size_t behind = values.length + strlen(mark);
        if (!strchr(";,\t", last) ||
            (behind < line.length && !strchr(";,\tZ<0123456789", line.bytes[behind])))
            return false;
        p->separator = last;
        p->fields = count_of(values, last);
        return p->fields > 0 && p->fields <= FIELDS_MAX;
    }
    return false;
}

static bool is_parsivel(const Input *in)
{
    Arena a;
    Error e = {0};
    Parsivel p = {.arena = &a};
    arena_init(&a, PROBE_MEMORY);
    bool found = text_head_read(in, PROBE_LINES, true, &p.head, &a, &e) && recognise(&p);
    arena_deinit(&a);
    return found;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    text_probed(in, is_parsivel(in), "rows with a field <SPECTRUM>, as Parsivel disdrometers have",
                "no row has a field <SPECTRUM>", p);
}

/* --- rows ----------------------------------------------------------------------------------- */

static CsvCell cell_between(const char *from, const char *to)
{
    while (from < to && (*from == ' ' || *from == '"'))
        from++;
    while (to > from && (to[-1] == ' ' || to[-1] == '"'))
        to--;
    return (CsvCell){.bytes = (char *)(uintptr_t)from, .length = (uint32_t)(to - from)};
}

/* Cells up to `most`; how many there are. */
static size_t split(StringView v, char separator, CsvCell *cells, size_t most)
{
    const char *at = v.bytes, *end = v.bytes + v.length;
    size_t count = 0;
    while (at && count < most) {
        const char *stop = memchr(at, separator, (size_t)(end - at));
        cells[count++] = cell_between(at, stop ? stop : end);
        at = stop ? stop + 1 : NULL;
    }
    return count;
}

/* 1024 cells of the spectrum; fewer where it is cut. */
static size_t take_spectrum(const Parsivel *p, StringView line, const char *spectrum,
                            CsvCell *cells)
{
    static const char zero[16] = "", unknown[16] = "NaN";
    const char *from = spectrum ? spectrum + strlen(mark) : line.bytes + line.length;
    StringView body = {from, (size_t)(line.bytes + line.length - from)};
    const char *stop = spectrum ? find(body, mark_end) : from;
    if (!stop)
        return 0;
    body.length = (size_t)(stop - from);
    bool none = spectrum && (body.length == 0 || text_is(text_trimmed(body), "ZERO", true));
    char separator =
        body.length > 0 && !memchr(body.bytes, p->separator, body.length) ? ';' : p->separator;
    if (spectrum && !none)
        return split(body, separator, cells, PARSIVEL_SPECTRUM);
    for (size_t i = 0; i < PARSIVEL_SPECTRUM; i++)
        cells[i] =
            (CsvCell){.bytes = (char *)(uintptr_t)(none ? zero : unknown), .length = none ? 0 : 3};
    return PARSIVEL_SPECTRUM;
}

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Parsivel *p = state;
    StringView line;
    for (;;) {
        if (!text_lines_next(&p->lines, &line, end, e))
            return false;
        if (*end)
            return true;
        if (text_trimmed(line).length > 0 && !is_repeated(p->heading, line))
            break;
    }
    const char *spectrum = find(line, mark);
    StringView values = values_of(line);
    if (spectrum && values.length > 0)
        values.length--; /* the separator ahead of the spectrum */
    size_t count = split(values, p->separator, p->row, p->fields);
    if (count == p->fields && (spectrum || !p->lines.unfinished))
        count += take_spectrum(p, line, spectrum, p->row + count);
    *row = (TextRow){p->row, count, p->lines.line, p->lines.unfinished};
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    return text_lines_rewind(&((Parsivel *)state)->lines, e);
}

/* --- columns -------------------------------------------------------------------------------- */

/* The first row's cell, or nothing. */
static StringView first_cell(const Parsivel *p, size_t k)
{
    CsvCell cells[FIELDS_MAX];
    for (size_t i = p->heading.bytes ? 1 : 0; i < p->head.count; i++) {
        StringView values = values_of(p->head.lines[i]);
        if (values.length > 0 && values.length < p->head.lines[i].length &&
            split(values, p->separator, cells, p->fields) > k)
            return (StringView){cells[k].bytes, cells[k].length};
    }
    return (StringView){"", 0};
}

static bool is_whole(StringView v, int64_t most)
{
    int64_t value;
    return text_to_int64(v.bytes, v.length, &value) && value >= 0 && value <= most;
}

static bool is_word(StringView v)
{
    return v.length > 0 && strspn(v.bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ+-") >= v.length;
}

/* Without names: ASDO's own order, where the weather codes are at their places (wawa, METAR, NWS);
 * the optics' status may be left out. */
static const int *default_order(const Parsivel *p)
{
    static const int with[] = {1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 16, 17, 18, 34, 35, 0};
    static const int without[] = {1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 16, 17, 34, 35, 0};
    enum { WAWA = 4, METAR, NWS, WAWA_MAX = 99 };
    bool codes = is_whole(first_cell(p, WAWA), WAWA_MAX) && is_word(first_cell(p, METAR)) &&
                 is_word(first_cell(p, NWS));
    size_t values = p->fields > DATE_CELLS ? p->fields - DATE_CELLS : 0;
    if (!codes || p->heading.bytes)
        return NULL;
    if (!p->dated)
        return NULL;
    return values == sizeof with / sizeof *with - 1         ? with
           : values == sizeof without / sizeof *without - 1 ? without
                                                            : NULL;
}

static bool name_columns(Parsivel *p, const int *order)
{
    size_t count = 0;
    const char **names = NULL;
    if (p->heading.bytes && !(names = text_cells(p->heading, p->separator, 0, &count, p->arena)))
        return false;
    for (size_t k = 0; k < p->fields; k++) {
        TextColumn *c = &p->columns[k];
        const ParsivelField *f = NULL;
        *c = (TextColumn){.kind = TEXT_AUTO};
        if (names && k < count) {
            f = parsivel_field_of_heading(names[k]);
            if (f ? !text_label_cut(names[k], p->arena, &c->name, &c->units)
                  : !text_label_split(names[k], p->arena, &c->name, &c->units))
                return false;
        } else if (k < DATE_CELLS && p->dated) {
            c->name = k == 0 ? "Date" : "Time";
        } else if (order) {
            f = parsivel_field(order[k - DATE_CELLS]);
            c->name = f->heading;
        }
        if (f)
            parsivel_describe(f, c);
    }
    return true;
}

/* NULL: the date can be read in two ways. Dots are those of the sensor, day first. */
static const char *date_pattern(StringView date)
{
    size_t digits = strspn(date.bytes, "0123456789"), end = strcspn(date.bytes, " T");
    char between = digits < date.length ? date.bytes[digits] : '\0';
    size_t length = end < date.length ? end : date.length;
    if (digits == 4)
        return between == '.' ? "%Y.%m.%d" : between == '/' ? "%Y/%m/%d" : "%Y-%m-%d";
    return between != '.' ? NULL : length == strlen("06.08.21") ? "%d.%m.%y" : "%d.%m.%Y";
}

static bool add_piece(Parsivel *p, size_t column, const char *date, const char *clock)
{
    TextTime *t = &p->record.time;
    const char *pattern = arena_printf(p->arena, "%s%s%s", date, *date && *clock ? " " : "", clock);
    t->pieces[t->count++] =
        (TextTimePiece){.column = column, .piece = TEXT_PATTERN, .pattern = pattern};
    return pattern != NULL;
}

/* A date and a clock in two cells, or in one. */
static bool find_time(Parsivel *p)
{
    StringView first = first_cell(p, 0), second = first_cell(p, 1);
    bool together = count_of(first, ':') > 0;
    size_t colons = count_of(together ? first : second, ':');
    const char *clock = colons == 1 ? "%H:%M" : "%H:%M:%S";
    if (colons == 0)
        return true;
    p->date_pattern = date_pattern(first);
    p->undated = !p->date_pattern;
    p->columns[0].kind = TEXT_STRING;
    if (!together)
        p->columns[1].kind = TEXT_STRING;
    p->record.time.comment = "the file states no time zone, taken for UTC";
    if (p->undated)
        return true;
    bool iso = together && memchr(first.bytes, 'T', first.length);
    if (iso) {
        p->record.time.pieces[p->record.time.count++] = (TextTimePiece){.piece = TEXT_PATTERN};
        p->columns[0].kind = TEXT_TIME;
        return true;
    }
    if (together) {
        bool ok = add_piece(p, 0, p->date_pattern, clock);
        p->columns[0].kind = TEXT_TIME;
        p->columns[0].pattern = p->record.time.pieces[0].pattern;
        return ok;
    }
    return add_piece(p, 0, p->date_pattern, "") && add_piece(p, 1, "", clock);
}

/* A comma in numbers: in some cell of the first row, where commas do not separate. */
static char decimal_mark(const Parsivel *p)
{
    for (size_t k = DATE_CELLS; k < p->fields && p->separator != ','; k++) {
        StringView v = first_cell(p, k);
        double value;
        if (count_of(v, ',') == 1 && text_to_double(v.bytes, v.length, ',', &value))
            return ',';
    }
    return '.';
}

static bool describe(Parsivel *p)
{
    p->dated = count_of(first_cell(p, 0), ':') == 0 && count_of(first_cell(p, 1), ':') > 0;
    const int *order = default_order(p);
    p->by_order = order != NULL;
    p->decimal = decimal_mark(p);
    p->record.column_count = p->fields + PARSIVEL_SPECTRUM;
    p->columns = arena_array(p->arena, p->record.column_count, sizeof *p->columns);
    if (!p->columns || !name_columns(p, order) || !find_time(p))
        return false;
    for (size_t i = 0; i < PARSIVEL_SPECTRUM; i++)
        p->columns[p->fields + i] = (TextColumn){.kind = TEXT_INTEGER};
    p->stack = parsivel_spectrum(p->fields);
    p->record.columns = p->columns;
    p->record.stacks = &p->stack;
    p->record.stack_count = 1;
    text_attr(&p->attrs, "instrument", "OTT Parsivel disdrometer");
    p->row = arena_array(p->arena, p->record.column_count, sizeof *p->row);
    return p->row && !p->attrs.failed;
}

/* --- reader --------------------------------------------------------------------------------- */

static void add_notes(const Parsivel *p, Dataset *d)
{
    text_head_note(&p->head, d);
    if (p->by_order)
        dataset_note(d, "the file names no columns: they are taken for those that the maker's "
                        "software writes, in its order");
    else if (!p->heading.bytes)
        dataset_note(d, "the file names no columns, and they are not in the order of the maker's "
                        "software");
    if (p->undated)
        dataset_note(d, "day and month of the dates cannot be told apart: there are no times");
    if (p->date_pattern && strncmp(p->date_pattern, "%d.%m", 5) == 0)
        dataset_note(d, "dates are read as day.month.year, as the sensor writes them");
}

static bool open_parsivel(const Input *in, const void *options, const FormatLimits *limits,
                          Arena *a, Reader **out, Error *e)
{
    static const TextSource source = {.next = next_row, .rewind = rewind_rows};
    (void)options;
    (void)limits;
    Parsivel *p = arena_alloc(a, sizeof *p);
    if (!p)
        return arena_full(a, e);
    p->arena = p->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &p->head, a, e))
        return false;
    if (!recognise(p))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "no row of the first %d lines has values and a field <SPECTRUM>",
                           PROBE_LINES);
    if (!describe(p))
        return arena_full(a, e);
    TextTable table = {
        .model = "Parsivel",
        .layout = {.decimal = p->decimal},
        .records = &p->record,
        .record_count = 1,
        .attrs = p->attrs.items,
        .attr_count = p->attrs.count,
        .source = &source,
        .state = p,
    };
    if (!text_lines_open(&p->lines, in, &p->head, 1, a, e) ||
        !text_table_open(&table, in, a, out, e))
        return false;
    add_notes(p, (*out)->dataset);
    return true;
}

const Format format_parsivel = {
    .name = "parsivel",
    .summary = "tables of OTT Parsivel disdrometers, with spectra",
    .extensions = "txt csv",
    .probe = probe,
    .open = open_parsivel,
    .next = text_table_next,
    .close = text_table_close,
};
