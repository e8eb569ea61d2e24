/* blocks.c: a bit for each block. */
#include "orchestrator/blocks.h"

bool blocks_init(Blocks *b, uint64_t size_bytes, Arena *a, Error *e)
{
    size_t count = (size_t)(size_bytes / BLOCK_BYTES + (size_bytes % BLOCK_BYTES != 0));
    uint64_t *bits = arena_array(a, count / 64 + 1, sizeof *bits);
    if (!bits)
        return arena_full(a, e);
    *b = (Blocks){.size_bytes = size_bytes, .count = count, .bits = bits};
    return true;
}

BlockRun blocks_of(uint64_t offset, uint64_t length)
{
    uint64_t end = offset + length;
    return (BlockRun){(size_t)(offset / BLOCK_BYTES),
                      (size_t)(end / BLOCK_BYTES + (end % BLOCK_BYTES != 0))};
}

uint64_t blocks_end_byte(const Blocks *b, BlockRun run)
{
    return run.end < b->count ? (uint64_t)run.end * BLOCK_BYTES : b->size_bytes;
}

static bool is_there(const Blocks *b, size_t i)
{
    return b->bits[i / 64] >> (i % 64) & 1;
}

void blocks_set(Blocks *b, BlockRun run, bool there)
{
    for (size_t i = run.begin; i < run.end; i++) {
        uint64_t bit = UINT64_C(1) << (i % 64);
        b->bits[i / 64] = there ? b->bits[i / 64] | bit : b->bits[i / 64] & ~bit;
    }
}

bool blocks_missing(const Blocks *b, BlockRun within, BlockRun *out)
{
    size_t begin = within.begin;
    while (begin < within.end && is_there(b, begin))
        begin++;
    size_t end = begin;
    while (end < within.end && !is_there(b, end))
        end++;
    *out = (BlockRun){begin, end};
    return begin < end;
}
