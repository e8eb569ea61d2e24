/* text_item.h: one line of a list in the configuration: "NAME [UNITS] key=value word ...".
 *
 * Words are divided by blanks; 'single' or "double" quotation marks keep blanks in a name or a
 * value together. "KIND/NAME" belongs to one kind of rows. */
#pragma once

#include "core/arena.h"

enum { ITEM_PAIRS_MAX = 24 };

typedef struct ItemPair {
    const char *key, *value; /* value is "" for a word alone */
} ItemPair;

typedef struct Item {
    const char *name;  /* the first word */
    const char *units; /* what stood in brackets, or NULL */
    ItemPair pairs[ITEM_PAIRS_MAX];
    size_t count;
} Item;

/* ERROR_SETUP "bad_value" where a mark is not closed, or there is no name. */
bool item_parse(const char *text, Item *out, Arena *a, Error *e) MUST_CHECK;
/* NULL: it has no such key. */
const char *item_value(const Item *i, const char *key);
/* Every key must be one of `allowed` (NULL at the end). */
bool item_check_keys(const Item *i, const char *const *allowed, Error *e) MUST_CHECK;
/* Whole number from `least` on; the default where the key is not there. */
bool item_whole(const Item *i, const char *key, int64_t least, int64_t standard, int64_t *out,
                Error *e) MUST_CHECK;
bool item_number(const Item *i, const char *key, double standard, double *out, Error *e) MUST_CHECK;
/* "1,2,3" -> numbers; NULL and 0 where the key is not there. */
bool item_numbers(const Item *i, const char *key, double **out, size_t *count, Arena *a,
                  Error *e) MUST_CHECK;
