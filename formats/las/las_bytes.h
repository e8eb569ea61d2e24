/* las_bytes.h: little-endian numbers and fixed-width texts in the bytes of a LAS file. */
#pragma once

#include "core/arena.h"

#include <endian.h>
#include <string.h>

static inline uint16_t las_u16(const uint8_t *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return le16toh(v);
}

static inline uint32_t las_u32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static inline uint64_t las_u64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static inline double las_f64(const uint8_t *p)
{
    uint64_t bits = las_u64(p);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Up to the first NUL, without blanks at its ends; NULL where nothing is left or the arena is full.
 */
const char *las_text(const uint8_t *bytes, size_t size, Arena *a);
