/* test_retry.c: tokens and delays; all numbers by hand from retry.h. */
#include "stores/aws/retry.h"

#include "tests/support/cases.h"

static void verdicts(void **state)
{
    (void)state;
    static const struct {
        AwsVerdict verdict;
        unsigned attempt, attempts;
        bool timed_out, again;
        unsigned cost;
    } table[] = {
        {AWS_DONE, 1, 3, false, false, 0},        {AWS_REFUSED, 1, 3, false, false, 0},
        {AWS_TRANSIENT, 1, 3, false, true, 5},    {AWS_TRANSIENT, 2, 3, false, true, 5},
        {AWS_TRANSIENT, 3, 3, false, false, 0},   {AWS_TRANSIENT, 1, 1, false, false, 0},
        {AWS_TRANSIENT, 1, 3, true, true, 10},    {AWS_SLOW_DOWN, 1, 3, false, true, 5},
        {AWS_WRONG_CLOCK, 1, 3, false, true, 5},  {AWS_EXPIRED, 1, 3, false, true, 5},
        {AWS_OTHER_REGION, 1, 3, false, true, 5}, {AWS_OTHER_REGION, 3, 3, false, false, 0},
    };
    for (size_t i = 0; i < CASES(table); i++) {
        RetryBucket b;
        retry_init(&b, i);
        Retry retry = {0};
        assert_int_equal(retry_again(&b, table[i].verdict, table[i].attempt, table[i].attempts,
                                     table[i].timed_out, &retry),
                         table[i].again);
        assert_int_equal(retry.cost, table[i].cost);
        assert_true(b.tokens == 500.0 - table[i].cost);
        retry_deinit(&b);
    }
}

/* A hundred retries at 5 and no more; a success without a retry gives back 1, one after a retry
 * what it took; never more than 500. */
static void tokens(void **state)
{
    (void)state;
    RetryBucket b;
    retry_init(&b, 1);
    Retry retry;
    unsigned count = 0;
    while (retry_again(&b, AWS_TRANSIENT, 1, 3, false, &retry))
        count++;
    assert_int_equal(count, 100);
    for (int i = 0; i < 4; i++)
        retry_succeeded(&b, 0);
    assert_false(retry_again(&b, AWS_TRANSIENT, 1, 3, false, &retry));
    retry_succeeded(&b, 5);
    assert_true(b.tokens == 9);
    assert_false(retry_again(&b, AWS_TRANSIENT, 1, 3, true, &retry));
    assert_true(retry_again(&b, AWS_TRANSIENT, 1, 3, false, &retry));
    assert_true(b.tokens == 4);
    for (int i = 0; i < 1000; i++)
        retry_succeeded(&b, 10);
    assert_true(b.tokens == 500);
    retry_deinit(&b);
}

typedef struct Bounds {
    AwsVerdict verdict;
    unsigned attempt;
    double least_s, most_s;
} Bounds;

/* Ten thousand delays lie between the bounds and fill them evenly: the mean of a uniform
 * distribution is its middle, here within 2 % of its width (7 standard errors). */
static void delays(void **state)
{
    (void)state;
    static const Bounds table[] = {
        {AWS_TRANSIENT, 1, 0, 0.1},   {AWS_TRANSIENT, 2, 0, 0.2},  {AWS_TRANSIENT, 4, 0, 0.8},
        {AWS_TRANSIENT, 20, 0, 20},   {AWS_SLOW_DOWN, 1, 0, 1},    {AWS_SLOW_DOWN, 3, 0, 4},
        {AWS_SLOW_DOWN, 1000, 0, 20}, {AWS_EXPIRED, 1, 0.5, 1},    {AWS_EXPIRED, 2, 1, 2},
        {AWS_WRONG_CLOCK, 1, 0, 0},   {AWS_OTHER_REGION, 1, 0, 0},
    };
    enum { DRAWS = 10000 };
    RetryBucket b;
    retry_init(&b, 20150830);
    for (size_t i = 0; i < CASES(table); i++) {
        const Bounds *t = &table[i];
        double sum = 0, width = t->most_s - t->least_s;
        for (int n = 0; n < DRAWS; n++) {
            Retry retry = {.delay_s = -1};
            assert_true(retry_again(&b, t->verdict, t->attempt, 2000, false, &retry));
            assert_true(retry.delay_s >= t->least_s && retry.delay_s <= t->most_s);
            sum += retry.delay_s;
            retry_succeeded(&b, retry.cost);
        }
        double mean = sum / DRAWS, middle = (t->least_s + t->most_s) / 2;
        assert_true(mean >= middle - 0.02 * width && mean <= middle + 0.02 * width);
    }
    retry_deinit(&b);
}

/* Two programs that start in the same second do not retry in step. */
static void seeds_differ(void **state)
{
    (void)state;
    double first[4];
    for (uint64_t seed = 0; seed < CASES(first); seed++) {
        RetryBucket b;
        Retry retry;
        retry_init(&b, seed);
        assert_true(retry_again(&b, AWS_SLOW_DOWN, 1, 3, false, &retry));
        first[seed] = retry.delay_s;
        retry_deinit(&b);
        for (uint64_t other = 0; other < seed; other++)
            assert_true(first[seed] != first[other]);
    }
}

static const Case cases[] = {
    {"verdicts", verdicts},
    {"tokens", tokens},
    {"delays", delays},
    {"seeds_differ", seeds_differ},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
