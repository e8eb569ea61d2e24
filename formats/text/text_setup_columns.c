/* text_setup_columns.c: the columns of a kind of rows, and the stacks among them. */
#include "formats/text/text_setup.h"

#include "formats/csv/csv_names.h"

#include <string.h>

/* --- items ---------------------------------------------------------------------------------- */

bool setup_item(const Setup *s, const SetupKind *k, const char *text, Item *out, bool *mine,
                Error *e)
{
    if (!item_parse(text, out, s->arena, e))
        return false;
    *mine = true;
    for (size_t i = 0; i < s->kind_count; i++) {
        const char *kind = s->kinds[i].record.name;
        size_t length = kind ? strlen(kind) : 0;
        if (length == 0 || strncmp(out->name, kind, length) != 0 || out->name[length] != '/')
            continue;
        *mine = k == &s->kinds[i];
        out->name += length + 1;
        break;
    }
    return true;
}

static bool is_prefixed(const Setup *s, const char *text)
{
    for (size_t i = 0; i < s->kind_count; i++) {
        const char *kind = s->kinds[i].record.name;
        size_t length = kind ? strlen(kind) : 0;
        if (length > 0 && strncmp(text, kind, length) == 0 && text[length] == '/')
            return true;
    }
    return false;
}

bool setup_find(const Setup *s, const SetupKind *k, const char *name, size_t *out, Error *e)
{
    int64_t number;
    size_t count = k->record.column_count;
    const char *digits = name + (name[0] == '#');
    *out = 0;
    for (size_t i = 0; i < count; i++)
        if ((k->columns[i].name && strcmp(k->columns[i].name, name) == 0) ||
            (k->file_names[i] && strcmp(k->file_names[i], name) == 0)) {
            *out = i;
            return true;
        }
    if (text_to_int64(digits, strlen(digits), &number) && number >= 1) {
        *out = (size_t)number - 1;
        if (*out < count || !s->in)
            return true;
    }
    if (!s->in)
        return true; /* the file may have it */
    return error_coded(e, ERROR_DATA, "no_column", "the table has no column `%s` (of %zu)", name,
                       count);
}

/* --- missing -------------------------------------------------------------------------------- */

bool setup_missing(Setup *s, Error *e)
{
    const StringList *list = &s->options->missing;
    const char **words = arena_array(s->arena, list->count + 1, sizeof *words);
    s->missing = arena_array(s->arena, list->count + 1, sizeof *s->missing);
    if (!words || !s->missing)
        return arena_full(s->arena, e);
    for (size_t i = 0; i < list->count; i++) {
        words[i] = list->items[i];
        if (text_to_double(words[i], strlen(words[i]), '.', &s->missing[s->missing_count]))
            s->missing_count++;
    }
    s->table.missing = words;
    return true;
}

bool setup_add_missing(const Setup *s, TextColumn *c, Error *e)
{
    if (s->missing_count == 0)
        return true;
    double *all = arena_array(s->arena, c->missing_count + s->missing_count, sizeof *all);
    if (!all)
        return arena_full(s->arena, e);
    for (size_t i = 0; i < c->missing_count; i++)
        all[i] = c->missing[i];
    memcpy(all + c->missing_count, s->missing, s->missing_count * sizeof *all);
    c->missing = all;
    c->missing_count += s->missing_count;
    return true;
}

/* --- columns -------------------------------------------------------------------------------- */

static const char *const column_keys[] = {
    "auto",  "integer", "number",        "text",      "time",    "skip",
    "name",  "missing", "standard_name", "long_name", "comment", "cell_methods",
    "scale", "offset",  "empty",         "format",    NULL};

static bool take_kind(const Item *i, TextColumn *c, Error *e)
{
    static const struct {
        const char *word;
        TextKind kind;
    } kinds[] = {{"auto", TEXT_AUTO},   {"integer", TEXT_INTEGER}, {"number", TEXT_NUMBER},
                 {"text", TEXT_STRING}, {"time", TEXT_TIME},       {"skip", TEXT_SKIP}};
    size_t said = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (item_value(i, kinds[k].word)) {
            c->kind = kinds[k].kind;
            said++;
        }
    return said < 2 ? true
                    : error_coded(e, ERROR_SETUP, "bad_value", "`%s`: more than one type", i->name);
}

bool setup_words(const Setup *s, const Item *i, TextColumn *c, Error *e)
{
    double *missing;
    if (!take_kind(i, c, e) || !item_number(i, "scale", c->scale, &c->scale, e) ||
        !item_number(i, "offset", c->offset, &c->offset, e))
        return false;
    if (c->scale == 0 && c->offset != 0)
        c->scale = 1;
    if (item_value(i, "missing")) {
        if (!item_numbers(i, "missing", &missing, &c->missing_count, s->arena, e))
            return false;
        c->missing = missing;
    }
    c->units = i->units ? i->units : c->units;
    const char **texts[] = {&c->standard_name, &c->long_name, &c->comment, &c->cell_methods,
                            &c->pattern};
    static const char *const keys[] = {"standard_name", "long_name", "comment", "cell_methods",
                                       "format"};
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        if (item_value(i, keys[k]))
            *texts[k] = item_value(i, keys[k]);
    c->kind = c->pattern && c->kind == TEXT_AUTO ? TEXT_TIME : c->kind;
    const char *empty = item_value(i, "empty");
    c->empty_is_zero = empty && strcmp(empty, "zero") == 0;
    if (empty && !c->empty_is_zero)
        return error_coded(e, ERROR_SETUP, "bad_value",
                           "`%s`: `empty` is `%s`, but can only be zero", i->name, empty);
    return true;
}

/* Cells of the first row, where nothing else tells how many columns there are. */
static bool first_row(const Setup *s, size_t *count, Error *e)
{
    const TextLayout *l = &s->table.layout;
    char separator = l->split == TEXT_SPLIT_BLANKS ? ' ' : l->separator;
    for (uint64_t i = l->first_line; i <= s->head.count && *count == 0; i++) {
        StringView line = s->head.lines[i - 1];
        bool comment =
            l->comment && l->comment[0] && strncmp(line.bytes, l->comment, strlen(l->comment)) == 0;
        bool left_out = l->filter && !l->filter(s->table.state, line);
        if (text_trimmed(line).length == 0 || comment || left_out)
            continue;
        if (l->split == TEXT_SPLIT_BETWEEN)
            return setup_between(s, line, NULL, count, e);
        if (!text_cells(line, separator, l->quote, count, s->arena))
            return arena_full(s->arena, e);
    }
    return *count > 0 ? true
                      : error_coded(e, ERROR_DATA, "no_table",
                                    "there is no row that would tell how many columns there are; "
                                    "list `columns`");
}

static size_t own_items(const Setup *s, const SetupKind *k)
{
    size_t count = 0;
    for (size_t i = 0; i < s->options->columns.count; i++) {
        const char *text = s->options->columns.items[i];
        size_t length = k->record.name ? strlen(k->record.name) : 0;
        bool mine = length > 0 && strncmp(text, k->record.name, length) == 0 && text[length] == '/';
        count += mine || !is_prefixed(s, text);
    }
    return count;
}

/* Stacks may reach beyond the columns that are listed. */
static bool count_stacked(const Setup *s, const SetupKind *k, size_t *count, Error *e)
{
    const StringList *list = &s->options->stacks;
    for (size_t i = 0; i < list->count; i++) {
        Item item;
        bool mine;
        int64_t last;
        if (!setup_item(s, k, list->items[i], &item, &mine, e))
            return error_at(e, "stacks %zu", i);
        const char *range = item_value(&item, "columns"),
                   *dots = range ? strstr(range, "..") : NULL;
        if (mine && dots && text_to_int64(dots + 2, strlen(dots + 2), &last) &&
            last <= CSV_COLUMNS_MAX && last > (int64_t)*count)
            *count = (size_t)last;
    }
    return true;
}

/* Groups of the expression for a row. */
static bool count_groups(const Setup *s, size_t *out, Error *e)
{
    Regex *regex;
    if (!regex_new(s->table.layout.regex, s->arena, &regex, e))
        return false;
    *out = regex_groups(regex);
    return true;
}

static bool count_columns(Setup *s, const SetupKind *k, size_t *out, Error *e)
{
    TextSplit split = s->table.layout.split;
    bool fixed = split == TEXT_SPLIT_WIDTHS || split == TEXT_SPLIT_REGEX;
    size_t items = own_items(s, k);
    *out = 0;
    if (split == TEXT_SPLIT_REGEX && !count_groups(s, out, e))
        return false;
    if (split == TEXT_SPLIT_WIDTHS)
        *out = s->width_count;
    else if (!fixed)
        *out = k->name_count;
    if (!fixed && *out == 0) {
        if (items == 0 && s->in)
            return first_row(s, out, e);
        *out = items;
        return count_stacked(s, k, out, e);
    }
    if (!fixed || items <= *out || k->names_line > 0)
        return true;
    error_coded(e, ERROR_SETUP, "bad_value", "%zu `columns`, but a row is cut into %zu", items,
                *out);
    return error_at(e, "columns 0");
}

static void name_column(const Setup *s, SetupKind *k, size_t i)
{
    TextColumn *c = &k->columns[i];
    if (i < s->width_count)
        *c = s->width_columns[i];
    if (i < k->name_count) {
        c->name = k->file_names[i] = k->names[i];
        c->units = csv_units_of_name(k->names[i], s->arena);
    }
    if (i < k->unit_count && k->units[i][0])
        c->units = csv_unit_text(k->units[i], s->arena);
}

static bool apply_item(Setup *s, SetupKind *k, const Item *item, bool shared, size_t *position,
                       Error *e)
{
    size_t at = (*position)++;
    bool by_name = k->names_line > 0;
    Error missing = {0};
    if (!item_check_keys(item, column_keys, e))
        return false;
    TextColumn scratch = {0}, *c = &scratch;
    if (by_name && !setup_find(s, k, item->name, &at, &missing)) {
        if (!shared || s->kind_count == 1) {
            *e = missing;
            return false;
        }
    } else if (at < k->record.column_count) {
        c = &k->columns[at];
    }
    const char *name = item_value(item, "name");
    if (!by_name && strcmp(item->name, "-") != 0)
        c->name = item->name;
    c->name = name ? name : c->name;
    return setup_words(s, item, c, e);
}

bool setup_columns(Setup *s, SetupKind *k, Error *e)
{
    const StringList *list = &s->options->columns;
    size_t count, position = 0;
    if (!count_columns(s, k, &count, e))
        return false;
    k->columns = arena_array(s->arena, count + 1, sizeof *k->columns);
    k->file_names = arena_array(s->arena, count + 1, sizeof *k->file_names);
    if (!k->columns || !k->file_names)
        return arena_full(s->arena, e);
    k->record.columns = k->columns;
    k->record.column_count = count;
    for (size_t i = 0; i < count; i++)
        name_column(s, k, i);
    for (size_t i = 0; i < list->count; i++) {
        Item item;
        bool mine;
        if (!setup_item(s, k, list->items[i], &item, &mine, e) ||
            (mine && !apply_item(s, k, &item, !is_prefixed(s, list->items[i]), &position, e)))
            return e->kind == ERROR_SETUP ? error_at(e, "columns %zu", i) : false;
    }
    for (size_t i = 0; i < count; i++)
        if (!setup_add_missing(s, &k->columns[i], e))
            return false;
    return true;
}
