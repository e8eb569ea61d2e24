/* fletcher32.c: Fletcher's checksum of 16-bit words in 8 lanes.
 *
 * Fletcher 1982, "An Arithmetic Checksum for Serial Transmissions": the sum of the words and the
 * sum of its running values, both modulo 65535. libhdf5 takes the words in big-endian order; here
 * they are taken in little-endian order and the bytes of both sums are turned round at the end,
 * which is the same: turning a word round is to multiply it by 256 modulo 65535. */
#include "formats/hdf5/fletcher32.h"

enum {
    LANES = 8,
    STEP_BYTES = 2 * LANES,
    STEPS_MAX = 360, /* a lane's second sum stays below 2^32 */
    MODULUS = 65535,
};

typedef struct Sums {
    uint64_t first, second;
} Sums;

/* Only zeros have the sum 0; other multiples of the modulus are 65535. */
static uint64_t fold(uint64_t sum)
{
    return sum == 0 ? 0 : (sum - 1) % MODULUS + 1;
}

static uint32_t word_at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
}

static void add_steps(Sums *s, const uint8_t *bytes, size_t steps)
{
    uint32_t first[LANES] = {0}, second[LANES] = {0};
    for (size_t step = 0; step < steps; step++) {
        for (size_t l = 0; l < LANES; l++) {
            first[l] += word_at(bytes + step * STEP_BYTES + 2 * l);
            second[l] += first[l];
        }
    }
    s->second += s->first * steps * LANES;
    for (uint64_t l = 0; l < LANES; l++) { /* word i of n counts n - i times */
        s->first += first[l];
        s->second += LANES * (uint64_t)second[l] - l * first[l];
    }
    s->first = fold(s->first);
    s->second = fold(s->second);
}

static void add_word(Sums *s, uint32_t word)
{
    s->first += word;
    s->second += s->first;
}

static uint32_t turn_round(uint32_t sums)
{
    return (sums & 0x00ff00ffU) << 8 | (sums & 0xff00ff00U) >> 8;
}

bool fletcher32_matches(const uint8_t *bytes, size_t size, uint32_t stored)
{
    Sums s = {0, 0};
    while (size >= STEP_BYTES) {
        size_t steps = size / STEP_BYTES < STEPS_MAX ? size / STEP_BYTES : STEPS_MAX;
        add_steps(&s, bytes, steps);
        bytes += steps * STEP_BYTES;
        size -= steps * STEP_BYTES;
    }
    for (; size >= 2; bytes += 2, size -= 2)
        add_word(&s, word_at(bytes));
    if (size > 0)
        add_word(&s, bytes[0]);
    uint32_t sums = (uint32_t)(fold(s.second) << 16 | fold(s.first));
    return stored == sums || stored == turn_round(sums);
}
