/* shared_read.c: files read from the table, several at the same time.
 *
 * A file may be replaced while it is read: then its rows are not as many as its manifest says, and
 * the newer manifest is read. */
#include "orchestrator/shared_internal.h"

enum { LOOKS_MOST = 6 };
static const double look_first_s = 0.05;

typedef struct Reading {
    SharedTable *table;
    SharedFile *file;
} Reading;

typedef struct Taking {
    SharedFile *file;
    bool failure;
} Taking;

static bool take(void *context, const DynamoItem *item, Error *e)
{
    const Taking *t = context;
    return shared_file_take(t->file, t->failure, item, e);
}

/* Those of a failure have no prefix in common: most are overwritten where they are. */
static bool read_items(SharedTable *t, SharedFile *f, Error *e)
{
    Taking rows = {f, false}, failures = {f, true};
    const char *partition = dynamo_item_text(&f->manifest.item, "pk");
    const char *prefix = arena_printf(&f->arena, "%s#", f->manifest.generation);
    if (!prefix)
        return shared_no_memory(e);
    return (f->manifest.rows == 0 ||
            dynamo_query(&t->rows, &(DynamoRange){partition, prefix, NULL}, take, &rows, e)) &&
           (f->manifest.failures == 0 ||
            dynamo_query(&t->failures, &(DynamoRange){partition, NULL, NULL}, take, &failures, e));
}

typedef struct Look {
    SharedTable *table;
    SharedFile *file;
    bool found;
} Look;

static bool see_manifest(void *context, const DynamoItem *item, Error *e)
{
    Look *l = context;
    l->found = true;
    return shared_file_begin(l->file, &l->table->rows, item, e);
}

/* The manifest as it is now; one that is gone is not found. */
static bool look_again(SharedTable *t, SharedFile *f, Error *e)
{
    auto_buffer Buffer partition = {0};
    buffer_string(&partition, dynamo_item_text(&f->manifest.item, "pk"));
    Look l = {.table = t, .file = f};
    if (partition.failed)
        return shared_no_memory(e);
    if (!dynamo_get(&t->rows, &(DynamoKey){partition.bytes, SHARED_MANIFEST}, 1, see_manifest, &l,
                    e))
        return false;
    f->found = l.found;
    return true;
}

static bool read_file(void *job, Error *e)
{
    const Reading *r = job;
    double wait_s = look_first_s;
    if (crew_failing(r->table->crew))
        return true;
    for (unsigned look = 1; r->file->found; look++) {
        if (!read_items(r->table, r->file, e))
            return false;
        if (r->file->whole || look == LOOKS_MOST)
            return true;
        if (!dynamo_sleep(&r->table->rows, wait_s))
            return dynamo_stopped(&r->table->rows, "reading", e);
        wait_s *= 2;
        if (!look_again(r->table, r->file, e))
            return false;
    }
    return true;
}

bool shared_read(SharedTable *t, Ledger *l, SharedFile *files, size_t count, Error *e)
{
    bool ok = true;
    for (size_t from = 0; ok && from < count; from += SHARED_AT_ONCE) {
        Reading readings[SHARED_AT_ONCE];
        size_t some = count - from < SHARED_AT_ONCE ? count - from : SHARED_AT_ONCE;
        for (size_t i = 0; i < some; i++) {
            readings[i] = (Reading){t, &files[from + i]};
            crew_give(t->crew, read_file, &readings[i]);
        }
        ok = crew_wait(t->crew, e);
        for (size_t i = from; ok && i < from + some; i++) {
            ok = !files[i].whole || !files[i].found || shared_file_put(&files[i], &t->rows, l, e);
            if (files[i].whole)
                shared_file_deinit(&files[i]); /* memory of those that are done */
        }
    }
    return ok;
}
