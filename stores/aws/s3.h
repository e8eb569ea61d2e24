/* s3.h: what is in a bucket: list it, look at one object, read it into a descriptor, write one. */
#pragma once

#include "stores/aws/aws.h"

#include <stdint.h>

typedef struct S3Object {
    const char *key;  /* any bytes but NUL, at most 1,024 */
    const char *etag; /* without its quotes; changes with the content */
    uint64_t size_bytes;
    /* Of s3_look() alone: of the whole, "crc32c q2Vxyg=="; "": the service keeps none. */
    const char *checksum;
    const char *modified; /* where S3ListOptions.times is set: ISO 8601 */
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
    bool times;                  /* objects with when they were made */
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
/* The same; `cancelled`, set meanwhile, ends it soon with "stopped". */
bool s3_look_unless(Aws *aws, const S3Uri *uri, const atomic_bool *cancelled, Arena *a,
                    S3Object *out, Error *e) MUST_CHECK;

/* ---- reading an object */

typedef struct S3Read S3Read;
struct S3Read {
    /* The caller's; texts live until finished(). */
    S3Uri uri;
    const char *etag;    /* of this version, else nothing is read (ERROR_DATA "replaced") */
    uint64_t size_bytes; /* as listed */
    uint64_t begin, end; /* the bytes to read, to their places; end 0: to the object's */
    bool unchecked;      /* no checksum is asked for: only a part of the object is wanted */
    int fd;              /* byte 0 of it is that of the object */
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

/* ---- writing an object */

typedef struct S3Body {
    const void *bytes; /* NULL: what is behind fd, from byte 0 on */
    int fd;
    uint64_t size_bytes;
} S3Body;

/* Whether an object, as s3_look() tells it, has these bytes: by its size and the checksum of the
 * whole, else by an ETag that is an MD5. Where there is neither it counts as another one. */
bool s3_same(const S3Object *there, const S3Body *body, bool *same, Error *e) MUST_CHECK;

typedef struct S3Write S3Write;
struct S3Write {
    /* The caller's; all of it lives until finished(). */
    S3Uri uri;
    S3Body body;
    const char *content_type; /* may be NULL */
    bool if_none_match;       /* only where nothing is there */
    const char *if_match;     /* only over the version with this ETag; NULL: over any */
    bool sweeps; /* uploads of it that began more than a day ago, of one who has died, go first */
    const atomic_bool *cancelled; /* may be NULL */
    /* On a thread that ends with it. Nothing of a write that has failed stays behind, but where
     * the world did not allow even that: then the error says so. */
    void (*finished)(S3Write *w);

    /* Filled before finished(). ERROR_DATA: "exists" (if_none_match, with other bytes), "replaced"
     * (if_match), "changed" (fewer bytes than were told), "too_large"; else the world. */
    Error error;
    /* if_none_match, and the same bytes are there: of another, or of a call whose reply was lost */
    bool was_there;
    char etag[128];    /* "" unless it is written or was there */
    char checksum[32]; /* "crc64nvme aqBJ..."; "" where the same bytes were there before all of them
                          had been read */
    struct S3Writing *own;
};
/* Begins: up to 16 MiB in one call, larger ones in parts, four at the same time, each repeated by
 * itself. The object is there as a whole or not at all. A store without conditional writes is asked
 * first what is there. aws_close() only after finished(). False with w->error: no thread or memory,
 * and finished() will not be called. */
bool s3_write(Aws *aws, S3Write *w) MUST_CHECK;
/* Begins and waits; finished() is not used. False with e = w->error. */
bool s3_write_wait(Aws *aws, S3Write *w, Error *e) MUST_CHECK;
