/* time_variable.c: finds the time coordinate by name, axis and units. */
#include "handlers/time_variable.h"

#include "core/time.h"

#include <string.h>

/* In falling order of preference; what find() looks for. */
typedef enum Rank {
    RANK_NAMED,
    RANK_UNLIMITED,
    RANK_STANDARD_NAME,
    RANK_AXIS,
    RANK_COORDINATE,
    RANK_NAMED_IN_GROUP,
    RANK_AUXILIARY,
    RANK_TIME_OFFSET,
    RANK_SERIES,
    RANK_NONE,
} Rank;

static bool attr_is(const Var *v, const char *name, const char *value)
{
    const char *text = var_attr_text(v, name);
    return text && strcmp(text, value) == 0;
}

/* The name as a blank-separated word of the attribute. */
static bool attr_names(const Var *v, const char *attribute, const char *name)
{
    const char *text = var_attr_text(v, attribute);
    size_t length = strlen(name);
    while (text && *text) {
        text += strspn(text, " \t\r\n");
        size_t word = strcspn(text, " \t\r\n");
        if (word > 0 && word == length && memcmp(text, name, length) == 0)
            return true;
        text += word;
    }
    return false;
}

/* By a variable of its group; one of the root by any (CF 2.7). */
static bool named_by_any(const Dataset *d, const char *attribute, const Var *v)
{
    const char *name = var_plain_name(v);
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *by = &d->vars[i];
        if ((v->group == 0 || by->group == v->group) && attr_names(by, attribute, name))
            return true;
    }
    return false;
}

static bool is_bounds(const Dataset *d, const Var *v)
{
    return named_by_any(d, "bounds", v) || named_by_any(d, "climatology", v);
}

static const Dim *own_dim(const Dataset *d, const Var *v)
{
    if (v->dim_count != 1)
        return NULL;
    const Dim *dim = &d->dims[v->dims[0]];
    return strcmp(dim->name, var_plain_name(v)) == 0 ? dim : NULL;
}

static size_t find_named(const Dataset *d, const char *name, size_t group)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (d->vars[i].group == group && strcmp(var_plain_name(&d->vars[i]), name) == 0)
            return i;
    return NO_VAR;
}

static Rank rank_of(const Dataset *d, const Var *v)
{
    const char *name = var_plain_name(v), *units = var_attr_text(v, "units");
    if (!type_is_numeric(v->type) || strcmp(name, "base_time") == 0)
        return RANK_NONE;
    bool offset = strcmp(name, "time_offset") == 0;
    if (offset)
        return find_named(d, "base_time", v->group) != NO_VAR ? RANK_TIME_OFFSET : RANK_NONE;
    if (!units || !time_units_look_like(units) || is_bounds(d, v))
        return RANK_NONE;
    const Dim *dim = own_dim(d, v);
    bool named = text_equal_nocase(name, "time");
    if (named && v->group == 0)
        return RANK_NAMED;
    if (dim && dim->unlimited)
        return RANK_UNLIMITED;
    if (attr_is(v, "standard_name", "time"))
        return RANK_STANDARD_NAME;
    if (attr_is(v, "axis", "T"))
        return RANK_AXIS;
    if (dim)
        return RANK_COORDINATE;
    if (named)
        return RANK_NAMED_IN_GROUP;
    if (named_by_any(d, "coordinates", v))
        return RANK_AUXILIARY;
    /* JULD(N_PROF) of Argo; but not another kind of time (forecast_reference_time), nor a scalar */
    return v->dim_count == 1 && !var_attr(v, "standard_name") ? RANK_SERIES : RANK_NONE;
}

/* Where a forecast starts is called `time` in netCDF made of GRIB; the instant that it is for has
 * the standard name. */
static size_t instant_of_forecast(const Dataset *d, size_t found)
{
    if (found == NO_VAR || !attr_is(&d->vars[found], "standard_name", "forecast_reference_time"))
        return found;
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *v = &d->vars[i];
        if (v->group == d->vars[found].group && attr_is(v, "standard_name", "time") &&
            rank_of(d, v) != RANK_NONE)
            return i;
    }
    return found;
}

size_t time_variable_find(const Dataset *d)
{
    Rank best = RANK_NONE;
    size_t found = NO_VAR;
    for (size_t i = 0; i < d->var_count && best != RANK_NAMED; i++) {
        Rank rank = rank_of(d, &d->vars[i]);
        if (rank < best) {
            best = rank;
            found = i;
        }
    }
    return instant_of_forecast(d, found);
}

static size_t depth(const char *path)
{
    size_t slashes = 0;
    for (; *path; path++)
        slashes += *path == '/';
    return slashes;
}

size_t time_variable_twins(const Dataset *d, size_t time_var, size_t out[TIME_TWINS_MAX])
{
    const Var *v = &d->vars[time_var];
    size_t count = 0;
    if (v->group == 0 || v->group >= d->group_count)
        return 0;
    size_t level = depth(d->groups[v->group].path);
    for (size_t i = 0; i < d->var_count && count < TIME_TWINS_MAX; i++) {
        const Var *o = &d->vars[i];
        bool elsewhere = o->group != 0 && o->group != v->group && o->group < d->group_count;
        if (elsewhere && strcmp(var_plain_name(v), var_plain_name(o)) == 0 &&
            depth(d->groups[o->group].path) == level && rank_of(d, o) != RANK_NONE)
            out[count++] = i;
    }
    return count;
}

size_t time_variable_reference(const Dataset *d, size_t time_var)
{
    const Var *v = &d->vars[time_var];
    const char *units = var_attr_text(v, "units");
    if (!units || !time_units_look_like(units))
        return find_named(d, "base_time", v->group);
    const char *word = strrchr(units, ' ');
    if (!word)
        return NO_VAR;
    size_t reference = find_named(d, word + 1, v->group);
    return reference != NO_VAR ? reference : find_named(d, word + 1, 0);
}
