/* netcdf3_read.c: the values of a netCDF classic file, in runs of at most a mebibyte. */
#include "formats/netcdf3/netcdf3_reader.h"

#include <endian.h>
#include <string.h>

/* One loop for each width: `slices` x `count` elements from big-endian bytes. */
#define COPY_LOOP(name, ctype, swap)                                                               \
    static void name(uint8_t *restrict to, const Netcdf3Copy *c)                                   \
    {                                                                                              \
        for (uint64_t s = 0; s < c->slices; s++) {                                                 \
            const uint8_t *restrict from = c->from + s * c->stride;                                \
            for (uint64_t i = 0; i < c->count; i++) {                                              \
                ctype value;                                                                       \
                memcpy(&value, from + i * sizeof value, sizeof value);                             \
                value = swap(value);                                                               \
                memcpy(to + i * sizeof value, &value, sizeof value);                               \
            }                                                                                      \
            to += c->count * sizeof(ctype);                                                        \
        }                                                                                          \
    }

COPY_LOOP(copy_2, uint16_t, be16toh)
COPY_LOOP(copy_4, uint32_t, be32toh)
COPY_LOOP(copy_8, uint64_t, be64toh)

static void copy_1(uint8_t *to, const Netcdf3Copy *c)
{
    for (uint64_t s = 0; s < c->slices; s++)
        memcpy(to + s * c->count, c->from + s * c->stride, c->count);
}

void netcdf3_copy(uint8_t *to, const Netcdf3Copy *c)
{
    switch (c->element_bytes) {
    case 2:
        copy_2(to, c);
        return;
    case 4:
        copy_4(to, c);
        return;
    case 8:
        copy_8(to, c);
        return;
    default:
        copy_1(to, c);
    }
}

static bool have_buffers(Netcdf3 *n, Error *e)
{
    Arena *a = n->dataset.arena;
    uint64_t size = n->in.size < NETCDF3_RUN_BYTES ? n->in.size : NETCDF3_RUN_BYTES;
    if (!n->values)
        n->values = arena_alloc(a, size);
    if (!n->raw && n->in.size > n->in.head_size)
        n->raw = arena_alloc(a, size);
    return (n->values && (n->raw || n->in.size <= n->in.head_size)) || arena_full(a, e);
}

/* Lets *bytes show `length` bytes of the file, at most NETCDF3_RUN_BYTES. */
static bool fetch(Netcdf3 *n, uint64_t offset, uint64_t length, const uint8_t **bytes, Error *e)
{
    if (offset <= n->in.head_size && length <= n->in.head_size - offset) {
        *bytes = n->in.head + offset;
        return true;
    }
    *bytes = n->raw;
    return input_read(&n->in, offset, n->raw, length, e);
}

static bool deliver(const Netcdf3 *n, size_t var, uint64_t start, uint64_t count, Block *out)
{
    DataType type = n->dataset.vars[var].type;
    *out = (Block){.var = var, .type = type, .start = start, .count = count, .values = n->values};
    return true;
}

/* The block for a variable that is not wholly in the file. */
static bool tell_cut(Netcdf3 *n, size_t var, Block *out)
{
    const Var *v = &n->dataset.vars[var];
    Netcdf3Var *place = &n->vars[var];
    place->cut_told = true;
    *out = (Block){.var = var, .type = v->type, .count = v->count, .failed = true};
    error_coded(&out->error, ERROR_DATA, "truncated",
                "it takes the %llu bytes from byte %llu on, but the file ends at byte %llu",
                (unsigned long long)place->slice_bytes, (unsigned long long)place->begin,
                (unsigned long long)n->in.size);
    error_at(&out->error, "byte %llu", (unsigned long long)n->in.size);
    return true;
}

/* The end: fine, or the error that says which records the end of the file has taken along. */
static bool finish(const Netcdf3 *n, bool *end, Error *e)
{
    uint64_t missing = n->end ? 0 : n->records - n->whole_records; /* told by the last part */
    if (missing == 0 || n->record_bytes == 0) {
        *end = true;
        return true;
    }
    error_coded(e, ERROR_DATA, "truncated",
                "cut short: the header promises %llu records and %llu bytes, the file has %llu "
                "whole records and ends at byte %llu",
                (unsigned long long)n->records, (unsigned long long)n->promised,
                (unsigned long long)n->whole_records, (unsigned long long)n->in.size);
    return error_at(e, "record %llu, byte %llu", (unsigned long long)n->whole_records,
                    (unsigned long long)n->in.size);
}

/* A piece of a slice that is too long for one run. */
static bool next_piece(Netcdf3 *n, size_t var, Block *out, Error *e)
{
    Netcdf3Var *v = &n->vars[var];
    uint64_t count = NETCDF3_RUN_BYTES / v->element_bytes;
    if (count > v->slice_count - n->piece)
        count = v->slice_count - n->piece;
    uint64_t slice = v->begin + (v->record ? v->done * n->record_bytes : 0);
    const uint8_t *bytes;
    if (!fetch(n, slice + n->piece * v->element_bytes, count * v->element_bytes, &bytes, e))
        return false;
    netcdf3_copy(n->values, &(Netcdf3Copy){bytes, 0, 1, count, v->element_bytes});
    uint64_t start = v->done * v->slice_count + n->piece;
    n->piece += count;
    if (n->piece == v->slice_count) {
        n->piece = 0;
        v->done++;
    }
    return deliver(n, var, start, count, out);
}

/* As many whole slices as fit into a run, each read from its own place. */
static bool next_slices(Netcdf3 *n, size_t var, Block *out, Error *e)
{
    Netcdf3Var *v = &n->vars[var];
    uint64_t slices = NETCDF3_RUN_BYTES / v->slice_bytes;
    if (slices > v->whole - v->done)
        slices = v->whole - v->done;
    uint8_t *to = n->values;
    for (uint64_t i = 0; i < slices; i++) {
        const uint8_t *bytes;
        uint64_t offset = v->begin + (v->record ? (v->done + i) * n->record_bytes : 0);
        if (!fetch(n, offset, v->slice_bytes, &bytes, e))
            return false;
        netcdf3_copy(to, &(Netcdf3Copy){bytes, 0, 1, v->slice_count, v->element_bytes});
        to += v->slice_bytes;
    }
    uint64_t start = v->done * v->slice_count;
    v->done += slices;
    return deliver(n, var, start, slices * v->slice_count, out);
}

static bool load_batch(Netcdf3 *n, Error *e)
{
    n->batch_first += n->batch_records;
    uint64_t records = NETCDF3_RUN_BYTES / n->record_bytes;
    if (records > n->whole_records - n->batch_first)
        records = n->whole_records - n->batch_first;
    uint64_t offset = n->record_start + n->batch_first * n->record_bytes;
    uint64_t length = records * n->record_bytes;
    if (length > n->in.size - offset) /* the last record's padding may be missing */
        length = n->in.size - offset;
    n->batch_records = records;
    n->var = 0;
    return fetch(n, offset, length, &n->batch, e);
}

static bool next_of_batch(Netcdf3 *n, size_t var, uint64_t slices, Block *out)
{
    Netcdf3Var *v = &n->vars[var];
    const uint8_t *from =
        n->batch + (v->done - n->batch_first) * n->record_bytes + (v->begin - n->record_start);
    netcdf3_copy(n->values,
                 &(Netcdf3Copy){from, n->record_bytes, slices, v->slice_count, v->element_bytes});
    uint64_t start = v->done * v->slice_count;
    v->done += slices;
    return deliver(n, var, start, slices * v->slice_count, out);
}

static bool next_record_values(Netcdf3 *n, Block *out, bool *end, Error *e)
{
    for (;;) {
        uint64_t loaded = n->batch_first + n->batch_records;
        for (; n->var < n->dataset.var_count; n->var++) {
            Netcdf3Var *v = &n->vars[n->var];
            if (!v->record)
                continue;
            uint64_t until = loaded < v->whole ? loaded : v->whole;
            if (v->done < until)
                return next_of_batch(n, n->var, until - v->done, out);
        }
        uint64_t wanted = n->end ? n->end->unit : n->whole_records;
        if (loaded >= wanted)
            return finish(n, end, e);
        if (!load_batch(n, e))
            return false;
    }
}

/* Variables one after the other; the record variables of a batched file come behind them. */
bool netcdf3_next(Reader *r, Block *out, bool *end, Error *e)
{
    Netcdf3 *n = (Netcdf3 *)r;
    *end = false;
    if (!have_buffers(n, e))
        return false;
    for (; !n->batch_started && n->var < n->dataset.var_count; n->var++) {
        Netcdf3Var *v = &n->vars[n->var];
        if (netcdf3_is_at_end(n)) {
            *end = true;
            return true;
        }
        if (v->record && n->batched)
            continue;
        if (v->done < v->whole && v->slice_bytes > NETCDF3_RUN_BYTES)
            return next_piece(n, n->var, out, e);
        if (v->done < v->whole)
            return next_slices(n, n->var, out, e);
        if (!v->record && v->whole < v->slices && !v->cut_told)
            return tell_cut(n, n->var, out);
    }
    if (!n->batched)
        return finish(n, end, e);
    if (!n->batch_started) {
        n->batch_started = true;
        n->var = 0;
    }
    return next_record_values(n, out, end, e);
}
