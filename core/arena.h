/* arena.h: memory for one job, given back whole, with a ceiling.
 *
 * Everything a job allocates comes from its arena and is never freed by hand. Sizes that come from
 * a file go through arena_array, which checks the product. NULL means that the ceiling or the
 * machine's memory is reached; callers turn that into an Error with arena_full(). */
#pragma once

#include "core/error.h"

#include <stdarg.h>
#include <stddef.h>

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    ArenaChunk *chunks; /* newest first */
    size_t used;        /* bytes handed out since the last reset */
    size_t ceiling;     /* no more than this; 0: no ceiling */
} Arena;

void arena_init(Arena *a, size_t ceiling_bytes);
void arena_deinit(Arena *a); /* accepts a zeroed Arena, may be called twice */
void arena_reset(Arena *a);  /* gives everything back but keeps one chunk for the next job */

/* Zeroed memory, aligned for any type. */
void *arena_alloc(Arena *a, size_t size_bytes);
/* Zeroed array; NULL also where count * size overflows. */
void *arena_array(Arena *a, size_t count, size_t size_bytes);
/* Copy of length bytes with a NUL behind them. */
char *arena_copy(Arena *a, const char *bytes, size_t length);
char *arena_string(Arena *a, const char *string);
char *arena_printf(Arena *a, const char *format, ...) PRINTF_LIKE(2, 3);

/* Grows a zeroed array to hold at least `needed` items (doubling); *capacity is updated. The old
 * array stays readable until reset. NULL when full. */
void *arena_grow(Arena *a, void *items, size_t *capacity, size_t needed, size_t size_bytes);

/* Sets e to "needs more memory than the N allowed", code "memory", ERROR_DATA. Returns false. */
bool arena_full(const Arena *a, Error *e);
