/* test_job.c: what becomes of a file, by what its reader says or how it ends. */
#include "orchestrator/sandbox.h"
#include "tests/orchestrator/job_fixture.h"

static void reports(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        Expected want;
        const char *place;
    } rows[] = {
        {"good", {UNIT_DONE, "", "", ""}, ""},
        {"bad truncated", {UNIT_FAILED, "read", "data", "truncated"}, "byte 17"},
        {"partial checksum", {UNIT_PARTIAL, "read", "data", "checksum"}, "byte 17"},
        {"bad memory", {UNIT_FAILED, "read", "limit", "memory"}, "byte 17"},
        {"bad decoded_size", {UNIT_FAILED, "read", "limit", "decoded_size"}, "byte 17"},
        {"retry io", {UNIT_WAITING, "read", "world", "io"}, "byte 17"},
        {"retry stale_handle", {UNIT_WAITING, "read", "world", "stale_handle"}, "byte 17"},
        {"unknown data", {UNIT_FAILED, "read", "data", "unrecognised"}, "byte 17"},
        {"unknown other", {UNIT_IGNORED, "read", "data", "unrecognised"}, "byte 17"},
    };
    Fixture f;
    start(&f);
    for (size_t i = 0; i < CASES(rows); i++) {
        Job *j = run_words(&f, rows[i].words);
        check_outcome(j, &rows[i].want);
        assert_string_equal(j->outcome.place, rows[i].place);
        assert_int_equal(f.witness->tries, 1); /* what was said is not asked again */
        assert_non_null(j->outcome.report);
        assert_true(j->outcome.report->rows == 7);
        assert_int_equal(j->outcome.identity.size, strlen(rows[i].words));
        job_free(j);
    }
    stop(&f);
}

/* A name that says "no data" counts only where the content says nothing. */
static void names(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    snprintf(f.path, sizeof f.path, "%s/plot.png", f.folder);
    Job *j = run_words(&f, "unknown data");
    assert_int_equal(j->outcome.state, UNIT_IGNORED);
    assert_non_null(strstr(j->outcome.rule, "*.png"));
    job_free(j);
    j = run_words(&f, "good");
    assert_int_equal(j->outcome.state, UNIT_DONE);
    assert_string_equal(j->outcome.rule, "by content");
    job_free(j);
    j = run_words(&f, "bad truncated");
    assert_int_equal(j->outcome.state, UNIT_FAILED);
    job_free(j);
    stop(&f);
}

static void no_answers(void **state)
{
    (void)state;
    static const struct {
        const char *words;
        Expected want;
        unsigned tries;
        const char *says;
        bool filtered; /* Debug and sanitizer builds have no filter */
    } rows[] = {
        {"crash", {UNIT_FAILED, "read", "crash", "crash"}, 2, "SIGABRT", false},
        {"leave", {UNIT_FAILED, "read", "crash", "crash"}, 2, "exit status 5", false},
        {"kill", {UNIT_FAILED, "read", "limit", "memory"}, 2, "--memory", false},
        {"unlink", {UNIT_FAILED, "read", "crash", "forbidden"}, 1, "hostile", true},
        {"garbage", {UNIT_FAILED, "read", "crash", "bad_report"}, 1, "", false},
        {"crash1", {UNIT_DONE, "", "", ""}, 2, "", false},
    };
    Fixture f;
    start(&f);
    for (size_t i = 0; i < CASES(rows); i++) {
        if (rows[i].filtered && !SANDBOX_FILTERS_CALLS)
            continue;
        Job *j = run_words(&f, rows[i].words);
        check_outcome(j, &rows[i].want);
        assert_int_equal(f.witness->tries, rows[i].tries);
        assert_non_null(strstr(j->outcome.reason, rows[i].says));
        assert_int_equal(j->outcome.report != NULL, rows[i].want.state == UNIT_DONE);
        if (rows[i].tries == 2) /* in a fresh child */
            assert_int_not_equal(f.witness->child[0], f.witness->child[1]);
        job_free(j);
    }
    stop(&f);
}

/* The second try has twice the time: what takes one and a half is read by it, what takes longer
 * than both is not. */
static void deadlines(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    f.config.run.timeout_s = 1;
    Job *j = run_words(&f, "sleep 1500");
    check_outcome(j, &(Expected){UNIT_DONE, "", "", ""});
    assert_int_equal(f.witness->tries, 2);
    job_free(j);

    f.config.run.timeout_s = 0.1;
    double from = now_s();
    j = run_words(&f, "sleep 60000");
    assert_true(now_s() - from >= 0.3); /* 0.1 s and 0.2 s */
    assert_true(now_s() - from < 20);
    check_outcome(j, &(Expected){UNIT_FAILED, "read", "limit", "timeout"});
    assert_int_equal(f.witness->tries, 2);
    assert_non_null(strstr(j->outcome.reason, "0.1 s, nor within 0.2 s"));
    job_free(j);

    j = run_words(&f, "good"); /* and the next is not touched by it */
    assert_int_equal(j->outcome.state, UNIT_DONE);
    job_free(j);
    stop(&f);
}

/* A stop does not wait for a second try, and does not blame the file that had one only. */
static void stopped(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    f.stop = 1;
    Job *j = run_words(&f, "crash");
    check_outcome(j, &(Expected){UNIT_WAITING, "read", "world", "stopped"});
    assert_int_equal(f.witness->tries, 1);
    assert_null(j->outcome.report);
    job_free(j);
    j = run_words(&f, "good"); /* what is begun is finished */
    assert_int_equal(j->outcome.state, UNIT_DONE);
    job_free(j);
    stop(&f);
}

/* Same file, same key; another version or another pipeline, another key. */
static void work_keys(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    Job *first = run_words(&f, "good"), *again = run_path(&f);
    assert_string_equal(first->outcome.work_key, again->outcome.work_key);
    Job *changed = run_words(&f, "good enough");
    assert_string_not_equal(first->outcome.work_key, changed->outcome.work_key);
    snprintf(f.pipeline.hash, sizeof f.pipeline.hash, "beef");
    Job *otherwise = run_path(&f);
    assert_string_not_equal(changed->outcome.work_key, otherwise->outcome.work_key);
    job_free(first);
    job_free(again);
    job_free(changed);
    job_free(otherwise);
    stop(&f);
}

static const Case cases[] = {
    {"reports", reports},     {"names", names},     {"no_answers", no_answers},
    {"deadlines", deadlines}, {"stopped", stopped}, {"work_keys", work_keys},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
