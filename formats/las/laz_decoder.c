/* laz_decoder.c: gives each item of a record its turn. */
#include "formats/las/laz_decoder.h"

enum {
    WINDOW_BYTES = 256 * 1024,
    LAYER_WINDOW_BYTES = 64 * 1024,
    LEAST_WINDOW_BYTES = 256,
    LAYER_WINDOWS_BYTES = 4 * 1024 * 1024, /* all together, about */
    LAYER_MARGIN = 80,                     /* more than a record takes of any layer */
    READ_AHEAD = 16,
    NUMBER_BYTES = 4,
};

static size_t head_bytes(const LazScheme *s)
{
    return s->record_bytes + (s->layered ? NUMBER_BYTES * (1 + s->layers) : 0);
}

static bool create_sources(LazDecoder *d, Arena *a)
{
    const LazScheme *s = d->scheme;
    size_t count = s->layered ? s->layers : 1, margin = LAYER_MARGIN, window = LAYER_WINDOW_BYTES;
    if (window > LAYER_WINDOWS_BYTES / count)
        window = LAYER_WINDOWS_BYTES / count;
    if (!s->layered) {
        window = WINDOW_BYTES;
        margin = READ_AHEAD;
        for (size_t i = 0; i < s->part_count; i++)
            margin += s->parts[i].size * s->parts[i].point->most_bytes;
    }
    if (window < LEAST_WINDOW_BYTES)
        window = LEAST_WINDOW_BYTES;
    d->sources = arena_array(a, count, sizeof(LazSource));
    for (size_t i = 0; d->sources && i < count; i++)
        if (!laz_source_create(&d->sources[i], d->in, window, margin, a))
            return false;
    return d->sources;
}

static bool create_states(LazDecoder *d, Arena *a)
{
    const LazScheme *s = d->scheme;
    LazSource *layers = d->sources;
    for (size_t i = 0; i < s->part_count; i++) {
        const LazPart *part = &s->parts[i];
        if (part->layer) {
            d->states[i] = part->layer->create(part->size, part->version, layers, a);
            layers += part->layer->layers ? part->layer->layers : part->size;
        } else {
            d->states[i] = part->point->create(part->size, a);
        }
        if (!d->states[i])
            return false;
    }
    return true;
}

bool laz_decoder_create(LazDecoder *d, const LazScheme *scheme, const Input *in, Arena *a, Error *e)
{
    *d = (LazDecoder){.scheme = scheme, .in = in, .scan = {.arena = a}};
    d->head = arena_array(a, head_bytes(scheme), 1);
    bool made = d->head && create_sources(d, a) && create_states(d, a);
    return made || arena_full(a, e);
}

/* Chunks of fixed size that are not full: nothing but the header says how many points they have. */
static bool counted_by_header(const LazDecoder *d)
{
    const LazScheme *s = d->scheme;
    return !s->layered && s->chunk_points != LAZ_VARYING &&
           (!s->chunked || d->chunk.points != s->chunk_points);
}

static bool damaged(const LazDecoder *d, Error *e, const char *what)
{
    unsigned long long offset = d->chunk.offset, first = d->chunk.first;
    error_coded(
        e, ERROR_DATA, "damaged_chunk",
        "the compressed points from byte %llu on (point %llu and following) are damaged%s: %s",
        offset, first, counted_by_header(d) ? ", or the header's number of points is wrong" : "",
        what);
    return error_at(e, "byte %llu", offset);
}

/* Behind the last point of a layered chunk, which says itself how many there are. */
static bool too_few(const LazDecoder *d, size_t *got, Error *e)
{
    if (!laz_decoder_check(d, e)) {
        *got = 0;
        return false;
    }
    unsigned long long offset = d->chunk.offset;
    error_coded(e, ERROR_DATA, "bad_header",
                "the compressed points from byte %llu on are %llu, but the header's number of "
                "points, or the chunk table, promises more",
                offset, (unsigned long long)d->chunk.points);
    return error_at(e, "byte %llu", offset);
}

static bool cut(const LazDecoder *d, Error *e)
{
    error_coded(e, ERROR_DATA, "truncated",
                "the file ends at byte %llu, in the compressed points: point %llu is the first one "
                "that is not whole",
                (unsigned long long)d->in->size, (unsigned long long)(d->chunk.first + d->done));
    return error_at(e, "byte %llu", (unsigned long long)d->in->size);
}

static bool goes_beyond_file(const LazDecoder *d)
{
    const LazExtent *c = &d->chunk;
    return c->offset > d->in->size || c->bytes > d->in->size - c->offset;
}

static bool read_head(LazDecoder *d, uint64_t offset, bool *whole, Error *e)
{
    size_t got = 0, wanted = head_bytes(d->scheme);
    if (offset < d->in->size && !input_read_some(d->in, offset, d->head, wanted, &got, e))
        return false;
    *whole = got == wanted;
    return true;
}

static uint64_t layer_bytes(const LazDecoder *d, size_t layer)
{
    return laz_get32(d->head + d->scheme->record_bytes + NUMBER_BYTES * (1 + layer));
}

static uint64_t sum_of_layers(const LazDecoder *d)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < d->scheme->layers; i++)
        sum += layer_bytes(d, i);
    return sum;
}

bool laz_decoder_measure(LazDecoder *d, uint64_t offset, LazExtent *out, Error *e)
{
    bool whole;
    if (!read_head(d, offset, &whole, e))
        return false;
    *out = (LazExtent){.offset = offset};
    if (!whole)
        return true;
    out->points = laz_get32(d->head + d->scheme->record_bytes);
    out->bytes = head_bytes(d->scheme) + sum_of_layers(d);
    return true;
}

static bool begin_layers(LazDecoder *d, Error *e)
{
    size_t head = head_bytes(d->scheme);
    d->chunk.points = laz_get32(d->head + d->scheme->record_bytes);
    if (d->chunk.points == 0)
        return damaged(d, e, "there are none");
    if (head + sum_of_layers(d) != d->chunk.bytes)
        return damaged(d, e, "the sizes of their layers do not sum up");
    uint64_t offset = d->chunk.offset + head;
    for (size_t i = 0; i < d->scheme->layers; i++) {
        uint64_t bytes = layer_bytes(d, i);
        if (!laz_source_begin(&d->sources[i], offset, bytes, d->scan.chunk, &d->trouble))
            return false;
        offset += bytes;
    }
    return true;
}

static bool begin_items(LazDecoder *d, Error *e)
{
    for (size_t i = 0; i < d->scheme->part_count; i++) {
        const LazPart *part = &d->scheme->parts[i];
        const uint8_t *first = d->head + part->at;
        if (part->point)
            part->point->begin(d->states[i], first);
        else if (!part->layer->begin(d->states[i], &d->scan, first))
            return arena_full(d->scan.arena, e);
    }
    return true;
}

bool laz_decoder_begin(LazDecoder *d, const LazExtent *chunk, Error *e)
{
    bool whole;
    d->chunk = *chunk;
    d->done = 0;
    d->scan.chunk++;
    error_clear(&d->trouble);
    if (!read_head(d, chunk->offset, &whole, e))
        return false;
    if (!whole)
        return cut(d, e);
    if (d->scheme->layered) {
        if (!begin_layers(d, e)) {
            if (d->trouble.kind != ERROR_NONE)
                *e = d->trouble;
            return false;
        }
        return begin_items(d, e);
    }
    size_t head = head_bytes(d->scheme);
    if (chunk->bytes < head)
        return damaged(d, e, "they are shorter than one point");
    uint64_t bytes = chunk->bytes == LAZ_OPEN ? LAZ_OPEN : chunk->bytes - head;
    if (!laz_source_begin(d->sources, chunk->offset + head, bytes, d->scan.chunk, &d->trouble)) {
        *e = d->trouble;
        return false;
    }
    return begin_items(d, e);
}

/* Items that share one stream. */
static size_t next_points(LazDecoder *d, uint8_t *records, size_t count)
{
    const LazScheme *s = d->scheme;
    LazSource *source = d->sources;
    for (size_t i = 0; i < count; i++, records += s->record_bytes) {
        for (size_t part = 0; part < s->part_count; part++)
            s->parts[part].point->next(d->states[part], &source->range,
                                       records + s->parts[part].at);
        if (!laz_source_check(source))
            return i;
    }
    return count;
}

static size_t next_layered(LazDecoder *d, uint8_t *records, size_t count)
{
    const LazScheme *s = d->scheme;
    for (size_t i = 0; i < count; i++, records += s->record_bytes)
        for (size_t part = 0; part < s->part_count; part++)
            if (!s->parts[part].layer->next(d->states[part], &d->scan, records + s->parts[part].at))
                return i;
    return count;
}

/* Zeros read behind the end may well be impossible: those are no damage. */
static bool impossible(const LazDecoder *d)
{
    bool any = false;
    for (size_t i = 0; i < (d->scheme->layered ? d->scheme->layers : 1); i++) {
        const LazSource *s = &d->sources[i];
        any |= s->present && s->range.impossible && s->range.at <= s->end;
    }
    return any;
}

bool laz_decoder_next(LazDecoder *d, uint8_t *records, size_t count, size_t *got, Error *e)
{
    uint64_t left = d->chunk.points - d->done;
    size_t given = 0, wanted = count;
    count = count < left ? count : (size_t)left;
    *got = 0;
    if (count && d->done == 0) {
        memcpy(records, d->head, d->scheme->record_bytes);
        given = 1;
    }
    uint8_t *rest = records + given * d->scheme->record_bytes;
    given += d->scheme->layered ? next_layered(d, rest, count - given)
                                : next_points(d, rest, count - given);
    d->done += given;
    if (d->trouble.kind != ERROR_NONE) {
        *e = d->trouble;
        return false;
    }
    if (d->scan.memory_full)
        return arena_full(d->scan.arena, e);
    if (impossible(d))
        return damaged(d, e, "they hold bits that no encoder writes");
    *got = given;
    if (given == count)
        return count == wanted || too_few(d, got, e);
    if (goes_beyond_file(d))
        return cut(d, e);
    *got = 0;
    return damaged(d, e, "they need more bytes than the chunk has");
}

bool laz_decoder_check(const LazDecoder *d, Error *e)
{
    if (d->done < d->chunk.points || d->chunk.bytes == LAZ_OPEN || goes_beyond_file(d))
        return true;
    size_t streams = d->scheme->layered ? d->scheme->layers : 1;
    for (size_t i = 0; i < streams; i++)
        if (d->sources[i].present && laz_source_rest(&d->sources[i]))
            return damaged(d, e, "they do not use up the bytes of the chunk");
    return true;
}

uint64_t laz_decoder_place(const LazDecoder *d)
{
    return laz_source_place(d->sources);
}
