/* laz_source.h: the bytes of one stream of a chunk, in a window, and its range decoder.
 *
 * A chunk can be as large as the file; the window keeps memory flat. Behind the stream's last byte
 * there are zeros in the window, so that a decoder that was led astray reads those and no more. */
#pragma once

#include "core/input.h"
#include "formats/las/laz_coder.h"

typedef struct LazSource {
    LazRange range;
    const uint8_t *low_water; /* range.at beyond it: time for laz_source_more() */
    const uint8_t *end;       /* of the bytes in the window */
    uint8_t *window;
    size_t capacity; /* of the window */
    size_t margin;   /* what one record takes at most; zeros behind the end */
    const Input *in;
    uint64_t next, left; /* in the file: what is not in the window yet */
    bool present;        /* not of 0 bytes: those are fields that do not change in the chunk */
    Error *trouble;      /* the machine's, set by laz_source_more() */
} LazSource;

/* margin: bytes that are taken between two checks, at most. */
bool laz_source_create(LazSource *s, const Input *in, size_t capacity, size_t margin,
                       Arena *a) MUST_CHECK;
/* Begins a stream of so many bytes; of those only what the file has. trouble: where errors of
 * reading go, kept by the caller. False: *trouble is set. */
bool laz_source_begin(LazSource *s, uint64_t offset, uint64_t bytes, uint32_t chunk,
                      Error *trouble) MUST_CHECK;
/* False: more bytes were taken than the stream has, or *trouble. */
bool laz_source_more(LazSource *s) MUST_CHECK;
/* Bytes of the stream that were not taken. */
uint64_t laz_source_rest(const LazSource *s);
/* Where in the file the next byte stands. */
uint64_t laz_source_place(const LazSource *s);

/* After each record: whether all that was taken was there. */
LAZ_INLINE bool laz_source_check(LazSource *s)
{
    return !LAZ_RARE(s->range.at > s->low_water) || laz_source_more(s);
}
