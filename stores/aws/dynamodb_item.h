/* dynamodb_item.h: items and keys as the service writes them: {"name": {"S": "text"}}. For
 * dynamodb*.c alone. */
#pragma once

#include "core/arena.h"
#include "core/json.h"
#include "core/json_tree.h"
#include "stores/aws/dynamodb.h"

/* An item that is to be put, or a key that is to be deleted (`item` NULL). */
typedef struct DynamoChecked {
    const char *doing; /* "writing", for messages */
    DynamoKey key;
    const DynamoItem *item;
} DynamoChecked;
/* dynamodb_check.c: ERROR_DATA "too_large" or "not_utf8" where the service would not take it. */
bool dynamo_item_check(const DynamoTable *t, const DynamoChecked *c, Error *e) MUST_CHECK;

void dynamo_item_write(Json *j, const DynamoItem *item);
/* The attributes from the arena, their texts as long as the tree. ERROR_RETRY "bad_reply". */
bool dynamo_item_read(const JsonNode *n, Arena *a, DynamoItem *out, Error *e) MUST_CHECK;

void dynamo_key_write(Json *j, const DynamoTable *t, const DynamoKey *key);
/* False: it has not both keys as strings. */
bool dynamo_key_read(const JsonNode *n, const DynamoTable *t, DynamoKey *out) MUST_CHECK;
