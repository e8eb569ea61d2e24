/* hdf5_plan.c: how a variable is cut into runs.
 *
 * A run is a box that lies together in row-major order: one index along the first axes, a step
 * along one axis, everything behind it. It is a few mebibytes, or one row of chunks where that is
 * more, so that each chunk is decoded once. Only where a row of chunks is more than the job may
 * hold is it decoded several times. */
#include "formats/hdf5/hdf5_reader.h"

enum { USUAL_BYTES = 4 * 1024 * 1024, TEXT_BYTES_GUESS = 64 };

uint64_t hdf5_element_cost(const Hdf5Type *type)
{
    if (type->type != TYPE_STRING)
        return type->element_bytes ? type->element_bytes : 1;
    return sizeof(StringView) + (type->variable_text ? TEXT_BYTES_GUESS : type->element_bytes);
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
    uint64_t product;
    return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t behind(const Var *v, size_t axis)
{
    uint64_t count = 1;
    for (size_t i = axis + 1; i < v->dim_count; i++)
        count = multiply(count, v->shape[i]);
    return count;
}

/* The step along an axis, or 0 where the next axis must be taken. */
static uint64_t step_along(uint64_t chunk, uint64_t row, uint64_t most, bool last)
{
    uint64_t chunk_row = multiply(chunk, row);
    if (chunk_row <= USUAL_BYTES)
        return USUAL_BYTES / chunk_row * chunk;
    if (chunk == 1 && !last)
        return 0;
    if (chunk_row <= most)
        return chunk;
    if (row <= most)
        return most / row;
    return last ? 1 : 0;
}

void hdf5_plan(const Var *v, const Hdf5Var *x, uint64_t most_bytes, Hdf5Plan *out)
{
    *out = (Hdf5Plan){.axis = 0, .step = 1, .run = 1};
    uint64_t cost = hdf5_element_cost(&x->type);
    for (size_t axis = 0; axis < v->dim_count; axis++) {
        uint64_t length = v->shape[axis];
        uint64_t chunk = x->chunk ? x->chunk[axis] : 1;
        if (chunk > length)
            chunk = length;
        uint64_t row = multiply(behind(v, axis), cost);
        uint64_t step = step_along(chunk, row, most_bytes, axis + 1 == v->dim_count);
        if (step == 0)
            continue;
        out->axis = axis;
        out->step = step < length ? step : length;
        out->run = multiply(out->step, behind(v, axis));
        return;
    }
}
