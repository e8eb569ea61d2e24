/* buffer.c: doubling on demand. */
#include "core/buffer.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void buffer_deinit(Buffer *b)
{
    free(b->bytes);
    *b = (Buffer){0};
}

void buffer_clear(Buffer *b)
{
    b->length = 0;
    b->failed = false;
    if (b->bytes)
        b->bytes[0] = '\0';
}

/* Room for `extra` more bytes and the NUL. */
static bool make_room(Buffer *b, size_t extra)
{
    if (b->failed || extra > SIZE_MAX / 4 - b->length) {
        b->failed = true;
        return false;
    }
    size_t needed = b->length + extra + 1;
    if (needed <= b->capacity)
        return true;
    size_t capacity = b->capacity ? b->capacity : 256;
    while (capacity < needed)
        capacity *= 2;
    char *grown = realloc(b->bytes, capacity);
    if (!grown) {
        b->failed = true;
        return false;
    }
    b->bytes = grown;
    b->capacity = capacity;
    return true;
}

void buffer_append(Buffer *b, const void *bytes, size_t length)
{
    if (!make_room(b, length))
        return;
    if (length)
        memcpy(b->bytes + b->length, bytes, length);
    b->length += length;
    b->bytes[b->length] = '\0';
}

void buffer_string(Buffer *b, const char *string)
{
    buffer_append(b, string, strlen(string));
}

void buffer_char(Buffer *b, char c)
{
    buffer_append(b, &c, 1);
}

void buffer_printf(Buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length < 0)
        b->failed = true;
    else if (make_room(b, (size_t)length)) {
        vsnprintf(b->bytes + b->length, (size_t)length + 1, format, again);
        b->length += (size_t)length;
    }
    va_end(again);
}
