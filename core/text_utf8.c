/* text_utf8.c: UTF-8 that may be broken, on its way to a terminal. */
#include "core/text.h"

#include <string.h>

typedef struct Range {
    uint32_t first, last;
} Range;

/* Characters that take no column (combining marks, joiners) and two (East Asian Wide and Fullwidth,
 * Unicode Standard Annex 11; emoji), in the large ranges that occur in names. */
static const Range zero_columns[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD},   {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF}, {0x200B, 0x200D},
    {0x2060, 0x2064}, {0x20D0, 0x20FF}, {0x302A, 0x302D},   {0x3099, 0x309A}, {0xFE00, 0xFE0F},
    {0xFE20, 0xFE2F}, {0xFEFF, 0xFEFF}, {0xE0100, 0xE01EF},
};
static const Range two_columns[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x23E9, 0x23EC},   {0x2614, 0x2615},
    {0x2648, 0x2653},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x2705, 0x2705},
    {0x274C, 0x274C},   {0x2753, 0x2755},   {0x2795, 0x2797},   {0x2B1B, 0x2B1C},
    {0x2E80, 0x303E},   {0x3041, 0x33FF},   {0x3400, 0x4DBF},   {0x4E00, 0x9FFF},
    {0xA000, 0xA4CF},   {0xA960, 0xA97F},   {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},
    {0xFE30, 0xFE6F},   {0xFF00, 0xFF60},   {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF},
    {0x1B000, 0x1B2FF}, {0x1F300, 0x1F64F}, {0x1F680, 0x1F6FF}, {0x1F900, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};
/* Characters that steer a terminal or turn the direction of writing. */
static const Range controls[] = {
    {0x00, 0x1F},     {0x7F, 0x9F},     {0x061C, 0x061C}, {0x200E, 0x200F},
    {0x2028, 0x202E}, {0x2066, 0x2069}, {0xFFF9, 0xFFFB},
};

#define IN(ranges, c) in_ranges(ranges, sizeof(ranges) / sizeof *(ranges), c)

static bool in_ranges(const Range *ranges, size_t count, uint32_t c)
{
    for (size_t i = 0; i < count && c >= ranges[i].first; i++)
        if (c <= ranges[i].last)
            return true;
    return false;
}

/* Length of the valid sequence at p (Unicode 15, table 3-7) and its character; 0: not valid. */
static size_t sequence(const unsigned char *p, size_t left, uint32_t *character)
{
    if (p[0] < 0x80) {
        *character = p[0];
        return 1;
    }
    size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
    if (p[0] < 0xC2 || p[0] > 0xF4 || length > left)
        return 0;
    uint32_t c = p[0] & (0xFFU >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if ((p[i] & 0xC0U) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3FU);
    }
    static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < smallest[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *character = c;
    return length;
}

static bool eight_ascii(const unsigned char *p, size_t left)
{
    uint64_t eight;
    if (left < sizeof eight)
        return false;
    memcpy(&eight, p, sizeof eight);
    return !(eight & 0x8080808080808080ULL);
}

size_t text_valid_utf8(const char *bytes, size_t length)
{
    const unsigned char *p = (const unsigned char *)bytes;
    size_t at = 0;
    while (at < length) {
        uint32_t character;
        if (eight_ascii(p + at, length - at)) {
            at += 8;
            continue;
        }
        size_t n = sequence(p + at, length - at, &character);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

/* How one byte that must not reach the terminal is written. */
static size_t escape(unsigned char c, char out[5])
{
    static const char hex[] = "0123456789abcdef";
    static const char *const named[] = {['\t'] = "\\t", ['\n'] = "\\n", ['\r'] = "\\r"};
    if (c < sizeof named / sizeof *named && named[c]) {
        memcpy(out, named[c], 3);
        return 2;
    }
    memcpy(out, (char[]){'\\', 'x', hex[c >> 4], hex[c & 15], '\0'}, 5);
    return 4;
}

/* The next piece: *taken bytes, shown as *shown bytes at the result (either the bytes themselves or
 * `room`), *columns wide. */
static const char *next_piece(const unsigned char *p, size_t left, char room[20], size_t *taken,
                              size_t *shown, size_t *columns)
{
    uint32_t c;
    size_t n = sequence(p, left, &c);
    if (n > 0 && !IN(controls, c)) {
        *taken = *shown = n;
        *columns = IN(zero_columns, c) ? 0 : IN(two_columns, c) ? 2 : 1;
        return (const char *)p;
    }
    *taken = n ? n : 1;
    *shown = 0;
    for (size_t i = 0; i < *taken; i++)
        *shown += escape(p[i], room + *shown);
    *columns = *shown;
    return room;
}

size_t text_width(const char *bytes, size_t length)
{
    size_t width = 0, taken, shown, columns;
    char room[20];
    for (size_t at = 0; at < length; at += taken) {
        next_piece((const unsigned char *)bytes + at, length - at, room, &taken, &shown, &columns);
        width += columns;
    }
    return width;
}

void text_printable(Buffer *b, const char *bytes, size_t length)
{
    size_t taken, shown, columns;
    char room[20];
    for (size_t at = 0; at < length; at += taken) {
        const char *piece = next_piece((const unsigned char *)bytes + at, length - at, room, &taken,
                                       &shown, &columns);
        buffer_append(b, piece, shown);
    }
}
