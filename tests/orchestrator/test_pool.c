/* test_pool.c: every item given comes back once, worked on by one of the workers. */
#include "orchestrator/pool.h"
#include "tests/support/cases.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

typedef struct Number {
    PoolItem item;
    int value;
    unsigned worker;
} Number;

typedef struct Sums {
    int give, ahead;
    long sum;
    int back;
    unsigned workers, wrong_worker;
} Sums;

static void square(void *context, unsigned worker, PoolItem *item)
{
    (void)context;
    Number *n = (Number *)item;
    n->value *= n->value;
    n->worker = worker;
}

static void take_all(Sums *s, Pool *p, int wanted)
{
    while (s->back < wanted) {
        Number *n = (Number *)pool_take(p, 0.05);
        if (!n)
            continue;
        s->sum += n->value;
        s->wrong_worker += n->worker >= s->workers;
        s->back++;
        free(n);
    }
}

static void give_and_take(void *context, Pool *p)
{
    Sums *s = context;
    for (int i = 1; i <= s->give; i++) {
        Number *n = calloc(1, sizeof *n);
        n->value = i;
        pool_give(p, &n->item);
        take_all(s, p, i - s->ahead);
    }
    take_all(s, p, s->give);
    assert_null(pool_take(p, 0));
}

static void every_item_once_with(unsigned workers)
{
    Sums s = {.give = 1000, .ahead = 40, .workers = workers};
    PoolPlan plan = {.workers = workers, .work = square, .keep = give_and_take, .context = &s};
    Error e = {0};
    assert_ok(pool_run(&plan, &e), &e);
    assert_int_equal(s.back, 1000);
    assert_int_equal(s.sum, 1000L * 1001 * 2001 / 6);
    assert_int_equal(s.wrong_worker, 0);
}

static void every_item_once(void **state)
{
    (void)state;
    every_item_once_with(1);
    every_item_once_with(2);
    every_item_once_with(8);
}

static void nothing_to_do(void **state)
{
    (void)state;
    Sums s = {.workers = 4};
    PoolPlan plan = {.workers = 4, .work = square, .keep = give_and_take, .context = &s};
    Error e = {0};
    assert_ok(pool_run(&plan, &e), &e);
    assert_int_equal(s.back, 0);
}

/* ---- together */

enum { SHARES = 40 };

/* A large item: whoever takes part claims shares until there are none. */
typedef struct Large {
    PoolItem item;
    Pool **pool;
    _Atomic unsigned next, inside, most_inside;
    unsigned done[SHARES]; /* how often */
    unsigned by[SHARES];
    bool ended;     /* pool_together has come back */
    bool came_late; /* somebody was inside after that */
    long pause_us;  /* a share's work */
} Large;

static void share(void *context, unsigned worker)
{
    Large *l = context;
    unsigned inside = atomic_fetch_add(&l->inside, 1) + 1;
    if (inside > l->most_inside)
        l->most_inside = inside;
    for (unsigned i = atomic_fetch_add(&l->next, 1); i < SHARES;
         i = atomic_fetch_add(&l->next, 1)) {
        nanosleep(&(struct timespec){.tv_nsec = l->pause_us * 1000}, NULL);
        l->done[i]++;
        l->by[i] = worker;
        l->came_late |= l->ended;
    }
    atomic_fetch_sub(&l->inside, 1);
}

static void work_on_large(void *context, unsigned worker, PoolItem *item)
{
    Large *l = (Large *)item;
    (void)context;
    pool_together(*l->pool, worker, share, l);
    l->came_late |= l->inside > 0;
    l->ended = true;
}

typedef struct Larges {
    Pool *pool;
    Large *items;
    int count, back;
} Larges;

static void keep_larges(void *context, Pool *p)
{
    Larges *all = context;
    all->pool = p;
    for (int i = 0; i < all->count; i++)
        pool_give(p, &all->items[i].item);
    while (all->back < all->count)
        if (pool_take(p, 0.05))
            all->back++;
}

static void run_larges(unsigned workers, int count, long pause_us)
{
    Large *items = calloc((size_t)count, sizeof *items);
    assert_non_null(items);
    Larges all = {.items = items, .count = count};
    for (int i = 0; i < count; i++) {
        items[i].pool = &all.pool;
        items[i].pause_us = pause_us;
    }
    PoolPlan plan = {
        .workers = workers, .work = work_on_large, .keep = keep_larges, .context = &all};
    Error e = {0};
    assert_ok(pool_run(&plan, &e), &e);
    for (int i = 0; i < count; i++) {
        assert_true(items[i].ended && !items[i].came_late);
        assert_true(items[i].most_inside <= workers);
        /* one item alone: the others have nothing else to do than to help */
        if (count == 1 && workers > 1 && pause_us > 0)
            assert_true(items[i].most_inside > 1);
        for (unsigned k = 0; k < SHARES; k++) {
            assert_int_equal(items[i].done[k], 1);
            assert_true(items[i].by[k] < workers);
        }
    }
    free(items);
}

static void together_each_share_once(void **state)
{
    (void)state;
    static const unsigned workers[] = {1, 2, 3, 8};
    for (size_t i = 0; i < CASES(workers); i++) {
        run_larges(workers[i], 1, 1000);
        run_larges(workers[i], 5, 100); /* several at the same time */
        for (int again = 0; again < 50; again++)
            run_larges(workers[i], 3, 0); /* all over before most can join */
    }
}

/* In a process of its own: whoever it is may have no more threads. */
static int run_without_threads(void)
{
    Larges all = {.count = 0};
    PoolPlan plan = {.workers = 4, .work = work_on_large, .keep = keep_larges, .context = &all};
    Error e = {0};
    if (geteuid() == 0 && setuid(54321) != 0)
        return 2;
    if (setrlimit(RLIMIT_NPROC, &(struct rlimit){1, 1}) != 0)
        return 3;
    if (pool_run(&plan, &e))
        return 4;
    return e.kind == ERROR_RETRY && strcmp(e.code, "no_threads") == 0 ? 0 : 5;
}

static void no_threads_is_an_error(void **state)
{
    (void)state;
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        _exit(run_without_threads());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 2)
        case_skip("cannot become another user");
    assert_int_equal(WEXITSTATUS(status), 0);
}

static const Case cases[] = {
    {"every_item_once", every_item_once},
    {"together_each_share_once", together_each_share_once},
    {"nothing_to_do", nothing_to_do},
    {"no_threads_is_an_error", no_threads_is_an_error},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
