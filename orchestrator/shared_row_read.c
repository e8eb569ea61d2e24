/* shared_row_read.c: items as rows of the ledger. Anybody may have written them. */
#include "orchestrator/shared_internal.h"

#include <string.h>

static bool bad_row(const DynamoItem *item, const char *why, Error *e)
{
    auto_buffer Buffer shown = {0};
    const char *sort = dynamo_item_text(item, "sk");
    text_printable(&shown, sort ? sort : "", sort ? strnlen(sort, 100) : 0);
    return error_coded(e, ERROR_DATA, "bad_row", "item \"%s\": %s", shown.bytes ? shown.bytes : "",
                       why);
}

static bool bad_value(const DynamoItem *item, Error *e)
{
    Error why = *e;
    return why.kind == ERROR_DATA ? bad_row(item, why.message, e) : false;
}

bool item_list_add(ItemList *l, const DynamoItem *item, Arena *a, Error *e)
{
    DynamoAttribute *all = arena_array(a, item->count + 1, sizeof *all);
    l->items = arena_grow(a, l->items, &l->capacity, l->count + 1, sizeof *l->items);
    bool ok = all && l->items;
    for (size_t i = 0; ok && i < item->count; i++) {
        const DynamoAttribute *from = &item->attributes[i];
        all[i] = (DynamoAttribute){arena_string(a, from->name), from->type,
                                   from->text ? arena_string(a, from->text) : NULL};
        ok = all[i].name && (all[i].text || !from->text);
    }
    if (!ok)
        return shared_no_memory(e);
    l->items[l->count++] = (DynamoItem){all, item->count};
    return true;
}

/* Whether a list with blanks between has the name. */
static bool lists(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *p = list; p && *p; p += *p == ' ') {
        size_t word = strcspn(p, " ");
        if (word == length && memcmp(p, name, length) == 0)
            return true;
        p += word;
    }
    return false;
}

/* The attribute with this name, behind the one that was found before: mostly they come in order. */
static const DynamoAttribute *next_attribute(const DynamoItem *item, size_t *at, const char *name)
{
    for (size_t i = 0; i < item->count; i++) {
        const DynamoAttribute *a = &item->attributes[(*at + i) % item->count];
        if (strcmp(a->name, name) == 0) {
            *at = (*at + i + 1) % item->count;
            return a;
        }
    }
    return NULL;
}

static bool read_columns(const DynamoItem *item, LedgerTable table, Arena *a, LedgerValue *values,
                         Error *e)
{
    size_t count, at = 0;
    const char *const *columns = ledger_columns(table, &count);
    const char *doubles = dynamo_item_text(item, "doubles");
    for (size_t i = 0; i < count; i++) {
        const DynamoAttribute *found = next_attribute(item, &at, columns[i]);
        if (found && found->type != DYNAMO_NULL &&
            !value_read(found, lists(doubles, columns[i]), a, &values[i], e))
            return bad_value(item, e);
    }
    return true;
}

/* ---- what was too long for one item */

/* What the item's key has behind `begin`; NULL: it does not begin so. */
static const char *behind(const DynamoItem *item, const char *begin)
{
    const char *sort = dynamo_item_text(item, "sk");
    size_t length = strlen(begin);
    return sort && strncmp(sort, begin, length) == 0 ? sort + length : NULL;
}

/* All pieces whose keys begin so. */
static bool read_pieces(RowSource *s, const char *begin, LedgerValue *out, Error *e)
{
    auto_buffer Buffer text = {0};
    for (; s->at < s->list->count && behind(&s->list->items[s->at], begin); s->at++) {
        const DynamoItem *item = &s->list->items[s->at];
        const DynamoAttribute *said = item_attribute(item, "text");
        StringView piece;
        if (!said)
            return bad_row(item, "it has no \"text\"", e);
        if (!bytes_read(said, s->arena, &piece, e))
            return bad_value(item, e);
        buffer_append(&text, piece.bytes, piece.length);
    }
    const char *copy =
        text.failed || !text.bytes ? NULL : arena_copy(s->arena, text.bytes, text.length);
    if (!copy)
        return shared_no_memory(e);
    *out = (LedgerValue){.kind = LEDGER_TEXT, .text = {copy, text.length}};
    return true;
}

typedef struct Continued {
    const DynamoItem *first;
    const char *more, *listed;
    const char *const *columns;
    size_t count;
} Continued;

/* The column whose pieces begin here: its key is "MORE#COLUMN#NUMBER". c->count: none. */
static size_t column_here(const Continued *c, const DynamoItem *item)
{
    const char *rest = behind(item, c->more);
    for (size_t i = 0; rest && i < c->count; i++) {
        size_t length = strlen(c->columns[i]);
        if (rest[0] == '#' && strncmp(rest + 1, c->columns[i], length) == 0 &&
            rest[1 + length] == '#')
            return i;
    }
    return c->count;
}

static bool read_continued(RowSource *s, const Continued *c, LedgerValue *values, Error *e)
{
    while (s->at < s->list->count) {
        size_t i = column_here(c, &s->list->items[s->at]);
        if (i == c->count)
            break;
        const char *begin = arena_printf(s->arena, "%s#%s#", c->more, c->columns[i]);
        if (!begin)
            return shared_no_memory(e);
        if (values[i].kind != LEDGER_NULL || !lists(c->listed, c->columns[i]))
            return bad_row(&s->list->items[s->at], "it continues what is whole", e);
        if (!read_pieces(s, begin, &values[i], e))
            return false;
    }
    for (size_t i = 0; i < c->count; i++)
        if (lists(c->listed, c->columns[i]) && values[i].kind == LEDGER_NULL)
            return bad_row(c->first, "a part of it is missing", e);
    return true;
}

bool row_read(RowSource *s, LedgerTable table, const DynamoItem *first, const char *more,
              LedgerRow *out, Error *e)
{
    Continued c = {.first = first, .more = more, .listed = dynamo_item_text(first, "continued")};
    c.columns = ledger_columns(table, &c.count);
    LedgerValue *values = arena_array(s->arena, c.count, sizeof *values);
    const DynamoAttribute *unit = item_attribute(first, "unit");
    StringView name = {"", 0};
    if (!values)
        return shared_no_memory(e);
    if (!unit)
        return bad_row(first, "it has no \"unit\"", e);
    if (!bytes_read(unit, s->arena, &name, e))
        return bad_value(first, e);
    if (!read_columns(first, table, s->arena, values, e) || !read_continued(s, &c, values, e))
        return false;
    *out = (LedgerRow){.table = table, .unit = name.bytes, .values = values};
    return true;
}
