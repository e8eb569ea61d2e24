/* laz.h: compressed point records (LASzip) -> plain ones, as a LAS file of the same format has
 * them.
 *
 * All compressors and item versions that LASzip wrote: pointwise, pointwise in chunks, layered in
 * chunks (point formats 6-10), chunks of fixed and of varying size (COPC). */
#pragma once

#include "core/arena.h"
#include "core/input.h"

#include <stdint.h>

typedef struct LazPlace {
    uint64_t points_offset; /* from the header: where the chunk table offset stands */
    uint64_t point_count;   /* that the header promises */
    size_t record_bytes;    /* of one plain record */
    unsigned point_format;  /* 0..10, without the compression bits */
    const uint8_t *vlr;     /* payload of the VLR "laszip encoded" 22204; needed during laz_open */
    size_t vlr_size;
} LazPlace;

/* Points that can be read without those before them. */
typedef struct LazChunk {
    uint64_t first, points;
    uint64_t offset, bytes; /* in the file; bytes 0: it is not there */
} LazChunk;

typedef struct Laz Laz;

/* Reads the VLR and the chunk table; checks both against the file. ERROR_DATA with code and place:
 * bad_header, unsupported, truncated, bad_chunk_table. `in` is borrowed. */
bool laz_open(const Input *in, const LazPlace *place, Arena *a, Laz **out, Error *e) MUST_CHECK;

/* The chunks in order hold point_count points together. What the file does not have is the last
 * chunk: reading it says "truncated". Files without chunks and those whose chunk table is lost
 * (they can only be read in sequence) are one chunk. */
size_t laz_chunk_count(const Laz *l);
const LazChunk *laz_chunk(const Laz *l, size_t index);

/* What is odd about the file and did no harm: a lost chunk table. NULL: nothing. */
const char *laz_note(const Laz *l);

/* Starts at the chunk's first point. After a failure any chunk can be started. */
bool laz_begin(Laz *l, size_t index, Error *e) MUST_CHECK;

/* Up to `count` more records of that chunk, in order, record_bytes each; *got < count only at its
 * end. False: ERROR_DATA "truncated" (the file ends in this chunk) or "damaged_chunk"; *got records
 * are sound then. A chunk of up to 16 MiB of records is checked as a whole before its first record
 * is given out; a larger one, and a file without a chunk table, as far as it has come. */
bool laz_read(Laz *l, uint8_t *records, size_t count, size_t *got, Error *e) MUST_CHECK;
