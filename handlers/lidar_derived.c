/* lidar_derived.c: what follows from rays, as variables with statistics. */
#include "handlers/lidar_source.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

typedef struct Kind {
    const char *group, *name, *units, *standard_name, *long_name;
    DataType type;
} Kind;

static const Kind kinds[LIDAR_DERIVED] = {
    [WIND_TIME] = {"wind", "time", NULL, "time", "middle of the scan", TYPE_DOUBLE},
    [WIND_ELEVATION] = {"wind", "elevation", "degree", "", "elevation of the scan's slanted beams",
                        TYPE_DOUBLE},
    [WIND_HEIGHT] = {"wind", "height", "m", "", "height above the lidar", TYPE_DOUBLE},
    [WIND_SPEED] = {"wind", "wind_speed", "m s-1", "wind_speed", "horizontal wind speed",
                    TYPE_DOUBLE},
    [WIND_DIRECTION] = {"wind", "wind_from_direction", "degree", "wind_from_direction",
                        "direction that the wind comes from; means are arithmetic", TYPE_DOUBLE},
    [WIND_EAST] = {"wind", "eastward_wind", "m s-1", "eastward_wind", "", TYPE_DOUBLE},
    [WIND_NORTH] = {"wind", "northward_wind", "m s-1", "northward_wind", "", TYPE_DOUBLE},
    [WIND_UP] = {"wind", "upward_air_velocity", "m s-1", "upward_air_velocity", "", TYPE_DOUBLE},
    [WIND_RESIDUAL] = {"wind", "residual", "m s-1", "",
                       "root of the mean square of what the wind leaves of the radial velocities",
                       TYPE_DOUBLE},
    [WIND_CONDITION] = {"wind", "condition", "1", "",
                        "condition number of the beams: 1 is best, 10 doubtful", TYPE_DOUBLE},
    [WIND_RAYS] = {"wind", "rays", "1", "", "rays with a value", TYPE_INT},
    [WIND_FLAG] =
        {"wind", "flag", "1", "",
         "0 sound, or the sum of 1 too few rays, 2 beams do not determine the wind, 4 they "
         "hardly do, 8 residual too large, 16 jump to the next height",
         TYPE_INT},
    [WIND_SPEED_DIFFERENCE] = {"wind", "wind_speed_difference", "m s-1", "",
                               "wind speed minus the instrument's own", TYPE_DOUBLE},
    [WIND_DIRECTION_DIFFERENCE] = {"wind", "wind_from_direction_difference", "degree", "",
                                   "wind direction minus the instrument's own, -180 to 180",
                                   TYPE_DOUBLE},
    [SCREENED_SNR] = {"screened", "snr", "dB", "",
                      "signal-to-noise ratio, 10 log10(intensity - 1), of all gates", TYPE_DOUBLE},
    [SCREENED_VELOCITY] = {"screened", NULL, NULL, lidar_velocity_away,
                           "radial velocity where there is a signal", TYPE_DOUBLE},
    [SCREENED_BETA] = {"screened", NULL, NULL,
                       "volume_attenuated_backwards_scattering_function_in_air",
                       "attenuated backscatter where there is a signal", TYPE_DOUBLE},
};

static bool is_wanted(const LidarSource *s, LidarDerived which)
{
    bool signal = s->columns[LIDAR_SIGNAL].var != NO_VAR;
    switch (which) {
    case WIND_TIME:
        return s->columns[LIDAR_TIME].var != NO_VAR;
    case WIND_HEIGHT:
        return s->range != NO_VAR;
    case WIND_SPEED_DIFFERENCE:
    case WIND_DIRECTION_DIFFERENCE:
        return s->columns[LIDAR_SPEED].var != NO_VAR && s->columns[LIDAR_DIRECTION].var != NO_VAR;
    case SCREENED_SNR:
        return signal && s->is_intensity;
    case SCREENED_VELOCITY:
        return signal;
    case SCREENED_BETA:
        return signal && s->columns[LIDAR_BETA].var != NO_VAR;
    default:
        return true;
    }
}

bool lidar_derived_begin(LidarSource *s, Error *e)
{
    s->fits = arena_array(s->arena, s->gates, sizeof *s->fits);
    s->row = arena_array(s->arena, s->gates, sizeof *s->row);
    size_t beams = s->scan_rays_max > s->gates ? s->scan_rays_max : s->gates;
    s->beams = arena_array(s->arena, beams, sizeof *s->beams);
    s->means = arena_array(s->arena, s->gates, sizeof *s->means);
    bool full = !s->fits || !s->row || !s->beams || !s->means;
    for (LidarDerived which = 0; which < LIDAR_DERIVED && !full; which++) {
        const Unpacking u = {.type = kinds[which].type,
                             .scale = 1,
                             .want_quantiles = s->options->quantiles && which != WIND_TIME};
        if (!is_wanted(s, which))
            continue;
        s->summaries[which] = summary_new(s->arena, &u);
        full = !s->summaries[which];
    }
    return !full || arena_full(s->arena, e);
}

bool lidar_derived_add(LidarSource *s, LidarDerived which, const double *row, Error *e)
{
    size_t length = which < WIND_HEIGHT ? 1 : s->gates;
    if (!s->summaries[which])
        return true;
    if (kinds[which].type != TYPE_INT)
        return summary_add(s->summaries[which], row, length, e);
    for (size_t i = 0; i < length; i++) {
        int32_t whole = (int32_t)row[i]; /* rays or flags */
        if (!summary_add(s->summaries[which], &whole, 1, e))
            return false;
    }
    return true;
}

static const char *words_of(const LidarSource *s, LidarDerived which, bool units)
{
    if (which == SCREENED_VELOCITY)
        return units ? s->velocity_units : s->velocity_name;
    if (which == SCREENED_BETA)
        return units ? s->beta_units : s->beta_name;
    if (which == WIND_TIME && units)
        return s->time_units;
    return units ? kinds[which].units : kinds[which].name;
}

static bool describe(const LidarSource *s, LidarDerived which, Derived *out)
{
    const Kind *k = &kinds[which];
    bool of_rays = which >= SCREENED_SNR;
    *out = (Derived){.units = words_of(s, which, true),
                     .standard_name = k->standard_name,
                     .long_name = k->long_name,
                     .type = k->type,
                     .rank = which < WIND_HEIGHT ? 1 : 2,
                     .shape = {of_rays ? s->counts.rays : s->counts.profiles, s->gates}};
    if (which == SCREENED_VELOCITY && s->towards)
        out->standard_name = lidar_velocity_towards;
    out->name = arena_printf(s->arena, "%s/%s/%s", s->group, k->group, words_of(s, which, false));
    summary_result(s->summaries[which], &out->result);
    return out->name != NULL;
}

bool lidar_derived_end(const LidarSource *s, Derived **list, size_t *count, size_t *capacity,
                       Error *e)
{
    for (LidarDerived which = 0; which < LIDAR_DERIVED; which++) {
        bool none = which < SCREENED_SNR && s->counts.profiles == 0;
        if (!s->summaries[which] || none)
            continue;
        *list = arena_grow(s->arena, *list, capacity, *count + 1, sizeof **list);
        if (!*list || !describe(s, which, &(*list)[*count]))
            return arena_full(s->arena, e);
        ++*count;
    }
    return true;
}
