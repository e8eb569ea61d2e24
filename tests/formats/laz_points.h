/* laz_points.h: the points of tests/cases/laz/: each field follows from the point's number, by the
 * same arithmetic as in make.py there. */
#pragma once

#include <stdint.h>
#include <string.h>

enum { LAZ_POINTS = 60 };

static inline uint32_t point_mix(uint32_t i, uint32_t field)
{
    uint32_t x = i * 0x9E3779B1U + field * 0x85EBCA77U;
    x ^= x >> 15;
    x *= 0x2C1B3C6DU;
    return x ^ x >> 12;
}

static inline uint8_t *point_put(uint8_t *to, uint64_t value, int bytes)
{
    for (int i = 0; i < bytes; i++)
        *to++ = (uint8_t)(value >> 8 * i);
    return to;
}

static inline uint8_t *point_place(uint8_t *to, uint32_t i)
{
    uint32_t x = i % 17 == 5 ? point_mix(i, 0) : i * 37 + point_mix(i, 0) % 200;
    to = point_put(to, x, 4);
    to = point_put(to, i * 11 - point_mix(i, 1) % 50, 4);
    to = point_put(to, 1000 + point_mix(i, 2) % 100, 4);
    return point_put(to, point_mix(i, 3) % 400, 2);
}

static inline uint8_t *point_time(uint8_t *to, uint32_t i)
{
    uint32_t steps = i / 3;
    double t = 100000 + steps * 0.0625 + (i / 16 % 3 == 2 ? 1e9 : 0);
    if (i % 19 == 7)
        t = -5.25 * (i + 1);
    uint64_t bits;
    memcpy(&bits, &t, sizeof bits);
    return point_put(to, bits, 8);
}

static inline uint32_t point_user_data(uint32_t i)
{
    return point_mix(i, 7) % 3 == 0 ? point_mix(i, 8) & 255 : 7;
}

static inline uint32_t point_direction(uint32_t i)
{
    return i / 20 % 2 << 6 | (uint32_t)(i % 29 == 0) << 7;
}

/* Formats 0-5 before the time. */
static inline uint8_t *point_10(uint8_t *to, uint32_t i)
{
    static const uint8_t classes[] = {1, 2, 2, 5};
    uint32_t count = 1 + point_mix(i, 4) % 7;
    to = point_place(to, i);
    to = point_put(to, point_mix(i, 5) % (count + 1) | count << 3 | point_direction(i), 1);
    to = point_put(to, classes[point_mix(i, 6) % 4], 1);
    to = point_put(to, i / 9 % 40 - 20, 1);
    to = point_put(to, point_user_data(i), 1);
    return point_put(to, i / 25 * 3, 2);
}

/* Formats 6-10 with the time; channels: the scanner has four. */
static inline uint8_t *point_14(uint8_t *to, uint32_t i, int channels)
{
    static const uint8_t classes[] = {1, 2, 2, 200};
    uint32_t count = 1 + point_mix(i, 4) % 15;
    uint32_t flags = point_mix(i, 6) % 3 == 0 ? point_mix(i, 9) & 15 : 0;
    uint32_t channel = !channels || i % 10 < 6 ? 0 : point_mix(i, 14) & 3;
    to = point_place(to, i);
    to = point_put(to, point_mix(i, 5) % (count + 1) | count << 4, 1);
    to = point_put(to, flags | channel << 4 | point_direction(i), 1);
    to = point_put(to, classes[point_mix(i, 6) % 4], 1);
    to = point_put(to, point_user_data(i), 1);
    to = point_put(to, i / 9 * 30 - 2000, 2);
    to = point_put(to, i / 25 * 3, 2);
    return point_time(to, i);
}

/* colours: 3, or 4 with near infrared. */
static inline uint8_t *point_colours(uint8_t *to, uint32_t i, int colours)
{
    uint32_t red = (point_mix(i, 10) & 255) * 257;
    to = point_put(to, red, 2);
    to = point_put(to, i % 3 == 0 ? point_mix(i, 11) & 0xFFFF : red, 2);
    to = point_put(to, i % 3 == 0 ? point_mix(i, 12) & 0xFF : red, 2);
    return colours == 3 ? to : point_put(to, point_mix(i, 13) % 512, 2);
}

static inline uint8_t *point_wave(uint8_t *to, uint32_t i)
{
    to = point_put(to, point_mix(i, 15) % 3, 1);
    to = point_put(to, i * 200ULL + (i % 13 == 5 ? 1ULL << 40 : 0), 8);
    to = point_put(to, 200 + (i % 4 == 0), 4);
    for (uint32_t k = 0; k < 4; k++)
        to = point_put(to, point_mix(i, 16 + k), 4);
    return to;
}

static inline uint8_t *point_extra(uint8_t *to, uint32_t i)
{
    to = point_put(to, i, 1);
    to = point_put(to, point_mix(i, 20) & 3, 1);
    return point_put(to, 9, 1);
}
