/* windcube_header.c: the lines above the table: `key=value`, and the names of the columns.
 *
 * The first line says how many lines follow before the names; it is not always right. */
#include "formats/windcube/windcube_reader.h"

#include "core/time_scan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HEADER_LINES = 1000, HOUR_S = 3600, ZONE_HOURS_MAX = 14 };

static const char *const first_keys[] = {"HeaderSize=", "HeaderLength=", NULL};

static bool view_starts(StringView v, const char *prefix)
{
    size_t length = strlen(prefix);
    return v.length >= length && memcmp(v.bytes, prefix, length) == 0;
}

bool windcube_starts(const Input *in)
{
    char start[32];
    for (const char *const *k = first_keys; *k; k++)
        for (const char *digit = "0123456789"; *digit && text_starts(in, *k); digit++) {
            snprintf(start, sizeof start, "%s%c", *k, *digit);
            if (text_starts(in, start))
                return true;
        }
    return false;
}

bool windcube_is_names(StringView line)
{
    const char *tab = memchr(line.bytes, '\t', line.length);
    if (!tab || memchr(line.bytes, '=', (size_t)(tab - line.bytes)))
        return false;
    return view_starts(line, "Timestamp") || view_starts(line, "Time stamp") ||
           view_starts(line, "Date");
}

/* --- where the names are -------------------------------------------------------------------- */

static bool no_names(const Windcube *w, uint64_t promised, Error *e)
{
    const TextHead *h = &w->head;
    if (h->whole && promised < HEADER_LINES && h->count < promised + 2)
        error_coded(e, ERROR_DATA, "truncated",
                    "the file ends within its header: %zu of %llu lines", h->count,
                    (unsigned long long)promised + 2);
    else
        error_coded(e, ERROR_DATA, "bad_header",
                    "no line of column names (Timestamp ... or Date ...) among the first %zu lines",
                    h->count);
    return error_at(e, "line %zu", h->count);
}

static bool find_names(Windcube *w, Error *e)
{
    const TextHead *h = &w->head;
    uint64_t promised = UINT64_MAX;
    const char *number = h->count > 0 ? memchr(h->lines[0].bytes, '=', h->lines[0].length) : NULL;
    if (number) {
        StringView v = {number + 1, h->lines[0].length - (size_t)(number + 1 - h->lines[0].bytes)};
        v = text_trimmed(v);
        if (!text_to_uint64(v.bytes, v.length, &promised))
            promised = UINT64_MAX;
    }
    size_t at = promised < HEADER_LINES ? (size_t)promised + 1 : 0;
    w->names_line = at;
    if (at > 0 && at < h->count && windcube_is_names(h->lines[at]))
        return true;
    for (size_t i = 1; i < h->count; i++)
        if (windcube_is_names(h->lines[i])) {
            w->names_line = i;
            snprintf(w->note, sizeof w->note,
                     "the column names are in line %zu, where %.40s does not put them", i + 1,
                     h->lines[0].bytes);
            return true;
        }
    return no_names(w, promised, e);
}

/* --- keys ----------------------------------------------------------------------------------- */

static bool read_altitudes(Windcube *w, const char *key, StringView value, Error *e)
{
    size_t count;
    const char **cells = text_cells(value, '\t', 0, &count, w->arena);
    if (!cells)
        return arena_full(w->arena, e);
    if (count <= 1 && !(cells = text_cells(value, ' ', 0, &count, w->arena)))
        return arena_full(w->arena, e);
    w->altitudes = arena_array(w->arena, count + 1, sizeof *w->altitudes);
    if (!w->altitudes)
        return arena_full(w->arena, e);
    w->altitude_count = 0;
    w->altitude_key = key;
    for (size_t i = 0; i < count; i++) {
        double metres;
        if (cells[i][0] && text_to_double(cells[i], strlen(cells[i]), '.', &metres))
            w->altitudes[w->altitude_count++] = metres;
    }
    return true;
}

/* "UTC+0", "UTC-3", "UTC+5:30", "+5.5" */
static bool read_offset(StringView v, int64_t *offset_s)
{
    static const char *const utc[] = {"UTC", "GMT", "utc", "gmt", NULL};
    for (const char *const *u = utc; *u; u++)
        if (view_starts(v, *u)) {
            v = text_trimmed((StringView){v.bytes + 3, v.length - 3});
            break;
        }
    *offset_s = 0;
    if (v.length == 0)
        return true;
    TimeCursor c = {v.bytes, v.bytes + v.length};
    if (scan_zone(&c, offset_s) && c.at == c.end)
        return true;
    double hours;
    if (!text_to_double(v.bytes, v.length, '.', &hours) || fabs(hours) > ZONE_HOURS_MAX)
        return false;
    *offset_s = llround(hours * HOUR_S);
    return true;
}

static bool read_key(Windcube *w, StringView line, Error *e)
{
    const char *equals = memchr(line.bytes, '=', line.length);
    if (!equals)
        return true;
    size_t length = (size_t)(equals - line.bytes);
    StringView value = text_trimmed((StringView){equals + 1, line.length - length - 1});
    const char *key = text_copy(text_trimmed((StringView){line.bytes, length}), w->arena);
    if (!key)
        return arena_full(w->arena, e);
    if (key[0] == '\0')
        return true;
    if (text_starts_nocase(key, "Altitudes"))
        return read_altitudes(w, key, value, e);
    if (text_equal_nocase(key, "timezone")) {
        w->zone = text_copy(value, w->arena);
        w->zone_unknown = !read_offset(value, &w->zone_s);
    }
    text_attr_view(&w->attrs, key, value);
    return true;
}

bool windcube_header_read(Windcube *w, const Input *in, Error *e)
{
    if (!text_head_read(in, HEADER_LINES, false, &w->head, w->arena, e) || !find_names(w, e))
        return false;
    for (size_t i = 1; i < w->names_line; i++)
        if (!read_key(w, w->head.lines[i], e))
            return error_at(e, "line %zu", i + 1);
    return w->attrs.failed ? arena_full(w->arena, e) : true;
}
