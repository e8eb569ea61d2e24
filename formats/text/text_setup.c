/* text_setup.c: how rows are cut, and the kinds of rows, from the options of `text`. */
#include "formats/text/text_setup.h"

#include <string.h>

/* --- layout --------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    char mark;
} marks[] = {{"comma", ','},  {"semicolon", ';'}, {"tab", '\t'},  {"\\t", '\t'}, {"bar", '|'},
             {"blanks", ' '}, {"blank", ' '},     {"space", ' '}, {"none", 0},   {NULL, 0}};

static bool mark_of(const char *key, const char *text, char *out, Error *e)
{
    if (strlen(text) == 1) {
        *out = text[0];
        return true;
    }
    for (size_t i = 0; marks[i].word; i++)
        if (text_equal_nocase(text, marks[i].word)) {
            *out = marks[i].mark;
            return true;
        }
    error_coded(e, ERROR_SETUP, "bad_value",
                "`%s` is `%s`, but must be one character, tab, blanks or none", key, text);
    return error_at(e, "%s 0", key);
}

static bool check_regex(const Setup *s, const char *key, const char *pattern, bool groups, Error *e)
{
    Regex *regex;
    if (!regex_new(pattern, s->arena, &regex, e))
        return error_at(e, "%s 0", key);
    if (!groups || regex_groups(regex) > 0)
        return true;
    error_coded(e, ERROR_SETUP, "bad_value",
                "`%s` has no group: put round brackets around what is a cell", key);
    return error_at(e, "%s 0", key);
}

/* "11" is as many characters behind the one before, "12-22" the characters 12 to 22. */
static bool read_width(const char *text, TextColumn *c, size_t *at)
{
    enum { POSITION_MAX = 1000000 };
    const char *dash = strchr(text, '-');
    int64_t first = 0, last = 0;
    if (dash) {
        if (!text_to_int64(text, (size_t)(dash - text), &first) ||
            !text_to_int64(dash + 1, strlen(dash + 1), &last) || first < 1 || last < first ||
            last > POSITION_MAX)
            return false;
        first--;
    } else {
        first = (int64_t)*at;
        if (!text_to_int64(text, strlen(text), &last) || last < 1 || last > POSITION_MAX)
            return false;
        last += first;
    }
    *c = (TextColumn){.position = (size_t)first, .width = (size_t)(last - first)};
    *at = (size_t)last;
    return true;
}

static bool read_widths(Setup *s, Error *e)
{
    const StringList *list = &s->options->widths;
    size_t at = 0;
    s->width_columns = arena_array(s->arena, list->count + 1, sizeof *s->width_columns);
    if (!s->width_columns)
        return arena_full(s->arena, e);
    for (size_t i = 0; i < list->count; i++)
        if (!read_width(list->items[i], &s->width_columns[i], &at)) {
            error_coded(e, ERROR_SETUP, "bad_value",
                        "`widths` has `%s`, but must have widths (11) or the first and the last "
                        "character (12-22)",
                        list->items[i]);
            return error_at(e, "widths %zu", i);
        }
    s->width_count = list->count;
    return true;
}

static bool one_way(const TextOptions *o, Error *e)
{
    const char *keys[] = {o->separator ? "separator" : NULL,
                          o->separator_regex ? "separator_regex" : NULL,
                          o->row_regex ? "row_regex" : NULL, o->widths.count ? "widths" : NULL};
    const char *first = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (first && keys[i]) {
            error_coded(e, ERROR_SETUP, "bad_value",
                        "`%s` and `%s` exclude each other: a row is cut in one way", first,
                        keys[i]);
            return error_at(e, "%s 0", keys[i]);
        }
        first = keys[i] ? keys[i] : first;
    }
    return true;
}

static bool choose_split(Setup *s, Error *e)
{
    const TextOptions *o = s->options;
    TextLayout *l = &s->table.layout;
    if (!one_way(o, e))
        return false;
    l->separator = ',';
    if (o->separator && !mark_of("separator", o->separator, &l->separator, e))
        return false;
    if (l->separator == ' ')
        l->split = TEXT_SPLIT_BLANKS;
    if (o->widths.count > 0)
        l->split = TEXT_SPLIT_WIDTHS;
    l->regex = o->row_regex ? o->row_regex : o->separator_regex;
    if (l->regex)
        l->split = o->row_regex ? TEXT_SPLIT_REGEX : TEXT_SPLIT_BETWEEN;
    if (o->row_regex && !check_regex(s, "row_regex", o->row_regex, true, e))
        return false;
    return (!o->separator_regex ||
            check_regex(s, "separator_regex", o->separator_regex, false, e)) &&
           read_widths(s, e);
}

static bool keep_line(void *state, StringView line)
{
    const Setup *s = state;
    return !regex_split(s->leave_out, line.bytes, line.length, NULL);
}

static bool choose_encoding(Setup *s)
{
    TextLayout *l = &s->table.layout;
    l->encoding = s->head.encoding;
    l->bom_bytes = s->head.bom_bytes;
    for (size_t i = 0; s->options->encoding && csv_encoding_names[i]; i++)
        if (text_equal_nocase(s->options->encoding, csv_encoding_names[i]))
            l->encoding = (CsvEncoding)i;
    return true;
}

bool setup_layout(Setup *s, Error *e)
{
    enum { COMMENT_MAX = 3 };
    const TextOptions *o = s->options;
    TextLayout *l = &s->table.layout;
    if (!choose_encoding(s) || !choose_split(s, e))
        return false;
    if (o->quote && !mark_of("quote", o->quote, &l->quote, e))
        return false;
    if (!o->quote && l->split == TEXT_SPLIT_CHARACTER)
        l->quote = '"';
    l->decimal = o->decimal && strcmp(o->decimal, ",") == 0 ? ',' : '.';
    bool comment = o->comment && !text_equal_nocase(o->comment, "none");
    if (comment && strlen(o->comment) > COMMENT_MAX) {
        error_coded(e, ERROR_SETUP, "bad_value",
                    "`comment` is `%s`, but must have at most %d characters", o->comment,
                    COMMENT_MAX);
        return error_at(e, "comment 0");
    }
    l->comment = comment ? o->comment : NULL;
    l->end_marker = o->end;
    l->end = o->end_required ? TEXT_END_REQUIRED : TEXT_END_NOTED;
    s->table.state = s;
    if (!o->leave_out)
        return true;
    l->filter = keep_line;
    return regex_new(o->leave_out, s->arena, &s->leave_out, e) || error_at(e, "leave_out 0");
}

/* --- kinds ---------------------------------------------------------------------------------- */

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
    if (k->record.regex && !check_regex(s, "records", k->record.regex, false, e))
        return error_at(e, "records %zu", index);
    return true;
}

bool setup_between(const Setup *s, StringView line, const char ***cells, size_t *count, Error *e)
{
    Regex *regex;
    const char **texts = NULL;
    size_t capacity = 0, n = 0;
    if (!regex_new(s->table.layout.regex, s->arena, &regex, e))
        return false;
    StringView *groups = arena_array(s->arena, regex_groups(regex) + 1, sizeof *groups);
    for (bool more = groups != NULL; more; n++) {
        more = line.length > 0 && regex_split(regex, line.bytes, line.length, groups) &&
               groups[0].length > 0;
        size_t length = more ? (size_t)(groups[0].bytes - line.bytes) : line.length;
        texts = arena_grow(s->arena, texts, &capacity, n + 1, sizeof *texts);
        if (!texts ||
            !(texts[n] = text_copy(text_trimmed((StringView){line.bytes, length}), s->arena)))
            return arena_full(s->arena, e);
        length += more ? groups[0].length : 0;
        line = (StringView){line.bytes + length, line.length - length};
    }
    *count = n;
    if (cells)
        *cells = texts;
    return n > 0 ? true : arena_full(s->arena, e);
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
