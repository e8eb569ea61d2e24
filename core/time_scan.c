/* time_scan.c: the pieces that dates in text are made of. */
#include "core/time_scan.h"

#include <stddef.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool scan_number(TimeCursor *c, int digits_min, int digits_max, int *out)
{
    int value = 0, digits = 0;
    const char *p = c->at;
    for (; digits < digits_max && p < c->end && is_digit(*p); p++, digits++)
        value = value * 10 + (*p - '0');
    if (digits < digits_min)
        return false;
    *out = value;
    c->at = p;
    return true;
}

bool scan_char(TimeCursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

bool scan_word(TimeCursor *c, const char *word)
{
    const char *p = c->at;
    for (; *word; word++, p++)
        if (p == c->end || (*p != *word && *p != *word + ('a' - 'A')))
            return false;
    if (p < c->end && is_letter(*p))
        return false;
    c->at = p;
    return true;
}

bool scan_blanks(TimeCursor *c)
{
    const char *begin = c->at;
    while (c->at < c->end && scan_is_blank(*c->at))
        c->at++;
    return c->at > begin;
}

bool scan_fraction(TimeCursor *c, int64_t *nanoseconds)
{
    if (c->at == c->end || !is_digit(*c->at))
        return false;
    int64_t value = 0;
    int digits = 0;
    bool round_up = false;
    for (; c->at < c->end && is_digit(*c->at); c->at++, digits++) {
        if (digits < 9)
            value = value * 10 + (*c->at - '0');
        if (digits == 9)
            round_up = *c->at >= '5';
    }
    for (; digits < 9; digits++)
        value *= 10;
    *nanoseconds = value + round_up;
    return true;
}

static bool scan_offset(TimeCursor *c, int64_t *offset_s)
{
    TimeCursor p = *c;
    bool west = scan_char(&p, '-');
    if (!west && !scan_char(&p, '+'))
        return false;
    const char *digits = p.at;
    int hours = 0, minutes = 0;
    if (!scan_number(&p, 1, 4, &hours) || p.at - digits == 3)
        return false;
    if (p.at - digits == 4) {
        minutes = hours % 100;
        hours /= 100;
    } else if (scan_char(&p, ':') && !scan_number(&p, 2, 2, &minutes)) {
        return false;
    }
    if (hours > 23 || minutes > 59)
        return false;
    int64_t offset = hours * 3600 + minutes * 60;
    *offset_s = west ? -offset : offset;
    *c = p;
    return true;
}

bool scan_zone(TimeCursor *c, int64_t *offset_s)
{
    static const char *const utc[] = {"Z", "UTC", "UT", "GMT"};
    for (size_t i = 0; i < sizeof utc / sizeof *utc; i++)
        if (scan_word(c, utc[i])) {
            *offset_s = 0;
            return true;
        }
    return scan_offset(c, offset_s);
}
