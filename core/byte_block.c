/* byte_block.c: statistics of 1,024 8-bit integers from a table of counts. */
#include "core/byte_block.h"

#include <string.h>

enum { VALUES = 256, SIGN = 0x80 };

static int value_at(const ByteBlock *b, int index)
{
    return b->is_signed ? index - SIGN : index;
}

/* Four tables in turn: a run of equal values need not wait for the counter each time. */
static void count(ByteBlock *b, const uint8_t *values, uint8_t flip)
{
    enum { TABLES = 4 };
    uint32_t tables[TABLES][VALUES] = {0};
    for (size_t i = 0; i < MOMENTS_BLOCK; i += TABLES)
        for (size_t t = 0; t < TABLES; t++)
            tables[t][values[i + t] ^ flip]++;
    for (size_t i = 0; i < VALUES; i++)
        b->counts[i] = tables[0][i] + tables[1][i] + tables[2][i] + tables[3][i];
}

void byte_block_count(ByteBlock *b, const uint8_t *values, bool is_signed)
{
    uint8_t flip = is_signed ? SIGN : 0, low = UINT8_MAX, high = 0;
    for (size_t i = 0; i < MOMENTS_BLOCK; i++) {
        uint8_t v = values[i] ^ flip;
        low = v < low ? v : low;
        high = v > high ? v : high;
    }
    b->is_signed = is_signed;
    b->first = value_at(b, values[0] ^ flip);
    b->min = value_at(b, low);
    b->max = value_at(b, high);
    if (low < high) {
        count(b, values, flip);
        return;
    }
    memset(b->counts, 0, sizeof b->counts);
    b->counts[low] = MOMENTS_BLOCK;
}

void byte_block_moments(const ByteBlock *b, Moments *m)
{
    int32_t sum = 0, squares = 0;
    const int shift = value_at(b, 0) - b->first;
    for (int i = 0; i < VALUES; i++) {
        int32_t distance = i + shift, times = (int32_t)b->counts[i];
        sum += distance * times;
        squares += distance * distance * times;
    }
    moments_add_block(m, b->first, sum, squares);
}

bool byte_block_sketch(const ByteBlock *b, Sketch *s)
{
    for (int v = b->min; v <= b->max; v++) {
        uint32_t times = b->counts[b->is_signed ? v + SIGN : v];
        if (times > 0 && !sketch_add_same(s, v, times))
            return false;
    }
    return true;
}
