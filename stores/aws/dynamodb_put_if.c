/* dynamodb_put_if.c: an item put where nobody else has put another one meanwhile. */
#include "stores/aws/dynamodb.h"

#include "stores/aws/dynamodb_call.h"
#include "stores/aws/dynamodb_item.h"

static const char doing[] = "writing";

static void write_condition(Json *j, const DynamoTable *t, const DynamoMust *must)
{
    json_key(j, "ConditionExpression");
    json_text(j, must->number ? "#a = :n" : "attribute_not_exists(#a)");
    json_key(j, "ExpressionAttributeNames");
    json_object_begin(j);
    json_key(j, "#a");
    json_text(j, must->number ? must->attribute : t->partition_key);
    json_object_end(j);
    if (!must->number)
        return;
    json_key(j, "ExpressionAttributeValues");
    json_object_begin(j);
    json_key(j, ":n");
    json_object_begin(j);
    json_key(j, "N");
    json_text(j, must->number);
    json_object_end(j);
    json_object_end(j);
}

/* The members of a PutItem, with a condition unless `must` is NULL. */
static void write_put(Json *j, const DynamoPut *put, const DynamoMust *must)
{
    json_object_begin(j);
    json_key(j, "TableName");
    json_text(j, put->table->name);
    json_key(j, "Item");
    dynamo_item_write(j, &put->item);
    if (must)
        write_condition(j, put->table, must);
    json_object_end(j);
}

static void write_action(Json *j, const DynamoPut *put, const DynamoMust *must)
{
    json_object_begin(j);
    json_key(j, "Put");
    write_put(j, put, must);
    json_object_end(j);
}

static bool check(const DynamoPut *put, Error *e)
{
    const DynamoTable *t = put->table;
    DynamoKey key = {dynamo_item_text(&put->item, t->partition_key),
                     dynamo_item_text(&put->item, t->sort_key)};
    return dynamo_item_check(t, &(DynamoChecked){doing, key, &put->item}, e);
}

bool dynamo_put_if(const DynamoPut *put, const DynamoMust *must, const DynamoPut *more,
                   size_t count, Error *e)
{
    auto_buffer Buffer body = {0};
    auto_json JsonNode *reply = NULL;
    Json j = {.out = &body};
    if (count >= DYNAMO_TOGETHER_MOST)
        return error_coded(e, ERROR_DATA, "too_large",
                           "DynamoDB table %s: %s: %zu items at once, more than %d",
                           put->table->name, doing, count + 1, DYNAMO_TOGETHER_MOST);
    bool ok = check(put, e);
    for (size_t i = 0; ok && i < count; i++)
        ok = check(&more[i], e);
    if (!ok)
        return false;
    if (count == 0) {
        write_put(&j, put, must);
    } else {
        json_object_begin(&j);
        json_key(&j, "TransactItems");
        json_array_begin(&j);
        write_action(&j, put, must);
        for (size_t i = 0; i < count; i++)
            write_action(&j, &more[i], NULL);
        json_array_end(&j);
        json_object_end(&j);
    }
    DynamoRequest r = {count == 0 ? "PutItem" : "TransactWriteItems", doing, &body};
    return dynamo_ask(put->table, &r, &reply, e);
}
