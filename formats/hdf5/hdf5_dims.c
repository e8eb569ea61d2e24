/* hdf5_dims.c: which dimensions a variable has.
 *
 * By _Netcdf4Coordinates, else by DIMENSION_LIST, else (a coordinate variable) itself; what is left
 * gets an anonymous dimension, one for each length in a group, as netCDF-C does. An unlimited
 * dimension is as long as the longest variable on it. */
#include "formats/hdf5/hdf5_reader.h"

static const Hdf5Scale *scale_at(const Hdf5 *h, uint64_t address)
{
    for (size_t i = 0; i < h->scale_count; i++)
        if (h->scales[i].address == address)
            return &h->scales[i];
    return NULL;
}

static const Hdf5Scale *scale_with_id(const Hdf5 *h, int64_t id)
{
    for (size_t i = 0; i < h->scale_count; i++)
        if (h->scales[i].id == id)
            return &h->scales[i];
    return NULL;
}

static const Hdf5Scale *scale_of_axis(const Hdf5 *h, const Hdf5Var *x, size_t axis)
{
    const Hdf5Scale *s = NULL;
    if (x->scale_ids && x->scale_ids[axis] >= 0)
        s = scale_with_id(h, x->scale_ids[axis]);
    if (!s && x->is_scale && axis == 0)
        return &h->scales[x->scale];
    if (!s && x->scales)
        s = scale_at(h, x->scales[axis]);
    return s;
}

static bool anonymous_dim(Hdf5 *h, const Hdf5Var *x, size_t axis, size_t group, size_t *out,
                          Error *e)
{
    Dataset *d = &h->dataset;
    for (size_t i = 0; d->dims && i < d->dim_count; i++)
        if (d->dims[i].name[0] == '\0' && d->dims[i].group == group &&
            d->dims[i].length == x->extent[axis] && d->dims[i].unlimited == x->unlimited[axis]) {
            *out = i;
            return true;
        }
    Dim *dims = arena_grow(d->arena, d->dims, &h->dim_capacity, d->dim_count + 1, sizeof *dims);
    if (!dims)
        return arena_full(d->arena, e);
    d->dims = dims;
    *out = d->dim_count;
    dims[d->dim_count++] = (Dim){
        .name = "", .length = x->extent[axis], .unlimited = x->unlimited[axis], .group = group};
    return true;
}

static bool find_dims(Hdf5 *h, size_t index, Error *e)
{
    Var *v = &h->dataset.vars[index];
    const Hdf5Var *x = &h->vars[index];
    size_t *dims = arena_array(h->dataset.arena, x->rank, sizeof *dims);
    if (!dims)
        return arena_full(h->dataset.arena, e);
    for (size_t axis = 0; axis < x->rank; axis++) {
        const Hdf5Scale *s = scale_of_axis(h, x, axis);
        const Dim *dim = s ? &h->dataset.dims[s->dim] : NULL;
        if (dim && (dim->unlimited || dim->length == x->extent[axis]))
            dims[axis] = s->dim;
        else if (!anonymous_dim(h, x, axis, v->group, &dims[axis], e))
            return false;
    }
    v->dims = dims;
    v->dim_count = x->rank;
    return true;
}

static void lengthen_unlimited(Hdf5 *h)
{
    Dataset *d = &h->dataset;
    for (size_t i = 0; i < h->scale_count; i++)
        if (d->dims[h->scales[i].dim].unlimited)
            d->dims[h->scales[i].dim].length = 0;
    for (size_t i = 0; i < d->var_count; i++)
        for (size_t axis = 0; axis < h->vars[i].rank; axis++) {
            Dim *dim = &d->dims[d->vars[i].dims[axis]];
            uint64_t extent = h->vars[i].extent[axis];
            if (dim->unlimited && extent > dim->length)
                dim->length = extent;
        }
}

static bool set_shape(Hdf5 *h, size_t index, Error *e)
{
    Arena *a = h->dataset.arena;
    Var *v = &h->dataset.vars[index];
    Hdf5Var *x = &h->vars[index];
    uint64_t *shape = arena_array(a, x->rank, sizeof *shape);
    if (!shape)
        return arena_full(a, e);
    bool fits = true;
    v->count = x->is_null ? 0 : 1;
    for (size_t axis = 0; axis < x->rank; axis++) {
        shape[axis] = h->dataset.dims[v->dims[axis]].length;
        fits = fits && !__builtin_mul_overflow(v->count, shape[axis], &v->count);
    }
    v->shape = shape;
    if (fits)
        return true;
    v->count = 0;
    Error *why = arena_alloc(a, sizeof *why);
    if (!why)
        return arena_full(a, e);
    error_coded(why, ERROR_DATA, "decoded_size", "its dimensions multiply to more than 2^64");
    error_at(why, "variable %s", v->name);
    if (!x->failure)
        x->failure = why;
    return true;
}

/* The name of the committed datatype that is the variable's, as netCDF-C finds it. */
static const char *type_name_of(const Hdf5 *h, const Hdf5Var *x)
{
    if (x->dataset <= 0 || h->named_type_count == 0)
        return NULL;
    auto_hid hid_t type = H5Dget_type(x->dataset);
    for (size_t i = 0; type > 0 && i < h->named_type_count; i++)
        if (H5Tequal(type, h->named_types[i]) > 0)
            return h->type_names[i];
    return NULL;
}

bool hdf5_resolve_dims(Hdf5 *h, Error *e)
{
    Dataset *d = &h->dataset;
    for (size_t i = 0; i < d->var_count; i++)
        if (!find_dims(h, i, e))
            return false;
    lengthen_unlimited(h);
    for (size_t i = 0; i < d->var_count; i++) {
        if (!set_shape(h, i, e))
            return false;
        if (d->vars[i].type >= TYPE_COMPOUND)
            d->vars[i].user_type = type_name_of(h, &h->vars[i]);
    }
    return true;
}
