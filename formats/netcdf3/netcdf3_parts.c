/* netcdf3_parts.c: parts of a netCDF classic file: the variables one after the other, then, where
 * they are read together, the records. A part begins where next() begins to read a run. */
#include "formats/netcdf3/netcdf3_reader.h"

/* Whether the slices of the variable are cut into runs, instead of many put into one. */
static bool is_pieced(const Netcdf3Var *v)
{
    return v->slice_bytes > NETCDF3_RUN_BYTES;
}

static void describe_var(const Netcdf3 *n, const Netcdf3Var *v, PartStretch *out)
{
    *out = (PartStretch){.row = 1, .step = 1};
    if (v->whole == 0 || v->slice_bytes == 0 || (v->record && n->batched))
        return;
    if (is_pieced(v))
        *out = (PartStretch){.units = v->whole * v->slice_count,
                             .unit_bytes = v->element_bytes,
                             .row = v->slice_count,
                             .step = NETCDF3_RUN_BYTES / v->element_bytes};
    else
        *out = (PartStretch){.units = v->whole,
                             .unit_bytes = v->slice_bytes,
                             .row = v->whole,
                             .step = NETCDF3_RUN_BYTES / v->slice_bytes};
}

static void describe_records(const Netcdf3 *n, PartStretch *out)
{
    *out = (PartStretch){.row = 1, .step = 1};
    if (n->batched && n->whole_records > 0)
        *out = (PartStretch){.units = n->whole_records,
                             .unit_bytes = n->record_bytes,
                             .row = n->whole_records,
                             .step = NETCDF3_RUN_BYTES / n->record_bytes};
}

/* NULL: no memory for it. */
static const PartPlan *plan_parts(Netcdf3 *n)
{
    if (n->parts)
        return n->parts;
    Arena *a = n->dataset.arena;
    size_t count = n->dataset.var_count;
    PartPlan *plan = arena_alloc(a, sizeof *plan);
    PartStretch *stretches = arena_array(a, count + 1, sizeof *stretches);
    if (!plan || !stretches)
        return NULL;
    for (size_t i = 0; i < count; i++)
        describe_var(n, &n->vars[i], &stretches[i]);
    describe_records(n, &stretches[count]);
    parts_plan(stretches, count + 1, count, &n->limits, plan);
    n->parts = plan;
    return plan;
}

size_t netcdf3_parts(Reader *r)
{
    const PartPlan *plan = plan_parts((Netcdf3 *)r);
    return plan ? plan->count : 1;
}

static void begin_at(Netcdf3 *n, const PartCut *from)
{
    n->var = from->stretch;
    if (n->var < n->dataset.var_count) {
        Netcdf3Var *v = &n->vars[n->var];
        v->done = is_pieced(v) ? from->unit / v->slice_count : from->unit;
        n->piece = is_pieced(v) ? from->unit % v->slice_count : 0;
        return;
    }
    n->batch_started = true;
    n->batch_first = from->unit;
    for (size_t i = 0; i < n->dataset.var_count; i++) {
        Netcdf3Var *v = &n->vars[i];
        if (v->record)
            v->done = from->unit < v->whole ? from->unit : v->whole;
    }
}

bool netcdf3_part(Reader *r, size_t index, Error *e)
{
    Netcdf3 *n = (Netcdf3 *)r;
    const PartPlan *plan = plan_parts(n);
    if (!plan)
        return arena_full(n->dataset.arena, e);
    if (index >= plan->count)
        return parts_refuse(index, plan->count, e);
    begin_at(n, &plan->cuts[index]);
    n->end = index + 1 < plan->count ? &plan->cuts[index + 1] : NULL;
    return true;
}

bool netcdf3_is_at_end(const Netcdf3 *n)
{
    if (!n->end || n->end->stretch != n->var || n->var == n->dataset.var_count)
        return false;
    const Netcdf3Var *v = &n->vars[n->var];
    uint64_t unit = is_pieced(v) ? v->done * v->slice_count + n->piece : v->done;
    return unit >= n->end->unit;
}
