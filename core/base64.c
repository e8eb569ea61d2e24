/* base64.c: four letters for three bytes. */
#include "core/base64.h"

#include <string.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(Buffer *out, const void *bytes, size_t length)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        uint32_t three = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                         (left > 2 ? p[i + 2] : 0);
        char four[4] = {letters[three >> 18], letters[three >> 12 & 63],
                        left > 1 ? letters[three >> 6 & 63] : '=',
                        left > 2 ? letters[three & 63] : '='};
        buffer_append(out, four, sizeof four);
    }
}

/* 64: none. */
static uint32_t value_of(char c)
{
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? (uint32_t)(found - letters) : 64;
}

bool base64_read(Buffer *out, const char *text, size_t length)
{
    size_t padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    if (length % 4 != 0)
        return false;
    for (size_t i = 0; i < length; i += 4) {
        size_t missing = i + 4 == length ? padding : 0;
        uint32_t three = 0;
        for (size_t k = 0; k < 4; k++) {
            uint32_t value = k < 4 - missing ? value_of(text[i + k]) : 0;
            if (value == 64)
                return false;
            three = three << 6 | value;
        }
        const uint8_t bytes[3] = {(uint8_t)(three >> 16), (uint8_t)(three >> 8), (uint8_t)three};
        buffer_append(out, bytes, 3 - missing);
    }
    return true;
}
