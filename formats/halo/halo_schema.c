/* halo_schema.c: the dataset: rays x gates, with CF's names where CF has one. */
#include "formats/halo/halo_reader.h"

#include "core/time.h"

#include <string.h>

typedef struct Fact {
    const char *name, *units, *standard_name, *long_name;
} Fact;

static const Fact facts[HALO_VARS] = {
    [HALO_TIME] = {"time", NULL, "time", "time of the ray"},
    [HALO_RANGE] = {"range", "m", NULL,
                    "distance from the lidar along the beam to the centre of the gate"},
    [HALO_AZIMUTH] = {"azimuth", "degree", NULL, "azimuth of the beam, clockwise from north"},
    [HALO_ELEVATION] = {"elevation", "degree", NULL, "elevation of the beam above the horizon"},
    [HALO_PITCH] = {"pitch", "degree", "platform_pitch", "pitch of the lidar"},
    [HALO_ROLL] = {"roll", "degree", "platform_roll", "roll of the lidar"},
    [HALO_DOPPLER] = {"doppler", "m s-1", "radial_velocity_of_scatterers_away_from_instrument",
                      "Doppler velocity along the beam, positive away from the lidar"},
    [HALO_INTENSITY] = {"intensity", "1", NULL, "intensity: signal-to-noise ratio + 1"},
    [HALO_BETA] = {"beta", "m-1 sr-1", "volume_attenuated_backwards_scattering_function_in_air",
                   "attenuated backscatter coefficient"},
    [HALO_WIDTH] = {"spectral_width", "m s-1", NULL, "width of the Doppler spectrum"},
};

static bool is_in_file(const HaloReader *r, HaloColumn c)
{
    if (c == HALO_PITCH || c == HALO_ROLL)
        return r->ray_columns == HALO_RAY_COLUMNS_MAX;
    if (c == HALO_WIDTH)
        return r->gate_columns == HALO_GATE_COLUMNS_MAX;
    return c != HALO_RANGE || r->header.range_step > 0;
}

static const char *time_units(const HaloReader *r)
{
    CivilTime day;
    if (!r->header.has_day)
        return "hour";
    instant_to_civil((Instant){.seconds = r->header.day_s}, CALENDAR_PROLEPTIC_GREGORIAN, &day);
    const char *units = arena_printf(r->arena, "hours since %04d-%02d-%02d 00:00:00", (int)day.year,
                                     day.month, day.day);
    return units ? units : "hour";
}

static void describe(HaloReader *r, HaloColumn c, TextAttrs *attrs)
{
    const Fact *f = &facts[c];
    text_attr(attrs, "units", c == HALO_TIME ? time_units(r) : f->units);
    if (c == HALO_TIME && r->header.has_day)
        text_attr(attrs, "calendar", "proleptic_gregorian");
    if (f->standard_name && (c != HALO_TIME || r->header.has_day))
        text_attr(attrs, "standard_name", f->standard_name);
    text_attr(attrs, "long_name", f->long_name);
    if (c >= HALO_DOPPLER && c != HALO_RANGE)
        text_attr(attrs, "coordinates", "azimuth elevation");
}

static bool add_variable(HaloReader *r, HaloColumn c)
{
    static const size_t dims[] = {0, 1};
    Dataset *d = &r->dataset;
    TextAttrs attrs = {.arena = r->arena};
    describe(r, c, &attrs);
    bool of_gates = c == HALO_RANGE, both = c >= HALO_DOPPLER && !of_gates;
    r->columns[d->var_count] = c;
    if (c == HALO_TIME && r->header.has_day)
        d->time_var = d->var_count;
    d->vars[d->var_count++] = (Var){.name = facts[c].name,
                                    .type = TYPE_DOUBLE,
                                    .base = TYPE_DOUBLE,
                                    .dim_count = both ? 2 : 1,
                                    .dims = dims + of_gates,
                                    .shape = r->shape + of_gates,
                                    .count = of_gates ? r->gates : 0,
                                    .attrs = attrs.items,
                                    .attr_count = attrs.count,
                                    .no_default_fill = true};
    return !attrs.failed;
}

void halo_set_rows(HaloReader *r, uint64_t rows)
{
    Dataset *d = &r->dataset;
    r->shape[0] = r->dims[0].length = d->rows = rows;
    d->rows_known = true;
    for (size_t i = 0; i < d->var_count; i++)
        if (r->columns[i] != HALO_RANGE)
            d->vars[i].count = d->vars[i].dim_count == 2 ? rows * r->gates : rows;
}

/* The program gives the kind of scan to the file's name: "Stare_91_20221214_11.hpl". */
static const char *scan_type(const HaloReader *r)
{
    const HaloHeader *h = &r->header;
    if (h->scan_type && *h->scan_type)
        return h->scan_type;
    if (!h->filename || !*h->filename)
        return "scan";
    const char *word = arena_copy(r->arena, h->filename, strcspn(h->filename, "_."));
    return word ? word : "scan";
}

static bool make_groups(HaloReader *r)
{
    Dataset *d = &r->dataset;
    TextAttrs *attrs = &r->header.attrs;
    if (r->header.filename && strstr(r->header.filename, "Cross"))
        text_attr(attrs, "polarisation", "cross");
    r->root = (Group){.path = "", .attrs = attrs->items, .attr_count = attrs->count};
    r->dims[0] = (Dim){.name = "time", .unlimited = true};
    r->dims[1] = (Dim){.name = "range", .length = r->gates};
    r->shape[1] = r->gates;
    d->groups = &r->root;
    d->group_count = 1;
    d->dims = r->dims;
    d->dim_count = 2;
    d->model =
        arena_printf(r->arena, "Halo %s, %llu gates", scan_type(r), (unsigned long long)r->gates);
    return d->model && !attrs->failed;
}

/* Batches of about this many values, in whole rays. */
static bool make_room(HaloReader *r)
{
    enum { BATCH_VALUES = 8192 };
    r->batch_rays = r->gates < BATCH_VALUES ? BATCH_VALUES / r->gates : 1;
    for (HaloColumn c = HALO_TIME; c < HALO_COLUMNS; c++) {
        if (!is_in_file(r, c))
            continue;
        size_t each = c >= HALO_DOPPLER ? r->gates : 1;
        r->values[c] = arena_array(r->arena, r->batch_rays * each, sizeof(double));
        if (!r->values[c])
            return false;
    }
    r->range = arena_array(r->arena, r->gates, sizeof(double));
    for (uint64_t i = 0; r->range && i < r->gates; i++)
        r->range[i] = r->header.first_range + (double)i * r->header.range_step;
    return r->range != NULL;
}

bool halo_schema(HaloReader *r, Error *e)
{
    static const HaloColumn order[] = {HALO_TIME,  HALO_RANGE, HALO_AZIMUTH, HALO_ELEVATION,
                                       HALO_PITCH, HALO_ROLL,  HALO_DOPPLER, HALO_INTENSITY,
                                       HALO_BETA,  HALO_WIDTH};
    Dataset *d = &r->dataset;
    d->vars = arena_array(r->arena, HALO_VARS, sizeof *d->vars);
    if (!d->vars || !make_room(r) || !make_groups(r))
        return arena_full(r->arena, e);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        if (is_in_file(r, order[i]) && !add_variable(r, order[i]))
            return arena_full(r->arena, e);
    if (!r->header.has_day)
        dataset_note(d, "no start time in the header and no date in the name there: the day of the "
                        "rays is unknown");
    if (!(r->header.range_step > 0))
        dataset_note(d, "no range gate length in the header: the range of the gates is unknown");
    if (r->header.overlap_unsaid)
        dataset_note(
            d,
            "gates overlap, but the header's formula is for gates that do not: range taken "
            "as %g m + gate x %g m",
            r->header.first_range, r->header.range_step);
    return true;
}
