/* csv_number.h: the numbers that tables are full of: up to eight characters, no exponent.
 *
 * Eight bytes at once: right-aligned among zeros, the decimal mark closed up, the digits multiplied
 * together (D. Lemire, "Quickly parsing eight digits", 2018). The mantissa and the power of ten are
 * exact doubles, so that one division rounds correctly (Clinger 1990). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CSV_QUICK_LENGTH = 8 };

/* Eight bytes are read from `text` whatever the length. False: not such a number; ask core/text. */
static inline bool csv_quick_number(const char *text, size_t length, char decimal, double *out)
{
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
    const uint64_t zeros = 0x3030303030303030ULL, ones = 0x0101010101010101ULL;
    const uint64_t highs = 0x8080808080808080ULL;
    bool negative = *text == '-';
    text += negative;
    length -= negative;
    if (length - 1 >= CSV_QUICK_LENGTH || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return false;
    uint64_t v;
    memcpy(&v, text, sizeof v);
    unsigned pad = (unsigned)(CSV_QUICK_LENGTH - length) * 8;
    v = v << pad | zeros >> 1 >> (63 - pad);
    uint64_t x = v ^ ones * (uint8_t)decimal, mark = (x - ones) & ~x & highs;
    unsigned fraction = 0;
    if (mark) {
        unsigned at = (unsigned)__builtin_ctzll(mark) & ~7U; /* bits below the mark's byte */
        uint64_t below = (1ULL << at) - 1, mark_and_below = (1ULL << at << 8) - 1;
        fraction = 7 - at / 8;
        if (length == 1)
            return false;
        v = (v & ~mark_and_below) | (v & below) << 8 | '0';
    }
    uint64_t digits = v - zeros;
    if (((v + 0x4646464646464646ULL) | digits) & highs)
        return false;
    digits = digits * 10 + (digits >> 8);
    uint64_t low = (digits & 0x000000FF000000FFULL) * 0x000F424000000064ULL;
    uint64_t high = (digits >> 16 & 0x000000FF000000FFULL) * 0x0000271000000001ULL;
    double value = (double)(uint32_t)((low + high) >> 32) / powers[fraction];
    uint64_t bits; /* the sign is put on without a branch: it is often random */
    memcpy(&bits, &value, sizeof bits);
    bits |= (uint64_t)negative << 63;
    memcpy(out, &bits, sizeof bits);
    return true;
}
