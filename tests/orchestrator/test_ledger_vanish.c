/* test_ledger_vanish.c: a file that vanishes after its reading has begun is as it was before. */
#include "orchestrator/leftovers.h"
#include "tests/orchestrator/ledger_fixture.h"

static void forget(Fixture *f, const char *uri)
{
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_forget(f->l, uri, "", &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

static void forgets_what_was_never_read(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    start(&f, "/never", &version_1);
    Outcome o = done("/read", &version_1, NULL);
    record(&f, &o);
    start(&f, "/read", &version_2);
    forget(&f, "/never");
    forget(&f, "/read");
    forget(&f, "/unknown");
    assert_answer(&f, "SELECT group_concat(uri) FROM files", "/read");
    fixture_remove(&f);
}

/* Forced (the same version) or changed, begun once or, after a death, twice: what the last outcome
 * was comes back whole, and the version that was begun is read when it is there again. */
static void last_outcome_comes_back(void **state)
{
    (void)state;
    static const struct {
        UnitState recorded;
        bool changed, twice;
        const char *failures;
        LedgerVerdict back;
    } rows[] = {
        {UNIT_DONE, false, false, "0", LEDGER_DONE},
        {UNIT_DONE, true, false, "0", LEDGER_CHANGED},
        {UNIT_DONE, true, true, "0", LEDGER_CHANGED},
        {UNIT_PARTIAL, true, false, "1", LEDGER_CHANGED},
        {UNIT_FAILED, false, true, "1", LEDGER_SET_ASIDE},
        {UNIT_FAILED, true, false, "1", LEDGER_CHANGED},
        {UNIT_IGNORED, true, false, "0", LEDGER_CHANGED},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Fixture f;
        fixture_new(&f);
        assert_ok(ledger_run_begin(f.l, "weir run", "1", &f.e), &f.e);
        Report r = sample_report();
        bool bad = rows[i].recorded == UNIT_FAILED || rows[i].recorded == UNIT_PARTIAL;
        Outcome o = bad ? failed("/a", &version_1, "data") : done("/a", &version_1, &r);
        o.state = rows[i].recorded;
        o.report = &r;
        record(&f, &o);
        static const char all[] =
            "SELECT state || ' ' || attempts || ' ' || starts || ' ' || run || ' ' || size_bytes"
            " || ' ' || mtime_ns || ' ' || inode || ' ' || device || ' ' ||"
            " (SELECT count(*) FROM variables) FROM files";
        char *before = ask(&f, all);
        assert_ok(ledger_run_begin(f.l, "weir run", "1", &f.e), &f.e);
        for (int begun = 0; begun <= rows[i].twice; begun++)
            start(&f, "/a", rows[i].changed ? &version_2 : &version_1);
        assert_answer(&f, "SELECT state FROM files", "waiting");
        forget(&f, "/a");
        assert_answer(&f, all, before);
        free(before);
        assert_answer(&f, "SELECT count(*) FROM failures WHERE cleared IS NULL", rows[i].failures);
        assert_answer(&f, "SELECT count(*) FROM earlier", "0");
        const Identity *now = rows[i].changed ? &version_2 : &version_1;
        assert_int_equal(look(&f, "/a", now, "hash1").verdict, rows[i].back);
        fixture_remove(&f);
    }
}

/* What waited for the world is neither waited for nor blamed any more, and read when it is back. */
static void waiting_is_over(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/a", &version_1, "world");
    o.state = UNIT_WAITING;
    record(&f, &o);
    start(&f, "/a", &version_1);
    forget(&f, "/a");
    assert_answer(&f, "SELECT state || ' ' || rule || ' ' || starts FROM files",
                  "ignored vanished before it could be read 0");
    assert_answer(&f, "SELECT cleared_by FROM failures", "vanished");
    assert_answer(&f, "SELECT code IS NULL AND reason IS NULL FROM files", "1");
    assert_int_equal(look(&f, "/a", &version_1, "hash1").verdict, LEDGER_OTHER_PIPELINE);
    fixture_remove(&f);
}

/* The next outcome ends it: nothing earlier is kept, and what is superseded is known to be. */
static void next_outcome_ends_it(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/a", &version_1, "data");
    record(&f, &o);
    start(&f, "/a", &version_2);
    start(&f, "/a", &version_2);
    assert_answer(&f, "SELECT state || size_bytes FROM earlier", "failed1000");
    o = done("/a", &version_2, NULL);
    record(&f, &o);
    assert_answer(&f, "SELECT cleared_by FROM failures", "superseded");
    assert_answer(&f, "SELECT count(*) FROM earlier", "0");
    start(&f, "/a", &version_2);
    assert_answer(&f, "SELECT state || size_bytes FROM earlier", "done1001");
    fixture_remove(&f);
}

/* A ledger of version 1 has no place for what was earlier. */
static void version_1_is_brought_up_to_date(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/a", &version_1, "data");
    record(&f, &o);
    free(ask(&f, "DROP INDEX files_begun"));
    free(ask(&f, "DROP TABLE earlier"));
    free(ask(&f, "DROP VIEW results"));
    free(ask(&f, "ALTER TABLE files DROP COLUMN revision"));
    free(ask(&f, "ALTER TABLE failures DROP COLUMN work_key"));
    free(ask(&f, "ALTER TABLE files DROP COLUMN members"));
    free(ask(&f, "ALTER TABLE files DROP COLUMN facts"));
    free(ask(&f, "ALTER TABLE variables DROP COLUMN counts"));
    free(ask(&f, "PRAGMA user_version = 1"));
    fixture_close(&f);
    assert_false(ledger_open(f.folder, LEDGER_READ, &f.l, &f.e));
    assert_string_equal(f.e.code, "older_version");
    f.e = (Error){0};
    fixture_open(&f, LEDGER_WRITE);
    assert_answer(&f, "PRAGMA user_version", "5");
    assert_answer(&f, "SELECT uri || state || code FROM files", "/afailedtruncated");
    start(&f, "/a", &version_2);
    forget(&f, "/a");
    assert_answer(&f, "SELECT state || size_bytes FROM files", "failed1000");
    fixture_remove(&f);
}

static bool lost_ours(Source *s, const char *uri)
{
    (void)s;
    return strncmp(uri, "/proc/0/", 8) == 0; /* there is no process 0 */
}

/* Of what a killed run was reading: only what was listed and is gone. */
static void leftovers_of_a_killed_run(void **state)
{
    (void)state;
    static const SourceMethods with = {.lost = lost_ours}, without = {0};
    static const struct {
        const SourceMethods *methods;
        uint64_t forgotten;
        const char *left;
    } rows[] = {
        {&without, 0, "/elsewhere/gone,/proc/0/begun,/proc/0/read"},
        {&with, 2, "/elsewhere/gone,/proc/0/read"},
        {&with, 0, "/elsewhere/gone,/proc/0/read"},
    };
    Fixture f;
    fixture_new(&f);
    Outcome o = done("/proc/0/read", &version_1, NULL);
    record(&f, &o);
    start(&f, "/proc/0/read", &version_2);
    start(&f, "/proc/0/begun", &version_1);
    start(&f, "/elsewhere/gone", &version_1);
    for (size_t i = 0; i < CASES(rows); i++) {
        Source s = {.methods = rows[i].methods};
        uint64_t count = 99;
        assert_ok(leftovers_forget(f.l, &s, &count, &f.e), &f.e);
        assert_int_equal(count, rows[i].forgotten);
        assert_answer(&f, "SELECT group_concat(uri) FROM (SELECT uri FROM files ORDER BY uri)",
                      rows[i].left);
    }
    assert_answer(&f, "SELECT state FROM files WHERE uri = '/proc/0/read'", "done");
    assert_answer(&f, "SELECT state FROM files WHERE uri = '/elsewhere/gone'", "waiting");
    fixture_remove(&f);
}

static const Case cases[] = {
    {"leftovers_of_a_killed_run", leftovers_of_a_killed_run},
    {"forgets_what_was_never_read", forgets_what_was_never_read},
    {"last_outcome_comes_back", last_outcome_comes_back},
    {"waiting_is_over", waiting_is_over},
    {"next_outcome_ends_it", next_outcome_ends_it},
    {"version_1_is_brought_up_to_date", version_1_is_brought_up_to_date},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
