/* test_deadline.c: what may begin with so much time left, after files that took so long. */
#include "core/clock.h"
#include "orchestrator/deadline.h"
#include "tests/support/cases.h"

static const struct {
    const char *name;
    double whole_s, past_s; /* of the run, and how much of it is over */
    double times_s[5];      /* that files took */
    bool allows;
} rows[] = {
    {"at the beginning", 60, 0, {0}, true},
    {"more than 10 s are left", 60, 49, {0}, true},
    {"fewer than 10 s are left", 60, 51, {0}, false},
    {"files take 8 s, 17 s are left", 60, 43, {1, 8, 30}, true},
    {"files take 8 s, 15 s are left", 60, 45, {1, 8, 30}, false},
    {"one slow file is not the median", 60, 45, {1, 1, 1, 1, 100}, true},
    {"files that take longer than the run: the first half", 60, 29, {100}, true},
    {"the second half", 60, 31, {100}, false},
    {"a short run: the first half", 4, 1.5, {0}, true},
    {"a short run: the second half", 4, 2.5, {0}, false},
    {"less than a second", 0.9, 0, {0}, false},
    {"no time at all", -5, 0, {0}, false},
};

static void allows(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(rows); i++) {
        Deadline d;
        Error e = {0};
        print_message("%s\n", rows[i].name);
        assert_ok(deadline_init(&d, &e), &e);
        for (size_t k = 0; k < 5 && rows[i].times_s[k] > 0; k++)
            deadline_note(&d, rows[i].times_s[k]);
        deadline_begin(&d, rows[i].whole_s);
        d.last_s -= rows[i].past_s;
        d.end_s -= rows[i].past_s;
        assert_int_equal(deadline_allows(&d), rows[i].allows);
        deadline_deinit(&d);
    }
}

/* Time is left to tell what came of it: 2 s, of a short run a quarter. */
static void ends(void **state)
{
    (void)state;
    static const double whole_s[] = {900, 4}, before_s[] = {2, 1};
    for (size_t i = 0; i < CASES(whole_s); i++) {
        Deadline d;
        Error e = {0};
        assert_ok(deadline_init(&d, &e), &e);
        deadline_begin(&d, whole_s[i]);
        double left_s = d.end_s - monotonic_s();
        assert_true(left_s <= whole_s[i] - before_s[i]);
        assert_true(left_s > whole_s[i] - before_s[i] - 1);
        assert_false(deadline_is_over(&d));
        d.end_s -= whole_s[i];
        assert_true(deadline_is_over(&d));
        deadline_deinit(&d);
    }
}

/* Those who wait for a service are told, of each run anew. */
static void passes(void **state)
{
    (void)state;
    Deadline d;
    Error e = {0};
    const struct timespec pause = {0, 10 * 1000 * 1000};
    assert_ok(deadline_init(&d, &e), &e);
    assert_false(d.passed);
    for (int i = 0; i < 2; i++) {
        deadline_begin(&d, 0.4);
        assert_false(d.passed);
        while (!d.passed)
            nanosleep(&pause, NULL);
        assert_true(deadline_is_over(&d));
    }
    deadline_begin(&d, 900);
    assert_false(d.passed);
    deadline_deinit(&d);
}

static const Case cases[] = {{"allows", allows}, {"ends", ends}, {"passes", passes}};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
