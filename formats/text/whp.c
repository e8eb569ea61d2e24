/* whp.c: WHP-Exchange bottle and CTD files.
 *
 * A stamp ("BOTTLE,20150327CCHSIORJL" or "CTD,..."), comments (#), in CTD files a block of
 * "NAME = VALUE", names, units, rows, END_DATA (CCHDO, Exchange format 1.3). -999 is missing in any
 * column, however it is padded. END_DATA is looked for by name: a file that lacks it loses nothing
 * but a last row that is cut. */
#include "formats/text/whp.h"

#include "formats/text/text_head.h"
#include "formats/text/text_reader.h"
#include "formats/text/whp_names.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    HEADER_LINES_MAX = 20000,
    PROBE_LINES = 400,
    PROBE_MEMORY = 4 << 20,
    STAMP_DIGITS = 8,
    ATTRS_MAX = 500
};

static const double missing_number = -999;
static const char *const missing_words[] = {"-999",     "-999.",     "-999.0",     "-999.00",
                                            "-999.000", "-999.0000", "-999.00000", NULL};
static const char end_marker[] = "END_DATA";

typedef struct Whp {
    TextHead head;
    size_t next; /* line of the header to look at, from 0 */
    bool is_ctd;
    bool numbered;          /* there is a NUMBER_HEADERS */
    int64_t promised;       /* its value */
    int64_t pairs;          /* lines of the block, NUMBER_HEADERS among them */
    bool no_units;          /* the row of units is not there */
    Buffer remarks;         /* the comments; freed by open */
    StringView date, clock; /* of a CTD file's block */
    const char **names, **units;
    size_t name_count, unit_count;
    TextAttrs attrs;
    TextColumn *columns;
    TextRecord record;
    const TextReader *reader;
    Arena *arena;
} Whp;

/* --- probe ---------------------------------------------------------------------------------- */

static bool is_stamped(StringView line)
{
    const char *comma = memchr(line.bytes, ',', line.length);
    if (!comma)
        return false;
    const char *stamp = comma + 1 + strspn(comma + 1, " \"");
    return strspn(stamp, "0123456789") == STAMP_DIGITS && !strchr(",;\t", stamp[STAMP_DIGITS]);
}

/* Older files have no stamp behind the word: the names follow, or the block of a CTD file. */
static bool has_exchange_line(const TextHead *h)
{
    for (size_t i = 1; i < h->count; i++) {
        const char *line = h->lines[i].bytes + strspn(h->lines[i].bytes, " \"");
        if (strncmp(line, "EXPOCODE", 8) == 0 || strncmp(line, "NUMBER_HEADERS", 14) == 0)
            return true;
    }
    return false;
}

static bool is_exchange(const Input *in)
{
    if (!text_starts(in, "BOTTLE") && !text_starts(in, "CTD"))
        return false;
    Arena a;
    TextHead head;
    Error e = {0};
    arena_init(&a, PROBE_MEMORY);
    bool found = text_head_read(in, PROBE_LINES, true, &head, &a, &e) && head.count > 0;
    if (found) {
        size_t word = strcspn(head.lines[0].bytes, ", \t\"");
        found = (word == strlen("CTD") || word == strlen("BOTTLE")) &&
                (is_stamped(head.lines[0]) || has_exchange_line(&head));
    }
    arena_deinit(&a);
    return found;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    text_probed(in, is_exchange(in), "the first line is the stamp of a WHP-Exchange file",
                "the first line is no BOTTLE or CTD stamp", p);
}

/* --- header lines --------------------------------------------------------------------------- */

static bool cut_header(const Whp *w, const char *what, Error *e)
{
    error_coded(e, ERROR_DATA, "truncated", "the file ends before %s", what);
    return error_at(e, "line %zu", w->head.count);
}

/* Without blanks, quotation marks and the separators that spreadsheets add at the end. */
static StringView bare(StringView line)
{
    line = text_trimmed(line);
    while (line.length > 0 && strchr(",\" ", line.bytes[line.length - 1]))
        line.length--;
    while (line.length > 0 && line.bytes[0] == '"') {
        line.bytes++;
        line.length--;
    }
    return line;
}

/* The next line that is neither empty nor a comment, which are kept. */
static bool next_line(Whp *w, StringView *out)
{
    for (; w->next < w->head.count; w->next++) {
        StringView line = w->head.lines[w->next], text = bare(line);
        if (text.length > 0 && text.bytes[0] == '#')
            buffer_printf(&w->remarks, "%s%.*s", w->remarks.length ? "\n" : "",
                          (int)(text.length - 1), text.bytes + 1);
        else if (text_trimmed(line).length > 0)
            break;
    }
    if (w->next >= w->head.count)
        return false;
    *out = w->head.lines[w->next];
    return true;
}

static bool split_pair(StringView line, StringView *name, StringView *value)
{
    const char *equals = memchr(line.bytes, '=', line.length);
    if (!equals)
        return false;
    *name = bare((StringView){line.bytes, (size_t)(equals - line.bytes)});
    *value = bare((StringView){equals + 1, line.length - (size_t)(equals + 1 - line.bytes)});
    return name->length > 0 && !memchr(name->bytes, ',', name->length) &&
           !memchr(name->bytes, ' ', name->length);
}

static void keep_pair(Whp *w, StringView name, StringView value)
{
    static const char *const numbers[] = {"LATITUDE", "LONGITUDE", "DEPTH", NULL};
    double number;
    bool numeric = text_to_double(value.bytes, value.length, '.', &number);
    if (value.length == 0 || w->attrs.count >= ATTRS_MAX || (numeric && number == missing_number))
        return;
    const char *copy = text_copy(name, w->arena);
    if (!copy) {
        w->attrs.failed = true;
        return;
    }
    if (strcmp(copy, "DATE") == 0)
        w->date = value;
    if (strcmp(copy, "TIME") == 0)
        w->clock = value;
    for (const char *const *n = numbers; *n; n++)
        if (numeric && strcmp(copy, *n) == 0) {
            text_attr_number(&w->attrs, copy, number);
            return;
        }
    text_attr_view(&w->attrs, copy, value);
}

static void read_block(Whp *w)
{
    StringView line, name, value;
    for (; next_line(w, &line) && split_pair(line, &name, &value); w->next++) {
        w->pairs++;
        if (!text_is(name, "NUMBER_HEADERS", true))
            keep_pair(w, name, value);
        else
            w->numbered = text_to_int64(value.bytes, value.length, &w->promised);
    }
}

/* A row of numbers where the units should be. */
static bool is_row(const char **cells, size_t count)
{
    size_t filled = 0, numbers = 0;
    double value;
    for (size_t i = 0; i < count; i++) {
        filled += cells[i][0] != '\0';
        numbers += text_to_double(cells[i], strlen(cells[i]), '.', &value);
    }
    return numbers * 2 > filled || (count > 0 && strncmp(cells[0], end_marker, 8) == 0);
}

static bool take_cells(Whp *w, StringView line, const char ***cells, size_t *count, Error *e)
{
    *cells = text_cells(line, ',', '"', count, w->arena);
    return *cells ? true : arena_full(w->arena, e);
}

static bool read_stamp(Whp *w, Error *e)
{
    const char **cells;
    size_t count;
    if (w->head.count == 0)
        return cut_header(w, "its stamp", e);
    if (!take_cells(w, w->head.lines[0], &cells, &count, e))
        return false;
    w->is_ctd = count > 0 && strcmp(cells[0], "CTD") == 0;
    text_attr(&w->attrs, "format", w->is_ctd ? "WHP-Exchange CTD" : "WHP-Exchange bottle");
    if (count > 1)
        text_attr(&w->attrs, "stamp", cells[1]);
    w->next = 1;
    return true;
}

static bool read_names(Whp *w, Error *e)
{
    StringView line;
    if (!next_line(w, &line))
        return cut_header(w, "the names of its columns", e);
    if (!take_cells(w, line, &w->names, &w->name_count, e))
        return false;
    w->next++;
    if (!next_line(w, &line))
        return cut_header(w, "the units of its columns", e);
    if (!take_cells(w, line, &w->units, &w->unit_count, e))
        return false;
    w->no_units = is_row(w->units, w->unit_count);
    w->unit_count = w->no_units ? 0 : w->unit_count;
    w->next += !w->no_units;
    return true;
}

static bool read_header(Whp *w, const Input *in, Error *e)
{
    if (!text_head_read(in, HEADER_LINES_MAX, false, &w->head, w->arena, e) || !read_stamp(w, e))
        return false;
    if (w->is_ctd)
        read_block(w);
    bool ok = read_names(w, e);
    if (ok && w->remarks.length > 0)
        text_attr(&w->attrs, "comments", w->remarks.bytes);
    return ok;
}

/* --- columns -------------------------------------------------------------------------------- */

static bool has_column(const Whp *w, const char *name)
{
    for (size_t k = 0; k < w->name_count; k++)
        if (strcmp(w->names[k], name) == 0)
            return true;
    return false;
}

static bool describe_flag(Whp *w, TextColumn *c, const char *parameter)
{
    TextAttrs own = {.arena = w->arena};
    c->kind = TEXT_INTEGER;
    c->standard_name = "status_flag";
    c->long_name = arena_printf(w->arena, "WOCE quality flag of %s", parameter);
    bool ok = whp_flag_attributes(&own, parameter, w->is_ctd);
    c->attrs = own.items;
    c->attr_count = own.count;
    return ok && c->long_name;
}

static bool describe_value(Whp *w, TextColumn *c)
{
    static const char *const texts[] = {"EXPOCODE", "SECT_ID", NULL};
    TextAttrs own = {.arena = w->arena};
    const char *flag = arena_printf(w->arena, "%s_FLAG_W", c->name);
    if (!flag)
        return false;
    for (const char *const *t = texts; *t; t++)
        if (strcmp(c->name, *t) == 0)
            c->kind = TEXT_STRING;
    c->standard_name = whp_standard_name(c->name, c->units);
    if (!c->units[0])
        c->units = whp_fixed_units(c->name);
    if (has_column(w, flag))
        text_attr(&own, "ancillary_variables", flag);
    c->attrs = own.items;
    c->attr_count = own.count;
    return !own.failed;
}

static bool describe_column(Whp *w, size_t k)
{
    TextColumn *c = &w->columns[k];
    *c = (TextColumn){.name = w->names[k],
                      .units = k < w->unit_count ? w->units[k] : "",
                      .missing = &missing_number,
                      .missing_count = 1};
    if (!c->name[0] && !c->units[0]) {
        c->kind = TEXT_SKIP; /* separators that a spreadsheet has added */
        return true;
    }
    w->record.cells_min = k + 1;
    const char *flagged = whp_flagged(c->name, w->arena);
    return flagged ? describe_flag(w, c, flagged) : describe_value(w, c);
}

static bool describe(Whp *w)
{
    w->columns = arena_array(w->arena, w->name_count + 1, sizeof *w->columns);
    if (!w->columns)
        return false;
    for (size_t k = 0; k < w->name_count; k++)
        if (!describe_column(w, k))
            return false;
    w->record.columns = w->columns;
    w->record.column_count = w->name_count;
    w->record.row_dim = "row";
    return true;
}

/* --- time ----------------------------------------------------------------------------------- */

static void add_piece(TextTime *t, size_t column, TextPiece piece, const char *pattern)
{
    t->pieces[t->count++] = (TextTimePiece){.column = column, .piece = piece, .pattern = pattern};
}

/* Adds nothing: the time is a variable of its own, beside the columns that it is made of. */
static void add_nothing(TextTime *t)
{
    add_piece(t, TEXT_ROW_NUMBER, TEXT_SECONDS, NULL);
    t->pieces[t->count - 1].scale = 1e-300;
}

static bool time_of_columns(Whp *w, const char *date, const char *clock)
{
    TextTime *t = &w->record.time;
    size_t day = TEXT_NO_COLUMN, hour = TEXT_NO_COLUMN;
    for (size_t k = w->name_count; k-- > 0;) {
        day = strcmp(w->names[k], date) == 0 ? k : day;
        hour = strcmp(w->names[k], clock) == 0 ? k : hour;
    }
    if (day == TEXT_NO_COLUMN)
        return false;
    add_piece(t, day, TEXT_PATTERN, "%Y%m%d");
    if (hour != TEXT_NO_COLUMN)
        add_piece(t, hour, TEXT_HHMM, NULL);
    else
        add_nothing(t);
    t->comment = hour != TEXT_NO_COLUMN ? "UTC" : "the file states dates only";
    return true;
}

/* "0705", "705", "07:05" */
static bool clock_seconds(StringView v, int64_t *out)
{
    int64_t hhmm;
    Timestamp stamp;
    if (timestamp_parse(v.bytes, v.length, "%H:%M", &stamp)) {
        *out = stamp.instant.seconds;
        return true;
    }
    if (!text_to_int64(v.bytes, v.length, &hhmm) || hhmm < 0 || hhmm > 2400 || hhmm % 100 > 59)
        return false;
    *out = hhmm / 100 * 3600 + hhmm % 100 * 60;
    return true;
}

/* A CTD file is one cast, whose time the block states: it is that of every row. */
static void time_of_block(Whp *w)
{
    TextTime *t = &w->record.time;
    Timestamp day;
    int64_t clock = 0;
    if (w->date.length == 0 || !timestamp_parse(w->date.bytes, w->date.length, "%Y%m%d", &day))
        return;
    bool clocked = w->clock.length > 0 && clock_seconds(w->clock, &clock);
    add_nothing(t);
    t->base_s = day.instant.seconds + clock;
    t->comment = clocked ? "time of the cast, UTC" : "date of the cast; the header states no time";
}

/* --- reader --------------------------------------------------------------------------------- */

static bool finish(void *state, Dataset *d, Error *e)
{
    const Whp *w = state;
    (void)d;
    if (w->reader->cut.count == 0)
        return true;
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends within a row and without %s: %llu whole rows", end_marker,
                (unsigned long long)w->reader->rows);
    return error_at(e, "line %llu", (unsigned long long)w->reader->cut.line);
}

static void note_header(const Whp *w, Dataset *d)
{
    text_head_note(&w->head, d);
    if (w->no_units)
        dataset_note(d, "there is no row of units behind the names");
    if (w->is_ctd && !w->numbered)
        dataset_note(d, "the header has no NUMBER_HEADERS");
    else if (w->is_ctd && w->promised != w->pairs)
        dataset_note(d, "NUMBER_HEADERS is %lld, but there are %lld such lines",
                     (long long)w->promised, (long long)w->pairs);
    if (w->is_ctd && w->record.time.count == 0)
        dataset_note(d, "the header states no date of the cast");
}

static bool open_whp(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Whp *w = arena_alloc(a, sizeof *w);
    if (!w)
        return arena_full(a, e);
    w->arena = w->attrs.arena = a;
    bool read = read_header(w, in, e);
    buffer_deinit(&w->remarks);
    if (!read)
        return false;
    if (!describe(w) || w->attrs.failed)
        return arena_full(a, e);
    if (!time_of_columns(w, "DATE", "TIME") && !time_of_columns(w, "BTL_DATE", "BTL_TIME"))
        time_of_block(w);
    TextTable table = {
        .model = w->is_ctd ? "CTD" : "BOTTLE",
        .layout = {.encoding = w->head.encoding,
                   .bom_bytes = w->head.bom_bytes,
                   .first_line = w->next + 1,
                   .separator = ',',
                   .quote = '"',
                   .comment = "#",
                   .end_marker = end_marker,
                   .end = TEXT_END_NOTED},
        .records = &w->record,
        .record_count = 1,
        .missing = missing_words,
        .attrs = w->attrs.items,
        .attr_count = w->attrs.count,
        .state = w,
        .finish = finish,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    w->reader = (const TextReader *)*out;
    note_header(w, (*out)->dataset);
    return true;
}

const Format format_whp = {
    .name = "whp",
    .summary = "WHP-Exchange bottle and CTD files of hydrographic cruises",
    .extensions = "csv",
    .probe = probe,
    .open = open_whp,
    .next = text_table_next,
    .close = text_table_close,
};
