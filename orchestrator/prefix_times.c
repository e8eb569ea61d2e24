/* prefix_times.c: a listing of a year's archive need not list the other twenty. */
#include "orchestrator/prefix_times.h"

#include "core/buffer.h"
#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { PREFIXES_MOST = 10000, HOUR_S = 3600, DAY_S = 24 * HOUR_S };

typedef struct Fields {
    bool year, month, day, day_of_year, hour;
} Fields;

/* ---- times */

bool prefix_time_read(const char *option, const char *text, Instant now, Instant *out, Error *e)
{
    Timestamp t;
    double ago_s;
    if (timestamp_parse_iso(text, strlen(text), &t)) {
        *out = t.instant;
        return true;
    }
    if (text_to_duration(text, &ago_s) && ago_s >= 0 && ago_s < 1e11) {
        *out = (Instant){.seconds = now.seconds - (int64_t)ago_s};
        return true;
    }
    return error_coded(e, ERROR_SETUP, "usage",
                       "--%s %s: not a time; allowed: 2019-06-01, 2019-06-01T12:00:00Z, or how "
                       "long ago: 36h, 7d",
                       option, text);
}

/* ---- templates */

static bool note_field(const char *template, char letter, Fields *out, Error *e)
{
    struct {
        char letter;
        bool *field;
    } const known[] = {{'Y', &out->year},
                       {'m', &out->month},
                       {'d', &out->day},
                       {'j', &out->day_of_year},
                       {'H', &out->hour}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].letter == letter) {
            *known[i].field = true;
            return true;
        }
    return letter == '%' ||
           error_coded(e, ERROR_SETUP, "usage",
                       "%s: %%%c is no part of a date; with --since these are: %%Y %%m %%d %%j %%H "
                       "(and %%%% for a percent sign)",
                       template, letter ? letter : ' ');
}

static bool find_fields(const char *template, Fields *out, Error *e)
{
    *out = (Fields){0};
    for (const char *c = template; *c; c++) {
        if (*c != '%')
            continue;
        if (!note_field(template, c[1], out, e))
            return false;
        c++;
    }
    bool day = (out->month && out->day) || out->day_of_year;
    bool sound = out->year && (!out->day || out->month) && (!out->hour || day);
    return sound || error_coded(e, ERROR_SETUP, "usage",
                                "%s: --since needs a date in it, from the year down without a gap: "
                                "%%Y, %%Y %%m, %%Y %%m %%d or %%Y %%j, and %%H behind a day",
                                template);
}

static int day_of_year(const CivilTime *t)
{
    CivilTime first = {.year = t->year, .month = 1, .day = 1};
    CivilTime day = {.year = t->year, .month = t->month, .day = t->day};
    Instant from, to;
    bool known = civil_to_instant(&first, CALENDAR_PROLEPTIC_GREGORIAN, &from) &&
                 civil_to_instant(&day, CALENDAR_PROLEPTIC_GREGORIAN, &to);
    return known ? (int)((to.seconds - from.seconds) / DAY_S) + 1 : 0;
}

static void write_field(Buffer *out, char letter, const CivilTime *t)
{
    switch (letter) {
    case 'Y':
        buffer_printf(out, "%04lld", (long long)t->year);
        return;
    case 'm':
        buffer_printf(out, "%02d", t->month);
        return;
    case 'd':
        buffer_printf(out, "%02d", t->day);
        return;
    case 'j':
        buffer_printf(out, "%03d", day_of_year(t));
        return;
    case 'H':
        buffer_printf(out, "%02d", t->hour);
        return;
    default:
        buffer_char(out, '%');
    }
}

static const char *write_prefix(const char *template, const CivilTime *t, Arena *a)
{
    auto_buffer Buffer out = {0};
    for (const char *c = template; *c; c++)
        if (*c == '%')
            write_field(&out, *++c, t);
        else
            buffer_char(&out, *c);
    return out.failed ? NULL : arena_copy(a, out.bytes, out.length);
}

/* ---- steps */

/* The beginning of the hour, day, month or year that t lies in. */
static void begin(const Fields *f, CivilTime *t)
{
    t->minute = t->second = t->nanosecond = 0;
    if (f->hour)
        return;
    t->hour = 0;
    if (f->day || f->day_of_year)
        return;
    t->day = 1;
    t->month = f->month ? t->month : 1;
}

/* The beginning of the next one. */
static bool step(const Fields *f, CivilTime *t)
{
    Instant at;
    if (f->hour || f->day || f->day_of_year) {
        if (!civil_to_instant(t, CALENDAR_PROLEPTIC_GREGORIAN, &at))
            return false;
        instant_to_civil(instant_add(at, f->hour ? HOUR_S : DAY_S, 0), CALENDAR_PROLEPTIC_GREGORIAN,
                         t);
        return true;
    }
    t->month += f->month ? 1 : 12;
    t->year += (t->month - 1) / 12;
    t->month = (t->month - 1) % 12 + 1;
    return true;
}

static bool add(StringList *out, const char *prefix, Arena *a, size_t *capacity, Error *e)
{
    const char **grown = arena_grow(a, out->items, capacity, out->count + 1, sizeof *grown);
    if (!grown || !prefix)
        return arena_full(a, e);
    grown[out->count++] = prefix;
    out->items = grown;
    return true;
}

bool prefix_times(const char *template, Instant since, Instant until, Arena *a, StringList *out,
                  Error *e)
{
    Fields f;
    CivilTime t;
    Instant at;
    size_t capacity = 0;
    *out = (StringList){0};
    if (!find_fields(template, &f, e))
        return false;
    if (instant_compare(until, since) < 0)
        return error_coded(e, ERROR_SETUP, "usage", "%s: --until lies before --since", template);
    instant_to_civil(since, CALENDAR_PROLEPTIC_GREGORIAN, &t);
    begin(&f, &t);
    while (civil_to_instant(&t, CALENDAR_PROLEPTIC_GREGORIAN, &at) &&
           instant_compare(at, until) <= 0) {
        if (out->count == PREFIXES_MOST)
            return error_coded(e, ERROR_SETUP, "usage",
                               "%s: from --since to --until these are more than %d prefixes; end "
                               "it at a longer part of the date, or ask for a shorter time",
                               template, PREFIXES_MOST);
        if (!add(out, write_prefix(template, &t, a), a, &capacity, e) || !step(&f, &t))
            return false;
    }
    return true;
}
