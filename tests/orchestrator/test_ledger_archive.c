/* test_ledger_archive.c: an archive and its members in the ledger: recorded together, looked at
 * together, superseded together. */
#include "tests/orchestrator/ledger_fixture.h"

enum { MEMBERS_MAX = 4 };
static const char uri[] = "/d/a.zip";

/* Records the archive with members "NAME" or, with a minus before it, failed ones; those that end
 * in .zip are archives. */
static void record_archive(Fixture *f, const Identity *version, const char *const *names,
                           size_t count)
{
    Report r = sample_report();
    Outcome archive = done(uri, version, NULL), members[MEMBERS_MAX];
    const Outcome *list[MEMBERS_MAX];
    archive.has_members = true;
    archive.members = count;
    for (size_t i = 0; i < count; i++) {
        bool bad = names[i][0] == '-';
        members[i] = bad ? failed(uri, version, "data") : done(uri, version, &r);
        members[i].unit = names[i] + bad;
        members[i].has_members = strcmp(names[i], "in.zip") == 0;
        members[i].members = members[i].has_members;
        list[i] = &members[i];
    }
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_start(f->l, uri, "", version, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_record_archive(f->l, &archive, list, count, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

static const char units[] =
    "SELECT group_concat(unit || ':' || state || ':' || attempts || ':' || starts, ' ')"
    " FROM (SELECT * FROM files ORDER BY unit)";
static const char open_failures[] = "SELECT count(*) FROM failures WHERE cleared IS NULL";

static void begin(Fixture *f)
{
    fixture_new(f);
    assert_ok(ledger_run_begin(f->l, "weir run", "1", &f->e), &f->e);
}

static void recorded_together(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a", "-b", "in.zip/c"}, 3);
    assert_answer(&f, units, ":done:1:0 a:done:1:0 b:failed:1:0 in.zip/c:done:1:0");
    assert_answer(&f, "SELECT members FROM files WHERE unit = ''", "3");
    assert_answer(&f, "SELECT count(*) FROM files WHERE members IS NULL", "3");
    assert_answer(&f, "SELECT count(*) FROM variables", "4");
    assert_answer(&f, open_failures, "1");
    fixture_remove(&f);
}

/* What failed in an archive sets the archive aside. */
static void looked_at_together(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a", "-b"}, 2);
    LedgerEntry entry = look(&f, uri, &version_1, "hash1");
    assert_int_equal(entry.verdict, LEDGER_SET_ASIDE);
    assert_int_equal(entry.members_failed, 1);
    assert_string_equal(entry.state, "done");
    assert_int_equal(look(&f, uri, &version_2, "hash1").verdict, LEDGER_CHANGED);
    record_archive(&f, &version_1, (const char *const[]){"a", "b"}, 2);
    entry = look(&f, uri, &version_1, "hash1");
    assert_int_equal(entry.verdict, LEDGER_DONE);
    assert_int_equal(entry.members_failed, 0);
    assert_answer(&f, units, ":done:2:0 a:done:2:0 b:done:2:0");
    assert_answer(&f, open_failures, "0");
    fixture_remove(&f);
}

static void superseded_together(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a", "-b", "c"}, 3);
    record_archive(&f, &version_2, (const char *const[]){"c", "d"}, 2);
    assert_answer(&f, units, ":done:1:0 c:done:1:0 d:done:1:0");
    assert_answer(&f, "SELECT count(*) FROM variables", "4");
    assert_answer(&f, "SELECT unit || ' ' || cleared_by FROM failures", "b superseded");
    assert_answer(&f, "SELECT count(*) FROM failures x JOIN files f ON f.id = x.file", "1");
    /* no archive any more */
    Report r = sample_report();
    Outcome plain = done(uri, &version_1, &r);
    record(&f, &plain);
    assert_answer(&f, units, ":done:1:0");
    assert_answer(&f, "SELECT count(*) FROM variables", "2");
    fixture_remove(&f);
}

/* A member that was an archive and is none any more takes nothing with it but what lay in it. */
static void nested_archive_becomes_a_file(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a", "in.zip", "in.zip/x", "z"}, 4);
    assert_answer(&f,
                  "SELECT group_concat(ifnull(members, '-'), ' ')"
                  " FROM (SELECT * FROM files ORDER BY unit)",
                  "4 - 1 - -");
    free(ask(&f, "UPDATE files SET members = 1 WHERE unit = 'a'")); /* as though it were one */
    record_archive(&f, &version_2, (const char *const[]){"z", "a"}, 2);
    assert_answer(&f, units, ":done:1:0 a:done:1:0 z:done:1:0");
    assert_answer(&f, "SELECT count(*) FROM variables", "4");
    fixture_remove(&f);
}

/* Other rules for members than those it was read by. */
static void read_again_for_other_rules(void **state)
{
    (void)state;
    Fixture f;
    LedgerEntry entry;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a"}, 1); /* by "hash1" */
    UnitVersion v = {.uri = uri, .unit = "", .identity = &version_1, .pipeline_hash = "hash2"};
    v.archive_hash = "hash1";
    assert_ok(ledger_look(f.l, &v, &entry, &f.e), &f.e);
    assert_int_equal(entry.verdict, LEDGER_DONE);
    v.archive_hash = "hash3";
    assert_ok(ledger_look(f.l, &v, &entry, &f.e), &f.e);
    assert_int_equal(entry.verdict, LEDGER_OTHER_PIPELINE);
    fixture_remove(&f);
}

/* While the world keeps it from being read, what was known of its members stays; so does that of
 * other files. */
static void waiting_keeps_members(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    Outcome other = done("/d/b.csv", &version_1, NULL);
    record(&f, &other);
    record_archive(&f, &version_1, (const char *const[]){"a", "-b"}, 2);
    Outcome waits = failed(uri, &version_1, "world");
    waits.state = UNIT_WAITING;
    record(&f, &waits);
    assert_answer(&f,
                  "SELECT group_concat(unit || ':' || state, ' ') FROM"
                  " (SELECT * FROM files WHERE uri = '/d/a.zip' ORDER BY unit)",
                  ":waiting a:done b:failed");
    assert_answer(&f, "SELECT members FROM files WHERE unit = '' AND uri = '/d/a.zip'", "2");
    record_archive(&f, &version_1, (const char *const[]){"a"}, 1);
    assert_answer(&f, "SELECT count(*) FROM files", "3");
    fixture_remove(&f);
}

/* Not committed: nothing of it is there. */
static void all_or_nothing(void **state)
{
    (void)state;
    Fixture f;
    begin(&f);
    record_archive(&f, &version_1, (const char *const[]){"a", "b"}, 2);
    Outcome archive = done(uri, &version_2, NULL), member = done(uri, &version_2, NULL);
    const Outcome *list[] = {&member};
    archive.has_members = true;
    archive.members = 1;
    member.unit = "c";
    assert_ok(ledger_begin(f.l, &f.e), &f.e);
    assert_ok(ledger_record_archive(f.l, &archive, list, 1, &f.e), &f.e);
    ledger_rollback(f.l);
    assert_answer(&f, units, ":done:1:0 a:done:1:0 b:done:1:0");
    fixture_remove(&f);
}

static const Case cases[] = {
    {"read_again_for_other_rules", read_again_for_other_rules},
    {"nested_archive_becomes_a_file", nested_archive_becomes_a_file},
    {"recorded_together", recorded_together},
    {"looked_at_together", looked_at_together},
    {"superseded_together", superseded_together},
    {"waiting_keeps_members", waiting_keeps_members},
    {"all_or_nothing", all_or_nothing},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
