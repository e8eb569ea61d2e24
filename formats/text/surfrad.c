/* surfrad.c: radiation tables of NOAA GML: SURFRAD, SOLRAD and the baseline observatories.
 *
 * A line with the station's name, one with latitude, longitude and elevation, then rows: date,
 * solar zenith angle, values with a quality flag each (0 good, 1 bad, 2 to be used with care);
 * -9999.9 is missing. README_SURFRAD.txt and README_SOLRAD.txt of gml.noaa.gov; stations differ in
 * the number of columns only. */
#include "formats/text/surfrad.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { HEADER_LINES = 2, PROBE_LINES = 3, PROBE_MEMORY = 1 << 20, COLUMNS_MAX = 48 };

static const double missing_number = -9999.9;

/* --- columns -------------------------------------------------------------------------------- */

typedef struct Quantity {
    const char *name, *units, *long_name, *standard_name;
    bool flagged; /* a flag follows */
} Quantity;

static const Quantity date_columns[] = {
    {"year", NULL, NULL, NULL, false},
    {"jday", NULL, "day of the year", NULL, false},
    {"month", NULL, NULL, NULL, false},
    {"day", NULL, NULL, NULL, false},
    {"hour", NULL, NULL, NULL, false},
    {"min", NULL, NULL, NULL, false},
    {"dt", "hours", "hour of the day with fraction", NULL, false},
    {"zen", "degree", "solar zenith angle", "solar_zenith_angle", false},
};

#define FLUX "W m-2"
static const Quantity surfrad_columns[] = {
    {"dw_solar", FLUX, "downwelling global solar", "surface_downwelling_shortwave_flux_in_air",
     true},
    {"uw_solar", FLUX, "upwelling global solar", "surface_upwelling_shortwave_flux_in_air", true},
    {"direct_n", FLUX, "direct-normal solar", "surface_direct_along_beam_shortwave_flux_in_air",
     true},
    {"diffuse", FLUX, "downwelling diffuse solar",
     "surface_diffuse_downwelling_shortwave_flux_in_air", true},
    {"dw_ir", FLUX, "downwelling thermal infrared", "surface_downwelling_longwave_flux_in_air",
     true},
    {"dw_casetemp", "K", "downwelling infrared case temperature", NULL, true},
    {"dw_dometemp", "K", "downwelling infrared dome temperature", NULL, true},
    {"uw_ir", FLUX, "upwelling thermal infrared", "surface_upwelling_longwave_flux_in_air", true},
    {"uw_casetemp", "K", "upwelling infrared case temperature", NULL, true},
    {"uw_dometemp", "K", "upwelling infrared dome temperature", NULL, true},
    {"uvb", "mW m-2", "global UVB", NULL, true},
    {"par", FLUX, "photosynthetically active radiation",
     "surface_downwelling_photosynthetic_radiative_flux_in_air", true},
    {"netsolar", FLUX, "net solar", "surface_net_downward_shortwave_flux", true},
    {"netir", FLUX, "net infrared", "surface_net_downward_longwave_flux", true},
    {"totalnet", FLUX, "net radiation", "surface_net_downward_radiative_flux", true},
    {"temp", "degC", "10-meter air temperature", "air_temperature", true},
    {"rh", "%", "relative humidity", "relative_humidity", true},
    {"windspd", "m s-1", "wind speed", "wind_speed", true},
    {"winddir", "degree", "wind direction, clockwise from north", "wind_from_direction", true},
    {"pressure", "hPa", "station pressure", "surface_air_pressure", true},
};

static const Quantity solrad_columns[] = {
    {"dw_solar", FLUX, "downwelling global solar", "surface_downwelling_shortwave_flux_in_air",
     true},
    {"direct_n", FLUX, "direct-normal solar", "surface_direct_along_beam_shortwave_flux_in_air",
     true},
    {"diffuse", FLUX, "downwelling diffuse solar",
     "surface_diffuse_downwelling_shortwave_flux_in_air", true},
    {"uvb", "mW m-2", "global UVB", NULL, true},
    {"uvb_temp", "degC", "temperature of the UVB sensor", NULL, true},
    {"std_dw_solar", FLUX, "standard deviation of dw_solar", NULL, false},
    {"std_direct", FLUX, "standard deviation of direct_n", NULL, false},
    {"std_diffuse", FLUX, "standard deviation of diffuse", NULL, false},
    {"std_uvb", "mW m-2", "standard deviation of uvb", NULL, false},
};

/* Madison also has a pyrgeometer. */
static const Quantity madison_columns[] = {
    {"dw_solar", FLUX, "downwelling global solar", "surface_downwelling_shortwave_flux_in_air",
     true},
    {"direct_n", FLUX, "direct-normal solar", "surface_direct_along_beam_shortwave_flux_in_air",
     true},
    {"diffuse", FLUX, "downwelling diffuse solar",
     "surface_diffuse_downwelling_shortwave_flux_in_air", true},
    {"uvb", "mW m-2", "global UVB", NULL, true},
    {"uvb_temp", "degC", "temperature of the UVB sensor", NULL, true},
    {"dw_ir", FLUX, "downwelling thermal infrared", "surface_downwelling_longwave_flux_in_air",
     true},
    {"dw_casetemp", "K", "downwelling infrared case temperature", NULL, true},
    {"dw_dometemp", "K", "downwelling infrared dome temperature", NULL, true},
    {"std_dw_solar", FLUX, "standard deviation of dw_solar", NULL, false},
    {"std_direct", FLUX, "standard deviation of direct_n", NULL, false},
    {"std_diffuse", FLUX, "standard deviation of diffuse", NULL, false},
    {"std_uvb", "mW m-2", "standard deviation of uvb", NULL, false},
    {"std_dw_ir", FLUX, "standard deviation of dw_ir", NULL, false},
    {"std_dw_casetemp", "K", "standard deviation of dw_casetemp", NULL, false},
    {"std_dw_dometemp", "K", "standard deviation of dw_dometemp", NULL, false},
};

typedef struct Layout {
    const char *model;
    size_t cells; /* of a row */
    const Quantity *quantities;
    size_t count;
} Layout;

#define COUNT(list) (sizeof(list) / sizeof *(list))
static const Layout layouts[] = {
    {"SURFRAD", 48, surfrad_columns, COUNT(surfrad_columns)},
    {"SOLRAD", 22, solrad_columns, COUNT(solrad_columns)},
    {"SOLRAD with infrared", 31, madison_columns, COUNT(madison_columns)},
};

/* --- header --------------------------------------------------------------------------------- */

typedef struct Surfrad {
    TextHead head;
    const Layout *layout;
    const char **place; /* cells of the second line */
    size_t place_count;
    TextAttrs attrs;
    TextColumn columns[COLUMNS_MAX];
    size_t column_count;
    TextRecord record;
    Arena *arena;
} Surfrad;

static bool number(const char *text, double *out)
{
    return text_to_double(text, strlen(text), '.', out);
}

static bool is_within(const char *text, double least, double most)
{
    double value;
    return number(text, &value) && value >= least && value <= most;
}

/* "40.125 -105.237 1689 m version 1" */
static bool is_place(const char *const *cells, size_t count)
{
    return count >= 4 && is_within(cells[0], -90, 90) && is_within(cells[1], -180, 360) &&
           is_within(cells[2], -500, 9000) && strcmp(cells[3], "m") == 0;
}

/* Year, day of year, month and day agree, and all cells are numbers. */
static bool is_row(const char *const *cells, size_t count)
{
    double value[6] = {0};
    for (size_t i = 0; i < count; i++) {
        double any;
        if (!number(cells[i], i < 6 ? &value[i] : &any))
            return false;
    }
    CivilTime date = {.year = (int64_t)value[0], .month = (int)value[2], .day = (int)value[3]};
    CivilTime start = {.year = date.year, .month = 1, .day = 1};
    Instant day, first;
    return value[0] >= 1950 && value[0] < 2200 && is_within(cells[4], 0, 24) &&
           is_within(cells[5], 0, 60) && value[2] >= 1 && value[2] <= 12 && value[3] >= 1 &&
           value[3] <= 31 && civil_to_instant(&date, CALENDAR_PROLEPTIC_GREGORIAN, &day) &&
           civil_to_instant(&start, CALENDAR_PROLEPTIC_GREGORIAN, &first) &&
           (day.seconds - first.seconds) / 86400 + 1 == (int64_t)value[1];
}

static const Layout *layout_of(size_t cells)
{
    for (size_t i = 0; i < COUNT(layouts); i++)
        if (layouts[i].cells == cells)
            return &layouts[i];
    return NULL;
}

/* The first three lines say what it is; false: they are something else, or memory is full. */
static bool recognise(Surfrad *s)
{
    size_t count;
    if (s->head.count < PROBE_LINES)
        return false;
    s->place = text_cells(s->head.lines[1], ' ', 0, &s->place_count, s->arena);
    const char **row = text_cells(s->head.lines[2], ' ', 0, &count, s->arena);
    double value;
    StringView name = text_trimmed(s->head.lines[0]);
    if (!s->place || !row || name.length == 0 ||
        text_to_double(name.bytes, name.length, '.', &value) || !is_place(s->place, s->place_count))
        return false;
    s->layout = layout_of(count);
    return s->layout && is_row(row, count);
}

static bool is_surfrad(const Input *in)
{
    Arena a;
    Error e = {0};
    arena_init(&a, PROBE_MEMORY);
    Surfrad *s = arena_alloc(&a, sizeof *s);
    bool found = s && text_head_read(in, PROBE_LINES, true, &s->head, &a, &e);
    if (found) {
        s->arena = &a;
        found = recognise(s);
    }
    arena_deinit(&a);
    return found;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    text_probed(in, is_surfrad(in),
                "a station, its place, and rows as SURFRAD and SOLRAD have them",
                "no station and place above rows of 22, 31 or 48 numbers", p);
}

static void global_attributes(Surfrad *s)
{
    static const char *const names[] = {"latitude", "longitude", "altitude"};
    text_attr_view(&s->attrs, "station_name", text_trimmed(s->head.lines[0]));
    for (size_t i = 0; i < COUNT(names); i++) {
        double value;
        if (number(s->place[i], &value))
            text_attr_number(&s->attrs, names[i], value);
    }
    text_attr(&s->attrs, "altitude_units", s->place[3]);
    if (s->place_count > 5 && strcmp(s->place[4], "version") == 0)
        text_attr(&s->attrs, "version", s->place[5]);
}

/* --- columns -------------------------------------------------------------------------------- */

static bool add_flag(Surfrad *s, const Quantity *of)
{
    TextAttrs own = {.arena = s->arena};
    TextColumn *c = &s->columns[s->column_count++];
    *c = (TextColumn){.name = arena_printf(s->arena, "qc_%s", of->name),
                      .kind = TEXT_INTEGER,
                      .standard_name = "quality_flag",
                      .long_name = arena_printf(s->arena, "quality flag of %s", of->name),
                      .missing = &missing_number,
                      .missing_count = 1};
    text_attr(&own, "flag_values", "0, 1, 2");
    text_attr(&own, "flag_meanings", "good bad use_with_care");
    c->attrs = own.items;
    c->attr_count = own.count;
    return c->name && c->long_name && !own.failed;
}

static bool add_column(Surfrad *s, const Quantity *q, TextKind kind)
{
    TextAttrs own = {.arena = s->arena};
    TextColumn *c = &s->columns[s->column_count++];
    *c = (TextColumn){.name = q->name,
                      .kind = kind,
                      .units = q->units,
                      .long_name = q->long_name,
                      .standard_name = q->standard_name,
                      .missing = &missing_number,
                      .missing_count = kind == TEXT_NUMBER ? 1 : 0};
    if (!q->flagged)
        return true;
    const char *flag = arena_printf(s->arena, "qc_%s", q->name);
    if (!flag)
        return false;
    text_attr(&own, "ancillary_variables", flag);
    c->attrs = own.items;
    c->attr_count = own.count;
    return !own.failed && add_flag(s, q);
}

static bool describe(Surfrad *s)
{
    static const TextPiece pieces[] = {TEXT_YEAR, TEXT_MONTH, TEXT_DAY, TEXT_HOURS, TEXT_MINUTES};
    static const size_t at[] = {0, 2, 3, 4, 5};
    enum { WHOLE_COLUMNS = 6 };
    for (size_t i = 0; i < COUNT(date_columns); i++)
        if (!add_column(s, &date_columns[i], i < WHOLE_COLUMNS ? TEXT_INTEGER : TEXT_NUMBER))
            return false;
    for (size_t i = 0; i < s->layout->count; i++)
        if (!add_column(s, &s->layout->quantities[i], TEXT_NUMBER))
            return false;
    TextTime *time = &s->record.time;
    for (; time->count < COUNT(pieces); time->count++)
        time->pieces[time->count] =
            (TextTimePiece){.column = at[time->count], .piece = pieces[time->count]};
    time->within_day = true;
    time->comment = "UTC";
    s->record.columns = s->columns;
    s->record.column_count = s->column_count;
    return true;
}

static bool open_surfrad(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                         Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    Surfrad *s = arena_alloc(a, sizeof *s);
    if (!s)
        return arena_full(a, e);
    s->arena = s->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &s->head, a, e))
        return false;
    if (!recognise(s))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the first lines are not a station, its latitude, longitude and "
                           "elevation, and a row of 22, 31 or 48 numbers");
    global_attributes(s);
    if (!describe(s) || s->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = s->layout->model,
        .layout = {.encoding = s->head.encoding,
                   .bom_bytes = s->head.bom_bytes,
                   .first_line = HEADER_LINES + 1,
                   .split = TEXT_SPLIT_BLANKS},
        .records = &s->record,
        .record_count = 1,
        .attrs = s->attrs.items,
        .attr_count = s->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&s->head, (*out)->dataset);
    return true;
}

const Format format_surfrad = {
    .name = "surfrad",
    .summary = "radiation tables of NOAA GML (SURFRAD, SOLRAD, baseline observatories)",
    .extensions = "dat",
    .probe = probe,
    .open = open_surfrad,
    .next = text_table_next,
    .close = text_table_close,
};
