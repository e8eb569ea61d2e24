/* wvr.c: line-of-sight files (.los) of older Radiometrics radiometers, WVR-1100 and such.
 *
 * "RETRIEVAL COEFFICIENTS:" and lines about the retrieval, names between blanks beginning with date
 * and time, rows; dates are mm/dd/yy, as the instrument's control program writes them. */
#include "formats/text/wvr.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_LINES_MAX = 60, DATE_CELLS = 2, COLUMNS_MOST = 100 };

static const char mark[] = "RETRIEVAL COEFFICIENTS";

typedef struct Wvr {
    TextHead head;
    size_t names_line; /* from 0 */
    const char **names;
    size_t count;
    TextColumn *columns;
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Wvr;

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    bool is = text_starts(in, mark) || text_starts(in, " RETRIEVAL COEFFICIENTS");
    text_probed(in, is, "the retrieval coefficients of a Radiometrics line-of-sight file",
                "the first line is not RETRIEVAL COEFFICIENTS", p);
}

typedef struct Quantity {
    const char *name, *units, *long_name, *standard_name;
} Quantity;

/* Units are part of no name; they are those of the operator's manual. */
static const Quantity quantities[] = {
    {"TkBB", "K", "temperature of the black body", NULL},
    {"VapCM", "cm", "integrated water vapour", NULL},
    {"LiqCM", "cm", "integrated liquid water", NULL},
    {"DelCM", "cm", "phase path delay", NULL},
    {"AZact", "degree", "azimuth", NULL},
    {"ELact", "degree", "elevation", NULL},
    {"Tamb", "K", "ambient temperature", "air_temperature"},
    {"Rh", "%", "relative humidity", "relative_humidity"},
    {"Pres", "mbar", "pressure", "air_pressure"},
};

static void describe_column(TextColumn *c, const char *name)
{
    *c = (TextColumn){.name = name};
    if (strncmp(name, "TbSky", 5) == 0) {
        c->units = "K";
        c->standard_name = "brightness_temperature";
    }
    for (size_t i = 0; i < sizeof quantities / sizeof *quantities; i++)
        if (strcmp(quantities[i].name, name) == 0) {
            c->units = quantities[i].units;
            c->long_name = quantities[i].long_name;
            c->standard_name = quantities[i].standard_name;
        }
}

static bool find_names(Wvr *w, Error *e)
{
    for (size_t i = 1; i < w->head.count; i++) {
        StringView line = text_trimmed(w->head.lines[i]);
        const char **cells = text_cells(line, ' ', 0, &w->count, w->arena);
        if (!cells)
            return arena_full(w->arena, e);
        if (w->count > DATE_CELLS && w->count <= COLUMNS_MOST && strcmp(cells[0], "date") == 0 &&
            strcmp(cells[1], "time") == 0) {
            w->names = cells;
            w->names_line = i;
            return true;
        }
        text_attr_view(&w->attrs, "retrieval", line);
    }
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends before the names of its columns, 'date "
                "time ...'");
    return error_at(e, "line %zu", w->head.count);
}

static bool describe(Wvr *w)
{
    w->columns = arena_array(w->arena, w->count, sizeof *w->columns);
    if (!w->columns)
        return false;
    for (size_t k = 0; k < w->count; k++)
        describe_column(&w->columns[k], w->names[k]);
    w->columns[0].kind = w->columns[1].kind = TEXT_STRING;
    TextTime *time = &w->record.time;
    time->pieces[time->count++] =
        (TextTimePiece){.column = 0, .piece = TEXT_PATTERN, .pattern = "%m/%d/%y"};
    time->pieces[time->count++] =
        (TextTimePiece){.column = 1, .piece = TEXT_PATTERN, .pattern = "%H:%M:%S"};
    time->name = "time_utc";
    time->comment = "the file states no time zone, taken for UTC";
    w->record.columns = w->columns;
    w->record.column_count = w->count;
    return !w->attrs.failed;
}

static bool open_wvr(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                     Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Wvr *w = arena_alloc(a, sizeof *w);
    if (!w)
        return arena_full(a, e);
    w->arena = w->attrs.arena = a;
    if (!text_head_read(in, HEADER_LINES_MAX, false, &w->head, a, e) || !find_names(w, e))
        return false;
    if (!describe(w))
        return arena_full(a, e);
    TextTable table = {
        .model = "WVR line of sight",
        .layout = {.encoding = w->head.encoding,
                   .bom_bytes = w->head.bom_bytes,
                   .first_line = w->names_line + 2,
                   .split = TEXT_SPLIT_BLANKS},
        .records = &w->record,
        .record_count = 1,
        .attrs = w->attrs.items,
        .attr_count = w->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&w->head, (*out)->dataset);
    return true;
}

const Format format_wvr = {
    .name = "wvr",
    .summary = "line-of-sight files of older Radiometrics radiometers",
    .extensions = "los",
    .probe = probe,
    .open = open_wvr,
    .next = text_table_next,
    .close = text_table_close,
};
