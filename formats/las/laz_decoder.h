/* laz_decoder.h: the records of one chunk, one after the other. */
#pragma once

#include "formats/las/laz_scheme.h"

/* What is known of a chunk before it is decoded. */
typedef struct LazExtent {
    uint64_t offset;
    uint64_t bytes; /* LAZ_OPEN: nobody knows, up to the end of the file at most */
    uint64_t
        points;     /* that are stored in it; layered chunks know it themselves: at least so many */
    uint64_t first; /* number of its first point in the file */
} LazExtent;

#define LAZ_OPEN UINT64_MAX

typedef struct LazDecoder {
    const LazScheme *scheme;
    const Input *in;
    void *states[LAZ_MOST_ITEMS];
    LazSource *sources; /* one, or one a layer */
    uint8_t *head;      /* of a chunk: the first record, then (layered) point count and sizes */
    LazScan scan;
    LazExtent chunk;
    uint64_t done; /* records of the chunk so far */
    Error trouble; /* the machine's, while reading */
} LazDecoder;

bool laz_decoder_create(LazDecoder *d, const LazScheme *scheme, const Input *in, Arena *a,
                        Error *e) MUST_CHECK;
bool laz_decoder_begin(LazDecoder *d, const LazExtent *chunk, Error *e) MUST_CHECK;
/* The next `count` records. False: *got records before the failure were decoded of bytes that are
 * there. */
bool laz_decoder_next(LazDecoder *d, uint8_t *records, size_t count, size_t *got,
                      Error *e) MUST_CHECK;
/* After the chunk's last record: whether its bytes are used up. */
bool laz_decoder_check(const LazDecoder *d, Error *e) MUST_CHECK;
/* Where a chunk that follows directly begins. */
uint64_t laz_decoder_place(const LazDecoder *d);

/* Size of a layered chunk with its head at `offset`, from the sizes of its layers, and its points;
 * *bytes 0: there is none. */
bool laz_decoder_measure(LazDecoder *d, uint64_t offset, LazExtent *out, Error *e) MUST_CHECK;
