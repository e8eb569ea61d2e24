/* hdf5_chunk.c: values of chunked datasets, decoded here.
 *
 * The library finds and reads the stored bytes; undoing the filters with libdeflate and vectors
 * takes less than half of its time. Where a chunk lies is looked up one chunk at a time, in
 * O(log n); H5Dget_chunk_info and its relatives walk the whole index for each. */
#include "formats/hdf5/fletcher32.h"
#include "formats/hdf5/hdf5_reader.h"
#include "formats/hdf5/unshuffle.h"

#include <libdeflate.h>
#include <string.h>
#include <zstd.h>

enum { CHECKSUM_BYTES = 4 };

/* A chunk on its way through its filters. */
typedef struct Work {
    uint8_t *now, *other; /* two buffers that change places */
    size_t size;          /* bytes in `now` */
} Work;

static void change_places(Work *w, size_t size)
{
    uint8_t *was = w->now;
    w->now = w->other;
    w->other = was;
    w->size = size;
}

/* The length of a chunk before the filter at `index` was applied to it. */
static size_t size_before(const Hdf5Pipeline *p, size_t index, uint32_t skipped)
{
    size_t size = p->chunk_bytes;
    for (size_t i = 0; i < index; i++)
        if (!(skipped >> i & 1) && p->filters[i].id == H5Z_FILTER_FLETCHER32)
            size += CHECKSUM_BYTES;
    return size;
}

static bool inflate_chunk(Hdf5 *h, Work *w, size_t size, Error *e)
{
    switch (libdeflate_zlib_decompress(h->inflater, w->now, w->size, w->other, size, NULL)) {
    case LIBDEFLATE_SUCCESS:
        change_places(w, size);
        return true;
    case LIBDEFLATE_SHORT_OUTPUT:
        return error_coded(e, ERROR_DATA, "damaged_chunk",
                           "cannot be decoded: unfolds to less than its %zu bytes", size);
    case LIBDEFLATE_INSUFFICIENT_SPACE:
        return error_coded(e, ERROR_DATA, "damaged_chunk",
                           "cannot be decoded: unfolds to more than its %zu bytes", size);
    default:
        return error_coded(e, ERROR_DATA, "damaged_chunk",
                           "cannot be decoded: its deflate stream is damaged");
    }
}

static bool unfold_zstd(Work *w, size_t size, Error *e)
{
    size_t got = ZSTD_decompress(w->other, size, w->now, w->size);
    if (ZSTD_isError(got))
        return error_coded(e, ERROR_DATA, "damaged_chunk", "cannot be decoded: Zstandard: %s",
                           ZSTD_getErrorName(got));
    change_places(w, got);
    return true;
}

static bool check_sum(Work *w, Error *e)
{
    if (w->size < CHECKSUM_BYTES)
        return error_coded(e, ERROR_DATA, "damaged_chunk",
                           "cannot be decoded: %zu bytes are too few for its checksum", w->size);
    w->size -= CHECKSUM_BYTES;
    const uint8_t *sum = w->now + w->size;
    uint32_t stored =
        (uint32_t)sum[0] | (uint32_t)sum[1] << 8 | (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24;
    return fletcher32_matches(w->now, w->size, stored) ||
           error_coded(e, ERROR_DATA, "checksum",
                       "cannot be decoded: its Fletcher32 checksum is not that of its bytes");
}

static bool undo_filter(Hdf5 *h, const Hdf5Pipeline *p, size_t index, uint32_t skipped, Work *w,
                        Error *e)
{
    switch (p->filters[index].id) {
    case H5Z_FILTER_DEFLATE:
        return inflate_chunk(h, w, size_before(p, index, skipped), e);
    case HDF5_FILTER_ZSTD:
        return unfold_zstd(w, size_before(p, index, skipped), e);
    case H5Z_FILTER_FLETCHER32:
        return check_sum(w, e);
    default:
        unshuffle(w->now, w->size, p->filters[index].width, w->other);
        change_places(w, w->size);
        return true;
    }
}

static void swap_bytes(uint8_t *bytes, size_t size, size_t width)
{
    for (size_t at = 0; at < size; at += width) {
        for (size_t i = 0; i < width / 2; i++) {
            uint8_t byte = bytes[at + i];
            bytes[at + i] = bytes[at + width - 1 - i];
            bytes[at + width - 1 - i] = byte;
        }
    }
}

/* From the stored bytes to values. Bit i of `skipped`: filter i was not applied to this chunk. */
static bool decode(Hdf5 *h, const Hdf5Var *x, uint32_t skipped, Work *w, Error *e)
{
    const Hdf5Pipeline *p = x->pipeline;
    for (size_t i = p->count; i-- > 0;)
        if (!(skipped >> i & 1) && !undo_filter(h, p, i, skipped, w, e))
            return false;
    if (w->size != p->chunk_bytes)
        return error_coded(e, ERROR_DATA, "damaged_chunk",
                           "cannot be decoded: holds %zu bytes of values instead of %zu", w->size,
                           p->chunk_bytes);
    if (p->swapped)
        swap_bytes(w->now, w->size, x->type.element_bytes);
    return true;
}

/* Copies the values of `part`, which begins where its chunk begins, to their places in a buffer of
 * the shape of `box`. */
static void place(const Hdf5Var *x, const Hdf5Box *box, const Hdf5Box *part, const uint8_t *chunk,
                  uint8_t *buffer)
{
    size_t width = x->type.element_bytes, axis = x->rank - 1;
    size_t run = width * part->count[axis];
    while (axis > 0 && part->count[axis] == x->chunk[axis] && part->count[axis] == box->count[axis])
        run *= part->count[--axis];
    hsize_t index[H5S_MAX_RANK] = {0};
    for (;;) {
        size_t from = 0, to = 0;
        for (size_t i = 0; i < x->rank; i++) {
            from = from * x->chunk[i] + index[i];
            to = to * box->count[i] + part->start[i] - box->start[i] + index[i];
        }
        memcpy(buffer + to * width, chunk + from * width, run);
        size_t i = axis;
        while (i > 0 && ++index[i - 1] == part->count[i - 1])
            index[--i] = 0;
        if (i == 0)
            return;
    }
}

/* How many bytes are stored for the chunk at `at`; 0 where the library must read it: it was never
 * written, is longer than our filters make it, or cannot be found for a reason that the library
 * will tell. */
static bool stored_size(Hdf5 *h, const Hdf5Var *x, const hsize_t *at, size_t *out, Error *e)
{
    hsize_t size;
    if (H5Dget_chunk_storage_size(x->dataset, at, &size) < 0)
        size = 0;
    if (size > h->in.size)
        return error_coded(e, ERROR_DATA, "truncated",
                           "would have %llu bytes, the whole file has %llu",
                           (unsigned long long)size, (unsigned long long)h->in.size);
    *out = size <= hdf5_work_bytes(x->pipeline) ? size : 0;
    return true;
}

/* Leaves w->size 0 where the library must read the chunk. */
static bool fetch_and_decode(Hdf5 *h, const Hdf5Var *x, const hsize_t *at, Work *w, Error *e)
{
    uint32_t skipped = 0;
    if (!stored_size(h, x, at, &w->size, e))
        return false;
    if (w->size == 0)
        return true;
    if (H5Dread_chunk(x->dataset, h->transfer, at, &skipped, w->now) < 0)
        return hdf5_error(h, e, "reading");
    return decode(h, x, skipped, w, e);
}

static bool read_chunk(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *part, Error *e)
{
    const Hdf5Var *x = &h->vars[h->var];
    Work w = {.now = h->work[0], .other = h->work[1]};
    if (!fetch_and_decode(h, x, part->start, &w, e)) {
        if (e->kind == ERROR_DATA)
            hdf5_name_chunk(h, x, part->start, e);
        return false;
    }
    if (w.size == 0)
        return hdf5_read_by_library(h, box, part, e);
    place(x, box, part, w.now, h->buffer);
    return true;
}

static bool begins_and_ends_with_chunks(const Var *v, const Hdf5Var *x, const Hdf5Plan *plan)
{
    for (size_t i = 0; i < plan->axis; i++)
        if (x->chunk[i] != 1)
            return false;
    return plan->step % x->chunk[plan->axis] == 0 || plan->step == v->shape[plan->axis];
}

bool hdf5_decodes_itself(const Hdf5 *h, size_t var, const Hdf5Plan *plan)
{
    const Hdf5Var *x = &h->vars[var];
    return x->pipeline && hdf5_work_bytes(x->pipeline) <= h->most_bytes / 4 &&
           begins_and_ends_with_chunks(&h->dataset.vars[var], x, plan);
}

bool hdf5_read_chunks(Hdf5 *h, const Hdf5Box *box, const Hdf5Box *stored, Error *e)
{
    const Hdf5Var *x = &h->vars[h->var];
    hsize_t at[H5S_MAX_RANK];
    Hdf5Box part;
    memcpy(at, stored->start, sizeof at);
    if (!h->inflater && !(h->inflater = libdeflate_alloc_decompressor()))
        return error_coded(e, ERROR_RETRY, "memory", "no memory for libdeflate");
    do {
        hdf5_clip_to_chunk(x, stored, at, &part);
        if (!read_chunk(h, box, &part, e))
            return false;
    } while (hdf5_next_chunk(x, stored, at));
    return true;
}

void hdf5_close_chunks(Hdf5 *h)
{
    libdeflate_free_decompressor(h->inflater);
    h->inflater = NULL;
}
