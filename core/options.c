/* options.c: values of option tables from text and back. */
#include "core/options.h"

#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TABLE_MAX = 128, SHOWN_MAX = 60 };

static void *value_of(const Option *row, void *target)
{
    return (char *)target + row->offset;
}

/* The limits of a row as people write them: " from 1 s to 1 d". */
static void describe_range(const Option *row, char *out, size_t size)
{
    if (row->min == 0 && row->max == 0) {
        out[0] = '\0';
        return;
    }
    char ends[2][TEXT_NUMBER_SIZE] = {0};
    const double limits[2] = {row->min, row->max};
    for (size_t i = 0; i < 2 && isfinite(limits[i]); i++) {
        if (row->kind == OPTION_SIZE)
            text_from_size(ends[i], sizeof ends[i], (uint64_t)limits[i]);
        else if (row->kind == OPTION_DURATION)
            text_from_duration(ends[i], sizeof ends[i], limits[i]);
        else
            text_from_double(ends[i], limits[i]);
    }
    if (isfinite(row->max))
        snprintf(out, size, " from %s to %s", ends[0], ends[1]);
    else
        snprintf(out, size, " of at least %s", ends[0]);
}

/* "`jobs` is `many`, but must be ..." with the value cut and made printable. */
static bool refuse(const Option *row, const char *text, const char *allowed, const char *range,
                   Error *e)
{
    auto_buffer Buffer shown = {0};
    size_t length = strlen(text), cut = length;
    if (length > SHOWN_MAX)
        cut = text_valid_utf8(text, SHOWN_MAX);
    if (cut == 0 && length > 0)
        cut = SHOWN_MAX < length ? SHOWN_MAX : length;
    text_printable(&shown, text, cut);
    return error_coded(e, ERROR_SETUP, "bad_value", "`%s` is `%s%s`, but must be %s%s", row->key,
                       shown.bytes ? shown.bytes : "", cut < length ? "..." : "", allowed, range);
}

static bool refuse_range(const Option *row, const char *text, const char *allowed, Error *e)
{
    char range[2 * TEXT_NUMBER_SIZE + 16];
    describe_range(row, range, sizeof range);
    return refuse(row, text, allowed, range, e);
}

static bool in_range(const Option *row, double value)
{
    return (row->min == 0 && row->max == 0) || (row->min <= value && value <= row->max);
}

static bool set_flag(const Option *row, bool *target, const char *text, Error *e)
{
    static const char *const words[2][3] = {{"false", "no", "off"}, {"true", "yes", "on"}};
    for (size_t i = 0; i < 3; i++) {
        bool yes = text_equal_nocase(text, words[1][i]);
        if (!yes && !text_equal_nocase(text, words[0][i]))
            continue;
        *target = yes;
        return true;
    }
    return refuse(row, text, "true or false", "", e);
}

static bool set_int(const Option *row, int64_t *target, const char *text, Error *e)
{
    int64_t value;
    if (!text_to_int64(text, strlen(text), &value) || !in_range(row, (double)value))
        return refuse_range(row, text, "a whole number", e);
    *target = value;
    return true;
}

static bool set_number(const Option *row, double *target, const char *text, Error *e)
{
    double value;
    if (!text_to_double(text, strlen(text), '.', &value) || !isfinite(value) ||
        !in_range(row, value))
        return refuse_range(row, text, "a number", e);
    *target = value;
    return true;
}

static bool set_size(const Option *row, uint64_t *target, const char *text, Error *e)
{
    uint64_t value;
    if (!text_to_size(text, &value) || !in_range(row, (double)value))
        return refuse_range(row, text, "a size like 512K, 64M or 1.5G", e);
    *target = value;
    return true;
}

static bool set_duration(const Option *row, double *target, const char *text, Error *e)
{
    double value;
    if (!text_to_duration(text, &value) || !in_range(row, value))
        return refuse_range(row, text, "a time like 250ms, 30s, 5m, 2h or 1d", e);
    *target = value;
    return true;
}

static bool set_choice(const Option *row, const char **target, const char *text, Error *e)
{
    char allowed[200] = "one of";
    for (const char *const *c = row->choices; *c; c++) {
        if (strcmp(*c, text) == 0) {
            *target = *c;
            return true;
        }
        size_t used = strlen(allowed);
        snprintf(allowed + used, sizeof allowed - used, "%s `%s`", c == row->choices ? "" : ",",
                 *c);
    }
    const char *nearest = text_nearest(text, row->choices);
    char hint[80] = "";
    if (nearest)
        snprintf(hint, sizeof hint, " (did you mean `%s`?)", nearest);
    return refuse(row, text, allowed, hint, e);
}

static bool set_string(const char **target, const char *text, Arena *a, Error *e)
{
    const char *copy = arena_string(a, text);
    if (!copy)
        return arena_full(a, e);
    *target = copy;
    return true;
}

/* One item up to a comma; "\," is a comma that belongs to the item. Returns what follows. */
static const char *list_item(const char *text, char *out)
{
    while (*text && *text != ',') {
        if (text[0] == '\\' && text[1] == ',')
            text++;
        *out++ = *text++;
    }
    *out = '\0';
    return text;
}

static bool add_items(StringList *list, const char *text, Arena *a, Error *e)
{
    size_t more = 1;
    for (const char *p = text; *p; p++)
        more += *p == ',';
    const char **items = arena_array(a, list->count + more, sizeof *items);
    if (!items)
        return arena_full(a, e);
    if (list->count)
        memcpy(items, list->items, list->count * sizeof *items);
    size_t count = list->count;
    for (bool again = true; again; text++) {
        char *item = arena_alloc(a, strlen(text) + 1);
        if (!item)
            return arena_full(a, e);
        text = list_item(text, item);
        items[count++] = item;
        again = *text == ',';
    }
    *list = (StringList){items, count};
    return true;
}

bool options_set(const Option *row, void *target, const char *text, Arena *a, Error *e)
{
    void *value = value_of(row, target);
    switch (row->kind) {
    case OPTION_FLAG:
        return set_flag(row, value, text, e);
    case OPTION_INT:
        return set_int(row, value, text, e);
    case OPTION_NUMBER:
        return set_number(row, value, text, e);
    case OPTION_SIZE:
        return set_size(row, value, text, e);
    case OPTION_DURATION:
        return set_duration(row, value, text, e);
    case OPTION_STRING:
        return set_string(value, text, a, e);
    case OPTION_CHOICE:
        return set_choice(row, value, text, e);
    case OPTION_LIST:
        return add_items(value, text, a, e);
    }
    return error_set(e, ERROR_SETUP, "`%s` is an option of no known kind", row->key);
}

static size_t kind_size(OptionKind kind)
{
    switch (kind) {
    case OPTION_FLAG:
        return sizeof(bool);
    case OPTION_INT:
    case OPTION_SIZE:
        return sizeof(uint64_t);
    case OPTION_NUMBER:
    case OPTION_DURATION:
        return sizeof(double);
    case OPTION_STRING:
    case OPTION_CHOICE:
        return sizeof(const char *);
    case OPTION_LIST:
        return sizeof(StringList);
    }
    return 0;
}

bool options_defaults(const Option *table, void *target, Arena *a, Error *e)
{
    for (const Option *row = table; row->key; row++) {
        memset(value_of(row, target), 0, kind_size(row->kind));
        if (!row->standard || row->kind == OPTION_LIST)
            continue;
        if (!options_set(row, target, row->standard, a, e))
            return error_wrap(e, "default of an option");
    }
    return true;
}

const Option *options_find(const Option *table, const char *key)
{
    for (; table->key; table++)
        if (strcmp(table->key, key) == 0)
            return table;
    return NULL;
}

const Option *options_find_letter(const Option *table, char letter)
{
    for (; letter && table->key; table++)
        if (table->letter == letter)
            return table;
    return NULL;
}

const char *options_nearest(const Option *table, const char *key)
{
    const char *keys[TABLE_MAX + 1] = {0};
    for (size_t n = 0; table->key && n < TABLE_MAX; table++)
        keys[n++] = table->key;
    return text_nearest(key, keys);
}

/* The largest unit that loses nothing. */
static const char *size_text(uint64_t bytes, Arena *a)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t i = 0;
    for (; bytes && bytes % 1024 == 0; i++)
        bytes /= 1024;
    return arena_printf(a, "%llu%s", (unsigned long long)bytes, units[i]);
}

static const char *number_text(double value, const char *unit, Arena *a)
{
    char number[TEXT_NUMBER_SIZE];
    text_from_double(number, value);
    return arena_printf(a, "%s%s", number, unit);
}

static const char *list_text(const StringList *list, Arena *a)
{
    auto_buffer Buffer text = {0};
    for (size_t i = 0; i < list->count; i++) {
        if (i)
            buffer_char(&text, ',');
        for (const char *p = list->items[i]; *p; p++) {
            if (*p == ',')
                buffer_char(&text, '\\');
            buffer_char(&text, *p);
        }
    }
    if (text.failed)
        return NULL;
    return arena_copy(a, text.bytes, text.length);
}

const char *options_text(const Option *row, const void *target, Arena *a)
{
    const void *value = (const char *)target + row->offset;
    switch (row->kind) {
    case OPTION_FLAG:
        return *(const bool *)value ? "true" : "false";
    case OPTION_INT:
        return arena_printf(a, "%lld", (long long)*(const int64_t *)value);
    case OPTION_NUMBER:
        return number_text(*(const double *)value, "", a);
    case OPTION_SIZE:
        return size_text(*(const uint64_t *)value, a);
    case OPTION_DURATION:
        return number_text(*(const double *)value, "s", a);
    case OPTION_STRING:
    case OPTION_CHOICE:
        return *(const char *const *)value ? *(const char *const *)value : "";
    case OPTION_LIST:
        return list_text(value, a);
    }
    return NULL;
}
