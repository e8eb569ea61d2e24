/* merge.c: a walk over several ledgers at once, file by file in the order of their names. */
#include "orchestrator/merge.h"

#include "core/buffer.h"
#include "orchestrator/merge_choose.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 256 };

/* A ledger, and the file in it that comes next. */
typedef struct Cursor {
    MergeSource source;
    Buffer uri;
    bool more;
} Cursor;

typedef struct Merge {
    Cursor *cursors; /* the first one's ledger is the one that is written */
    Telling *tellings;
    size_t *tellers; /* whose they are */
    size_t count;
    size_t in_batch;
    Arena arena; /* of one file's rows */
    const volatile sig_atomic_t *stop;
    MergeCounts *counts;
} Merge;

/* ---- the rows of one file */

typedef struct Keep {
    Arena *arena;
    LedgerRow *rows;
    size_t count, capacity;
} Keep;

static bool keep_row(void *context, const LedgerRow *row, Error *e)
{
    Keep *k = context;
    size_t columns;
    ledger_columns(row->table, &columns);
    LedgerRow *rows = arena_grow(k->arena, k->rows, &k->capacity, k->count + 1, sizeof *rows);
    LedgerValue *values = arena_array(k->arena, columns, sizeof *values);
    const char *unit = arena_string(k->arena, row->unit);
    if (!rows || !values || !unit)
        return arena_full(k->arena, e);
    for (size_t i = 0; i < columns; i++) {
        values[i] = row->values[i];
        if (values[i].kind != LEDGER_TEXT)
            continue;
        values[i].text.bytes =
            arena_copy(k->arena, row->values[i].text.bytes, row->values[i].text.length);
        if (!values[i].text.bytes)
            return arena_full(k->arena, e);
    }
    rows[k->count++] = (LedgerRow){.table = row->table, .unit = unit, .values = values};
    k->rows = rows;
    return true;
}

static bool read_rows(Merge *m, const MergeSource *s, const char *uri, Telling *out, Error *e)
{
    Keep k = {.arena = &m->arena};
    if (!ledger_rows_each(s->ledger, uri, keep_row, &k, e))
        return false;
    if (k.count > 0 && !ledger_rows_check(uri, k.rows, k.count, e))
        return error_wrap(e, "%s", s->name);
    *out = (Telling){.rows = k.rows, .count = k.count};
    return true;
}

/* ---- one file */

static bool advance(Cursor *c, Error *e)
{
    const char *after = c->uri.length > 0 ? c->uri.bytes : "";
    return ledger_next_uri(c->source.ledger, after, &c->uri, &c->more, e);
}

/* NULL: all are at their end. */
static const char *first_uri(const Merge *m)
{
    const char *first = NULL;
    for (size_t i = 0; i < m->count; i++) {
        const Cursor *c = &m->cursors[i];
        if (c->more && (!first || strcmp(c->uri.bytes, first) < 0))
            first = c->uri.bytes;
    }
    return first;
}

static bool begin_batch(Merge *m, Error *e)
{
    return m->in_batch++ > 0 || ledger_begin(m->cursors[0].source.ledger, e);
}

static bool end_batch(Merge *m, Error *e)
{
    bool any = m->in_batch > 0;
    m->in_batch = 0;
    return !any || ledger_commit(m->cursors[0].source.ledger, e);
}

/* What the ledgers tell of it, the written one first. */
static bool gather(Merge *m, const char *uri, size_t *told, Error *e)
{
    *told = 0;
    for (size_t i = 0; i < m->count; i++) {
        Cursor *c = &m->cursors[i];
        Telling *t = &m->tellings[*told];
        if (!c->more || strcmp(c->uri.bytes, uri) != 0)
            continue;
        if (!read_rows(m, &c->source, uri, t, e))
            return false;
        m->tellers[*told] = i;
        *told += t->count > 0; /* 0: its weir has begun to read it just now */
    }
    return true;
}

static bool merge_file(Merge *m, const char *uri, Error *e)
{
    size_t told, chosen;
    Telling result;
    if (!gather(m, uri, &told, e))
        return false;
    if (told == 0)
        return true;
    if (!merge_choose(m->tellings, told, &m->arena, &chosen, &result, e))
        return false;
    bool known = m->tellers[0] == 0;
    bool as_it_is = known && chosen == 0 && result.count == m->tellings[0].count;
    m->counts->files += told > known;
    m->counts->shared += told - known > 1;
    return as_it_is || (begin_batch(m, e) && ledger_rows_put(m->cursors[0].source.ledger, uri,
                                                             result.rows, result.count, e));
}

/* ---- all of them */

static bool step(Merge *m, const char *first, Buffer *uri, Error *e)
{
    arena_reset(&m->arena);
    buffer_clear(uri);
    buffer_string(uri, first);
    if (uri->failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "merging");
    if (!merge_file(m, uri->bytes, e))
        return false;
    for (size_t i = 0; i < m->count; i++) {
        Cursor *c = &m->cursors[i];
        if (c->more && strcmp(c->uri.bytes, uri->bytes) == 0 && !advance(c, e))
            return false;
    }
    return m->in_batch < BATCH || end_batch(m, e);
}

static bool walk(Merge *m, Error *e)
{
    auto_buffer Buffer uri = {0};
    for (size_t i = 0; i < m->count; i++)
        if (!advance(&m->cursors[i], e))
            return false;
    for (const char *first; (first = first_uri(m));) {
        if (*m->stop)
            return end_batch(m, e) && error_coded(e, ERROR_RETRY, "stopped", "stopped");
        if (!step(m, first, &uri, e))
            return false;
    }
    return end_batch(m, e);
}

/* ---- what is left out */

typedef struct Leftovers {
    Ledger *into;
    uint64_t *count;
} Leftovers;

static bool count_leftover(void *context, const char *uri, const char *unit, Error *e)
{
    const Leftovers *l = context;
    static const Identity none;
    const UnitVersion v = {.uri = uri, .unit = unit, .identity = &none, .pipeline_hash = ""};
    LedgerEntry entry;
    if (!ledger_look(l->into, &v, &entry, e))
        return false;
    *l->count += entry.state[0] == '\0';
    return true;
}

static bool count_leftovers(const Merge *m, Error *e)
{
    Leftovers l = {.into = m->cursors[0].source.ledger, .count = &m->counts->begun};
    for (size_t i = 1; i < m->count; i++)
        if (!ledger_each_begun(m->cursors[i].source.ledger, count_leftover, &l, e))
            return false;
    return true;
}

static bool make(Merge *m, const MergeSource *from, size_t count, Ledger *into, Error *e)
{
    m->count = count + 1;
    m->cursors = calloc(m->count, sizeof *m->cursors);
    m->tellings = calloc(m->count, sizeof *m->tellings);
    m->tellers = calloc(m->count, sizeof *m->tellers);
    if (!m->cursors || !m->tellings || !m->tellers)
        return error_errno(e, ERROR_RETRY, ENOMEM, "merging");
    m->cursors[0].source = (MergeSource){.ledger = into, .name = "what there was before"};
    for (size_t i = 0; i < count; i++)
        m->cursors[i + 1].source = from[i];
    return true;
}

static void unmake(Merge *m)
{
    for (size_t i = 0; m->cursors && i < m->count; i++)
        buffer_deinit(&m->cursors[i].uri);
    free(m->cursors);
    free(m->tellings);
    free(m->tellers);
    arena_deinit(&m->arena);
}

bool merge_ledgers(const MergeSource *from, size_t count, Ledger *into,
                   const volatile sig_atomic_t *stop, MergeCounts *out, Error *e)
{
    *out = (MergeCounts){0};
    Merge m = {.stop = stop, .counts = out};
    bool ok = make(&m, from, count, into, e) && walk(&m, e) && count_leftovers(&m, e);
    unmake(&m);
    if (!ok)
        ledger_rollback(into);
    return ok;
}
