/* read_parts.h: the blocks of a file that is read whole, and of the same file read in parts. */
#pragma once

#include "tests/support/read_format.h"

enum { BLOCKS_MAX = 512 };

typedef struct BlockSeen {
    size_t var;
    uint64_t start, count, hash;
    bool failed;
} BlockSeen;

typedef struct BlocksSeen {
    BlockSeen blocks[BLOCKS_MAX];
    size_t count;
    Error error; /* next() has failed with it */
} BlocksSeen;

/* FNV-1a. */
static inline uint64_t hash_of(uint64_t hash, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const uint8_t *)bytes)[i]) * UINT64_C(1099511628211);
    return hash;
}

static inline void see_block(BlocksSeen *s, const Block *b)
{
    assert_true(s->count < BLOCKS_MAX);
    BlockSeen *seen = &s->blocks[s->count++];
    *seen = (BlockSeen){b->var, b->start, b->count, 1, b->failed};
    for (uint64_t i = 0; b->strings && i < b->count; i++)
        seen->hash = hash_of(seen->hash, b->strings[i].bytes, b->strings[i].length);
    if (b->values)
        seen->hash = hash_of(seen->hash, b->values, b->count * type_size(b->type));
}

/* Whole, or one part. */
static inline void see_blocks(ReadFile *f, BlocksSeen *s)
{
    for (;;) {
        Block b = {0};
        bool end = false;
        assert_int_equal(s->error.kind, ERROR_NONE); /* nothing comes behind it */
        if (!f->format->next(f->reader, &b, &end, &s->error) || end)
            return;
        see_block(s, &b);
    }
}

static inline void see_part(const Format *format, const uint8_t *bytes, size_t size,
                            const FormatLimits *limits, size_t part, BlocksSeen *s)
{
    ReadFile f;
    Error e = {0};
    read_open_within(&f, format, bytes, size, limits);
    assert_ok(f.d, &f.error);
    assert_ok(format->part(f.reader, part, &e), &e);
    size_t before = s->count;
    see_blocks(&f, s);
    assert_true(s->count > before); /* no part is empty */
    read_close(&f);
}

/* The parts in their order are the whole file, block for block: none begins inside of a run. */
static inline void check_parts(const Format *format, const uint8_t *bytes, size_t size,
                               uint64_t part_bytes, size_t parts)
{
    static BlocksSeen whole, together;
    const FormatLimits limits = {.part_bytes = part_bytes};
    whole.count = together.count = 0;
    whole.error = together.error = (Error){0};
    ReadFile f;
    Error e = {0};
    read_open_within(&f, format, bytes, size, &limits);
    assert_ok(f.d, &f.error);
    see_blocks(&f, &whole);
    read_close(&f);
    read_open_within(&f, format, bytes, size, &limits);
    assert_int_equal(format->parts(f.reader), parts);
    assert_false(format->part(f.reader, parts, &e)); /* one too many */
    read_close(&f);
    for (size_t i = 0; i < parts; i++)
        see_part(format, bytes, size, &limits, i, &together);
    assert_int_equal(together.count, whole.count);
    for (size_t i = 0; i < whole.count; i++) {
        const BlockSeen *a = &whole.blocks[i], *b = &together.blocks[i];
        assert_int_equal(b->var, a->var);
        assert_int_equal(b->start, a->start);
        assert_int_equal(b->count, a->count);
        assert_int_equal(b->hash, a->hash);
        assert_int_equal(b->failed, a->failed);
    }
    assert_string_equal(together.error.message, whole.error.message);
}
