/* laz_coder.c: how the models of LAZ learn. */
#include "formats/las/laz_coder.h"

enum {
    MOST_COUNTS = 1 << LAZ_SYMBOL_BITS, /* halved beyond */
    MOST_BITS = 1 << LAZ_BIT_BITS,
    FEWEST_ENTRIES = 16,
    MOST_ENTRIES = 512,
    ENTRIES_A_SYMBOL = 4,
    ENTRIES_AT_ONCE = 8,
    SYMBOLS_OF_A_BYTE = 256,
    /* value / (length >> 15) may pass 2^15 by less than 64, as length >= 2^24 */
    SHARES_BEHIND = 64,
};

/* No share is above it. */
static const uint16_t behind_all = UINT16_MAX;

static uint32_t table_entries(unsigned shift)
{
    uint32_t most = MOST_COUNTS + SHARES_BEHIND;
    return (most >> shift) + 1;
}

bool laz_model_create(LazModel *m, unsigned symbols, Arena *a)
{
    unsigned entries = FEWEST_ENTRIES, coarse = 0;
    while (entries < MOST_ENTRIES && entries < ENTRIES_A_SYMBOL * symbols)
        entries *= 2;
    while (symbols >> coarse > SYMBOLS_OF_A_BYTE)
        coarse++;
    unsigned shift = LAZ_SYMBOL_BITS;
    while (1U << (LAZ_SYMBOL_BITS - shift) < entries)
        shift--;
    size_t slots_size = (symbols + 1) * sizeof(LazSlot);
    uint8_t *memory = arena_alloc(a, slots_size + table_entries(shift) + ENTRIES_AT_ONCE);
    if (!memory)
        return false;
    *m = (LazModel){.slots = (LazSlot *)(void *)memory,
                    .table = memory + slots_size,
                    .symbols = (uint16_t)symbols,
                    .shift = (uint8_t)shift,
                    .coarse = (uint8_t)coarse};
    return true;
}

bool laz_models_create(LazModel *m, size_t count, unsigned symbols, Arena *a)
{
    for (size_t i = 0; i < count; i++)
        if (!laz_model_create(&m[i], symbols, a))
            return false;
    return true;
}

static void halve(LazModel *m)
{
    uint32_t total = 0;
    unsigned i = 0;
    do { /* each count stays above 0 */
        m->slots[i].count = (uint16_t)((m->slots[i].count + 1) >> 1);
        total += m->slots[i].count;
    } while (++i < m->symbols);
    m->total = total;
}

/* Entries from `first` to `behind`: mostly few, so that one store does for all of them. What it
 * writes beyond is written again for the next symbol. */
LAZ_INLINE void fill_entries(uint8_t *table, uint32_t first, uint32_t behind, uint8_t value)
{
    memset(table + first, value, ENTRIES_AT_ONCE);
    if (behind > first + ENTRIES_AT_ONCE)
        memset(table + first, value, behind - first);
}

/* Shares by counts, and the table by shares. */
static void share_out(LazModel *m)
{
    uint32_t scale = (1U << 31) / m->total, round_up = (1U << m->shift) - 1;
    uint32_t sum = 0, low = 0, first = 0, half = m->total / 2;
    unsigned last = m->symbols - 1U;
    m->top_low = m->top_high = 0;
    for (unsigned i = 0; i < last; i++) {
        sum += m->slots[i].count;
        uint32_t high = (scale * sum) >> (31 - LAZ_SYMBOL_BITS);
        uint32_t behind = (high + round_up) >> m->shift;
        fill_entries(m->table, first, behind, (uint8_t)(i >> m->coarse));
        m->slots[i].low = (uint16_t)low;
        if (LAZ_RARE(m->slots[i].count > half)) {
            m->top = i;
            m->top_low = low;
            m->top_high = high;
        }
        low = high;
        first = behind;
    }
    fill_entries(m->table, first, table_entries(m->shift), (uint8_t)(last >> m->coarse));
    m->slots[last].low = (uint16_t)low;
    m->slots[m->symbols].low = behind_all;
}

COMPILED_TWICE void laz_model_renew(LazModel *m)
{
    m->total += m->cycle;
    if (m->total > MOST_COUNTS)
        halve(m);
    share_out(m);
    uint32_t longest = (m->symbols + 6U) * 8;
    m->cycle = m->cycle * 5 / 4;
    if (m->cycle > longest)
        m->cycle = longest;
    m->until_renewal = m->cycle;
}

void laz_model_begin(LazModel *m, uint32_t chunk)
{
    for (unsigned i = 0; i < m->symbols; i++)
        m->slots[i].count = 1;
    m->total = m->symbols;
    share_out(m);
    m->until_renewal = m->cycle = (m->symbols + 6U) / 2;
    m->chunk = chunk;
}

void laz_bit_model_begin(LazBitModel *m, uint32_t chunk)
{
    enum { FIRST_CYCLE = 4 };
    *m = (LazBitModel){.chunk = chunk,
                       .zero_share = 1U << (LAZ_BIT_BITS - 1),
                       .zeros = 1,
                       .total = 2,
                       .cycle = FIRST_CYCLE,
                       .until_renewal = FIRST_CYCLE};
}

void laz_bit_model_renew(LazBitModel *m)
{
    enum { LONGEST_CYCLE = 64 };
    m->total += m->cycle;
    if (m->total > MOST_BITS) {
        m->total = (m->total + 1) / 2;
        m->zeros = (m->zeros + 1) / 2;
        if (m->zeros == m->total)
            m->total++;
    }
    uint32_t scale = (1U << 31) / m->total;
    m->zero_share = (m->zeros * scale) >> (31 - LAZ_BIT_BITS);
    m->cycle = m->cycle * 5 / 4;
    if (m->cycle > LONGEST_CYCLE)
        m->cycle = LONGEST_CYCLE;
    m->until_renewal = m->cycle;
}
