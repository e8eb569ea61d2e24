/* source_bucket.c: one listing after the other. */
#include "orchestrator/source_bucket.h"

#include "core/buffer.h"
#include "orchestrator/identity.h"
#include "orchestrator/source_filter.h"
#include "stores/aws/s3.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS_AT_ONCE = 16 };
static const double wait_s = 0.02; /* what the keeper may be kept from its other work */

typedef struct BucketSource {
    Source source; /* first */
    Aws *aws;
    Arena arena;
    SourceFilter filter;
    S3Uri *uris;
    size_t count, at;
    unsigned at_once;
    S3Listing *listing; /* of uris[at] */
    Buffer uri;
} BucketSource;

static bool has_prefix(const S3Uri *u, const char *bucket, const char *key)
{
    return strcmp(u->bucket, bucket) == 0 && strncmp(key, u->key, strlen(u->key)) == 0;
}

/* What the patterns see: behind the last folder of the prefix. */
static const char *relative(const S3Uri *u, const char *key)
{
    const char *slash = strrchr(u->key, '/');
    return key + (slash ? slash + 1 - u->key : 0);
}

static bool was_told(const BucketSource *b, const char *key)
{
    for (size_t i = 0; i < b->at; i++)
        if (has_prefix(&b->uris[i], b->uris[b->at].bucket, key))
            return true;
    return false;
}

static const char *why_ignored(const BucketSource *b, const S3Object *o)
{
    size_t length = strlen(o->key);
    if (o->key[length - 1] == '/' && o->size_bytes == 0)
        return "stands for a folder";
    return filter_excludes(&b->filter, relative(&b->uris[b->at], o->key));
}

static bool tell(BucketSource *b, const S3Object *o, Object *out, Error *e)
{
    buffer_clear(&b->uri);
    buffer_printf(&b->uri, "s3://%s/%s", b->uris[b->at].bucket, o->key);
    if (b->uri.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "listing");
    *out = (Object){.uri = b->uri.bytes,
                    .uri_length = b->uri.length,
                    .version = o->etag,
                    .ignored_by = why_ignored(b, o)};
    return identity_of_version(o->etag, o->size_bytes, &out->identity, e);
}

static void end_listing(BucketSource *b)
{
    s3_list_close(b->listing);
    b->listing = NULL;
    b->at++;
}

static bool begin_listing(BucketSource *b, Error *e)
{
    const S3Uri *u = &b->uris[b->at];
    S3ListOptions o = {.bucket = u->bucket, .prefix = u->key, .at_once = b->at_once};
    return s3_list_open(b->aws, &o, &b->listing, e);
}

/* False: nothing to tell yet. */
static bool step(BucketSource *b, SourceEvent *event, Object *out, Error *e)
{
    S3Object o;
    *event = SOURCE_TROUBLE;
    if (!b->listing && !begin_listing(b, e)) {
        b->at++;
        return true;
    }
    switch (s3_list_next(b->listing, wait_s, &o, e)) {
    case S3_LIST_END:
        end_listing(b);
        return false;
    case S3_LIST_LATER:
        *event = SOURCE_LATER;
        return true;
    case S3_LIST_FAILED:
        if (e->kind == ERROR_RETRY && b->source.patient)
            *event = SOURCE_WAIT;
        else
            end_listing(b);
        return true;
    case S3_LIST_OBJECT:
        break;
    }
    if (was_told(b, o.key) || !filter_includes(&b->filter, relative(&b->uris[b->at], o.key)))
        return false;
    if (tell(b, &o, out, e))
        *event = SOURCE_OBJECT;
    return true;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    BucketSource *b = (BucketSource *)s;
    SourceEvent event;
    while (b->at < b->count)
        if (step(b, &event, out, e))
            return event;
    return SOURCE_END;
}

static bool lost(Source *s, const char *uri)
{
    BucketSource *b = (BucketSource *)s;
    Arena a;
    S3Uri u;
    S3Object o;
    Error e = {0};
    bool covered = false, gone = false;
    arena_init(&a, 0);
    if (s3_is_uri(uri) && s3_uri_read(uri, &a, &u, &e)) {
        for (size_t i = 0; i < b->count; i++)
            covered = covered || (has_prefix(&b->uris[i], u.bucket, u.key) &&
                                  filter_includes(&b->filter, relative(&b->uris[i], u.key)));
        gone = covered && !s3_look(b->aws, &u, &a, &o, &e) && strcmp(e.code, "gone") == 0;
    }
    arena_deinit(&a);
    return gone;
}

static void close_bucket(Source *s)
{
    BucketSource *b = (BucketSource *)s;
    s3_list_close(b->listing);
    buffer_deinit(&b->uri);
    arena_deinit(&b->arena);
    free(b);
}

static const SourceMethods methods = {
    .name = "bucket", .next = next, .lost = lost, .close = close_bucket};

bool source_bucket_open(const BucketOptions *o, Source **out, Error *e)
{
    BucketSource *b = calloc(1, sizeof *b);
    if (!b)
        return error_errno(e, ERROR_RETRY, ENOMEM, "listing");
    b->source.methods = &methods;
    b->aws = o->aws;
    b->at_once = o->in_order ? 1 : CALLS_AT_ONCE;
    arena_init(&b->arena, 0);
    b->uris = arena_array(&b->arena, o->uris.count + 1, sizeof *b->uris);
    bool ok = (b->uris || arena_full(&b->arena, e)) &&
              filter_init(&b->filter, &o->include, &o->exclude, &b->arena, e);
    for (size_t i = 0; ok && i < o->uris.count; i++)
        ok = s3_uri_read(o->uris.items[i], &b->arena, &b->uris[b->count++], e);
    if (!ok) {
        close_bucket(&b->source);
        return false;
    }
    *out = &b->source;
    return true;
}
