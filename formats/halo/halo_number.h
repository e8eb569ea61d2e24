/* halo_number.h: the numbers that gate lines are full of: "-0.3842", "1.009614", "6.480123E-8".
 *
 * The mantissa, up to eight characters, is looked at as one word (D. Lemire, "Quickly parsing eight
 * digits", 2018). It and the power of ten are exact doubles, so that one division rounds correctly
 * (Clinger 1990). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { HALO_EXACT_POWER = 22 };

/* Eight digits, one a byte, the first in the lowest byte. */
static inline uint32_t halo_eight_digits(uint64_t d)
{
    d = d * 10 + (d >> 8);
    uint64_t low = (d & 0x000000FF000000FFULL) * 0x000F424000000064ULL;
    uint64_t high = (d >> 16 & 0x000000FF000000FFULL) * 0x0000271000000001ULL;
    return (uint32_t)((low + high) >> 32);
}

/* "E-8" at p: adds its power; *p is moved behind it. False: no exponent that is known. */
static inline bool halo_exponent(const char **p, int *power)
{
    const char *s = *p + 1;
    bool negative = *s == '-';
    s += *s == '-' || *s == '+';
    unsigned first = (unsigned)*s - '0', second = (unsigned)s[1] - '0';
    if (first > 9)
        return false;
    int value = (int)first;
    s++;
    if (second <= 9) {
        value = value * 10 + (int)second;
        s++;
    }
    *power += negative ? -value : value;
    *p = s;
    return true;
}

/* The number at p; returns what stands behind it. NULL: not such a number, ask core/text. Twenty
 * bytes from p on must be readable. The decimal mark is a point or a comma. */
static inline const char *halo_number(const char *p, double *out)
{
    static const double powers[HALO_EXACT_POWER + 1] = {
        1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t negative = *p == '-', v;
    p += negative;
    memcpy(&v, p, sizeof v);
    v ^= 0x3030303030303030ULL;
    uint64_t others = (((v & 0x7F7F7F7F7F7F7F7FULL) + 0x7676767676767676ULL) | v) &
                      0x8080808080808080ULL; /* bytes that are no digits */
    if (others == 0 || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
        return NULL;
    unsigned mark = (unsigned)__builtin_ctzll(others) / 8, length = mark;
    if (mark == 0)
        return NULL;
    if (p[mark] == '.' || p[mark] == ',') {
        others &= others - 1;
        length = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
        unsigned pad = (8 - length) * 8, at = pad + mark * 8;
        uint64_t below = (1ULL << at) - 1; /* the digits before the mark move over it */
        v <<= pad;
        v = (v & ~(below << 8 | 0xFF)) | (v & below) << 8;
    } else {
        v <<= (8 - length) * 8;
        mark = length - 1;
    }
    int power = (int)mark + 1 - (int)length;
    p += length;
    if ((*p | 0x20) == 'e' && !halo_exponent(&p, &power))
        return NULL;
    if ((unsigned char)*p > ' ' || power < -HALO_EXACT_POWER || power > HALO_EXACT_POWER)
        return NULL;
    double value = halo_eight_digits(v);
    value = power < 0 ? value / powers[-power] : value * powers[power];
    uint64_t bits; /* the sign is put on without a branch: it is random */
    memcpy(&bits, &value, sizeof bits);
    bits |= negative << 63;
    memcpy(out, &bits, sizeof bits);
    return p;
}
