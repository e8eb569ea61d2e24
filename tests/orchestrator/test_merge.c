/* test_merge.c: several ledgers as one: which outcome of a file counts, and what is kept of others.
 */
#include "tests/orchestrator/rows_fixture.h"

#include "orchestrator/merge.h"

enum { LEDGERS_MOST = 3 };
static const volatile sig_atomic_t go_on;

typedef struct Several {
    Fixture of[LEDGERS_MOST], into;
    size_t count;
} Several;

static void open_one(Fixture *f)
{
    fixture_new(f);
    wait_for_no_disk(f);
}

static void open_several(Several *s, size_t count)
{
    s->count = count;
    for (size_t i = 0; i < count; i++)
        open_one(&s->of[i]);
    open_one(&s->into);
}

static void remove_several(Several *s)
{
    for (size_t i = 0; i < s->count; i++)
        fixture_remove(&s->of[i]);
    fixture_remove(&s->into);
}

/* In the order given; NULL: as they are. */
static MergeCounts merge(Several *s, const size_t *order)
{
    MergeSource from[LEDGERS_MOST];
    MergeCounts counts;
    for (size_t i = 0; i < s->count; i++)
        from[i] = (MergeSource){.ledger = s->of[order ? order[i] : i].l, .name = "one"};
    assert_ok(merge_ledgers(from, s->count, s->into.l, &go_on, &counts, &s->into.e), &s->into.e);
    return counts;
}

/* An outcome of /a as it was recorded so many seconds after noon. */
static void record_at(Fixture *f, UnitState state, const Identity *version, unsigned second)
{
    char sql[256];
    Report r = sample_report();
    bool good = state == UNIT_DONE || state == UNIT_IGNORED;
    Outcome o = good ? done("/a", version, &r) : failed("/a", version, "data");
    o.state = state;
    o.class_ = state == UNIT_WAITING ? "world" : o.class_;
    record(f, &o);
    snprintf(sql, sizeof sql, "UPDATE files SET recorded = '2020-01-01T12:00:%02uZ'", second);
    free(ask(f, sql));
    snprintf(sql, sizeof sql, "UPDATE failures SET time = '2020-01-01T12:00:%02uZ'", second);
    free(ask(f, sql));
}

/* ---- which one counts */

typedef struct Told {
    UnitState state;
    const Identity *version;
    unsigned second;
} Told;

static const size_t orders[][LEDGERS_MOST] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                              {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

/* The result is what ledger 0 tells, in whatever order. */
static void first_counts(const Told *told, size_t count)
{
    Several s;
    open_several(&s, count);
    for (size_t i = 0; i < count; i++)
        record_at(&s.of[i], told[i].state, told[i].version, told[i].second);
    for (size_t k = 0; k < CASES(orders); k += count == LEDGERS_MOST ? 1 : 2) {
        size_t order[LEDGERS_MOST], n = 0;
        for (size_t i = 0; i < LEDGERS_MOST; i++)
            if (orders[k][i] < count)
                order[n++] = orders[k][i];
        MergeCounts counts = merge(&s, order);
        assert_int_equal(counts.files, 1);
        assert_int_equal(counts.shared, 1);
        same_table(&s.of[0], &s.into, "files", "t.starts FROM files t");
        same_table(&s.of[0], &s.into, "variables", "1 FROM variables t ORDER BY t.position");
        assert_int_equal(
            same_table(&s.of[0], &s.into, "failures", "1 FROM failures t WHERE t.cleared IS NULL"),
            told[0].state == UNIT_DONE || told[0].state == UNIT_IGNORED ? 0 : 1);
        fixture_remove(&s.into);
        open_one(&s.into);
    }
    remove_several(&s);
}

static void which_counts(void **state)
{
    (void)state;
    static const Told rows[][LEDGERS_MOST] = {
        /* the same version: what tells most, however old */
        {{UNIT_DONE, &version_1, 1}, {UNIT_PARTIAL, &version_1, 2}, {UNIT_FAILED, &version_1, 3}},
        {{UNIT_PARTIAL, &version_1, 1},
         {UNIT_FAILED, &version_1, 2},
         {UNIT_IGNORED, &version_1, 3}},
        {{UNIT_FAILED, &version_1, 1},
         {UNIT_IGNORED, &version_1, 2},
         {UNIT_WAITING, &version_1, 3}},
        {{UNIT_IGNORED, &version_1, 1},
         {UNIT_WAITING, &version_1, 2},
         {UNIT_WAITING, &version_1, 3}},
        /* then the latest */
        {{UNIT_DONE, &version_1, 9}, {UNIT_DONE, &version_1, 2}, {UNIT_DONE, &version_1, 3}},
        {{UNIT_FAILED, &version_1, 9},
         {UNIT_FAILED, &version_1, 2},
         {UNIT_WAITING, &version_1, 10}},
        /* of several versions the latest, whatever it came to */
        {{UNIT_FAILED, &version_2, 9}, {UNIT_DONE, &version_1, 8}, {UNIT_DONE, &version_1, 7}},
        {{UNIT_WAITING, &version_1, 9}, {UNIT_DONE, &version_2, 8}, {UNIT_DONE, &version_2, 7}},
        /* of that version what tells most: not the latest of all, nor later than the other's */
        {{UNIT_DONE, &version_1, 1}, {UNIT_FAILED, &version_1, 3}, {UNIT_DONE, &version_2, 2}},
        /* recorded in the same second: the younger file */
        {{UNIT_DONE, &version_2, 5}, {UNIT_DONE, &version_1, 5}, {UNIT_FAILED, &version_1, 5}},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        first_counts(rows[i], LEDGERS_MOST);
        first_counts(rows[i], LEDGERS_MOST - 1);
    }
}

/* ---- what the others still have to tell */

static const char history[] =
    "SELECT group_concat(substr(time, 18, 2) || ifnull(' ' || cleared_by || ' '"
    " || substr(cleared, 18, 2), ''), ', ') FROM (SELECT * FROM failures ORDER BY id)";

static void others_become(const Told *told, const char *expected)
{
    Several s;
    open_several(&s, 2);
    for (size_t i = 0; i < 2; i++)
        record_at(&s.of[i], told[i].state, told[i].version, told[i].second);
    for (int again = 0; again < 3; again++) {
        merge(&s, orders[2 * (again % 2)]); /* 0 1, 1 0 */
        assert_answer(&s.into, history, expected);
    }
    remove_several(&s);
}

static void failures_of_others(void **state)
{
    (void)state;
    static const struct {
        Told told[2];
        const char *history;
    } rows[] = {
        {{{UNIT_DONE, &version_1, 9}, {UNIT_FAILED, &version_1, 3}}, "03 merged 09"},
        {{{UNIT_FAILED, &version_1, 9}, {UNIT_FAILED, &version_1, 3}}, "03 merged 09, 09"},
        {{{UNIT_PARTIAL, &version_1, 2}, {UNIT_FAILED, &version_1, 3}}, "02, 03 merged 02"},
        {{{UNIT_DONE, &version_2, 9}, {UNIT_FAILED, &version_1, 3}}, "03 superseded 09"},
        {{{UNIT_FAILED, &version_2, 9}, {UNIT_WAITING, &version_1, 9}}, "09, 09 superseded 09"},
        {{{UNIT_FAILED, &version_1, 9}, {UNIT_FAILED, &version_1, 9}}, "09"},
    };
    for (size_t i = 0; i < CASES(rows); i++)
        others_become(rows[i].told, rows[i].history);
}

/* What another ledger has put right is history there, and so it stays. */
static void cleared_stays_cleared(void **state)
{
    (void)state;
    Several s;
    open_several(&s, 2);
    record_at(&s.of[0], UNIT_FAILED, &version_1, 1);
    free(
        ask(&s.of[0], "UPDATE failures SET cleared = '2020-01-01T12:00:02Z', cleared_by = 'done'"));
    record_at(&s.of[1], UNIT_DONE, &version_1, 9);
    merge(&s, NULL);
    assert_answer(&s.into, history, "01 done 02");
    remove_several(&s);
}

/* ---- in whatever order, and in stages */

/* Numbers that are the same each time: Numerical Recipes' "quick and dirty" generator. */
static unsigned chance(unsigned *state, unsigned below)
{
    *state = *state * 1664525U + 1013904223U;
    return (*state >> 16) % below;
}

/* An outcome that no other ledger has, but perhaps with the same state, version and time. Versions
 * follow one another, unless they are mixed. */
static void record_some(Fixture *f, unsigned number, bool mixed, unsigned *random)
{
    static const UnitState states[] = {UNIT_DONE, UNIT_DONE, UNIT_PARTIAL, UNIT_FAILED,
                                       UNIT_WAITING};
    char sql[256];
    bool second = chance(random, 2) == 1;
    unsigned at = 1 + chance(random, 3) + (second && !mixed ? 3 : 0);
    record_at(f, states[chance(random, CASES(states))], second ? &version_2 : &version_1, at);
    if (chance(random, 3) == 0)
        record_at(f, states[chance(random, CASES(states))], second ? &version_2 : &version_1, at);
    snprintf(sql, sizeof sql, "UPDATE files SET seconds = %u", number);
    free(ask(f, sql));
    snprintf(sql, sizeof sql, "UPDATE failures SET reason = '%u.' || id", number);
    free(ask(f, sql));
    snprintf(sql, sizeof sql,
             "UPDATE failures SET cleared = '2020-01-01T12:00:%02uZ' WHERE cleared IS NOT NULL",
             at);
    free(ask(f, sql));
}

static void merge_two(Fixture *a, Fixture *b, Fixture *into)
{
    const MergeSource from[] = {{.ledger = a->l, .name = "a"}, {.ledger = b->l, .name = "b"}};
    MergeCounts counts;
    open_one(into);
    assert_ok(merge_ledgers(from, 2, into->l, &go_on, &counts, &into->e), &into->e);
}

static void in_stages(Several *s, const size_t *order, const Fixture *expected)
{
    Fixture *a = &s->of[order[0]], *b = &s->of[order[1]], *c = &s->of[order[2]], first, all;
    merge_two(a, b, &first);
    merge_two(&first, c, &all);
    same_ledgers(expected, &all);
    fixture_remove(&all);
    merge_two(c, &first, &all);
    same_ledgers(expected, &all);
    fixture_remove(&all);
    fixture_remove(&first);
}

static void any_way(bool mixed)
{
    unsigned random = 7;
    for (unsigned round = 0; round < 8; round++) {
        Several s;
        Fixture expected;
        open_several(&s, LEDGERS_MOST);
        for (unsigned i = 0; i < LEDGERS_MOST; i++)
            record_some(&s.of[i], i, mixed, &random);
        merge(&s, NULL);
        expected = s.into;
        for (size_t k = 0; k < CASES(orders); k++) {
            open_one(&s.into);
            merge(&s, orders[k]);
            assert_true(same_ledgers(&expected, &s.into) > 0);
            fixture_remove(&s.into);
            if (!mixed && k % 2 == 0)
                in_stages(&s, orders[k], &expected);
        }
        s.into = expected;
        remove_several(&s);
    }
}

static void order_decides_nothing(void **state)
{
    (void)state;
    any_way(true);
}

static void stages_decide_nothing(void **state)
{
    (void)state;
    any_way(false);
}

static void record_archive(Fixture *f, const Identity *version, const char *const *names,
                           size_t count)
{
    static const char uri[] = "/d/a.zip";
    Report r = sample_report();
    Outcome archive = done(uri, version, NULL), members[4];
    const Outcome *list[4];
    assert_true(count <= CASES(members));
    archive.has_members = true;
    archive.members = count;
    for (size_t i = 0; i < count; i++) {
        members[i] = names[i][0] == '-' ? failed(uri, version, "data") : done(uri, version, &r);
        members[i].unit = names[i] + (names[i][0] == '-');
        list[i] = &members[i];
    }
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_record_archive(f->l, &archive, list, count, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* An archive is taken whole: no member of the other's. */
static void archives_do_not_mix(void **state)
{
    (void)state;
    Several s;
    open_several(&s, 2);
    record_archive(&s.of[0], &version_1, (const char *const[]){"a", "-b", "c"}, 3);
    record_archive(&s.of[1], &version_2, (const char *const[]){"a", "d"}, 2);
    free(ask(&s.of[1], "UPDATE files SET recorded = '2050-01-01T00:00:00Z'"));
    merge(&s, NULL);
    assert_answer(&s.into,
                  "SELECT group_concat(unit || ':' || state, ' ') FROM"
                  " (SELECT * FROM files ORDER BY unit)",
                  ":done a:done d:done");
    assert_answer(&s.into, "SELECT unit || ' ' || cleared_by FROM failures", "b superseded");
    remove_several(&s);
}

/* ---- all of it */

static void fill_part(Fixture *f, unsigned from, unsigned to)
{
    Report r = sample_report();
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    for (unsigned i = from; i < to; i++) {
        char uri[32];
        snprintf(uri, sizeof uri, "/data/%05u.csv", i * 7919 % 10007);
        Outcome o = i % 10 ? done(uri, &version_1, &r) : failed(uri, &version_1, "data");
        assert_ok(ledger_record(f->l, &o, &f->e), &f->e);
    }
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* Parts that overlap are the whole; a second time nothing is written. */
static void parts_are_the_whole(void **state)
{
    (void)state;
    Several s;
    Fixture whole;
    open_several(&s, 3);
    open_one(&whole);
    fill_part(&s.of[0], 0, 400);
    fill_part(&s.of[1], 390, 700);
    fill_part(&s.of[2], 700, 1000);
    fill_part(&whole, 0, 1000);
    const char *const times = "UPDATE files SET recorded = '2020-01-01T00:00:00Z'";
    const char *const failure_times = "UPDATE failures SET time = '2020-01-01T00:00:00Z'";
    for (size_t i = 0; i < 3; i++) {
        free(ask(&s.of[i], times));
        free(ask(&s.of[i], failure_times));
    }
    free(ask(&whole, times));
    free(ask(&whole, failure_times));
    MergeCounts counts = merge(&s, NULL);
    assert_int_equal(counts.files, 1000);
    assert_int_equal(counts.shared, 10);
    assert_int_equal(same_ledgers(&whole, &s.into), 1000 + 2 * 900 + 100);
    assert_same_tables(whole.l, s.into.l);
    char *last = ask(&s.into, "SELECT max(id) || ' ' || sum(id) FROM files");
    counts = merge(&s, orders[5]);
    assert_int_equal(counts.files, 1000);
    assert_answer(&s.into, "SELECT max(id) || ' ' || sum(id) FROM files", last);
    free(last);
    fixture_remove(&whole);
    remove_several(&s);
}

/* What is there already takes part, and what only it has stays. */
static void into_a_ledger_in_use(void **state)
{
    (void)state;
    Several s;
    open_several(&s, 1);
    record_at(&s.into, UNIT_DONE, &version_1, 1);
    record_at(&s.of[0], UNIT_FAILED, &version_1, 2);
    fill_part(&s.into, 0, 5);
    fill_part(&s.of[0], 3, 8);
    MergeCounts counts = merge(&s, NULL);
    assert_int_equal(counts.files, 6);
    assert_int_equal(counts.shared, 0);
    assert_answer(&s.into, "SELECT count(*) FROM files", "9");
    assert_answer(&s.into, "SELECT state FROM files WHERE uri = '/a'", "done");
    assert_answer(&s.into, "SELECT cleared_by FROM failures WHERE uri = '/a'", "merged");
    remove_several(&s);
}

static void begun_is_left_out(void **state)
{
    (void)state;
    Several s;
    open_several(&s, 2);
    record_at(&s.of[1], UNIT_DONE, &version_1, 1);
    const char *const uris[] = {"/a", "/begun"};
    for (size_t i = 0; i < CASES(uris); i++) {
        Fixture *f = &s.of[0];
        assert_ok(ledger_begin(f->l, &f->e), &f->e);
        assert_ok(ledger_start(f->l, uris[i], "", &version_1, &f->e), &f->e);
        assert_ok(ledger_commit(f->l, &f->e), &f->e);
    }
    MergeCounts counts = merge(&s, NULL);
    assert_int_equal(counts.files, 1);
    assert_int_equal(counts.begun, 1);
    assert_answer(&s.into, "SELECT group_concat(uri || state) FROM files", "/adone");
    remove_several(&s);
}

static void stops_when_told(void **state)
{
    (void)state;
    static const volatile sig_atomic_t stop = 1;
    Several s;
    MergeCounts counts;
    open_several(&s, 1);
    fill_part(&s.of[0], 0, 5);
    const MergeSource from = {.ledger = s.of[0].l, .name = "one"};
    assert_false(merge_ledgers(&from, 1, s.into.l, &stop, &counts, &s.into.e));
    assert_int_equal(s.into.e.kind, ERROR_RETRY);
    assert_string_equal(s.into.e.code, "stopped");
    merge(&s, NULL);
    assert_answer(&s.into, "SELECT count(*) FROM files", "5");
    remove_several(&s);
}

static void refuses_what_cannot_be(void **state)
{
    (void)state;
    Several s;
    MergeCounts counts;
    open_several(&s, 1);
    fill_part(&s.of[0], 0, 300);
    free(ask(&s.of[0], "UPDATE files SET attempts = -1 WHERE id = 20"));
    const MergeSource from = {.ledger = s.of[0].l, .name = "part/ledger.db"};
    assert_false(merge_ledgers(&from, 1, s.into.l, &go_on, &counts, &s.into.e));
    assert_int_equal(s.into.e.kind, ERROR_DATA);
    assert_string_equal(s.into.e.code, "bad_row");
    assert_non_null(strstr(s.into.e.message, "part/ledger.db"));
    assert_non_null(strstr(s.into.e.message, "attempts"));
    free(ask(&s.of[0], "UPDATE files SET attempts = 1 WHERE id = 20"));
    merge(&s, NULL);
    assert_answer(&s.into, "SELECT count(*) FROM files", "300");
    remove_several(&s);
}

static const Case cases[] = {
    {"which_counts", which_counts},
    {"failures_of_others", failures_of_others},
    {"order_decides_nothing", order_decides_nothing},
    {"stages_decide_nothing", stages_decide_nothing},
    {"cleared_stays_cleared", cleared_stays_cleared},
    {"archives_do_not_mix", archives_do_not_mix},
    {"parts_are_the_whole", parts_are_the_whole},
    {"into_a_ledger_in_use", into_a_ledger_in_use},
    {"begun_is_left_out", begun_is_left_out},
    {"stops_when_told", stops_when_told},
    {"refuses_what_cannot_be", refuses_what_cannot_be},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
