/* radiometrics_scan.c: which kinds of rows a Radiometrics file has.
 *
 * Types that end in 0 name the columns of the nine behind them. Newer level 2 files say in rows 101
 * what the profiles are: "3,01/24/25 00:04:09,101,401,Temperature (K)". */
#include "formats/text/radiometrics_scan.h"

#include <string.h>

enum { TITLE_TYPE = 101, TITLE_CELLS = 5, CONFIGURATION = 99, DECADE = 10, TYPES_END = 100000 };

typedef struct Titles {
    int64_t types[RADIO_TYPES_MAX];
    const char *texts[RADIO_TYPES_MAX];
    size_t count;
} Titles;

static bool is_header(StringView line)
{
    static const char mark[] = "Record,";
    return line.length > strlen(mark) && memcmp(line.bytes, mark, strlen(mark)) == 0;
}

/* The third cell. */
static bool type_of(StringView line, RadioType *out)
{
    const char *p = line.bytes, *end = p + line.length;
    for (size_t k = 0; k < RADIO_TYPE_COLUMN && p; k++) {
        p = memchr(p, ',', (size_t)(end - p));
        p = p ? p + 1 : NULL;
    }
    if (!p)
        return false;
    const char *stop = memchr(p, ',', (size_t)(end - p));
    StringView cell = text_trimmed((StringView){p, (size_t)((stop ? stop : end) - p)});
    *out = (RadioType){.number = 0};
    if (cell.length >= sizeof out->text || !text_to_int64(cell.bytes, cell.length, &out->number) ||
        out->number < 0 || out->number >= TYPES_END)
        return false;
    memcpy(out->text, cell.bytes, cell.length);
    return true;
}

static RadioType *find(RadioType *list, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number)
            return &list[i];
    return NULL;
}

static bool too_many(const TextLines *l, Error *e)
{
    error_coded(e, ERROR_DATA, "bad_header", "more than %d types of records", RADIO_TYPES_MAX);
    return error_at(e, "line %llu", (unsigned long long)l->line);
}

static bool add(RadioType *list, size_t *count, const RadioType *type, const TextLines *l, Error *e)
{
    if (find(list, *count, type->number))
        return true;
    if (*count == RADIO_TYPES_MAX)
        return too_many(l, e);
    list[(*count)++] = *type;
    return true;
}

static bool take_title(RadioFile *f, Titles *t, StringView line, Error *e)
{
    size_t count;
    const char **cells = text_cells(line, ',', 0, &count, f->arena);
    if (!cells)
        return arena_full(f->arena, e);
    if (count == TITLE_CELLS && t->count < RADIO_TYPES_MAX &&
        text_to_int64(cells[3], strlen(cells[3]), &t->types[t->count]))
        t->texts[t->count++] = cells[4];
    return true;
}

/* The second cell is like "01/31/2021 07:26:45", where others have two digits of the year. */
static bool has_long_year(StringView line)
{
    const char *p = memchr(line.bytes, ',', line.length), *end = line.bytes + line.length;
    const char *stop = p ? memchr(p + 1, ',', (size_t)(end - p - 1)) : NULL;
    for (size_t slashes = 0; slashes < 2 && p && stop; slashes++)
        p = p + 1 < stop ? memchr(p + 1, '/', (size_t)(stop - p - 1)) : NULL;
    size_t digits = 0;
    while (p && stop && p + 1 + digits < stop && p[1 + digits] >= '0' && p[1 + digits] <= '9')
        digits++;
    return digits == 4;
}

static bool take_line(RadioFile *f, Titles *t, const TextLines *l, StringView line, Error *e)
{
    RadioType type;
    if (!type_of(line, &type))
        return true;
    if (is_header(line)) {
        if (find(f->headers, f->header_count, type.number))
            return true;
        type.cells = text_cells(line, ',', 0, &type.count, f->arena);
        return type.cells ? add(f->headers, &f->header_count, &type, l, e)
                          : arena_full(f->arena, e);
    }
    f->configuration += type.number == CONFIGURATION;
    type.long_year = has_long_year(line);
    if (type.number == TITLE_TYPE && t->count < RADIO_TYPES_MAX && !take_title(f, t, line, e))
        return false;
    return type.number == CONFIGURATION || type.number == TITLE_TYPE ||
           add(f->data, &f->data_count, &type, l, e);
}

const RadioType *radio_header_of(const RadioFile *f, int64_t type)
{
    for (size_t i = 0; i < f->header_count; i++)
        if (f->headers[i].number == type / DECADE * DECADE)
            return &f->headers[i];
    return NULL;
}

bool radio_scan(const Input *in, RadioFile *out, Arena *a, Error *e)
{
    TextLines lines;
    Titles titles = {.count = 0};
    StringView line;
    out->arena = a;
    if (!text_head_read(in, 1, false, &out->head, a, e) ||
        !text_lines_open(&lines, in, &out->head, 1, a, e))
        return false;
    for (bool end = false;;) {
        if (!text_lines_next(&lines, &line, &end, e))
            return false;
        if (end)
            break;
        if (!take_line(out, &titles, &lines, line, e))
            return false;
    }
    for (size_t i = 0; i < titles.count; i++) {
        const RadioType *type = find(out->data, out->data_count, titles.types[i]);
        if (type)
            out->titles[type - out->data] = titles.texts[i];
    }
    return true;
}
