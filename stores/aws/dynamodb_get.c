/* dynamodb_get.c: items by their keys, a hundred at a time.
 *
 * The service may leave keys out because it is busy, or because a reply would be too long; those
 * are asked for again. */
#include "stores/aws/dynamodb.h"

#include "stores/aws/dynamodb_call.h"
#include "stores/aws/dynamodb_page.h"

#include <string.h>

enum { KEYS_MOST = 100 };

typedef struct Getting {
    const DynamoTable *table;
    const DynamoKey *keys;
    size_t count;
    bool wanted[KEYS_MOST]; /* has not been answered yet */
    DynamoEach *each;
    void *context;
} Getting;

static const char doing[] = "reading items";

/* g->count: none of those that are wanted. */
static size_t find(const Getting *g, const DynamoKey *key)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->wanted[i] && strcmp(g->keys[i].partition, key->partition) == 0 &&
            strcmp(g->keys[i].sort, key->sort) == 0)
            return i;
    return g->count;
}

static void write_request(const Getting *g, Buffer *out)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "RequestItems");
    json_object_begin(&j);
    json_key(&j, g->table->name);
    json_object_begin(&j);
    json_key(&j, "ConsistentRead");
    json_bool(&j, true);
    json_key(&j, "Keys");
    json_array_begin(&j);
    for (size_t i = 0; i < g->count; i++)
        if (g->wanted[i])
            dynamo_key_write(&j, g->table, &g->keys[i]);
    json_array_end(&j);
    json_object_end(&j);
    json_object_end(&j);
    json_object_end(&j);
}

/* What comes back unprocessed is wanted still. */
static bool mark_left(Getting *g, const JsonNode *keys, size_t *left, Error *e)
{
    bool still[KEYS_MOST] = {false};
    *left = 0;
    for (const JsonNode *n = json_tree_first(keys); n; n = json_tree_next(n)) {
        DynamoKey key;
        size_t i = dynamo_key_read(n, g->table, &key) ? find(g, &key) : g->count;
        if (i == g->count)
            return error_coded(e, ERROR_RETRY, "bad_reply",
                               "DynamoDB table %s: %s: the service leaves out a key that it was "
                               "not given",
                               g->table->name, doing);
        *left += !still[i];
        still[i] = true;
    }
    memcpy(g->wanted, still, sizeof still);
    return true;
}

/* Passes an item on that was asked for. */
static bool see(void *context, const DynamoItem *item, Error *e)
{
    const Getting *g = context;
    DynamoKey key = {dynamo_item_text(item, g->table->partition_key),
                     dynamo_item_text(item, g->table->sort_key)};
    if (!key.partition || !key.sort || find(g, &key) == g->count)
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "DynamoDB table %s: %s: the reply has an item that was not asked for",
                           g->table->name, doing);
    return g->each(g->context, item, e);
}

/* *left: how many are to be asked for again. */
static bool ask(Getting *g, size_t *left, Error *e)
{
    auto_buffer Buffer body = {0};
    auto_json JsonNode *reply = NULL;
    write_request(g, &body);
    DynamoRequest r = {"BatchGetItem", doing, &body};
    if (!dynamo_ask(g->table, &r, &reply, e))
        return false;
    const JsonNode *items = json_tree_member(json_tree_member(reply, "Responses"), g->table->name);
    const JsonNode *again =
        json_tree_member(json_tree_member(reply, "UnprocessedKeys"), g->table->name);
    return dynamo_items_each(items, g->table, see, g, e) &&
           mark_left(g, json_tree_member(again, "Keys"), left, e);
}

/* A request with a key twice is refused. */
static size_t want(Getting *g)
{
    size_t wanted = 0;
    for (size_t i = 0; i < g->count; i++) {
        bool again = find(g, &g->keys[i]) < g->count;
        g->wanted[i] = !again;
        wanted += !again;
    }
    return wanted;
}

static bool get_some(Getting *g, Error *e)
{
    Patience p;
    bool ok = true;
    size_t before = want(g), left = before;
    patience_init(&p, g->table);
    while (ok && left > 0) {
        ok = ask(g, &left, e);
        if (ok && left > 0 && !patience_wait(&p, g->table, AWS_SLOW_DOWN, left < before))
            ok = g->table->stop && *g->table->stop
                     ? dynamo_stopped(g->table, doing, e)
                     : error_coded(e, ERROR_RETRY, "throttled",
                                   "DynamoDB table %s: %s: the service leaves %zu of them out "
                                   "again and again; try again later, or give the table more "
                                   "capacity",
                                   g->table->name, doing, left);
        before = left;
    }
    patience_deinit(&p);
    return ok;
}

bool dynamo_get(const DynamoTable *t, const DynamoKey *keys, size_t count, DynamoEach *each,
                void *context, Error *e)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i += KEYS_MOST) {
        Getting g = {.table = t,
                     .keys = keys + i,
                     .count = count - i < KEYS_MOST ? count - i : KEYS_MOST,
                     .each = each,
                     .context = context};
        ok = get_some(&g, e);
    }
    return ok;
}
