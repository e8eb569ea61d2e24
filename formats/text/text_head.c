/* text_head.c: lines of a header, their cells, and attributes made of them. */
#include "formats/text/text_head.h"

#include <stdio.h>
#include <string.h>

/* --- the first bytes ------------------------------------------------------------------------ */

bool text_starts(const Input *in, const char *prefix)
{
    const uint8_t *p = in->head, *end = p + in->head_size;
    size_t step = 1;
    if (in->head_size >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
        p += 3;
    } else if (in->head_size >= 2 && memcmp(p, "\xff\xfe", 2) == 0) {
        p += 2;
        step = 2;
    } else if (in->head_size >= 2 && memcmp(p, "\xfe\xff", 2) == 0) {
        p += 3;
        step = 2;
    } else if (in->head_size >= 2 && (p[0] == 0 || p[1] == 0)) { /* UTF-16 without a mark */
        p += p[0] == 0;
        step = 2;
    }
    for (; *prefix; prefix++, p += step)
        if (p >= end || *p != (uint8_t)*prefix)
            return false;
    return true;
}

/* --- lines ---------------------------------------------------------------------------------- */

static bool is_line_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Behind the line end at p: LF, CR LF, CR, CR CR LF. */
static char *pass_line_end(char *p, const char *end)
{
    while (p < end && *p == '\r')
        p++;
    return p < end && *p == '\n' ? p + 1 : p;
}

/* The line at p: its end; *next behind the line end. NULL: more text is needed to tell. */
static char *line_at(char *p, char *end, bool final, char **next)
{
    char *stop = p;
    while (stop < end && !is_line_end(*stop))
        stop++;
    if (stop == end) {
        *next = end;
        return final ? stop : NULL;
    }
    *next = pass_line_end(stop, end);
    return *next == end && (*next)[-1] == '\r' && !final ? NULL : stop;
}

/* Goes on behind the lines that are there. */
static bool take_lines(TextLook *l, size_t lines_max, Arena *a)
{
    TextHead *h = &l->head;
    char *p = l->text.bytes + l->text.at, *end = l->text.bytes + l->text.length, *next;
    while (p < end && h->count < lines_max) {
        char *stop = line_at(p, end, l->text.ended, &next);
        if (!stop)
            break;
        StringView *lines = arena_grow(a, h->lines, &l->capacity, h->count + 1, sizeof *lines);
        if (!lines)
            return false;
        *stop = '\0';
        h->lines = lines;
        h->lines[h->count++] = (StringView){p, (size_t)(stop - p)};
        p = next;
    }
    l->text.at = (size_t)(p - l->text.bytes);
    h->whole = l->text.ended && p >= end;
    return true;
}

static bool take_text(TextLook *l, const Input *in, bool head_only, Arena *a, Error *e)
{
    Input start = *in;
    CsvText text;
    TextHead h = {0};
    if (head_only)
        start.size = in->head_size;
    h.encoding =
        csv_encoding_guess(in->head, in->head_size, in->head_size == in->size, &h.bom_bytes);
    if (!csv_text_init(&text, &start, h.encoding, h.bom_bytes, a, e) || !csv_text_fill(&text, a, e))
        return false;
    text.in = in;
    text.ended = text.ended && start.size == in->size;
    l->text = text;
    l->head = h;
    l->taken = true;
    return true;
}

bool text_head_read(const Input *in, size_t lines_max, bool head_only, TextHead *out, Arena *a,
                    Error *e)
{
    TextLook own = {.taken = false}, *l = head_only && in->look ? in->look : &own;
    Arena *arena = l == &own ? a : &l->arena;
    if (!l->taken && !take_text(l, in, head_only, arena, e))
        return false;
    if (!take_lines(l, lines_max, arena))
        return arena_full(arena, e);
    *out = l->head;
    if (out->count > lines_max) { /* another probe has asked for more */
        out->count = lines_max;
        out->whole = false;
    }
    return true;
}

void text_probed(const Input *in, bool is, const char *why, const char *why_not, Probe *p)
{
    *p = (Probe){.sure = is ? SURE_BY_CONTENT : SURE_NO};
    snprintf(p->evidence, sizeof p->evidence, "%s",
             is              ? why
             : in->size == 0 ? "the file is empty"
                             : why_not);
}

void text_look_deinit(TextLook *l)
{
    arena_deinit(&l->arena);
}

void text_head_note(const TextHead *h, Dataset *d)
{
    bool wide = h->encoding == CSV_UTF16_LE || h->encoding == CSV_UTF16_BE;
    if (wide)
        dataset_note(d, "the text is UTF-16, which the instrument does not write: an editor has "
                        "saved it anew");
    else if (h->bom_bytes > 0)
        dataset_note(d, "a byte order mark at the start was passed over: an editor has saved the "
                        "file anew");
}

bool text_lines_open(TextLines *l, const Input *in, const TextHead *h, uint64_t first_line,
                     Arena *a, Error *e)
{
    *l = (TextLines){.arena = a, .start = h->bom_bytes, .first_line = first_line};
    return csv_text_init(&l->text, in, h->encoding, l->start, a, e) && text_lines_rewind(l, e);
}

bool text_lines_next(TextLines *l, StringView *out, bool *end, Error *e)
{
    CsvText *t = &l->text;
    for (;;) {
        char *p = t->bytes + t->at, *stop = t->bytes + t->length, *next;
        char *line_end = line_at(p, stop, t->ended, &next);
        if (p == stop && t->ended) {
            *end = true;
            return true;
        }
        if (line_end) {
            t->at = (size_t)(next - t->bytes);
            l->line++;
            l->unfinished = line_end == stop;
            *out = (StringView){p, (size_t)(line_end - p)};
            return true;
        }
        if (!csv_text_fill(t, l->arena, e))
            return error_at(e, "line %llu", (unsigned long long)l->line + 1);
    }
}

bool text_lines_rewind(TextLines *l, Error *e)
{
    StringView line;
    bool end = false;
    csv_text_move(&l->text, l->start, l->text.in->size);
    l->line = 0;
    while (!end && l->line + 1 < l->first_line)
        if (!text_lines_next(l, &line, &end, e))
            return false;
    return true;
}

/* --- words ---------------------------------------------------------------------------------- */

StringView text_trimmed(StringView v)
{
    const char *text = v.bytes;
    size_t length = v.length;
    csv_trim(&text, &length);
    return (StringView){text, length};
}

char *text_copy(StringView v, Arena *a)
{
    return arena_copy(a, v.bytes, v.length);
}

bool text_is(StringView v, const char *text, bool nocase)
{
    if (strlen(text) != v.length)
        return false;
    return nocase ? v.length == 0 || strncasecmp(v.bytes, text, v.length) == 0
                  : memcmp(v.bytes, text, v.length) == 0;
}

const char **text_cells(StringView line, char separator, char quote, size_t *count, Arena *a)
{
    CsvDialect dialect = {.separator = separator, .quote = quote, .decimal = '.'};
    CsvScanner s;
    char *copy = arena_alloc(a, line.length + CSV_SLACK);
    if (!copy)
        return NULL;
    memcpy(copy, line.bytes, line.length);
    copy[line.length] = '\n';
    csv_scanner_init(&s, &dialect, copy, line.length, true);
    s.capacity = line.length + 1; /* no cell is shorter than its separator */
    s.cells = arena_array(a, s.capacity, sizeof *s.cells);
    if (!s.cells)
        return NULL;
    bool repaired;
    if (csv_next_record(&s, 0, &repaired) != CSV_RECORD)
        s.count = 0;
    const char **cells = arena_array(a, s.count + 1, sizeof *cells);
    for (size_t i = 0; cells && i < s.count; i++)
        if (!(cells[i] = csv_cell_copy(&s.cells[i], &dialect, a)))
            return NULL;
    *count = s.count;
    return cells;
}

/* --- attributes ----------------------------------------------------------------------------- */

static const char *free_name(const TextAttrs *list, const char *name)
{
    const char *tried = name;
    for (unsigned i = 2; tried && attr_find(list->items, list->count, tried); i++)
        tried = arena_printf(list->arena, "%s_%u", name, i);
    return tried;
}

static void add(TextAttrs *list, const char *name, DataType type, size_t count, const void *values)
{
    Attr *items =
        arena_grow(list->arena, list->items, &list->capacity, list->count + 1, sizeof *items);
    if (items)
        list->items = items;
    name = items && values ? free_name(list, name) : NULL;
    if (name)
        items[list->count++] = (Attr){name, type, count, values};
    else
        list->failed = true;
}

void text_attr(TextAttrs *list, const char *name, const char *text)
{
    if (text)
        text_attr_view(list, name, (StringView){text, strlen(text)});
}

void text_attr_view(TextAttrs *list, const char *name, StringView text)
{
    text = text_trimmed(text);
    if (text.length > 0)
        add(list, name, TYPE_CHAR, text.length, text_copy(text, list->arena));
}

void text_attr_number(TextAttrs *list, const char *name, double value)
{
    double *copy = arena_alloc(list->arena, sizeof *copy);
    if (copy)
        *copy = value;
    add(list, name, TYPE_DOUBLE, 1, copy);
}
