/* wire.c: the primitive values of a message, little-endian. */
#include "core/wire.h"

#include <stdio.h>
#include <string.h>

void wire_fail(Wire *w, const char *what)
{
    if (w->failed)
        return;
    w->failed = what;
    w->failed_at = w->at;
}

static void move(Wire *w, void *bytes, size_t length)
{
    if (w->failed || w->size - w->at < length) {
        wire_fail(w, "message too short");
        if (!w->out)
            memset(bytes, 0, length);
        return;
    }
    if (w->out)
        memcpy(w->out + w->at, bytes, length);
    else
        memcpy(bytes, w->in + w->at, length);
    w->at += length;
}

void wire_u8(Wire *w, uint8_t *value)
{
    move(w, value, sizeof *value);
}

void wire_u32(Wire *w, uint32_t *value)
{
    move(w, value, sizeof *value);
}

void wire_u64(Wire *w, uint64_t *value)
{
    move(w, value, sizeof *value);
}

void wire_double(Wire *w, double *value)
{
    move(w, value, sizeof *value);
}

void wire_bool(Wire *w, bool *value)
{
    uint8_t byte = w->out && *value ? 1 : 0;
    wire_u8(w, &byte);
    if (byte > 1)
        wire_fail(w, "a flag is neither 0 nor 1");
    *value = byte == 1;
}

void wire_varint(Wire *w, uint64_t *value)
{
    enum { BITS = 7, MORE = 1 << BITS };
    uint64_t rest = *value, whole = 0;
    uint8_t byte = MORE;
    for (unsigned shift = 0; byte & MORE; shift += BITS) {
        byte = (uint8_t)(rest % MORE | (rest >= MORE ? MORE : 0));
        rest /= MORE;
        wire_u8(w, &byte);
        if (shift == 63 && byte > 1) {
            wire_fail(w, "a number is longer than 64 bits");
            break;
        }
        whole |= (uint64_t)(byte % MORE) << shift;
    }
    *value = w->failed ? 0 : whole;
}

void wire_below(Wire *w, uint32_t *value, uint32_t limit, const char *what)
{
    wire_u32(w, value);
    if (*value >= limit) {
        wire_fail(w, what);
        *value = 0;
    }
}

void wire_string(Wire *w, const char **value)
{
    const char *text = w->out && *value ? *value : "";
    uint32_t length = (uint32_t)strlen(text);
    wire_u32(w, &length);
    if (w->out) {
        move(w, (void *)(uintptr_t)text, length);
        return;
    }
    *value = "";
    if (w->failed || length > w->size - w->at) {
        wire_fail(w, "a string is longer than the message");
        return;
    }
    char *copy = arena_copy(w->arena, (const char *)w->in + w->at, length);
    if (!copy)
        wire_fail(w, "no memory for a string");
    else if (memchr(copy, '\0', length))
        wire_fail(w, "a string holds a NUL byte");
    else
        *value = copy;
    w->at += length;
}

void wire_chars(Wire *w, char *value, size_t size)
{
    const char *text = value;
    wire_string(w, &text);
    if (w->out)
        return;
    if (strlen(text) >= size)
        wire_fail(w, "a text is longer than its field");
    snprintf(value, size, "%s", text);
}

void wire_error(Wire *w, Error *e)
{
    uint32_t kind = e->kind;
    wire_below(w, &kind, ERROR_SETUP + 1, "unknown kind of error");
    e->kind = kind;
    wire_chars(w, e->code, sizeof e->code);
    wire_chars(w, e->place, sizeof e->place);
    wire_chars(w, e->message, sizeof e->message);
}

void *wire_list(Wire *w, size_t *count, const void *items, size_t size, size_t least)
{
    uint32_t n = (uint32_t)*count;
    wire_u32(w, &n);
    if (w->out)
        return (void *)(uintptr_t)items;
    *count = 0;
    if (w->failed || n > (w->size - w->at) / least) {
        wire_fail(w, "a list is longer than the message");
        return NULL;
    }
    void *list = arena_array(w->arena, n ? n : 1, size);
    if (!list) {
        wire_fail(w, "no memory for a list");
        return NULL;
    }
    *count = n;
    return list;
}
