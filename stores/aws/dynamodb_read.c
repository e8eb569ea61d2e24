/* dynamodb_read.c: items of a partition, or of a table, page by page. */
#include "stores/aws/dynamodb.h"

#include "stores/aws/dynamodb_call.h"
#include "stores/aws/dynamodb_page.h"

#include <string.h>

/* What is asked for, the same for each of its pages. */
typedef struct Reading {
    const DynamoTable *table;
    const char *operation, *doing;
    const DynamoRange *range; /* of a query */
    DynamoSegment segment;    /* of a scan */
    DynamoEach *each;
    void *context;
} Reading;

static void write_text_value(Json *j, const char *name, const char *text)
{
    json_key(j, name);
    json_object_begin(j);
    json_key(j, "S");
    json_text(j, text);
    json_object_end(j);
}

/* By placeholders: a key may be called like one of the service's many reserved words. */
static void write_names(Json *j, const DynamoTable *t, bool sort, const char *only)
{
    json_key(j, "ExpressionAttributeNames");
    json_object_begin(j);
    json_key(j, "#p");
    json_text(j, t->partition_key);
    if (sort || only) {
        json_key(j, "#s");
        json_text(j, t->sort_key);
    }
    if (only && only[0]) {
        json_key(j, "#o");
        json_text(j, only);
    }
    json_object_end(j);
}

static void write_range(Json *j, const DynamoTable *t, const DynamoRange *r)
{
    bool prefix = r->sort_prefix && r->sort_prefix[0];
    json_key(j, "KeyConditionExpression");
    json_text(j, prefix ? "#p = :p AND begins_with(#s, :s)" : "#p = :p");
    if (r->only) {
        json_key(j, "ProjectionExpression");
        json_text(j, r->only[0] ? "#p, #s, #o" : "#p, #s");
    }
    write_names(j, t, prefix, r->only);
    json_key(j, "ExpressionAttributeValues");
    json_object_begin(j);
    write_text_value(j, ":p", r->partition);
    if (prefix)
        write_text_value(j, ":s", r->sort_prefix);
    json_object_end(j);
}

static void write_request(const Reading *r, const DynamoKey *after, Buffer *out)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "TableName");
    json_text(&j, r->table->name);
    json_key(&j, "ConsistentRead");
    json_bool(&j, true);
    if (r->range) {
        write_range(&j, r->table, r->range);
    } else if (r->segment.of > 1) {
        json_key(&j, "Segment");
        json_uint(&j, r->segment.number);
        json_key(&j, "TotalSegments");
        json_uint(&j, r->segment.of);
    }
    if (after->partition) {
        json_key(&j, "ExclusiveStartKey");
        dynamo_key_write(&j, r->table, after);
    }
    json_object_end(&j);
}

static bool same(const Buffer *a, const Buffer *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* One page; *body becomes the request for the next, or empty. */
static bool read_page(const Reading *r, Buffer *body, Error *e)
{
    auto_buffer Buffer following = {0};
    auto_json JsonNode *reply = NULL;
    DynamoRequest request = {r->operation, r->doing, body};
    DynamoKey after;
    Error bad = {0};
    if (!dynamo_ask(r->table, &request, &reply, e))
        return false;
    if (!dynamo_page_after(reply, r->table, &after, &bad))
        return error_coded(e, bad.kind, bad.code, "DynamoDB table %s: %s: %s", r->table->name,
                           r->doing, bad.message);
    if (after.partition)
        write_request(r, &after, &following);
    if (after.partition && (following.failed || same(&following, body)))
        return error_coded(e, ERROR_RETRY, following.failed ? "no_memory" : "bad_reply",
                           "DynamoDB table %s: %s: %s", r->table->name, r->doing,
                           following.failed ? "no memory"
                                            : "the service says that a page follows itself");
    if (!dynamo_items_each(json_tree_member(reply, "Items"), r->table, r->each, r->context, e))
        return false;
    Buffer old = *body;
    *body = following;
    following = old;
    if (!after.partition)
        buffer_clear(body);
    return true;
}

static bool read_pages(const Reading *r, Error *e)
{
    auto_buffer Buffer body = {0};
    bool ok = true;
    write_request(r, &(DynamoKey){0}, &body);
    while (ok && body.length > 0)
        ok = read_page(r, &body, e);
    return ok;
}

bool dynamo_query(const DynamoTable *t, const DynamoRange *range, DynamoEach *each, void *context,
                  Error *e)
{
    Reading r = {.table = t,
                 .operation = "Query",
                 .doing = "reading a partition",
                 .range = range,
                 .each = each,
                 .context = context};
    return read_pages(&r, e);
}

bool dynamo_scan(const DynamoTable *t, DynamoSegment segment, DynamoEach *each, void *context,
                 Error *e)
{
    Reading r = {.table = t,
                 .operation = "Scan",
                 .doing = "reading all of it",
                 .segment = segment,
                 .each = each,
                 .context = context};
    return read_pages(&r, e);
}
