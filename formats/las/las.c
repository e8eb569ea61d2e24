/* las.c: LAS and LAZ files as a format. */
#include "formats/las/las.h"

#include "formats/las/las_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { MAJOR_AT = 24, FORMAT_AT = 104 };

/* A text may begin with these four letters; at the byte of the version it has a letter too. */
static bool is_header(const Input *in)
{
    if (in->head_size > MAJOR_AT)
        return in->head[MAJOR_AT] < '\t';
    return in->head_size == 4 || memchr(in->head, '\0', in->head_size);
}

static void probe(const Input *in, const void *options, Probe *p)
{
    (void)options;
    if (in->head_size < 4 || memcmp(in->head, "LASF", 4) != 0) {
        snprintf(p->evidence, sizeof p->evidence, "no 'LASF' at byte 0");
        return;
    }
    if (!is_header(in)) {
        snprintf(p->evidence, sizeof p->evidence, "'LASF' at byte 0, but then text");
        return;
    }
    p->sure = SURE_BY_CONTENT;
    if (in->head_size <= FORMAT_AT)
        snprintf(p->evidence, sizeof p->evidence, "'LASF' at byte 0, but the header is cut short");
    else
        snprintf(p->evidence, sizeof p->evidence, "'LASF' at byte 0: LAS %u.%u, points %s",
                 in->head[MAJOR_AT], in->head[MAJOR_AT + 1],
                 in->head[FORMAT_AT] & 0xc0 ? "compressed (LAZ)" : "not compressed");
}

/* A writer that was stopped before it could count: told last, as bytes that are lost. */
static void tell_uncounted(Las *l, uint64_t rest)
{
    const LasHeader *h = &l->header;
    error_coded(&l->tail, ERROR_DATA, "bad_header",
                "the header counts no points, but %" PRIu64
                " bytes of points lie behind it: what wrote the file was stopped, probably, before "
                "it set the number of points",
                rest);
    error_at(&l->tail, "byte %d", h->minor < 4 ? 107 : 247);
}

/* A writer that was stopped leaves what it could not yet know as it was. */
static void note_rest(Las *l)
{
    enum { EMPTY_LAZ = 32 /* place of the chunk table and a table of no chunks */ };
    const LasHeader *h = &l->header;
    uint64_t used = h->points_offset + h->points * h->record_bytes;
    uint64_t least = h->record_bytes + (h->compressed ? EMPTY_LAZ : 0);
    bool others = h->evlr_count > 0 || (h->minor >= 3 && (h->encoding & 6));
    if (l->laz || others || used > l->in.size || l->in.size - used < least)
        return;
    uint64_t rest = l->in.size - used;
    if (h->points == 0 && (h->compressed || rest % h->record_bytes == 0)) {
        tell_uncounted(l, rest);
        return;
    }
    dataset_note(&l->dataset,
                 "%" PRIu64 " bytes lie behind the last of the %" PRIu64
                 " points that the header counts; they are not read",
                 rest, h->points);
}

static bool open_compressed(Las *l, Error *e)
{
    const LasHeader *h = &l->header;
    const LasBytes *vlr = &l->vlrs.laszip;
    uint64_t most = l->limits.max_decoded_bytes;
    if (!vlr->bytes) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "the points are compressed, but the record 'laszip encoded' that says how is "
                    "missing");
        return error_at(e, "byte %" PRIu64, h->header_bytes);
    }
    if (most > 0 && h->points > most / h->record_bytes) {
        error_coded(e, ERROR_DATA, "limit",
                    "%" PRIu64 " points of %zu bytes are more than the %" PRIu64
                    " bytes that a file may have decompressed",
                    h->points, h->record_bytes, most);
        return error_at(e, "byte %d", h->minor < 4 ? 107 : 247);
    }
    const LazPlace place = {.points_offset = h->points_offset,
                            .point_count = h->points,
                            .record_bytes = h->record_bytes,
                            .point_format = h->point_format,
                            .vlr = vlr->bytes,
                            .vlr_size = vlr->size};
    l->whole = h->points;
    if (h->points == 0) {
        note_rest(l);
        return true;
    }
    if (!laz_open(&l->in, &place, l->dataset.arena, &l->laz, e))
        return false;
    if (laz_note(l->laz))
        dataset_note(&l->dataset, "%s", laz_note(l->laz));
    return true;
}

/* Extended records that are whole stand behind the last point. */
static uint64_t points_end(const Las *l)
{
    const LasHeader *h = &l->header;
    bool sound = h->evlr_count > 0 && l->tail.kind == ERROR_NONE;
    return sound && h->evlr_offset >= h->points_offset ? h->evlr_offset : l->in.size;
}

/* A record that says how the points are compressed, and fewer bytes than they take when they are
 * not: the bit in the header is wrong. */
static bool plain_after_all(const Las *l, Error *e)
{
    if (!l->vlrs.laszip.bytes || l->whole == l->header.points)
        return true;
    error_coded(e, ERROR_DATA, "bad_header",
                "the header says that the points are not compressed, but there is the record "
                "'laszip encoded', and only %" PRIu64 " of %" PRIu64 " points fit into the file",
                l->whole, l->header.points);
    return error_at(e, "byte 104");
}

static bool lay_out(Las *l, Error *e)
{
    enum { POINT_BITS_MAX = 48 };
    const LasHeader *h = &l->header;
    if (h->points >> POINT_BITS_MAX) {
        error_coded(e, ERROR_DATA, "bad_header",
                    "%" PRIu64 " points are more than any file can hold", h->points);
        return error_at(e, "byte 247");
    }
    l->run = LAS_RUN_MOST;
    while (l->run > 1 && l->run * h->record_bytes > LAS_RUN_BYTES)
        l->run /= 2;
    if (h->compressed)
        return open_compressed(l, e);
    uint64_t fit = (points_end(l) - h->points_offset) / h->record_bytes;
    l->whole = h->points < fit ? h->points : fit;
    note_rest(l);
    return plain_after_all(l, e);
}

static bool open_file(const Input *in, const void *options, const FormatLimits *limits, Arena *a,
                      Reader **out, Error *e)
{
    (void)options;
    Las *l = arena_alloc(a, sizeof *l);
    if (!l)
        return arena_full(a, e);
    Dataset *d = &l->dataset;
    dataset_init(d, a);
    l->reader.dataset = d;
    l->in = *in;
    l->time_var = NO_VAR;
    if (limits)
        l->limits = *limits;
    if (!las_header_read(in, d, &l->header, e) ||
        !las_vlrs_read(in, &l->header, d, &l->vlrs, &l->tail, e))
        return false;
    las_crs_find(&l->header, &l->vlrs, a, &l->crs);
    if (!lay_out(l, e) || !las_describe_file(l, e) || !las_add_fields(l, e) ||
        !las_add_extra_bytes(l, e))
        return false;
    d->model = arena_printf(a, "LAS 1.%u format %u", l->header.minor, l->header.point_format);
    if (!d->model)
        return arena_full(a, e);
    d->rows = l->whole;
    d->rows_known = true;
    *out = &l->reader;
    return true;
}

static void close_file(Reader *r)
{
    (void)r; /* all of it is in the arena */
}

const Format format_las = {
    .name = "las",
    .summary = "lidar point clouds: LAS 1.0 to 1.4, plain and compressed (LAZ)",
    .extensions = "las laz",
    .probe = probe,
    .open = open_file,
    .next = las_next,
    .parts = las_parts,
    .part = las_part,
    .conclude = las_conclude,
    .close = close_file,
};
