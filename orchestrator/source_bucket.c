/* source_bucket.c: one listing after the other. */
#include "orchestrator/source_bucket.h"

#include "core/buffer.h"
#include "orchestrator/bucket_look.h"
#include "orchestrator/bucket_places.h"
#include "orchestrator/identity.h"
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
    BucketPlaces places;
    size_t at;
    unsigned at_once;
    S3Listing *listing; /* of places.uris[at] */
    Buffer uri;
} BucketSource;

static bool was_told(const BucketSource *b, const char *key)
{
    for (size_t i = 0; i < b->at; i++)
        if (place_has(&b->places.uris[i], b->places.uris[b->at].bucket, key))
            return true;
    return false;
}

static bool tell(BucketSource *b, const S3Object *o, Object *out, Error *e)
{
    const S3Uri *place = &b->places.uris[b->at];
    buffer_clear(&b->uri);
    buffer_printf(&b->uri, "s3://%s/%s", place->bucket, o->key);
    if (b->uri.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "listing");
    *out = (Object){.uri = b->uri.bytes,
                    .uri_length = b->uri.length,
                    .version = o->etag,
                    .ignored_by = places_ignore(&b->places, place, o->key, o->size_bytes)};
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
    const S3Uri *u = &b->places.uris[b->at];
    S3ListOptions o = {.bucket = u->bucket, .prefix = u->key, .at_once = b->at_once};
    return s3_list_open(b->aws, &o, &b->listing, e);
}

static bool is_included(const BucketSource *b, const S3Uri *place, const char *key)
{
    return filter_includes(&b->places.filter, place_relative(place, key));
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
    if (was_told(b, o.key) || !is_included(b, &b->places.uris[b->at], o.key))
        return false;
    if (tell(b, &o, out, e))
        *event = SOURCE_OBJECT;
    return true;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    BucketSource *b = (BucketSource *)s;
    SourceEvent event;
    while (b->at < b->places.count)
        if (step(b, &event, out, e))
            return event;
    return SOURCE_END;
}

static bool lost(Source *s, const char *uri)
{
    BucketSource *b = (BucketSource *)s;
    Arena a;
    S3Uri u;
    Object now = {.uri = uri};
    Error e = {0};
    bool covered = false, gone = false;
    arena_init(&a, 0);
    if (s3_is_uri(uri) && s3_uri_read(uri, &a, &u, &e)) {
        for (size_t i = 0; i < b->places.count; i++)
            covered = covered || (place_has(&b->places.uris[i], u.bucket, u.key) &&
                                  is_included(b, &b->places.uris[i], u.key));
        gone = covered && bucket_look(b->aws, &now, &a, &e) == SOURCE_GONE;
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
    if (!places_init(&b->places, &o->uris, &o->include, &o->exclude, &b->arena, e)) {
        close_bucket(&b->source);
        return false;
    }
    *out = &b->source;
    return true;
}
