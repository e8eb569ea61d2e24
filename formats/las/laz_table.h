/* laz_table.h: where the chunks of a file are. */
#pragma once

#include "formats/las/laz_decoder.h"

typedef struct LazEntry {
    LazChunk chunk;
    uint64_t stored; /* points in it: more than chunk.points where the header promises fewer */
} LazEntry;

typedef struct LazTable {
    LazEntry *entries;
    size_t count, capacity;
    bool in_sequence; /* one entry; each chunk begins where the one before ends */
    const char *note; /* on a lost chunk table, or NULL */
} LazTable;

/* The entries hold place->point_count points together; what is missing is the last one, of 0 bytes.
 * Without a chunk table layered chunks are found by the sizes in their heads (by the decoder, which
 * is between two chunks then), others of fixed size are read in sequence. */
bool laz_table_read(LazTable *t, LazDecoder *d, const LazPlace *place, Error *e) MUST_CHECK;
