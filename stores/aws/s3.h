/* s3.h: what is in a bucket: list it, look at one object, read it into a descriptor. */
#pragma once

#include "stores/aws/aws.h"

#include <stdint.h>

typedef struct S3Object {
    const char *key;  /* any bytes but NUL, at most 1,024 */
    const char *etag; /* without its quotes; changes with the content */
    uint64_t size_bytes;
} S3Object;

/* "s3://bucket/key" -> its two parts; the key may be "" and have any bytes. False: no such URI. */
typedef struct S3Uri {
    const char *bucket, *key;
} S3Uri;
bool s3_is_uri(const char *text);
bool s3_uri_read(const char *text, Arena *a, S3Uri *out, Error *e) MUST_CHECK;

/* ---- listing: ListObjectsV2, several runs of keys at the same time */

typedef struct S3Listing S3Listing;

typedef struct S3ListOptions {
    const char *bucket, *prefix; /* all keys that begin with these bytes */
    unsigned at_once;            /* most calls at the same time; 1: keys come in their order */
} S3ListOptions;

bool s3_list_open(Aws *aws, const S3ListOptions *o, S3Listing **out, Error *e) MUST_CHECK;
typedef enum S3ListEvent {
    S3_LIST_OBJECT,
    S3_LIST_LATER,  /* nothing has come within the time given */
    S3_LIST_FAILED, /* e says why; the next call goes on from where it was */
    S3_LIST_END,
} S3ListEvent;
/* The next object, each key once; its texts are good until the next call. Waits at most `wait_s`.
 * Not on an I/O thread. */
S3ListEvent s3_list_next(S3Listing *l, double wait_s, S3Object *out, Error *e) MUST_CHECK;
void s3_list_close(S3Listing *l); /* accepts NULL; gives up the calls that run */

/* HeadObject. ERROR_DATA "gone" where there is none. Texts from the arena. Waits. */
bool s3_look(Aws *aws, const S3Uri *uri, Arena *a, S3Object *out, Error *e) MUST_CHECK;

/* ---- reading an object */

typedef struct S3Read S3Read;
struct S3Read {
    /* The caller's; texts live until finished(). */
    S3Uri uri;
    const char *etag;    /* of this version, else nothing is read (ERROR_DATA "replaced") */
    uint64_t size_bytes; /* as listed */
    int fd;              /* written from byte 0 on */
    const atomic_bool *cancelled; /* may be NULL */
    void (*finished)(S3Read *r);  /* on an I/O thread, where nothing may wait */

    /* Filled before finished(). ERROR_DATA: "gone", "replaced", "archived"; else the world. */
    Error error;
    char checksum[128]; /* "crc32c q2Vxyg==": of the whole object, as the service keeps it; "" */
    struct S3Reading *own;
};
/* Begins; small objects in one call, large ones in runs of bytes, several at the same time. False
 * with r->error: without memory, and finished() will not be called. */
bool s3_read(Aws *aws, S3Read *r) MUST_CHECK;
