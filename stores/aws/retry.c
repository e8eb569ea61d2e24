/* retry.c: tokens and full jitter. */
#include "stores/aws/retry.h"

#include <math.h>

void retry_init(RetryBucket *b, uint64_t seed)
{
    pthread_mutex_init(&b->lock, NULL);
    b->tokens = RETRY_TOKENS;
    b->random = seed;
}

void retry_deinit(RetryBucket *b)
{
    pthread_mutex_destroy(&b->lock);
}

/* In [0, 1); splitmix64 (Steele, Lea, Flood 2014), to which every seed is as good. */
static double draw(uint64_t *state)
{
    *state += 0x9e3779b97f4a7c15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static double delay_of(AwsVerdict v, unsigned attempt, double random)
{
    enum { DOUBLINGS_MOST = 30 };
    unsigned doublings = attempt > 0 ? attempt - 1 : 0;
    if (doublings > DOUBLINGS_MOST)
        doublings = DOUBLINGS_MOST;
    double base = v == AWS_TRANSIENT ? retry_base_s : retry_base_slow_s;
    double most = fmin(ldexp(base, (int)doublings), retry_most_s);
    switch (v) {
    case AWS_TRANSIENT:
    case AWS_SLOW_DOWN:
        return random * most;
    case AWS_EXPIRED:
        return (0.5 + random / 2) * most;
    default:
        return 0;
    }
}

bool retry_again(RetryBucket *b, AwsVerdict v, unsigned attempt, unsigned attempts, bool timed_out,
                 Retry *out)
{
    if (v == AWS_DONE || v == AWS_REFUSED || attempt >= attempts)
        return false;
    unsigned price = timed_out ? RETRY_COST_TIMEOUT : RETRY_COST;
    pthread_mutex_lock(&b->lock);
    bool again = b->tokens >= price;
    if (again) {
        b->tokens -= price;
        *out = (Retry){delay_of(v, attempt, draw(&b->random)), price};
    }
    pthread_mutex_unlock(&b->lock);
    return again;
}

void retry_succeeded(RetryBucket *b, unsigned cost)
{
    pthread_mutex_lock(&b->lock);
    b->tokens = fmin(b->tokens + (cost > 0 ? cost : 1), RETRY_TOKENS);
    pthread_mutex_unlock(&b->lock);
}
