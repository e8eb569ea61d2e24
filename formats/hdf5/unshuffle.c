/* unshuffle.c: bytes of elements back from planes, 16 elements at once. */
#include "formats/hdf5/unshuffle.h"

#include <string.h>

/* 16 bytes are what every x86-64 and arm64 has; there each half of an interleaving is one
 * instruction. Named variables and no arrays: gcc keeps them in registers. */
typedef uint8_t Bytes __attribute__((vector_size(16)));
enum { STEP = sizeof(Bytes) };

typedef struct Pair {
    Bytes low, high;
} Pair;

static inline Bytes load(const uint8_t *from)
{
    Bytes b;
    memcpy(&b, from, sizeof b);
    return b;
}

/* a0 b0 a1 b1 ... */
static inline Pair interleave(Bytes a, Bytes b)
{
    return (Pair){
        __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23),
        __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31),
    };
}

static inline void store_interleaved(uint8_t *to, Bytes a, Bytes b)
{
    Pair p = interleave(a, b);
    memcpy(to, &p.low, STEP);
    memcpy(to + STEP, &p.high, STEP);
}

/* These return how many elements are done. Each round interleaves what lies half the width apart:
 * a perfect shuffle. */
static size_t elements_of_2(const uint8_t *in, size_t count, uint8_t *out)
{
    size_t i = 0;
    for (; i + STEP <= count; i += STEP)
        store_interleaved(out + 2 * i, load(in + i), load(in + count + i));
    return i;
}

static size_t elements_of_4(const uint8_t *in, size_t count, uint8_t *out)
{
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        const uint8_t *from = in + i;
        Pair even = interleave(load(from), load(from + 2 * count));
        Pair odd = interleave(load(from + count), load(from + 3 * count));
        store_interleaved(out + 4 * i, even.low, odd.low);
        store_interleaved(out + 4 * i + 32, even.high, odd.high);
    }
    return i;
}

static size_t elements_of_8(const uint8_t *in, size_t count, uint8_t *out)
{
    size_t i = 0;
    for (; i + STEP <= count; i += STEP) {
        const uint8_t *from = in + i;
        Pair p04 = interleave(load(from), load(from + 4 * count));
        Pair p15 = interleave(load(from + count), load(from + 5 * count));
        Pair p26 = interleave(load(from + 2 * count), load(from + 6 * count));
        Pair p37 = interleave(load(from + 3 * count), load(from + 7 * count));
        Pair even = interleave(p04.low, p26.low), odd = interleave(p15.low, p37.low);
        store_interleaved(out + 8 * i, even.low, odd.low);
        store_interleaved(out + 8 * i + 32, even.high, odd.high);
        even = interleave(p04.high, p26.high);
        odd = interleave(p15.high, p37.high);
        store_interleaved(out + 8 * i + 64, even.low, odd.low);
        store_interleaved(out + 8 * i + 96, even.high, odd.high);
    }
    return i;
}

void unshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out)
{
    size_t count = width > 1 ? size / width : 0, done = 0;
    if (width == 2)
        done = elements_of_2(in, count, out);
    else if (width == 4)
        done = elements_of_4(in, count, out);
    else if (width == 8)
        done = elements_of_8(in, count, out);
    for (size_t plane = 0; plane < width; plane++)
        for (size_t i = done; i < count; i++)
            out[i * width + plane] = in[plane * count + i];
    size_t whole = count * width;
    memcpy(out + whole, in + whole, size - whole);
}
