/* shared_value.c: a value of the ledger as an attribute.
 *
 * DynamoDB's numbers are decimal and of no type: 3.0 comes back as 3, -0.0 as 0, and beyond 1E126
 * or below 1E-130 there are none. Doubles that would come back as something else are therefore
 * named beside the values, and those that are no number there are strings. */
#include "orchestrator/shared_internal.h"

#include "core/base64.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

const DynamoAttribute *item_attribute(const DynamoItem *item, const char *name)
{
    for (size_t i = 0; i < item->count; i++)
        if (strcmp(item->attributes[i].name, name) == 0)
            return &item->attributes[i];
    return NULL;
}

bool bytes_write(StringView bytes, Arena *a, DynamoAttribute *out, Error *e)
{
    if (text_valid_utf8(bytes.bytes, bytes.length) == bytes.length) {
        out->type = DYNAMO_STRING;
        out->text = arena_copy(a, bytes.bytes, bytes.length);
        return out->text || shared_no_memory(e);
    }
    auto_buffer Buffer text = {0};
    base64_write(&text, bytes.bytes, bytes.length);
    out->type = DYNAMO_BINARY;
    out->text = text.failed ? NULL : arena_copy(a, text.bytes, text.length);
    return out->text || shared_no_memory(e);
}

static bool bad(const DynamoAttribute *a, const char *why, Error *e)
{
    return error_coded(e, ERROR_DATA, "bad_row", "\"%.60s\" %s", a->name, why);
}

/* The ledger's texts end at a NUL. */
static bool decode(const DynamoAttribute *a, Arena *arena, StringView *out, Error *e)
{
    auto_buffer Buffer bytes = {0};
    if (!base64_read(&bytes, a->text, strlen(a->text)))
        return bad(a, "is no base64", e);
    if (bytes.length > 0 && memchr(bytes.bytes, '\0', bytes.length))
        return bad(a, "has a NUL in it", e);
    const char *copy =
        bytes.failed ? NULL : arena_copy(arena, bytes.length ? bytes.bytes : "", bytes.length);
    if (!copy)
        return shared_no_memory(e);
    *out = (StringView){copy, bytes.length};
    return true;
}

bool bytes_read(const DynamoAttribute *a, Arena *arena, StringView *out, Error *e)
{
    if (a->type == DYNAMO_BINARY)
        return decode(a, arena, out, e);
    if (a->type != DYNAMO_STRING)
        return bad(a, "is no text", e);
    *out = (StringView){a->text, strlen(a->text)};
    return true;
}

static const char *double_text(double d, Arena *a)
{
    char text[TEXT_NUMBER_SIZE];
    if (isinf(d))
        return d > 0 ? "Infinity" : "-Infinity";
    text_from_double(text, d);
    return arena_string(a, text);
}

bool value_write(const LedgerValue *v, Arena *a, DynamoAttribute *out, bool *is_double, Error *e)
{
    *is_double = false;
    switch (v->kind) {
    case LEDGER_INT:
        out->type = DYNAMO_NUMBER;
        out->text = arena_printf(a, "%" PRId64, v->i);
        return out->text || shared_no_memory(e);
    case LEDGER_DOUBLE:
        out->text = double_text(v->d, a);
        out->type = dynamo_number_fits(v->d) && !(v->d == 0 && signbit(v->d)) ? DYNAMO_NUMBER
                                                                              : DYNAMO_STRING;
        *is_double = out->type == DYNAMO_STRING || v->d == floor(v->d);
        return out->text || shared_no_memory(e);
    case LEDGER_TEXT:
        return bytes_write(v->text, a, out, e);
    case LEDGER_NULL:
    default:
        out->text = NULL;
        return true;
    }
}

static bool read_double(const DynamoAttribute *a, LedgerValue *out, Error *e)
{
    out->kind = LEDGER_DOUBLE;
    if (strcmp(a->text, "Infinity") == 0 || strcmp(a->text, "-Infinity") == 0) {
        out->d = a->text[0] == '-' ? -INFINITY : INFINITY;
        return true;
    }
    return text_to_double(a->text, strlen(a->text), '.', &out->d) || bad(a, "is no number", e);
}

bool value_read(const DynamoAttribute *a, bool is_double, Arena *arena, LedgerValue *out, Error *e)
{
    if (is_double && (a->type == DYNAMO_NUMBER || a->type == DYNAMO_STRING))
        return read_double(a, out, e);
    if (a->type == DYNAMO_NUMBER) {
        out->kind = LEDGER_INT;
        return text_to_int64(a->text, strlen(a->text), &out->i) || read_double(a, out, e);
    }
    out->kind = LEDGER_TEXT;
    return bytes_read(a, arena, &out->text, e);
}
