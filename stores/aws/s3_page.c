/* s3_page.c: ask for one page of keys and read the reply.
 *
 * Keys are asked for percent-encoded, because XML 1.0 cannot carry all bytes that a key may have. A
 * reply that is not encoded after all says so by not naming the encoding, which may come behind the
 * keys: they are decoded at the end. */
#include "stores/aws/s3_page.h"

#include "core/text.h"
#include "stores/aws/xml.h"

#include <stdlib.h>
#include <string.h>

enum { KEY_MOST = 1024 };

static bool is_at(const char *path, const char *element)
{
    return strcmp(path, element) == 0;
}

static bool says(const char *text, size_t length, const char *word)
{
    return length == strlen(word) && memcmp(text, word, length) == 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* In place, as in a form: %XX is a byte, '+' a blank. */
static void decode(char *text)
{
    char *out = text;
    for (const char *in = text; *in; in++) {
        int high = *in == '%' ? hex_value(in[1]) : -1;
        int low = high >= 0 ? hex_value(in[2]) : -1;
        if (low >= 0) {
            *out++ = (char)(high << 4 | low);
            in += 2;
        } else {
            *out++ = *in == '+' ? ' ' : *in;
        }
    }
    *out = '\0';
}

static const char *take(S3Page *p, const char *text, size_t length, Error *e)
{
    const char *copy = arena_copy(&p->arena, text, length);
    if (!copy)
        arena_full(&p->arena, e);
    return copy;
}

static const char *take_etag(S3Page *p, const char *text, size_t length, Error *e)
{
    bool quoted = length >= 2 && text[0] == '"' && text[length - 1] == '"';
    return take(p, text + quoted, length - 2 * (size_t)quoted, e);
}

static bool bad_reply(Error *e, const char *what)
{
    return error_coded(e, ERROR_RETRY, "bad_reply", "the service's list of keys %s", what);
}

static bool end_object(S3Page *p, Error *e)
{
    if (!p->object.key || !p->object.etag)
        return bad_reply(e, "has an object without key or ETag");
    S3Object *grown =
        arena_grow(&p->arena, p->objects, &p->capacity, p->count + 1, sizeof *p->objects);
    if (!grown)
        return arena_full(&p->arena, e);
    p->objects = grown;
    p->objects[p->count++] = p->object;
    p->object = (S3Object){0};
    return true;
}

static bool end_prefix(S3Page *p, const char *text, size_t length, Error *e)
{
    const char **grown = arena_grow(&p->arena, p->prefixes, &p->prefix_capacity,
                                    p->prefix_count + 1, sizeof *p->prefixes);
    const char *copy = grown ? take(p, text, length, e) : NULL;
    if (!copy)
        return arena_full(&p->arena, e);
    p->prefixes = grown;
    p->prefixes[p->prefix_count++] = copy;
    return true;
}

static bool in_object(S3Page *p, const char *field, const char *text, size_t length, Error *e)
{
    S3Object *o = &p->object;
    if (is_at(field, "Key"))
        return (o->key = take(p, text, length, e)) != NULL;
    if (is_at(field, "ETag"))
        return (o->etag = take_etag(p, text, length, e)) != NULL;
    if (is_at(field, "Size"))
        return text_to_uint64(text, length, &o->size_bytes) ||
               bad_reply(e, "has a size that is no number");
    if (p->times && is_at(field, "LastModified"))
        return (o->modified = take(p, text, length, e)) != NULL;
    return true;
}

static bool element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    static const char root[] = "ListBucketResult", object[] = "ListBucketResult/Contents/";
    S3Page *p = context;
    size_t root_length = sizeof root - 1, object_length = sizeof object - 1;
    if (strncmp(path, root, root_length) != 0)
        return bad_reply(e, "is none");
    if (strncmp(path, object, object_length) == 0)
        return in_object(p, path + object_length, text, length, e);
    const char *field = path[root_length] ? path + root_length + 1 : "";
    if (is_at(field, "Contents"))
        return end_object(p, e);
    if (is_at(field, "CommonPrefixes/Prefix"))
        return end_prefix(p, text, length, e);
    if (is_at(field, "EncodingType"))
        p->encoded = says(text, length, "url");
    else if (is_at(field, "IsTruncated"))
        p->truncated = says(text, length, "true");
    else if (is_at(field, "NextContinuationToken"))
        return (p->token = take(p, text, length, e)) != NULL;
    return true;
}

/* In the order of their bytes, as S3 promises of all but directory buckets. Without it, pages could
 * not be told from each other. */
static bool check_order(const S3Page *p, Error *e)
{
    for (size_t i = 0; i < p->count; i++) {
        const char *key = p->objects[i].key;
        if (!key[0] || strlen(key) > KEY_MOST)
            return bad_reply(e, "has a key that is empty or longer than 1024 bytes");
        if (i > 0 && strcmp(p->objects[i - 1].key, key) >= 0)
            return error_coded(e, ERROR_RETRY, "unordered",
                               "the service's list of keys is not in the order of the keys' bytes");
    }
    return true;
}

bool s3_page_read(S3Page *p, const char *xml, size_t length, Error *e)
{
    if (!xml_read(xml, length, element, p, e))
        return false;
    for (size_t i = 0; p->encoded && i < p->count; i++)
        decode((char *)p->objects[i].key);
    for (size_t i = 0; p->encoded && i < p->prefix_count; i++)
        decode((char *)p->prefixes[i]);
    if (p->truncated && !p->token)
        return bad_reply(e, "says that there is more, but not where");
    if (!p->truncated)
        p->token = NULL;
    return check_order(p, e);
}

static void finished(AwsCall *c)
{
    S3Page *p = (S3Page *)c;
    p->error = c->error;
    Error e = {0};
    if (c->error.kind == ERROR_NONE &&
        !s3_page_read(p, c->http.body.bytes ? c->http.body.bytes : "", c->http.body.length, &e)) {
        error_wrap(&e, "%s", p->what);
        p->error = e;
    }
    aws_call_deinit(c);
    p->arrived(p);
}

static void add_query(S3Page *p, const char *name, const char *value)
{
    if (value && value[0])
        p->query[p->call.request.query_count++] = (HttpPair){name, arena_string(&p->arena, value)};
}

S3Page *s3_page_ask(Aws *aws, const S3Ask *ask, void (*arrived)(S3Page *p), void *context)
{
    S3Page *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    arena_init(&p->arena, 0);
    p->context = context;
    p->times = ask->times;
    p->arrived = arrived;
    p->what = arena_printf(&p->arena, "listing s3://%s/%s", ask->bucket, ask->prefix);
    p->call = (AwsCall){.service = AWS_S3,
                        .bucket = arena_string(&p->arena, ask->bucket),
                        .request = {.method = "GET", .path = "/", .query = p->query},
                        .what = p->what,
                        .cancelled = ask->cancelled,
                        .finished = finished};
    add_query(p, "list-type", "2");
    add_query(p, "encoding-type", "url");
    add_query(p, "prefix", ask->prefix);
    add_query(p, "delimiter", ask->delimiter);
    if (ask->token)
        add_query(p, "continuation-token", ask->token);
    else
        add_query(p, "start-after", ask->after);
    bool whole = p->what && p->call.bucket;
    for (size_t i = 0; i < p->call.request.query_count; i++)
        whole = whole && p->query[i].value;
    if (!whole) {
        s3_page_free(p);
        return NULL;
    }
    aws_start(aws, &p->call);
    return p;
}

void s3_page_free(S3Page *p)
{
    if (!p)
        return;
    arena_deinit(&p->arena);
    free(p);
}
