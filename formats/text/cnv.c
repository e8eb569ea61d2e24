/* cnv.c: Sea-Bird's converted data, .cnv. */
#include "formats/text/cnv.h"

#include "formats/text/seabird.h"
#include "formats/text/text_reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PROBE_LINES = 2000, PROBE_MEMORY = 4 << 20 };

typedef struct Cnv {
    SeaBird header;
    TextColumn *columns;
    size_t count;
    TextRecord record;
    TextLines lines;
    CsvCell *cells;
    bool fixed; /* so far every line has been as long as its columns are wide */
    const TextReader *reader;
    bool undated; /* it has times, but nothing says since when */
} Cnv;

/* --- probe ---------------------------------------------------------------------------------- */

static bool has_columns(const Input *in)
{
    Arena a;
    TextHead head;
    Error e = {0};
    bool found = false;
    arena_init(&a, PROBE_MEMORY);
    if (text_head_read(in, PROBE_LINES, true, &head, &a, &e))
        for (size_t i = 0; i < head.count && !found; i++)
            found = strncmp(head.lines[i].bytes, "# nquan", 7) == 0 ||
                    strncmp(head.lines[i].bytes, "# name 0 ", 9) == 0;
    arena_deinit(&a);
    return found;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    bool starts = seabird_starts(in), columns = text_starts(in, "*") && has_columns(in);
    text_probed(in, starts || columns,
                columns ? "a Sea-Bird header that names the columns"
                        : "the first line is that of a Sea-Bird file",
                "the first line is not that of a Sea-Bird file", p);
}

/* --- header --------------------------------------------------------------------------------- */

static bool refuse(const SeaBird *h, Error *e)
{
    if (h->binary)
        return error_coded(e, ERROR_DATA, "unsupported",
                           "a binary .cnv file: SBE Data Processing writes it as text (Translate, "
                           "or file_type = ascii in Data Conversion)");
    if (!h->ended && h->next >= h->head.count) {
        error_coded(e, ERROR_DATA, "truncated", "the file ends before *END*");
        return error_at(e, "line %zu", h->head.count);
    }
    if (h->name_count == 0 && h->columns <= 0)
        return error_coded(e, ERROR_DATA, "unsupported",
                           "a Sea-Bird file without converted columns (.hex, .dat or .hdr): "
                           "convert it with SBE Data Processing, Data Conversion");
    return true;
}

/* How many columns the rows have: where the header disagrees with itself, as many as the first. */
static size_t count_columns(const Cnv *c)
{
    const SeaBird *h = &c->header;
    size_t named = h->name_count, count;
    if (h->columns <= 0 || (size_t)h->columns == named || h->columns > CSV_COLUMNS_MAX)
        return named;
    if (named == 0)
        return (size_t)h->columns;
    for (size_t i = h->next; i < h->head.count; i++) {
        const char **cells = text_cells(h->head.lines[i], ' ', 0, &count, h->arena);
        if (cells && count > 0)
            return count == (size_t)h->columns ? count : named;
    }
    return named;
}

static bool is_word(const char *description)
{
    double number;
    return description && !text_to_double(description, strlen(description), '.', &number);
}

static bool describe(Cnv *c, Arena *a)
{
    const SeaBird *h = &c->header;
    c->count = count_columns(c);
    c->columns = arena_array(a, c->count + 1, sizeof *c->columns);
    c->cells = arena_array(a, c->count + 2, sizeof *c->cells);
    if (!c->columns || !c->cells)
        return false;
    for (size_t k = 0; k < c->count; k++) {
        TextColumn *column = &c->columns[k];
        const char *name = k < h->name_count ? h->names[k] : NULL;
        const char *description = k < h->name_count ? h->descriptions[k] : NULL;
        *column = (TextColumn){.name = name, .missing = &h->bad_flag};
        column->missing_count = h->has_bad_flag;
        column->standard_name = name ? seabird_standard_name(name) : NULL;
        if (!is_word(description))
            continue;
        column->long_name = description;
        column->units = seabird_units(description, a);
        if (!column->units)
            return false;
    }
    c->record.columns = c->columns;
    c->record.column_count = c->count;
    return true;
}

/* --- time ----------------------------------------------------------------------------------- */

typedef enum Since { SINCE_1970, SINCE_2000, SINCE_YEAR, SINCE_START } Since;

/* In the order of trust (SBE Data Processing manual, appendix on output variables). */
static const struct {
    const char *name, *unit;
    Since since;
} clocks[] = {{"timeK", "seconds", SINCE_2000},  {"timeN", "seconds", SINCE_1970},
              {"timeQ", "seconds", SINCE_2000},  {"timeY", "seconds", SINCE_1970},
              {"timeJ", "days", SINCE_YEAR},     {"timeJV2", "days", SINCE_YEAR},
              {"timeSCP", "days", SINCE_YEAR},   {"timeS", "seconds", SINCE_START},
              {"timeM", "minutes", SINCE_START}, {"timeH", "hours", SINCE_START}};

static const char *instant_units(const char *unit, Instant t, Arena *a)
{
    CivilTime at;
    instant_to_civil(t, CALENDAR_PROLEPTIC_GREGORIAN, &at);
    return arena_printf(a, "%s since %04lld-%02d-%02d %02d:%02d:%02d.%06d", unit,
                        (long long)at.year, at.month, at.day, at.hour, at.minute, at.second,
                        at.nanosecond / 1000);
}

static const char *units_of(const SeaBird *h, const char *unit, Since since, Arena *a)
{
    CivilTime start;
    if (since == SINCE_1970 || since == SINCE_2000)
        return arena_printf(a, "%s since %d-01-01 00:00:00", unit,
                            since == SINCE_1970 ? 1970 : 2000);
    instant_to_civil(h->start, CALENDAR_PROLEPTIC_GREGORIAN, &start);
    if (since == SINCE_START) /* whole seconds */
        return arena_printf(a, "%s since %04lld-%02d-%02d %02d:%02d:%02d", unit,
                            (long long)start.year, start.month, start.day, start.hour, start.minute,
                            start.second);
    return arena_printf(a, "%s since %04lld-12-31 00:00:00", unit, (long long)start.year - 1);
}

static size_t find_column(const Cnv *c, const char *name)
{
    for (size_t k = 0; k < c->count; k++)
        if (c->columns[k].name && strcmp(c->columns[k].name, name) == 0)
            return k;
    return TEXT_NO_COLUMN;
}

static bool time_of_column(Cnv *c, size_t clock, size_t column, Arena *a)
{
    const char *units = units_of(&c->header, clocks[clock].unit, clocks[clock].since, a);
    c->columns[column].standard_name = "time";
    c->record.time.pieces[0] =
        (TextTimePiece){.column = column, .piece = TEXT_SINCE, .units = units};
    c->record.time.count = 1;
    c->record.time.comment = "the file states no time zone, taken for UTC";
    return units != NULL;
}

/* Scans at equal intervals: scan 1 is the start. */
static bool time_of_scans(Cnv *c, Arena *a)
{
    const SeaBird *h = &c->header;
    size_t scan = h->binned ? TEXT_NO_COLUMN : find_column(c, "scan");
    double ahead_s = scan == TEXT_NO_COLUMN ? -(double)h->skipped * h->interval_s : h->interval_s;
    if (fabs(ahead_s) > 1e9)
        return true;
    double back = floor(-ahead_s);
    Instant from = instant_add(h->start, (int64_t)back, (int64_t)((-ahead_s - back) * 1e9));
    const char *units = instant_units("seconds", from, a);
    c->record.time.pieces[0] =
        (TextTimePiece){.column = scan == TEXT_NO_COLUMN ? TEXT_ROW_NUMBER : scan,
                        .piece = TEXT_SINCE,
                        .units = units,
                        .scale = h->interval_s};
    c->record.time.count = 1;
    c->record.time.comment = "start_time and the scans at the header's interval";
    return units != NULL;
}

static bool plan_time(Cnv *c, Arena *a)
{
    const SeaBird *h = &c->header;
    bool relative = false;
    for (size_t i = 0; i < sizeof clocks / sizeof *clocks; i++) {
        size_t column = find_column(c, clocks[i].name);
        bool needs_start = clocks[i].since == SINCE_YEAR || clocks[i].since == SINCE_START;
        if (column == TEXT_NO_COLUMN)
            continue;
        if (!needs_start || h->has_start)
            return time_of_column(c, i, column, a);
        relative = true;
    }
    if (h->interval_s > 0 && h->has_start)
        return time_of_scans(c, a);
    c->undated = relative;
    return true;
}

/* --- rows ----------------------------------------------------------------------------------- */

static size_t trimmed_length(StringView line)
{
    size_t length = line.length;
    while (length > 0 && (line.bytes[length - 1] == ' ' || line.bytes[length - 1] == '\t'))
        length--;
    return length;
}

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Cnv *c = state;
    StringView line = {"", 0};
    size_t length = 0;
    while (length == 0 && !*end) {
        if (!text_lines_next(&c->lines, &line, end, e))
            return false;
        length = *end ? 0 : trimmed_length(line);
    }
    if (*end)
        return true;
    bool full = length == c->count * SEABIRD_WIDTH;
    size_t count = seabird_split(line, 0, c->count, c->cells);
    if (c->lines.unfinished && c->fixed && !full)
        count = 0; /* its last number lacks digits */
    c->fixed = c->fixed && full;
    *row = (TextRow){c->cells, count, c->lines.line, c->lines.unfinished};
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    Cnv *c = state;
    c->fixed = true;
    return text_lines_rewind(&c->lines, e);
}

static bool finish(void *state, Dataset *d, Error *e)
{
    const Cnv *c = state;
    if (c->header.rows >= 0 && (uint64_t)c->header.rows < d->rows)
        dataset_note(d, "nvalues is %lld, but there are %llu rows", (long long)c->header.rows,
                     (unsigned long long)d->rows);
    if (c->reader->cut.count == 0)
        return true;
    error_coded(e, ERROR_DATA, "truncated", "the file ends within a row: %llu whole rows",
                (unsigned long long)d->rows);
    return error_at(e, "line %llu", (unsigned long long)c->reader->cut.line);
}

/* --- reader --------------------------------------------------------------------------------- */

static void note_header(const Cnv *c, Dataset *d)
{
    const SeaBird *h = &c->header;
    text_head_note(&h->head, d);
    if (h->columns >= 0 && (size_t)h->columns != h->name_count)
        dataset_note(d, "nquan is %lld, but %zu columns have names", (long long)h->columns,
                     h->name_count);
    if (!h->ended)
        dataset_note(d, "the header does not end with *END*");
    if (c->undated)
        dataset_note(d, "the times have no start: the header states no start_time");
    if (c->record.time.count > 0 && h->has_start && strcmp(h->start_from, "start_time") != 0)
        dataset_note(d, "the header states no start_time, %s is taken for it", h->start_from);
}

static bool open_cnv(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    static const TextSource source = {.next = next_row, .rewind = rewind_rows};
    (void)options;
    (void)limits;
    Cnv *c = arena_alloc(a, sizeof *c);
    if (!c)
        return arena_full(a, e);
    if (!seabird_read(&c->header, in, a, e) || !refuse(&c->header, e))
        return false;
    if (!describe(c, a) || !plan_time(c, a))
        return arena_full(a, e);
    if (!text_lines_open(&c->lines, in, &c->header.head, c->header.next + 1, a, e))
        return false;
    c->fixed = true;
    TextTable table = {
        .model = "cnv",
        .layout = {.rows_promised = c->header.rows > 0 ? (uint64_t)c->header.rows : 0,
                   .promised_by = "nvalues"},
        .records = &c->record,
        .record_count = 1,
        .attrs = c->header.attrs.items,
        .attr_count = c->header.attrs.count,
        .source = &source,
        .state = c,
        .finish = finish,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    c->reader = (const TextReader *)*out;
    note_header(c, (*out)->dataset);
    return true;
}

const Format format_cnv = {
    .name = "cnv",
    .summary = "converted data of Sea-Bird CTDs and other instruments (.cnv)",
    .extensions = "cnv ros",
    .probe = probe,
    .open = open_cnv,
    .next = text_table_next,
    .close = text_table_close,
};
