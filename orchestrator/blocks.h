/* blocks.h: which blocks of an object are there. */
#pragma once

#include "core/arena.h"

#include <stdint.h>

enum { BLOCK_BYTES = 256 << 10 };

typedef struct Blocks {
    uint64_t size_bytes; /* of the object; its last block may be shorter */
    size_t count;
    uint64_t *bits;
} Blocks;

/* Blocks [begin, end). */
typedef struct BlockRun {
    size_t begin, end;
} BlockRun;

/* None is there. */
bool blocks_init(Blocks *b, uint64_t size_bytes, Arena *a, Error *e) MUST_CHECK;
/* Those that hold these bytes, all of which the object has. */
BlockRun blocks_of(uint64_t offset, uint64_t length);
/* The byte with which a run ends: that of its last block, or of the object. */
uint64_t blocks_end_byte(const Blocks *b, BlockRun run);
void blocks_set(Blocks *b, BlockRun run, bool there);
/* The first run in a row, within the one given, that is not there. False: all is. */
bool blocks_missing(const Blocks *b, BlockRun within, BlockRun *out);
