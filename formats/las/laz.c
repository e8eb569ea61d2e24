/* laz.c: chunks on demand.
 *
 * A damaged chunk shows itself at its end, where its bytes are not used up or do not suffice. So
 * that no wrong value is given out, a chunk of usual size is decoded as a whole first. */
#include "formats/las/laz.h"

#include "formats/las/laz_table.h"

enum { MOST_BUFFERED = 16 * 1024 * 1024 };

struct Laz {
    const Input *in;
    Arena *arena;
    LazScheme scheme;
    LazDecoder decoder;
    LazTable table;
    uint64_t point_count;
    const LazEntry *current; /* NULL: none was started, or it failed */
    uint64_t given;          /* of its points */
    uint8_t *buffer;         /* records of a whole chunk */
    size_t buffer_size;      /* bytes that the largest of those needs */
    bool buffering;
    size_t buffered; /* records in it */
    Error failure;   /* what comes behind them */
};

static bool is_buffered(const Laz *l, const LazEntry *entry)
{
    return !l->table.in_sequence && entry->chunk.bytes &&
           entry->chunk.points <= MOST_BUFFERED / l->scheme.record_bytes;
}

bool laz_open(const Input *in, const LazPlace *place, Arena *a, Laz **out, Error *e)
{
    Laz *l = arena_alloc(a, sizeof *l);
    if (!l)
        return arena_full(a, e);
    *l = (Laz){.in = in, .arena = a, .point_count = place->point_count};
    if (!laz_scheme_read(&l->scheme, place, e))
        return error_at(e, "record 'laszip encoded' 22204");
    if (!laz_decoder_create(&l->decoder, &l->scheme, in, a, e) ||
        !laz_table_read(&l->table, &l->decoder, place, e))
        return false;
    for (size_t i = 0; i < l->table.count; i++) {
        const LazEntry *entry = &l->table.entries[i];
        size_t size = (size_t)entry->chunk.points * l->scheme.record_bytes;
        if (is_buffered(l, entry) && size > l->buffer_size)
            l->buffer_size = size;
    }
    *out = l;
    return true;
}

size_t laz_chunk_count(const Laz *l)
{
    return l->table.count;
}

const LazChunk *laz_chunk(const Laz *l, size_t index)
{
    return &l->table.entries[index].chunk;
}

const char *laz_note(const Laz *l)
{
    return l->table.note;
}

/* Starts the decoder, at `offset` or at the chunk's own. */
static bool begin_decoder(Laz *l, uint64_t offset, Error *e)
{
    const LazEntry *entry = l->current;
    LazExtent extent = {.offset = offset,
                        .bytes = entry->chunk.bytes,
                        .points = entry->stored,
                        .first = entry->chunk.first + l->given};
    if (l->table.in_sequence) {
        uint64_t left = entry->chunk.points - l->given;
        extent.bytes = LAZ_OPEN;
        extent.points = left;
        if (l->scheme.chunked && extent.points > l->scheme.chunk_points)
            extent.points = l->scheme.chunk_points;
    }
    return laz_decoder_begin(&l->decoder, &extent, e);
}

/* Decodes the whole chunk. What is wrong with its bytes is told behind the sound records. */
static bool fill_buffer(Laz *l, Error *e)
{
    size_t points = (size_t)l->current->chunk.points;
    if (!l->buffer && !(l->buffer = arena_array(l->arena, l->buffer_size, 1)))
        return arena_full(l->arena, e);
    Error failure = {0};
    l->buffered = 0;
    bool whole = laz_decoder_next(&l->decoder, l->buffer, points, &l->buffered, &failure);
    if (whole && !laz_decoder_check(&l->decoder, &failure))
        l->buffered = 0;
    l->failure = failure;
    if (failure.kind == ERROR_NONE || failure.kind == ERROR_DATA)
        return true;
    *e = failure;
    return false;
}

bool laz_begin(Laz *l, size_t index, Error *e)
{
    const LazEntry *entry = &l->table.entries[index];
    l->current = NULL;
    l->given = 0;
    if (entry->chunk.bytes == 0) {
        error_coded(e, ERROR_DATA, "truncated",
                    "the file has only %llu of the %llu points that its header promises",
                    (unsigned long long)entry->chunk.first, (unsigned long long)l->point_count);
        return error_at(e, "byte %llu", (unsigned long long)l->in->size);
    }
    l->current = entry;
    l->buffering = is_buffered(l, entry);
    if (begin_decoder(l, entry->chunk.offset, e) && (!l->buffering || fill_buffer(l, e)))
        return true;
    l->current = NULL;
    return false;
}

static bool read_buffered(Laz *l, uint8_t *records, size_t count, size_t *got, Error *e)
{
    size_t left = l->buffered - (size_t)l->given;
    size_t n = count < left ? count : left;
    memcpy(records, l->buffer + l->given * l->scheme.record_bytes, n * l->scheme.record_bytes);
    l->given += n;
    *got = n;
    if (n == count || l->failure.kind == ERROR_NONE)
        return true;
    *e = l->failure;
    return false;
}

/* Records of the decoder's chunk; in sequence, from one chunk into the next. */
static bool read_stream(Laz *l, uint8_t *records, size_t count, size_t *got, Error *e)
{
    uint64_t left = l->current->chunk.points - l->given;
    size_t wanted = count < left ? count : (size_t)left;
    *got = 0;
    while (*got < wanted) {
        uint64_t in_chunk = l->decoder.chunk.points - l->decoder.done;
        if (in_chunk == 0 && !begin_decoder(l, laz_decoder_place(&l->decoder), e))
            return false;
        in_chunk = l->decoder.chunk.points - l->decoder.done;
        size_t n = wanted - *got < in_chunk ? wanted - *got : (size_t)in_chunk, more = 0;
        uint8_t *to = records + *got * l->scheme.record_bytes;
        bool sound = laz_decoder_next(&l->decoder, to, n, &more, e);
        *got += more;
        l->given += more;
        if (!sound)
            return false;
    }
    if (l->given < l->current->chunk.points || laz_decoder_check(&l->decoder, e))
        return true;
    *got = 0;
    return false;
}

bool laz_read(Laz *l, uint8_t *records, size_t count, size_t *got, Error *e)
{
    *got = 0;
    if (!l->current)
        return true;
    if (l->buffering)
        return read_buffered(l, records, count, got, e);
    if (read_stream(l, records, count, got, e))
        return true;
    /* the decoder must not go on */
    l->buffering = true;
    l->buffered = 0;
    l->given = 0;
    l->failure = *e;
    return false;
}
