/* pool.c: two queues under one lock, and the team around them.
 *
 * OpenMP makes the threads; waiting is done on condition variables, because libgomp's own locks
 * spin. */
#include "orchestrator/pool.h"

#include <errno.h>
#include <omp.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct Queue {
    PoolItem *first, *last;
} Queue;

/* Work that several workers do together; on the stack of the one who has begun it. */
typedef struct Gathering Gathering;
struct Gathering {
    Gathering *next;
    void (*together)(void *context, unsigned worker);
    void *context;
    unsigned inside; /* workers in `together` */
};

struct Pool {
    const PoolPlan *plan;
    pthread_mutex_t lock;
    pthread_cond_t given, finished, left;
    Queue todo, done;
    Gathering *gatherings; /* that can be joined */
    bool closed;           /* no more items will be given */
};

static void push(Queue *q, PoolItem *item)
{
    item->next = NULL;
    if (q->last)
        q->last->next = item;
    else
        q->first = item;
    q->last = item;
}

static PoolItem *pop(Queue *q)
{
    PoolItem *item = q->first;
    if (!item)
        return NULL;
    q->first = item->next;
    if (!q->first)
        q->last = NULL;
    return item;
}

void pool_give(Pool *p, PoolItem *item)
{
    pthread_mutex_lock(&p->lock);
    push(&p->todo, item);
    pthread_cond_signal(&p->given);
    pthread_mutex_unlock(&p->lock);
}

static struct timespec deadline(double wait_s)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    double whole = (double)(long)wait_s;
    t.tv_sec += (time_t)whole;
    t.tv_nsec += (long)((wait_s - whole) * 1e9);
    if (t.tv_nsec >= 1000000000L) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000L;
    }
    return t;
}

PoolItem *pool_take(Pool *p, double wait_s)
{
    struct timespec until = deadline(wait_s);
    pthread_mutex_lock(&p->lock);
    int rc = 0;
    while (!p->done.first && rc != ETIMEDOUT && wait_s > 0)
        rc = pthread_cond_timedwait(&p->finished, &p->lock, &until);
    PoolItem *item = pop(&p->done);
    pthread_mutex_unlock(&p->lock);
    return item;
}

/* Nobody joins any more. Under the lock. */
static void close_gathering(Pool *p, const Gathering *g)
{
    Gathering **at = &p->gatherings;
    while (*at && *at != g)
        at = &(*at)->next;
    if (*at)
        *at = g->next;
}

/* Under the lock, which is given up meanwhile. */
static void take_part(Pool *p, Gathering *g, unsigned worker)
{
    g->inside++;
    pthread_mutex_unlock(&p->lock);
    g->together(g->context, worker);
    pthread_mutex_lock(&p->lock);
    close_gathering(p, g);
    if (--g->inside == 0)
        pthread_cond_broadcast(&p->left);
}

void pool_together(Pool *p, unsigned worker, void (*together)(void *context, unsigned worker),
                   void *context)
{
    Gathering g = {.together = together, .context = context};
    pthread_mutex_lock(&p->lock);
    g.next = p->gatherings;
    p->gatherings = &g;
    pthread_cond_broadcast(&p->given);
    take_part(p, &g, worker);
    while (g.inside > 0)
        pthread_cond_wait(&p->left, &p->lock);
    pthread_mutex_unlock(&p->lock);
}

unsigned pool_workers(const Pool *p)
{
    return p->plan->workers;
}

/* The next item; meanwhile helps others. NULL: there will be none. */
static PoolItem *claim(Pool *p, unsigned worker)
{
    pthread_mutex_lock(&p->lock);
    for (;;) {
        if (p->gatherings)
            take_part(p, p->gatherings, worker);
        else if (p->todo.first || p->closed)
            break;
        else
            pthread_cond_wait(&p->given, &p->lock);
    }
    PoolItem *item = pop(&p->todo);
    pthread_mutex_unlock(&p->lock);
    return item;
}

static void hand_back(Pool *p, PoolItem *item)
{
    pthread_mutex_lock(&p->lock);
    push(&p->done, item);
    pthread_cond_signal(&p->finished);
    pthread_mutex_unlock(&p->lock);
}

static void serve(Pool *p, unsigned worker)
{
    for (PoolItem *item = claim(p, worker); item; item = claim(p, worker)) {
        p->plan->work(p->plan->context, worker, item);
        hand_back(p, item);
    }
}

static void keep(Pool *p)
{
    p->plan->keep(p->plan->context, p);
    pthread_mutex_lock(&p->lock);
    p->closed = true;
    pthread_cond_broadcast(&p->given);
    pthread_mutex_unlock(&p->lock);
}

static void init(Pool *p)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->given, &attr);
    pthread_cond_init(&p->finished, &attr);
    pthread_cond_init(&p->left, &attr);
    pthread_condattr_destroy(&attr);
}

static void deinit(Pool *p)
{
    pthread_cond_destroy(&p->given);
    pthread_cond_destroy(&p->finished);
    pthread_cond_destroy(&p->left);
    pthread_mutex_destroy(&p->lock);
}

/* ---- can the threads be made? */

/* Waits until all of them stand. */
static void *stand(void *lock)
{
    pthread_mutex_lock(lock);
    pthread_mutex_unlock(lock);
    return NULL;
}

/* libgomp ends the process where it cannot make a thread: so that many are made on trial, all at
 * the same time and with the stacks that libgomp gives them. */
static bool try_threads(unsigned count, Error *e)
{
    pthread_t *threads = calloc(count, sizeof *threads);
    if (!threads)
        return error_errno(e, ERROR_RETRY, ENOMEM, "threads");
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    unsigned made = 0;
    int error = 0;
    pthread_mutex_lock(&lock);
    while (made < count && error == 0) {
        error = pthread_create(&threads[made], NULL, stand, &lock);
        made += error == 0;
    }
    pthread_mutex_unlock(&lock);
    for (unsigned i = 0; i < made; i++)
        pthread_join(threads[i], NULL);
    pthread_mutex_destroy(&lock);
    free(threads);
    return error == 0 || error_coded(e, ERROR_RETRY, "no_threads",
                                     "the system allows %u of the %u threads that are needed (%s); "
                                     "try a smaller -j, or raise `ulimit -u`",
                                     made, count, strerrordesc_np(error));
}

bool pool_run(const PoolPlan *plan, Error *e)
{
    Pool pool = {.plan = plan};
    int threads = (int)plan->workers + 1, got = 0;
    if (!try_threads(plan->workers, e))
        return false;
    init(&pool);
    omp_set_dynamic(0);
#pragma omp parallel num_threads(threads)
    {
        int me = omp_get_thread_num();
        if (me == 0)
            got = omp_get_num_threads();
#pragma omp barrier
        if (got == threads && me == 0)
            keep(&pool);
        else if (got == threads)
            serve(&pool, (unsigned)me - 1);
    }
    deinit(&pool);
    if (got != threads)
        return error_coded(e, ERROR_RETRY, "no_threads",
                           "asked for %d threads, the system gave %d; try a smaller -j", threads,
                           got);
    return true;
}
