/* base64.h: bytes as text and back (RFC 4648, section 4, with padding). */
#pragma once

#include "core/buffer.h"

#include <stdint.h>

void base64_write(Buffer *out, const void *bytes, size_t length);
/* Appends the bytes. False: it is no base64, or there is more than padding behind its end. */
bool base64_read(Buffer *out, const char *text, size_t length) MUST_CHECK;
