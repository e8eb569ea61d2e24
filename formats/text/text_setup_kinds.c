/* text_setup_kinds.c: the kinds of rows, from the options of `text`. */
#include "formats/text/text_setup.h"

#include <string.h>

static bool read_kind(Setup *s, SetupKind *k, size_t index, Error *e)
{
    static const char *const keys[] = {"column",     "equals",     "regex", "ignore",
                                       "names_line", "units_line", NULL};
    const TextOptions *o = s->options;
    k->names_line = o->names_line > 0 ? o->names_line : 0;
    k->units_line = o->units_line > 0 ? o->units_line : 0;
    if (o->records.count == 0)
        return true;
    if (!item_parse(o->records.items[index], &k->item, s->arena, e) ||
        !item_check_keys(&k->item, keys, e) ||
        !item_whole(&k->item, "names_line", 0, k->names_line, &k->names_line, e) ||
        !item_whole(&k->item, "units_line", 0, k->units_line, &k->units_line, e))
        return error_at(e, "records %zu", index);
    const char *equals = item_value(&k->item, "equals");
    k->record.name = k->item.name;
    k->record.regex = item_value(&k->item, "regex");
    k->record.ignored = item_value(&k->item, "ignore") != NULL;
    k->record.key = equals;
    if ((item_value(&k->item, "column") != NULL) != (equals != NULL)) {
        error_coded(e, ERROR_SETUP, "bad_value",
                    "`%s`: `column` says which cell is looked at, and `equals` what it must be: "
                    "both or neither",
                    k->item.name);
        return error_at(e, "records %zu", index);
    }
    if (k->record.regex && !setup_regex(s, "records", k->record.regex, false, e))
        return error_at(e, "records %zu", index);
    return true;
}

/* The text of a header line as cells, the comment mark left out. */
static bool header_cells(Setup *s, int64_t line, const char ***cells, size_t *count, Error *e)
{
    const TextLayout *l = &s->table.layout;
    if (line == 0 || !s->in)
        return true;
    if ((uint64_t)line > s->head.count) {
        error_coded(e, ERROR_DATA, "truncated", "the file has no such header line");
        return error_at(e, "line %lld", (long long)line);
    }
    StringView text = s->head.lines[line - 1];
    size_t mark = l->comment ? strlen(l->comment) : 0;
    if (mark > 0 && text.length >= mark && memcmp(text.bytes, l->comment, mark) == 0)
        text = (StringView){text.bytes + mark, text.length - mark};
    if (l->split == TEXT_SPLIT_BETWEEN)
        return setup_between(s, text_trimmed(text), cells, count, e);
    char separator = l->split == TEXT_SPLIT_CHARACTER ? l->separator : ' ';
    *cells = text_cells(text, separator, l->quote, count, s->arena);
    return *cells ? true : arena_full(s->arena, e);
}

static bool read_headers(Setup *s, SetupKind *k, Error *e)
{
    return header_cells(s, k->names_line, &k->names, &k->name_count, e) &&
           header_cells(s, k->units_line, &k->units, &k->unit_count, e);
}

static bool find_key(Setup *s, SetupKind *k, size_t index, Error *e)
{
    const char *column = item_value(&k->item, "column");
    if (!column || setup_find(s, k, column, &k->record.key_column, e))
        return true;
    return error_at(e, "records %zu", index);
}

static uint64_t largest(uint64_t a, int64_t b)
{
    return b > 0 && (uint64_t)b > a ? (uint64_t)b : a;
}

bool setup_kinds(Setup *s, Error *e)
{
    size_t count = s->options->records.count ? s->options->records.count : 1;
    uint64_t header = largest(0, s->options->skip);
    s->kinds = arena_array(s->arena, count, sizeof *s->kinds);
    s->records = arena_array(s->arena, count, sizeof *s->records);
    if (!s->kinds || !s->records)
        return arena_full(s->arena, e);
    s->kind_count = count;
    for (size_t i = 0; i < count; i++) {
        if (!read_kind(s, &s->kinds[i], i, e))
            return false;
        header = largest(header, s->kinds[i].names_line);
        header = largest(header, s->kinds[i].units_line);
    }
    s->table.layout.first_line = header + 1;
    for (size_t i = 0; i < count; i++) {
        SetupKind *k = &s->kinds[i];
        if (!read_headers(s, k, e) || !setup_columns(s, k, e) || !find_key(s, k, i, e) ||
            !setup_stacks(s, k, e) || !setup_time(s, k, e))
            return false;
        size_t least = (size_t)s->options->cells_least;
        k->record.cells_min = least < k->record.column_count ? least : 0;
        s->records[i] = k->record;
    }
    s->table.records = s->records;
    s->table.record_count = count;
    return true;
}
