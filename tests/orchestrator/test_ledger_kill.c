/* test_ledger_kill.c: kill -9 at any moment leaves whole files behind, loses nothing that was
 * committed, and a re-run ends where an undisturbed run would have. */
#include "tests/orchestrator/ledger_fixture.h"

#include "orchestrator/query.h"

#include <sys/wait.h>

enum { UNITS = 2500, BATCH = 5, KILLS = 50, LONGEST_US = 12000 };

/* What becomes of a unit follows from its number alone. */
static Outcome outcome_of(int i, char uri[32], Report *r)
{
    snprintf(uri, 32, "/data/%05d.nc", i);
    *r = sample_report();
    Outcome o = i % 7 == 0 ? failed(uri, &version_1, "data") : done(uri, &version_1, r);
    if (i % 11 == 0) {
        o = failed(uri, &version_1, "data");
        o.state = UNIT_PARTIAL;
        o.report = r;
        r->variable_rows = r->variable_count = 1;
    }
    return o;
}

static bool process(Ledger *l, const int *batch, int count, Error *e)
{
    char uri[32];
    Report r;
    if (!ledger_begin(l, e))
        return false;
    for (int i = 0; i < count; i++) {
        Outcome o = outcome_of(batch[i], uri, &r);
        if (!ledger_start(l, o.uri, "", &version_1, e))
            return false;
    }
    if (!ledger_commit(l, e) || !ledger_begin(l, e))
        return false;
    for (int i = 0; i < count; i++) {
        Outcome o = outcome_of(batch[i], uri, &r);
        if (!ledger_record(l, &o, e))
            return false;
    }
    return ledger_commit(l, e);
}

/* One `weir run` over all units. After each commit the number of units done so far goes to `told`,
 * unless that is -1. */
static bool run(const char *folder, int told, Error *e)
{
    Ledger *l;
    int batch[BATCH], count = 0, finished = 0;
    if (!ledger_open(folder, LEDGER_WRITE, &l, e))
        return false;
    bool ok = ledger_run_begin(l, "weir run /data", "0.1.0", e);
    for (int i = 0; ok && i < UNITS; i++) {
        char uri[32];
        Report r;
        LedgerEntry entry;
        Outcome o = outcome_of(i, uri, &r);
        UnitVersion v = {
            .uri = o.uri, .unit = "", .identity = &version_1, .pipeline_hash = "hash1"};
        ok = ledger_look(l, &v, &entry, e);
        if (entry.verdict == LEDGER_NEW)
            batch[count++] = i;
        else
            finished++;
        if (!ok || (count < BATCH && i + 1 < UNITS))
            continue;
        ok = process(l, batch, count, e);
        finished += count;
        count = 0;
        if (ok && told >= 0 && write(told, &finished, sizeof finished) != sizeof finished)
            ok = error_set(e, ERROR_SETUP, "nobody listens");
    }
    RunCounts counts = {0};
    ok = ok && ledger_run_end(l, &counts, 0, e);
    ledger_close(l);
    return ok;
}

/* Runs in a child that is killed after `delay_us`; returns how many units it said were committed.
 * *alive: it was still at work. */
static int run_and_kill(const char *folder, unsigned delay_us, bool *alive)
{
    int ends[2], committed = 0, status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        Error e;
        close(ends[0]);
        _exit(run(folder, ends[1], &e) ? 0 : 1);
    }
    close(ends[1]);
    usleep(delay_us);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    *alive = WIFSIGNALED(status);
    if (!*alive)
        assert_int_equal(WEXITSTATUS(status), 0);
    for (int n; read(ends[0], &n, sizeof n) == sizeof n;)
        committed = n;
    close(ends[0]);
    return committed;
}

/* Whole files, and at least those that were said to be committed. */
static void assert_whole(const Fixture *f, int committed)
{
    assert_answer(f, "PRAGMA integrity_check", "ok");
    assert_answer(f, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    assert_answer(
        f,
        "SELECT count(*) FROM files f WHERE (SELECT count(*) FROM variables v WHERE v.file"
        " = f.id) <> CASE state WHEN 'done' THEN 2 WHEN 'partial' THEN 1 ELSE 0 END",
        "0");
    assert_answer(f,
                  "SELECT count(*) FROM files f WHERE (SELECT count(*) FROM failures x WHERE x.file"
                  " = f.id) <> (state IN ('failed', 'partial'))",
                  "0");
    assert_answer(f, "SELECT count(*) FROM files WHERE (state = 'waiting') <> (recorded IS NULL)",
                  "0");
    char *finished = ask(f, "SELECT count(*) FROM files WHERE state <> 'waiting'");
    assert_non_null(finished);
    assert_true(strtol(finished, NULL, 10) >= committed);
    free(finished);
}

static char *told(Fixture *f, QueryTable table)
{
    char *text = NULL;
    size_t length = 0;
    uint64_t rows;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    QueryOptions o = {.table = table, .format = QUERY_NDJSON};
    assert_ok(query_write(f->l, &o, out, &rows, &f->e), &f->e);
    fclose(out);
    for (char *time = text; table == QUERY_FAILURES && (time = strstr(time, "\"time\":\"")); time++)
        memset(time + 8, '.', strlen("2019-01-01T00:00:00Z"));
    return text;
}

static void killed_at_any_moment(void **state)
{
    (void)state;
    Fixture disturbed, quiet;
    int hits = 0;
    unsigned random = 12345;
    fixture_folder(&disturbed);
    fixture_folder(&quiet);
    for (int i = 0; i < KILLS; i++) {
        bool alive;
        random = random * 1103515245U + 12345U;
        unsigned delay_us = i < 10 ? (unsigned)i * 300 : (random >> 8) % LONGEST_US;
        int committed = run_and_kill(disturbed.folder, delay_us, &alive);
        hits += alive;
        fixture_open(&disturbed, LEDGER_WRITE); /* whatever it left: ready to work */
        fixture_close(&disturbed);
        assert_whole(&disturbed, committed);
    }
    assert_true(hits > KILLS / 2);
    assert_ok(run(disturbed.folder, -1, &disturbed.e), &disturbed.e);
    assert_ok(run(quiet.folder, -1, &quiet.e), &quiet.e);
    fixture_open(&disturbed, LEDGER_READ);
    fixture_open(&quiet, LEDGER_READ);
    for (int table = QUERY_FILES; table <= QUERY_FAILURES; table++) {
        char *one = told(&disturbed, (QueryTable)table), *two = told(&quiet, (QueryTable)table);
        assert_string_equal(one, two);
        free(one);
        free(two);
    }
    fixture_remove(&disturbed);
    fixture_remove(&quiet);
}

/* A reader can open what a kill has left, before any writer has put it right. */
static void read_after_kill(void **state)
{
    (void)state;
    Fixture f;
    bool alive;
    fixture_folder(&f);
    int committed = 0;
    for (unsigned delay_us = 100000; committed == 0 && delay_us < 20000000; delay_us *= 2)
        committed = run_and_kill(f.folder, delay_us, &alive); /* a busy machine may need longer */
    assert_true(committed > 0);
    fixture_open(&f, LEDGER_READ);
    uint64_t rows = 0;
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    QueryOptions o = {.table = QUERY_FILES, .format = QUERY_NDJSON, .where = "state != waiting"};
    assert_ok(query_write(f.l, &o, out, &rows, &f.e), &f.e);
    fclose(out);
    assert_true(rows >= (uint64_t)committed);
    fixture_remove(&f);
}

static const Case cases[] = {
    {"killed_at_any_moment", killed_at_any_moment},
    {"read_after_kill", read_after_kill},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
