/* json.c: JSON as text (RFC 8259). */
#include "core/json.h"

#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

static void begin_value(Json *j)
{
    if (j->comma)
        buffer_char(j->out, ',');
    j->comma = true;
}

static void open_bracket(Json *j, char bracket)
{
    begin_value(j);
    buffer_char(j->out, bracket);
    j->comma = false;
}

static void close_bracket(Json *j, char bracket)
{
    buffer_char(j->out, bracket);
    j->comma = true;
}

void json_object_begin(Json *j)
{
    open_bracket(j, '{');
}

void json_object_end(Json *j)
{
    close_bracket(j, '}');
}

void json_array_begin(Json *j)
{
    open_bracket(j, '[');
}

void json_array_end(Json *j)
{
    close_bracket(j, ']');
}

/* True for what cannot stand in a JSON string as it is. */
static bool must_escape(char c)
{
    return (unsigned char)c < 0x20 || c == '"' || c == '\\';
}

static void escape(Buffer *out, char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    const char *found = c ? strchr(plain, c) : NULL;
    if (found)
        buffer_append(out, (char[]){'\\', letter[found - plain]}, 2);
    else
        buffer_printf(out, "\\u%04x", (unsigned)(unsigned char)c);
}

static void append_valid(Buffer *out, const char *bytes, size_t length)
{
    size_t from = 0;
    for (size_t i = 0; i < length; i++) {
        if (!must_escape(bytes[i]))
            continue;
        buffer_append(out, bytes + from, i - from);
        escape(out, bytes[i]);
        from = i + 1;
    }
    buffer_append(out, bytes + from, length - from);
}

void json_string(Json *j, const char *bytes, size_t length)
{
    begin_value(j);
    buffer_char(j->out, '"');
    for (size_t at = 0; at < length;) {
        size_t valid = text_valid_utf8(bytes + at, length - at);
        append_valid(j->out, bytes + at, valid);
        at += valid;
        if (at < length)
            buffer_printf(j->out, "\\udc%02x", (unsigned)(unsigned char)bytes[at++]);
    }
    buffer_char(j->out, '"');
}

void json_key(Json *j, const char *key)
{
    json_text(j, key);
    buffer_char(j->out, ':');
    j->comma = false;
}

void json_text(Json *j, const char *string)
{
    if (string)
        json_string(j, string, strlen(string));
    else
        json_null(j);
}

void json_double(Json *j, double value)
{
    if (!isfinite(value)) {
        json_null(j);
        return;
    }
    char text[TEXT_NUMBER_SIZE];
    size_t length = text_from_double(text, value);
    begin_value(j);
    buffer_append(j->out, text, length);
    if (value == 0 && signbit(value)) /* -0 would be read as the integer 0 */
        buffer_string(j->out, ".0");
}

void json_int(Json *j, int64_t value)
{
    begin_value(j);
    buffer_printf(j->out, "%" PRId64, value);
}

void json_uint(Json *j, uint64_t value)
{
    begin_value(j);
    buffer_printf(j->out, "%" PRIu64, value);
}

void json_bool(Json *j, bool value)
{
    begin_value(j);
    buffer_string(j->out, value ? "true" : "false");
}

void json_null(Json *j)
{
    begin_value(j);
    buffer_string(j->out, "null");
}
