/* quality_text.c: flags described in free text, a line each:
 *     0x4 = value is greater than the 'valid_max'          (a mask)
 *     bit 3 = ...                                          (bits count from 1)
 *     2 = Bad: data has a bad value.                       (a code, or a sum of tests)
 * Decimal numbers are codes, unless all but 0 are powers of two and the text speaks of bits. */
#include "handlers/conventions/quality.h"
#include "handlers/conventions/schema.h"

#include <string.h>
#include <strings.h>

enum { MEANING = 120, LINES_MAX = 64 };

typedef struct Line {
    enum { LINE_HEX, LINE_BIT, LINE_NUMBER } kind;
    uint64_t number;
    const char *meaning;
    size_t length;
} Line;

static size_t digit(char c)
{
    if (c >= '0' && c <= '9')
        return (size_t)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (size_t)(c - 'a') + 10;
    return c >= 'A' && c <= 'F' ? (size_t)(c - 'A') + 10 : 16;
}

/* Moves *at behind the digits; false where there are none or too many. */
static bool take_digits(const char **at, size_t base, uint64_t *out)
{
    const char *start = *at;
    uint64_t value = 0;
    for (; digit(**at) < base; (*at)++) {
        if (value >> 56)
            return false;
        value = value * base + digit(**at);
    }
    *out = value;
    return *at > start;
}

static bool read_line(const char *text, size_t length, Line *out)
{
    const char *at = text + strspn(text, " \t-*\"'"), *end = text + length;
    *out = (Line){.kind = LINE_NUMBER};
    if (strncasecmp(at, "0x", 2) == 0) {
        out->kind = LINE_HEX;
        at += 2;
    } else if (strncasecmp(at, "bit", 3) == 0) {
        out->kind = LINE_BIT;
        at += 3 + strspn(at + 3, " _#");
    }
    if (at >= end || !take_digits(&at, out->kind == LINE_HEX ? 16 : 10, &out->number))
        return false;
    at += strspn(at, " \t");
    if (at >= end || (*at != '=' && *at != ':'))
        return false;
    at += 1 + strspn(at + 1, " \t=");
    if (at >= end)
        return false;
    out->meaning = at;
    out->length = (size_t)(end - at);
    return true;
}

/* A line ends with a newline, or where "; 2 = ...", ", 2 = ..." or ": 2 = ..." goes on. */
static size_t line_length(const char *text)
{
    size_t length = 0;
    Line next;
    while (text[length] && text[length] != '\n') {
        bool parted = text[length] == ';' || text[length] == ',' || text[length] == ':';
        if (length > 0 && parted &&
            read_line(text + length + 1, strcspn(text + length + 1, "\n"), &next))
            break;
        length++;
    }
    return length;
}

static size_t read_lines(const char *text, Line *lines)
{
    size_t count = 0;
    while (*text && count < LINES_MAX) {
        size_t length = line_length(text);
        count += read_line(text, length, &lines[count]);
        text += length + (text[length] != '\0');
    }
    return count;
}

static bool says_bits(const char *text)
{
    for (; *text; text++)
        if (strncasecmp(text, "bit", 3) == 0)
            return true;
    return false;
}

static bool are_powers_of_two(const Line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (lines[i].number & (lines[i].number - 1))
            return false;
    return true;
}

/* "Bad: ...", "Bad" -> what it says; else by ARM's standard tests. */
static Verdict verdict_of(const char *meaning)
{
    Verdict v = quality_verdict(meaning, strcspn(meaning, ":"));
    if (v != VERDICT_NONE)
        return v;
    if (strstr(meaning, "missing_value") || strstr(meaning, "valid_min") ||
        strstr(meaning, "valid_max"))
        return VERDICT_BAD;
    return strstr(meaning, "valid_delta") ? VERDICT_INDETERMINATE : VERDICT_NONE;
}

static bool make_test(const Flags *f, const Line *l, Arena *a, FlagTest *t)
{
    uint64_t width = flags_width(f);
    uint64_t mask = l->number;
    if (l->kind == LINE_BIT)
        mask = l->number >= 1 && l->number <= 8 * f->size ? (uint64_t)1 << (l->number - 1) : 0;
    t->mask = f->codes ? width : mask;
    t->value = f->codes ? l->number : mask;
    const char *label = f->codes ? arena_printf(a, "code %llu", (unsigned long long)l->number)
                                 : arena_printf(a, "0x%llx", (unsigned long long)mask);
    if (!f->codes && mask && (mask & (mask - 1)) == 0)
        label = arena_printf(a, "bit %d", 64 - __builtin_clzll(mask));
    t->label = label ? label : "";
    t->meaning = schema_phrase(a, l->meaning, l->length, MEANING);
    t->assessment = "";
    t->verdict = verdict_of(t->meaning);
    return t->value <= width && t->mask <= width && (f->codes || t->mask != 0);
}

void quality_text(const char *text, Arena *a, Flags *f)
{
    Line lines[LINES_MAX];
    size_t count = read_lines(text, lines);
    f->codes = count > 0 && lines[0].kind == LINE_NUMBER &&
               !(says_bits(text) && are_powers_of_two(lines, count));
    f->zero_good = f->codes;
    for (size_t i = 0; i < count; i++) {
        FlagTest t;
        if (lines[i].kind == lines[0].kind && make_test(f, &lines[i], a, &t))
            flags_add(f, a, &t);
    }
}
