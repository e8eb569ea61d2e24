/* dynamodb_write.c: items put and deleted, in batches.
 *
 * The service may do a part of a batch and give the rest back. That rest is found again by its keys
 * and sent from our own items, so that what is written is what was given. */
#include "stores/aws/dynamodb.h"

#include "stores/aws/dynamodb_call.h"
#include "stores/aws/dynamodb_item.h"

#include <stdlib.h>
#include <string.h>

enum { BATCH = 25 };
/* The service takes 16 MB; smaller ones are cheaper to repeat. */
static const size_t request_most = 4 << 20;

typedef struct Write {
    DynamoKey key;
    const DynamoItem *item; /* NULL: it is deleted */
    size_t at;              /* its place among those given */
    bool overtaken;         /* a later one has the same key */
} Write;

typedef struct Entry {
    const Write *write;
    Buffer text; /* {"PutRequest": ...} */
} Entry;

typedef struct Batch {
    const DynamoTable *table;
    const char *doing;
    Entry entries[BATCH];
    size_t count, size;
} Batch;

/* ---- the same key twice */

static bool same_key(const DynamoKey *a, const DynamoKey *b)
{
    return strcmp(a->partition, b->partition) == 0 && strcmp(a->sort, b->sort) == 0;
}

static int by_key(const void *a, const void *b)
{
    const Write *x = *(const Write *const *)a, *y = *(const Write *const *)b;
    int order = strcmp(x->key.partition, y->key.partition);
    if (order == 0)
        order = strcmp(x->key.sort, y->key.sort);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* A batch with a key twice is refused. */
static bool mark_overtaken(const Batch *b, Write *writes, size_t count, Error *e)
{
    Write **sorted = calloc(count, sizeof *sorted);
    if (!sorted)
        return error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: %s: no memory",
                           b->table->name, b->doing);
    for (size_t i = 0; i < count; i++)
        sorted[i] = &writes[i];
    qsort(sorted, count, sizeof *sorted, by_key);
    for (size_t i = 0; i + 1 < count; i++)
        sorted[i]->overtaken = same_key(&sorted[i]->key, &sorted[i + 1]->key);
    free(sorted);
    return true;
}

/* ---- a batch */

static void write_entry(const Batch *b, const Write *w, Buffer *out)
{
    Json j = {.out = out};
    buffer_clear(out);
    json_object_begin(&j);
    json_key(&j, w->item ? "PutRequest" : "DeleteRequest");
    json_object_begin(&j);
    json_key(&j, w->item ? "Item" : "Key");
    if (w->item)
        dynamo_item_write(&j, w->item);
    else
        dynamo_key_write(&j, b->table, &w->key);
    json_object_end(&j);
    json_object_end(&j);
}

static void write_request(const Batch *b, Buffer *out)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "RequestItems");
    json_object_begin(&j);
    json_key(&j, b->table->name);
    json_array_begin(&j);
    for (size_t i = 0; i < b->count; i++) {
        const Buffer *text = &b->entries[i].text;
        buffer_string(out, i > 0 ? "," : "");
        buffer_append(out, text->bytes, text->length);
        out->failed |= text->failed;
    }
    json_array_end(&j);
    json_object_end(&j);
    json_object_end(&j);
}

/* {"PutRequest": {"Item": {...}}} -> which entry it is; b->count: none of ours. */
static size_t entry_of(const Batch *b, const JsonNode *request)
{
    DynamoKey key;
    const JsonNode *put = json_tree_member(json_tree_member(request, "PutRequest"), "Item");
    const JsonNode *gone = json_tree_member(json_tree_member(request, "DeleteRequest"), "Key");
    size_t i = 0;
    if (!dynamo_key_read(put ? put : gone, b->table, &key))
        return b->count;
    while (i < b->count && !same_key(&b->entries[i].write->key, &key))
        i++;
    return i;
}

static bool mark_unprocessed(const Batch *b, const JsonNode *requests, bool *left, Error *e)
{
    for (const JsonNode *r = json_tree_first(requests); r; r = json_tree_next(r)) {
        size_t i = entry_of(b, r);
        if (i == b->count)
            return error_coded(e, ERROR_RETRY, "bad_reply",
                               "DynamoDB table %s: %s: the service gives an item back that it was "
                               "not given",
                               b->table->name, b->doing);
        left[i] = true;
    }
    return true;
}

/* Only those remain that were not done. */
static bool keep_unprocessed(Batch *b, const JsonNode *reply, Error *e)
{
    bool left[BATCH] = {false};
    const JsonNode *tables = json_tree_member(reply, "UnprocessedItems");
    for (const JsonNode *t = json_tree_first(tables); t; t = json_tree_next(t))
        if (!mark_unprocessed(b, t, left, e))
            return false;
    size_t kept = 0;
    for (size_t i = 0; i < b->count; i++) {
        Entry entry = b->entries[i];
        if (!left[i])
            continue;
        b->entries[i] = b->entries[kept];
        b->entries[kept++] = entry;
    }
    b->count = kept;
    return true;
}

static bool send(Batch *b, Error *e)
{
    auto_buffer Buffer body = {0};
    auto_json JsonNode *reply = NULL;
    write_request(b, &body);
    DynamoRequest r = {"BatchWriteItem", b->doing, &body};
    return dynamo_ask(b->table, &r, &reply, e) && keep_unprocessed(b, reply, e);
}

static bool give_up(const Batch *b, Error *e)
{
    if (b->table->stop && *b->table->stop)
        return dynamo_stopped(b->table, b->doing, e);
    return error_coded(
        e, ERROR_RETRY, "throttled",
        "DynamoDB table %s: %s: the service gives %zu of the items back again and again; "
        "try again later, or give the table more capacity",
        b->table->name, b->doing, b->count);
}

/* Sends until nothing is left of it. */
static bool flush(Batch *b, Error *e)
{
    Patience p;
    bool ok = true;
    patience_init(&p, b->table);
    while (ok && b->count > 0) {
        size_t before = b->count;
        ok = send(b, e);
        if (ok && b->count > 0 && !patience_wait(&p, b->table, AWS_SLOW_DOWN, b->count < before))
            ok = give_up(b, e);
    }
    patience_deinit(&p);
    b->size = 0;
    return ok;
}

/* Sends what is there first, where there is no room. */
static bool add(Batch *b, const Write *w, Error *e)
{
    Buffer text = {0};
    write_entry(b, w, &text);
    if (b->count > 0 && (b->count == BATCH || b->size + text.length > request_most) &&
        !flush(b, e)) {
        buffer_deinit(&text);
        return false;
    }
    b->size += text.length;
    buffer_deinit(&b->entries[b->count].text);
    b->entries[b->count++] = (Entry){w, text};
    return true;
}

static bool write_all(Batch *b, Write *writes, size_t count, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = dynamo_item_check(b->table, &(DynamoChecked){b->doing, writes[i].key, writes[i].item},
                               e);
    ok = ok && mark_overtaken(b, writes, count, e);
    for (size_t i = 0; ok && i < count; i++)
        ok = writes[i].overtaken || add(b, &writes[i], e);
    ok = ok && flush(b, e);
    for (size_t i = 0; i < BATCH; i++)
        buffer_deinit(&b->entries[i].text);
    return ok;
}

/* Room for the writes; NULL with e where there is none. */
static Write *writes_new(const Batch *b, size_t count, Error *e)
{
    Write *writes = calloc(count, sizeof *writes);
    if (!writes)
        error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: %s: no memory for %zu items",
                    b->table->name, b->doing, count);
    return writes;
}

bool dynamo_put(const DynamoTable *t, const DynamoItem *items, size_t count, Error *e)
{
    Batch b = {.table = t, .doing = "writing"};
    if (count == 0)
        return true;
    Write *writes = writes_new(&b, count, e);
    if (!writes)
        return false;
    for (size_t i = 0; i < count; i++) {
        DynamoKey key = {dynamo_item_text(&items[i], t->partition_key),
                         dynamo_item_text(&items[i], t->sort_key)};
        writes[i] = (Write){.key = key, .item = &items[i], .at = i};
    }
    bool ok = write_all(&b, writes, count, e);
    free(writes);
    return ok;
}

bool dynamo_delete(const DynamoTable *t, const DynamoKey *keys, size_t count, Error *e)
{
    Batch b = {.table = t, .doing = "deleting"};
    if (count == 0)
        return true;
    Write *writes = writes_new(&b, count, e);
    if (!writes)
        return false;
    for (size_t i = 0; i < count; i++)
        writes[i] = (Write){.key = keys[i], .at = i};
    bool ok = write_all(&b, writes, count, e);
    free(writes);
    return ok;
}
