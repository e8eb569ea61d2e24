/* ceilometer_stamp.c: the time that a logger writes ahead of a message. */
#include "formats/ceilometer/ceilometer_stamp.h"

#include "core/time.h"
#include "formats/ceilometer/ceilometer_lines.h"

#include <string.h>

enum { STAMP_MAX = 48, CLOCK_END = 19 /* "2020-04-10 00:00:58" */, EPOCH_DIGITS = 10 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits(const char *p, size_t length)
{
    size_t n = 0;
    while (n < length && is_digit(p[n]))
        n++;
    return n;
}

static size_t fraction(const char *p, size_t length)
{
    size_t n = length > 1 ? digits(p + 1, length - 1) : 0;
    return n > 0 && n <= 9 ? n + 1 : 0;
}

/* "Z", "+01:00", "+0100", "+01" */
static size_t zone(const char *p, size_t length)
{
    if (length > 0 && *p == 'Z')
        return 1;
    if (length < 3 || (*p != '+' && *p != '-') || digits(p + 1, 2) != 2)
        return 0;
    if (length >= 6 && p[3] == ':' && digits(p + 4, 2) == 2)
        return 6;
    return length >= 5 && digits(p + 3, 2) == 2 ? 5 : 3;
}

/* A date and a clock; the length, 0 if it is none. */
static size_t civil(const char *p, size_t length, double *out)
{
    char text[STAMP_MAX + 1];
    Timestamp t;
    if (length < CLOCK_END || digits(p, length) != 4 || (p[4] != '-' && p[4] != '/') ||
        p[7] != p[4] || (p[10] != ' ' && p[10] != 'T'))
        return 0;
    size_t n = CLOCK_END;
    if (n < length && p[n] == '.')
        n += fraction(p + n, length - n);
    n += zone(p + n, length - n);
    memcpy(text, p, n);
    if (!timestamp_parse_iso(text, n, &t))
        return 0;
    *out = (double)t.instant.seconds + t.instant.nanoseconds * 1e-9;
    return n;
}

/* Seconds since 1970 with ten digits (2001 to 2286), alone or ahead of a comma: a run of digits may
 * be the beginning of a profile. */
static size_t epoch(const char *p, size_t length, double *out)
{
    if (digits(p, length) != EPOCH_DIGITS || *p == '0')
        return 0;
    size_t n = EPOCH_DIGITS;
    if (n < length && p[n] == '.')
        n += fraction(p + n, length - n);
    bool alone = n == length || p[n] == ',' || p[n] == ';';
    return alone && text_to_double(p, n, '.', out) ? n : 0;
}

size_t ceilometer_stamp(StringView line, double *seconds_since_1970)
{
    const char *p = line.bytes, *end = p + line.length;
    bool framed = line.length > 4 && memcmp(p, "%%% ", 4) == 0;
    p += framed ? 4 : line.length > 0 && (*p == '-' || *p == '"');
    size_t n = civil(p, (size_t)(end - p), seconds_since_1970);
    if (n == 0)
        n = epoch(p, (size_t)(end - p), seconds_since_1970);
    if (n == 0)
        return 0;
    p += n;
    if (framed)
        return end - p >= 4 && memcmp(p, " %%%", 4) == 0 ? (size_t)(p + 4 - line.bytes) : 0;
    if (p < end && *p == '"')
        p++;
    if (p < end && !strchr(",; \t", *p) && *p != CEILOMETER_SOH && *p != 'C')
        return 0;
    p += p < end && strchr(",; \t", *p) && *p != '\0';
    return (size_t)(p - line.bytes);
}
