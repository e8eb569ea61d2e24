/* key_template.h: names of what is written, made of what is known of a file:
 * "{pipeline}/{first_time:%Y/%m}/{stem}.ndjson". */
#pragma once

#include "core/arena.h"
#include "core/buffer.h"

typedef struct KeyPiece KeyPiece;

typedef struct KeyTemplate {
    const KeyPiece *pieces;
    size_t count;
    bool by_unit; /* it names the unit: one object for each, not for each file */
} KeyTemplate;

typedef struct KeyFacts {
    const char *uri, *unit, *pipeline, *work_key;
    const char *first_time, *last_time; /* ISO 8601, or NULL */
} KeyFacts;

/* ERROR_SETUP names the field that is unknown and the nearest one. */
bool key_template_read(const char *text, Arena *a, KeyTemplate *out, Error *e) MUST_CHECK;

/* What every name begins and ends with, but those that are cut: literals, or "". */
void key_template_ends(const KeyTemplate *t, const char **begin, const char **end);

/* The name: 1 to 900 bytes of UTF-8 in parts of 1 to 200 bytes, none of them "." or "..", without
 * control characters; it neither begins nor ends with '/'. What does not fit is written %XX: bytes
 * that are no UTF-8 and control characters, '%' of a value, a '/' at an end or behind another, the
 * dots of "." and "..". Of a part or name that is too long the beginning stays, with '~' and 16
 * digits of its SHA-256 behind it. So two values give one name only where the template leaves them
 * out. */
bool key_template_expand(const KeyTemplate *t, const KeyFacts *f, Buffer *out, Error *e) MUST_CHECK;
