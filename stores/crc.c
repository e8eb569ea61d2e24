/* crc.c: cyclic redundancy checks, 16 bytes at a time by tables or by the processor.
 *
 * All three begin with ones, take the lowest bit first and invert the end, so a 32 bit check is a
 * 64 bit one whose upper half stays zero, and one body serves all (slicing: Kounavis and Berry, "A
 * Systematic Approach to Building High Performance Software-Based CRC Generators", 2005). The
 * tables are made for each object: that costs a few microseconds, fetching it thousands. */
#include "stores/crc.h"

#include <endian.h>
#include <string.h>
#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

/* Three lanes hide that one step of the instruction waits for the last. */
enum { LANES = 3, LANE_BYTES = 8192 };

static const struct {
    uint64_t polynomial, all_ones;
} kinds[] = {
    [CRC_32] = {0xedb88320, UINT32_MAX},
    [CRC_32C] = {0x82f63b78, UINT32_MAX},
    [CRC_64_NVME] = {0x9a6c9329ac4bc9b5, UINT64_MAX},
};

static uint64_t load(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return le64toh(word);
}

/* The sum after one zero bit: a product with x. */
static uint64_t shift_bit(const Crc *c, uint64_t sum)
{
    return sum >> 1 ^ (sum & 1 ? c->polynomial : 0);
}

static void fill_table(Crc *c)
{
    for (uint64_t b = 0; b < 256; b++) {
        uint64_t sum = b;
        for (int bit = 0; bit < 8; bit++)
            sum = shift_bit(c, sum);
        c->table[0][b] = sum;
    }
    for (size_t n = 1; n < CRC_STRIDE; n++)
        for (size_t b = 0; b < 256; b++)
            c->table[n][b] = c->table[n - 1][b] >> 8 ^ c->table[0][c->table[n - 1][b] & 255];
}

static void begin(Crc *c, CrcKind kind)
{
    c->polynomial = kinds[kind].polynomial;
    c->all_ones = kinds[kind].all_ones;
    c->sum = c->all_ones;
    c->by_processor = false;
}

void crc_begin_tables(Crc *c, CrcKind kind)
{
    begin(c, kind);
    fill_table(c);
}

/* Of the 8 bytes of a word, which have n to n + 7 bytes behind them in the stride. */
static inline uint64_t look_up(uint64_t table[][256], uint64_t word, size_t n)
{
    return (table[n + 7][word & 255] ^ table[n + 6][word >> 8 & 255]) ^
           (table[n + 5][word >> 16 & 255] ^ table[n + 4][word >> 24 & 255]) ^
           ((table[n + 3][word >> 32 & 255] ^ table[n + 2][word >> 40 & 255]) ^
            (table[n + 1][word >> 48 & 255] ^ table[n][word >> 56]));
}

static void add_by_tables(Crc *c, const uint8_t *bytes, size_t length)
{
    uint64_t sum = c->sum;
    for (; length >= CRC_STRIDE; bytes += CRC_STRIDE, length -= CRC_STRIDE)
        sum = look_up(c->table, load(bytes) ^ sum, 8) ^ look_up(c->table, load(bytes + 8), 0);
    for (; length > 0; bytes++, length--)
        sum = sum >> 8 ^ c->table[0][(sum ^ *bytes) & 255];
    c->sum = sum;
}

#if defined(__x86_64__)
/* The product of two sums modulo the polynomial. */
static uint64_t multiply(const Crc *c, uint64_t a, uint64_t b)
{
    uint64_t product = 0;
    for (uint64_t bit = c->all_ones ^ c->all_ones >> 1; bit != 0; bit >>= 1) {
        product ^= a & bit ? b : 0;
        b = shift_bit(c, b);
    }
    return product;
}

static void begin_by_processor(Crc *c)
{
    begin(c, CRC_32C);
    c->by_processor = true;
    c->lane_shift = UINT64_C(1) << (31 - 8); /* one byte: x^8 */
    for (size_t bytes = 1; bytes < LANE_BYTES; bytes *= 2)
        c->lane_shift = multiply(c, c->lane_shift, c->lane_shift);
}

__attribute__((target("sse4.2"))) static uint64_t add_lanes(const Crc *c, const uint8_t *bytes)
{
    uint64_t sums[LANES] = {c->sum};
    for (size_t at = 0; at < LANE_BYTES; at += 8)
        for (size_t l = 0; l < LANES; l++)
            sums[l] = _mm_crc32_u64(sums[l], load(bytes + l * LANE_BYTES + at));
    uint64_t sum = 0;
    for (size_t l = 0; l < LANES; l++)
        sum = multiply(c, sum, c->lane_shift) ^ sums[l];
    return sum;
}

__attribute__((target("sse4.2"))) static void add_by_processor(Crc *c, const uint8_t *bytes,
                                                               size_t length)
{
    for (; length >= LANES * LANE_BYTES; length -= LANES * LANE_BYTES, bytes += LANES * LANE_BYTES)
        c->sum = add_lanes(c, bytes);
    for (; length >= 8; bytes += 8, length -= 8)
        c->sum = _mm_crc32_u64(c->sum, load(bytes));
    for (; length > 0; bytes++, length--)
        c->sum = _mm_crc32_u8((uint32_t)c->sum, *bytes);
}

static bool has_instruction(CrcKind kind)
{
    return kind == CRC_32C && __builtin_cpu_supports("sse4.2");
}
#else
static void begin_by_processor(Crc *c)
{
    crc_begin_tables(c, CRC_32C);
}

static void add_by_processor(Crc *c, const uint8_t *bytes, size_t length)
{
    add_by_tables(c, bytes, length);
}

static bool has_instruction(CrcKind kind)
{
    (void)kind;
    return false;
}
#endif

void crc_begin(Crc *c, CrcKind kind)
{
    if (has_instruction(kind))
        begin_by_processor(c);
    else
        crc_begin_tables(c, kind);
}

void crc_add(Crc *c, const uint8_t *bytes, size_t length)
{
    if (c->by_processor)
        add_by_processor(c, bytes, length);
    else
        add_by_tables(c, bytes, length);
}

uint64_t crc_end(const Crc *c)
{
    return c->sum ^ c->all_ones;
}
