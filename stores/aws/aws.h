/* aws.h: a call of an AWS service: endpoint, signature, retries, refreshed credentials, repaired
 * clock and region. The services' own files (s3.h, sqs.h, dynamodb.h) build on it. */
#pragma once

#include "core/arena.h"
#include "stores/aws/credentials.h"
#include "stores/aws/endpoint.h"
#include "stores/aws/fault.h"

typedef struct Aws Aws;

typedef struct AwsOptions {
    unsigned connections; /* for bytes of objects; control calls have threads and connections of
                             their own, so that a heartbeat never waits behind a download */
    const char *version;  /* for the user agent */
} AwsOptions;

/* Reads the settings, finds credentials, starts the threads; from now on the process leaves no core
 * file. Call after the last fork. ERROR_SETUP says what to set. */
bool aws_open(const AwsOptions *o, Aws **out, Error *e) MUST_CHECK;
void aws_close(Aws *a); /* accepts NULL */
const AwsSettings *aws_settings(const Aws *a);
/* A copy of those that sign, to tell where they come from; zeroed where nothing is signed. */
bool aws_credentials(Aws *a, Credentials *out, Error *e) MUST_CHECK;

typedef struct AwsCall AwsCall;
struct AwsCall {
    /* The caller's. Texts and body live until finished(). */
    AwsService service;
    const char *bucket;           /* of S3, else NULL */
    HttpRequest request;          /* without origin; the path of an S3 call is "/" and the key */
    const char *what;             /* for messages: "s3://bucket/key: reading" */
    unsigned attempts;            /* at most; 0: as the settings say */
    double quiet_s, total_s;      /* as in HttpCall */
    bool bulk;                    /* bytes of objects, not control */
    bool unsigned_body;           /* over TLS it is not hashed: a checksum of it is in a header */
    const atomic_bool *cancelled; /* set: it ends soon, with "stopped"; may be NULL */
    const atomic_bool *last;      /* set: the attempt that runs is the last one; may be NULL */
    /* On an I/O thread, where nothing may wait. restart() before each attempt (forget what write()
     * got), may be NULL where write is NULL. finished(): the call is the caller's again. */
    void (*restart)(AwsCall *c);
    bool (*write)(AwsCall *c, const void *bytes, size_t length, Error *e);
    void (*finished)(AwsCall *c);

    /* Filled before finished(): error.kind ERROR_NONE where the service has done it. */
    HttpCall http; /* status, headers, body of the last attempt */
    AwsFault fault;
    Error error;
    unsigned attempt; /* how many there were */

    struct AwsTry *own; /* aws.c's */
};

/* Begins; from any thread, from finished() too. */
void aws_start(Aws *a, AwsCall *c);
/* Begins and waits; not on an I/O thread. False with e = c->error. */
bool aws_do(Aws *a, AwsCall *c, Error *e) MUST_CHECK;
void aws_call_deinit(AwsCall *c); /* accepts a zeroed one */
