/* text_setup_layout.c: how rows are cut, from the options of `text`. */
#include "formats/text/text_setup.h"

#include "formats/csv/csv_options.h"

#include <string.h>

/* --- options -------------------------------------------------------------------------------- */

static bool mark_of(const char *key, const char *text, char *out, Error *e)
{
    return csv_mark(key, text, out, e) || error_at(e, "%s 0", key);
}

bool setup_regex(const Setup *s, const char *key, const char *pattern, bool groups, Error *e)
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
    if (o->row_regex && !setup_regex(s, "row_regex", o->row_regex, true, e))
        return false;
    return (!o->separator_regex ||
            setup_regex(s, "separator_regex", o->separator_regex, false, e)) &&
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

/* --- cells ---------------------------------------------------------------------------------- */

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
