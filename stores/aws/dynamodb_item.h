/* dynamodb_item.h: items and keys as the service writes them: {"name": {"S": "text"}}. For
 * dynamodb*.c alone. */
#pragma once

#include "core/arena.h"
#include "core/json.h"
#include "core/json_tree.h"
#include "stores/aws/dynamodb.h"

/* Text of the item's string attribute with this name; NULL: it has none. */
const char *dynamo_item_text(const DynamoItem *item, const char *name);

void dynamo_item_write(Json *j, const DynamoItem *item);
/* The attributes from the arena, their texts as long as the tree. ERROR_RETRY "bad_reply". */
bool dynamo_item_read(const JsonNode *n, Arena *a, DynamoItem *out, Error *e) MUST_CHECK;

void dynamo_key_write(Json *j, const DynamoTable *t, const DynamoKey *key);
/* False: it has not both keys as strings. */
bool dynamo_key_read(const JsonNode *n, const DynamoTable *t, DynamoKey *out) MUST_CHECK;
