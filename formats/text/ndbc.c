/* ndbc.c: tables of the U.S. National Data Buoy Center, real-time and historical.
 *
 * "#YY  MM DD hh mm WDIR WSPD ..." and a line of units; before 2007 "YYYY MM DD hh WD WSPD ..."
 * without them. Newer tables write MM for what is missing; historical ones fill the column with
 * nines, as NDBC's description of the measurements says for each (www.ndbc.noaa.gov/faq/measdes):
 * these count only where no cell is MM. Names of frequencies are a spectrum. Times are UTC. */
#include "formats/text/ndbc.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { PROBE_LINES = 2, PROBE_MEMORY = 1 << 20, DATE_LEAST = 4, DATE_MOST = 6, STATION = 5 };

typedef struct Ndbc {
    TextHead head;
    const char **names, **units;
    size_t name_count, unit_count, dated;
    bool filled; /* nines are missing */
    TextColumn *columns;
    TextStack spectrum;
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Ndbc;

typedef struct Quantity {
    const char *name, *units, *long_name, *standard_name;
    double fill;
} Quantity;

static const Quantity quantities[] = {
    {"WDIR", "degT", "wind direction", "wind_from_direction", 999},
    {"WD", "degT", "wind direction", "wind_from_direction", 999},
    {"DIR", "degT", "wind direction", "wind_from_direction", 999},
    {"WSPD", "m/s", "wind speed", "wind_speed", 99},
    {"SPD", "m/s", "wind speed", "wind_speed", 99},
    {"GST", "m/s", "peak gust speed", "wind_speed_of_gust", 99},
    {"GSP", "m/s", "peak gust speed", "wind_speed_of_gust", 99},
    {"GDR", "degT", "direction of the gust", NULL, 999},
    {"WVHT", "m", "significant wave height", "sea_surface_wave_significant_height", 99},
    {"DPD", "sec", "dominant wave period",
     "sea_surface_wave_period_at_variance_spectral_density_maximum", 99},
    {"APD", "sec", "average wave period", NULL, 99},
    {"MWD", "degT", "direction from which the waves at the dominant period come",
     "sea_surface_wave_from_direction", 999},
    {"PRES", "hPa", "sea level pressure", "air_pressure_at_mean_sea_level", 9999},
    {"BAR", "hPa", "sea level pressure", "air_pressure_at_mean_sea_level", 9999},
    {"BARO", "hPa", "sea level pressure", "air_pressure_at_mean_sea_level", 9999},
    {"ATMP", "degC", "air temperature", "air_temperature", 999},
    {"WTMP", "degC", "sea surface temperature", "sea_surface_temperature", 999},
    {"DEWP", "degC", "dewpoint temperature", "dew_point_temperature", 999},
    {"VIS", "nmi", "station visibility", "visibility_in_air", 99},
    {"PTDY", "hPa", "pressure tendency over 3 hours", NULL, 99},
    {"TIDE", "ft", "water level above or below mean lower low water", NULL, 99},
    {"SwH", "m", "swell height", "sea_surface_swell_wave_significant_height", 99},
    {"SwP", "sec", "swell period", "sea_surface_swell_wave_period", 99},
    {"SwD", NULL, "direction from which the swell comes", NULL, 0},
    {"WWH", "m", "wind wave height", "sea_surface_wind_wave_significant_height", 99},
    {"WWP", "sec", "wind wave period", "sea_surface_wind_wave_period", 99},
    {"WWD", NULL, "direction from which the wind waves come", NULL, 0},
    {"STEEPNESS", NULL, "wave steepness", NULL, 0},
    {"DEPTH", "m", "depth of the measurement", "depth", 9999},
    {"OTMP", "degC", "ocean temperature", "sea_water_temperature", 999},
    {"COND", "mS/cm", "conductivity", "sea_water_electrical_conductivity", 999},
    {"SAL", "psu", "salinity", "sea_water_practical_salinity", 999},
    {"O2%", "%", "dissolved oxygen as a percentage", NULL, 999},
    {"O2PPM", "ppm", "dissolved oxygen", NULL, 999},
    {"CLCON", "ug/l", "chlorophyll concentration", NULL, 999},
    {"TURB", "FTU", "turbidity", "sea_water_turbidity", 999},
    {"PH", "-", "acidity", "sea_water_ph_reported_on_total_scale", 99},
    {"EH", "mv", "redox potential", NULL, 999},
    {"SRAD1", "w/m2", "shortwave radiation", NULL, 9999},
    {"SWRAD", "w/m2", "shortwave radiation", NULL, 9999},
    {"LWRAD", "w/m2", "longwave radiation", NULL, 9999},
    {"HEIGHT", "m", "height of the water column", NULL, 9999},
};

enum { QUANTITIES = sizeof quantities / sizeof *quantities };

static const Quantity *quantity(const char *name)
{
    for (size_t i = 0; i < QUANTITIES; i++)
        if (strcmp(quantities[i].name, name) == 0)
            return &quantities[i];
    return NULL;
}

/* ".0325" */
static bool is_frequency(const char *name, double *out)
{
    return text_to_double(name, strlen(name), '.', out) && *out > 0 && *out < 10;
}

/* --- header --------------------------------------------------------------------------------- */

/* How many of the names are the date's; 0: these are no names of NDBC. */
static size_t count_date(const char *const *names, size_t count)
{
    static const char *const date[] = {"YY", "MM", "DD", "hh", "mm", "ss"};
    size_t n = 0;
    if (count == 0 || (strcmp(names[0], "YY") != 0 && strcmp(names[0], "YYYY") != 0))
        return 0;
    for (n = 1; n < count && n < DATE_MOST && strcmp(names[n], date[n]) == 0;)
        n++;
    return n >= DATE_LEAST ? n : 0;
}

static StringView unmarked(StringView line)
{
    size_t skip = line.length > 0 && line.bytes[0] == '#';
    return (StringView){line.bytes + skip, line.length - skip};
}

static bool read_names(Ndbc *n)
{
    double frequency;
    size_t known = 0;
    if (n->head.count == 0)
        return false;
    n->names = text_cells(unmarked(n->head.lines[0]), ' ', 0, &n->name_count, n->arena);
    n->dated = n->names ? count_date(n->names, n->name_count) : 0;
    for (size_t k = n->dated; n->dated > 0 && k < n->name_count; k++)
        known += quantity(n->names[k]) || is_frequency(n->names[k], &frequency);
    bool marked = n->head.lines[0].bytes[0] == '#';
    if (known == 0 || (!marked && known * 4 < (n->name_count - n->dated) * 3))
        return false; /* HEIGHT alone may be anybody's */
    bool units =
        n->head.count > 1 && n->head.lines[1].length > 0 && n->head.lines[1].bytes[0] == '#';
    if (units)
        n->units = text_cells(unmarked(n->head.lines[1]), ' ', 0, &n->unit_count, n->arena);
    return !units || n->units;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    Error e = {0};
    Ndbc n = {.arena = &a};
    arena_init(&a, PROBE_MEMORY);
    bool is = text_head_read(in, PROBE_LINES, true, &n.head, &a, &e) && read_names(&n);
    arena_deinit(&a);
    text_probed(in, is, "names of the date and of measurements as NDBC has them",
                "the first line is not YY MM DD hh and names of NDBC", p);
}

/* MM among the cells of the first rows: the table does not fill with nines. */
static bool writes_mm(const Input *in, size_t header_lines)
{
    const char *p = (const char *)in->head, *end = p + in->head_size;
    for (size_t i = 0; i < header_lines && p; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    return p && memmem(p, (size_t)(end - p), " MM", 3);
}

/* "46097.txt", "41001h1975.txt": the station is in no line of the file. */
static void station_of_name(Ndbc *n, const char *name)
{
    if (!name || strlen(name) <= STATION)
        return;
    bool plain =
        strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") >= STATION;
    const char *behind = name + STATION;
    if (plain && (*behind == '.' || (strspn(behind + 1, "0123456789") == 4 && behind[5] == '.')))
        text_attr_view(&n->attrs, "station", (StringView){name, STATION});
}

/* --- columns -------------------------------------------------------------------------------- */

static void describe_column(Ndbc *n, size_t k)
{
    TextColumn *c = &n->columns[k];
    *c = (TextColumn){.name = n->names[k], .kind = k < n->dated ? TEXT_INTEGER : TEXT_AUTO};
    if (n->units && k < n->unit_count)
        c->units = n->units[k];
    const Quantity *q = k < n->dated ? NULL : quantity(n->names[k]);
    if (!q)
        return;
    c->long_name = q->long_name;
    c->standard_name = q->standard_name;
    c->units = c->units ? c->units : q->units;
    c->missing = &q->fill;
    c->missing_count = n->filled && q->fill > 0 ? 1 : 0;
}

/* Frequencies up to the last column. */
static bool describe_spectrum(Ndbc *n)
{
    static const double fill = 999;
    double frequency;
    size_t first = n->name_count;
    while (first > n->dated && is_frequency(n->names[first - 1], &frequency))
        first--;
    size_t length = n->name_count - first;
    if (length < 2)
        return true;
    double *at = arena_array(n->arena, length, sizeof *at);
    if (!at)
        return false;
    for (size_t i = 0; i < length; i++)
        at[i] = is_frequency(n->names[first + i], &frequency) ? frequency : 0;
    n->spectrum = (TextStack){
        .as = {.name = "spectrum",
               .long_name = "values by frequency",
               .missing = &fill,
               .missing_count = n->filled ? 1 : 0},
        .first = first,
        .axes = {{.name = "frequency", .length = length, .coordinates = at, .units = "Hz"}},
        .axis_count = 1,
    };
    n->record.stacks = &n->spectrum;
    n->record.stack_count = 1;
    return true;
}

static bool describe(Ndbc *n)
{
    static const TextPiece pieces[] = {TEXT_YEAR,  TEXT_MONTH,   TEXT_DAY,
                                       TEXT_HOURS, TEXT_MINUTES, TEXT_SECONDS};
    n->columns = arena_array(n->arena, n->name_count, sizeof *n->columns);
    if (!n->columns)
        return false;
    for (size_t k = 0; k < n->name_count; k++)
        describe_column(n, k);
    TextTime *time = &n->record.time;
    for (; time->count < n->dated; time->count++)
        time->pieces[time->count] =
            (TextTimePiece){.column = time->count, .piece = pieces[time->count]};
    time->within_day = true;
    time->comment = "UTC";
    n->record.columns = n->columns;
    n->record.column_count = n->name_count;
    return describe_spectrum(n);
}

static bool open_ndbc(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    static const char *const missing[] = {"MM", NULL};
    (void)options;
    (void)limits;
    Ndbc *n = arena_alloc(a, sizeof *n);
    if (!n)
        return arena_full(a, e);
    n->arena = n->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &n->head, a, e))
        return false;
    if (!read_names(n))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the first line is not YY MM DD hh and names of NDBC");
    size_t header_lines = n->units ? 2 : 1;
    n->filled = !writes_mm(in, header_lines);
    station_of_name(n, in->name);
    if (!describe(n) || n->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = "NDBC",
        .layout = {.encoding = n->head.encoding,
                   .bom_bytes = n->head.bom_bytes,
                   .first_line = header_lines + 1,
                   .split = TEXT_SPLIT_BLANKS,
                   .comment = "#"},
        .records = &n->record,
        .record_count = 1,
        .missing = missing,
        .attrs = n->attrs.items,
        .attr_count = n->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&n->head, (*out)->dataset);
    if (n->filled)
        dataset_note((*out)->dataset, "no cell is MM: nines that fill a column (99, 999, 9999) are "
                                      "missing, as in NDBC's historical tables");
    return true;
}

const Format format_ndbc = {
    .name = "ndbc",
    .summary = "tables of the U.S. National Data Buoy Center",
    .extensions = "txt",
    .probe = probe,
    .open = open_ndbc,
    .next = text_table_next,
    .close = text_table_close,
};
