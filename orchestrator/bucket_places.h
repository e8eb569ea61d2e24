/* bucket_places.h: which objects are meant by s3://bucket/prefix and by the patterns. */
#pragma once

#include "orchestrator/source_filter.h"
#include "stores/aws/s3.h"

typedef struct BucketPlaces {
    S3Uri *uris; /* bucket NULL: any */
    size_t count;
    SourceFilter filter;
} BucketPlaces;

/* Copies everything into the arena. */
bool places_init(BucketPlaces *p, const StringList *uris, const StringList *include,
                 const StringList *exclude, Arena *a, Error *e) MUST_CHECK;

/* Prefixes of keys in any bucket, behind the others. */
bool places_add(BucketPlaces *p, const StringList *prefixes, Arena *a, Error *e) MUST_CHECK;

bool place_has(const S3Uri *place, const char *bucket, const char *key);
/* What the patterns see: behind the last folder of the prefix; `place` NULL: the whole key. */
const char *place_relative(const S3Uri *place, const char *key);
/* "stands for a folder", "excluded by PATTERN", or NULL. */
const char *places_ignore(const BucketPlaces *p, const S3Uri *place, const char *key,
                          uint64_t size_bytes);
