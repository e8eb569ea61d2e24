/* aws_try.h: what a call needs from one attempt to the next. For aws.c and aws_attempt.c alone. */
#pragma once

#include "stores/aws/aws.h"
#include "stores/aws/retry.h"
#include "stores/aws/sign.h"

#include <pthread.h>

/* Where a bucket has turned out to be. */
typedef struct AwsPlace {
    char *bucket;
    char region[32];
} AwsPlace;

struct Aws {
    Arena arena; /* of the settings */
    AwsSettings settings;
    Http *bulk, *control, *identity; /* identity: for those who fetch credentials */
    CredentialKeeper *keeper;        /* NULL: nothing is signed */
    RetryBucket retries[AWS_SERVICES];

    pthread_mutex_t lock; /* for what follows */
    double ahead_s;       /* the services' clock before ours */
    AwsPlace *places;
    size_t place_count;
};

/* Someone who waits for a call in aws_do(). */
typedef struct AwsWaiter {
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool over;
} AwsWaiter;

typedef struct AwsTry AwsTry;
struct AwsTry {
    Aws *aws;
    AwsWaiter *waiter; /* NULL: finished() is called */
    unsigned repairs; /* attempts that were not made for want of luck: clock, region, credentials */
    unsigned cost;    /* of the last retry */
    unsigned moves;   /* to another region */
    unsigned renewals; /* of the credentials */
    bool clock_repaired;
    double renewed_by_s; /* waits for other credentials until then; 0: it does not wait */
    bool waits;          /* prepare() has found that they are not there yet */

    /* Of this attempt. */
    Arena arena;
    Credentials credentials;
    Signed signature;
    const char *region;
};

AwsCall *aws_call_of(HttpCall *http);
bool aws_cancelled(const AwsCall *c);

/* aws_attempt.c: the call's request with endpoint and signature. As HttpCall.prepare. */
bool aws_prepare(HttpCall *http, HttpRequest *request, Error *e);
/* Wipes what the last attempt needed. */
void aws_attempt_clear(AwsTry *t);

/* aws_repair.c: true: the reason for the refusal is gone, the call may begin again after *delay_s.
 */
bool aws_repair(AwsCall *c, AwsVerdict v, double *delay_s);
/* Looks in *region (of 32 bytes) where the bucket is; false: nothing is known. */
bool aws_place_of(Aws *a, const char *bucket, char *region);
double aws_clock_ahead_s(Aws *a);
