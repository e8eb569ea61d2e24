/* dynamodb_page.c: a reply with items in it, read.
 *
 * A page may have no items and yet be followed by another one. */
#include "stores/aws/dynamodb_page.h"

bool dynamo_page_after(const JsonNode *reply, const DynamoTable *t, DynamoKey *after, Error *e)
{
    DynamoKey key = {0};
    const JsonNode *last = json_tree_member(reply, "LastEvaluatedKey");
    if (!json_tree_is_array(json_tree_member(reply, "Items")))
        return error_coded(e, ERROR_RETRY, "bad_reply", "the reply has no list of items");
    if (json_tree_first(last) && !dynamo_key_read(last, t, &key))
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "the reply says that there is more, but not where");
    *after = key;
    return true;
}

bool dynamo_items_each(const JsonNode *items, const DynamoTable *t, DynamoEach *each, void *context,
                       Error *e)
{
    Arena arena = {0};
    bool ok = true;
    for (const JsonNode *n = json_tree_first(items); ok && n; n = json_tree_next(n)) {
        DynamoItem item;
        arena_reset(&arena);
        ok = dynamo_item_read(n, &arena, &item, e) || error_wrap(e, "DynamoDB table %s", t->name);
        ok = ok && each(context, &item, e);
    }
    arena_deinit(&arena);
    return ok;
}
