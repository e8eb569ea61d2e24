/* lidar_find.c: which variables of a dataset are the rays of a Doppler lidar. */
#include "handlers/lidar_source.h"

#include "core/text.h"
#include "core/time.h"
#include "handlers/masking.h"
#include "handlers/snr.h"

#include <math.h>
#include <string.h>

#define CNR_MIN_DB (-23.0)

/* What tells a variable: its standard name, or its own in any case. */
typedef struct Signs {
    const char *const *standard_names, *const *names;
} Signs;

static const char *const velocity_standard[] = {lidar_velocity_away, lidar_velocity_towards, NULL};
static const char *const velocity_names[] = {
    "doppler", "radial_velocity", "radial_wind_speed", "Radial Wind Speed", "RWS", NULL};
static const char *const azimuth_standard[] = {"ray_azimuth_angle", "sensor_azimuth_angle", NULL};
static const char *const azimuth_names[] = {"azimuth", "azimuth_angle", NULL};
static const char *const elevation_standard[] = {"ray_elevation_angle", NULL};
static const char *const elevation_names[] = {"elevation", "elevation_angle", NULL};
static const char *const plain_units[] = {"1", "unitless", "dimensionless", NULL};
static const char *const signal_names[] = {"intensity", "CNR", "snr", NULL};
static const char *const beta_standard[] = {
    "volume_attenuated_backwards_scattering_function_in_air", NULL};
static const char *const beta_names[] = {"beta", "attenuated_backscatter", NULL};
static const char *const range_names[] = {"range", "gate_range", NULL};
static const char *const speed_standard[] = {"wind_speed", NULL};
static const char *const direction_standard[] = {"wind_from_direction", NULL};
static const char *const time_standard[] = {"time", NULL};
static const char *const time_names[] = {"time", NULL};
static const char *const position_names[] = {"Position", NULL};
static const char *const none[] = {NULL};

static const Signs is_velocity = {velocity_standard, velocity_names};
static const Signs is_range = {none, range_names};
static const Signs is_position = {none, position_names};
static const Signs of_roles[LIDAR_ROLES] = {
    [LIDAR_TIME] = {time_standard, time_names},
    [LIDAR_AZIMUTH] = {azimuth_standard, azimuth_names},
    [LIDAR_ELEVATION] = {elevation_standard, elevation_names},
    [LIDAR_SIGNAL] = {none, signal_names},
    [LIDAR_BETA] = {beta_standard, beta_names},
    [LIDAR_SPEED] = {speed_standard, none},
    [LIDAR_DIRECTION] = {direction_standard, none},
};

static bool is_one_of(const char *text, const char *const *words)
{
    for (; text && *words; words++)
        if (text_equal_nocase(text, *words))
            return true;
    return false;
}

static bool has_signs(const Var *v, const Signs *signs)
{
    return is_one_of(var_attr_text(v, "standard_name"), signs->standard_names) ||
           is_one_of(var_plain_name(v), signs->names);
}

static bool has_dims(const Var *v, const size_t *dims, size_t rank)
{
    if (v->dim_count != rank)
        return false;
    for (size_t i = 0; i < rank; i++)
        if (v->dims[i] != dims[i])
            return false;
    return true;
}

/* The first variable of the type, signs and dimensions. */
static size_t find(const Dataset *d, bool text, const Signs *signs, const size_t *dims, size_t rank)
{
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *v = &d->vars[i];
        bool fits = text ? v->type == TYPE_STRING : type_is_numeric(v->type);
        if (fits && has_dims(v, dims, rank) && has_signs(v, signs))
            return i;
    }
    return NO_VAR;
}

/* The number behind "ScanAngle (°)=28.000" and its like; NAN: there is none. */
static double header_number(const Dataset *d, const char *key)
{
    const Group *root = &d->groups[0];
    for (size_t i = 0; i < root->attr_count; i++) {
        const Attr *a = &root->attrs[i];
        double value;
        if (strncmp(a->name, key, strlen(key)) != 0)
            continue;
        if (attr_number(a, 0, &value) ||
            (a->type == TYPE_CHAR && a->values && text_to_double(a->values, a->count, '.', &value)))
            return value;
    }
    return NAN;
}

/* --- a source ------------------------------------------------------------------------------- */

static const char *text_or_nothing(const Var *v, const char *name)
{
    const char *text = var_attr_text(v, name);
    return text ? text : "";
}

/* Seconds in a unit of the time; a reference that another variable holds does not matter here. */
static double unit_of(const char *units)
{
    TimeUnits parsed;
    Error ignored = {0};
    if (time_units_parse(units, CALENDAR_STANDARD, &parsed, &ignored))
        return (double)parsed.unit_ns * 1e-9;
    return strncmp(units, "second", strlen("second")) == 0 ? 1 : (double)NAN;
}

static void set_time(LidarSource *s, const Dataset *d, const size_t *dims)
{
    size_t var = d->time_var;
    if (var == NO_VAR || !has_dims(&d->vars[var], dims, 1))
        var = find(d, false, &of_roles[LIDAR_TIME], dims, 1);
    s->columns[LIDAR_TIME].var = var;
    s->time_units = var == NO_VAR ? "" : text_or_nothing(&d->vars[var], "units");
    s->second = unit_of(s->time_units);
}

/* The beam's direction: two angles, or WindCube's word. False: neither is there. */
static bool set_beam(LidarSource *s, const Dataset *d, const size_t *dims)
{
    for (LidarRole role = LIDAR_AZIMUTH; role <= LIDAR_ELEVATION; role++)
        s->columns[role].var = find(d, false, &of_roles[role], dims, 1);
    s->position = NO_VAR;
    if (s->columns[LIDAR_AZIMUTH].var != NO_VAR && s->columns[LIDAR_ELEVATION].var != NO_VAR)
        return true;
    s->position = find(d, true, &is_position, dims, 1);
    double from_zenith_deg = header_number(d, "ScanAngle");
    double offset_deg = header_number(d, "DirectionOffset");
    s->slant_deg = 90 - from_zenith_deg;
    s->offset_deg = isfinite(offset_deg) ? offset_deg : 0;
    s->range_is_height = true;
    for (LidarRole role = LIDAR_AZIMUTH; role <= LIDAR_ELEVATION; role++)
        s->columns[role].var = NO_VAR;
    if (s->position != NO_VAR && !(from_zenith_deg > 0 && from_zenith_deg < 90))
        s->failed = "the header has no ScanAngle";
    return s->position != NO_VAR;
}

static void set_signal(LidarSource *s, const Dataset *d)
{
    size_t var = s->columns[LIDAR_SIGNAL].var;
    double own = header_number(d, "CNRThreshold");
    double cnr_min = isfinite(own) && own < 0 ? own : CNR_MIN_DB;
    const char *units = var == NO_VAR ? "" : text_or_nothing(&d->vars[var], "units");
    s->is_intensity =
        var != NO_VAR && text_equal_nocase(var_plain_name(&d->vars[var]), "intensity");
    s->signal_name = var == NO_VAR ? "" : d->vars[var].name;
    s->signal_min = s->options->cnr_min < 0 ? s->options->cnr_min : cnr_min;
    s->signal_unit = " dB";
    s->is_guessed_db = !s->is_intensity && units[strspn(units, " ")] == '\0';
    if (s->is_intensity || is_one_of(units, plain_units)) {
        s->signal_unit = "";
        s->signal_min = s->is_intensity ? s->options->intensity_min
                                        : snr_of_intensity(snr_intensity_of_db(s->signal_min));
    }
}

/* From the variable's unit to m s-1, degree or m; 1 for those and for what is not known. */
static double factor_of(const Dataset *d, size_t var)
{
    static const struct {
        const char *units;
        double factor;
    } known[] = {{"cm s-1", 0.01},    {"cm/s", 0.01},          {"km h-1", 1 / 3.6},
                 {"km/h", 1 / 3.6},   {"knot", 1852 / 3600.0}, {"knots", 1852 / 3600.0},
                 {"rad", 180 / M_PI}, {"radian", 180 / M_PI},  {"radians", 180 / M_PI},
                 {"km", 1000}};
    const char *units = var == NO_VAR ? "" : text_or_nothing(&d->vars[var], "units");
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (text_equal_nocase(units, known[i].units))
            return known[i].factor;
    return 1;
}

static bool set_columns(LidarSource *s, Dataset *notes, const Dataset *d, Error *e)
{
    for (LidarRole role = 0; role < LIDAR_ROLES; role++) {
        LidarColumn *c = &s->columns[role];
        bool has_unit = role != LIDAR_TIME && role != LIDAR_SIGNAL && role != LIDAR_BETA;
        c->width = role >= LIDAR_VELOCITY ? s->gates : 1;
        c->factor = has_unit ? factor_of(d, c->var) : 1;
        if (c->var == NO_VAR)
            continue;
        masking_of_variable(notes, &d->vars[c->var], NULL, &c->unpacking);
        if (!mask_init(&c->mask, &c->unpacking))
            c->var = NO_VAR;
    }
    s->range_factor = factor_of(d, s->range);
    if (s->range != NO_VAR) {
        masking_of_variable(notes, &d->vars[s->range], NULL, &s->range_unpacking);
        if (!mask_init(&s->range_mask, &s->range_unpacking))
            s->range = NO_VAR;
    }
    s->ranges = arena_array(s->arena, s->gates, sizeof(double));
    return s->ranges || arena_full(s->arena, e);
}

static bool name_variables(LidarSource *s, const Dataset *d, size_t velocity)
{
    size_t beta = s->columns[LIDAR_BETA].var;
    s->group = d->groups[d->vars[velocity].group].path;
    s->velocity_name = var_plain_name(&d->vars[velocity]);
    s->velocity_units =
        factor_of(d, velocity) == 1 ? text_or_nothing(&d->vars[velocity], "units") : "m s-1";
    const char *standard_name = text_or_nothing(&d->vars[velocity], "standard_name");
    s->towards = s->options->towards || text_equal_nocase(standard_name, lidar_velocity_towards);
    s->beta_name = beta == NO_VAR ? "" : var_plain_name(&d->vars[beta]);
    s->beta_units = beta == NO_VAR ? "" : text_or_nothing(&d->vars[beta], "units");
    s->prefix = s->group[0] ? arena_printf(s->arena, "%s/", s->group) : "";
    return s->prefix != NULL;
}

/* *found is false where the variable has no rays with directions. */
static bool make_source(LidarSource *s, Dataset *notes, const Dataset *d, size_t velocity,
                        bool *found, Error *e)
{
    const Var *v = &d->vars[velocity];
    uint64_t gates = d->dims[v->dims[1]].length;
    *found = gates > 0 && gates <= LIDAR_VALUES_MAX && set_beam(s, d, v->dims);
    if (!*found)
        return true;
    s->gates = (size_t)gates;
    s->scan_rays_max = LIDAR_VALUES_MAX / s->gates < LIDAR_SCAN_RAYS_MAX
                           ? LIDAR_VALUES_MAX / s->gates
                           : LIDAR_SCAN_RAYS_MAX;
    set_time(s, d, v->dims);
    s->columns[LIDAR_VELOCITY].var = velocity;
    for (LidarRole role = LIDAR_SIGNAL; role < LIDAR_ROLES; role++)
        s->columns[role].var = find(d, false, &of_roles[role], v->dims, 2);
    s->range = find(d, false, &is_range, v->dims + 1, 1);
    set_signal(s, d);
    if (!name_variables(s, d, velocity))
        return arena_full(s->arena, e);
    return set_columns(s, notes, d, e) && lidar_derived_begin(s, e);
}

/* Only the first velocity over the same rays and gates counts. */
static bool is_new(const Dataset *d, const Var *v, const LidarSource *sources, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (has_dims(v, d->vars[sources[i].columns[LIDAR_VELOCITY].var].dims, 2))
            return false;
    return true;
}

bool lidar_find(const Dataset *d, const LidarOptions *o, LidarSource **out, size_t *count, Error *e)
{
    Dataset notes; /* the statistics have told them */
    dataset_init(&notes, d->arena);
    LidarSource *sources = arena_array(d->arena, LIDAR_SOURCES_MAX, sizeof *sources);
    if (!sources)
        return arena_full(d->arena, e);
    *count = 0;
    for (size_t i = 0; i < d->var_count && *count < LIDAR_SOURCES_MAX; i++) {
        const Var *v = &d->vars[i];
        bool found = false;
        if (v->dim_count != 2 || !type_is_numeric(v->type) || !has_signs(v, &is_velocity) ||
            !is_new(d, v, sources, *count))
            continue;
        sources[*count] = (LidarSource){.options = o, .arena = d->arena};
        if (!make_source(&sources[*count], &notes, d, i, &found, e))
            return false;
        *count += found;
    }
    *out = sources;
    return true;
}
