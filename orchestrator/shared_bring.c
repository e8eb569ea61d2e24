/* shared_bring.c: files of the table into a ledger: their manifests, and the rows of those that
 * the ledger has not as they are there. */
#include "orchestrator/shared_internal.h"

#include <stdlib.h>
#include <string.h>

enum { KEYS_AT_ONCE = 100, FILES_AT_ONCE = SHARED_AT_ONCE * KEYS_AT_ONCE };

/* Files whose manifests come with one request. */
typedef struct Bring {
    SharedTable *table;
    DynamoKey keys[KEYS_AT_ONCE];
    int64_t revisions[KEYS_AT_ONCE]; /* of the ledger */
    SharedFile *files;               /* found where they are to be read */
    size_t count;
} Bring;

static bool see(void *context, const DynamoItem *item, Error *e)
{
    Bring *b = context;
    Manifest m;
    const char *partition = dynamo_item_text(item, "pk");
    size_t i = 0;
    while (i < b->count && partition && strcmp(b->keys[i].partition, partition) != 0)
        i++;
    if (!manifest_read(&b->table->rows, item, &m, e))
        return false;
    return i == b->count || m.revision == b->revisions[i] ||
           shared_file_begin(&b->files[i], &b->table->rows, item, e);
}

static bool get_manifests(void *job, Error *e)
{
    Bring *b = job;
    return crew_failing(b->table->crew) ||
           dynamo_get(&b->table->rows, b->keys, b->count, see, b, e);
}

/* Manifests of at most FILES_AT_ONCE. */
typedef struct Portion {
    Bring jobs[SHARED_AT_ONCE];
    SharedFile files[FILES_AT_ONCE];
    Arena arena;
} Portion;

static bool prepare(Portion *p, Ledger *l, const char *const *uris, size_t count, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        Bring *b = &p->jobs[i / KEYS_AT_ONCE];
        size_t at = b->count++;
        b->files = &p->files[i - at];
        b->keys[at].sort = SHARED_MANIFEST;
        ok = shared_partition(uris[i], &p->arena, &b->keys[at].partition, e) &&
             ledger_revision(l, uris[i], &b->revisions[at], e);
    }
    return ok;
}

static bool find_changed(Portion *p, SharedTable *t, size_t *count, Error *e)
{
    for (size_t i = 0; i < SHARED_AT_ONCE && p->jobs[i].count > 0; i++) {
        p->jobs[i].table = t;
        crew_give(t->crew, get_manifests, &p->jobs[i]);
    }
    if (!crew_wait(t->crew, e))
        return false;
    size_t found = 0;
    for (size_t i = 0; i < FILES_AT_ONCE; i++) {
        SharedFile file = p->files[i];
        if (!file.found)
            continue;
        p->files[i] = (SharedFile){0};
        p->files[found++] = file;
    }
    *count = found;
    return true;
}

static bool read_changed(Portion *p, SharedTable *t, Ledger *l, size_t count, Error *e)
{
    if (count == 0)
        return true;
    bool ok = ledger_begin(l, e) && shared_read(t, l, p->files, count, e);
    for (size_t i = 0; ok && i < count; i++)
        if (p->files[i].found && !p->files[i].whole)
            ok = error_coded(e, ERROR_RETRY, "unfinished",
                             "DynamoDB table %.100s: the rows of %.200s are being written just "
                             "now; try again",
                             t->name, p->files[i].uri);
    if (ok && ledger_commit(l, e))
        return true;
    ledger_rollback(l);
    return false;
}

static bool bring(SharedTable *t, Ledger *l, const char *const *uris, size_t count, Error *e)
{
    Portion *p = calloc(1, sizeof *p);
    size_t changed = 0;
    if (!p)
        return shared_no_memory(e);
    bool ok = prepare(p, l, uris, count, e) && find_changed(p, t, &changed, e) &&
              read_changed(p, t, l, changed, e);
    for (size_t i = 0; i < FILES_AT_ONCE; i++)
        shared_file_deinit(&p->files[i]);
    arena_deinit(&p->arena);
    free(p);
    return ok;
}

bool shared_table_bring(SharedTable *t, Ledger *l, const char *const *uris, size_t count, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i += FILES_AT_ONCE)
        ok = bring(t, l, uris + i, count - i < FILES_AT_ONCE ? count - i : FILES_AT_ONCE, e);
    return ok;
}
