/* dynamodb_writer.c: items gathered into batches for a crew. */
#include "stores/aws/dynamodb_writer.h"

#include "core/arena.h"

#include <stdlib.h>

enum { BATCH = 25, BATCH_BYTES = 2 << 20 };

struct DynamoBatch {
    const DynamoTable *table;
    Crew *crew;
    Arena arena;
    DynamoItem items[BATCH];
    size_t count, size;
};

static void batch_free(DynamoBatch *b)
{
    arena_deinit(&b->arena);
    free(b);
}

/* One that would only wait for what has failed already is left out. */
static bool write_batch(void *job, Error *e)
{
    DynamoBatch *b = job;
    bool ok = crew_failing(b->crew) || dynamo_put(b->table, b->items, b->count, e);
    batch_free(b);
    return ok;
}

void dynamo_writer_flush(DynamoWriter *w)
{
    if (w->batch)
        crew_give(w->crew, write_batch, w->batch);
    w->batch = NULL;
}

void dynamo_writer_deinit(DynamoWriter *w)
{
    if (w->batch)
        batch_free(w->batch);
    w->batch = NULL;
}

/* Names are the program's own; texts are copied. */
static bool copy(const DynamoItem *item, Arena *a, DynamoItem *out)
{
    DynamoAttribute *all = arena_array(a, item->count, sizeof *all);
    bool ok = all != NULL;
    for (size_t i = 0; ok && i < item->count; i++) {
        all[i] = item->attributes[i];
        all[i].text = all[i].text ? arena_string(a, all[i].text) : NULL;
        ok = all[i].text || !item->attributes[i].text;
    }
    *out = (DynamoItem){all, item->count};
    return ok;
}

bool dynamo_writer_put(DynamoWriter *w, const DynamoItem *item, Error *e)
{
    size_t size = dynamo_item_size(item);
    if (w->batch && (w->batch->count == BATCH || w->batch->size + size > BATCH_BYTES))
        dynamo_writer_flush(w);
    if (!w->batch) {
        w->batch = calloc(1, sizeof *w->batch);
        if (!w->batch)
            return error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: no memory",
                               w->table->name);
        w->batch->table = w->table;
        w->batch->crew = w->crew;
    }
    DynamoBatch *b = w->batch;
    if (!copy(item, &b->arena, &b->items[b->count]))
        return error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: no memory",
                           w->table->name);
    b->count++;
    b->size += size;
    return true;
}
