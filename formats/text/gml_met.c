/* gml_met.c: meteorology of the NOAA GML baseline observatories, hourly or by the minute.
 *
 * No header: station, year, month, day, hour, (minute,) then nine values, each with a number of its
 * own for missing (README of gml.noaa.gov/aftp/data/meteorology/in-situ). */
#include "formats/text/gml_met.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum { HOURLY = 14, MINUTES = 15, DATE_CELLS = 5, PROBE_LINES = 20, PROBE_MEMORY = 1 << 20 };

typedef struct Quantity {
    const char *name;
    TextKind kind;
    const char *units, *long_name, *standard_name;
    double missing;
    double least, most; /* what is no such quantity lies beyond */
} Quantity;

static const Quantity quantities[] = {
    {"wind_direction", TEXT_NUMBER, "degree", "direction from which the wind is blowing",
     "wind_from_direction", -999, 0, 360},
    {"wind_speed", TEXT_NUMBER, "m s-1", "average wind speed", "wind_speed", -999.9, 0, 150},
    {"wind_steadiness_factor", TEXT_NUMBER, "1",
     "100 times the ratio of the vector wind speed to the average wind speed", NULL, -9, 0, 100},
    {"barometric_pressure", TEXT_NUMBER, "hPa", "station pressure", "surface_air_pressure", -999.9,
     400, 1100},
    {"temperature_2m", TEXT_NUMBER, "degC", "air temperature 2 m above ground", "air_temperature",
     -999.9, -100, 60},
    {"temperature_10m", TEXT_NUMBER, "degC", "air temperature 10 m above ground", "air_temperature",
     -999.9, -100, 60},
    {"temperature_tower_top", TEXT_NUMBER, "degC", "air temperature at the top of the tower",
     "air_temperature", -999.9, -100, 60},
    {"relative_humidity", TEXT_NUMBER, "%", "relative humidity", "relative_humidity", -99, 0, 120},
    {"precipitation_intensity", TEXT_NUMBER, "mm h-1", "amount of precipitation, unheated gauge",
     "rainfall_rate", -99, 0, 1000},
};

enum { QUANTITIES = sizeof quantities / sizeof *quantities };

typedef struct GmlMet {
    TextHead head;
    bool minutes;
    TextColumn columns[MINUTES];
    TextRecord record;
    TextAttrs attrs;
} GmlMet;

/* --- recognition ---------------------------------------------------------------------------- */

static bool is_number(const char *text, double *out)
{
    return text_to_double(text, strlen(text), '.', out);
}

static bool is_station(const char *text)
{
    return strlen(text) == 3 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
}

/* A value, or a number of nines as -999.9 and -99.9 are. */
static bool may_be(const Quantity *q, double v)
{
    enum { NINES = -9 };
    return (v >= q->least && v <= q->most) || v == q->missing || (v <= NINES && q->least >= 0);
}

static bool is_row(const char *const *cells, size_t count)
{
    static const struct {
        size_t digits;
        double least, most;
    } date[] = {{4, 1950, 2199}, {2, 1, 12}, {2, 1, 31}, {2, 0, 24}, {2, 0, 59}};
    double value;
    if ((count != HOURLY && count != MINUTES) || !is_station(cells[0]))
        return false;
    size_t dated = count - QUANTITIES;
    for (size_t k = 1; k < count; k++) {
        bool ok = is_number(cells[k], &value);
        if (ok && k < dated)
            ok = strlen(cells[k]) == date[k - 1].digits && value >= date[k - 1].least &&
                 value <= date[k - 1].most;
        if (ok && k >= dated)
            ok = may_be(&quantities[k - dated], value);
        if (!ok)
            return false;
    }
    return true;
}

/* All of the first lines are such rows; *cells is how many each has. */
static bool recognise(const TextHead *h, size_t *cells, Arena *a)
{
    *cells = 0;
    for (size_t i = 0; i < h->count; i++) {
        size_t count;
        if (text_trimmed(h->lines[i]).length == 0 && i > 0)
            continue;
        const char **row = text_cells(h->lines[i], ' ', 0, &count, a);
        bool last = h->whole && i > 0 && i + 1 == h->count; /* it may be cut */
        if (!row || ((!is_row(row, count) || (*cells && count != *cells)) && !last))
            return false;
        *cells = *cells ? *cells : count;
    }
    return *cells > 0;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    TextHead head;
    Error e = {0};
    size_t cells;
    arena_init(&a, PROBE_MEMORY);
    bool is = text_head_read(in, PROBE_LINES, true, &head, &a, &e) && recognise(&head, &cells, &a);
    arena_deinit(&a);
    text_probed(in, is,
                "rows of a station of three letters, a date, and the nine values of NOAA GML",
                "the rows are no station, date, and nine values", p);
}

/* --- reader --------------------------------------------------------------------------------- */

static void describe(GmlMet *m)
{
    static const char *const names[] = {"station", "year", "month", "day", "hour", "minute"};
    static const TextPiece pieces[] = {TEXT_YEAR, TEXT_MONTH, TEXT_DAY, TEXT_HOURS, TEXT_MINUTES};
    size_t dated = m->minutes ? DATE_CELLS + 1 : DATE_CELLS;
    TextTime *time = &m->record.time;
    for (size_t k = 0; k < dated; k++) {
        m->columns[k] = (TextColumn){.name = names[k], .kind = k == 0 ? TEXT_STRING : TEXT_INTEGER};
        if (k > 0)
            time->pieces[time->count++] = (TextTimePiece){.column = k, .piece = pieces[k - 1]};
    }
    for (size_t i = 0; i < QUANTITIES; i++) {
        const Quantity *q = &quantities[i];
        m->columns[dated + i] = (TextColumn){.name = q->name,
                                             .kind = q->kind,
                                             .units = q->units,
                                             .long_name = q->long_name,
                                             .standard_name = q->standard_name,
                                             .missing = &q->missing,
                                             .missing_count = 1};
    }
    time->within_day = true;
    time->comment = "UTC, start of the interval";
    m->record.columns = m->columns;
    m->record.column_count = dated + QUANTITIES;
}

static bool open_gml_met(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                         Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    size_t cells;
    GmlMet *m = arena_alloc(a, sizeof *m);
    if (!m)
        return arena_full(a, e);
    m->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &m->head, a, e))
        return false;
    if (!recognise(&m->head, &cells, a))
        return error_coded(e, ERROR_DATA, "bad_header",
                           "the rows are not a station of three letters, a date, and nine values");
    m->minutes = cells == MINUTES;
    describe(m);
    StringView first = text_trimmed(m->head.lines[0]);
    text_attr_view(&m->attrs, "station", (StringView){first.bytes, 3});
    if (m->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = m->minutes ? "GML meteorology by the minute" : "GML meteorology by the hour",
        .layout = {.encoding = m->head.encoding,
                   .bom_bytes = m->head.bom_bytes,
                   .split = TEXT_SPLIT_BLANKS},
        .records = &m->record,
        .record_count = 1,
        .attrs = m->attrs.items,
        .attr_count = m->attrs.count,
    };
    if (!text_table_open(&table, in, a, out, e))
        return false;
    text_head_note(&m->head, (*out)->dataset);
    return true;
}

const Format format_gml_met = {
    .name = "gml_met",
    .summary = "meteorology of the NOAA GML baseline observatories",
    .extensions = "txt",
    .probe = probe,
    .open = open_gml_met,
    .next = text_table_next,
    .close = text_table_close,
};
