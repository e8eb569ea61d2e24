/* buffer.h: a growing run of bytes: text on its way out, or a message being written.
 *
 * A failed allocation is remembered in `failed` and later appends do nothing, so that a writer
 * checks once, at the end. Zero-initialise with (Buffer){0}. */
#pragma once

#include "core/error.h"

#include <stddef.h>

typedef struct Buffer {
    char *bytes; /* NUL-terminated whenever not NULL */
    size_t length, capacity;
    bool failed;
} Buffer;

void buffer_deinit(Buffer *b); /* accepts a zeroed Buffer */
void buffer_clear(Buffer *b);  /* length 0, memory kept */
void buffer_append(Buffer *b, const void *bytes, size_t length);
void buffer_string(Buffer *b, const char *string);
void buffer_char(Buffer *b, char c);
void buffer_printf(Buffer *b, const char *format, ...) PRINTF_LIKE(2, 3);

#define auto_buffer __attribute__((cleanup(buffer_deinit)))
