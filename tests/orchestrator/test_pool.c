/* test_pool.c: every item given comes back once, worked on by one of the workers. */
#include "orchestrator/pool.h"
#include "tests/support/cases.h"

#include <stdlib.h>

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

static const Case cases[] = {
    {"every_item_once", every_item_once},
    {"nothing_to_do", nothing_to_do},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
