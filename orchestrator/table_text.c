/* table_text.c: numbers, times and long texts as people read them in a table. */
#include "orchestrator/query_internal.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static const double WHOLE_MAX = 1e10;
enum { SIGNIFICANT = 6, MINUTES_LENGTH = 16 /* 2019-01-01T00:00 */ };

/* The decimal digits of a positive number, rounded to SIGNIFICANT, and its exponent. The decimal
 * mark of printf, which a locale may change, is not looked at. */
static int decimal_digits(double value, char digits[SIGNIFICANT + 1])
{
    char text[TEXT_NUMBER_SIZE];
    int64_t exponent = 0;
    snprintf(text, sizeof text, "%.*e", SIGNIFICANT - 1, value);
    const char *e = strchr(text, 'e');
    digits[0] = text[0];
    memcpy(digits + 1, e - (SIGNIFICANT - 1), SIGNIFICANT - 1);
    if (!text_to_int64(e + 1, strlen(e + 1), &exponent))
        exponent = 0;
    size_t length = SIGNIFICANT;
    while (length > 1 && digits[length - 1] == '0')
        length--;
    digits[length] = '\0';
    return (int)exponent;
}

/* Like %g, but a whole number of a usual size (seconds since 1970, say) stays one. */
static void number(Buffer *out, double value)
{
    char digits[SIGNIFICANT + 1];
    if (fabs(value) < WHOLE_MAX && value == trunc(value)) {
        buffer_printf(out, "%" PRId64, (int64_t)value);
        return;
    }
    buffer_string(out, value < 0 ? "-" : "");
    int exponent = decimal_digits(fabs(value), digits);
    int count = (int)strlen(digits);
    if (exponent < -4 || exponent >= SIGNIFICANT) {
        buffer_printf(out, "%c%s%se%+03d", digits[0], count > 1 ? "." : "", digits + 1, exponent);
        return;
    }
    if (exponent < 0)
        buffer_string(out, "0.");
    for (int i = exponent + 1; i < 0; i++)
        buffer_char(out, '0');
    for (int i = 0; i < count || i <= exponent; i++) {
        if (i > 0 && i == exponent + 1)
            buffer_char(out, '.');
        buffer_char(out, i < count ? digits[i] : '0');
    }
}

static void text_cell(Buffer *out, FieldKind kind, StringView text)
{
    if (kind == FIELD_TIME && text.length >= MINUTES_LENGTH && text.bytes[10] == 'T') {
        buffer_append(out, text.bytes, 10);
        buffer_char(out, ' ');
        buffer_append(out, text.bytes + 11, MINUTES_LENGTH - 11);
        return;
    }
    if (kind != FIELD_LINES) {
        text_printable(out, text.bytes, text.length);
        return;
    }
    size_t lines = text.length > 0;
    for (size_t i = 0; i < text.length; i++)
        lines += text.bytes[i] == '\n';
    buffer_printf(out, "%zu", lines);
}

void table_cell(Buffer *out, FieldKind kind, const Cell *c)
{
    char size[32];
    switch (c->kind) {
    case CELL_INT:
        if (kind == FIELD_SIZE && c->i >= 0) {
            text_from_size(size, sizeof size, (uint64_t)c->i);
            buffer_string(out, size);
        } else {
            buffer_printf(out, "%" PRId64, c->i);
        }
        break;
    case CELL_UINT:
        buffer_printf(out, "%" PRIu64, c->u);
        break;
    case CELL_DOUBLE:
        number(out, c->d);
        break;
    case CELL_TEXT:
        text_cell(out, kind, c->text);
        break;
    case CELL_NULL:
    default:
        break;
    }
}

/* Bytes of the character at p of printable text. */
static size_t step(const char *p, const char *end)
{
    size_t length = 1;
    while (p + length < end && ((unsigned char)p[length] & 0xc0U) == 0x80)
        length++;
    return length;
}

/* The longest start that takes at most `width` columns. */
static size_t fitting_start(StringView text, size_t width)
{
    const char *end = text.bytes + text.length, *p = text.bytes;
    size_t used = 0;
    while (p < end) {
        size_t length = step(p, end);
        used += text_width(p, length);
        if (used > width)
            break;
        p += length;
    }
    return (size_t)(p - text.bytes);
}

/* The longest end that takes at most `width` columns. */
static size_t fitting_end(StringView text, size_t width)
{
    size_t whole = text_width(text.bytes, text.length), skip = 0;
    while (whole > width) {
        size_t length = step(text.bytes + skip, text.bytes + text.length);
        whole -= text_width(text.bytes + skip, length);
        skip += length;
    }
    return text.length - skip;
}

void table_shorten(Buffer *out, StringView text, size_t width, Shortening how)
{
    static const char dots[] = "...";
    enum { DOTS = sizeof dots - 1 };
    if (text_width(text.bytes, text.length) <= width) {
        buffer_append(out, text.bytes, text.length);
        return;
    }
    size_t room = width > DOTS ? width - DOTS : 0;
    const char *slash = memrchr(text.bytes, '/', text.length);
    size_t name = slash ? text.length - (size_t)(slash - text.bytes) : text.length;
    bool middle = how == KEEP_NAME && text_width(text.bytes + text.length - name, name) > room;
    size_t start = how == KEEP_START ? room : middle ? room * 2 / 5 : 0;
    StringView shown = middle && slash ? (StringView){slash + 1, name - 1} : text;
    size_t end = fitting_end(shown, room - start);
    buffer_append(out, shown.bytes, fitting_start(shown, start));
    buffer_append(out, dots, width < DOTS ? width : DOTS);
    buffer_append(out, shown.bytes + shown.length - end, end);
}

/* Length of the next line: up to the last blank that fits, or the whole width of a long word. */
static size_t line_length(StringView text, size_t width)
{
    size_t fits = fitting_start(text, width);
    if (fits == text.length)
        return fits;
    for (size_t at = fits; at > 0; at--)
        if (text.bytes[at] == ' ')
            return at;
    return fits > 0 ? fits : step(text.bytes, text.bytes + text.length);
}

void table_wrap(Buffer *out, StringView text, size_t indent, size_t width)
{
    while (text.length > 0 && text.bytes[text.length - 1] == ' ')
        text.length--;
    while (text.length > 0) {
        size_t length = width > 0 ? line_length(text, width) : text.length;
        buffer_printf(out, "%*s", (int)indent, "");
        buffer_append(out, text.bytes, length);
        buffer_char(out, '\n');
        while (length < text.length && text.bytes[length] == ' ')
            length++;
        text = (StringView){text.bytes + length, text.length - length};
    }
}
