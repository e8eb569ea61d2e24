/* json.h: writing JSON, one value after the other, into a Buffer.
 *
 * Commas are put by the writer. Numbers carry all their digits, NaN and infinities become null.
 * A string that is not UTF-8 keeps its bytes: an invalid byte 0xNN is written as the escape \udcNN,
 * which Python's os.fsencode (surrogateescape) turns back into the same byte. */
#pragma once

#include "core/buffer.h"

#include <stdint.h>

typedef struct Json {
    Buffer *out;
    bool comma; /* the next value needs a comma before it */
} Json;

void json_object_begin(Json *j);
void json_object_end(Json *j);
void json_array_begin(Json *j);
void json_array_end(Json *j);
void json_key(Json *j, const char *key);
void json_string(Json *j, const char *bytes, size_t length);
void json_text(Json *j, const char *string); /* NULL -> null */
void json_double(Json *j, double value);
void json_int(Json *j, int64_t value);
void json_uint(Json *j, uint64_t value);
void json_bool(Json *j, bool value);
void json_null(Json *j);
