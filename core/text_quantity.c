/* text_quantity.c: sizes and durations, as people write and read them. */
#include "core/text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static bool is_number_char(char c)
{
    return (c >= '0' && c <= '9') || c == '.';
}

/* Splits "1.5 GiB" into the length of its number and its unit. */
static size_t number_length(const char *text, const char **unit)
{
    size_t length = 0;
    while (is_number_char(text[length]))
        length++;
    *unit = text + length;
    while (**unit == ' ')
        (*unit)++;
    return length;
}

/* "", "B", "K", "KB", "KiB", "M", ...: the power of 1024. */
static bool size_unit(const char *unit, unsigned *shift)
{
    static const char letters[] = "KMGTPE";
    *shift = 0;
    if (text_equal_nocase(unit, "") || text_equal_nocase(unit, "B"))
        return true;
    const char capital = (char)(*unit & ~0x20);
    const char *letter = strchr(letters, capital);
    if (!letter || capital == '\0')
        return false;
    *shift = 10 * (unsigned)(letter - letters + 1);
    unit++;
    return *unit == '\0' || text_equal_nocase(unit, "B") || text_equal_nocase(unit, "iB");
}

bool text_to_size(const char *text, uint64_t *out_bytes)
{
    const char *unit;
    size_t length = number_length(text, &unit);
    unsigned shift;
    if (!size_unit(unit, &shift))
        return false;
    uint64_t whole;
    double number;
    if (text_to_uint64(text, length, &whole)) {
        if (whole > UINT64_MAX >> shift)
            return false;
        *out_bytes = whole << shift;
        return true;
    }
    if (!text_to_double(text, length, '.', &number))
        return false;
    number = floor(ldexp(number, (int)shift));
    if (!(number < 0x1p64))
        return false;
    *out_bytes = (uint64_t)number;
    return true;
}

bool text_to_duration(const char *text, double *out_s)
{
    static const struct {
        const char *unit;
        double multiply, divide;
    } units[] = {
        {"", 1, 1},     {"s", 1, 1},    {"ms", 1, 1000}, {"m", 60, 1},
        {"min", 60, 1}, {"h", 3600, 1}, {"d", 86400, 1},
    };
    const char *unit;
    double number;
    size_t length = number_length(text, &unit);
    if (!text_to_double(text, length, '.', &number))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(unit, units[i].unit) != 0)
            continue;
        double seconds = number * units[i].multiply / units[i].divide;
        if (!isfinite(seconds))
            return false;
        *out_s = seconds;
        return true;
    }
    return false;
}

/* snprintf's result as the length that is really there. */
static size_t written(int n, size_t out_size)
{
    if (n < 0 || out_size == 0)
        return 0;
    return (size_t)n < out_size ? (size_t)n : out_size - 1;
}

size_t text_from_count(char *out, size_t out_size, uint64_t count)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, count);
    size_t at = 0;
    for (int i = 0; i < length && at + 2 < out_size; i++) {
        if (i && (length - i) % 3 == 0)
            out[at++] = ',';
        out[at++] = digits[i];
    }
    out[at] = '\0';
    return at;
}

size_t text_from_size(char *out, size_t out_size, uint64_t bytes)
{
    static const char *const names[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    enum { NAMES = sizeof names / sizeof *names };
    if (bytes < 1024)
        return written(snprintf(out, out_size, "%u B", (unsigned)bytes), out_size);
    unsigned i = 0;
    unsigned __int128 tenths;
    for (;;) { /* rounded first, so that 1023.96 KiB becomes 1.0 MiB */
        unsigned __int128 unit = (unsigned __int128)1 << (10 * (i + 1));
        tenths = ((unsigned __int128)bytes * 10 + unit / 2) / unit;
        if (tenths < 10240 || i + 1 == NAMES)
            break;
        i++;
    }
    int n = snprintf(out, out_size, "%u.%u %s", (unsigned)(tenths / 10), (unsigned)(tenths % 10),
                     names[i]);
    return written(n, out_size);
}

/* "3 min 20 s", or "3 min" where nothing is left over. */
static int two_parts(char *out, size_t out_size, uint64_t small, uint64_t ratio,
                     const char *const units[2])
{
    unsigned long long large = small / ratio, rest = small % ratio;
    if (rest == 0)
        return snprintf(out, out_size, "%llu %s", large, units[0]);
    return snprintf(out, out_size, "%llu %s %llu %s", large, units[0], rest, units[1]);
}

size_t text_from_duration(char *out, size_t out_size, double seconds)
{
    const double longest = 1e15;
    if (!(seconds > 0))
        seconds = 0;
    if (seconds > longest)
        seconds = longest;
    /* rounded to each unit from the seconds, so that 59.7 s becomes 1 min */
    unsigned ms = seconds < 1 ? (unsigned)(seconds * 1000 + 0.5) : 1000;
    unsigned tenths = seconds < 10 ? (unsigned)(seconds * 10 + 0.5) : 100;
    uint64_t s = (uint64_t)(seconds + 0.5), min = (s + 30) / 60, h = (s + 1800) / 3600;
    int n;
    if (ms == 0)
        n = snprintf(out, out_size, "0 s");
    else if (ms < 1000)
        n = snprintf(out, out_size, "%u ms", ms);
    else if (tenths < 100)
        n = snprintf(out, out_size, "%u.%u s", tenths / 10, tenths % 10);
    else if (s < 60)
        n = snprintf(out, out_size, "%u s", (unsigned)s);
    else if (s < 3600)
        n = two_parts(out, out_size, s, 60, (const char *const[]){"min", "s"});
    else if (min < 1440)
        n = two_parts(out, out_size, min, 60, (const char *const[]){"h", "min"});
    else
        n = two_parts(out, out_size, h, 24, (const char *const[]){"d", "h"});
    return written(n, out_size);
}
