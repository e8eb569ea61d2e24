/* fuzz_json_tree.c: JSON of any bytes is read, or refused with a reason; a tree can be walked. */
#include "core/json_tree.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t walk(const JsonNode *n, int depth)
{
    size_t bytes = 0;
    double number;
    bool truth;
    if (depth > 101)
        __builtin_trap();
    for (; n; n = json_tree_next(n)) {
        const char *key = json_tree_key(n), *text = json_tree_text(n);
        bytes += key ? strlen(key) : 0;
        bytes += text ? strlen(text) : 0;
        bytes += json_tree_number(n, &number) && json_tree_bool(n, &truth) ? 1 : 0;
        bytes += json_tree_member(n, "key") && !json_tree_is_object(n) ? 1 : 0;
        bytes += walk(json_tree_first(n), depth + 1);
    }
    return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    JsonNode *n = NULL;
    Error e = {0};
    bool good = json_tree_read((const char *)data, size, &n, &e);
    if (good != (n != NULL) || (!good && !e.message[0]))
        __builtin_trap();
    if (walk(n, 0) > size) /* no text of it is longer than what it was read from */
        __builtin_trap();
    json_tree_free(n);
    return 0;
}
