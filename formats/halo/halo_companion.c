/* halo_companion.c: names and decimal marks of the small files. */
#include "formats/halo/halo_companion.h"

#include "core/time.h"

#include <string.h>

bool halo_is_named(const Input *in, const char *word)
{
    for (const char *p = in->name; p && *p; p++)
        if (text_starts_nocase(p, word))
            return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

char halo_decimal(const TextHead *h)
{
    bool comma = false;
    for (size_t i = 0; i < h->count; i++) {
        const char *p = h->lines[i].bytes;
        for (size_t k = 1; k + 1 < h->lines[i].length; k++) {
            if (p[k] == '.')
                return '.';
            comma |= p[k] == ',' && is_digit(p[k - 1]) && is_digit(p[k + 1]);
        }
    }
    return comma ? ',' : '.';
}

void halo_name_time(const Input *in, const char *date, TextAttrs *attrs)
{
    enum { CLOCK = 6, DATE_MAX = 8 };
    size_t digits = strstr(date, "%Y") ? DATE_MAX : CLOCK;
    for (const char *p = in->name ? in->name : ""; *p; p++) {
        char text[DATE_MAX + CLOCK], out[INSTANT_TEXT_SIZE];
        Timestamp day, clock;
        if ((p > in->name && is_digit(p[-1])) || strspn(p, "0123456789") != digits ||
            p[digits] == '\0' || strspn(p + digits + 1, "0123456789") != CLOCK)
            continue;
        memcpy(text, p, digits);
        memcpy(text + digits, p + digits + 1, CLOCK);
        if (!timestamp_parse(text, digits, date, &day) ||
            !timestamp_parse(text + digits, CLOCK, "%H%M%S", &clock))
            continue;
        instant_to_text(out, instant_add(day.instant, clock.instant.seconds, 0),
                        CALENDAR_PROLEPTIC_GREGORIAN);
        text_attr(attrs, "start_time", out);
        return;
    }
}
