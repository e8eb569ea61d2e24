/* test_ledger_rows_bad.c: rows from outside that no ledger can have made: refused, nothing changed.
 */
#include "tests/orchestrator/rows_fixture.h"

static const char uri[] = "/d/a.zip";
enum { MEMBERS = 2 };

/* An archive that is done, with a member that is done and one that has failed. The rows:
 * 0 the file, 1 its member a, 2 and 3 variables of a, 4 member b, 5 the failure of b. */
enum { ROW_FILE, ROW_A, ROW_TEMP, ROW_COUNT, ROW_B, ROW_FAILURE, ROWS };

static void fill(Fixture *f)
{
    Report r = sample_report();
    Outcome archive = done(uri, &version_1, NULL), a = done(uri, &version_1, &r),
            b = failed(uri, &version_1, "data");
    const Outcome *const list[MEMBERS] = {&a, &b};
    archive.has_members = true;
    archive.members = MEMBERS;
    a.unit = "a";
    b.unit = "b";
    fixture_new(f);
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_record_archive(f->l, &archive, list, MEMBERS, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

static LedgerValue text(const char *bytes)
{
    return (LedgerValue){.kind = LEDGER_TEXT, .text = {bytes, strlen(bytes)}};
}

static LedgerValue whole(int64_t i)
{
    return (LedgerValue){.kind = LEDGER_INT, .i = i};
}

static LedgerValue real(double d)
{
    return (LedgerValue){.kind = LEDGER_DOUBLE, .d = d};
}

static const LedgerValue null = {.kind = LEDGER_NULL};

static LedgerValue *value_of(const LedgerRow *row, const char *column)
{
    size_t count;
    const char *const *names = ledger_columns(row->table, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], column) == 0)
            return (LedgerValue *)(uintptr_t)&row->values[i];
    fail_msg("no column %s travels", column);
    return NULL;
}

static bool put(Fixture *f, const LedgerRow *rows, size_t count)
{
    f->e = (Error){0};
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    bool ok = ledger_rows_put(f->l, uri, rows, count, &f->e);
    Error e = {0};
    assert_ok(ledger_commit(f->l, &e), &e); /* what else is in the batch is kept */
    return ok;
}

static void assert_refused(Fixture *f, const LedgerRow *rows, size_t count, const char *about)
{
    char *before = tables_of(f->l);
    if (put(f, rows, count))
        fail_msg("%s was taken", about);
    assert_int_equal(f->e.kind, ERROR_DATA);
    assert_string_equal(f->e.code, "bad_row");
    assert_non_null(strstr(f->e.message, uri));
    if (!strstr(f->e.message, about))
        fail_msg("\"%s\" says nothing of %s", f->e.message, about);
    char *after = tables_of(f->l);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

typedef struct BadValue {
    int row;
    const char *column;
    LedgerValue value;
} BadValue;

static void refuse_values(const BadValue *bad, size_t count)
{
    Fixture f;
    Rows r;
    fill(&f);
    rows_of(&f, uri, &r);
    assert_int_equal(r.count, ROWS);
    for (size_t i = 0; i < count; i++) {
        LedgerValue *v = value_of(&r.rows[bad[i].row], bad[i].column), good = *v;
        *v = bad[i].value;
        assert_refused(&f, r.rows, r.count, bad[i].column);
        *v = good;
    }
    assert_true(put(&f, r.rows, r.count)); /* and as it was it is taken */
    arena_deinit(&r.arena);
    fixture_remove(&f);
}

static void files(void **state)
{
    (void)state;
    const BadValue bad[] = {
        {ROW_FILE, "state", text("doomed")},
        {ROW_FILE, "state", text("done ")},
        {ROW_FILE, "state", null},
        {ROW_FILE, "state", whole(1)},
        {ROW_FILE, "device", null},
        {ROW_FILE, "device", text("2")},
        {ROW_FILE, "inode", real(2)},
        {ROW_FILE, "size_bytes", whole(-1)},
        {ROW_FILE, "mtime_ns", null},
        {ROW_FILE, "attempts", whole(-1)},
        {ROW_FILE, "attempts", null},
        {ROW_FILE, "attempts", real(1.5)},
        {ROW_FILE, "recorded", null},
        {ROW_FILE, "recorded", text("yesterday")},
        {ROW_FILE, "recorded", text("2019-01-01T00:00:0xZ")},
        {ROW_FILE, "seconds", real(-1)},
        {ROW_FILE, "seconds", real(NAN)},
        {ROW_FILE, "members", whole(-2)},
        {ROW_FILE, "class", text("fate")},
        {ROW_A, "rows", whole(INT64_MIN)},
        {ROW_A, "rows", real(-1e300)},
        {ROW_A, "rows", real(INFINITY)},
        {ROW_A, "variables", text("2")},
        {ROW_A, "notes", text("")},
        {ROW_A, "notes", {.kind = LEDGER_TEXT, .text = {"a\0b", 3}}},
        {ROW_A, "format", whole(3)},
    };
    refuse_values(bad, CASES(bad));
}

static void variables_and_failures(void **state)
{
    (void)state;
    const BadValue bad[] = {
        {ROW_TEMP, "variable", null},
        {ROW_TEMP, "variable", {.kind = LEDGER_TEXT, .text = {"a\0b", 3}}},
        {ROW_TEMP, "type", null},
        {ROW_TEMP, "shape", null},
        {ROW_TEMP, "shape", text("3x")},
        {ROW_TEMP, "shape", text("3x-4")},
        {ROW_TEMP, "shape", text("]}")},
        {ROW_TEMP, "n", whole(-1)},
        {ROW_TEMP, "missing", text("1")},
        {ROW_TEMP, "min", text("12")},
        {ROW_TEMP, "min", text("0.5")},
        {ROW_TEMP, "max", text("18446744073709551616")},
        {ROW_TEMP, "mean", real(NAN)},
        {ROW_TEMP, "histogram", text("1  2")},
        {ROW_TEMP, "histogram", text("")},
        {ROW_TEMP, "counts", text("1=2 3")},
        {ROW_TEMP, "counts", text("x=2")},
        {ROW_TEMP, "position", whole(1)},
        {ROW_COUNT, "position", whole(0)},
        {ROW_COUNT, "position", null},
        {ROW_FAILURE, "attempts", null},
        {ROW_FAILURE, "time", null},
        {ROW_FAILURE, "cleared", text("2019-01-01T00:00:00Z")},
        {ROW_FAILURE, "cleared_by", text("done")},
        {ROW_FAILURE, "class", text("")},
    };
    refuse_values(bad, CASES(bad));
}

static void orders(void **state)
{
    (void)state;
    enum { END = -1 };
    static const struct {
        int rows[ROWS + 1];
        const char *about;
    } bad[] = {
        {{END}, "no row"},
        {{ROW_A, ROW_TEMP, ROW_COUNT, END}, "missing"},
        {{ROW_TEMP, END}, "missing"},
        {{ROW_FAILURE, END}, "missing"},
        {{ROW_FAILURE, ROW_FILE, END}, "missing"},
        {{ROW_FILE, ROW_TEMP, END}, "missing"},
        {{ROW_FILE, ROW_B, ROW_A, END}, "order"},
        {{ROW_FILE, ROW_FILE, END}, "order"},
        {{ROW_FILE, ROW_A, ROW_A, END}, "order"},
        {{ROW_FILE, ROW_A, ROW_COUNT, END}, "position"},
        {{ROW_FILE, ROW_A, ROW_TEMP, ROW_TEMP, END}, "position"},
        {{ROW_FILE, ROW_A, ROW_TEMP, ROW_COUNT, ROW_B, ROW_COUNT, END}, "missing"},
        {{ROW_FILE, ROW_FAILURE, ROW_A, END}, "order"},
    };
    Fixture f;
    Rows r;
    fill(&f);
    rows_of(&f, uri, &r);
    for (size_t i = 0; i < CASES(bad); i++) {
        LedgerRow rows[ROWS];
        size_t count = 0;
        for (; bad[i].rows[count] != END; count++)
            rows[count] = r.rows[bad[i].rows[count]];
        assert_refused(&f, rows, count, bad[i].about);
    }
    *value_of(&r.rows[ROW_A], "state") = text("failed"); /* with variables */
    assert_refused(&f, r.rows, r.count, "no results");
    arena_deinit(&r.arena);
    fixture_remove(&f);
}

static void needs_a_batch(void **state)
{
    (void)state;
    Fixture f;
    Rows r;
    fill(&f);
    rows_of(&f, uri, &r);
    assert_false(ledger_rows_put(f.l, uri, r.rows, r.count, &f.e));
    assert_int_equal(f.e.kind, ERROR_SETUP);
    arena_deinit(&r.arena);
    fixture_remove(&f);
}

/* What another program has written into a ledger does not travel. */
static void foreign_values(void **state)
{
    (void)state;
    Fixture f;
    Rows r = {0};
    fill(&f);
    free(ask(&f, "UPDATE variables SET min = x'00ff'"));
    assert_false(ledger_rows_each(f.l, uri, keep_row, &r, &f.e));
    assert_int_equal(f.e.kind, ERROR_DATA);
    assert_string_equal(f.e.code, "bad_row");
    assert_non_null(strstr(f.e.message, "min"));
    arena_deinit(&r.arena);
    fixture_remove(&f);
}

static bool stop_at_b(void *context, const LedgerRow *row, Error *e)
{
    size_t *seen = context;
    ++*seen;
    return strcmp(row->unit, "b") != 0 || error_set(e, ERROR_RETRY, "enough");
}

static void ends_when_told(void **state)
{
    (void)state;
    Fixture f;
    size_t seen = 0;
    fill(&f);
    assert_false(ledger_rows_each(f.l, uri, stop_at_b, &seen, &f.e));
    assert_string_equal(f.e.message, "enough");
    assert_int_equal(seen, ROW_B + 1);
    Outcome o = done(uri, &version_2, NULL); /* and the ledger is not held */
    record(&f, &o);
    fixture_remove(&f);
}

static const Case cases[] = {
    {"files", files},
    {"variables_and_failures", variables_and_failures},
    {"orders", orders},
    {"needs_a_batch", needs_a_batch},
    {"foreign_values", foreign_values},
    {"ends_when_told", ends_when_told},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
