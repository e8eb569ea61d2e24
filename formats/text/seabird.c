/* seabird.c: the header of Sea-Bird's text files.
 *
 * Lines with * are the instrument's and the deck unit's, with ** the operator's, with # the
 * software's (Sea-Bird, SBE Data Processing manual 7.26, "Converted data file format"). */
#include "formats/text/seabird.h"

#include <string.h>

enum { HEADER_LINES_MAX = 20000, KEY_MAX = 60, NAMES_MAX = 4096, ATTRS_MAX = 500 };

bool seabird_starts(const Input *in)
{
    return text_starts(in, "* Sea-Bird ") || text_starts(in, "*Sea-Bird ");
}

/* --- words ---------------------------------------------------------------------------------- */

static StringView behind(StringView v, size_t n)
{
    n = n < v.length ? n : v.length;
    return text_trimmed((StringView){v.bytes + n, v.length - n});
}

static bool begins(StringView v, const char *word)
{
    size_t length = strlen(word);
    return v.length >= length && memcmp(v.bytes, word, length) == 0;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char small(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* "NMEA UTC (Time)" -> "nmea_utc_time"; false: nothing that is a key. */
static bool make_key(StringView v, char out[KEY_MAX + 1])
{
    size_t n = 0;
    bool letters = v.length > 0 && v.length <= KEY_MAX && is_letter(v.bytes[0]);
    for (size_t i = 0; letters && i < v.length; i++) {
        char c = v.bytes[i];
        if (is_letter(c) || (c >= '0' && c <= '9'))
            out[n++] = small(c);
        else if (n > 0 && out[n - 1] != '_')
            out[n++] = '_';
    }
    while (n > 0 && out[n - 1] == '_')
        n--;
    out[n] = '\0';
    return n > 0;
}

/* "key = value" or "key: value". */
static bool split_key(StringView v, char mark, char key[KEY_MAX + 1], StringView *value)
{
    const char *at = memchr(v.bytes, mark, v.length);
    if (!at)
        return false;
    size_t length = (size_t)(at - v.bytes);
    *value = behind(v, length + 1);
    return make_key(text_trimmed((StringView){v.bytes, length}), key);
}

/* "Aug 24 2011  07:55:20 [NMEA time, header]" */
static bool parse_instant(StringView v, Instant *out)
{
    Timestamp stamp;
    const char *bracket = memchr(v.bytes, '[', v.length);
    if (bracket)
        v.length = (size_t)(bracket - v.bytes);
    v = text_trimmed(v);
    if (!timestamp_parse(v.bytes, v.length, "%b %d %Y %H:%M:%S", &stamp))
        return false;
    *out = stamp.instant;
    return true;
}

/* "02 00.07 S" -> -2.001167 */
static bool parse_angle(StringView v, Arena *a, double *out)
{
    size_t count;
    double part, scale = 1, sum = 0;
    const char **cells = text_cells(v, ' ', 0, &count, a);
    if (!cells || count < 2 || count > 4)
        return false;
    for (size_t i = 0; i + 1 < count; i++, scale /= 60) {
        if (!text_to_double(cells[i], strlen(cells[i]), '.', &part) || part < 0)
            return false;
        sum += part * scale;
    }
    const char *hemisphere = cells[count - 1];
    if (strlen(hemisphere) != 1 || !strchr("NSEW", hemisphere[0]) || sum > 360)
        return false;
    *out = strchr("SW", hemisphere[0]) ? -sum : sum;
    return true;
}

/* --- lines ---------------------------------------------------------------------------------- */

static void remark(SeaBird *s, StringView text)
{
    if (text.length == 0)
        return;
    if (s->remarks->length > 0)
        buffer_char(s->remarks, '\n');
    buffer_append(s->remarks, text.bytes, text.length);
}

/* Of several lines that say when it began the first in this order counts. */
static void take_start(SeaBird *s, const char *key, StringView value)
{
    static const char *const order[] = {"start_time", "nmea_utc_time", "system_utc",
                                        "system_upload_time", NULL};
    Instant instant;
    for (const char *const *k = order; *k; k++) {
        if (strcmp(key, *k) == 0 && parse_instant(value, &instant)) {
            s->has_start = true;
            s->start = instant;
            s->start_from = *k;
            return;
        }
        if (s->has_start && strcmp(s->start_from, *k) == 0)
            return;
    }
}

static void take_angle(SeaBird *s, const char *key, StringView value)
{
    double angle;
    bool latitude = strcmp(key, "nmea_latitude") == 0;
    if ((latitude || strcmp(key, "nmea_longitude") == 0) && parse_angle(value, s->arena, &angle))
        text_attr_number(&s->attrs, latitude ? "latitude" : "longitude", angle);
}

static void keep(SeaBird *s, const char *key, StringView value)
{
    if (s->attrs.count >= ATTRS_MAX)
        return;
    char *copy = arena_string(s->arena, key);
    s->attrs.failed |= !copy;
    if (copy)
        text_attr_view(&s->attrs, copy, value);
}

static void instrument_line(SeaBird *s, StringView text)
{
    char key[KEY_MAX + 1];
    StringView value;
    if (begins(text, "<"))
        return;
    if (begins(text, "Sea-Bird ")) {
        const char *end = memmem(text.bytes, text.length, " Data File", 10);
        if (end)
            text.length = (size_t)(end - text.bytes);
        text_attr_view(&s->attrs, "instrument", behind(text, 9));
    } else if (begins(text, "Software Version ")) {
        text_attr_view(&s->attrs, "software_version", behind(text, 17));
    } else if (split_key(text, '=', key, &value)) {
        keep(s, key, value);
        take_angle(s, key, value);
        take_start(s, key, value);
    } else {
        remark(s, text);
    }
}

static void operator_line(SeaBird *s, StringView text)
{
    char key[KEY_MAX + 1];
    StringView value;
    if (split_key(text, ':', key, &value) || split_key(text, '=', key, &value))
        keep(s, key, value);
    else
        remark(s, text);
}

/* --- what the software says ----------------------------------------------------------------- */

/* "name 3 = prDM: Pressure, Digiquartz [db]" */
static void take_name(SeaBird *s, StringView text)
{
    const char *equals = memchr(text.bytes, '=', text.length);
    int64_t index;
    StringView number = behind(text, 5);
    if (equals)
        number = text_trimmed((StringView){number.bytes, (size_t)(equals - number.bytes)});
    if (!equals || !text_to_int64(number.bytes, number.length, &index) || index < 0 ||
        index >= NAMES_MAX)
        return;
    size_t at = (size_t)index;
    s->names = arena_grow(s->arena, s->names, &s->name_capacity, at + 1, sizeof *s->names);
    s->descriptions = arena_grow(s->arena, s->descriptions, &s->description_capacity, at + 1,
                                 sizeof *s->descriptions);
    s->attrs.failed |= !s->names || !s->descriptions;
    if (s->attrs.failed)
        return;
    StringView all = behind(text, (size_t)(equals + 1 - text.bytes)), name = all;
    const char *colon = memchr(all.bytes, ':', all.length);
    if (colon) {
        name = text_trimmed((StringView){all.bytes, (size_t)(colon - all.bytes)});
        s->descriptions[at] = text_copy(behind(all, (size_t)(colon + 1 - all.bytes)), s->arena);
    }
    s->names[at] = text_copy(name, s->arena);
    s->name_count = at + 1 > s->name_count ? at + 1 : s->name_count;
}

/* "seconds: 0.0416667"; "decibars: 1" is no time. */
static void take_interval(SeaBird *s, StringView value)
{
    static const struct {
        const char *word;
        double seconds;
    } units[] = {{"seconds:", 1}, {"minutes:", 60}, {"hours:", 3600}};
    double number;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        StringView rest = begins(value, units[i].word) ? behind(value, strlen(units[i].word))
                                                       : (StringView){"", 0};
        if (text_to_double(rest.bytes, rest.length, '.', &number) && number > 0)
            s->interval_s = number * units[i].seconds;
    }
}

static void take_setting(SeaBird *s, const char *key, StringView value)
{
    if (strcmp(key, "nquan") == 0 && !text_to_int64(value.bytes, value.length, &s->columns))
        s->columns = -1;
    if (strcmp(key, "nvalues") == 0 && !text_to_int64(value.bytes, value.length, &s->rows))
        s->rows = -1;
    if (strcmp(key, "bad_flag") == 0)
        s->has_bad_flag = text_to_double(value.bytes, value.length, '.', &s->bad_flag);
    if (strcmp(key, "interval") == 0)
        take_interval(s, value);
    if (strcmp(key, "datcnv_skipover") == 0 &&
        (!text_to_int64(value.bytes, value.length, &s->skipped) || s->skipped < 0))
        s->skipped = 0;
    s->binary |= strcmp(key, "file_type") == 0 && begins(value, "binary");
    s->binned |= strncmp(key, "binavg_", 7) == 0;
    take_start(s, key, value);
}

static void software_line(SeaBird *s, StringView text)
{
    char key[KEY_MAX + 1];
    StringView value;
    if (begins(text, "name ")) {
        take_name(s, text);
    } else if (!begins(text, "<") && !begins(text, "span ") && split_key(text, '=', key, &value)) {
        take_setting(s, key, value);
        if (strcmp(key, "nquan") != 0 && strcmp(key, "nvalues") != 0)
            keep(s, key, value);
    }
}

bool seabird_read(SeaBird *s, const Input *in, Arena *a, Error *e)
{
    auto_buffer Buffer remarks = {0};
    *s = (SeaBird){.arena = a, .columns = -1, .rows = -1, .attrs = {.arena = a}};
    s->remarks = &remarks;
    if (!text_head_read(in, HEADER_LINES_MAX, false, &s->head, a, e))
        return false;
    for (; s->next < s->head.count && !s->ended; s->next++) {
        StringView line = text_trimmed(s->head.lines[s->next]);
        if (begins(line, "*END*"))
            s->ended = true;
        else if (begins(line, "**"))
            operator_line(s, behind(line, 2));
        else if (begins(line, "*"))
            instrument_line(s, behind(line, 1));
        else if (begins(line, "#"))
            software_line(s, behind(line, 1));
        else if (line.length > 0)
            break;
    }
    s->remarks = NULL;
    if (remarks.length > 0)
        text_attr_view(&s->attrs, "remarks", (StringView){remarks.bytes, remarks.length});
    return s->attrs.failed || remarks.failed ? arena_full(a, e) : true;
}

/* --- rows ----------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t split_blanks(StringView line, size_t n, CsvCell *cells)
{
    size_t count = 0;
    for (size_t at = 0; count <= n;) {
        while (at < line.length && is_blank(line.bytes[at]))
            at++;
        size_t from = at;
        while (at < line.length && !is_blank(line.bytes[at]))
            at++;
        if (at == from)
            break;
        cells[count++] = (CsvCell){.bytes = (char *)(uintptr_t)(line.bytes + from),
                                   .length = (uint32_t)(at - from)};
    }
    return count;
}

size_t seabird_split(StringView line, size_t lead, size_t n, CsvCell *cells)
{
    StringView values = {line.bytes, line.length};
    if (line.length >= lead)
        values = (StringView){line.bytes + lead, line.length - lead};
    size_t count = split_blanks(values, n, cells);
    if (count == n)
        return n;
    while (values.length > 0 && is_blank(values.bytes[values.length - 1]))
        values.length--;
    if (values.length != n * SEABIRD_WIDTH)
        return 0;
    for (size_t k = 0; k < n; k++) {
        StringView cell =
            text_trimmed((StringView){values.bytes + k * SEABIRD_WIDTH, SEABIRD_WIDTH});
        cells[k] =
            (CsvCell){.bytes = (char *)(uintptr_t)cell.bytes, .length = (uint32_t)cell.length};
    }
    return n;
}
