/* parsivel_telegram.c: telegrams of OTT Parsivel disdrometers, one value a line.
 *
 * "01:0000.000", "02:0001.48", ... "93:000;000;...": measured values by their numbers, as the
 * telegrams of the instrument and its answer to a poll ("TYP OP4A") have them. Loggers put the time
 * above, "[2020-05-01 00:01:00", else the sensor's own date and time (21, 20) count. */
#include "formats/text/parsivel.h"

#include "formats/text/parsivel_fields.h"
#include "formats/text/text_head.h"

#include <stdio.h>
#include <string.h>

enum {
    NUMBERS = PARSIVEL_FIELD_MAX + 1,
    PROBE_LINES = 40,
    PROBE_MEMORY = 4 << 20,
    FIRST_ROOM = 16 * 1024,
    RECORD_MAX = 4 << 20,
    LEAST_RUN = 3,
    SHORT_DATE = 8, /* 01.05.20 */
    COLUMNS_MAX = NUMBERS + 2 * PARSIVEL_CLASSES + PARSIVEL_SPECTRUM,
    STACKS_MAX = 3,
};

static const char poll_mark[] = "TYP OP4A";

/* A piece of the record's text. */
typedef struct Piece {
    bool there;
    size_t at, length;
} Piece;

typedef struct Telegram {
    TextHead head;
    TextLines lines;
    char *text; /* of the record; CSV_SLACK bytes behind are readable */
    size_t length, capacity;
    Piece stamp, values[NUMBERS];
    uint64_t line; /* the record's first */
    bool unfinished;
    bool held; /* the line last read begins the next record */
    StringView held_line;

    bool seen_stamp, seen[NUMBERS], short_date;
    TextColumn columns[COLUMNS_MAX];
    size_t column_count, column_of[NUMBERS];
    TextStack stacks[STACKS_MAX];
    CsvCell row[COLUMNS_MAX];
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Telegram;

/* --- lines ---------------------------------------------------------------------------------- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "07:-9.999": the number and the value. */
static bool is_value(StringView line, size_t *number, StringView *value)
{
    if (line.length < 3 || !is_digit(line.bytes[0]) || !is_digit(line.bytes[1]) ||
        line.bytes[2] != ':')
        return false;
    *number = (size_t)(line.bytes[0] - '0') * 10 + (size_t)(line.bytes[1] - '0');
    *value = text_trimmed((StringView){line.bytes + 3, line.length - 3});
    while (value->length > 0 && strchr("]\x03", value->bytes[value->length - 1]))
        value->length--;
    return true;
}

/* "[2020-05-01 00:01:00" and the same without the bracket. */
static bool is_stamp(StringView line, StringView *stamp)
{
    Timestamp t;
    size_t skip = line.length > 0 && line.bytes[0] == '[';
    *stamp = text_trimmed((StringView){line.bytes + skip, line.length - skip});
    return stamp->length > 15 && timestamp_parse_iso(stamp->bytes, stamp->length, &t);
}

/* Clocks begin with two digits and a colon too: "01:30:00,5.5", "01:30". What the numbers up to the
 * serial number's stand for are numbers, but for the words of METAR and NWS, and not all of them
 * have two digits, as minutes do. */
static bool is_measured(size_t number, StringView value, bool *minutes)
{
    enum { SERIAL_NUMBER = 13, METAR = 5, NWS = 6, MINUTE_DIGITS = 2 };
    double v;
    while (value.length > 0 && value.bytes[value.length - 1] == ';')
        value.length--;
    if (number >= SERIAL_NUMBER || number == METAR || number == NWS)
        return true;
    *minutes &= value.length <= MINUTE_DIGITS;
    return text_to_double(value.bytes, value.length, '.', &v);
}

/* Three values in a row with rising numbers, from 01 on or below the answer's mark. */
static bool recognise(const TextHead *h)
{
    size_t run = 0, number, before = 0;
    StringView value;
    bool polled = false, minutes = true;
    for (size_t i = 0; i < h->count; i++) {
        StringView line = text_trimmed(h->lines[i]);
        if (line.length == 0)
            continue;
        polled |= text_is(line, poll_mark, false);
        bool is = is_value(line, &number, &value) && is_measured(number, value, &minutes);
        bool begins = is && (polled || number == 1), goes_on = is && run > 0 && number > before;
        run = goes_on ? run + 1 : begins ? 1 : 0;
        before = is ? number : 0;
        if (run >= LEAST_RUN && !minutes)
            return true;
    }
    return false;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    TextHead head;
    Error e = {0};
    arena_init(&a, PROBE_MEMORY);
    bool is = text_head_read(in, PROBE_LINES, true, &head, &a, &e) && recognise(&head);
    arena_deinit(&a);
    text_probed(in, is,
                "lines of a Parsivel telegram: 01:, 02:, 03:", "no lines as 01:, 02:, 03:", p);
}

/* --- records -------------------------------------------------------------------------------- */

static bool keep(Telegram *t, StringView value, Piece *out, Error *e)
{
    size_t needed = t->length + value.length + 1 + CSV_SLACK;
    if (needed > RECORD_MAX) {
        error_coded(e, ERROR_DATA, "record_too_long", "a telegram of more than %d bytes",
                    RECORD_MAX);
        return error_at(e, "line %llu", (unsigned long long)t->line);
    }
    if (needed > t->capacity) {
        char *grown = arena_grow(t->arena, t->text, &t->capacity, needed, 1);
        if (!grown)
            return arena_full(t->arena, e);
        t->text = grown;
    }
    memcpy(t->text + t->length, value.bytes, value.length);
    *out = (Piece){true, t->length, value.length};
    t->length += value.length;
    t->text[t->length++] = '\0';
    return true;
}

static void begin(Telegram *t)
{
    t->length = 0;
    t->stamp = (Piece){0};
    memset(t->values, 0, sizeof t->values);
    t->unfinished = false;
}

/* Takes the line into the record; *next: it belongs to the one behind. */
static bool take_line(Telegram *t, StringView line, bool *any, bool *next, Error *e)
{
    StringView text = text_trimmed(line), value;
    size_t number;
    *next = false;
    if (is_value(text, &number, &value)) {
        *next = t->values[number].there;
        *any = true;
        return *next || keep(t, value, &t->values[number], e);
    }
    if (is_stamp(text, &value)) {
        *next = *any;
        return *next || keep(t, value, &t->stamp, e);
    }
    *next = *any && text_is(text, poll_mark, false);
    return true;
}

/* The next telegram; *end: there is none. */
static bool next_record(Telegram *t, bool *end, Error *e)
{
    bool any = false, next = false, over = false;
    StringView line;
    begin(t);
    t->line = t->lines.line + 1;
    for (;;) {
        if (t->held)
            line = t->held_line;
        else if (!text_lines_next(&t->lines, &line, &over, e))
            return false;
        if (over)
            break;
        t->held = false;
        if (!any)
            t->line = t->lines.line;
        if (!take_line(t, line, &any, &next, e))
            return false;
        if (next) {
            t->held = true;
            t->held_line = line;
            break;
        }
        t->unfinished = t->lines.unfinished;
    }
    *end = over && !any;
    memset(t->text + t->length, 0, CSV_SLACK);
    return true;
}

/* Which values the file has. */
static bool survey(Telegram *t, Error *e)
{
    for (bool end = false;;) {
        if (!next_record(t, &end, e))
            return false;
        if (end)
            break;
        t->seen_stamp |= t->stamp.there;
        for (size_t n = 0; n < NUMBERS; n++)
            t->seen[n] |= t->values[n].there;
        if (t->values[PARSIVEL_DATE].there)
            t->short_date = t->values[PARSIVEL_DATE].length <= SHORT_DATE;
    }
    t->held = false;
    return text_lines_rewind(&t->lines, e);
}

/* --- rows ----------------------------------------------------------------------------------- */

static size_t width_of(size_t number)
{
    return number == PARSIVEL_RAW                                            ? PARSIVEL_SPECTRUM
           : number == PARSIVEL_CONCENTRATION || number == PARSIVEL_VELOCITY ? PARSIVEL_CLASSES
                                                                             : 1;
}

static CsvCell cell_of(Telegram *t, const Piece *p)
{
    static const char unknown[16] = "NaN";
    if (!p->there)
        return (CsvCell){.bytes = (char *)(uintptr_t)unknown, .length = 3};
    return (CsvCell){.bytes = t->text + p->at, .length = (uint32_t)p->length};
}

/* The cells of a value that is a list; false: it has fewer than it should. */
static bool split_list(Telegram *t, const Piece *p, CsvCell *cells, size_t width)
{
    const char *at = t->text + p->at, *stop = at + p->length;
    char separator = memchr(at, ';', p->length) ? ';' : ',';
    for (size_t i = 0; i < width; i++) {
        if (!p->there || !at) {
            cells[i] = cell_of(t, &(Piece){.there = false});
            continue;
        }
        const char *next = memchr(at, separator, (size_t)(stop - at));
        cells[i] = (CsvCell){.bytes = (char *)(uintptr_t)at,
                             .length = (uint32_t)((next ? next : stop) - at)};
        at = next ? next + 1 : NULL;
        if (!next && i + 1 < width)
            return false;
    }
    return true;
}

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Telegram *t = state;
    size_t count = 0;
    bool whole = true;
    if (!next_record(t, end, e))
        return false;
    if (*end)
        return true;
    if (t->seen_stamp)
        t->row[count++] = cell_of(t, &t->stamp);
    for (size_t n = 0; n < NUMBERS && whole; n++) {
        size_t width = width_of(n);
        if (!t->seen[n])
            continue;
        if (width == 1)
            t->row[count] = cell_of(t, &t->values[n]);
        else
            whole = split_list(t, &t->values[n], &t->row[count], width);
        count += whole ? width : 0;
    }
    *row = (TextRow){t->row, count, t->line, t->unfinished};
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    Telegram *t = state;
    t->held = false;
    return text_lines_rewind(&t->lines, e);
}

/* --- columns -------------------------------------------------------------------------------- */

static bool add_value(Telegram *t, size_t number)
{
    size_t first = t->column_count, width = width_of(number);
    t->column_of[number] = first;
    t->column_count += width;
    if (width > 1) {
        t->stacks[t->record.stack_count++] = number == PARSIVEL_RAW
                                                 ? parsivel_spectrum(first)
                                                 : parsivel_by_diameter(first, (int)number);
        return true;
    }
    const ParsivelField *f = parsivel_field((int)number);
    TextColumn *c = &t->columns[first];
    *c = (TextColumn){.kind = TEXT_AUTO};
    if (f)
        parsivel_describe(f, c);
    c->name = f ? f->name : arena_printf(t->arena, "value_%02zu", number);
    return c->name != NULL;
}

static void find_time(Telegram *t)
{
    TextTime *time = &t->record.time;
    time->comment = "the file states no time zone, taken for UTC";
    if (t->seen_stamp) {
        time->pieces[time->count++] = (TextTimePiece){.column = 0, .piece = TEXT_PATTERN};
    } else if (t->seen[PARSIVEL_TIME] && t->seen[PARSIVEL_DATE]) {
        time->pieces[time->count++] =
            (TextTimePiece){.column = t->column_of[PARSIVEL_DATE],
                            .piece = TEXT_PATTERN,
                            .pattern = t->short_date ? "%d.%m.%y" : "%d.%m.%Y"};
        time->pieces[time->count++] = (TextTimePiece){
            .column = t->column_of[PARSIVEL_TIME], .piece = TEXT_PATTERN, .pattern = "%H:%M:%S"};
    }
}

static bool describe(Telegram *t)
{
    if (t->seen_stamp) {
        t->columns[0] = (TextColumn){.name = "time", .kind = TEXT_TIME, .standard_name = "time"};
        t->column_count = 1;
    }
    for (size_t n = 0; n < NUMBERS; n++)
        if (t->seen[n] && !add_value(t, n))
            return false;
    find_time(t);
    t->record.columns = t->columns;
    t->record.column_count = t->column_count;
    t->record.stacks = t->stacks;
    text_attr(&t->attrs, "instrument", "OTT Parsivel disdrometer");
    return !t->attrs.failed;
}

static bool open_telegram(const Input *in, const void *options, const FormatLimits *limits,
                          Arena *a, Reader **out, Error *e)
{
    static const TextSource source = {.next = next_row, .rewind = rewind_rows};
    (void)options;
    (void)limits;
    Telegram *t = arena_alloc(a, sizeof *t);
    if (!t || !(t->text = arena_grow(a, NULL, &t->capacity, FIRST_ROOM, 1)))
        return arena_full(a, e);
    t->arena = t->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &t->head, a, e) ||
        !text_lines_open(&t->lines, in, &t->head, 1, a, e) || !survey(t, e))
        return false;
    if (!describe(t))
        return arena_full(a, e);
    if (t->column_count == 0)
        return error_coded(e, ERROR_DATA, "no_rows", "there is no line as '01:0000.000'");
    TextTable table = {
        .model = "Parsivel telegrams",
        .records = &t->record,
        .record_count = 1,
        .attrs = t->attrs.items,
        .attr_count = t->attrs.count,
        .source = &source,
        .state = t,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&t->head, (*out)->dataset);
    return true;
}

const Format format_parsivel_telegram = {
    .name = "parsivel_telegram",
    .summary = "telegrams of OTT Parsivel disdrometers, one value a line",
    .extensions = "txt",
    .probe = probe,
    .open = open_telegram,
    .next = text_table_next,
    .close = text_table_close,
};
