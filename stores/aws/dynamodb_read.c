/* dynamodb_read.c: items of a partition, or of a table, page by page. */
#include "stores/aws/dynamodb.h"

#include "stores/aws/dynamodb_call.h"
#include "stores/aws/dynamodb_page.h"

#include <string.h>

enum { SEGMENTS_MOST = 1000000 };

/* What is asked for, the same for each of its pages. */
typedef struct Reading {
    const DynamoTable *table;
    const char *operation, *doing;
    const char *partition, *sort_prefix; /* of a query */
    unsigned segment, segments;          /* of a scan */
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
static void write_condition(Json *j, const Reading *r)
{
    bool prefix = r->sort_prefix && r->sort_prefix[0];
    json_key(j, "KeyConditionExpression");
    json_text(j, prefix ? "#p = :p AND begins_with(#s, :s)" : "#p = :p");
    json_key(j, "ExpressionAttributeNames");
    json_object_begin(j);
    json_key(j, "#p");
    json_text(j, r->table->partition_key);
    if (prefix) {
        json_key(j, "#s");
        json_text(j, r->table->sort_key);
    }
    json_object_end(j);
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
    if (r->partition) {
        write_condition(&j, r);
    } else if (r->segments > 1) {
        json_key(&j, "Segment");
        json_uint(&j, r->segment);
        json_key(&j, "TotalSegments");
        json_uint(&j, r->segments);
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
    if (!dynamo_page_each(reply, r->table, r->each, r->context, e))
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

bool dynamo_query(const DynamoTable *t, const char *partition, const char *sort_prefix,
                  DynamoEach *each, void *context, Error *e)
{
    Reading r = {.table = t,
                 .operation = "Query",
                 .doing = "reading a partition",
                 .partition = partition,
                 .sort_prefix = sort_prefix,
                 .each = each,
                 .context = context};
    return read_pages(&r, e);
}

bool dynamo_scan(const DynamoTable *t, unsigned segments, DynamoEach *each, void *context, Error *e)
{
    Reading r = {.table = t,
                 .operation = "Scan",
                 .doing = "reading all of it",
                 .segments = segments > SEGMENTS_MOST ? SEGMENTS_MOST : segments,
                 .each = each,
                 .context = context};
    bool ok = read_pages(&r, e);
    for (r.segment = 1; ok && r.segment < r.segments; r.segment++)
        ok = read_pages(&r, e);
    return ok;
}
