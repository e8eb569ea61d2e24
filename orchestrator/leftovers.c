/* leftovers.c: without it, a file that a killed run was reading and that was deleted before the
 * next one would wait for ever: no listing tells it again. */
#include "orchestrator/leftovers.h"

typedef struct Leftover {
    const char *uri, *unit;
} Leftover;

typedef struct LeftoverList {
    Arena arena;
    Source *source;
    Leftover *items;
    size_t count, capacity;
} LeftoverList;

static bool take(void *context, const char *uri, const char *unit, Error *e)
{
    LeftoverList *list = context;
    if (!list->source->methods->lost(list->source, uri))
        return true;
    Leftover *items =
        arena_grow(&list->arena, list->items, &list->capacity, list->count + 1, sizeof *items);
    Leftover own = {arena_string(&list->arena, uri), arena_string(&list->arena, unit)};
    if (!items || !own.uri || !own.unit)
        return arena_full(&list->arena, e);
    list->items = items;
    items[list->count++] = own;
    return true;
}

static bool forget(Ledger *l, const LeftoverList *list, Error *e)
{
    if (!ledger_begin(l, e))
        return false;
    for (size_t i = 0; i < list->count; i++)
        if (!ledger_forget(l, list->items[i].uri, list->items[i].unit, e)) {
            ledger_rollback(l);
            return false;
        }
    return ledger_commit(l, e);
}

bool leftovers_forget(Ledger *l, Source *s, uint64_t *count, Error *e)
{
    LeftoverList list = {.source = s};
    *count = 0;
    if (!s->methods->lost)
        return true;
    arena_init(&list.arena, 0);
    bool ok = ledger_each_begun(l, take, &list, e) && (list.count == 0 || forget(l, &list, e));
    if (ok)
        *count = list.count;
    arena_deinit(&list.arena);
    return ok;
}
