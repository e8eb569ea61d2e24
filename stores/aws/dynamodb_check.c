/* dynamodb_check.c: what the service would not take is found before it is asked. */
#include "stores/aws/dynamodb_item.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static const char *named(const DynamoKey *key, Buffer *out)
{
    enum { SHOWN = 100 };
    const char *const parts[] = {key->partition, key->sort};
    for (size_t i = 0; i < 2; i++) {
        const char *part = parts[i] ? parts[i] : "";
        buffer_string(out, i > 0 ? ", \"" : "\"");
        text_printable(out, part, strnlen(part, SHOWN));
        buffer_string(out, part[strnlen(part, SHOWN)] ? "...\"" : "\"");
    }
    return out->failed ? "" : out->bytes;
}

static bool refuse(const DynamoTable *t, const DynamoChecked *c, const char *code, const char *why,
                   Error *e)
{
    auto_buffer Buffer name = {0};
    return error_coded(e, ERROR_DATA, code, "DynamoDB table %.80s: %s: item %s: %s", t->name,
                       c->doing, named(&c->key, &name), why);
}

static bool is_utf8(const char *text)
{
    size_t length = strlen(text);
    return text_valid_utf8(text, length) == length;
}

static bool check_texts(const DynamoTable *t, const DynamoChecked *c, Error *e)
{
    bool good = is_utf8(c->key.partition) && is_utf8(c->key.sort);
    for (size_t i = 0; good && c->item && i < c->item->count; i++) {
        const DynamoAttribute *a = &c->item->attributes[i];
        good = is_utf8(a->name) && (!a->text || is_utf8(a->text));
    }
    return good || refuse(t, c, "not_utf8", "a text in it is not UTF-8", e);
}

static bool check_key(const DynamoTable *t, const DynamoChecked *c, const char *text, size_t most,
                      Error *e)
{
    char why[100];
    size_t length = text ? strlen(text) : 0;
    if (length == 0)
        return refuse(t, c, "too_large", "a key of it is missing or empty", e);
    if (length <= most)
        return true;
    snprintf(why, sizeof why, "a key of %zu bytes, more than the %zu that it may have", length,
             most);
    return refuse(t, c, "too_large", why, e);
}

bool dynamo_item_check(const DynamoTable *t, const DynamoChecked *c, Error *e)
{
    char why[100];
    if (!check_key(t, c, c->key.partition, DYNAMO_KEY_MOST, e) ||
        !check_key(t, c, c->key.sort, DYNAMO_SORT_KEY_MOST, e) || !check_texts(t, c, e))
        return false;
    size_t size = c->item ? dynamo_item_size(c->item) : 0;
    if (size <= DYNAMO_ITEM_MOST)
        return true;
    snprintf(why, sizeof why, "%zu bytes, more than the %d that it may have", size,
             DYNAMO_ITEM_MOST);
    return refuse(t, c, "too_large", why, e);
}
