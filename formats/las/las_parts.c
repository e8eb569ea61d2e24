/* las_parts.c: which points a part reads: any run of plain records, whole chunks of compressed
 * ones.
 */
#include "formats/las/las_reader.h"

static void describe_points(const Las *l, PartStretch *out)
{
    *out = (PartStretch){.row = 1, .step = 1};
    if (l->whole > 0)
        *out = (PartStretch){.units = l->whole,
                             .unit_bytes = l->header.record_bytes,
                             .row = l->whole,
                             .step = LAS_PART_STEP};
}

/* A chunk is read from its beginning to its end. One that is not in the file is no work: it makes
 * no part of its own, the last part tells of it. */
static void describe_chunk(const Las *l, const LazChunk *c, PartStretch *out)
{
    *out = (PartStretch){.row = 1, .step = 1};
    if (c->points > 0 && c->bytes > 0)
        *out = (PartStretch){.units = c->points,
                             .unit_bytes = l->header.record_bytes,
                             .row = c->points,
                             .step = c->points};
}

/* NULL: no memory for it. */
static const PartPlan *plan_parts(Las *l)
{
    if (l->parts)
        return l->parts;
    Arena *a = l->dataset.arena;
    size_t count = l->laz ? laz_chunk_count(l->laz) : 1;
    PartPlan *plan = arena_alloc(a, sizeof *plan);
    PartStretch *stretches = arena_array(a, count, sizeof *stretches);
    if (!plan || !stretches)
        return NULL;
    for (size_t i = 0; i < count; i++) {
        if (l->laz)
            describe_chunk(l, laz_chunk(l->laz, i), &stretches[i]);
        else
            describe_points(l, &stretches[i]);
    }
    parts_plan(stretches, count, l->dataset.var_count, &l->limits, plan);
    l->parts = plan;
    return plan;
}

size_t las_parts(Reader *r)
{
    const PartPlan *plan = plan_parts((Las *)r);
    return plan ? plan->count : 1;
}

bool las_part(Reader *r, size_t index, Error *e)
{
    Las *l = (Las *)r;
    const PartPlan *plan = plan_parts(l);
    if (!plan)
        return arena_full(l->dataset.arena, e);
    if (index >= plan->count)
        return parts_refuse(index, plan->count, e);
    const PartCut *from = &plan->cuts[index];
    l->chunk = from->stretch;
    l->first = l->laz ? laz_chunk(l->laz, from->stretch)->first : from->unit;
    l->end = index + 1 < plan->count ? &plan->cuts[index + 1] : NULL;
    return true;
}
