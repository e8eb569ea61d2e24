/* fuzz_dynamodb.c: pages of items of any bytes. What is read from one and written again is read
 * the same; what is not a page is refused with a reason. */
#include "stores/aws/dynamodb_page.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const DynamoTable table = {
    .name = "table", .partition_key = "part", .sort_key = "sort", .aws = NULL};

/* The size of an item as it was written: numbers beyond the service's are texts by now. */
static size_t size_again(const DynamoItem *item)
{
    auto_buffer Buffer text = {0};
    auto_json JsonNode *tree = NULL;
    Arena arena = {0};
    DynamoItem again;
    Error e = {0};
    Json j = {.out = &text};
    dynamo_item_write(&j, item);
    if (!json_tree_read(text.bytes, text.length, &tree, &e) ||
        !dynamo_item_read(tree, &arena, &again, &e) || again.count != item->count)
        __builtin_trap();
    for (size_t i = 0; i < item->count; i++) {
        const char *a = item->attributes[i].text, *b = again.attributes[i].text;
        if (strcmp(item->attributes[i].name, again.attributes[i].name) != 0 ||
            (a && b ? strcmp(a, b) != 0 : a != b))
            __builtin_trap();
    }
    size_t size = dynamo_item_size(&again);
    arena_deinit(&arena);
    return size;
}

static bool each(void *context, const DynamoItem *item, Error *e)
{
    size_t *left = context;
    if (dynamo_item_size(item) != size_again(item))
        __builtin_trap();
    return --*left > 0 || error_coded(e, ERROR_DATA, "enough", "enough");
}

static void read_page(const char *text, size_t length)
{
    auto_json JsonNode *reply = NULL;
    DynamoKey after = {0};
    size_t left = 100;
    Error e = {0};
    bool read = json_tree_read(text, length, &reply, &e) &&
                dynamo_page_after(reply, &table, &after, &e) &&
                dynamo_items_each(json_tree_member(reply, "Items"), &table, each, &left, &e);
    if (read != (e.kind == ERROR_NONE) || (after.partition == NULL) != (after.sort == NULL))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    DynamoAttribute number = {"n", DYNAMO_NUMBER, text};
    DynamoItem item = {&number, 1};
    if (text_valid_utf8(text, size) == size) /* other replies get no further than dynamo_ask() */
        read_page(text, size);
    if (text_valid_utf8(text, strlen(text)) == strlen(text) &&
        dynamo_item_size(&item) != size_again(&item))
        __builtin_trap();
    free(text);
    return 0;
}
