/* dynamodb_page.h: a reply with items in it. For dynamodb*.c alone. */
#pragma once

#include "core/json_tree.h"
#include "stores/aws/dynamodb_item.h"

/* *after has the key behind which the next begins, NULLs where this is the
 * last. Its texts are the reply's. ERROR_RETRY "bad_reply". */
bool dynamo_page_after(const JsonNode *reply, const DynamoTable *t, DynamoKey *after,
                       Error *e) MUST_CHECK;
/* Each item of a list, one after the other. */
bool dynamo_items_each(const JsonNode *items, const DynamoTable *t, DynamoEach *each, void *context,
                       Error *e) MUST_CHECK;
