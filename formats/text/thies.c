/* thies.c: telegrams 4, 5 and 8 of the Thies laser precipitation monitor, one a line.
 *
 * STX, address; serial number; version; date; time; ... 79 values, 22 x 20 counts by diameter and
 * velocity, perhaps further values, a checksum, ETX (instructions for use 5.4110, description of
 * the data telegrams). Loggers may put cells of their own ahead: a time there counts before the
 * sensor's. Dates are dd.mm.yy. */
#include "formats/text/thies.h"

#include "formats/text/text_head.h"
#include "formats/text/text_table.h"

#include <stdio.h>
#include <string.h>

enum {
    VALUES = 79,
    DIAMETERS = 22,
    VELOCITIES = 20,
    SPECTRUM = DIAMETERS * VELOCITIES,
    AHEAD_MAX = 4,
    CELLS_MAX = 600,
    DATE = 3,
    CLOCK = 4,
    VALUES_LEAST = 20, /* up to the status of the laser */
    PROBE_LINES = 5,
    PROBE_MEMORY = 4 << 20,
};

typedef struct Field {
    const char *name;
    TextKind kind;
    const char *units, *standard_name;
} Field;

#define COUNTS(name)                                                                               \
    {"particles_" name, TEXT_INTEGER, "1", NULL},                                                  \
    {                                                                                              \
        "volume_" name, TEXT_NUMBER, NULL, NULL                                                    \
    }
#define STATUS(name)                                                                               \
    {                                                                                              \
        "status_" name, TEXT_INTEGER, NULL, NULL                                                   \
    }

static const Field fields[VALUES] = {
    {"address", TEXT_STRING, NULL, NULL},
    {"serial_number", TEXT_STRING, NULL, NULL},
    {"software_version", TEXT_STRING, NULL, NULL},
    {"sensor_date", TEXT_STRING, NULL, NULL},
    {"sensor_time", TEXT_STRING, NULL, NULL},
    {"synop_4677_5min", TEXT_INTEGER, NULL, NULL},
    {"synop_4680_5min", TEXT_INTEGER, NULL, NULL},
    {"metar_4678_5min", TEXT_STRING, NULL, NULL},
    {"intensity_5min", TEXT_NUMBER, "mm h-1", NULL},
    {"synop_4677", TEXT_INTEGER, NULL, NULL},
    {"synop_4680", TEXT_INTEGER, NULL, NULL},
    {"metar_4678", TEXT_STRING, NULL, NULL},
    {"intensity", TEXT_NUMBER, "mm h-1", "lwe_precipitation_rate"},
    {"intensity_liquid", TEXT_NUMBER, "mm h-1", "rainfall_rate"},
    {"intensity_solid", TEXT_NUMBER, "mm h-1", "lwe_snowfall_rate"},
    {"amount", TEXT_NUMBER, "mm", NULL},
    {"visibility", TEXT_NUMBER, "m", "visibility_in_air"},
    {"reflectivity", TEXT_NUMBER, "dBZ", "equivalent_reflectivity_factor"},
    {"quality", TEXT_NUMBER, "%", NULL},
    {"hail_diameter", TEXT_NUMBER, "mm", NULL},
    STATUS("laser"),
    STATUS("static_signal"),
    STATUS("laser_temperature_analog"),
    STATUS("laser_temperature_digital"),
    STATUS("laser_current_analog"),
    STATUS("laser_current_digital"),
    STATUS("supply"),
    STATUS("heating_pane_transmitter"),
    STATUS("heating_pane_receiver"),
    STATUS("temperature_sensor"),
    STATUS("heating_supply"),
    STATUS("heating_housing"),
    STATUS("heating_heads"),
    STATUS("heating_carriers"),
    STATUS("laser_power_output"),
    STATUS("reserve"),
    {"interior_temperature", TEXT_NUMBER, "degC", NULL},
    {"laser_temperature", TEXT_NUMBER, "degC", NULL},
    {"laser_current", TEXT_NUMBER, NULL, NULL},
    {"control_voltage", TEXT_NUMBER, "mV", NULL},
    {"optical_control_output", TEXT_NUMBER, "mV", NULL},
    {"supply_voltage", TEXT_NUMBER, NULL, NULL},
    {"heating_current_transmitter", TEXT_NUMBER, "mA", NULL},
    {"heating_current_receiver", TEXT_NUMBER, "mA", NULL},
    {"ambient_temperature", TEXT_NUMBER, "degC", "air_temperature"},
    {"heating_voltage", TEXT_NUMBER, NULL, NULL},
    {"heating_current_housing", TEXT_NUMBER, "mA", NULL},
    {"heating_current_heads", TEXT_NUMBER, "mA", NULL},
    {"heating_current_carriers", TEXT_NUMBER, "mA", NULL},
    COUNTS("all"),
    COUNTS("too_slow"),
    COUNTS("too_fast"),
    COUNTS("too_small"),
    COUNTS("no_hydrometeor"),
    COUNTS("unknown"),
    COUNTS("class_1"),
    COUNTS("class_2"),
    COUNTS("class_3"),
    COUNTS("class_4"),
    COUNTS("class_5"),
    COUNTS("class_6"),
    COUNTS("class_7"),
    COUNTS("class_8"),
    COUNTS("class_9"),
};

/* Lower limits of the classes; the last ones have no upper limit. */
static const double diameters[DIAMETERS] = {0.125, 0.25, 0.375, 0.5, 0.75, 1, 1.25, 1.5,
                                            1.75,  2,    2.5,   3,   3.5,  4, 4.5,  5,
                                            5.5,   6,    6.5,   7,   7.5,  8};
static const double velocities[VELOCITIES] = {0, 0.2, 0.4, 0.6, 0.8, 1,   1.4, 1.8, 2.2, 2.6,
                                              3, 3.4, 4.2, 5,   5.8, 6.6, 7.4, 8.2, 9,   10};

static const double no_sensor = 99999, no_quality = 999, no_code = -1;

typedef struct Thies {
    TextHead head;
    size_t ahead, cells; /* ahead of the telegram; of the row */
    size_t values;       /* of the telegram, without its counts */
    size_t first;        /* line of the first telegram, from 0 */
    bool counts, long_year;
    bool logged; /* the first cell is a time */
    TextColumn *columns;
    TextStack stack;
    TextRecord record;
    TextAttrs attrs;
    Arena *arena;
} Thies;

/* --- recognition ---------------------------------------------------------------------------- */

static const char *bare(const char *cell)
{
    return cell + strspn(cell, "\x02\x03 ");
}

/* '0' stands for a digit. */
static bool is_like(const char *text, const char *shape)
{
    for (; *text && *shape; text++, shape++)
        if (*shape == '0' ? *text < '0' || *text > '9' : *text != *shape)
            return false;
    return !*text && !*shape;
}

static bool begins(const char *const *cells)
{
    return is_like(bare(cells[0]), "00") && is_like(cells[1], "0000") &&
           is_like(cells[2], "0.00") &&
           (is_like(cells[DATE], "00.00.00") || is_like(cells[DATE], "00.00.0000")) &&
           is_like(cells[CLOCK], "00:00:00");
}

static bool recognise(Thies *t, const char ***first)
{
    for (size_t i = 0; i < t->head.count; i++) {
        size_t count;
        const char **cells = text_cells(t->head.lines[i], ';', 0, &count, t->arena);
        if (!cells || count < VALUES_LEAST)
            continue;
        for (t->ahead = 0; t->ahead <= AHEAD_MAX && t->ahead + VALUES_LEAST <= count; t->ahead++) {
            if (!begins(cells + t->ahead))
                continue;
            Timestamp stamp;
            t->cells = count;
            t->first = i;
            t->counts = count >= t->ahead + VALUES + SPECTRUM;
            t->values = count - t->ahead < VALUES ? count - t->ahead : VALUES;
            t->long_year = is_like(cells[t->ahead + DATE], "00.00.0000");
            t->logged = t->ahead > 0 && timestamp_parse_iso(cells[0], strlen(cells[0]), &stamp);
            *first = cells;
            return count <= CELLS_MAX;
        }
    }
    return false;
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    Arena a;
    Error e = {0};
    const char **first;
    arena_init(&a, PROBE_MEMORY);
    Thies t = {.arena = &a};
    bool is = text_head_read(in, PROBE_LINES, true, &t.head, &a, &e) && recognise(&t, &first);
    arena_deinit(&a);
    text_probed(in, is, "address, serial number, version, date and time of a Thies telegram",
                "no telegram of a Thies laser precipitation monitor", p);
}

/* --- reader --------------------------------------------------------------------------------- */

static void describe_value(TextColumn *c, size_t field)
{
    const Field *f = &fields[field];
    *c = (TextColumn){
        .name = f->name, .kind = f->kind, .units = f->units, .standard_name = f->standard_name};
    const double *missing = strncmp(f->name, "synop", 5) == 0             ? &no_code
                            : strcmp(f->name, "quality") == 0             ? &no_quality
                            : strcmp(f->name, "ambient_temperature") == 0 ? &no_sensor
                                                                          : NULL;
    c->missing = missing;
    c->missing_count = missing ? 1 : 0;
}

static bool describe(Thies *t)
{
    size_t spectrum = t->ahead + VALUES;
    t->columns = arena_array(t->arena, t->cells, sizeof *t->columns);
    if (!t->columns)
        return false;
    for (size_t k = 0; k < t->cells; k++)
        t->columns[k] = (TextColumn){.kind = TEXT_AUTO};
    for (size_t k = 0; k < t->values; k++)
        describe_value(&t->columns[t->ahead + k], k);
    t->stack = (TextStack){
        .as = {.name = "spectrum",
               .kind = TEXT_INTEGER,
               .units = "1",
               .long_name = "number of particles by class of diameter and velocity"},
        .first = spectrum,
        .axes = {{.name = "diameter",
                  .length = DIAMETERS,
                  .coordinates = diameters,
                  .units = "mm",
                  .long_name = "lower limit of the diameter class"},
                 {.name = "velocity",
                  .length = VELOCITIES,
                  .coordinates = velocities,
                  .units = "m s-1",
                  .long_name = "lower limit of the velocity class"}},
        .axis_count = 2,
    };
    TextTime *time = &t->record.time;
    if (t->logged) {
        t->columns[0] = (TextColumn){.name = "time", .kind = TEXT_TIME, .standard_name = "time"};
        time->pieces[time->count++] = (TextTimePiece){.column = 0, .piece = TEXT_PATTERN};
    } else {
        time->pieces[time->count++] =
            (TextTimePiece){.column = t->ahead + DATE,
                            .piece = TEXT_PATTERN,
                            .pattern = t->long_year ? "%d.%m.%Y" : "%d.%m.%y"};
        time->pieces[time->count++] = (TextTimePiece){
            .column = t->ahead + CLOCK, .piece = TEXT_PATTERN, .pattern = "%H:%M:%S"};
    }
    time->comment = "the file states no time zone, taken for UTC";
    t->record.columns = t->columns;
    t->record.column_count = t->cells;
    t->record.cells_min = t->counts ? spectrum + SPECTRUM : t->ahead + t->values;
    t->record.stacks = &t->stack;
    t->record.stack_count = t->counts ? 1 : 0;
    return true;
}

static bool open_thies(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                       Reader **out, Error *e)
{
    (void)options;
    (void)limits;
    const char **first;
    Thies *t = arena_alloc(a, sizeof *t);
    if (!t)
        return arena_full(a, e);
    t->arena = t->attrs.arena = a;
    if (!text_head_read(in, PROBE_LINES, false, &t->head, a, e))
        return false;
    if (!recognise(t, &first))
        return error_coded(
            e, ERROR_DATA, "bad_header",
            "none of the first %d lines is a telegram of a Thies laser precipitation "
            "monitor with its spectrum",
            PROBE_LINES);
    if (!describe(t))
        return arena_full(a, e);
    text_attr(&t->attrs, "instrument", "Thies laser precipitation monitor");
    text_attr(&t->attrs, "serial_number", first[t->ahead + 1]);
    text_attr(&t->attrs, "software_version", first[t->ahead + 2]);
    if (t->attrs.failed)
        return arena_full(a, e);
    TextTable table = {
        .model = "Thies LPM",
        .layout = {.encoding = t->head.encoding,
                   .bom_bytes = t->head.bom_bytes,
                   .first_line = t->first + 1,
                   .separator = ';'},
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

const Format format_thies = {
    .name = "thies",
    .summary = "telegrams of the Thies laser precipitation monitor, with spectra",
    .extensions = "txt",
    .probe = probe,
    .open = open_thies,
    .next = text_table_next,
    .close = text_table_close,
};
