/* sampling.c: discrete sampling geometries of CF (chapter 9 and appendix H of CF 1.11): which
 * features a file holds, how many, and whether ragged arrays add up. */
#include "handlers/conventions/convention.h"
#include "handlers/conventions/schema.h"

#include <inttypes.h>
#include <string.h>

static const char *const features[] = {
    "point", "timeSeries", "trajectory", "profile", "timeSeriesProfile", "trajectoryProfile", NULL};

static const char *feature_type(const Dataset *d)
{
    const char *text = schema_text(d, 0, "featureType");
    return text ? text : schema_text(d, 0, "CF:featureType");
}

/* A ragged array: attribute "sample_dimension" (contiguous) or "instance_dimension" (indexed). */
static bool is_ragged(const Dataset *d, const Var *v, const char *attribute)
{
    const char *name = var_attr_text(v, attribute);
    return name && v->dim_count == 1 && type_is_numeric(v->type) && schema_dim(d, name);
}

/* The attribute names a dimension that is not there. */
static void note_lost(Dataset *d, const Var *v, const char *attribute)
{
    const char *name = var_attr_text(v, attribute);
    if (name && !schema_dim(d, name))
        dataset_note(d, "variable %s: its %s \"%s\" is no dimension of the file", v->name,
                     attribute, schema_phrase(d->arena, name, strlen(name), 60));
}

static bool has_ragged(const Dataset *d)
{
    for (size_t i = 0; i < d->var_count; i++)
        if (is_ragged(d, &d->vars[i], "sample_dimension") ||
            is_ragged(d, &d->vars[i], "instance_dimension"))
            return true;
    return false;
}

bool sampling_see(const Dataset *d, Buffer *evidence)
{
    (void)evidence;
    return feature_type(d) || has_ragged(d);
}

void sampling_watch(Watches *w)
{
    const Dataset *d = w->dataset;
    for (size_t i = 0; i < d->var_count; i++)
        if (is_ragged(d, &d->vars[i], "sample_dimension") ||
            is_ragged(d, &d->vars[i], "instance_dimension"))
            watch_numbers(w, i);
}

static const char *known_feature(const char *stated)
{
    for (size_t i = 0; stated && features[i]; i++)
        if (text_equal_nocase(features[i], stated))
            return features[i];
    return NULL;
}

static void tell_contiguous(const Watches *w, Dataset *d, size_t var)
{
    const Var *v = &d->vars[var];
    const Dim *instances = &d->dims[v->dims[0]];
    const Dim *samples = schema_dim(d, var_attr_text(v, "sample_dimension"));
    const Numbers *n = watched_numbers(w, var);
    if (!n)
        return;
    dataset_fact(d,
                 "contiguous ragged array: %" PRIu64 " of %s, %" PRIu64 " samples (%s); %s from "
                 "%.17g to %.17g, sum %.17g",
                 instances->length, instances->name, samples->length, samples->name, v->name,
                 n->min, n->max, n->sum);
    if (n->missing > 0)
        dataset_note(d, "variable %s: %" PRIu64 " row sizes are missing", v->name, n->missing);
    if (n->count > 0 && n->min < 0)
        dataset_note(d, "variable %s: a row size is negative (%.17g)", v->name, n->min);
    if (n->sum != (double)samples->length)
        dataset_note(d,
                     "variable %s: the row sizes add up to %.17g, but dimension %s has %" PRIu64
                     " samples",
                     v->name, n->sum, samples->name, samples->length);
}

static void tell_indexed(const Watches *w, Dataset *d, size_t var)
{
    const Var *v = &d->vars[var];
    const Dim *samples = &d->dims[v->dims[0]];
    const Dim *instances = schema_dim(d, var_attr_text(v, "instance_dimension"));
    const Numbers *n = watched_numbers(w, var);
    if (!n)
        return;
    dataset_fact(d,
                 "indexed ragged array: %" PRIu64 " of %s, %" PRIu64
                 " samples (%s), of which %" PRIu64 " belong to none (%s is missing)",
                 instances->length, instances->name, samples->length, samples->name, n->missing,
                 v->name);
    if (n->count > 0 && (n->min < 0 || n->max >= (double)instances->length))
        dataset_note(d,
                     "variable %s: indices go from %.17g to %.17g, but dimension %s has %" PRIu64,
                     v->name, n->min, n->max, instances->name, instances->length);
}

/* "timeseries_id": how many there are. */
static void tell_role(Dataset *d, const char *role, const char *word)
{
    for (size_t i = 0; i < d->var_count; i++) {
        const Var *v = &d->vars[i];
        const char *text = var_attr_text(v, "cf_role");
        if (!text || strcmp(text, role) != 0)
            continue;
        size_t name_dims = v->type == TYPE_CHAR && v->dim_count > 0 ? 1 : 0;
        uint64_t n = 1;
        for (size_t k = 0; k + name_dims < v->dim_count; k++)
            n *= v->shape[k];
        dataset_fact(d, "%s: %" PRIu64 " (%s)", word, n, v->name);
        return;
    }
}

void sampling_tell(const Watches *w, Dataset *d)
{
    const char *stated = feature_type(d), *known = known_feature(stated);
    if (known)
        dataset_fact(d, "feature type: %s", known);
    else if (stated)
        dataset_note(d, "featureType \"%s\" is none of those that CF knows",
                     schema_phrase(d->arena, stated, strlen(stated), 60));
    tell_role(d, "timeseries_id", "time series");
    tell_role(d, "trajectory_id", "trajectories");
    tell_role(d, "profile_id", "profiles");
    for (size_t i = 0; i < d->var_count && schema_has_room(d); i++) {
        note_lost(d, &d->vars[i], "sample_dimension");
        note_lost(d, &d->vars[i], "instance_dimension");
        if (is_ragged(d, &d->vars[i], "sample_dimension"))
            tell_contiguous(w, d, i);
        if (is_ragged(d, &d->vars[i], "instance_dimension"))
            tell_indexed(w, d, i);
    }
}
