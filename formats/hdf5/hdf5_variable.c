/* hdf5_variable.c: one HDF5 dataset: its type, shape, storage and attributes. */
#include "formats/hdf5/hdf5_reader.h"

#include <string.h>

static bool look_at_fill(Hdf5 *h, Hdf5Var *x, hid_t creation, Error *e)
{
    H5D_fill_value_t fill;
    H5D_fill_time_t fill_time;
    if (H5Pfill_value_defined(creation, &fill) < 0 || H5Pget_fill_time(creation, &fill_time) < 0)
        return hdf5_error(h, e, "its fill value");
    x->fill_undefined = fill == H5D_FILL_VALUE_UNDEFINED || fill_time == H5D_FILL_TIME_NEVER;
    return true;
}

static bool look_at_chunks(Hdf5 *h, Hdf5Var *x, hid_t creation, Error *e)
{
    hsize_t chunk[H5S_MAX_RANK];
    int rank = H5Pget_chunk(creation, H5S_MAX_RANK, chunk);
    if (rank < 0)
        return hdf5_error(h, e, "its chunks");
    if ((size_t)rank != x->rank)
        return error_coded(e, ERROR_DATA, "damaged", "its chunks have %d dimensions, not %zu", rank,
                           x->rank);
    x->chunk = arena_array(h->dataset.arena, x->rank, sizeof *x->chunk);
    if (!x->chunk)
        return arena_full(h->dataset.arena, e);
    for (size_t i = 0; i < x->rank; i++)
        x->chunk[i] = chunk[i] ? chunk[i] : 1;
    return true;
}

static bool look_at_space(Hdf5 *h, Hdf5Var *x, Error *e)
{
    Arena *a = h->dataset.arena;
    hsize_t length[H5S_MAX_RANK], most[H5S_MAX_RANK];
    auto_hid hid_t space = H5Dget_space(x->dataset);
    int rank = space < 0 ? -1 : H5Sget_simple_extent_dims(space, length, most);
    if (rank < 0)
        return hdf5_error(h, e, "its shape");
    x->is_null = H5Sget_simple_extent_type(space) == H5S_NULL;
    uint64_t *extent = arena_array(a, (size_t)rank, sizeof *extent);
    bool *unlimited = arena_array(a, (size_t)rank, sizeof *unlimited);
    if (!extent || !unlimited)
        return arena_full(a, e);
    for (int i = 0; i < rank; i++) {
        extent[i] = length[i];
        unlimited[i] = most[i] == H5S_UNLIMITED;
    }
    x->extent = extent;
    x->unlimited = unlimited;
    x->rank = (size_t)rank;
    return true;
}

/* Compact values lie in the object header; the library copies as many as the shape says. */
static bool check_compact(const Hdf5Var *x, hid_t type, Error *e)
{
    uint64_t bytes = H5Tget_size(type);
    for (size_t i = 0; i < x->rank; i++)
        if (__builtin_mul_overflow(bytes, x->extent[i], &bytes))
            bytes = UINT64_MAX;
    hsize_t stored = H5Dget_storage_size(x->dataset);
    if (bytes <= stored || x->is_null)
        return true;
    return error_coded(e, ERROR_DATA, "damaged",
                       "its header holds %llu bytes of values, the shape asks for %llu",
                       (unsigned long long)stored, (unsigned long long)bytes);
}

/* Type, shape and storage. Nothing outside the file is ever followed: not even the shape of a
 * virtual dataset, for which the library would open its sources. */
static bool look(Hdf5 *h, Hdf5Var *x, Error *e)
{
    auto_hid hid_t creation = H5Dget_create_plist(x->dataset);
    auto_hid hid_t type = H5Dget_type(x->dataset);
    if (creation < 0 || type < 0)
        return hdf5_error(h, e, "its header");
    hdf5_classify(type, &x->type);
    H5D_layout_t layout = H5Pget_layout(creation);
    int external = H5Pget_external_count(creation);
    if (layout == H5D_VIRTUAL)
        return error_coded(e, ERROR_DATA, "external_storage",
                           "a virtual dataset: its values are in other files, which are never "
                           "followed");
    if (layout < 0 || external < 0)
        return hdf5_error(h, e, "its storage");
    if (!look_at_space(h, x, e) || !look_at_fill(h, x, creation, e) ||
        (layout == H5D_CHUNKED &&
         (!look_at_chunks(h, x, creation, e) || !hdf5_look_at_pipeline(h, x, creation, type, e))) ||
        (layout == H5D_COMPACT && !check_compact(x, type, e)))
        return false;
    return external == 0 || error_coded(e, ERROR_DATA, "external_storage",
                                        "its values are in another file, which is never followed");
}

static bool add_scale(Hdf5 *h, const Hdf5Var *x, size_t group, const char *name, int64_t id,
                      Error *e)
{
    Dataset *d = &h->dataset;
    Dim *dims = arena_grow(d->arena, d->dims, &h->dim_capacity, d->dim_count + 1, sizeof *dims);
    Hdf5Scale *scales =
        arena_grow(d->arena, h->scales, &h->scale_capacity, h->scale_count + 1, sizeof *scales);
    if (!dims || !scales)
        return arena_full(d->arena, e);
    d->dims = dims;
    h->scales = scales;
    scales[h->scale_count++] = (Hdf5Scale){x->address, id, d->dim_count};
    dims[d->dim_count++] =
        (Dim){.name = name, .length = x->extent[0], .unlimited = x->unlimited[0], .group = group};
    return true;
}

static const char *variable_name(const Dataset *d, size_t group, const char *link)
{
    /* netCDF-4 keeps a variable under this name that is called like a dimension but is not on it */
    static const char prefix[] = "_nc4_non_coord_";
    if (strncmp(link, prefix, sizeof prefix - 1) == 0)
        link += sizeof prefix - 1;
    return group == 0 ? link : arena_printf(d->arena, "%s/%s", d->groups[group].path, link);
}

static bool add_variable(Hdf5 *h, size_t group, const char *name, const Hdf5Attrs *attrs,
                         const Hdf5Var *x, Error *e)
{
    Dataset *d = &h->dataset;
    size_t needed = d->var_count + 1;
    Var *vars = arena_grow(d->arena, d->vars, &h->var_capacity, needed, sizeof *vars);
    Hdf5Var *own = arena_grow(d->arena, h->vars, &h->hdf5_var_capacity, needed, sizeof *own);
    const char *full_name = variable_name(d, group, name);
    if (!vars || !own || !full_name)
        return arena_full(d->arena, e);
    vars[d->var_count] = (Var){
        .name = full_name,
        .type = x->type.type,
        .base = x->type.base,
        .group = group,
        .attrs = attrs->attrs,
        .attr_count = attrs->count,
    };
    own[d->var_count] = *x;
    d->vars = vars;
    h->vars = own;
    d->var_count = needed;
    return true;
}

static const Error *keep_error(Hdf5 *h, const Error *why)
{
    Error *kept = arena_alloc(h->dataset.arena, sizeof *kept);
    if (kept)
        *kept = *why;
    return kept;
}

bool hdf5_add_failed(Hdf5 *h, size_t group, const char *name, const Error *why, Error *e)
{
    Hdf5Var x = {.type = {.type = TYPE_OPAQUE, .base = TYPE_OPAQUE, .memory = -1}, .is_null = true};
    x.failure = keep_error(h, why);
    if (!x.failure)
        return arena_full(h->dataset.arena, e);
    return add_variable(h, group, name, &(Hdf5Attrs){0}, &x, e);
}

/* All that is known of a dataset. What keeps its values from being read becomes x->failure. */
static bool describe(Hdf5 *h, const char *name, Hdf5Var *x, Hdf5Attrs *attrs, Error *e)
{
    Error why, more;
    bool ok = look(h, x, &why);
    if (!ok && why.kind == ERROR_RETRY) {
        *e = why;
        return false;
    }
    if (!hdf5_read_attributes(h, x->dataset, name, x->rank, attrs, &more)) {
        if (more.kind == ERROR_RETRY) {
            *e = more;
            return false;
        }
        if (ok)
            why = more;
        ok = false;
    }
    if (ok)
        return true;
    error_at(&why, "variable %s", name);
    x->failure = keep_error(h, &why);
    return x->failure || arena_full(h->dataset.arena, e);
}

bool hdf5_add_dataset(Hdf5 *h, size_t group, const char *name, hid_t dataset, uint64_t address,
                      Error *e)
{
    Hdf5Attrs attrs = {.marks.scale_id = -1};
    Hdf5Var x = {.dataset = dataset, .address = address, .is_null = true};
    if (!describe(h, name, &x, &attrs, e)) {
        H5Dclose(dataset);
        return false;
    }
    const Hdf5Marks *m = &attrs.marks;
    x.is_scale = m->is_scale && x.rank > 0;
    x.scales = m->scales;
    x.scale_ids = m->scale_ids;
    h->has_netcdf_marks |= m->is_scale || m->scale_id >= 0 || m->scale_ids;
    x.scale = h->scale_count;
    if (x.is_scale && !add_scale(h, &x, group, name, m->scale_id, e))
        return false;
    if (x.is_scale && m->is_hidden) {
        H5Dclose(dataset);
        return true;
    }
    return add_variable(h, group, name, &attrs, &x, e);
}
