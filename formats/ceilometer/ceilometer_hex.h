/* ceilometer_hex.h: hexadecimal digits of either case. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0..15, negative for what is no digit. */
static inline int ceilometer_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* All of text[0..length), at most 16 digits. */
static inline bool ceilometer_hex(const char *text, size_t length, uint64_t *out)
{
    uint64_t value = 0;
    int bad = 0;
    for (size_t i = 0; i < length; i++) {
        int digit = ceilometer_digit(text[i]);
        bad |= digit;
        value = value << 4 | (uint64_t)(digit & 15);
    }
    *out = value;
    return bad >= 0;
}
