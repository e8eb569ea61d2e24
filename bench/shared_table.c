/* shared_table.c: all that a ledger has into the tables of a store: shared_table STORE OUT. */
#include "orchestrator/shared_table.h"
#include "core/arena.h"

#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 32 }; /* files in one batch of a run */

typedef struct Uris {
    Arena arena;
    const char **items;
    size_t count, capacity;
} Uris;

static bool add(void *context, const char *uri, Error *e)
{
    Uris *u = context;
    u->items = arena_grow(&u->arena, u->items, &u->capacity, u->count + 1, sizeof *u->items);
    if (!u->items || !(u->items[u->count++] = arena_string(&u->arena, uri)))
        return arena_full(&u->arena, e);
    return true;
}

static bool send_all(SharedTable *t, Ledger *l, const Uris *u, Error *e)
{
    bool overtaken[AT_ONCE], ok = true;
    for (size_t i = 0; ok && i < u->count; i += AT_ONCE) {
        size_t count = u->count - i < AT_ONCE ? u->count - i : AT_ONCE;
        ok = ledger_begin(l, e) && shared_table_send(t, l, u->items + i, count, overtaken, e);
        ledger_rollback(l); /* the next round begins anew */
    }
    return ok;
}

int main(int argc, char **argv)
{
    AwsOptions o = {.connections = 1, .version = "bench"};
    Aws *aws = NULL;
    SharedTable *t = NULL;
    Ledger *l = NULL;
    Uris u = {0};
    Error e = {0};
    bool ok = argc == 3 && aws_open(&o, &aws, &e) && shared_table_create(aws, argv[1], &e) &&
              shared_table_open(aws, argv[1], NULL, &t, &e) &&
              ledger_open(argv[2], LEDGER_WRITE, &l, &e) && ledger_each_uri(l, add, &u, &e) &&
              send_all(t, l, &u, &e);
    if (!ok)
        fprintf(stderr, "shared_table STORE OUT: %s\n", e.message);
    ledger_close(l);
    shared_table_close(t);
    aws_close(aws);
    arena_deinit(&u.arena);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
