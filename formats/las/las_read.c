/* las_read.c: the values of the points, in runs: records are fetched, each variable picks its own.
 */
#include "formats/las/las_bytes.h"
#include "formats/las/las_reader.h"

#include <inttypes.h>

/* One loop for each width: `count` elements, `stride` bytes apart, to every `step`th place. */
#define PICK(name, ctype, swap)                                                                    \
    static void name(uint8_t *restrict to, size_t step, const uint8_t *restrict from,              \
                     size_t stride, size_t count)                                                  \
    {                                                                                              \
        for (size_t i = 0; i < count; i++) {                                                       \
            ctype value;                                                                           \
            memcpy(&value, from + i * stride, sizeof value);                                       \
            value = swap(value);                                                                   \
            memcpy(to + i * step * sizeof value, &value, sizeof value);                            \
        }                                                                                          \
    }

#define AS_IT_IS(value) (value)
PICK(pick_1, uint8_t, AS_IT_IS)
PICK(pick_2, uint16_t, le16toh)
PICK(pick_4, uint32_t, le32toh)
PICK(pick_8, uint64_t, le64toh)

static void pick_bits(uint8_t *restrict to, const LasField *f, const uint8_t *restrict from,
                      size_t stride, size_t count)
{
    const unsigned shift = f->shift, mask = (1U << f->bits) - 1;
    for (size_t i = 0; i < count; i++)
        to[i] = (uint8_t)(from[i * stride] >> shift & mask);
}

static void pick(const LasField *f, uint8_t *values, const uint8_t *records, size_t stride,
                 size_t count)
{
    for (size_t c = 0; c < f->components; c++) {
        const uint8_t *from = records + f->offset + c * f->bytes;
        uint8_t *to = values + c * f->bytes;
        if (f->bits > 0)
            pick_bits(to, f, from, stride, count);
        else if (f->bytes == 1)
            pick_1(to, f->components, from, stride, count);
        else if (f->bytes == 2)
            pick_2(to, f->components, from, stride, count);
        else if (f->bytes == 4)
            pick_4(to, f->components, from, stride, count);
        else
            pick_8(to, f->components, from, stride, count);
    }
}

static void deliver(Las *l, Block *out)
{
    const Var *v = &l->dataset.vars[l->var];
    const LasField *f = &l->fields[l->var];
    *out = (Block){.var = l->var,
                   .type = v->type,
                   .start = l->first * f->components,
                   .count = l->loaded * f->components};
    l->var++;
    if (v->type == TYPE_OPAQUE)
        return; /* no one can look at it */
    pick(f, l->values, l->records, l->header.record_bytes, (size_t)l->loaded);
    out->values = l->values;
}

static bool have_buffers(Las *l, Error *e)
{
    enum { ELEMENT_BYTES_MAX = 8, COMPONENTS_MAX = 3 };
    uint64_t most = l->whole < l->run ? l->whole : l->run;
    if (l->records)
        return true;
    l->values = arena_array(l->dataset.arena, (size_t)most, ELEMENT_BYTES_MAX * COMPONENTS_MAX);
    l->records = arena_array(l->dataset.arena, (size_t)most, l->header.record_bytes);
    return (l->values && l->records) || arena_full(l->dataset.arena, e);
}

/* More points than there are: the file is cut, or the count is wrong. */
static bool tell_short(const Las *l, Error *e)
{
    const LasHeader *h = &l->header;
    if (!l->laz && h->points_offset + (l->whole + 1) * h->record_bytes <= l->in.size) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "the header promises %" PRIu64 " points, but its extended variable length "
                    "records begin at byte %" PRIu64 ", behind %" PRIu64 " points",
                    h->points, h->evlr_offset, l->whole);
        return error_at(e, "byte 247");
    }
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends at byte %" PRIu64 " with %" PRIu64 " of the %" PRIu64
                " points that the header promises",
                l->in.size, l->whole, h->points);
    return error_at(e, "byte %" PRIu64, l->in.size);
}

/* Behind the points: fine, or why this is not all. */
static bool finish(const Las *l, bool *end, Error *e)
{
    if (l->end) { /* the last part tells */
        *end = true;
        return true;
    }
    if (l->whole < l->header.points)
        return tell_short(l, e);
    *end = l->tail.kind == ERROR_NONE;
    if (!*end)
        *e = l->tail;
    return *end;
}

/* The next run of a plain file; l->loaded is 0 behind the last one. */
static bool load_plain(Las *l, Error *e)
{
    const LasHeader *h = &l->header;
    uint64_t until = l->end ? l->end->unit : l->whole;
    if (l->end && l->end->stretch > 0)
        until = l->whole;
    uint64_t count = l->first < until ? until - l->first : 0;
    if (count > l->run)
        count = l->run;
    l->loaded = count;
    return count == 0 || input_read(&l->in, h->points_offset + l->first * h->record_bytes,
                                    l->records, (size_t)count * h->record_bytes, e);
}

/* The same from chunks; what is good of one that is damaged is delivered first. */
static bool load_compressed(Las *l, Error *e)
{
    size_t until = l->end ? l->end->stretch : laz_chunk_count(l->laz);
    l->loaded = 0;
    while (l->loaded == 0) {
        if (l->broken.kind != ERROR_NONE) {
            *e = l->broken;
            return false;
        }
        if (l->chunk >= until)
            return true;
        size_t got = 0;
        bool ok = (l->chunk_begun || laz_begin(l->laz, l->chunk, &l->broken)) &&
                  laz_read(l->laz, l->records, (size_t)l->run, &got, &l->broken);
        l->loaded = got;
        l->chunk_begun = ok && got == l->run;
        l->chunk += !l->chunk_begun;
        if (!ok)
            l->dataset.rows = l->first + got;
    }
    return true;
}

bool las_next(Reader *r, Block *out, bool *end, Error *e)
{
    Las *l = (Las *)r;
    *end = false;
    if (l->loaded > 0 && l->var < l->dataset.var_count) {
        deliver(l, out);
        return true;
    }
    l->first += l->loaded;
    l->loaded = 0;
    if (l->whole == 0)
        return finish(l, end, e);
    if (!have_buffers(l, e) || !(l->laz ? load_compressed(l, e) : load_plain(l, e)))
        return false;
    if (l->loaded == 0)
        return finish(l, end, e);
    l->var = 0;
    deliver(l, out);
    return true;
}
