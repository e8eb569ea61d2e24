/* aws_repair.c: refusals whose reason can be taken away: a wrong clock, credentials that have
 * expired, a bucket in another region. */
#include "core/clock.h"
#include "core/time.h"
#include "stores/aws/aws_try.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* New credentials are looked for in steps, and for longer than their keeper pauses between two
 * times that it asks for some. */
static const double renewal_step_s = 0.2, renewal_most_s = 12;
enum { MOVES_MOST = 2, RENEWALS_MOST = 2 };

double aws_clock_ahead_s(Aws *a)
{
    pthread_mutex_lock(&a->lock);
    double s = a->ahead_s;
    pthread_mutex_unlock(&a->lock);
    return s;
}

/* The reply's Date (RFC 9110, section 5.6.7) is the time it should have been signed for. */
static bool repair_clock(AwsCall *c)
{
    Timestamp t;
    const char *date = http_header(&c->http, "date");
    if (c->own->clock_repaired || !date ||
        !timestamp_parse(date, strlen(date), "%a, %d %b %Y %H:%M:%S %Z", &t))
        return false;
    Aws *a = c->own->aws;
    c->own->clock_repaired = true;
    pthread_mutex_lock(&a->lock);
    a->ahead_s = (double)(t.instant.seconds - (int64_t)time(NULL));
    pthread_mutex_unlock(&a->lock);
    return true;
}

static AwsPlace *find_place(Aws *a, const char *bucket)
{
    for (size_t i = 0; i < a->place_count; i++)
        if (strcmp(a->places[i].bucket, bucket) == 0)
            return &a->places[i];
    return NULL;
}

bool aws_place_of(Aws *a, const char *bucket, char *region)
{
    pthread_mutex_lock(&a->lock);
    const AwsPlace *p = find_place(a, bucket);
    if (p)
        memcpy(region, p->region, sizeof p->region);
    pthread_mutex_unlock(&a->lock);
    return p != NULL;
}

/* With the lock. NULL: no memory. */
static AwsPlace *add_place(Aws *a, const char *bucket)
{
    char *name = strdup(bucket);
    AwsPlace *more = name ? realloc(a->places, (a->place_count + 1) * sizeof *more) : NULL;
    if (!more) {
        free(name);
        return NULL;
    }
    a->places = more;
    a->places[a->place_count] = (AwsPlace){.bucket = name};
    return &a->places[a->place_count++];
}

static bool move(AwsCall *c)
{
    AwsTry *t = c->own;
    const char *region = c->fault.region;
    if (!c->bucket || !region[0] || !t->region || strcmp(region, t->region) == 0 ||
        t->moves++ >= MOVES_MOST)
        return false;
    pthread_mutex_lock(&t->aws->lock);
    AwsPlace *p = find_place(t->aws, c->bucket);
    if (!p)
        p = add_place(t->aws, c->bucket);
    if (p)
        snprintf(p->region, sizeof p->region, "%s", region);
    pthread_mutex_unlock(&t->aws->lock);
    return p != NULL;
}

/* Those of the environment stay as they are for as long as we live. */
static bool renew(AwsCall *c, double *delay_s)
{
    AwsTry *t = c->own;
    const char *provider = t->credentials.provider;
    if (!t->aws->keeper || (provider && strcmp(provider, "environment") == 0))
        return false;
    if (t->renewed_by_s == 0) {
        if (t->renewals++ >= RENEWALS_MOST)
            return false;
        t->renewed_by_s = monotonic_s() + renewal_most_s;
        credentials_expired(t->aws->keeper, &t->credentials);
    }
    *delay_s = renewal_step_s;
    return monotonic_s() < t->renewed_by_s;
}

bool aws_repair(AwsCall *c, AwsVerdict v, double *delay_s)
{
    bool waited = c->own->renewed_by_s > 0;
    *delay_s = 0;
    bool repaired = v == AWS_WRONG_CLOCK    ? repair_clock(c)
                    : v == AWS_OTHER_REGION ? move(c)
                    : v == AWS_EXPIRED      ? renew(c, delay_s)
                                            : false;
    if (repaired && !waited)
        c->own->repairs++;
    return repaired;
}
