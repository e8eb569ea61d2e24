/* text_item.c: the words of an item. */
#include "formats/text/text_item.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

static bool bad(Error *e, const char *text, const char *why)
{
    return error_coded(e, ERROR_SETUP, "bad_value", "`%s`: %s", text, why);
}

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\n");
}

/* The word at *p up to a blank, or up to `stop`; quotation marks are resolved. */
static bool take_word(const char **p, char stop, const char *whole, char **out, Arena *a, Error *e)
{
    char *word = arena_alloc(a, strlen(*p) + 1);
    size_t length = 0;
    char quote = 0;
    if (!word)
        return arena_full(a, e);
    for (; **p && (quote || (!strchr(" \t\n", **p) && **p != stop)); (*p)++) {
        if (quote ? **p == quote : **p == '\'' || **p == '"')
            quote = quote ? 0 : **p;
        else
            word[length++] = **p;
    }
    *out = word;
    return quote ? bad(e, whole, "a quotation mark is not closed") : true;
}

static bool take_units(const char **p, const char *whole, Item *i, Arena *a, Error *e)
{
    const char *end = strchr(*p, ']');
    if (!end)
        return bad(e, whole, "`[` is not closed");
    i->units = arena_copy(a, *p + 1, (size_t)(end - *p - 1));
    *p = end + 1;
    return i->units ? true : arena_full(a, e);
}

static bool take_pair(const char **p, const char *whole, Item *i, Arena *a, Error *e)
{
    char *key, *value = NULL;
    if (i->count == ITEM_PAIRS_MAX)
        return bad(e, whole, "too many words");
    if (!take_word(p, '=', whole, &key, a, e))
        return false;
    if (**p == '=') {
        (*p)++;
        if (!take_word(p, 0, whole, &value, a, e))
            return false;
    }
    i->pairs[i->count++] = (ItemPair){key, value ? value : ""};
    return true;
}

bool item_parse(const char *text, Item *out, Arena *a, Error *e)
{
    Item i = {0};
    char *name = NULL;
    const char *p = skip_blanks(text);
    if (!take_word(&p, 0, text, &name, a, e))
        return false;
    if (!name || !name[0])
        return bad(e, text, "there is no name");
    i.name = name;
    for (p = skip_blanks(p); *p; p = skip_blanks(p))
        if (!(*p == '[' ? take_units(&p, text, &i, a, e) : take_pair(&p, text, &i, a, e)))
            return false;
    *out = i;
    return true;
}

const char *item_value(const Item *i, const char *key)
{
    for (size_t k = 0; k < i->count; k++)
        if (strcmp(i->pairs[k].key, key) == 0)
            return i->pairs[k].value;
    return NULL;
}

bool item_check_keys(const Item *i, const char *const *allowed, Error *e)
{
    for (size_t k = 0; k < i->count; k++) {
        const char *const *known = allowed;
        while (*known && strcmp(*known, i->pairs[k].key) != 0)
            known++;
        if (*known)
            continue;
        const char *near = text_nearest(i->pairs[k].key, allowed);
        return error_coded(e, ERROR_SETUP, "bad_value", "`%s`: unknown word `%s`%s%s%s", i->name,
                           i->pairs[k].key, near ? " (did you mean `" : "", near ? near : "",
                           near ? "`?)" : "");
    }
    return true;
}

bool item_whole(const Item *i, const char *key, int64_t least, int64_t standard, int64_t *out,
                Error *e)
{
    const char *value = item_value(i, key);
    *out = standard;
    if (!value || (text_to_int64(value, strlen(value), out) && *out >= least))
        return true;
    return error_coded(e, ERROR_SETUP, "bad_value",
                       "`%s`: `%s` is `%s`, but must be a whole number from %lld on", i->name, key,
                       value, (long long)least);
}

bool item_number(const Item *i, const char *key, double standard, double *out, Error *e)
{
    const char *value = item_value(i, key);
    *out = standard;
    if (!value || text_to_double(value, strlen(value), '.', out))
        return true;
    return error_coded(e, ERROR_SETUP, "bad_value", "`%s`: `%s` is `%s`, but must be a number",
                       i->name, key, value);
}

bool item_numbers(const Item *i, const char *key, double **out, size_t *count, Arena *a, Error *e)
{
    const char *value = item_value(i, key);
    size_t n = 0, capacity = 1;
    for (const char *p = value; p && *p; p++)
        capacity += *p == ',';
    double *numbers = arena_array(a, capacity, sizeof *numbers);
    if (!numbers)
        return arena_full(a, e);
    for (const char *p = value; p; n++) {
        size_t length = strcspn(p, ",");
        if (!text_to_double(p, length, '.', &numbers[n]))
            return error_coded(e, ERROR_SETUP, "bad_value",
                               "`%s`: `%s` is `%s`, but must be numbers with commas between",
                               i->name, key, value);
        p = p[length] ? p + length + 1 : NULL;
    }
    *out = numbers;
    *count = n;
    return true;
}
