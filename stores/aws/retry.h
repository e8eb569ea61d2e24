/* retry.h: whether and when to ask again: standard mode of the AWS SDKs with a token bucket.
 *
 * A retry costs tokens, a success gives them back; with no tokens there is no retry, so that a
 * service that is down is not beaten by all callers at once. One bucket for each service. */
#pragma once

#include "stores/aws/fault.h"

#include <pthread.h>

typedef struct RetryBucket {
    pthread_mutex_t lock;
    double tokens;
    uint64_t random; /* state of the jitter */
} RetryBucket;

enum { RETRY_TOKENS = 500, RETRY_COST = 5, RETRY_COST_TIMEOUT = 10 };
/* Full jitter: a delay is uniform in [0, min(base * 2^n, most)), n = 0 after the first attempt.
 * With expired credentials it is at least half of that, so that new ones can come; with a clock or
 * a region that has been put right there is none. */
static const double retry_base_s = 0.1, retry_base_slow_s = 1.0, retry_most_s = 20.0;

void retry_init(RetryBucket *b, uint64_t seed);
void retry_deinit(RetryBucket *b);

typedef struct Retry {
    double delay_s;
    unsigned cost; /* for retry_succeeded() */
} Retry;

/* After attempt number `attempt` (the first is 1) of at most `attempts`. True: as *out says. */
bool retry_again(RetryBucket *b, AwsVerdict v, unsigned attempt, unsigned attempts, bool timed_out,
                 Retry *out);
/* `cost` is that of the last retry, 0 where there was none. */
void retry_succeeded(RetryBucket *b, unsigned cost);
