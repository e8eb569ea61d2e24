/* deadline.c: the median of what files take, and the time that is left. */
#include "orchestrator/deadline.h"

#include "core/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* To write down and tell what came of it. */
static const double answer_s = 2, reserve_s = 10, least_s = 1;

static struct timespec time_of(double seconds)
{
    time_t whole = (time_t)seconds;
    return (struct timespec){whole, (long)((seconds - (double)whole) * 1e9)};
}

static void *watch(void *context)
{
    Deadline *d = context;
    pthread_mutex_lock(&d->lock);
    while (!d->closing) {
        struct timespec end = time_of(d->end_s);
        if (!d->begun || d->passed)
            pthread_cond_wait(&d->changed, &d->lock);
        else if (monotonic_s() < d->end_s)
            pthread_cond_timedwait(&d->changed, &d->lock, &end);
        else
            d->passed = true;
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

bool deadline_init(Deadline *d, Error *e)
{
    pthread_condattr_t clock;
    sigset_t all, before;
    *d = (Deadline){0};
    pthread_mutex_init(&d->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&d->changed, &clock);
    pthread_condattr_destroy(&clock);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&d->watch, NULL, watch, d);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failure == 0)
        return true;
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    return error_errno(e, ERROR_RETRY, failure, "a thread that watches the time");
}

void deadline_deinit(Deadline *d)
{
    pthread_mutex_lock(&d->lock);
    d->closing = true;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->watch, NULL);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
}

void deadline_begin(Deadline *d, double left_s)
{
    double now_s = monotonic_s();
    pthread_mutex_lock(&d->lock);
    d->last_s = now_s + left_s;
    d->end_s = d->last_s - fmin(answer_s, left_s / 4);
    d->share_s = left_s / 2;
    d->over = 0;
    d->passed = false;
    d->begun = true;
    pthread_cond_signal(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

void deadline_note(Deadline *d, double seconds)
{
    pthread_mutex_lock(&d->lock);
    d->times_s[d->count++ % DEADLINE_TIMES] = seconds;
    pthread_mutex_unlock(&d->lock);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_s(Deadline *d)
{
    double sorted[DEADLINE_TIMES];
    pthread_mutex_lock(&d->lock);
    size_t count = d->count < DEADLINE_TIMES ? d->count : DEADLINE_TIMES;
    memcpy(sorted, d->times_s, count * sizeof *sorted);
    pthread_mutex_unlock(&d->lock);
    qsort(sorted, count, sizeof *sorted, by_size);
    return count ? sorted[count / 2] : 0;
}

bool deadline_allows(Deadline *d)
{
    double needed_s = fmin(fmax(reserve_s, 2 * median_s(d)), d->share_s);
    return d->last_s - monotonic_s() >= fmax(needed_s, least_s);
}

bool deadline_is_over(const Deadline *d)
{
    return monotonic_s() >= d->end_s;
}
