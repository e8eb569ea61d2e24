/* test_crew.c: jobs are all done, several at the same time, and the first failure is told once. */
#include "stores/aws/crew.h"

#include "tests/support/cases.h"

#include <stdatomic.h>
#include <time.h>

enum { THREADS = 4, JOBS = 100 };

static atomic_uint done, at_once, most;

static void pause_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static bool work(void *job, Error *e)
{
    unsigned now = ++at_once;
    if (now > most)
        most = now;
    pause_ms(1);
    at_once--;
    done++;
    return *(const int *)job >= 0 || error_coded(e, ERROR_RETRY, "negative", "%d", *(int *)job);
}

static void all_are_done(void **state)
{
    (void)state;
    Crew *c;
    Error e = {0};
    int one = 1;
    done = most = 0;
    assert_ok(crew_open(THREADS, &c, &e), &e);
    assert_ok(crew_wait(c, &e), &e);
    for (unsigned i = 0; i < JOBS; i++)
        crew_give(c, work, &one);
    assert_ok(crew_wait(c, &e), &e);
    assert_int_equal(done, JOBS);
    assert_in_range(most, 2, THREADS);
    crew_close(c);
    crew_close(NULL);
}

static void failure_is_told_once(void **state)
{
    (void)state;
    Crew *c;
    Error e = {0};
    int good = 1, bad = -7;
    done = 0;
    assert_ok(crew_open(THREADS, &c, &e), &e);
    assert_false(crew_failing(c));
    for (unsigned i = 0; i < JOBS; i++)
        crew_give(c, work, i == 3 ? &bad : &good);
    assert_true(crew_failing(c));
    assert_false(crew_wait(c, &e));
    assert_string_equal(e.message, "-7");
    assert_string_equal(e.code, "negative");
    assert_int_equal(done, JOBS);
    assert_false(crew_failing(c));
    error_clear(&e);
    crew_give(c, work, &good);
    assert_ok(crew_wait(c, &e), &e);
    crew_close(c);
}

static void closing_waits(void **state)
{
    (void)state;
    Crew *c;
    Error e = {0};
    int good = 1;
    done = 0;
    assert_ok(crew_open(1, &c, &e), &e);
    for (unsigned i = 0; i < THREADS; i++)
        crew_give(c, work, &good);
    crew_close(c);
    assert_int_equal(done, THREADS);
}

static const Case cases[] = {
    {"all_are_done", all_are_done},
    {"failure_is_told_once", failure_is_told_once},
    {"closing_waits", closing_waits},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
