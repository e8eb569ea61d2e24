/* icartt_header.c: the header of ICARTT files. */
#include "formats/text/icartt_header.h"

#include <math.h>
#include <string.h>

enum {
    FIXED_LINES = 12, /* up to the missing values */
    HEADER_LINES_MAX = 100000,
    KEY_MAX = 60,
    ATTRS_MAX = 500,
};

bool icartt_first_line(const char *text, size_t length, int64_t *lines, int64_t *index)
{
    const char *comma = memchr(text, ',', length);
    if (!comma)
        return false;
    const char *end = text + length, *second = memchr(comma + 1, ',', (size_t)(end - comma - 1));
    StringView a = text_trimmed((StringView){text, (size_t)(comma - text)});
    StringView b =
        text_trimmed((StringView){comma + 1, (size_t)((second ? second : end) - comma - 1)});
    return text_to_int64(a.bytes, a.length, lines) && text_to_int64(b.bytes, b.length, index) &&
           *lines >= 4 && *lines <= HEADER_LINES_MAX;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool icartt_has_letter(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (is_letter(text[i]))
            return true;
    return false;
}

/* --- header lines --------------------------------------------------------------------------- */

static bool bad_line(const Icartt *f, const char *what, Error *e)
{
    error_coded(e, ERROR_DATA, "bad_header", "%s", what);
    return error_at(e, "line %zu", f->next + 1);
}

static bool next_line(Icartt *f, StringView *out, Error *e)
{
    if (f->next >= f->head.count) {
        error_coded(e, ERROR_DATA, "truncated", "the file ends within its header: %zu of %zu lines",
                    f->head.count, f->lines);
        return error_at(e, "line %zu", f->head.count);
    }
    *out = f->head.lines[f->next++];
    return true;
}

static bool next_cells(Icartt *f, const char ***cells, size_t *count, Error *e)
{
    StringView line = {0};
    if (!next_line(f, &line, e))
        return false;
    *cells = text_cells(line, ',', '"', count, f->arena);
    return *cells ? true : arena_full(f->arena, e);
}

static bool next_number(Icartt *f, const char *what, int64_t most, int64_t *out, Error *e)
{
    StringView line = {0};
    if (!next_line(f, &line, e))
        return false;
    line = text_trimmed(line);
    while (line.length > 0 && strchr(", ", line.bytes[line.length - 1]))
        line.length--;
    if (text_to_int64(line.bytes, line.length, out) && *out >= 0 && *out <= most)
        return true;
    f->next--;
    return bad_line(f, what, e);
}

static bool read_first(Icartt *f, const Input *in, Error *e)
{
    int64_t lines, index;
    StringView line = {0};
    if (!text_head_read(in, HEADER_LINES_MAX, false, &f->head, f->arena, e) ||
        !next_line(f, &line, e))
        return false;
    if (!icartt_first_line(line.bytes, line.length, &lines, &index)) {
        f->next = 0;
        return bad_line(f, "the first line is no \"lines, index\"", e);
    }
    if (index != 1001) {
        error_coded(e, ERROR_DATA, "unsupported",
                    "ICARTT with the format index %lld (more than one independent variable); 1001 "
                    "can be read",
                    (long long)index);
        return error_at(e, "line 1");
    }
    f->lines = (size_t)lines;
    const char *comma = memrchr(line.bytes, ',', line.length);
    if (comma && memchr(line.bytes, ',', (size_t)(comma - line.bytes)))
        text_attr_view(&f->attrs, "version",
                       (StringView){comma + 1, line.length - (size_t)(comma + 1 - line.bytes)});
    return true;
}

/* "2018, 04, 27, 2018, 04, 28", also with blanks in place of some commas. */
static bool read_days(Icartt *f, Error *e)
{
    StringView line = {0};
    int64_t n[6] = {0};
    size_t found = 0;
    if (!next_line(f, &line, e))
        return false;
    for (size_t i = 0; i < line.length && found < 6;) {
        size_t length = strspn(line.bytes + i, "0123456789");
        if (length > 0 && length < 5 && text_to_int64(line.bytes + i, length, &n[found]))
            found++;
        i += length ? length : 1;
    }
    CivilTime civil = {.year = n[0], .month = (int)n[1], .day = (int)n[2]};
    Instant instant;
    f->next--;
    if (found < 3 || n[0] < 1000 ||
        !civil_to_instant(&civil, CALENDAR_PROLEPTIC_GREGORIAN, &instant))
        return bad_line(f, "no date of the data (YYYY, MM, DD)", e);
    f->next++;
    f->year = n[0];
    f->month = n[1];
    f->day = n[2];
    text_attr(&f->attrs, "date",
              arena_printf(f->arena, "%04lld-%02lld-%02lld", (long long)n[0], (long long)n[1],
                           (long long)n[2]));
    if (found == 6)
        text_attr(&f->attrs, "revision_date",
                  arena_printf(f->arena, "%04lld-%02lld-%02lld", (long long)n[3], (long long)n[4],
                               (long long)n[5]));
    return true;
}

/* Lines 2 to 8. */
static bool read_origin(Icartt *f, Error *e)
{
    static const char *const names[] = {"PI", "organization", "data_source", "mission",
                                        "file_volume"};
    StringView line = {0};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!next_line(f, &line, e))
            return false;
        text_attr_view(&f->attrs, names[i], line);
    }
    if (!read_days(f, e) || !next_line(f, &line, e))
        return false;
    text_attr_view(&f->attrs, "data_interval", line);
    return true;
}

/* "name, units, standard name, long name" */
static bool read_variable(Icartt *f, TextColumn *c, Error *e)
{
    const char **cells;
    size_t count;
    if (!next_cells(f, &cells, &count, e))
        return false;
    TextAttrs own = {.arena = f->arena};
    c->name = count > 0 ? cells[0] : "";
    c->units = count > 1 ? cells[1] : "";
    text_attr(&own, "icartt_standard_name", count > 3 ? cells[2] : NULL);
    c->long_name = count > 2 ? cells[count - 1] : NULL;
    c->attrs = own.items;
    c->attr_count = own.count;
    return own.failed ? arena_full(f->arena, e) : true;
}

/* A number of the list; `standard` where the list is too short or it is none. */
static double number_at(const char **cells, size_t count, size_t k, double standard)
{
    double value;
    return k < count && text_to_double(cells[k], strlen(cells[k]), '.', &value) ? value : standard;
}

static bool read_variables(Icartt *f, Error *e)
{
    TextColumn time = {0};
    int64_t count;
    size_t scales, fills;
    if (!read_variable(f, &time, e) ||
        !next_number(f, "no number of variables", CSV_COLUMNS_MAX - 1, &count, e) ||
        !next_cells(f, &f->scales, &scales, e) || !next_cells(f, &f->fills, &fills, e))
        return false;
    f->count = (size_t)count;
    f->columns = arena_array(f->arena, f->count + 1, sizeof *f->columns);
    f->missing = arena_array(f->arena, f->count + 1, ICARTT_MISSING_MAX * sizeof *f->missing);
    if (!f->columns || !f->missing)
        return arena_full(f->arena, e);
    f->columns[0] = time;
    for (size_t k = 0; k < f->count; k++) {
        TextColumn *c = &f->columns[1 + k];
        double *missing = &f->missing[k * ICARTT_MISSING_MAX];
        if (!read_variable(f, c, e))
            return false;
        double scale = number_at(f->scales, scales, k, 1);
        c->scale = scale == 1 || scale == 0 ? 0 : scale;
        missing[0] = number_at(f->fills, fills, k, NAN);
        c->missing = missing;
        if (!isnan(missing[0]))
            c->missing_count = 1;
    }
    return true;
}

/* --- comments ------------------------------------------------------------------------------- */

/* The first `wanted` lines, or as many as there are in the header. */
static bool join_lines(Icartt *f, const char *name, size_t wanted, Error *e)
{
    auto_buffer Buffer all = {0};
    StringView line = {0};
    for (size_t i = 0; i < wanted && f->next + 1 < f->lines; i++) {
        if (!next_line(f, &line, e))
            return false;
        buffer_printf(&all, "%s%.*s", i ? "\n" : "", (int)line.length, line.bytes);
    }
    if (all.length > 0)
        text_attr(&f->attrs, name, all.bytes);
    return true;
}

static void take_flag(Icartt *f, const char *key, StringView value)
{
    double number;
    if (f->flag_count < ICARTT_FLAGS_MAX &&
        (strcmp(key, "ULOD_FLAG") == 0 || strcmp(key, "LLOD_FLAG") == 0) &&
        text_to_double(value.bytes, value.length, '.', &number))
        f->flags[f->flag_count++] = number;
}

/* "PI_CONTACT_INFO: somebody" */
static bool split_key(StringView line, char key[KEY_MAX + 1], StringView *value)
{
    const char *colon = memchr(line.bytes, ':', line.length);
    size_t length = colon ? (size_t)(colon - line.bytes) : 0;
    if (length == 0 || length > KEY_MAX || !is_letter(line.bytes[0]))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!is_letter(line.bytes[i]) && !strchr("0123456789_", line.bytes[i]))
            return false;
    memcpy(key, line.bytes, length);
    key[length] = '\0';
    *value = text_trimmed((StringView){colon + 1, line.length - length - 1});
    return true;
}

static bool keep(Icartt *f, const char *key, const Buffer *value)
{
    if (value->length == 0 || f->attrs.count >= ATTRS_MAX)
        return true;
    const char *copy = arena_string(f->arena, key);
    if (copy)
        text_attr(&f->attrs, copy, value->bytes);
    return copy && !f->attrs.failed;
}

/* Up to the line of names; a line without a key continues the one above. */
static bool read_comments(Icartt *f, Error *e)
{
    auto_buffer Buffer value = {0};
    char key[KEY_MAX + 1] = "comments", next[KEY_MAX + 1];
    StringView line, rest;
    while (f->next + 1 < f->lines) {
        if (!next_line(f, &line, e))
            return false;
        line = text_trimmed(line);
        if (split_key(line, next, &rest)) {
            if (!keep(f, key, &value))
                return arena_full(f->arena, e);
            memcpy(key, next, sizeof key);
            buffer_clear(&value);
            take_flag(f, key, rest);
            line = rest;
        }
        buffer_printf(&value, "%s%.*s", value.length ? "\n" : "", (int)line.length, line.bytes);
    }
    return keep(f, key, &value) ? true : arena_full(f->arena, e);
}

/* --- the line of names ---------------------------------------------------------------------- */

static size_t cells_in(StringView line)
{
    size_t count = line.length > 0;
    for (size_t i = 0; i < line.length; i++)
        count += line.bytes[i] == ',';
    return count;
}

/* It begins with the name of the independent variable and has as many cells as the rows. */
static bool is_names_line(const Icartt *f, size_t at)
{
    StringView line = text_trimmed(f->head.lines[at]);
    const char *name = f->columns[0].name;
    size_t length = strlen(name);
    return length > 0 && line.length >= length && strncasecmp(line.bytes, name, length) == 0 &&
           cells_in(line) == f->count + 1;
}

/* The header's last line; where it is not as long as it says, it is found by the names. */
static bool find_names(Icartt *f, Error *e)
{
    size_t last = f->lines - 1;
    if (last >= f->next && last < f->head.count && is_names_line(f, last))
        return true;
    for (size_t i = f->next; i < f->head.count; i++)
        if (is_names_line(f, i)) {
            f->lines = i + 1;
            f->moved = true;
            return true;
        }
    if (last >= f->head.count) {
        f->next = f->head.count;
        StringView line = {0};
        return next_line(f, &line, e);
    }
    f->next = last;
    bool names = last + 1 > FIXED_LINES && cells_in(f->head.lines[last]) == f->count + 1 &&
                 icartt_has_letter(f->head.lines[last].bytes, f->head.lines[last].length);
    return names ? true : bad_line(f, "the header does not end with the names of its columns", e);
}

bool icartt_read_header(Icartt *f, const Input *in, Error *e)
{
    int64_t comments;
    if (!read_first(f, in, e) || !read_origin(f, e) || !read_variables(f, e))
        return false;
    size_t behind = f->next;
    if (!find_names(f, e))
        return false;
    f->next = behind;
    return next_number(f, "no number of special comments", HEADER_LINES_MAX, &comments, e) &&
           join_lines(f, "special_comments", (size_t)comments, e) &&
           (f->next + 1 >= f->lines ||
            next_number(f, "no number of normal comments", HEADER_LINES_MAX, &comments, e)) &&
           read_comments(f, e);
}
