/* laz_coder.h: the adaptive range decoder of LAZ and its models.
 *
 * The method is Said's arithmetic coder ("Introduction to Arithmetic Coding", HPL-2004-76), as
 * LASzip uses it: 32-bit interval, models of up to 2^15 counts that are renewed every so many
 * symbols. The interval, the shifts and the times of renewal are part of the file format.
 *
 * Everything here is inline: the next symbol cannot begin before the last one ends, so what counts
 * is the length of that chain. A symbol that is half of its model or more is tried first: where the
 * processor foresees it, nothing waits for the division. Others are found by a table of 4 entries a
 * symbol, so that the step behind it is rarely taken. The interval is renewed without a branch. */
#pragma once

#include "core/arena.h"
#include "core/cpu.h"

#include <stdint.h>
#include <string.h>

enum {
    LAZ_SYMBOL_BITS = 15, /* of the interval that a symbol's share is counted in */
    LAZ_BIT_BITS = 13,    /* the same for models of one bit */
    LAZ_BYTE_BITS = 8,
};

/* The interval of one stream. Bytes are taken from `at` without a look at the end: who holds the
 * stream sees to it that enough bytes follow (laz_source.h). */
typedef struct LazRange {
    const uint8_t *at;
    uint32_t value;  /* always below length */
    uint32_t length; /* at least 2^24 */
    uint32_t chunk;  /* models of another chunk begin anew */
    bool impossible; /* no encoder writes what was read */
} LazRange;

/* One symbol of a model. */
typedef struct LazSlot {
    uint16_t low;   /* where its share begins, of 2^15 */
    uint16_t count; /* how often it was seen, about */
} LazSlot;

typedef struct LazModel {
    LazSlot *slots; /* one a symbol, and one behind */
    uint8_t *table; /* share >> shift -> (symbol at or below) >> coarse */
    uint32_t chunk; /* that it has learned from */
    uint32_t total, cycle, until_renewal;
    uint32_t top, top_low, top_high; /* a symbol that is half of them, and its share; 0, 0: none */
    uint16_t symbols;
    uint8_t shift, coarse;
} LazModel;

typedef struct LazBitModel {
    uint32_t chunk;
    uint32_t zero_share, zeros, total, cycle, until_renewal;
} LazBitModel;

/* 2 to 1024 symbols. False: the arena is full. */
bool laz_model_create(LazModel *m, unsigned symbols, Arena *a) MUST_CHECK;
bool laz_models_create(LazModel *m, size_t count, unsigned symbols, Arena *a) MUST_CHECK;
void laz_model_begin(LazModel *m, uint32_t chunk);
void laz_model_renew(LazModel *m);
void laz_bit_model_begin(LazBitModel *m, uint32_t chunk);
void laz_bit_model_renew(LazBitModel *m);

#define LAZ_INLINE static inline __attribute__((always_inline))
#define LAZ_RARE(condition) __builtin_expect(condition, 0)

/* Little-endian numbers of records: one instruction each on the machines that count. */
LAZ_INLINE uint16_t laz_get16(const uint8_t *p)
{
    return (uint16_t)(p[0] | p[1] << 8);
}

LAZ_INLINE uint32_t laz_get32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

LAZ_INLINE uint64_t laz_get64(const uint8_t *p)
{
    return laz_get32(p) | (uint64_t)laz_get32(p + 4) << 32;
}

LAZ_INLINE void laz_put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)v;
    p[1] = (uint8_t)(v >> 8);
}

LAZ_INLINE void laz_put32(uint8_t *p, uint32_t v)
{
    laz_put16(p, (uint16_t)v);
    laz_put16(p + 2, (uint16_t)(v >> 16));
}

LAZ_INLINE void laz_put64(uint8_t *p, uint64_t v)
{
    laz_put32(p, (uint32_t)v);
    laz_put32(p + 4, (uint32_t)(v >> 32));
}

LAZ_INLINE uint32_t laz_get32_big(const uint8_t *p)
{
    return p[3] | (uint32_t)p[2] << 8 | (uint32_t)p[1] << 16 | (uint32_t)p[0] << 24;
}

/* Takes the first four bytes of a stream. */
LAZ_INLINE void laz_range_begin(LazRange *r, const uint8_t *at, uint32_t chunk)
{
    uint32_t value = laz_get32_big(at);
    r->at = at + 4;
    r->length = UINT32_MAX;
    r->impossible = value == UINT32_MAX;
    r->value = r->impossible ? 0 : value;
    r->chunk = chunk;
}

/* Shifts in as many bytes as bring the length back to 2^24 or more. */
LAZ_INLINE void laz_range_renew(LazRange *r)
{
    unsigned shift = (unsigned)__builtin_clz(r->length) & 24U;
    uint64_t both = (uint64_t)r->value << 32 | laz_get32_big(r->at);
    r->value = (uint32_t)(both << shift >> 32);
    r->length <<= shift;
    r->at += shift / LAZ_BYTE_BITS;
}

LAZ_INLINE uint32_t laz_symbol_coarse(LazRange *r, LazModel *m, unsigned coarse)
{
    if (LAZ_RARE(m->chunk != r->chunk))
        laz_model_begin(m, r->chunk);
    LazSlot *slots = m->slots;
    uint32_t unit = r->length >> LAZ_SYMBOL_BITS;
    uint32_t symbol = m->top, low = m->top_low * unit, high = m->top_high * unit;
    if (r->value < low || r->value >= high) {
        uint32_t share = r->value / unit;
        symbol = (uint32_t)m->table[share >> m->shift] << coarse;
        while (slots[symbol + 1].low <= share)
            symbol++;
        low = slots[symbol].low * unit;
        high = slots[symbol + 1].low * unit;
        high = symbol + 1U == m->symbols ? r->length : high; /* the last one has the rest too */
    }
    r->value -= low;
    r->length = high - low;
    laz_range_renew(r);
    slots[symbol].count++;
    if (LAZ_RARE(--m->until_renewal == 0))
        laz_model_renew(m);
    return symbol;
}

/* The next symbol; for models of up to 256 symbols. */
LAZ_INLINE uint32_t laz_symbol(LazRange *r, LazModel *m)
{
    return laz_symbol_coarse(r, m, 0);
}

/* The same for models with more. */
LAZ_INLINE uint32_t laz_symbol_wide(LazRange *r, LazModel *m)
{
    return laz_symbol_coarse(r, m, m->coarse);
}

LAZ_INLINE uint32_t laz_bit(LazRange *r, LazBitModel *m)
{
    if (LAZ_RARE(m->chunk != r->chunk))
        laz_bit_model_begin(m, r->chunk);
    uint32_t border = m->zero_share * (r->length >> LAZ_BIT_BITS);
    bool one = r->value >= border;
    r->length = one ? r->length - border : border;
    r->value -= one ? border : 0;
    m->zeros += !one;
    laz_range_renew(r);
    if (LAZ_RARE(--m->until_renewal == 0))
        laz_bit_model_renew(m);
    return one;
}

/* `count` bits that no model predicts: 1 to 16. */
LAZ_INLINE uint32_t laz_few_bits(LazRange *r, unsigned count)
{
    r->length >>= count;
    uint32_t bits = r->value / r->length;
    r->value -= bits * r->length;
    if (LAZ_RARE(bits >> count)) {
        r->impossible = true;
        bits = 0;
    }
    laz_range_renew(r);
    return bits;
}

/* 1 to 32. Long runs come as their lower 16 first. */
LAZ_INLINE uint32_t laz_bits(LazRange *r, unsigned count)
{
    enum { MOST_AT_ONCE = 19, LOWER = 16 };
    if (count <= MOST_AT_ONCE)
        return laz_few_bits(r, count);
    uint32_t low = laz_few_bits(r, LOWER);
    return low | laz_few_bits(r, count - LOWER) << LOWER;
}
