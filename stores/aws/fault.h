/* fault.h: what a service said when it refused, and what that means. */
#pragma once

#include "stores/aws/http.h"
#include "stores/aws/settings.h"

typedef struct AwsFault {
    int status;        /* 0: there was no reply */
    char code[96];     /* "NoSuchKey", "ProvisionedThroughputExceededException"; "" */
    char message[384]; /* the service's own words; "" */
    char request_id[128];
    char region[32]; /* where the bucket is, if it said so; "" */
} AwsFault;

typedef enum AwsVerdict {
    AWS_DONE,
    AWS_REFUSED,      /* asking again will not help */
    AWS_TRANSIENT,    /* again after a while */
    AWS_SLOW_DOWN,    /* again after a longer while */
    AWS_WRONG_CLOCK,  /* again with the service's time */
    AWS_EXPIRED,      /* again with new credentials */
    AWS_OTHER_REGION, /* again, signed for fault.region */
} AwsVerdict;

/* Reads a reply, or its absence. XML (S3, STS) and JSON (all others): code from the header
 * x-amzn-errortype or the body; a 200 of S3 whose body's root is <Error> is one, too. */
AwsVerdict fault_read(const HttpCall *c, AwsService service, AwsFault *out);

/* One clear line with what to do: "bucket x: access denied (403 AccessDenied): ...; request id
 * ...". `what` says what was asked of whom ("s3://bucket/prefix: listing"). The kind: ERROR_SETUP
 * where nothing will work (credentials, bucket, region, permission to list), ERROR_RETRY for what
 * passes; the code is a stable word: access_denied no_such_bucket no_such_key credentials expired
 * clock region throttled unavailable network no_such_queue no_such_table precondition .... Returns
 * false. */
bool fault_error(const AwsFault *f, AwsVerdict v, const Error *transport, const char *what,
                 Error *e);
