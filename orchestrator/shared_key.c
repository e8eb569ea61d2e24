/* shared_key.c: keys of the shared tables: partitions and generations. */
#include "orchestrator/shared_internal.h"

#include "core/hash.h"

#include <inttypes.h>
#include <string.h>

static const char hashed[] = "sha256:";

bool shared_partition(const char *uri, Arena *a, const char **out, Error *e)
{
    size_t length = strlen(uri);
    if (length > 0 && length <= DYNAMO_KEY_MOST && text_valid_utf8(uri, length) == length &&
        strncmp(uri, hashed, sizeof hashed - 1) != 0) {
        *out = arena_string(a, uri);
        return *out || shared_no_memory(e);
    }
    char hex[HASH_HEX_SIZE];
    if (!hash_strings(hex, (const char *const[]){uri, NULL}, e))
        return false;
    *out = arena_printf(a, "%s%s", hashed, hex);
    return *out || shared_no_memory(e);
}

char *generation_name(SharedTable *t, int64_t revision, Arena *a)
{
    return arena_printf(a, "%08" PRId64 "-%s-%" PRIx64, revision, t->writer, t->writes++);
}

bool generation_read(StringView name, Generation *out)
{
    const char *dash = memchr(name.bytes, '-', name.length);
    if (!dash || !text_to_int64(name.bytes, (size_t)(dash - name.bytes), &out->revision))
        return false;
    const char *writer = dash + 1, *end = name.bytes + name.length;
    const char *second = memchr(writer, '-', (size_t)(end - writer));
    if (!second)
        return false;
    out->writer = (StringView){writer, (size_t)(second - writer)};
    return true;
}

StringView generation_of(const DynamoItem *item)
{
    const DynamoAttribute *said = item_attribute(item, "generation");
    const DynamoAttribute *sort = item_attribute(item, "sk");
    if (said && said->type == DYNAMO_STRING)
        return (StringView){said->text, strlen(said->text)};
    const char *hash = sort && sort->type == DYNAMO_STRING ? strchr(sort->text, '#') : NULL;
    return hash ? (StringView){sort->text, (size_t)(hash - sort->text)} : (StringView){NULL, 0};
}

bool generation_same(StringView a, const char *b)
{
    return a.bytes && strlen(b) == a.length && memcmp(a.bytes, b, a.length) == 0;
}
