/* attex.c: files of the Attex MTP-5 temperature profiler (MTP-5HE manual, appendix on files).
 *
 * "FileFormat:0002.1 file with brightness temperature" (.tbr) or "... temperature of atmosphere"
 * (.txt), lines "value TAB what it is", the commentary, then names: "data time", an elevation angle
 * or a height for every column, "OutsideTemperature". Dates are dd/mm/yyyy. */
#include "formats/text/attex.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HEADER_LINES_MAX = 200, HOUR_S = 3600 };

static const char mark[] = "FileFormat:", names_mark[] = "data time";

typedef struct Attex {
    TextHead head;
    size_t names_line; /* from 0 */
    bool is_brightness;
    const char **names;
    size_t name_count;
    double local_behind_h; /* GMT - Local */
    bool is_gmt;           /* then the times are not local */
    double latitude, longitude;
    bool is_south, is_west;
    TextAttrs attrs;
    TextColumn *columns;
    TextRecord record;
    Arena *arena;
} Attex;

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    bool is = text_starts(in, mark) && in->head_size > 0 &&
              memmem(in->head, in->head_size, "temperature", strlen("temperature"));
    text_probed(in, is, "the first line is that of an Attex MTP-5 file with temperatures",
                "the first line does not begin with FileFormat:", p);
}

/* --- header --------------------------------------------------------------------------------- */

static bool is_names(StringView line)
{
    return line.length >= strlen(names_mark) &&
           strncasecmp(line.bytes, names_mark, strlen(names_mark)) == 0;
}

static bool find_names(Attex *t, Error *e)
{
    for (t->names_line = 0; t->names_line < t->head.count; t->names_line++)
        if (is_names(text_trimmed(t->head.lines[t->names_line])))
            return true;
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends before the line of column names ('data time ...')");
    return error_at(e, "line %zu", t->head.count);
}

/* Degrees, minutes and seconds in three cells. */
static void read_angle(double *angle, const char **cells, size_t count)
{
    double part[3] = {0};
    for (size_t i = 0; i < 3; i++)
        if (i >= count || !text_to_double(cells[i], strlen(cells[i]), '.', &part[i]))
            return;
    double fraction = part[1] / 60 + part[2] / HOUR_S;
    *angle = part[0] + (cells[0][0] == '-' ? -fraction : fraction);
}

/* The hemisphere has a line of its own, behind the angle's. */
static void keep_place(Attex *t)
{
    if (!isnan(t->latitude))
        text_attr_number(&t->attrs, "latitude", t->is_south ? -fabs(t->latitude) : t->latitude);
    if (!isnan(t->longitude))
        text_attr_number(&t->attrs, "longitude", t->is_west ? -fabs(t->longitude) : t->longitude);
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* "56.70 TAB Freq[GHz]": the value's name, as an attribute. */
static void keep_value(Attex *t, const char **cells, size_t count)
{
    static const struct {
        const char *label, *name;
    } known[] = {
        {"Height", "height_m"},         {"Freq", "frequency_GHz"},
        {"dTemostat", "dTemostat_K"},   {"MessErr", "measurement_error_K"},
        {"//[grad/step]", "grad_step"}, {"GMT-Local", "GMT_minus_local_h"},
    };
    const char *label = cells[count - 1];
    double value;
    if (starts(label, "Longitude") || starts(label, "Latitude")) {
        read_angle(label[1] == 'o' ? &t->longitude : &t->latitude, cells, count);
        return;
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (!starts(label, known[i].label) ||
            !text_to_double(cells[0], strlen(cells[0]), '.', &value))
            continue;
        text_attr_number(&t->attrs, known[i].name, value);
        if (starts(label, "GMT-Local"))
            t->local_behind_h = value;
        return;
    }
    if (starts(label, "GMT or Local")) {
        text_attr(&t->attrs, "time_reference", cells[0]);
        t->is_gmt = text_starts_nocase(cells[0], "g");
    } else if (strcmp(label, "NS") == 0) {
        text_attr(&t->attrs, "hemisphere", cells[0]);
        t->is_south = text_starts_nocase(cells[0], "s");
    } else if (strcmp(label, "EW") == 0 || strcmp(label, "WE") == 0) {
        text_attr(&t->attrs, "hemisphere_east_west", cells[0]);
        t->is_west = text_starts_nocase(cells[0], "w");
    } else
        text_attr(&t->attrs, label, cells[0]);
}

static void keep_line(Attex *t, size_t line, bool *in_comment)
{
    StringView text = text_trimmed(t->head.lines[line]);
    size_t count;
    if (text_is(text, "Commentary:", true) || text_is(text, "End Of Commentary", true)) {
        *in_comment = text.bytes[0] == 'C' || text.bytes[0] == 'c';
        return;
    }
    if (line == 0 || text.length == 0)
        return;
    const char **cells = text_cells(text, '\t', 0, &count, t->arena);
    if (!cells)
        t->attrs.failed = true;
    else if (*in_comment)
        text_attr_view(&t->attrs, "comment", text);
    else if (line == 1)
        text_attr_view(&t->attrs, "station_name", text);
    else if (count > 1)
        keep_value(t, cells, count);
    else if (starts(cells[0], "version"))
        text_attr(&t->attrs, "software_version", cells[0]);
    else if (starts(cells[0], "MTP"))
        text_attr(&t->attrs, "instrument", cells[0]);
    else
        text_attr(&t->attrs, "configuration", cells[0]);
}

static bool read_header(Attex *t, const Input *in, Error *e)
{
    if (!text_head_read(in, HEADER_LINES_MAX, false, &t->head, t->arena, e) || !find_names(t, e))
        return false;
    StringView title = text_trimmed(t->head.lines[0]);
    size_t skip = strlen(mark) < title.length ? strlen(mark) : title.length;
    text_attr_view(&t->attrs, "file_format", (StringView){title.bytes + skip, title.length - skip});
    t->is_brightness = memmem(title.bytes, title.length, "brightness", strlen("brightness"));
    bool in_comment = false;
    for (size_t i = 0; i < t->names_line; i++)
        keep_line(t, i, &in_comment);
    keep_place(t);
    t->names =
        text_cells(text_trimmed(t->head.lines[t->names_line]), '\t', 0, &t->name_count, t->arena);
    return t->names ? true : arena_full(t->arena, e);
}

/* --- columns -------------------------------------------------------------------------------- */

static bool describe_channel(Attex *t, TextColumn *c, double at)
{
    TextAttrs own = {.arena = t->arena};
    c->long_name =
        arena_printf(t->arena,
                     t->is_brightness ? "brightness temperature at an elevation of %s degrees"
                                      : "air temperature %s m above the instrument",
                     c->name);
    c->standard_name = t->is_brightness ? "brightness_temperature" : "air_temperature";
    text_attr_number(&own, t->is_brightness ? "elevation_angle" : "height", at);
    c->attrs = own.items;
    c->attr_count = own.count;
    return c->long_name && !own.failed;
}

static bool describe(Attex *t)
{
    t->columns = arena_array(t->arena, t->name_count + 1, sizeof *t->columns);
    if (!t->columns)
        return false;
    t->columns[0] =
        (TextColumn){.name = t->names[0], .kind = TEXT_TIME, .pattern = "%d/%m/%Y %H:%M:%S"};
    t->columns[0].standard_name = "time";
    for (size_t k = 1; k < t->name_count; k++) {
        TextColumn *c = &t->columns[k];
        double at;
        *c = (TextColumn){.name = t->names[k], .kind = TEXT_NUMBER};
        c->units = t->is_brightness ? "K" : "degC";
        if (text_to_double(c->name, strlen(c->name), '.', &at) && !describe_channel(t, c, at))
            return false;
        if (strcmp(c->name, "OutsideTemperature") == 0)
            c->standard_name = "air_temperature";
    }
    TextTime *time = &t->record.time;
    time->pieces[time->count++] =
        (TextTimePiece){.column = 0, .piece = TEXT_PATTERN, .pattern = t->columns[0].pattern};
    time->zone_s = -(int64_t)(t->local_behind_h * HOUR_S);
    time->comment = t->local_behind_h != 0 ? "UTC, by the header's GMT-Local" : NULL;
    t->record.columns = t->columns;
    t->record.column_count = t->name_count;
    return true;
}

static bool open_attex(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                       Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Attex *t = arena_alloc(a, sizeof *t);
    if (!t)
        return arena_full(a, e);
    t->arena = t->attrs.arena = a;
    t->latitude = t->longitude = NAN;
    if (!read_header(t, in, e))
        return false;
    if (t->is_gmt || t->local_behind_h < -24 || t->local_behind_h > 24)
        t->local_behind_h = 0;
    if (!describe(t) || t->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = t->is_brightness ? "MTP-5 brightness temperature" : "MTP-5 temperature",
        .layout = {.encoding = t->head.encoding,
                   .bom_bytes = t->head.bom_bytes,
                   .first_line = t->names_line + 2,
                   .separator = '\t'},
        .records = &t->record,
        .record_count = 1,
        .attrs = t->attrs.items,
        .attr_count = t->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&t->head, (*out)->dataset);
    return true;
}

const Format format_attex = {
    .name = "attex",
    .summary = "temperatures of the Attex MTP-5 microwave profiler",
    .extensions = "tbr",
    .probe = probe,
    .open = open_attex,
    .next = text_table_next,
    .close = text_table_close,
};
