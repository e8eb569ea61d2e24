/* s3_page.h: one reply of ListObjectsV2. */
#pragma once

#include "stores/aws/s3.h"

typedef struct S3Ask {
    const char *bucket, *prefix;
    const char *after;     /* keys behind this one; NULL or "": from the beginning */
    const char *token;     /* of the page before; NULL: the first. `after` then counts no more */
    const char *delimiter; /* "/": what lies deeper comes as common prefixes; NULL: all keys */
    const atomic_bool *cancelled; /* as in AwsCall */
    bool times;                   /* objects with when they were made */
} S3Ask;

typedef struct S3Page S3Page;
struct S3Page {
    AwsCall call; /* first */
    Arena arena;  /* all texts of the page */
    void *context;
    void (*arrived)(S3Page *p); /* the caller's; on an I/O thread */
    const char *what;

    /* Filled before arrived(). */
    Error error;
    S3Object *objects;
    size_t count, capacity;
    const char **prefixes; /* common ones */
    size_t prefix_count, prefix_capacity;
    const char *token; /* NULL: this was the last page */

    bool times, encoded, truncated; /* while it is read */
    S3Object object;
    HttpPair query[6];
    S3Page *next; /* the listing's */
};

/* Begins; NULL without memory. `what` and the ask's texts are copied. */
S3Page *s3_page_ask(Aws *aws, const S3Ask *ask, void (*arrived)(S3Page *p), void *context);
void s3_page_free(S3Page *p); /* accepts NULL */
/* The page from the XML of a reply: what arrived() gets. For tests. */
bool s3_page_read(S3Page *p, const char *xml, size_t length, Error *e) MUST_CHECK;
