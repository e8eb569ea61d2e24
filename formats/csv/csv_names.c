/* csv_names.c: names in comments. */
#include "formats/csv/csv_names.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 60, COMMENTS_TRIED = 6 };

/* --- names ---------------------------------------------------------------------------------- */

static bool is_prose(const char *cell)
{
    static const char *const words[] = {"the", "of", "is",   "are",  "in",  "from", "and", "for",
                                        "at",  "to", "with", "this", "all", "by",   "on",  NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(cell, *w))
            return true;
    return false;
}

/* Cells that may be names: words, no two the same, no part of a sentence. */
static bool are_names(const char *const *cells, size_t count)
{
    size_t words = 0;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(cells[i]);
        CsvLook look = csv_look(cells[i], length, '.');
        if (length > NAME_MAX_LENGTH || is_prose(cells[i]))
            return false;
        words += look == LOOK_WORD || look == LOOK_MISSING;
        for (size_t k = 0; k < i; k++)
            if (length > 0 && strcmp(cells[i], cells[k]) == 0)
                return false;
    }
    return words * 2 > count;
}

static const char **copy_record(const CsvScanner *s, Arena *a)
{
    const char **cells = arena_array(a, s->count, sizeof *cells);
    for (size_t k = 0; cells && k < s->count; k++)
        if (!(cells[k] = csv_cell_copy(&s->cells[k], s->dialect, a)))
            return NULL;
    return cells;
}

/* The comment's words, one for each column, or NULL. A comment may use another separator than the
 * table, but words with blanks between are names only where the table has blanks too. */
static const char **split_comment(const CsvLayout *l, StringView text, Arena *a, size_t *count)
{
    const char own = l->dialect.separator, tried[] = {own, ',', ';', '\t'};
    size_t columns = l->span.columns;
    char *copy = arena_alloc(a, text.length + CSV_SLACK);
    CsvCell *cells = arena_array(a, columns, sizeof *cells);
    if (!copy || !cells)
        return NULL;
    for (size_t i = 0; i < sizeof tried; i++) {
        CsvDialect d = {.separator = tried[i], .quote = l->dialect.quote};
        CsvScanner s;
        memcpy(copy, text.bytes, text.length);
        copy[text.length] = '\n';
        csv_scanner_init(&s, &d, copy, text.length, true);
        s.cells = cells;
        s.capacity = columns;
        if (csv_scan_record(&s) != CSV_RECORD)
            continue;
        bool trailing = l->trailing && s.count + 1 == columns && i == 0;
        if (s.count != columns && !trailing)
            continue;
        *count = s.count;
        return copy_record(&s, a);
    }
    return NULL;
}

/* "Col. 3 : Air temperature (degC)", "3) T", "column 3 = T": the number and what follows. */
bool csv_list_entry(StringView text, size_t *number, StringView *name)
{
    static const char *const words[] = {"column", "col", "field", "variable", "parameter", NULL};
    const char *p = text.bytes, *end = p + text.length;
    for (const char *const *w = words; *w; w++) {
        size_t length = strlen(*w);
        if ((size_t)(end - p) > length && strncasecmp(p, *w, length) == 0) {
            p += length;
            break;
        }
    }
    while (p < end && (*p == ' ' || *p == '.'))
        p++;
    const char *digits = p;
    for (*number = 0; p < end && *p >= '0' && *p <= '9' && p - digits < 5; p++)
        *number = *number * 10 + (size_t)(*p - '0');
    if (p == digits)
        return false;
    while (p < end && *p == ' ')
        p++;
    if (p == end || !strchr(":=-.)", *p))
        return false;
    p++;
    while (p < end && *p == ' ')
        p++;
    *name = (StringView){p, (size_t)(end - p)};
    return p < end;
}

/* A list that numbers all columns from 1 on. */
static bool names_from_list(const CsvLayout *l, Arena *a, CsvNames *out)
{
    size_t columns = l->span.columns, next = 1;
    const char **names = arena_array(a, columns, sizeof *names);
    for (size_t i = 0; names && i < l->rows.comment_count && next <= columns; i++) {
        size_t number;
        StringView name;
        if (!csv_list_entry(l->rows.comments[i].text, &number, &name) || number != next)
            continue;
        names[next - 1] = arena_copy(a, name.bytes, name.length);
        if (!names[next - 1])
            return false;
        next++;
    }
    if (!names || next <= columns)
        return false;
    *out = (CsvNames){.names = names, .count = columns};
    return true;
}

static bool use_comment(CsvLayout *l, const CsvComment *c, CsvNames *out, CsvNames found)
{
    *out = found;
    l->names_line = c->line;
    l->names_in_comment = true;
    return true;
}

/* Another comment above has a word for every column. */
static bool names_above(const CsvLayout *l, size_t comment, Arena *a)
{
    size_t count;
    for (size_t i = comment; i-- > 0;) {
        const char **cells = split_comment(l, l->rows.comments[i].text, a, &count);
        if (cells && are_names(cells, count))
            return true;
    }
    return false;
}

/* The last comment that is not empty, cut by the table's own separator, where that is no blank. */
static bool names_from_last(CsvLayout *l, Arena *a, CsvNames *out)
{
    size_t count;
    for (size_t i = l->rows.comment_count; i-- > 0 && l->dialect.separator != ' ';) {
        const CsvComment *c = &l->rows.comments[i];
        if (c->row > l->data || c->text.length == 0)
            continue;
        const char **cells = split_comment(l, c->text, a, &count);
        return cells && are_names(cells, count) &&
               (!csv_are_units(cells, count) || !names_above(l, i, a)) &&
               use_comment(l, c, out, (CsvNames){.names = cells, .count = count});
    }
    return false;
}

bool csv_names_in_comments(CsvLayout *l, int64_t line, Arena *a, CsvNames *out)
{
    CsvNames units = {0}; /* of the comment below */
    size_t tried = 0;
    bool any = line < 0 && l->span.columns > 1;
    if (any && names_from_last(l, a, out))
        return true;
    if (any && names_from_list(l, a, out)) {
        l->names_in_comment = true;
        return true;
    }
    for (size_t i = l->rows.comment_count; i-- > 0 && tried < COMMENTS_TRIED;) {
        const CsvComment *c = &l->rows.comments[i];
        size_t count;
        if (c->row > l->data || c->text.length == 0 || (line >= 0 && c->line != (uint64_t)line))
            continue;
        tried++;
        const char **cells = split_comment(l, c->text, a, &count);
        bool are_units = cells && csv_are_units(cells, count) && line < 0;
        if (are_units && !units.count)
            units = (CsvNames){.units = cells, .unit_count = count, .count = i + 1};
        else if (cells && are_names(cells, count))
            return use_comment(l, c, out, (CsvNames){cells, units.units, count, units.unit_count});
        else
            units = (CsvNames){0};
    }
    return false;
}
