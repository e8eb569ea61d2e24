/* hdf5_parts.c: parts of an HDF5 file: runs of its variables, in the order in which hdf5_read.c
 * delivers them. A part begins where a run begins, so that no chunk is decoded for two parts. */
#include "formats/hdf5/hdf5_reader.h"

/* Elements in a unit: all behind one index of the axis along which runs are cut. */
static uint64_t unit_of(const Var *v, const Hdf5Plan *plan)
{
    uint64_t unit = 1;
    for (size_t i = plan->axis + 1; i < v->dim_count; i++)
        unit *= v->shape[i];
    return unit;
}

static void describe(const Hdf5 *h, size_t var, PartStretch *out)
{
    const Var *v = &h->dataset.vars[var];
    const Hdf5Var *x = &h->vars[var];
    *out = (PartStretch){.row = 1, .step = 1};
    if (x->failure || x->type.memory < 0 || v->count == 0)
        return;
    Hdf5Plan plan;
    hdf5_plan(v, x, h->most_bytes, &plan);
    uint64_t unit = unit_of(v, &plan);
    out->units = v->count / unit;
    out->unit_bytes = unit * hdf5_element_cost(&x->type);
    if (v->dim_count > 0) {
        out->row = v->shape[plan.axis];
        out->step = plan.step;
    }
}

/* NULL: no memory for it. */
static const PartPlan *plan_parts(Hdf5 *h)
{
    if (h->parts)
        return h->parts;
    Arena *a = h->dataset.arena;
    PartPlan *plan = arena_alloc(a, sizeof *plan);
    PartStretch *stretches = arena_array(a, h->dataset.var_count, sizeof *stretches);
    if (!plan || !stretches)
        return NULL;
    for (size_t i = 0; i < h->dataset.var_count; i++)
        describe(h, i, &stretches[i]);
    parts_plan(stretches, h->dataset.var_count, h->dataset.var_count, &h->limits, plan);
    h->parts = plan;
    return plan;
}

size_t hdf5_parts(Reader *r)
{
    const PartPlan *plan = plan_parts((Hdf5 *)r);
    return plan ? plan->count : 1;
}

static uint64_t element_of(const Hdf5 *h, const PartCut *cut)
{
    if (cut->unit == 0)
        return 0;
    const Var *v = &h->dataset.vars[cut->stretch];
    Hdf5Plan plan;
    hdf5_plan(v, &h->vars[cut->stretch], h->most_bytes, &plan);
    return cut->unit * unit_of(v, &plan);
}

bool hdf5_part(Reader *r, size_t index, Error *e)
{
    Hdf5 *h = (Hdf5 *)r;
    const PartPlan *plan = plan_parts(h);
    if (!plan)
        return arena_full(h->dataset.arena, e);
    if (index >= plan->count)
        return parts_refuse(index, plan->count, e);
    const PartCut *from = &plan->cuts[index], *to = from + 1;
    h->var = from->stretch;
    h->end_var = to->stretch;
    h->end_element = element_of(h, to);
    uint64_t element = element_of(h, from);
    h->cursor.done = element;
    const Var *v = h->var < h->dataset.var_count ? &h->dataset.vars[h->var] : NULL;
    for (size_t i = v ? v->dim_count : 0; i-- > 0 && element > 0;) {
        h->cursor.start[i] = element % v->shape[i];
        element /= v->shape[i];
    }
    return true;
}
