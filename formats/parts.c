/* parts.c: cuts a file into parts of about the same number of decoded bytes. */
#include "formats/parts.h"

/* A part is long against what it costs to hand it out, to open the file and to merge. */
enum { USUAL_BYTES = 32 * 1024 * 1024, BYTES_PER_VARIABLE = 64 * 1024 };

static uint64_t stretch_bytes(const PartStretch *s, uint64_t from)
{
    uint64_t bytes;
    return __builtin_mul_overflow(s->units - from, s->unit_bytes, &bytes) ? UINT64_MAX : bytes;
}

static uint64_t add(uint64_t a, uint64_t b)
{
    uint64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t total_bytes(const PartStretch *stretches, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total = add(total, stretch_bytes(&stretches[i], 0));
    return total;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The first unit at or behind `unit` where the stretch may be cut. */
static uint64_t round_up(const PartStretch *s, uint64_t unit)
{
    uint64_t in_row = unit % s->row, over = in_row % s->step;
    uint64_t more = over ? s->step - over : 0;
    return unit + (more < s->row - in_row ? more : s->row - in_row);
}

/* Behind the stretch, and behind those without units that follow: no part is made for them alone.
 */
static PartCut behind(const PartStretch *stretches, size_t count, size_t stretch)
{
    do
        stretch++;
    while (stretch < count && stretch_bytes(&stretches[stretch], 0) == 0);
    return (PartCut){stretch, 0};
}

/* Where the part that begins at `from` ends. */
static PartCut part_end(const PartStretch *stretches, size_t count, PartCut from, uint64_t wanted)
{
    for (; from.stretch < count; from = (PartCut){from.stretch + 1, 0}) {
        const PartStretch *s = &stretches[from.stretch];
        uint64_t there = stretch_bytes(s, from.unit);
        if (there < wanted) {
            wanted -= there;
            continue;
        }
        uint64_t units = (wanted + s->unit_bytes - 1) / s->unit_bytes;
        uint64_t end = round_up(s, from.unit + units);
        return end < s->units ? (PartCut){from.stretch, end}
                              : behind(stretches, count, from.stretch);
    }
    return from;
}

void parts_plan(const PartStretch *stretches, size_t count, size_t variables,
                const FormatLimits *limits, PartPlan *out)
{
    uint64_t usual = limits && limits->part_bytes ? limits->part_bytes : USUAL_BYTES;
    uint64_t total = total_bytes(stretches, count);
    uint64_t wanted = larger(usual, total / PARTS_MAX + 1);
    if (!limits || !limits->part_bytes)
        wanted = larger(wanted, (uint64_t)variables * BYTES_PER_VARIABLE);
    *out = (PartPlan){.count = 1, .cuts[1] = {count, 0}};
    if (total == UINT64_MAX || total < 2 * wanted)
        return;
    out->count = 0;
    while (out->count < PARTS_MAX && out->cuts[out->count].stretch < count) {
        out->cuts[out->count + 1] = part_end(stretches, count, out->cuts[out->count], wanted);
        out->count++;
    }
}

bool parts_refuse(size_t index, size_t count, Error *e)
{
    return error_coded(e, ERROR_RETRY, "changed",
                       "it has changed: part %zu was wanted, it has %zu parts now", index + 1,
                       count);
}
