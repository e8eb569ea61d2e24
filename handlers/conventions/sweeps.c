/* sweeps.c: radar and lidar volumes: CfRadial 1 (rays of all sweeps in one dimension, where each
 * begins and ends in two variables), CfRadial 2 and WindCube (a group for each sweep). */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <string.h>

enum { SHOWN = 20 };

/* The group's name if it is one of a sweep, below the root. */
static const char *sweep_name(const Dataset *d, size_t group)
{
    const char *path = d->groups[group].path;
    if (group == 0 || strchr(path + 1, '/') || !schema_matches("sweep_* Sweep_*", path + 1))
        return NULL;
    return path + 1;
}

static size_t count_sweeps(const Dataset *d)
{
    size_t sweeps = 0;
    for (size_t i = 0; i < d->group_count; i++)
        sweeps += sweep_name(d, i) != NULL;
    return sweeps;
}

static bool has_radial_wind(const Dataset *d)
{
    for (size_t i = 0; i < d->group_count; i++)
        if (sweep_name(d, i) &&
            (schema_has_var(d, i, "radial_wind_speed") ||
             (schema_has_var(d, i, "cnr") && schema_has_var(d, i, "gate_index"))))
            return true;
    return false;
}

bool windcube_see(const Dataset *d, Buffer *evidence)
{
    size_t sweeps = count_sweeps(d);
    if (sweeps == 0 || !has_radial_wind(d))
        return false;
    evidence_add(evidence, "%zu group%s Sweep_... with cnr or radial_wind_speed", sweeps,
                 sweeps == 1 ? "" : "s");
    return true;
}

bool cfradial2_see(const Dataset *d, Buffer *evidence)
{
    size_t sweeps = count_sweeps(d);
    bool listed =
        schema_has_var(d, 0, "sweep_group_name") || schema_has_var(d, 0, "sweep_fixed_angle");
    if (sweeps == 0 || !listed || windcube_see(d, NULL))
        return false;
    evidence_add(evidence, "variable sweep_group_name or sweep_fixed_angle, %zu group%s sweep_...",
                 sweeps, sweeps == 1 ? "" : "s");
    return true;
}

static size_t time_of(const Dataset *d, size_t group)
{
    size_t var = schema_var(d, group, "time");
    return var != NO_VAR && d->vars[var].dim_count == 1 ? var : NO_VAR;
}

void sweeps_watch(Watches *w)
{
    watch_numbers(w, schema_var(w->dataset, 0, "sweep_fixed_angle"));
    watch_numbers(w, schema_var(w->dataset, 0, "volume_number"));
}

static void tell_number(const Watches *w, Dataset *d, const char *name, const char *title)
{
    const Numbers *n = watched_numbers(w, schema_var(d, 0, name));
    auto_buffer Buffer list = {0};
    for (size_t i = 0; n && i < n->count && i < SHOWN; i++)
        buffer_printf(&list, "%s%.7g", i ? " " : "", n->kept[i]);
    if (n && n->count > SHOWN)
        buffer_string(&list, " ...");
    if (list.length)
        dataset_fact(d, "%s: %s", title, list.bytes);
}

void sweeps_tell(const Watches *w, Dataset *d)
{
    auto_buffer Buffer rays = {0};
    uint64_t total = 0;
    size_t sweeps = 0;
    for (size_t i = 0; i < d->group_count; i++) {
        const char *name = sweep_name(d, i);
        size_t time = name ? time_of(d, i) : NO_VAR;
        sweeps += name != NULL;
        if (time == NO_VAR)
            continue;
        total += d->vars[time].shape[0];
        if (sweeps <= SHOWN)
            buffer_printf(&rays, "%s%s %" PRIu64, rays.length ? ", " : "", name,
                          d->vars[time].shape[0]);
    }
    dataset_fact(d, "sweeps: %zu, %" PRIu64 " rays%s%s%s", sweeps, total, rays.length ? " (" : "",
                 rays.length ? rays.bytes : "", rays.length ? sweeps > SHOWN ? ", ...)" : ")" : "");
    tell_number(w, d, "volume_number", "volume");
    tell_number(w, d, "sweep_fixed_angle", "fixed angles");
}

/* ---- CfRadial 1 */

bool cfradial_see(const Dataset *d, Buffer *evidence)
{
    static const char *const names[] = {"sweep_number", "fixed_angle", "sweep_start_ray_index",
                                        "sweep_end_ray_index"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!schema_has_var(d, 0, names[i]))
            return false;
    evidence_add(evidence, "variables sweep_number, fixed_angle, sweep_start_ray_index, "
                           "sweep_end_ray_index");
    return true;
}

void cfradial_watch(Watches *w)
{
    static const char *const names[] = {"volume_number", "fixed_angle", "sweep_start_ray_index",
                                        "sweep_end_ray_index"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        watch_numbers(w, schema_var(w->dataset, 0, names[i]));
}

static void check_rays(const Numbers *start, const Numbers *end, uint64_t rays, Dataset *d)
{
    double sum = end->sum - start->sum + (double)start->count;
    if (start->count != end->count || start->missing || end->missing)
        dataset_note(d, "sweep_start_ray_index or sweep_end_ray_index is missing for a sweep");
    else if (start->min < 0 || end->max >= (double)rays || sum < 0)
        dataset_note(
            d, "sweeps go from ray %.17g to ray %.17g, but dimension time has %" PRIu64 " rays",
            start->min, end->max, rays);
    else if (sum > (double)rays)
        dataset_note(d, "the sweeps have %.17g rays, dimension time has %" PRIu64, sum, rays);
    else if (sum < (double)rays)
        dataset_fact(d, "rays that belong to no sweep: %.17g", (double)rays - sum);
}

/* Of the root: the groups of other files have dimensions of these names too. */
static const Dim *root_dim(const Dataset *d, const char *name)
{
    for (size_t i = 0; i < d->dim_count; i++)
        if (d->dims[i].group == 0 && strcmp(d->dims[i].name, name) == 0)
            return &d->dims[i];
    return NULL;
}

void cfradial_tell(const Watches *w, Dataset *d)
{
    const Dim *sweep = root_dim(d, "sweep"), *time = root_dim(d, "time");
    const Dim *range = root_dim(d, "range");
    const Numbers *start = watched_numbers(w, schema_var(d, 0, "sweep_start_ray_index"));
    const Numbers *end = watched_numbers(w, schema_var(d, 0, "sweep_end_ray_index"));
    if (sweep && time)
        dataset_fact(d, "sweeps: %" PRIu64 ", %" PRIu64 " rays, %" PRIu64 " gates", sweep->length,
                     time->length, range ? range->length : 0);
    tell_number(w, d, "volume_number", "volume");
    tell_number(w, d, "fixed_angle", "fixed angles");
    if (start && end && time && start->count + end->count > 0)
        check_rays(start, end, time->length, d);
}
