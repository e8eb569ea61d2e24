/* netcdf3_layout.c: where the values of a netCDF classic file lie, and what of them is there.
 *
 * Sizes are worked out from the shapes: the header's own vsize is too small for large variables.
 * Records interleave: one slice of each record variable, each padded to four bytes, but not where
 * there is only one record variable. */
#include "formats/netcdf3/netcdf3_reader.h"

static bool too_large(const Var *v, Error *e)
{
    error_coded(e, ERROR_DATA, "bad_header",
                "the header is damaged: the dimensions of variable %s multiply to more than any "
                "file can hold",
                v->name);
    return error_at(e, "variable %s", v->name);
}

static bool size_slice(const Var *v, Netcdf3Var *place, Error *e)
{
    place->slice_count = 1;
    for (size_t i = place->record ? 1 : 0; i < v->dim_count; i++)
        if (__builtin_mul_overflow(place->slice_count, v->shape[i], &place->slice_count))
            return too_large(v, e);
    if (__builtin_mul_overflow(place->slice_count, (uint64_t)place->element_bytes,
                               &place->slice_bytes) ||
        place->slice_bytes > (uint64_t)INT64_MAX - 3)
        return too_large(v, e);
    return true;
}

static bool size_record(Netcdf3 *n, Error *e)
{
    size_t record_vars = 0;
    uint64_t only = 0;
    n->record_start = UINT64_MAX;
    for (size_t i = 0; i < n->dataset.var_count; i++) {
        const Netcdf3Var *v = &n->vars[i];
        if (!v->record)
            continue;
        record_vars++;
        only = v->slice_bytes;
        if (v->begin < n->record_start)
            n->record_start = v->begin;
        uint64_t padded = (v->slice_bytes + 3) & ~UINT64_C(3);
        if (__builtin_add_overflow(n->record_bytes, padded, &n->record_bytes))
            return too_large(&n->dataset.vars[i], e);
    }
    if (record_vars == 1)
        n->record_bytes = only;
    return true;
}

/* How many slices of the variable end inside the file. */
static uint64_t slices_inside(const Netcdf3 *n, const Netcdf3Var *v)
{
    uint64_t size = n->in.size;
    if (v->slice_bytes > size || v->begin > size - v->slice_bytes)
        return 0;
    if (!v->record)
        return 1;
    return (size - v->begin - v->slice_bytes) / n->record_bytes + 1;
}

/* Records of which every variable's slice is in the file. */
static uint64_t count_whole_records(const Netcdf3 *n)
{
    uint64_t least = UINT64_MAX;
    for (size_t i = 0; i < n->dataset.var_count; i++) {
        bool counts = n->vars[i].record && n->vars[i].slice_count > 0;
        uint64_t inside = counts ? slices_inside(n, &n->vars[i]) : UINT64_MAX;
        if (inside < least)
            least = inside;
    }
    return least;
}

static void count_streamed_records(Netcdf3 *n)
{
    n->records = n->record_bytes ? n->whole_records : 0;
    uint64_t end = n->record_start;
    uint64_t length;
    if (__builtin_mul_overflow(n->records, n->record_bytes, &length) ||
        __builtin_add_overflow(end, length, &end) || end >= n->in.size || n->record_bytes == 0)
        return;
    dataset_note(&n->dataset, "last record incomplete: %llu of %llu bytes",
                 (unsigned long long)(n->in.size - end), (unsigned long long)n->record_bytes);
}

/* A variable that begins inside the header would show the header's bytes as data. */
static bool check_begin(const Netcdf3 *n, const Var *v, const Netcdf3Var *place, Error *e)
{
    if (place->begin >= n->header_bytes && place->begin <= (uint64_t)INT64_MAX)
        return true;
    error_coded(e, ERROR_DATA, "bad_header",
                "the header is damaged: variable %s begins at byte %llu, %s", v->name,
                (unsigned long long)place->begin,
                place->begin < n->header_bytes ? "inside the header" : "beyond any file");
    return error_at(e, "variable %s", v->name);
}

/* Now that the number of records is known: shapes, counts, and the part of each variable that the
 * file holds. */
static bool settle(Netcdf3 *n, Var *v, Netcdf3Var *place, Error *e)
{
    place->slices = place->record ? n->records : 1;
    if (place->record)
        ((uint64_t *)v->shape)[0] = n->records;
    if (__builtin_mul_overflow(place->slice_count, place->slices, &v->count))
        return too_large(v, e);
    if (v->count == 0) {
        place->slices = 0;
        return true;
    }
    if (!check_begin(n, v, place, e))
        return false;
    place->whole = place->record ? n->whole_records : slices_inside(n, place);
    uint64_t last, end;
    if (__builtin_mul_overflow(place->slices - 1, n->record_bytes, &last) ||
        __builtin_add_overflow(last, place->begin + place->slice_bytes, &end))
        end = UINT64_MAX;
    if (end > n->promised)
        n->promised = end;
    return true;
}

/* Two variables cannot share bytes. Without this a header of a few kilobytes could have the same
 * bytes read again and again. */
static bool check_overlap(const Netcdf3 *n, Error *e)
{
    uint64_t total = 0;
    for (size_t i = 0; i < n->dataset.var_count; i++) {
        uint64_t bytes;
        if (!__builtin_mul_overflow(n->vars[i].whole, n->vars[i].slice_bytes, &bytes) &&
            !__builtin_add_overflow(total, bytes, &total) && total <= n->in.size)
            continue;
        error_coded(e, ERROR_DATA, "bad_header",
                    "the header is damaged: the variables up to %s claim more bytes than the %llu "
                    "of the file, they overlap",
                    n->dataset.vars[i].name, (unsigned long long)n->in.size);
        return error_at(e, "variable %s", n->dataset.vars[i].name);
    }
    return true;
}

/* Reading all variables of a record at once pays where many records fit into a run and every slice
 * lies inside its record. */
static bool can_batch(const Netcdf3 *n)
{
    if (n->record_bytes == 0 || n->record_bytes > NETCDF3_RUN_BYTES)
        return false;
    for (size_t i = 0; i < n->dataset.var_count; i++) {
        const Netcdf3Var *v = &n->vars[i];
        if (v->record && v->begin - n->record_start > n->record_bytes - v->slice_bytes)
            return false;
    }
    return true;
}

bool netcdf3_lay_out(Netcdf3 *n, Error *e)
{
    Dataset *d = &n->dataset;
    for (size_t i = 0; i < d->var_count; i++)
        if (!size_slice(&d->vars[i], &n->vars[i], e))
            return false;
    if (!size_record(n, e))
        return false;
    n->whole_records = count_whole_records(n);
    if (n->streaming)
        count_streamed_records(n);
    if (n->whole_records > n->records)
        n->whole_records = n->records;
    for (size_t i = 0; i < d->dim_count; i++)
        if (d->dims[i].unlimited)
            d->dims[i].length = n->records;
    for (size_t i = 0; i < d->var_count; i++) {
        if (!settle(n, &d->vars[i], &n->vars[i], e))
            return false;
    }
    n->batched = can_batch(n);
    if (n->promised > n->in.size)
        dataset_note(d, "cut short: the header promises %llu bytes, the file has %llu",
                     (unsigned long long)n->promised, (unsigned long long)n->in.size);
    return check_overlap(n, e);
}
