/* toa5.c: tables of Campbell Scientific loggers in text.
 *
 * TOA5 has four header lines: the file ("TOA5","station","CR1000","serial","OS","program",
 * "signature","table"), names, units, and how each value was made. TOACI1 has two: "TOACI1",
 * "station","table", and names (LoggerNet manual, appendix on file formats). A time stamp is the
 * end of its interval. */
#include "formats/text/toa5.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_LINES = 4, HEADER_LINES_SHORT = 2 };

typedef struct Toa5 {
    TextHead head;
    const char **file, **names, **units, **processes;
    size_t file_count, name_count, unit_count, process_count;
    size_t header_lines;
    TextAttrs attrs;
    TextColumn *columns;
    TextRecord record;
} Toa5;

static bool is_short_form(const Input *in)
{
    return text_starts(in, "\"TOACI1\"");
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    bool toa5 = text_starts(in, "\"TOA5\"") || text_starts(in, "TOA5,");
    text_probed(in, toa5 || is_short_form(in),
                toa5 ? "the first line begins with TOA5" : "the first line begins with TOACI1",
                "the first line does not begin with TOA5", p);
}

/* --- header --------------------------------------------------------------------------------- */

static bool take_line(Toa5 *t, size_t line, const char ***cells, size_t *count, Arena *a, Error *e)
{
    *cells = text_cells(t->head.lines[line], ',', '"', count, a);
    return *cells ? true : arena_full(a, e);
}

static bool read_header(Toa5 *t, const Input *in, Arena *a, Error *e)
{
    bool short_form = is_short_form(in);
    t->header_lines = short_form ? HEADER_LINES_SHORT : HEADER_LINES;
    if (!text_head_read(in, t->header_lines, false, &t->head, a, e))
        return false;
    if (t->head.count < t->header_lines) {
        error_coded(e, ERROR_DATA, "truncated", "the file ends within its header: %zu of %zu lines",
                    t->head.count, t->header_lines);
        return error_at(e, "line %zu", t->head.count);
    }
    return take_line(t, 0, &t->file, &t->file_count, a, e) &&
           take_line(t, 1, &t->names, &t->name_count, a, e) &&
           (short_form || (take_line(t, 2, &t->units, &t->unit_count, a, e) &&
                           take_line(t, 3, &t->processes, &t->process_count, a, e)));
}

static void global_attributes(Toa5 *t)
{
    static const char *const long_form[] = {"format",
                                            "station_name",
                                            "logger_model",
                                            "logger_serial_number",
                                            "logger_os_version",
                                            "program_name",
                                            "program_signature",
                                            "table_name"};
    static const char *const short_form[] = {"format", "station_name", "table_name"};
    bool is_short = t->header_lines == HEADER_LINES_SHORT;
    const char *const *names = is_short ? short_form : long_form;
    size_t count =
        is_short ? sizeof short_form / sizeof *short_form : sizeof long_form / sizeof *long_form;
    for (size_t i = 0; i < count && i < t->file_count; i++)
        text_attr(&t->attrs, names[i], t->file[i]);
}

/* --- columns -------------------------------------------------------------------------------- */

/* How a value was made, in CF's words (CF 1.8 appendix E); NULL: CF has no word for it. */
static const char *cell_methods(const char *process)
{
    static const char *const words[][2] = {
        {"Avg", "time: mean"},
        {"Max", "time: maximum"},
        {"Min", "time: minimum"},
        {"Tot", "time: sum"},
        {"Std", "time: standard_deviation"},
        {"Smp", "time: point"},
        {"Med", "time: median"},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (text_equal_nocase(process, words[i][0]))
            return words[i][1];
    return NULL;
}

static const char *cell(const char **cells, size_t count, size_t k)
{
    return k < count ? cells[k] : "";
}

/* TIMESTAMP and RECORD have marks in place of units. */
static bool is_mark(const char *units)
{
    return strcmp(units, "TS") == 0 || strcmp(units, "RN") == 0;
}

static bool describe_column(Toa5 *t, size_t k, Arena *a)
{
    TextColumn *c = &t->columns[k];
    const char *units = cell(t->units, t->unit_count, k);
    const char *process = cell(t->processes, t->process_count, k);
    TextAttrs own = {.arena = a};
    *c = (TextColumn){.name = t->names[k], .units = is_mark(units) ? NULL : units};
    c->cell_methods = cell_methods(process);
    text_attr(&own, "process", process);
    c->attrs = own.items;
    c->attr_count = own.count;
    return !own.failed;
}

static bool is_time(const Toa5 *t, size_t k)
{
    return strcmp(cell(t->units, t->unit_count, k), "TS") == 0 ||
           text_equal_nocase(t->names[k], "TIMESTAMP") || text_equal_nocase(t->names[k], "TMSTAMP");
}

static bool is_record_number(const Toa5 *t, size_t k)
{
    return strcmp(cell(t->units, t->unit_count, k), "RN") == 0;
}

static bool describe(Toa5 *t, Arena *a)
{
    t->columns = arena_array(a, t->name_count + 1, sizeof *t->columns);
    if (!t->columns)
        return false;
    TextTime *time = &t->record.time;
    for (size_t k = 0; k < t->name_count; k++) {
        if (!describe_column(t, k, a))
            return false;
        if (is_record_number(t, k))
            t->columns[k].kind = TEXT_INTEGER;
        if (!is_time(t, k))
            continue;
        t->columns[k].kind = TEXT_TIME;
        t->columns[k].standard_name = "time";
        if (time->count == 0)
            time->pieces[time->count++] = (TextTimePiece){.column = k, .piece = TEXT_PATTERN};
    }
    time->comment = "end of the interval; the file states no time zone, taken for UTC";
    t->record.columns = t->columns;
    t->record.column_count = t->name_count;
    return true;
}

/* --- reader --------------------------------------------------------------------------------- */

static bool open_toa5(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    static const char *const missing[] = {"NAN", "INF", "-INF", "+INF", NULL};
    (void)options;
    (void)limits;
    Toa5 *t = arena_alloc(a, sizeof *t);
    if (!t)
        return arena_full(a, e);
    t->attrs.arena = a;
    if (!read_header(t, in, a, e))
        return false;
    global_attributes(t);
    if (!describe(t, a) || t->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = t->header_lines == HEADER_LINES_SHORT ? "TOACI1" : "TOA5",
        .layout = {.encoding = t->head.encoding,
                   .bom_bytes = t->head.bom_bytes,
                   .first_line = t->header_lines + 1,
                   .separator = ',',
                   .quote = '"'},
        .records = &t->record,
        .record_count = 1,
        .missing = missing,
        .attrs = t->attrs.items,
        .attr_count = t->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&t->head, (*out)->dataset);
    return true;
}

const Format format_toa5 = {
    .name = "toa5",
    .summary = "tables of Campbell Scientific loggers in text (TOA5, TOACI1)",
    .extensions = "dat csv",
    .probe = probe,
    .open = open_toa5,
    .next = text_table_next,
    .close = text_table_close,
};
