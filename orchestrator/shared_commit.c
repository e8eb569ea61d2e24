/* shared_commit.c: one file's manifest, where nobody else has written another one meanwhile, and
 * what is to be deleted then.
 *
 * Whether a reply was lost, somebody else was first, or two wrote at the same moment: the manifest
 * that is there then decides. */
#include "orchestrator/shared_sending.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TRIES_MOST = 8 };
static const double wait_first_s = 0.05;

/* ---- the manifest that is there */

typedef struct Found {
    const Sending *sending;
    bool there, same, ours; /* this one; one of this writer */
    int64_t revision;
} Found;

static bool see(void *context, const DynamoItem *item, Error *e)
{
    Found *f = context;
    const SharedTable *t = f->sending->table;
    Manifest m;
    Generation g;
    if (!manifest_read(&t->rows, item, &m, e))
        return false;
    f->there = true;
    f->revision = m.revision;
    f->same = strcmp(m.generation, f->sending->generation) == 0;
    f->ours = generation_read((StringView){m.generation, strlen(m.generation)}, &g) &&
              generation_same(g.writer, t->writer);
    return true;
}

/* SEND_PENDING: there is nothing against trying once more. */
static bool judge(Sending *s, Error *e)
{
    Found f = {.sending = s};
    if (!dynamo_get(&s->table->rows, &(DynamoKey){s->partition, SHARED_MANIFEST}, 1, see, &f, e))
        return false;
    if (f.same) {
        s->state = SEND_DONE;
    } else if (f.revision != s->replaces) {
        /* an earlier write of ours that the ledger has rolled back, or a table made anew */
        bool again = f.ours || !f.there;
        s->state = again ? SEND_AGAIN : SEND_OVERTAKEN;
        s->replaces = f.there ? f.revision : 0;
    }
    return true;
}

static bool put(const Sending *s, Error *e)
{
    char number[24];
    snprintf(number, sizeof number, "%" PRId64, s->replaces);
    DynamoMust must = {"revision", s->replaces > 0 ? number : NULL};
    DynamoPut manifest = {&s->table->rows, {s->manifest.first, s->manifest.first_count}};
    return dynamo_put_if(&manifest, &must, s->together, s->together_count, e);
}

static bool is_condition(const Error *e)
{
    return strcmp(e->code, "precondition") == 0 || strcmp(e->code, "conflict") == 0;
}

bool sending_commit(void *job, Error *e)
{
    Sending *s = job;
    double wait_s = wait_first_s;
    for (unsigned tries = 1; s->state == SEND_PENDING; tries++) {
        Error why = {0};
        if (put(s, &why)) {
            s->state = SEND_DONE;
            return true;
        }
        if (!is_condition(&why) || tries == TRIES_MOST) {
            *e = why;
            return false;
        }
        if (!judge(s, e))
            return false;
        if (s->state != SEND_PENDING)
            return true;
        if (!dynamo_sleep(&s->table->rows, wait_s))
            return dynamo_stopped(&s->table->rows, "writing", e);
        wait_s *= 2;
    }
    return true;
}

/* ---- what nobody reads any more */

typedef struct Sweep {
    const Sending *sending;
    const DynamoTable *table;
    Arena arena;
    DynamoKey *keys;
    size_t count, capacity;
} Sweep;

/* A manifest that counts has made void all generations up to its own revision but its own. One
 * that does not, only its own. */
static bool is_void(const Sending *s, const DynamoItem *item)
{
    Generation g;
    StringView name = generation_of(item);
    bool own = generation_same(name, s->generation);
    if (s->state != SEND_DONE)
        return own;
    return !own && name.bytes && generation_read(name, &g) && g.revision <= s->replaces + 1;
}

static bool flush(Sweep *w, Error *e)
{
    bool ok = dynamo_delete(w->table, w->keys, w->count, e);
    arena_reset(&w->arena);
    w->keys = NULL;
    w->count = w->capacity = 0;
    return ok;
}

static bool sweep_item(void *context, const DynamoItem *item, Error *e)
{
    enum { AT_ONCE = 100 };
    Sweep *w = context;
    const char *sort = dynamo_item_text(item, "sk");
    if (!sort || strcmp(sort, SHARED_MANIFEST) == 0 || !is_void(w->sending, item))
        return true;
    w->keys = arena_grow(&w->arena, w->keys, &w->capacity, w->count + 1, sizeof *w->keys);
    char *copy = arena_string(&w->arena, sort);
    if (!w->keys || !copy)
        return shared_no_memory(e);
    w->keys[w->count++] = (DynamoKey){w->sending->partition, copy};
    return w->count < AT_ONCE || flush(w, e);
}

static bool sweep(const Sending *s, const DynamoTable *t, Error *e)
{
    Sweep w = {.sending = s, .table = t};
    char prefix[64];
    snprintf(prefix, sizeof prefix, "%s#", s->generation);
    DynamoRange range = {s->partition, s->state == SEND_DONE ? NULL : prefix, "generation"};
    bool ok = dynamo_query(t, &range, sweep_item, &w, e) && flush(&w, e);
    arena_deinit(&w.arena);
    return ok;
}

bool sending_sweep(void *job, Error *e)
{
    const Sending *s = job;
    if (s->state == SEND_DONE && s->replaces == 0)
        return true; /* the first of its file: there is nothing before it */
    return sweep(s, &s->table->rows, e) && (!s->apart || sweep(s, &s->table->failures, e));
}
