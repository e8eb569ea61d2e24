/* halo_look.c: what a line is, for the lines that are not as they usually are. */
#include "formats/halo/halo_reader.h"

#include <math.h>
#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* As LabVIEW writes what is no number. */
static bool is_no_number(StringView word)
{
    static const char *const words[] = {"nan", "-nan", "inf", "-inf", "+inf", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_is(word, *w, true))
            return true;
    return false;
}

static bool take_number(StringView word, double *out)
{
    if (text_to_double(word.bytes, word.length, '.', out) ||
        text_to_double(word.bytes, word.length, ',', out))
        return true;
    *out = (double)NAN;
    return is_no_number(word);
}

static size_t decimals(StringView word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] == '.' || word.bytes[i] == ',')
            return word.length - i - 1;
    return 0;
}

static bool is_whole(StringView word)
{
    for (size_t i = 0; i < word.length; i++)
        if (word.bytes[i] < '0' || word.bytes[i] > '9')
            return false;
    return true;
}

HaloLook halo_look(StringView line)
{
    static const char mark[] = "Filename:";
    HaloLook look = {.kind = HALO_EMPTY};
    const char *p = line.bytes, *end = p + line.length;
    while (p < end && is_blank(*p))
        p++;
    if ((size_t)(end - p) >= strlen(mark) && memcmp(p, mark, strlen(mark)) == 0)
        return (HaloLook){.kind = HALO_HEADER};
    while (p < end) {
        const char *from = p;
        while (p < end && !is_blank(*p))
            p++;
        StringView word = {from, (size_t)(p - from)};
        if (look.count == HALO_NUMBERS_MAX || !take_number(word, &look.numbers[look.count]))
            return (HaloLook){.kind = HALO_OTHER};
        if (look.count++ == 0)
            look.kind = is_whole(word) ? HALO_GATE : HALO_RAY;
        look.last_decimals = decimals(word);
        look.last_is_open = p == end;
        while (p < end && is_blank(*p))
            p++;
    }
    return look;
}

bool halo_is_gate(const char *p)
{
    while (is_blank(*p))
        p++;
    const char *from = p;
    while (*p >= '0' && *p <= '9')
        p++;
    return p > from && is_blank(*p);
}

bool halo_is_hpl(const char *name)
{
    static const char ending[] = ".hpl";
    size_t length = name ? strlen(name) : 0;
    return length >= strlen(ending) && text_equal_nocase(name + length - strlen(ending), ending);
}
