/* laz_integer.h: integers of LAZ, coded as the difference to a prediction.
 *
 * A symbol of the context's model says how many bits the difference has (k), a model per k gives up
 * to 8 upper ones, the rest is raw. Differences of k bits are -(2^k - 1) .. -2^(k-1) and
 * 2^(k-1) + 1 .. 2^k; of k = 0: 0 and 1. */
#pragma once

#include "formats/las/laz_coder.h"

enum { LAZ_MODELLED_BITS = 8 };

typedef struct LazInteger {
    LazModel *widths;  /* one a context: which k */
    LazModel *uppers;  /* by k; [0] is not used */
    LazBitModel small; /* of k = 0 */
    unsigned k;        /* of the last difference: a context for others */
} LazInteger;

/* width: 8, 16 or 32 bits. */
bool laz_integer_create(LazInteger *n, unsigned width, size_t contexts, Arena *a) MUST_CHECK;

/* The next difference, modulo 2^32; the caller adds it to its prediction and cuts the sum to the
 * width. */
LAZ_INLINE uint32_t laz_difference(LazRange *r, LazInteger *n, size_t context)
{
    enum { WHOLE = 32 };
    unsigned k = laz_symbol(r, &n->widths[context]);
    n->k = k;
    if (k == 0)
        return laz_bit(r, &n->small);
    if (LAZ_RARE(k == WHOLE))
        return 1U << (WHOLE - 1);
    uint32_t c = laz_symbol(r, &n->uppers[k]);
    if (k > LAZ_MODELLED_BITS) {
        unsigned raw = k - LAZ_MODELLED_BITS;
        c = c << raw | laz_bits(r, raw);
    }
    uint32_t positive = c >> (k - 1); /* 1 or 0: not a branch, for nothing foresees which */
    return c + 1 - (1U << k & (positive - 1));
}
