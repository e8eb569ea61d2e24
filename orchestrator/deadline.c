/* deadline.c: the median of what files take, and the time that is left. */
#include "orchestrator/deadline.h"

#include "core/clock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* To write down and tell what came of it. */
static const double answer_s = 2, reserve_s = 10, least_s = 1;

void deadline_init(Deadline *d)
{
    *d = (Deadline){0};
    pthread_mutex_init(&d->lock, NULL);
}

void deadline_deinit(Deadline *d)
{
    pthread_mutex_destroy(&d->lock);
}

void deadline_begin(Deadline *d, double left_s)
{
    double now_s = monotonic_s();
    d->last_s = now_s + left_s;
    d->end_s = d->last_s - fmin(answer_s, left_s / 4);
    d->share_s = left_s / 2;
    d->over = 0;
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
