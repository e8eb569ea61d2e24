/* wire.h: bytes to and from a child, in one walk for both directions.
 *
 * A Wire either writes or reads. Each wire_*() call moves one value in the direction of the wire,
 * so that one function describes a message for both ends and they cannot drift apart. Reading
 * checks every length before it is believed; the first fault sticks in `failed` with its place, and
 * later calls give zeros and empty strings. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct Wire {
    uint8_t *out;       /* writing: where to; NULL when reading */
    const uint8_t *in;  /* reading: from where */
    size_t size, at;    /* bytes there are, bytes moved */
    Arena *arena;       /* reading: where strings and lists are put */
    const char *failed; /* what is wrong, or NULL */
    size_t failed_at;
} Wire;

void wire_fail(Wire *w, const char *what);
void wire_u8(Wire *w, uint8_t *value);
void wire_u32(Wire *w, uint32_t *value);
void wire_u64(Wire *w, uint64_t *value);
void wire_double(Wire *w, double *value);
void wire_bool(Wire *w, bool *value);
/* Small numbers take few bytes: 7 bits in each, the lowest first (LEB128). */
void wire_varint(Wire *w, uint64_t *value);
/* A number that must be below `limit` (an enum, an index). */
void wire_below(Wire *w, uint32_t *value, uint32_t limit, const char *what);
/* UTF-8 or not, but without NUL inside. NULL is written as "". Never NULL after reading. */
void wire_string(Wire *w, const char **value);
void wire_chars(Wire *w, char *value, size_t size);
void wire_error(Wire *w, Error *e);
/* Moves a count; reading: allocates `count` zeroed items of `size` bytes. Each item takes at least
 * `least` bytes of the message, which bounds the count before anything is allocated. */
void *wire_list(Wire *w, size_t *count, const void *items, size_t size, size_t least);
