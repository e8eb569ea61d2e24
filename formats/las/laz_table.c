/* laz_table.c: the chunk table, or what can be known without it.
 *
 * The points begin with 8 bytes: where the table is (-1: the last 8 bytes of the file say so). The
 * table: version 0, number of chunks, then for each chunk its points (where they vary) and its
 * bytes, coded as differences to the chunk before. */
#include "formats/las/laz_table.h"
#include "formats/las/laz_integer.h"

enum { PLACE_BYTES = 8, TABLE_HEAD_BYTES = 8, WINDOW_BYTES = 16 * 1024, MARGIN = 64 };
enum { POINTS_CONTEXT = 0, BYTES_CONTEXT = 1, CONTEXTS = 2 };

/* What the table says of one chunk. */
typedef struct Row {
    uint32_t points, bytes;
} Row;

/* A table as read from the file; rows NULL: `lost` says why there is none. */
typedef struct Rows {
    Row *rows;
    size_t count;
    const char *lost;
} Rows;

static bool add_entry(LazTable *t, Arena *a, const LazEntry *entry, Error *e)
{
    LazEntry *entries = arena_grow(a, t->entries, &t->capacity, t->count + 1, sizeof(LazEntry));
    if (!entries)
        return arena_full(a, e);
    t->entries = entries;
    t->entries[t->count++] = *entry;
    return true;
}

static uint64_t points_so_far(const LazTable *t)
{
    if (t->count == 0)
        return 0;
    const LazChunk *last = &t->entries[t->count - 1].chunk;
    return last->first + last->points;
}

/* Adds a chunk as far as its points are promised. */
static bool add_chunk(LazTable *t, Arena *a, const LazPlace *place, const LazExtent *found,
                      Error *e)
{
    uint64_t first = points_so_far(t), promised = place->point_count - first;
    LazEntry entry = {
        .chunk = {.first = first,
                  .points = found->points < promised ? found->points : promised,
                  .offset = found->offset,
                  .bytes = found->bytes},
        .stored = found->points,
    };
    return entry.chunk.points == 0 || add_entry(t, a, &entry, e);
}

/* Rows of the table that begins at `offset`. False: the machine's trouble. */
static bool read_rows(Rows *t, const LazDecoder *d, uint64_t offset, Error *e)
{
    LazSource source;
    LazInteger number;
    Arena *a = d->scan.arena;
    Row *rows = arena_array(a, t->count, sizeof(Row)), row = {0, 0};
    if (!rows || !laz_source_create(&source, d->in, WINDOW_BYTES, MARGIN, a) ||
        !laz_integer_create(&number, 32, CONTEXTS, a))
        return arena_full(a, e);
    Error trouble = {0};
    if (!laz_source_begin(&source, offset, LAZ_OPEN, 1, &trouble)) {
        *e = trouble;
        return false;
    }
    bool varying = d->scheme->chunk_points == LAZ_VARYING;
    for (size_t i = 0; i < t->count; i++) {
        if (varying)
            row.points += laz_difference(&source.range, &number, POINTS_CONTEXT);
        else
            row.points = d->scheme->chunk_points;
        row.bytes += laz_difference(&source.range, &number, BYTES_CONTEXT);
        rows[i] = row;
        if (laz_source_check(&source) && !source.range.impossible)
            continue;
        t->lost = "is damaged or cut";
        if (trouble.kind != ERROR_NONE)
            *e = trouble;
        return trouble.kind == ERROR_NONE;
    }
    t->rows = rows;
    return true;
}

/* Where the table is; t->lost where there is none. */
static bool find_table(Rows *t, const Input *in, uint64_t points_offset, uint64_t *out, Error *e)
{
    uint8_t bytes[PLACE_BYTES];
    if (!input_read(in, points_offset, bytes, sizeof bytes, e))
        return false;
    uint64_t at = laz_get64(bytes);
    if (at == UINT64_MAX) {
        if (!input_read(in, in->size - PLACE_BYTES, bytes, sizeof bytes, e))
            return false;
        at = laz_get64(bytes);
    }
    if (at <= points_offset)
        t->lost = "was never written";
    else if (at > in->size || in->size - at < TABLE_HEAD_BYTES)
        t->lost = "lies beyond the end of the file";
    *out = at;
    return true;
}

/* The table as the file has it; t->lost where it cannot be used. */
static bool read_table(Rows *t, const LazDecoder *d, const LazPlace *place, Error *e)
{
    uint8_t head[TABLE_HEAD_BYTES];
    uint64_t at, start = place->points_offset + PLACE_BYTES;
    if (!find_table(t, d->in, place->points_offset, &at, e))
        return false;
    if (t->lost)
        return true;
    if (!input_read(d->in, at, head, sizeof head, e))
        return false;
    t->count = laz_get32(head + 4);
    /* a chunk has its first record at least */
    bool sound = laz_get32(head) == 0 && t->count > 0 && at > start &&
                 t->count <= (at - start) / d->scheme->record_bytes;
    if (!sound)
        t->lost = "is damaged";
    if (!t->lost && !read_rows(t, d, at + TABLE_HEAD_BYTES, e))
        return false;
    uint64_t end = start;
    for (size_t i = 0; t->rows && i < t->count && !t->lost; i++) {
        end += t->rows[i].bytes;
        bool fits = t->rows[i].bytes >= d->scheme->record_bytes || t->rows[i].points == 0;
        if (end > d->in->size || !fits)
            t->lost = "is damaged";
    }
    return true;
}

static bool take_rows(LazTable *t, LazDecoder *d, const Rows *rows, const LazPlace *place, Error *e)
{
    uint64_t offset = place->points_offset + PLACE_BYTES;
    for (size_t i = 0; rows->rows && i < rows->count; i++) {
        LazExtent found = {
            .offset = offset, .bytes = rows->rows[i].bytes, .points = rows->rows[i].points};
        uint64_t left = place->point_count - points_so_far(t);
        /* the last one is shorter, and only the header says how much */
        if (d->scheme->chunk_points != LAZ_VARYING && found.points > left)
            found.points = left;
        if (!add_chunk(t, d->scan.arena, place, &found, e))
            return false;
        offset += found.bytes;
    }
    return true;
}

/* From head to head, as long as they make sense. */
static bool walk_layered(LazTable *t, LazDecoder *d, const LazPlace *place, Error *e)
{
    LazExtent found = {.offset = place->points_offset + PLACE_BYTES};
    for (;;) {
        uint64_t left = place->point_count - points_so_far(t);
        uint64_t fixed = d->scheme->chunk_points < left ? d->scheme->chunk_points : left;
        if (left == 0)
            return true;
        if (!laz_decoder_measure(d, found.offset + found.bytes, &found, e))
            return false;
        bool sense = found.bytes && found.points && found.points <= left;
        if (!sense || (d->scheme->chunk_points != LAZ_VARYING && found.points != fixed))
            return true;
        if (!add_chunk(t, d->scan.arena, place, &found, e))
            return false;
    }
}

static bool one_sequence(LazTable *t, LazDecoder *d, const LazPlace *place, uint64_t offset,
                         Error *e)
{
    uint64_t there = offset < d->in->size ? d->in->size - offset : 0;
    t->in_sequence = true;
    LazExtent all = {.offset = offset, .bytes = there, .points = place->point_count};
    return add_chunk(t, d->scan.arena, place, &all, e);
}

static bool without_table(LazTable *t, LazDecoder *d, const LazPlace *place, const char *lost,
                          Error *e)
{
    uint64_t start = place->points_offset + PLACE_BYTES;
    if (d->scheme->layered) {
        t->note = arena_printf(d->scan.arena,
                               "the chunk table %s; the chunks were found one by one", lost);
        return walk_layered(t, d, place, e);
    }
    if (d->scheme->chunk_points == LAZ_VARYING) {
        error_coded(e, ERROR_DATA, "bad_chunk_table",
                    "the chunk table %s, and chunks of varying size cannot be found without it",
                    lost);
        return error_at(e, "byte %llu", (unsigned long long)place->points_offset);
    }
    t->note =
        arena_printf(d->scan.arena, "the chunk table %s; the points were read in sequence", lost);
    return one_sequence(t, d, place, start, e);
}

bool laz_table_read(LazTable *t, LazDecoder *d, const LazPlace *place, Error *e)
{
    *t = (LazTable){0};
    if (place->point_count == 0)
        return true;
    if (!d->scheme->chunked)
        return one_sequence(t, d, place, place->points_offset, e);
    Rows rows = {0};
    if (!read_table(&rows, d, place, e))
        return false;
    if (!(rows.lost ? without_table(t, d, place, rows.lost, e) : take_rows(t, d, &rows, place, e)))
        return false;
    uint64_t there = points_so_far(t);
    LazEntry missing = {
        .chunk = {.first = there, .points = place->point_count - there, .offset = d->in->size}};
    return missing.chunk.points == 0 || add_entry(t, d->scan.arena, &missing, e);
}
