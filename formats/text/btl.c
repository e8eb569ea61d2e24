/* btl.c: Sea-Bird's bottle summary, .btl: one row of the dataset is one bottle.
 *
 * Behind the header of # and * lines come two lines of names (Bottle, Date, variables; Position,
 * Time), then two to four lines a bottle, which end with (avg), (sdev), (min) and (max). Bottle and
 * date stand in the first of them, the clock in the second. The bottle's column is 10 characters
 * wide, the date's 12, the others 11. The means have the variables' names, the rest "prDM_sdev". */
#include "formats/text/btl.h"

#include "formats/text/seabird.h"
#include "formats/text/text_reader.h"

#include <stdio.h>
#include <string.h>

enum {
    PROBE_LINES = 2000,
    PROBE_MEMORY = 4 << 20,
    BOTTLE_WIDTH = 10,
    LEAD = 22, /* bottle and date */
    STATISTICS = 4,
    STAMP_SIZE = 64,
    SLACK = 16, /* bytes that the engine may read behind a cell */
};

static const char *const tags[STATISTICS] = {"(avg)", "(sdev)", "(min)", "(max)"};
static const char *const endings[STATISTICS] = {"", "_sdev", "_min", "_max"};
static const char *const methods[STATISTICS] = {"time: mean", "time: standard_deviation",
                                                "time: minimum", "time: maximum"};

typedef struct Btl {
    SeaBird header;
    size_t names_line;  /* from 0; the values begin two lines below */
    const char **names; /* without Bottle and Date */
    size_t count;
    bool present[STATISTICS];
    size_t first[STATISTICS]; /* column of its first value */
    TextColumn *columns;
    size_t column_count;
    TextRecord record;
    TextLines lines;
    char *texts[STATISTICS]; /* copies of a bottle's lines */
    size_t room[STATISTICS];
    StringView ahead; /* the first line of the next bottle, if has_ahead */
    char *ahead_text;
    size_t ahead_room;
    uint64_t ahead_line;
    bool has_ahead;
    CsvCell *cells;
    char stamp[STAMP_SIZE + SLACK], bottle[BOTTLE_WIDTH + SLACK];
    bool cut;                     /* the file ends within a bottle */
    uint64_t line, odd, odd_line; /* lines whose values cannot be told apart */
} Btl;

/* --- lines ---------------------------------------------------------------------------------- */

static StringView right_trimmed(StringView v)
{
    while (v.length > 0 && strchr(" \t\r", v.bytes[v.length - 1]))
        v.length--;
    return v;
}

/* Which statistic a line holds, without its tag in *values; STATISTICS: it has no tag. */
static size_t statistic_of(StringView line, StringView *values)
{
    line = right_trimmed(line);
    for (size_t i = 0; i < STATISTICS; i++) {
        size_t length = strlen(tags[i]);
        if (line.length > length &&
            memcmp(line.bytes + line.length - length, tags[i], length) == 0) {
            *values = right_trimmed((StringView){line.bytes, line.length - length});
            return i;
        }
    }
    return STATISTICS;
}

static bool is_names_line(StringView line)
{
    line = text_trimmed(line);
    return line.length > 10 && memcmp(line.bytes, "Bottle ", 7) == 0;
}

/* --- probe ---------------------------------------------------------------------------------- */

static bool has_bottles(const Input *in)
{
    Arena a;
    TextHead head;
    Error e = {0};
    bool found = false;
    arena_init(&a, PROBE_MEMORY);
    if (text_head_read(in, PROBE_LINES, true, &head, &a, &e))
        for (size_t i = 0; i < head.count && !found; i++) {
            if (strncmp(head.lines[i].bytes, "# nquan", 7) == 0)
                break;
            found = is_names_line(head.lines[i]);
        }
    arena_deinit(&a);
    return found;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    bool starts = seabird_starts(in);
    text_probed(in, starts && has_bottles(in), "a Sea-Bird header and a table of bottles",
                starts ? "a Sea-Bird header, but no line of names that begins with Bottle"
                       : "the first line is not that of a Sea-Bird file",
                p);
}

/* --- names ---------------------------------------------------------------------------------- */

static bool cut_header(const Btl *b, Error *e)
{
    error_coded(e, ERROR_DATA, "truncated", "the file ends before the table of bottles");
    return error_at(e, "line %zu", b->header.head.count);
}

/* Names of 11 characters touch: then they are told by the width of the first row. */
static bool names_by_position(Btl *b, StringView line, size_t count)
{
    Arena *a = b->header.arena;
    b->names = arena_array(a, count + 1, sizeof *b->names);
    if (!b->names)
        return false;
    b->count = count;
    for (size_t k = 0; k < count; k++) {
        size_t from = LEAD + k * SEABIRD_WIDTH, left = line.length > from ? line.length - from : 0;
        StringView name = {line.bytes + (left ? from : 0),
                           left < SEABIRD_WIDTH ? left : SEABIRD_WIDTH};
        if (!(b->names[k] = text_copy(text_trimmed(name), a)))
            return false;
    }
    return true;
}

static bool read_names(Btl *b, Error *e)
{
    const TextHead *head = &b->header.head;
    Arena *a = b->header.arena;
    b->names_line = b->header.next;
    if (b->names_line + 1 >= head->count)
        return cut_header(b, e);
    StringView line = head->lines[b->names_line], values;
    if (!is_names_line(line)) {
        error_coded(e, ERROR_DATA, "bad_header", "no names of columns (Bottle, Date, ...)");
        return error_at(e, "line %zu", b->names_line + 1);
    }
    size_t cells;
    const char **names = text_cells(line, ' ', 0, &cells, a);
    if (!names)
        return arena_full(a, e);
    b->count = cells > 2 ? cells - 2 : 0;
    b->names = names + 2;
    for (size_t i = b->names_line + 2; i < head->count; i++) {
        if (statistic_of(head->lines[i], &values) == STATISTICS)
            continue;
        size_t width = values.length > LEAD ? values.length - LEAD : 0;
        if (width % SEABIRD_WIDTH == 0 && width / SEABIRD_WIDTH > b->count &&
            !names_by_position(b, line, width / SEABIRD_WIDTH))
            return arena_full(a, e);
        break;
    }
    if (b->count > 0)
        return true;
    error_coded(e, ERROR_DATA, "bad_header", "no columns behind Bottle and Date");
    return error_at(e, "line %zu", b->names_line + 1);
}

/* The statistics of the first bottle; every bottle has the same. */
static void find_statistics(Btl *b)
{
    const TextHead *head = &b->header.head;
    StringView values;
    b->present[0] = true;
    for (size_t i = b->names_line + 2, seen = 0; i < head->count; i++) {
        size_t statistic = statistic_of(head->lines[i], &values);
        if (statistic == STATISTICS)
            continue;
        if (statistic == 0 && seen++ > 0)
            return;
        b->present[statistic] = true;
    }
}

/* --- columns -------------------------------------------------------------------------------- */

static bool describe_statistic(Btl *b, size_t statistic)
{
    b->first[statistic] = b->column_count;
    for (size_t k = 0; k < b->count; k++) {
        TextColumn *c = &b->columns[b->column_count++];
        const char *name = b->names[k];
        *c = (TextColumn){.name = arena_printf(b->header.arena, "%s%s", name, endings[statistic]),
                          .kind = TEXT_NUMBER,
                          .cell_methods = methods[statistic],
                          .missing = &b->header.bad_flag,
                          .missing_count = b->header.has_bad_flag};
        if (statistic != 1) /* a spread is no temperature */
            c->standard_name = seabird_standard_name(name);
        c->units = seabird_fixed_units(name);
        if (!c->name)
            return false;
    }
    return true;
}

static bool describe(Btl *b, Arena *a)
{
    size_t columns = 2 + STATISTICS * b->count;
    b->columns = arena_array(a, columns, sizeof *b->columns);
    b->cells = arena_array(a, columns + 1, sizeof *b->cells);
    if (!b->columns || !b->cells)
        return false;
    b->columns[0] = (TextColumn){
        .name = "Bottle", .kind = TEXT_INTEGER, .long_name = "bottle, position on the carousel"};
    b->columns[1] = (TextColumn){
        .name = "time", .kind = TEXT_TIME, .standard_name = "time", .pattern = "%b %d %Y %H:%M:%S"};
    b->column_count = 2;
    for (size_t i = 0; i < STATISTICS; i++)
        if (b->present[i] && !describe_statistic(b, i))
            return false;
    b->record = (TextRecord){.columns = b->columns, .column_count = b->column_count};
    b->record.time.pieces[0] =
        (TextTimePiece){.column = 1, .piece = TEXT_PATTERN, .pattern = "%b %d %Y %H:%M:%S"};
    b->record.time.count = 1;
    b->record.time.comment = "the file states no time zone, taken for UTC";
    return true;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* A line of the file lives until the next one is read. */
static bool copy_line(Btl *b, char **text, size_t *room, StringView *line, Error *e)
{
    char *grown = arena_grow(b->header.arena, *text, room, line->length + SLACK, 1);
    if (!grown)
        return arena_full(b->header.arena, e);
    *text = memcpy(grown, line->bytes, line->length);
    line->bytes = *text;
    return true;
}

/* The next line that ends with a tag; others say nothing of a bottle. */
static bool next_tagged(Btl *b, StringView *line, size_t *statistic, bool *end, Error *e)
{
    *statistic = STATISTICS;
    while (*statistic == STATISTICS) {
        StringView whole;
        if (!text_lines_next(&b->lines, &whole, end, e))
            return false;
        if (*end)
            return true;
        *statistic = statistic_of(whole, line);
        b->cut |=
            *statistic == STATISTICS && b->lines.unfinished && right_trimmed(whole).length > 0;
    }
    return true;
}

/* The bottle's first line: kept from the bottle before, or the next (avg). */
static bool begin_bottle(Btl *b, StringView *line, bool *end, Error *e)
{
    size_t statistic = STATISTICS;
    if (b->has_ahead) {
        b->has_ahead = false;
        b->line = b->ahead_line;
        *line = b->ahead;
        return copy_line(b, &b->texts[0], &b->room[0], line, e);
    }
    while (statistic != 0) {
        if (!next_tagged(b, line, &statistic, end, e))
            return false;
        if (*end)
            return true;
    }
    b->line = b->lines.line;
    return copy_line(b, &b->texts[0], &b->room[0], line, e);
}

/* The lines up to the next bottle's first. */
static bool read_bottle(Btl *b, StringView lines[STATISTICS], bool *end, Error *e)
{
    bool last = false;
    if (!begin_bottle(b, &lines[0], end, e))
        return false;
    if (*end)
        return true;
    while (!b->has_ahead && !last) {
        StringView line;
        size_t statistic;
        if (!next_tagged(b, &line, &statistic, &last, e))
            return false;
        if (last)
            break;
        if (statistic > 0) {
            lines[statistic] = line;
            if (!copy_line(b, &b->texts[statistic], &b->room[statistic], &lines[statistic], e))
                return false;
            continue;
        }
        b->has_ahead = true;
        b->ahead = line;
        b->ahead_line = b->lines.line;
        if (!copy_line(b, &b->ahead_text, &b->ahead_room, &b->ahead, e))
            return false;
    }
    for (size_t i = 0; last && i < STATISTICS; i++)
        *end |= b->present[i] && !lines[i].bytes;
    b->cut |= *end;
    return true;
}

static StringView part_of(StringView line, size_t from, size_t width)
{
    if (line.length <= from)
        return (StringView){"", 0};
    size_t left = line.length - from;
    return text_trimmed((StringView){line.bytes + from, left < width ? left : width});
}

static void put_values(Btl *b, size_t statistic, StringView line)
{
    CsvCell *cells = &b->cells[b->first[statistic]];
    size_t count = line.bytes ? seabird_split(line, LEAD, b->count, cells) : 0;
    if (count == b->count)
        return;
    if (line.bytes && b->odd++ == 0)
        b->odd_line = b->line;
    for (size_t k = 0; k < b->count; k++)
        cells[k] = (CsvCell){.bytes = b->bottle + BOTTLE_WIDTH};
}

static bool next_row(void *state, TextRow *row, bool *end, Error *e)
{
    Btl *b = state;
    StringView lines[STATISTICS] = {{NULL, 0}};
    if (!read_bottle(b, lines, end, e))
        return false;
    if (*end)
        return true;
    StringView bottle = part_of(lines[0], 0, BOTTLE_WIDTH);
    StringView date = part_of(lines[0], BOTTLE_WIDTH, LEAD - BOTTLE_WIDTH);
    StringView clock = lines[1].bytes ? part_of(lines[1], 0, LEAD) : (StringView){"", 0};
    memset(b->bottle, 0, sizeof b->bottle);
    memcpy(b->bottle, bottle.bytes, bottle.length);
    int length = snprintf(b->stamp, STAMP_SIZE, "%.*s %.*s", (int)date.length, date.bytes,
                          (int)clock.length, clock.bytes);
    b->cells[0] = (CsvCell){.bytes = b->bottle, .length = (uint32_t)bottle.length};
    b->cells[1] = (CsvCell){.bytes = b->stamp, .length = (uint32_t)length};
    for (size_t i = 0; i < STATISTICS; i++)
        if (b->present[i])
            put_values(b, i, lines[i]);
    *row = (TextRow){.cells = b->cells, .count = b->column_count, .line = b->line};
    return true;
}

static bool rewind_rows(void *state, Error *e)
{
    Btl *b = state;
    b->has_ahead = b->cut = false;
    b->odd = 0;
    return text_lines_rewind(&b->lines, e);
}

static bool finish(void *state, Dataset *d, Error *e)
{
    const Btl *b = state;
    if (b->odd > 0)
        dataset_note(d,
                     "lines whose values cannot be told apart and count as missing: %llu, the "
                     "first of the bottle in line %llu",
                     (unsigned long long)b->odd, (unsigned long long)b->odd_line);
    if (!b->cut)
        return true;
    error_coded(e, ERROR_DATA, "truncated", "the file ends within a bottle: %llu whole ones",
                (unsigned long long)d->rows);
    return error_at(e, "line %llu", (unsigned long long)b->lines.line);
}

/* --- reader --------------------------------------------------------------------------------- */

static bool open_btl(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    static const TextSource source = {.next = next_row, .rewind = rewind_rows};
    (void)options;
    (void)limits;
    Btl *b = arena_alloc(a, sizeof *b);
    if (!b)
        return arena_full(a, e);
    if (!seabird_read(&b->header, in, a, e) || !read_names(b, e))
        return false;
    find_statistics(b);
    if (!describe(b, a))
        return arena_full(a, e);
    if (!text_lines_open(&b->lines, in, &b->header.head, b->names_line + 3, a, e))
        return false;
    TextTable table = {
        .model = "btl",
        .records = &b->record,
        .record_count = 1,
        .attrs = b->header.attrs.items,
        .attr_count = b->header.attrs.count,
        .source = &source,
        .state = b,
        .finish = finish,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&b->header.head, (*out)->dataset);
    return true;
}

const Format format_btl = {
    .name = "btl",
    .summary = "bottle summaries of Sea-Bird CTDs (.btl)",
    .extensions = "btl",
    .probe = probe,
    .open = open_btl,
    .next = text_table_next,
    .close = text_table_close,
};
