/* test_ledger.c: what the ledger keeps of files, results and failures. */
#include "tests/orchestrator/ledger_fixture.h"

#include "orchestrator/ledger_internal.h"

/* The verdict follows from what was recorded last. */
static void verdicts(void **state)
{
    (void)state;
    static const struct {
        UnitState recorded;
        const char *class_;
        bool other_version, other_pipeline;
        LedgerVerdict expected;
    } rows[] = {
        {UNIT_DONE, "", false, false, LEDGER_DONE},
        {UNIT_IGNORED, "", false, false, LEDGER_DONE},
        {UNIT_DONE, "", true, false, LEDGER_CHANGED},
        {UNIT_DONE, "", false, true, LEDGER_OTHER_PIPELINE},
        {UNIT_DONE, "", true, true, LEDGER_CHANGED},
        {UNIT_FAILED, "data", false, false, LEDGER_SET_ASIDE},
        {UNIT_FAILED, "crash", false, false, LEDGER_SET_ASIDE},
        {UNIT_FAILED, "limit", false, false, LEDGER_SET_ASIDE},
        {UNIT_FAILED, "world", false, false, LEDGER_TRY_AGAIN},
        {UNIT_FAILED, "data", true, false, LEDGER_CHANGED},
        {UNIT_FAILED, "data", false, true, LEDGER_OTHER_PIPELINE},
        {UNIT_PARTIAL, "data", false, false, LEDGER_SET_ASIDE},
        {UNIT_WAITING, "world", false, false, LEDGER_NEW},
    };
    Fixture f;
    fixture_new(&f);
    LedgerEntry entry = look(&f, "/never", &version_1, "hash1");
    assert_int_equal(entry.verdict, LEDGER_NEW);
    assert_string_equal(entry.state, "");
    for (size_t i = 0; i < CASES(rows); i++) {
        char uri[16];
        snprintf(uri, sizeof uri, "/f%zu", i);
        Report r = sample_report();
        Outcome o = done(uri, &version_1, &r);
        o.state = rows[i].recorded;
        o.class_ = rows[i].class_;
        record(&f, &o);
        entry = look(&f, uri, rows[i].other_version ? &version_2 : &version_1,
                     rows[i].other_pipeline ? "hash2" : "hash1");
        if (entry.verdict != rows[i].expected)
            fail_msg("row %zu: verdict %d", i, (int)entry.verdict);
        assert_string_equal(entry.state, unit_state_name(rows[i].recorded));
        assert_int_equal(entry.attempts, 1);
    }
    fixture_remove(&f);
}

/* Each part of the identity counts. */
static void identity_parts(void **state)
{
    (void)state;
    static const Identity others[] = {
        {.device = 3, .inode = 77, .size = 1000, .mtime_ns = 1000000000},
        {.device = 2, .inode = UINT64_MAX, .size = 1000, .mtime_ns = 1000000000},
        {.device = 2, .inode = 77, .size = 999, .mtime_ns = 1000000000},
        {.device = 2, .inode = 77, .size = 1000, .mtime_ns = 1000000001},
    };
    Fixture f;
    fixture_new(&f);
    Outcome o = done("/a", &version_1, NULL);
    record(&f, &o);
    for (size_t i = 0; i < CASES(others); i++) {
        assert_int_equal(look(&f, "/a", &others[i], "hash1").verdict, LEDGER_CHANGED);
        Outcome other = done("/b", &others[i], NULL);
        record(&f, &other);
        assert_int_equal(look(&f, "/b", &others[i], "hash1").verdict, LEDGER_DONE);
    }
    fixture_remove(&f);
}

static void starts_without_outcome(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    start(&f, "/a", &version_1);
    start(&f, "/a", &version_1);
    LedgerEntry entry = look(&f, "/a", &version_1, "hash1");
    assert_int_equal(entry.verdict, LEDGER_NEW);
    assert_int_equal(entry.starts, 2);
    assert_int_equal(entry.attempts, 0);
    assert_string_equal(entry.state, "waiting");
    assert_int_equal(look(&f, "/a", &version_2, "hash1").starts, 0); /* another version's deaths */
    Report r = sample_report();
    Outcome o = done("/a", &version_1, &r);
    record(&f, &o);
    entry = look(&f, "/a", &version_1, "hash1");
    assert_int_equal(entry.starts, 0);
    assert_int_equal(entry.attempts, 1); /* what was interrupted is no attempt */
    assert_answer(&f, "SELECT count(*) FROM variables", "2");
    start(&f, "/a", &version_2);
    assert_answer(&f, "SELECT count(*) FROM variables", "2"); /* until the new outcome */
    entry = look(&f, "/a", &version_2, "hash1");
    assert_int_equal(entry.starts, 1);
    assert_int_equal(entry.attempts, 0);
    r.variable_rows = r.variable_count = 1;
    o = done("/a", &version_2, &r);
    record(&f, &o);
    assert_answer(&f, "SELECT count(*) FROM variables", "1");
    assert_answer(&f, "SELECT attempts || size_bytes FROM files", "11001");
    fixture_remove(&f);
}

/* Each value as it went in. */
static void columns(void **state)
{
    (void)state;
    static const struct {
        const char *sql, *expected;
    } rows[] = {
        {"SELECT state || pipeline || pipeline_hash || work_key || rule FROM files",
         "donesummaryhash1keyby content"},
        {"SELECT device || ' ' || inode || ' ' || size_bytes || ' ' || mtime_ns FROM files",
         "2 77 1000 1000000000"},
        {"SELECT rows || ' ' || variables || ' ' || groups FROM files", "1440 2 0"},
        {"SELECT time_variable || first_time || last_time FROM files",
         "time2019-01-01T00:00:00Z2019-01-01T23:59:00.5Z"},
        {"SELECT notes FROM files", "last ray incomplete: 124 of 250 gates\nsecond note"},
        {"SELECT reason IS NULL AND code IS NULL AND class IS NULL FROM files", "1"},
        {"SELECT seconds FROM files", "0.25"},
        {"SELECT recorded LIKE '20__-__-__T__:__:__Z' FROM files", "1"},
        {"SELECT group_concat(shape) FROM variables", "3x4,5"},
        {"SELECT n || ' ' || valid || ' ' || missing || ' ' || outside_valid_range FROM variables",
         "12 11 1 2"},
        {"SELECT typeof(min) || max FROM variables", "real0.1"},
        {"SELECT first FROM variables", "1.0e+300"},
        {"SELECT std IS NULL FROM variables", "1"},
        {"SELECT mean = 0.1 + 0.2 FROM variables", "1"},
        {"SELECT min || ' ' || typeof(min) FROM variables WHERE position = 1", "-7 integer"},
        {"SELECT max || ' ' || typeof(max) FROM variables WHERE position = 1",
         "18446744073709551615 text"},
        {"SELECT first || ' ' || typeof(first) FROM variables WHERE position = 1", "3 integer"},
        {"SELECT last FROM variables WHERE position = 1", "-9223372036854775808"},
        {"SELECT p50 IS NULL FROM variables WHERE position = 1", "1"},
        {"SELECT histogram FROM variables WHERE position = 1", "1 0 4 0 0 0 0 0 0 0 0 0 0 0 0 0"},
        {"SELECT units IS NULL FROM variables WHERE position = 1", "1"},
        {"SELECT uri || variable || mean FROM results WHERE variable = 'count'", "/acount2.0"},
    };
    Fixture f;
    fixture_new(&f);
    Report r = sample_report();
    Outcome o = done("/a", &version_1, &r);
    record(&f, &o);
    for (size_t i = 0; i < CASES(rows); i++)
        assert_answer(&f, rows[i].sql, rows[i].expected);
    fixture_remove(&f);
}

/* Of a variable that could not be read the shape is known, and why. */
static void unread_variable(void **state)
{
    (void)state;
    static const uint64_t huge[] = {UINT64_MAX, 3};
    Fixture f;
    fixture_new(&f);
    Report r = sample_report();
    r.variables[0].result = (SummaryResult){0};
    r.variables[0].code = "missing_filter";
    r.variables[0].reason = "needs filter 32015 (zstd)";
    r.variables[1] = r.variables[0];
    r.variables[1].shape = huge;
    r.variables[1].rank = 2;
    Outcome o = failed("/a", &version_1, "data");
    o.state = UNIT_PARTIAL;
    o.report = &r;
    record(&f, &o);
    assert_answer(
        &f,
        "SELECT n || code || reason FROM variables WHERE valid IS NULL AND missing IS NULL"
        " AND mean IS NULL AND min IS NULL AND histogram IS NULL",
        "12missing_filterneeds filter 32015 (zstd)");
    assert_answer(&f, "SELECT n IS NULL FROM variables WHERE position = 1", "1"); /* overflow */
    assert_answer(&f, "SELECT state || code FROM files", "partialtruncated");
    assert_answer(&f, "SELECT count(*) FROM failures", "1");
    fixture_remove(&f);
}

static void failed_unit_has_no_results(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Report r = sample_report();
    Outcome o = done("/a", &version_1, &r);
    record(&f, &o);
    o = failed("/a", &version_1, "data");
    r.rows = 17;
    o.report = &r;
    record(&f, &o);
    assert_answer(&f, "SELECT count(*) FROM variables", "0");
    assert_answer(&f, "SELECT rows || ' ' || variables FROM files", "17 2");
    o.report = NULL;
    record(&f, &o);
    assert_answer(&f, "SELECT variables IS NULL AND format IS NULL AND rows IS NULL FROM files",
                  "1");
    fixture_remove(&f);
}

static void every_attempt_is_kept(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    assert_ok(ledger_run_begin(f.l, "weir run /data", "0.1.0", &f.e), &f.e);
    Outcome o = failed("/a", &version_1, "crash");
    record(&f, &o);
    record(&f, &o);
    assert_answer(&f, "SELECT group_concat(attempts) FROM failures WHERE cleared IS NULL", "1,2");
    assert_answer(&f, "SELECT class || stage || code || place || run FROM failures",
                  "crashreadtruncatedbyte 601");
    Report r = sample_report();
    o = done("/a", &version_1, &r);
    record(&f, &o);
    assert_answer(
        &f, "SELECT count(*) FROM failures WHERE cleared LIKE '%Z' AND cleared_by = 'done'", "2");
    assert_answer(&f, "SELECT attempts FROM files", "3");
    o = failed("/a", &version_1, "data");
    record(&f, &o);
    assert_answer(&f, "SELECT group_concat(attempts) FROM failures WHERE cleared IS NULL", "4");
    fixture_remove(&f);
}

static void changed_file_supersedes(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/started", &version_1, "data");
    record(&f, &o);
    start(&f, "/started", &version_2);
    o = failed("/started", &version_2, "data");
    record(&f, &o);
    o = failed("/recorded", &version_1, "data");
    record(&f, &o);
    o = failed("/recorded", &version_2, "data");
    record(&f, &o);
    assert_answer(&f,
                  "SELECT group_concat(uri || attempts || ifnull(cleared_by, ' open')) FROM (SELECT"
                  " * FROM failures ORDER BY id)",
                  "/started1superseded,/started1 open,/recorded1superseded,/recorded1 open");
    fixture_remove(&f);
}

/* A fault of the world: the file waits, the attempt is told. A rule: nothing is told. */
static void waiting_and_ignored(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = failed("/a", &version_1, "world");
    o.state = UNIT_WAITING;
    record(&f, &o);
    assert_answer(&f, "SELECT class FROM failures WHERE cleared IS NULL", "world");
    o = failed("/a", &version_1, "data"); /* no format recognised it */
    o.state = UNIT_IGNORED;
    o.rule = "picture (*.png)";
    record(&f, &o);
    assert_answer(&f, "SELECT cleared_by FROM failures", "ignored");
    assert_answer(&f, "SELECT state || attempts || rule FROM files", "ignored1picture (*.png)");
    assert_answer(&f,
                  "SELECT code IS NULL AND reason IS NULL AND class IS NULL AND stage IS NULL AND"
                  " place IS NULL FROM files",
                  "1");
    assert_answer(&f, "SELECT count(*) FROM failures", "1");
    fixture_remove(&f);
}

/* A verdict on the file, good or bad, makes the world's earlier faults history; one bad verdict
 * does not make another history, and a new fault of the world clears nothing. */
static void verdict_clears_the_world(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome world = failed("/a", &version_1, "world"), bad = failed("/a", &version_1, "data");
    world.state = UNIT_WAITING;
    record(&f, &world);
    record(&f, &world);
    record(&f, &bad);
    record(&f, &world);
    record(&f, &bad);
    assert_answer(&f,
                  "SELECT group_concat(class || ifnull(cleared_by, ' open')) FROM (SELECT * FROM"
                  " failures ORDER BY id)",
                  "worldfailed,worldfailed,data open,worldfailed,data open");
    fixture_remove(&f);
}

static void names_are_bytes(void **state)
{
    (void)state;
    static const char uri[] = "/d/a\xff\xfe\n\"'%s; DROP TABLE files;-- \xc3\xa4";
    Fixture f;
    fixture_new(&f);
    Outcome o = done(uri, &version_1, NULL), member = done("/z.zip", &version_1, NULL);
    record(&f, &o);
    member.unit = "in\xffner";
    record(&f, &member);
    assert_int_equal(look(&f, uri, &version_1, "hash1").verdict, LEDGER_DONE);
    assert_int_equal(look(&f, "/z.zip", &version_1, "hash1").verdict, LEDGER_NEW);
    assert_answer(&f, "SELECT hex(uri) FROM files WHERE unit = ''",
                  "2F642F61FFFE0A222725733B2044524F50205441424C452066696C65733B2D2D20C3A4");
    assert_answer(&f, "SELECT hex(unit) FROM files WHERE unit <> ''", "696EFF6E6572");
    fixture_remove(&f);
}

static void runs(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    assert_ok(ledger_run_begin(f.l, "weir run /data", "0.1.0", &f.e), &f.e);
    assert_answer(&f, "SELECT ended IS NULL AND started IS NOT NULL FROM runs", "1");
    RunCounts c = {.seen = 9,
                   .done = 1,
                   .partial = 2,
                   .failed = 3,
                   .ignored = 4,
                   .skipped = 5,
                   .waiting = 6,
                   .vanished = 7,
                   .bytes = 8};
    assert_ok(ledger_run_end(f.l, &c, 1, &f.e), &f.e);
    assert_answer(&f,
                  "SELECT command || version || exit_code || ' ' || seen || done || partial ||"
                  " failed || ignored || skipped || waiting || vanished || bytes FROM runs",
                  "weir run /data0.1.01 912345678");
    fixture_remove(&f);
}

static void batches(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Outcome o = done("/a", &version_1, NULL);
    assert_false(ledger_record(f.l, &o, &f.e)); /* outside a batch */
    assert_int_equal(f.e.kind, ERROR_SETUP);
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    assert_ok(ledger_record(f.l, &o, &f.e), &f.e);
    assert_answer(&f, "SELECT count(*) FROM files", "0"); /* not seen by others before commit */
    ledger_rollback(f.l);
    ledger_rollback(f.l);
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    assert_ok(ledger_record(f.l, &o, &f.e), &f.e);
    fixture_close(&f); /* rolls back */
    assert_answer(&f, "SELECT count(*) FROM files", "0");
    fixture_remove(&f);
}

/* No room: a fault of the world; the batch is gone, and goes through once there is room again. */
static void disk_full(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    assert_int_equal(sqlite3_exec(f.l->db, "PRAGMA max_page_count = 12", NULL, NULL, NULL), 0);
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    bool ok = true;
    for (int i = 0; ok && i < 1000; i++) {
        char uri[32];
        snprintf(uri, sizeof uri, "/file%d", i);
        Outcome o = done(uri, &version_1, NULL);
        ok = ledger_record(f.l, &o, &f.e);
    }
    assert_false(ok);
    assert_int_equal(f.e.kind, ERROR_RETRY);
    assert_string_equal(f.e.code, "disk_full");
    ledger_rollback(f.l);
    assert_answer(&f, "SELECT count(*) FROM files", "0");
    assert_int_equal(sqlite3_exec(f.l->db, "PRAGMA max_page_count = 100000", NULL, NULL, NULL), 0);
    Outcome o = done("/a", &version_1, NULL);
    record(&f, &o);
    assert_answer(&f, "SELECT count(*) FROM files", "1");
    fixture_remove(&f);
}

static void start_many(Fixture *f, int count)
{
    char uri[32];
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    for (int i = 0; i < count; i++) {
        snprintf(uri, sizeof uri, "/file%d", i);
        if (!ledger_start(f->l, uri, "", &version_1, &f->e))
            fail_msg("%s", f->e.message);
    }
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* However many files there are, looking one up never walks through them. */
static void look_uses_the_index(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    start_many(&f, 2000);
    sqlite3_stmt *s = f.l->statements[STATEMENT_FIND];
    sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 1);
    look(&f, "/file1999", &version_1, "hash1");
    assert_int_equal(sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 0), 0);
    assert_true(sqlite3_stmt_status(s, SQLITE_STMTSTATUS_VM_STEP, 0) < 60);
    fixture_remove(&f);
}

static const Case cases[] = {
    {"verdicts", verdicts},
    {"identity_parts", identity_parts},
    {"starts_without_outcome", starts_without_outcome},
    {"columns", columns},
    {"unread_variable", unread_variable},
    {"failed_unit_has_no_results", failed_unit_has_no_results},
    {"every_attempt_is_kept", every_attempt_is_kept},
    {"changed_file_supersedes", changed_file_supersedes},
    {"waiting_and_ignored", waiting_and_ignored},
    {"verdict_clears_the_world", verdict_clears_the_world},
    {"names_are_bytes", names_are_bytes},
    {"runs", runs},
    {"batches", batches},
    {"disk_full", disk_full},
    {"look_uses_the_index", look_uses_the_index},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
