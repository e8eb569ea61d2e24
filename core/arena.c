/* arena.c: chunks from malloc, handed out from the front. */
#include "core/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CHUNK = 64 * 1024, KEPT_CHUNK_MAX = 4 * 1024 * 1024 };

struct ArenaChunk {
    ArenaChunk *older;
    size_t size, used; /* of `bytes` */
    alignas(max_align_t) unsigned char bytes[];
};

void arena_init(Arena *a, size_t ceiling_bytes)
{
    *a = (Arena){.ceiling = ceiling_bytes};
}

void arena_deinit(Arena *a)
{
    while (a->chunks) {
        ArenaChunk *older = a->chunks->older;
        free(a->chunks);
        a->chunks = older;
    }
    a->used = 0;
}

void arena_reset(Arena *a)
{
    ArenaChunk *kept = NULL;
    while (a->chunks) {
        ArenaChunk *chunk = a->chunks;
        a->chunks = chunk->older;
        bool keep = chunk->size <= KEPT_CHUNK_MAX && (!kept || chunk->size > kept->size);
        if (keep) {
            free(kept);
            kept = chunk;
        } else {
            free(chunk);
        }
    }
    a->used = 0;
    if (kept) {
        kept->older = NULL;
        kept->used = 0;
        a->chunks = kept;
    }
}

static ArenaChunk *add_chunk(Arena *a, size_t needed)
{
    size_t size = a->chunks ? 2 * a->chunks->size : FIRST_CHUNK;
    if (size > KEPT_CHUNK_MAX)
        size = KEPT_CHUNK_MAX;
    if (size < needed)
        size = needed;
    ArenaChunk *chunk = malloc(sizeof *chunk + size);
    if (!chunk)
        return NULL;
    *chunk = (ArenaChunk){.older = a->chunks, .size = size};
    a->chunks = chunk;
    return chunk;
}

void *arena_alloc(Arena *a, size_t size_bytes)
{
    if (size_bytes > PTRDIFF_MAX - alignof(max_align_t))
        return NULL;
    size_t size = (size_bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (size == 0)
        size = alignof(max_align_t);
    if (a->ceiling && (size > a->ceiling || a->used > a->ceiling - size))
        return NULL;
    ArenaChunk *chunk = a->chunks;
    if (!chunk || chunk->size - chunk->used < size)
        chunk = add_chunk(a, size);
    if (!chunk)
        return NULL;
    void *bytes = chunk->bytes + chunk->used;
    chunk->used += size;
    a->used += size;
    return memset(bytes, 0, size);
}

void *arena_array(Arena *a, size_t count, size_t size_bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, size_bytes, &total))
        return NULL;
    return arena_alloc(a, total);
}

char *arena_copy(Arena *a, const char *bytes, size_t length)
{
    char *copy = length == SIZE_MAX ? NULL : arena_alloc(a, length + 1);
    if (copy && length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_string(Arena *a, const char *string)
{
    return arena_copy(a, string, strlen(string));
}

char *arena_printf(Arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : arena_alloc(a, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void *arena_grow(Arena *a, void *items, size_t *capacity, size_t needed, size_t size_bytes)
{
    if (needed <= *capacity)
        return items;
    size_t wanted = *capacity ? *capacity : 8;
    while (wanted < needed)
        if (__builtin_mul_overflow(wanted, (size_t)2, &wanted))
            return NULL;
    void *grown = arena_array(a, wanted, size_bytes);
    if (!grown)
        return NULL;
    if (*capacity)
        memcpy(grown, items, *capacity * size_bytes);
    *capacity = wanted;
    return grown;
}

bool arena_full(const Arena *a, Error *e)
{
    return error_coded(e, ERROR_DATA, "memory",
                       "needs more memory than the %zu MiB that one file may take",
                       a->ceiling >> 20);
}
