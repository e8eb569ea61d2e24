/* shared_load.c: all of the tables into an empty ledger.
 *
 * Segments of both tables come at the same time and in no order; the temporary ledger puts their
 * items into the order of files, so that memory holds one file at a time. What was being written
 * meanwhile is read once more, file by file. */
#include "orchestrator/shared_internal.h"

#include "orchestrator/ledger_spool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENTS = 8, AGAIN_AT_ONCE = SHARED_AT_ONCE };

typedef enum Kind { KIND_MANIFEST, KIND_ROW, KIND_FAILURE } Kind;

typedef struct Load {
    SharedTable *table;
    Ledger *ledger;
    LedgerSpool *spool;
    pthread_mutex_t lock;            /* of the spool, while segments come */
    SharedFile file;                 /* that is being put together */
    SharedFile again[AGAIN_AT_ONCE]; /* not whole */
    size_t again_count;
    uint64_t *unfinished;
} Load;

/* ---- items as bytes: of each attribute its type, its name and its text, each with a NUL */

static void pack(const DynamoItem *item, Buffer *out)
{
    for (size_t i = 0; i < item->count; i++) {
        const DynamoAttribute *a = &item->attributes[i];
        const char *text = a->text ? a->text : "";
        buffer_char(out, (char)('0' + a->type));
        buffer_append(out, a->name, strlen(a->name) + 1);
        buffer_append(out, text, strlen(text) + 1);
    }
}

/* The texts are those of the bytes. */
static bool unpack(StringView bytes, Arena *a, DynamoItem *out, Error *e)
{
    size_t count = 0, capacity = 0;
    DynamoAttribute *all = NULL;
    for (const char *p = bytes.bytes, *end = p + bytes.length; p < end; count++) {
        all = arena_grow(a, all, &capacity, count + 1, sizeof *all);
        if (!all)
            return shared_no_memory(e);
        const char *name = p + 1, *text = name + strlen(name) + 1;
        all[count] = (DynamoAttribute){name, (DynamoType)(*p - '0'), text};
        p = text + strlen(text) + 1;
    }
    *out = (DynamoItem){all, count};
    return true;
}

/* ---- both tables into the spool */

typedef struct Segment {
    Load *load;
    bool failures;
    unsigned number;
    Buffer bytes;
} Segment;

static bool spool_item(void *context, const DynamoItem *item, Error *e)
{
    Segment *s = context;
    Load *l = s->load;
    const char *partition = dynamo_item_text(item, "pk"), *sort = dynamo_item_text(item, "sk");
    if (!partition || !sort)
        return true; /* the service gives none without its keys */
    bool manifest = !s->failures && strcmp(sort, SHARED_MANIFEST) == 0;
    SpoolRecord r = {.group = partition,
                     .kind = s->failures ? KIND_FAILURE
                             : manifest  ? KIND_MANIFEST
                                         : KIND_ROW,
                     .key = sort};
    buffer_clear(&s->bytes);
    pack(item, &s->bytes);
    if (s->bytes.failed)
        return shared_no_memory(e);
    r.bytes = (StringView){s->bytes.bytes, s->bytes.length};
    pthread_mutex_lock(&l->lock);
    bool ok = ledger_spool_add(l->spool, &r, e);
    pthread_mutex_unlock(&l->lock);
    return ok;
}

static bool scan_segment(void *job, Error *e)
{
    Segment *s = job;
    SharedTable *t = s->load->table;
    bool ok = crew_failing(t->crew) ||
              dynamo_scan(s->failures ? &t->failures : &t->rows,
                          (DynamoSegment){s->number, SEGMENTS}, spool_item, s, e);
    buffer_deinit(&s->bytes);
    return ok;
}

static bool scan(Load *l, Error *e)
{
    Segment segments[2 * SEGMENTS] = {0};
    for (unsigned i = 0; i < 2 * SEGMENTS; i++) {
        segments[i] = (Segment){.load = l, .failures = i % 2, .number = i / 2};
        crew_give(l->table->crew, scan_segment, &segments[i]);
    }
    return crew_wait(l->table->crew, e);
}

/* ---- out of the spool, file by file */

static bool read_again(Load *l, Error *e)
{
    bool ok = shared_read(l->table, l->ledger, l->again, l->again_count, e);
    for (size_t i = 0; i < l->again_count; i++) {
        *l->unfinished += ok && l->again[i].found && !l->again[i].whole;
        shared_file_deinit(&l->again[i]);
    }
    l->again_count = 0;
    return ok;
}

static bool end_file(Load *l, Error *e)
{
    SharedFile *f = &l->file;
    bool ok = true;
    if (!f->found)
        return true;
    f->found = false;
    if (f->whole)
        return shared_file_put(f, &l->table->rows, l->ledger, e);
    ok = shared_file_begin(&l->again[l->again_count++], &l->table->rows, &f->manifest.item, e);
    return ok && (l->again_count < AGAIN_AT_ONCE || read_again(l, e));
}

static bool of_file(const Load *l, const SpoolRecord *r)
{
    return l->file.found && strcmp(dynamo_item_text(&l->file.manifest.item, "pk"), r->group) == 0;
}

/* A manifest comes before what belongs to it; what has none is left out. */
static bool take(void *context, const SpoolRecord *r, Error *e)
{
    Load *l = context;
    Arena arena = {0};
    DynamoItem item;
    bool ok = r->kind != KIND_MANIFEST || end_file(l, e);
    if (ok && (r->kind == KIND_MANIFEST || of_file(l, r))) {
        ok = unpack(r->bytes, &arena, &item, e) &&
             (r->kind == KIND_MANIFEST
                  ? shared_file_begin(&l->file, &l->table->rows, &item, e)
                  : shared_file_take(&l->file, r->kind == KIND_FAILURE, &item, e));
    }
    arena_deinit(&arena);
    return ok;
}

static bool load(Load *l, Error *e)
{
    return scan(l, e) && ledger_spool_each(l->spool, take, l, e) && end_file(l, e) &&
           read_again(l, e);
}

bool shared_table_load(SharedTable *t, Ledger *into, uint64_t *unfinished, Error *e)
{
    uint64_t count = 0;
    Load l = {.table = t, .ledger = into, .lock = PTHREAD_MUTEX_INITIALIZER, .unfinished = &count};
    if (!ledger_begin(into, e))
        return false;
    bool ok = ledger_spool_open(into, &l.spool, e) && load(&l, e);
    for (size_t i = 0; i < l.again_count; i++)
        shared_file_deinit(&l.again[i]);
    shared_file_deinit(&l.file);
    ledger_spool_close(l.spool);
    if (!ok || !ledger_commit(into, e)) {
        ledger_rollback(into);
        return false;
    }
    *unfinished = count;
    return true;
}
