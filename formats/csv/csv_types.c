/* csv_types.c: the names and the kinds of columns. */
#include "formats/csv/csv_columns.h"

#include <stdio.h>
#include <string.h>

const char *const csv_kind_names[] = {"int64", "double", "time", "string", NULL};

/* --- names ---------------------------------------------------------------------------------- */

static bool contains_nocase(const char *text, const char *part)
{
    for (; *text; text++)
        if (text_starts_nocase(text, part))
            return true;
    return false;
}

static bool sounds_like_time(const char *name)
{
    static const char *const words[] = {"date", "time", "datum", "zeit", "fecha", "hora", "heure",
                                        "utc",  "gmt",  "yyyy",  "yymm", "ymd",   "hhmm", NULL};
    for (const char *const *w = words; *w; w++)
        if (contains_nocase(name, *w))
            return true;
    return false;
}

static bool is_taken(const CsvTable *t, size_t columns, const char *name)
{
    for (size_t k = 0; k < columns; k++)
        if (t->columns[k].name[0] == name[0] && strcmp(t->columns[k].name, name) == 0)
            return true;
    return false;
}

const char *csv_unique_name(const CsvTable *t, size_t columns, const char *name, Arena *a)
{
    const char *tried = name;
    for (unsigned i = 2; tried && is_taken(t, columns, tried); i++)
        tried = arena_printf(a, "%s_%u", name, i);
    return tried;
}

size_t csv_find_column(const CsvTable *t, const char *name)
{
    for (size_t k = 0; k < t->layout.columns; k++)
        if (strcmp(t->columns[k].name, name) == 0 || strcmp(t->columns[k].header, name) == 0)
            return k;
    return CSV_NO_COLUMN;
}

static const char *header_of(const CsvTable *t, size_t column)
{
    const StringList *names = &t->options->names;
    return column < names->count ? names->items[column] : t->layout.names[column];
}

/* Words of the `missing` option, and those of them that are numbers. */
static bool take_missing(CsvTable *t, Arena *a)
{
    const StringList *list = &t->options->missing;
    t->missing = list->items;
    t->missing_count = list->count;
    t->missing_numbers = arena_array(a, list->count, sizeof *t->missing_numbers);
    for (size_t i = 0; t->missing_numbers && i < list->count; i++) {
        double value;
        if (text_to_double(list->items[i], strlen(list->items[i]), '.', &value))
            t->missing_numbers[t->missing_number_count++] = value;
    }
    return t->missing_numbers != NULL;
}

bool csv_columns_init(CsvTable *t, Arena *a, Error *e)
{
    size_t count = t->layout.columns;
    if (t->options->names.count > count)
        return error_coded(e, ERROR_DATA, "no_column",
                           "`names` lists %zu columns, the table has %zu", t->options->names.count,
                           count);
    t->columns = arena_array(a, count, sizeof *t->columns);
    if (!t->columns || !take_missing(t, a))
        return arena_full(a, e);
    for (size_t k = 0; k < count; k++) {
        CsvColumn *c = &t->columns[k];
        c->header = header_of(t, k);
        const char *name = c->header[0] ? c->header : arena_printf(a, "column_%zu", k + 1);
        c->name = name ? csv_unique_name(t, k, name, a) : NULL;
        if (!c->name)
            return arena_full(a, e);
        c->units = t->layout.units[k];
        c->time_named = sounds_like_time(c->header);
    }
    return true;
}

/* --- missing -------------------------------------------------------------------------------- */

bool csv_missing_number(const CsvTable *t, double value)
{
    for (size_t i = 0; i < t->missing_number_count; i++)
        if (t->missing_numbers[i] == value)
            return true;
    return false;
}

bool csv_missing_cell(const CsvTable *t, const char *text, size_t length)
{
    double value;
    for (size_t i = 0; i < t->missing_count; i++)
        if (strlen(t->missing[i]) == length && memcmp(t->missing[i], text, length) == 0)
            return true;
    if (t->missing_number_count > 0 &&
        text_to_double(text, length, t->layout.dialect.decimal, &value) &&
        csv_missing_number(t, value))
        return true;
    return csv_is_missing(text, length);
}

/* --- kinds ---------------------------------------------------------------------------------- */

/* All but one in twenty. */
static bool nearly_all(uint64_t part, uint64_t whole)
{
    return whole > 0 && part <= whole && (whole - part) * CSV_CONTRADICTION_MAX <= whole;
}

static bool has_date(const char *pattern)
{
    return strstr(pattern, "%d") || strstr(pattern, "%j") || strstr(pattern, "%m");
}

static bool has_clock(const char *pattern)
{
    return strstr(pattern, "%H") || strstr(pattern, "%I");
}

static void decide_by_pattern(CsvColumn *c)
{
    uint64_t fitting;
    bool ambiguous;
    const char *pattern = csv_times_best(c->times, &fitting, &ambiguous);
    if (!pattern || !nearly_all(fitting, c->values))
        return;
    if (ambiguous && (csv_times_settle(c->times, fitting, c->header, &pattern) ||
                      csv_times_settle(c->times, fitting, c->units, &pattern)))
        ambiguous = false;
    c->pattern = pattern;
    c->ambiguous = ambiguous;
    c->is_date = !has_clock(pattern);
    c->is_clock = !has_date(pattern);
    if (c->kind == CSV_TEXT && !ambiguous && !c->is_clock)
        c->kind = CSV_TIME;
}

static void decide(CsvColumn *c)
{
    uint64_t numeric = c->integers + c->numbers;
    if (c->values == 0 || nearly_all(numeric, c->values)) {
        c->kind = c->integers > 0 && c->numbers == 0 ? CSV_INTEGER : CSV_NUMBER;
        if (c->kind == CSV_INTEGER)
            decide_by_pattern(c);
        return;
    }
    c->kind = CSV_TEXT;
    if (nearly_all(c->iso, c->values)) {
        c->kind = CSV_TIME;
        c->is_date = c->dates == c->iso;
    } else {
        decide_by_pattern(c);
    }
}

/* "name=type" */
static bool apply_type(CsvTable *t, const char *rule, Error *e)
{
    const char *equals = strrchr(rule, '=');
    char name[256];
    size_t length = equals ? (size_t)(equals - rule) : 0;
    if (length == 0 || length >= sizeof name)
        return error_coded(e, ERROR_SETUP, "bad_value",
                           "`types` has `%s`, but must have NAME=TYPE items", rule);
    memcpy(name, rule, length);
    name[length] = '\0';
    size_t column = csv_find_column(t, name);
    if (column == CSV_NO_COLUMN)
        return true; /* another file's */
    for (size_t i = 0; csv_kind_names[i]; i++)
        if (strcmp(csv_kind_names[i], equals + 1) == 0) {
            t->columns[column].kind = (CsvKind)i;
            t->columns[column].ambiguous = false;
            return true;
        }
    return error_coded(e, ERROR_SETUP, "bad_value",
                       "`types` has `%s`, but the type must be int64, double, time or string",
                       rule);
}

bool csv_types_decide(CsvTable *t, Error *e)
{
    for (size_t k = 0; k < t->layout.columns; k++)
        decide(&t->columns[k]);
    for (size_t i = 0; i < t->options->types.count; i++)
        if (!apply_type(t, t->options->types.items[i], e))
            return false;
    return true;
}
