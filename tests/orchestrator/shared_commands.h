/* shared_commands.h: shared_table.h from the command line (tests/aws/shared_table.py).
 *
 *     --do create STORE                 --do bring STORE OUT URI...
 *     --do send STORE OUT [URI...]      --do load STORE OUT    into the empty ledger OUT
 *     --do open STORE
 *
 * Prints one line for each URI that was overtaken, or "unfinished N". A failure is a line on
 * stderr: "RETRY throttled: message". In the environment HOLD: the batch of send is rolled back, as
 * where a weir dies; TWICE: so is the first of two. */
#pragma once

#include "core/arena.h"
#include "orchestrator/shared_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Uris {
    Arena arena;
    const char **items;
    size_t count, capacity;
} Uris;

static inline bool add_uri(void *context, const char *uri, Error *e)
{
    Uris *u = context;
    u->items = arena_grow(&u->arena, u->items, &u->capacity, u->count + 1, sizeof *u->items);
    if (!u->items)
        return arena_full(&u->arena, e);
    u->items[u->count++] = arena_string(&u->arena, uri);
    return true;
}

static inline bool do_send(SharedTable *t, Ledger *l, const Uris *u, Error *e)
{
    bool *overtaken = calloc(u->count + 1, sizeof *overtaken);
    bool ok = overtaken && ledger_begin(l, e) &&
              shared_table_send(t, l, u->items, u->count, overtaken, e);
    if (ok && getenv("TWICE")) {
        ledger_rollback(l);
        ok = ledger_begin(l, e) && shared_table_send(t, l, u->items, u->count, overtaken, e);
    }
    for (size_t i = 0; ok && i < u->count; i++)
        if (overtaken[i])
            printf("%s\n", u->items[i]);
    free(overtaken);
    if (ok && !getenv("HOLD"))
        return ledger_commit(l, e);
    ledger_rollback(l);
    return ok;
}

static inline bool do_load(SharedTable *t, Ledger *l, Error *e)
{
    uint64_t unfinished;
    if (!shared_table_load(t, l, &unfinished, e))
        return false;
    printf("unfinished %" PRIu64 "\n", unfinished);
    return true;
}

static inline bool with_ledger(SharedTable *t, int count, char **words, Error *e)
{
    Ledger *l = NULL;
    Uris u = {0};
    bool ok = ledger_open(words[2], LEDGER_WRITE, &l, e);
    for (int i = 3; ok && i < count; i++)
        ok = add_uri(&u, words[i], e);
    if (ok && strcmp(words[0], "send") == 0)
        ok = (count > 3 || ledger_each_uri(l, add_uri, &u, e)) && do_send(t, l, &u, e);
    else if (ok && strcmp(words[0], "bring") == 0)
        ok = shared_table_bring(t, l, u.items, u.count, e);
    else
        ok = ok && do_load(t, l, e);
    ledger_close(l);
    arena_deinit(&u.arena);
    return ok;
}

static inline bool obey(Aws *aws, int count, char **words, Error *e)
{
    SharedTable *t = NULL;
    if (strcmp(words[0], "create") == 0)
        return shared_table_create(aws, words[1], e);
    bool ok = shared_table_open(aws, words[1], NULL, &t, e) &&
              (count < 3 || with_ledger(t, count, words, e));
    shared_table_close(t);
    return ok;
}

static inline int do_command(int count, char **words)
{
    static const char *const kinds[] = {"NONE", "DATA", "RETRY", "SETUP"};
    AwsOptions o = {.connections = 2, .version = "test"};
    Aws *aws = NULL;
    Error e = {0};
    bool ok = count > 1 && aws_open(&o, &aws, &e) && obey(aws, count, words, &e);
    if (!ok)
        fprintf(stderr, "%s %s: %s\n", kinds[e.kind], e.code, e.message);
    aws_close(aws);
    return ok ? 0 : 1;
}
