/* csv_names.c: names and units in comments and in brackets. */
#include "core/units.h"
#include "formats/csv_header.h"

#include <string.h>

enum { NAME_MAX_LENGTH = 60, UNIT_MAX_LENGTH = 24, COMMENTS_TRIED = 6 };

/* --- units ---------------------------------------------------------------------------------- */

/* What stands in a row of units where a column has none. */
static bool is_no_unit(const char *cell)
{
    static const char *const words[] = {"-",   "--", "---", "utc", "gmt", "ts",   "rn",
                                        "[-]", "()", "[]",  "#",   "n/a", "none", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(cell, *w))
            return true;
    return text_starts_nocase(cell, "yy") || text_starts_nocase(cell, "hh") ||
           text_starts_nocase(cell, "dd");
}

/* The names of the parts of a date are units too. */
static bool is_part_of_date(const char *cell)
{
    static const char *const words[] = {"year", "month", "day", "hour", "minute", "second", NULL};
    for (const char *const *w = words; *w; w++)
        if (text_equal_nocase(cell, *w))
            return true;
    return false;
}

static bool is_bracketed(const char *cell)
{
    size_t length = strlen(cell);
    return length > 2 && ((cell[0] == '(' && cell[length - 1] == ')') ||
                          (cell[0] == '[' && cell[length - 1] == ']'));
}

const char *csv_unit_text(const char *cell, Arena *a)
{
    size_t length = strlen(cell);
    return is_bracketed(cell) ? arena_copy(a, cell + 1, length - 2) : cell;
}

bool csv_are_units(const char *const *cells, size_t count)
{
    enum { DATE_PARTS = 3 };
    size_t filled = 0, units = 0, neutral = 0, parts = 0;
    double number;
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(cells[i]);
        if (length == 0)
            continue;
        if (time_units_look_like(cells[i])) {
            filled++;
            units++;
            continue;
        }
        if (length > UNIT_MAX_LENGTH ||
            (text_to_double(cells[i], length, '.', &number) && number != 1))
            return false;
        filled++;
        parts += is_part_of_date(cells[i]);
        if (is_no_unit(cells[i]))
            neutral++;
        else
            units += is_bracketed(cells[i]) ||
                     ((cells[i][0] < '0' || cells[i][0] > '9') && units_known(cells[i]));
    }
    return units > 0 && parts < DATE_PARTS && (units + neutral) * 2 >= filled;
}

static char *copy_between(const char *from, const char *to, Arena *a)
{
    while (from < to && *from == ' ')
        from++;
    while (to > from && to[-1] == ' ')
        to--;
    return arena_copy(a, from, (size_t)(to - from));
}

static bool is_label(const char *text)
{
    double number;
    size_t length = strlen(text);
    return length > 0 && length <= UNIT_MAX_LENGTH && !text_to_double(text, length, '.', &number);
}

const char *csv_units_of_name(const char *name, Arena *a)
{
    for (const char *close = name + strlen(name); close > name; close--) {
        if (close[-1] != ')' && close[-1] != ']')
            continue;
        char opening = close[-1] == ')' ? '(' : '[';
        const char *open = memrchr(name, opening, (size_t)(close - 1 - name));
        if (!open)
            continue;
        const char *units = copy_between(open + 1, close - 1, a);
        if (units && (opening == '[' ? is_label(units) : units_known(units)))
            return units;
    }
    return NULL;
}

void csv_units_in_comments(CsvLayout *l, Arena *a)
{
    for (size_t i = 0; i < l->rows.comment_count; i++) {
        StringView text = l->rows.comments[i].text;
        const char *colon = memchr(text.bytes, ':', text.length), *end = text.bytes + text.length;
        if (!colon || text.length > 2 * NAME_MAX_LENGTH)
            continue;
        const char *name = copy_between(text.bytes, colon, a);
        const char *units = copy_between(colon + 1, end, a);
        if (!name || !units || !units_known(units))
            continue;
        for (size_t k = 0; k < l->columns; k++)
            if (!l->units[k][0] && strcmp(l->names[k], name) == 0)
                l->units[k] = units;
    }
}

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
static bool list_entry(StringView text, size_t *number, StringView *name)
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
        if (!list_entry(l->rows.comments[i].text, &number, &name) || number != next)
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
