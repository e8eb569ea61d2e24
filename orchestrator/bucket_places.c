/* bucket_places.c: prefixes and patterns over keys. */
#include "orchestrator/bucket_places.h"

#include <string.h>

bool places_init(BucketPlaces *p, const StringList *uris, const StringList *include,
                 const StringList *exclude, Arena *a, Error *e)
{
    p->count = 0;
    p->uris = arena_array(a, uris->count + 1, sizeof *p->uris);
    bool ok = (p->uris || arena_full(a, e)) && filter_init(&p->filter, include, exclude, a, e);
    for (size_t i = 0; ok && i < uris->count; i++)
        ok = s3_uri_read(uris->items[i], a, &p->uris[p->count++], e);
    return ok;
}

bool places_add(BucketPlaces *p, const StringList *prefixes, Arena *a, Error *e)
{
    size_t capacity = p->count;
    S3Uri *uris = arena_grow(a, p->uris, &capacity, p->count + prefixes->count, sizeof *uris);
    if (!uris && prefixes->count > 0)
        return arena_full(a, e);
    p->uris = uris;
    for (size_t i = 0; i < prefixes->count; i++) {
        const char *key = arena_string(a, prefixes->items[i]);
        if (!key)
            return arena_full(a, e);
        uris[p->count++] = (S3Uri){.key = key};
    }
    return true;
}

bool place_has(const S3Uri *place, const char *bucket, const char *key)
{
    return (!place->bucket || strcmp(place->bucket, bucket) == 0) &&
           strncmp(key, place->key, strlen(place->key)) == 0;
}

const char *place_relative(const S3Uri *place, const char *key)
{
    const char *slash = place ? strrchr(place->key, '/') : NULL;
    return key + (slash ? slash + 1 - place->key : 0);
}

const char *places_ignore(const BucketPlaces *p, const S3Uri *place, const char *key,
                          uint64_t size_bytes)
{
    size_t length = strlen(key);
    if (length > 0 && key[length - 1] == '/' && size_bytes == 0)
        return "stands for a folder";
    return filter_excludes(&p->filter, place_relative(place, key));
}
