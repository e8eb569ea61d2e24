/* test_ledger_rows.c: what a ledger knows of a file, out of it and into another. */
#include "tests/orchestrator/rows_fixture.h"

static const char zip[] = "/d/a.zip";

/* Members "NAME" or, with a minus before it, failed ones; those that end in .zip are archives. */
static void record_archive(Fixture *f, const Identity *version, const char *names)
{
    enum { MEMBERS_MAX = 8 };
    Report r = sample_report();
    Outcome archive = done(zip, version, NULL), members[MEMBERS_MAX];
    const Outcome *list[MEMBERS_MAX];
    char copy[128], *rest = copy;
    snprintf(copy, sizeof copy, "%s", names);
    size_t count = 0;
    for (char *name; (name = strsep(&rest, " ")); count++) {
        bool bad = name[0] == '-',
             nested = strlen(name) > 4 && strcmp(strrchr(name, 0) - 4, ".zip") == 0;
        Outcome *o = &members[count];
        *o = bad ? failed(zip, version, "data") : done(zip, version, nested ? NULL : &r);
        o->unit = name + bad;
        o->has_members = nested;
        o->members = nested;
        list[count] = o;
    }
    archive.has_members = true;
    archive.members = count;
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_record_archive(f->l, &archive, list, count, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* ---- what a ledger can have */

static void nothing_left_out(Fixture *f)
{
    Report r = sample_report();
    Outcome o = done("/a", &version_1, &r);
    record(f, &o);
    r.variables[1].reason = "chunk 3 is damaged";
    r.variables[1].code = "checksum";
    r.variables[1].place = "byte 77";
    o = failed("/b", &version_1, "data");
    o.state = UNIT_PARTIAL;
    o.report = &r;
    record(f, &o);
    o = failed("/c", &version_2, "limit");
    record(f, &o);
    o = failed("/d", &version_2, "world");
    o.state = UNIT_WAITING;
    record(f, &o);
    o = done("/e", &version_1, NULL);
    o.state = UNIT_IGNORED;
    o.pipeline = o.pipeline_hash = o.work_key = "";
    record(f, &o);
}

/* What no test of instruments would have, but a table may. */
static void every_kind_of_number(Fixture *f)
{
    static const double doubles[] = {-0.0,     0.0,
                                     1e308,    -1e308,
                                     4.9e-324, 2.2250738585072009e-308,
                                     0.1,      3.0,
                                     INFINITY, 9007199254740993.0};
    static const int64_t ints[] = {0, -1, INT64_MIN, INT64_MAX, 3};
    Report r = sample_report();
    for (size_t i = 0; i < CASES(doubles); i++) {
        char uri[16];
        SummaryResult *s = &r.variables[0].result;
        s->min = s->first = (Number){.kind = NUMBER_DOUBLE, .d = doubles[i]};
        s->max = (Number){.kind = NUMBER_INT, .i = ints[i % CASES(ints)]};
        s->last = (Number){.kind = NUMBER_UINT, .u = UINT64_MAX - i};
        s->mean = s->std = s->p05 = doubles[i];
        s->n = i % 2 ? UINT64_MAX : i;
        r.rows = i % 2 ? UINT64_MAX - 4096 : (uint64_t)INT64_MAX;
        snprintf(uri, sizeof uri, "/n%zu", i);
        Identity id = {.device = UINT64_MAX, .inode = 1ULL << 63, .size = 5, .mtime_ns = -1};
        Outcome o = done(uri, &id, &r);
        o.seconds = (double)i; /* whole ones, too */
        record(f, &o);
    }
}

static void every_kind_of_text(Fixture *f)
{
    Report r = sample_report();
    r.evidence = "\xff\xfe is no UTF-8, \x1b[2J neither a name";
    r.variables[0].name = "";
    r.variables[0].long_name = "1e5";
    r.variables[0].units = "12";
    Outcome o = done("/d/\xff\n'\".nc", &version_1, &r);
    record(f, &o);
}

static void failures_of_all_times(Fixture *f)
{
    Outcome o = failed("/a", &version_1, "data");
    record(f, &o);
    o.reason = "another";
    record(f, &o);
    o = failed("/a", &version_2, "world");
    o.work_key = "key2";
    record(f, &o);
    o = failed("/b", &version_1, "crash");
    record(f, &o);
    o = done("/b", &version_1, NULL);
    record(f, &o);
}

static void archives(Fixture *f)
{
    record_archive(f, &version_1, "a -b -gone in.zip in.zip/c -in.zip/d z");
    record_archive(f, &version_2, "a -b in.zip in.zip/c -in.zip/d");
    record_archive(f, &version_2, "a b in.zip in.zip/c -in.zip/d");
}

static void fill_with_all(Fixture *f)
{
    nothing_left_out(f);
    every_kind_of_number(f);
    every_kind_of_text(f);
    archives(f);
}

/* Into a ledger that knows nothing, and again over itself. */
static void round_trip(void (*fill)(Fixture *f), size_t files, size_t least_rows)
{
    Fixture from, to;
    fixture_new(&from);
    fixture_new(&to);
    assert_ok(ledger_run_begin(from.l, "weir run", "1", &from.e), &from.e);
    fill(&from);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(travel(&from, to.l), files);
        assert_true(same_ledgers(&from, &to) >= least_rows);
        assert_same_tables(from.l, to.l);
    }
    assert_answer(&to, "SELECT count(run) + sum(starts) FROM files", "0");
    assert_answer(&to, "SELECT count(*) FROM pragma_foreign_key_check", "0");
    fixture_remove(&from);
    fixture_remove(&to);
}

static void states(void **state)
{
    (void)state;
    round_trip(nothing_left_out, 5, 5 + 4 + 3);
}

static void numbers(void **state)
{
    (void)state;
    round_trip(every_kind_of_number, 10, 10 + 20);
}

static void texts(void **state)
{
    (void)state;
    round_trip(every_kind_of_text, 1, 1 + 2);
}

static void failures(void **state)
{
    (void)state;
    round_trip(failures_of_all_times, 2, 2 + 4);
}

static void members(void **state)
{
    (void)state;
    round_trip(archives, 1, 6 + 4 + 7);
}

/* The failures of a member that is gone stay with the archive, those of others with them. */
static void owners_of_failures(void **state)
{
    (void)state;
    Fixture from, to;
    fixture_new(&from);
    fixture_new(&to);
    archives(&from);
    travel(&from, to.l);
    assert_answer(&to,
                  "SELECT group_concat(DISTINCT x.unit || '>' || f.unit) FROM (SELECT * FROM"
                  " failures ORDER BY unit) x JOIN files f ON f.id = x.file",
                  "b>b,gone>,in.zip/d>in.zip/d");
    fixture_remove(&from);
    fixture_remove(&to);
}

/* ---- what is being read, and what was there before */

static void being_read_again(void **state)
{
    (void)state;
    Fixture from, before, to;
    fixture_new(&from);
    fixture_new(&before);
    fixture_new(&to);
    fill_with_all(&from);
    fill_with_all(&before);
    /* the same second, or the times would differ */
    free(ask(&from, "UPDATE files SET recorded = '2020-01-01T00:00:00Z'"));
    free(ask(&before, "UPDATE files SET recorded = '2020-01-01T00:00:00Z'"));
    const char *const sql = "UPDATE failures SET time = '2020-01-01T00:00:00Z',"
                            " cleared = iif(cleared IS NULL, NULL, '2020-01-01T00:00:00Z')";
    free(ask(&from, sql));
    free(ask(&before, sql));
    const char *const again[] = {"/a", "/b", "/c", "/d", "/e", zip};
    for (size_t i = 0; i < CASES(again); i++)
        start(&from, again[i], i % 2 ? &version_1 : &version_2);
    start(&from, "/a", &version_2);
    start(&from, "/never/read", &version_1);
    travel(&from, to.l);
    assert_true(same_ledgers(&before, &to) > 40);
    assert_same_tables(before.l, to.l);
    Rows none;
    rows_of(&from, "/never/read", &none);
    assert_int_equal(none.count, 0);
    rows_of(&from, "/not/known", &none);
    assert_int_equal(none.count, 0);
    fixture_remove(&from);
    fixture_remove(&before);
    fixture_remove(&to);
}

/* A ledger of version 1 did not keep what was earlier: there is nothing to tell. */
static void nothing_earlier(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    archives(&f);
    start(&f, zip, &version_1);
    free(ask(&f, "DELETE FROM earlier"));
    Rows none;
    rows_of(&f, zip, &none);
    assert_int_equal(none.count, 0);
    fixture_remove(&f);
}

/* Members that are gone, other failures, reading that has begun: whatever there was is replaced. */
static void replaces_what_was_there(void **state)
{
    (void)state;
    Fixture from, to;
    fixture_new(&from);
    fixture_new(&to);
    fill_with_all(&from);
    record_archive(&to, &version_1, "-other a.zip a.zip/b -z");
    start(&to, zip, &version_2);
    Outcome o = failed("/a", &version_2, "data");
    record(&to, &o);
    o = failed("/e", &version_1, "crash");
    record(&to, &o);
    start(&to, "/b", &version_1);
    travel(&from, to.l);
    assert_true(same_ledgers(&from, &to) > 40);
    assert_same_tables(from.l, to.l);
    assert_answer(&to, "SELECT count(*) FROM earlier", "0");
    assert_answer(&to, "SELECT count(*) FROM variables WHERE file NOT IN (SELECT id FROM files)",
                  "0");
    fixture_remove(&from);
    fixture_remove(&to);
}

static void temporary(void **state)
{
    (void)state;
    Fixture from;
    Ledger *l;
    Error e = {0};
    fixture_new(&from);
    fill_with_all(&from);
    assert_ok(ledger_open_temporary(&l, &e), &e);
    travel(&from, l);
    assert_same_tables(from.l, l);
    char *tables = tables_of(l);
    assert_non_null(strstr(tables, "18446744073709551615"));
    free(tables);
    ledger_close(l);
    fixture_remove(&from);
}

static void revisions(void **state)
{
    (void)state;
    Fixture f;
    int64_t revision = 99;
    fixture_new(&f);
    assert_ok(ledger_revision(f.l, "/a", &revision, &f.e), &f.e);
    assert_int_equal(revision, 0);
    Outcome o = done("/a", &version_1, NULL);
    record(&f, &o);
    assert_ok(ledger_revision(f.l, "/a", &revision, &f.e), &f.e);
    assert_int_equal(revision, 0);
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    assert_ok(ledger_set_revision(f.l, "/a", 7, &f.e), &f.e);
    assert_ok(ledger_set_revision(f.l, "/b", 8, &f.e), &f.e);
    assert_ok(ledger_commit(f.l, &f.e), &f.e);
    record(&f, &o); /* what the table has is still older */
    assert_ok(ledger_revision(f.l, "/a", &revision, &f.e), &f.e);
    assert_int_equal(revision, 7);
    assert_answer(&f, "SELECT group_concat(uri || revision) FROM files", "/a7");
    fixture_remove(&f);
}

/* ---- ledgers at random */

static const char *const uris[] = {"/a", "/b", "/c", zip};

static void random_step(Fixture *f, unsigned *seed)
{
    static const char *const classes[] = {"data", "world", "crash", "limit"};
    static const char *const contents[] = {"a -b c", "a", "-a b.zip b.zip/-x", "-c -d e", "b -c"};
    const char *uri = uris[(unsigned)rand_r(seed) % CASES(uris)];
    const Identity *id = rand_r(seed) % 3 ? &version_1 : &version_2;
    Report r = sample_report();
    if (rand_r(seed) % 2)
        start(f, uri, id);
    if (uri == zip && rand_r(seed) % 4) {
        record_archive(f, id, contents[(unsigned)rand_r(seed) % CASES(contents)]);
        return;
    }
    UnitState to = (UnitState)(rand_r(seed) % (UNIT_WAITING + 1));
    Outcome o = failed(uri, id, classes[(unsigned)rand_r(seed) % CASES(classes)]);
    if (to == UNIT_DONE || to == UNIT_IGNORED)
        o = done(uri, id, &r);
    o.state = to;
    o.report = rand_r(seed) % 2 ? &r : NULL;
    record(f, &o);
}

static void copy_ledger(const Fixture *from, Fixture *to)
{
    char sql[256];
    fixture_folder(to);
    snprintf(sql, sizeof sql, "VACUUM INTO '%s'", to->path);
    free(ask(from, sql));
    fixture_open(to, LEDGER_WRITE);
}

static void random_ledgers(void **state)
{
    (void)state;
    for (unsigned round = 1; round <= 40; round++) {
        Fixture from, before, to;
        unsigned seed = round;
        fixture_new(&from);
        fixture_new(&to);
        wait_for_no_disk(&from);
        wait_for_no_disk(&to);
        for (int i = 0; i < 20; i++)
            random_step(&from, &seed);
        for (size_t i = 0; i < CASES(uris); i++) {
            LedgerEntry entry;
            UnitVersion v = {
                .uri = uris[i], .unit = "", .identity = &version_1, .pipeline_hash = ""};
            Outcome o = done(uris[i], &version_2, NULL);
            assert_ok(ledger_look(from.l, &v, &entry, &from.e), &from.e);
            if (!entry.state[0]) /* each has an outcome */
                record(&from, &o);
            random_step(&to, &seed);
        }
        copy_ledger(&from, &before);
        for (size_t i = 0; i < CASES(uris); i++)
            if (rand_r(&seed) % 2)
                start(&from, uris[i], rand_r(&seed) % 2 ? &version_1 : &version_2);
        assert_int_equal(travel(&from, to.l), CASES(uris));
        assert_true(same_ledgers(&before, &to) > CASES(uris));
        assert_same_tables(before.l, to.l);
        fixture_remove(&from);
        fixture_remove(&before);
        fixture_remove(&to);
    }
}

static const Case cases[] = {
    {"states", states},
    {"numbers", numbers},
    {"texts", texts},
    {"failures", failures},
    {"members", members},
    {"owners_of_failures", owners_of_failures},
    {"being_read_again", being_read_again},
    {"nothing_earlier", nothing_earlier},
    {"replaces_what_was_there", replaces_what_was_there},
    {"temporary", temporary},
    {"revisions", revisions},
    {"random_ledgers", random_ledgers},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
