/* shared_send.c: files of a ledger into the table: all their rows first, then the manifests, then
 * what they replace is deleted. */
#include "orchestrator/shared_sending.h"

#include "stores/aws/dynamodb_writer.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* With the manifest a transaction has at most 100 items and 4 MB. */
enum { TOGETHER_MOST = DYNAMO_TOGETHER_MOST - 1, TOGETHER_BYTES = 3000 * 1000, ROUNDS_MOST = 5 };

typedef struct Gathering {
    Sending *file;
    DynamoWriter *rows, *failures;
    Arena scratch; /* of one row */
    uint64_t row_count, failure_count;
} Gathering;

static RowPlace place_of(const Sending *s, const char *sort, const char *more)
{
    return (RowPlace){.partition = s->partition, .uri = s->hashed_uri, .sort = sort, .more = more};
}

static bool put_rest(DynamoWriter *w, const RowItems *items, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < items->rest_count; i++)
        ok = dynamo_writer_put(w, &items->rest[i], e);
    return ok;
}

static bool put_all(DynamoWriter *w, const RowItems *items, uint64_t *count, Error *e)
{
    *count += 1 + items->rest_count;
    return dynamo_writer_put(w, &(DynamoItem){items->first, items->first_count}, e) &&
           put_rest(w, items, e);
}

/* It is written last; what of it lies in other items, before it. */
static bool gather_manifest(Gathering *g, const LedgerRow *row, Error *e)
{
    Sending *s = g->file;
    const char *more = arena_printf(&s->arena, "%s#*", s->generation);
    if (!more)
        return shared_no_memory(e);
    RowPlace place = place_of(s, SHARED_MANIFEST, more);
    place.generation = s->generation;
    if (!row_write(row, &place, &s->arena, &s->manifest, e) || !put_rest(g->rows, &s->manifest, e))
        return false;
    s->rows = s->manifest.rest_count;
    return true;
}

static bool gather_row(Gathering *g, const LedgerRow *row, Error *e)
{
    RowItems items;
    const char *sort =
        arena_printf(&g->scratch, "%s#%08" PRIu64, g->file->generation, g->row_count++);
    if (!sort)
        return shared_no_memory(e);
    RowPlace place = place_of(g->file, sort, sort);
    return row_write(row, &place, &g->scratch, &items, e) &&
           put_all(g->rows, &items, &g->file->rows, e);
}

/* ---- failures: overwritten in place with the manifest, as long as there are few */

static bool put_apart(Gathering *g, RowItems *items, Error *e)
{
    items->first[1].text =
        arena_printf(&g->scratch, "%s#%s", g->file->generation, items->first[1].text); /* sk */
    return items->first[1].text ? put_all(g->failures, items, &g->file->failures, e)
                                : shared_no_memory(e);
}

static bool go_apart(Gathering *g, Error *e)
{
    Sending *s = g->file;
    s->apart = true;
    s->failures = 0;
    for (size_t i = 0; i < s->together_count; i++) {
        const DynamoItem *item = &s->together[i].item;
        DynamoAttribute *all = arena_array(&g->scratch, item->count, sizeof *all);
        if (!all)
            return shared_no_memory(e);
        memcpy(all, item->attributes, item->count * sizeof *all);
        if (!put_apart(g, &(RowItems){.first = all, .first_count = item->count}, e))
            return false;
    }
    s->together_count = 0;
    return true;
}

static bool gather_together(Sending *s, const RowItems *items)
{
    DynamoItem item = {items->first, items->first_count};
    if (!s->together)
        s->together = arena_array(&s->arena, TOGETHER_MOST, sizeof *s->together);
    if (!s->together)
        return false;
    s->together[s->together_count++] = (DynamoPut){&s->table->failures, item};
    s->together_size += dynamo_item_size(&item);
    s->failures++;
    return true;
}

static bool gather_failure(Gathering *g, const LedgerRow *row, Error *e)
{
    Sending *s = g->file;
    RowItems items;
    Arena *arena = s->apart ? &g->scratch : &s->arena;
    const char *sort = arena_printf(arena, "%08" PRIu64, g->failure_count++);
    const char *more = arena_printf(arena, "%s#%s", s->generation, sort ? sort : "");
    if (!sort || !more)
        return shared_no_memory(e);
    RowPlace place = place_of(s, sort, more);
    place.generation = s->generation;
    if (!row_write(row, &place, arena, &items, e))
        return false;
    size_t size = dynamo_item_size(&(DynamoItem){items.first, items.first_count});
    bool fits = items.rest_count == 0 && s->together_count < TOGETHER_MOST &&
                s->together_size + size <= TOGETHER_BYTES;
    if (!s->apart && fits)
        return gather_together(s, &items) || shared_no_memory(e);
    return (s->apart || go_apart(g, e)) && put_apart(g, &items, e);
}

static bool gather(void *context, const LedgerRow *row, Error *e)
{
    Gathering *g = context;
    if (crew_failing(g->file->table->crew))
        return error_coded(e, ERROR_RETRY, "stopped", "writing to the shared table has failed");
    bool ok = row->table == LEDGER_FAILURES ? gather_failure(g, row, e)
              : g->file->manifest.first     ? gather_row(g, row, e)
                                            : gather_manifest(g, row, e);
    arena_reset(&g->scratch);
    return ok;
}

static bool add_count(Sending *s, const char *name, uint64_t value)
{
    const char *text = arena_printf(&s->arena, "%" PRIu64, value);
    s->manifest.first[s->manifest.first_count++] = (DynamoAttribute){name, DYNAMO_NUMBER, text};
    return text != NULL;
}

static bool gather_file(Ledger *l, Sending *s, DynamoWriter *rows, DynamoWriter *failures, Error *e)
{
    Gathering g = {.file = s, .rows = rows, .failures = failures};
    arena_reset(&s->arena);
    *s = (Sending){.table = s->table, .uri = s->uri, .replaces = s->replaces, .arena = s->arena};
    if (!shared_partition(s->uri, &s->arena, &s->partition, e))
        return false;
    s->hashed_uri = strcmp(s->partition, s->uri) == 0 ? NULL : s->uri;
    s->generation = generation_name(s->table, s->replaces + 1, &s->arena);
    if (!s->generation)
        return shared_no_memory(e);
    bool ok = ledger_rows_each(l, s->uri, gather, &g, e);
    arena_deinit(&g.scratch);
    if (!ok || !s->manifest.first)
        return ok;
    s->state = SEND_PENDING;
    return (add_count(s, "layout", SHARED_LAYOUT) &&
            add_count(s, "revision", (uint64_t)s->replaces + 1) && add_count(s, "items", s->rows) &&
            add_count(s, "failure_items", s->failures)) ||
           shared_no_memory(e);
}

/* ---- all of them */

typedef struct Batch {
    SharedTable *table;
    Sending *files;
    size_t count;
} Batch;

/* What the crew says comes first: its failure is why the gathering ended. */
static bool wait_for(SharedTable *t, bool ok, Error *e)
{
    Error why = {0};
    if (crew_wait(t->crew, &why))
        return ok;
    *e = why;
    return false;
}

static bool gather_all(const Batch *b, Ledger *l, SendState which, Error *e)
{
    DynamoWriter rows = {.table = &b->table->rows, .crew = b->table->crew};
    DynamoWriter failures = {.table = &b->table->failures, .crew = b->table->crew};
    bool ok = true;
    for (size_t i = 0; ok && i < b->count; i++)
        ok = b->files[i].state != which || gather_file(l, &b->files[i], &rows, &failures, e);
    if (ok) {
        dynamo_writer_flush(&rows);
        dynamo_writer_flush(&failures);
    }
    dynamo_writer_deinit(&rows);
    dynamo_writer_deinit(&failures);
    return wait_for(b->table, ok, e);
}

static bool each_pending(const Batch *b, CrewWork *work, Sending *const *some, size_t count,
                         Error *e)
{
    for (size_t i = 0; i < count; i++)
        crew_give(b->table->crew, work, some[i]);
    return crew_wait(b->table->crew, e);
}

/* *again: of how many the manifest was another one. */
static bool send_round(const Batch *b, Ledger *l, SendState which, size_t *again, Error *e)
{
    if (!gather_all(b, l, which, e))
        return false;
    Sending **some = calloc(b->count + 1, sizeof *some);
    size_t count = 0;
    if (!some)
        return shared_no_memory(e);
    for (size_t i = 0; i < b->count; i++)
        if (b->files[i].state == SEND_PENDING)
            some[count++] = &b->files[i];
    bool ok = each_pending(b, sending_commit, some, count, e) &&
              each_pending(b, sending_sweep, some, count, e);
    *again = 0;
    for (size_t i = 0; i < count; i++)
        *again += some[i]->state == SEND_AGAIN;
    free(some);
    return ok;
}

static bool send_all(const Batch *b, Ledger *l, Error *e)
{
    size_t again = 0;
    if (!send_round(b, l, SEND_NOTHING, &again, e))
        return false;
    for (unsigned round = 1; again > 0; round++) {
        if (round == ROUNDS_MOST)
            return error_coded(e, ERROR_RETRY, "conflict",
                               "DynamoDB table %s: the rows of %zu files change again and again",
                               b->table->name, again);
        if (!send_round(b, l, SEND_AGAIN, &again, e))
            return false;
    }
    return true;
}

static bool begin(const Batch *b, Ledger *l, const char *const *uris, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < b->count; i++) {
        b->files[i] = (Sending){.table = b->table, .uri = uris[i]};
        ok = ledger_revision(l, uris[i], &b->files[i].replaces, e);
    }
    return ok;
}

static bool end(const Batch *b, Ledger *l, bool *overtaken, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < b->count; i++) {
        const Sending *s = &b->files[i];
        overtaken[i] = s->state == SEND_OVERTAKEN;
        ok = s->state != SEND_DONE || ledger_set_revision(l, s->uri, s->replaces + 1, e);
    }
    return ok;
}

bool shared_table_send(SharedTable *t, Ledger *l, const char *const *uris, size_t count,
                       bool *overtaken, Error *e)
{
    Batch b = {.table = t, .files = calloc(count + 1, sizeof *b.files), .count = count};
    if (!b.files)
        return shared_no_memory(e);
    bool ok = begin(&b, l, uris, e) && send_all(&b, l, e) && end(&b, l, overtaken, e);
    for (size_t i = 0; i < count; i++)
        arena_deinit(&b.files[i].arena);
    free(b.files);
    return ok;
}
