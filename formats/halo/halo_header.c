/* halo_header.c: "Key:<TAB>value" lines, a few free ones, and "****". */
#include "formats/halo/halo_reader.h"

#include "core/time.h"

#include <string.h>

enum { HEADER_LINES_MAX = 100, CUSTOMARY_STEP_M = 3, DAY_S = 86400 };

static const char mark[] = "Filename:";

/* Keys that no other file has, at the beginning of lines. */
static size_t count_keys(const Input *in)
{
    static const char *const marks[] = {"\nSystem ID:", "\nNumber of gates:", NULL};
    size_t count = 0;
    for (const char *const *m = marks; *m; m++)
        count += memmem(in->head, in->head_size, *m, strlen(*m)) != NULL;
    return count;
}

bool halo_header_begins(const Input *in)
{
    enum { ALL = 2 };
    size_t count = count_keys(in);
    if (text_starts(in, mark))
        return count > 0 || halo_is_hpl(in->name);
    return count == ALL; /* the first line is damaged */
}

/* --- pieces --------------------------------------------------------------------------------- */

static bool begins(StringView line, const char *what)
{
    return line.length >= strlen(what) && memcmp(line.bytes, what, strlen(what)) == 0;
}

/* What stands behind the word; false: it is not there. */
static bool behind(StringView line, const char *what, StringView *out)
{
    const char *at = memmem(line.bytes, line.length, what, strlen(what));
    if (!at)
        return false;
    at += strlen(what);
    *out = (StringView){at, (size_t)(line.bytes + line.length - at)};
    return true;
}

static bool to_number(StringView text, double *out)
{
    return text_to_double(text.bytes, text.length, '.', out) ||
           text_to_double(text.bytes, text.length, ',', out);
}

/* The number that the text begins with. */
static bool leading_number(StringView text, double *out)
{
    text = text_trimmed(text);
    size_t length = 0;
    while (length < text.length && memchr("0123456789.,", text.bytes[length], 12))
        length++;
    return to_number((StringView){text.bytes, length}, out);
}

/* --- keys ----------------------------------------------------------------------------------- */

static void take_gates(HaloHeader *h, StringView value)
{
    if (!text_to_uint64(value.bytes, value.length, &h->gates))
        h->gates = 0;
}

static void take_positive(double *out, StringView value)
{
    if (!to_number(value, out) || !(*out > 0))
        *out = 0;
}

static bool to_day(const char *digits, int64_t *out)
{
    Timestamp t;
    if (!timestamp_parse(digits, strlen("20221214"), "%Y%m%d", &t))
        return false;
    *out = t.instant.seconds;
    return true;
}

/* "20221214 11:00:18.99", in places with a comma. */
static void take_start(HaloHeader *h, StringView value)
{
    char text[32];
    Timestamp t;
    if (value.length >= sizeof text)
        return;
    memcpy(text, value.bytes, value.length);
    text[value.length] = '\0';
    char *comma = strchr(text, ',');
    if (comma)
        *comma = '.';
    if (!timestamp_parse(text, value.length, "%Y%m%d %H:%M:%S", &t))
        return;
    int64_t second = ((t.instant.seconds % DAY_S) + DAY_S) % DAY_S;
    h->has_day = true;
    h->day_s = t.instant.seconds - second;
    h->start_hour = (double)second / 3600;
}

typedef struct Key {
    const char *in_file, *attr;
    bool is_number;
} Key;

static const Key keys[] = {
    {"Filename", "filename", false},
    {"System ID", "system_id", false},
    {"Number of gates", "number_of_gates", true},
    {"Range gate length (m)", "range_gate_length", true},
    {"Gate length (pts)", "gate_length_points", true},
    {"Pulses/ray", "pulses_per_ray", true},
    {"No. of rays in file", "rays_in_file", true},
    {"No. of waypoints in file", "waypoints_in_file", true},
    {"Scan type", "scan_type", false},
    {"Focus range", "focus_range", true},
    {"Start time", "start_time", false},
    {"Resolution (m/s)", "resolution", true},
};

/* "Laser power (W)" -> "laser_power_w", for keys that are not in the table. */
static const char *attr_name(StringView key, Arena *a)
{
    char *name = arena_alloc(a, key.length + 1);
    size_t length = 0;
    for (size_t i = 0; name && i < key.length; i++) {
        char c = (char)(key.bytes[i] | 0x20);
        bool letter = (c >= 'a' && c <= 'z') || (key.bytes[i] >= '0' && key.bytes[i] <= '9');
        if (letter)
            name[length++] = c >= 'a' && c <= 'z' ? c : key.bytes[i];
        else if (length > 0 && name[length - 1] != '_')
            name[length++] = '_';
    }
    while (length > 0 && name[length - 1] == '_')
        name[--length] = '\0';
    return name;
}

static void add_attr(HaloHeader *h, const Key *k, StringView key, StringView value)
{
    double number;
    const char *name = k ? k->attr : attr_name(key, h->attrs.arena);
    if (!name)
        h->attrs.failed = true;
    else if (k && k->is_number && to_number(value, &number))
        text_attr_number(&h->attrs, name, number);
    else if (*name)
        text_attr_view(&h->attrs, name, value);
}

static void take_key(HaloHeader *h, StringView key, StringView value)
{
    const Key *known = NULL;
    for (size_t i = 0; !known && i < sizeof keys / sizeof *keys; i++)
        if (text_is(key, keys[i].in_file, true))
            known = &keys[i];
    add_attr(h, known, key, value);
    const char *attr = known ? known->attr : "";
    if (strcmp(attr, "number_of_gates") == 0)
        take_gates(h, value);
    else if (strcmp(attr, "range_gate_length") == 0)
        take_positive(&h->gate_length, value);
    else if (strcmp(attr, "gate_length_points") == 0)
        take_positive(&h->points, value);
    else if (strcmp(attr, "start_time") == 0)
        take_start(h, value);
    else if (strcmp(attr, "scan_type") == 0)
        h->scan_type = text_copy(value, h->attrs.arena);
    else if (strcmp(attr, "filename") == 0)
        h->filename = text_copy(value, h->attrs.arena);
}

/* --- lines ---------------------------------------------------------------------------------- */

/* "Range of measurement (center of gate) = (range gate + 0.5) * Gate length", or with gates that
 * overlap "= Gate length / 2 + (range gate x 3)". */
static bool take_formula(HaloHeader *h, StringView line)
{
    StringView formula, part;
    double divisor, step;
    if (!behind(line, "(center of gate) =", &formula))
        return false;
    text_attr_view(&h->attrs, "center_of_gate", text_trimmed(formula));
    if (behind(formula, "Gate length /", &part) && leading_number(part, &divisor) && divisor > 0 &&
        behind(formula, "range gate x", &part) && leading_number(part, &step) && step > 0) {
        h->first_range = h->gate_length / divisor;
        h->range_step = step;
    }
    return true;
}

static bool is_overlapping(const char *scan_type)
{
    const char *at = scan_type ? strstr(scan_type, "overlapping") : NULL;
    return at && !(at - scan_type >= 3 && strncmp(at - 3, "non", 3) == 0);
}

/* Old programs print the plain formula for every scan: 3000 gates of 90 m would be 270 km. */
static void settle_range(HaloHeader *h)
{
    if (h->range_step > 0 || !(h->gate_length > 0))
        return;
    h->first_range = h->gate_length / 2;
    h->range_step = h->gate_length;
    if (!is_overlapping(h->scan_type))
        return;
    h->overlap_unsaid = true;
    h->range_step = h->points > 0 ? h->gate_length / h->points : CUSTOMARY_STEP_M;
}

/* The day of a file without a start time, from its name: Stare_91_20221214_11.hpl. */
static void settle_day(HaloHeader *h)
{
    enum { DIGITS = 8 };
    for (const char *p = h->filename; !h->has_day && p && (p = strchr(p, '_')); p++)
        if (strspn(p + 1, "0123456789") == DIGITS && to_day(p + 1, &h->day_s))
            h->has_day = true;
}

static bool take_line(HaloHeader *h, StringView line)
{
    static const char width[] = "Instrument spectral width =";
    StringView value;
    double number;
    if (begins(line, "****")) {
        if (behind(line, width, &value) && leading_number(value, &number))
            text_attr_number(&h->attrs, "instrument_spectral_width", number);
        return true;
    }
    const char *colon = memchr(line.bytes, ':', line.length);
    if (take_formula(h, line) || begins(line, "Data line") || !colon)
        return false;
    StringView key = {line.bytes, (size_t)(colon - line.bytes)};
    value = (StringView){colon + 1, line.length - key.length - 1};
    take_key(h, text_trimmed(key), text_trimmed(value));
    return false;
}

static StringView without_mark(StringView line)
{
    size_t skip = begins(line, "\xef\xbb\xbf") ? 3 : 0;
    return (StringView){line.bytes + skip, line.length - skip};
}

bool halo_header_read(HaloLines *l, HaloHeader *out, Arena *a, Error *e)
{
    HaloHeader h = {.attrs = {.arena = a}};
    for (size_t i = 0; i < HEADER_LINES_MAX; i++) {
        bool end, last;
        if (!halo_lines_need(l, &end, e))
            return false;
        if (end) {
            error_coded(e, ERROR_DATA, "truncated",
                        "the file ends within its header, before the line ****");
            return error_at(e, "line %llu", (unsigned long long)l->line);
        }
        last = take_line(&h, text_trimmed(without_mark(halo_lines_take(l))));
        if (!last)
            continue;
        settle_range(&h);
        settle_day(&h);
        *out = h;
        return !h.attrs.failed || arena_full(a, e);
    }
    error_coded(e, ERROR_DATA, "bad_header", "no line **** ends the header within %d lines",
                HEADER_LINES_MAX);
    return error_at(e, "line %llu", (unsigned long long)l->line);
}
