/* test_ledger_docs.c: docs/ledger.md says what the schema is, and its examples run. */
#include "tests/orchestrator/ledger_fixture.h"

static char *read_docs(void)
{
    enum { ROOM = 1 << 18 };
    FILE *in = fopen(TESTS "/../docs/ledger.md", "r");
    assert_non_null(in);
    char *text = calloc(1, ROOM);
    assert_non_null(text);
    assert_true(fread(text, 1, ROOM - 1, in) > 0);
    fclose(in);
    return text;
}

static sqlite3 *sample_ledger(Fixture *f)
{
    sqlite3 *db = NULL;
    fixture_new(f);
    assert_ok(ledger_run_begin(f->l, "weir run /data", "0.1.0", &f->e), &f->e);
    Report r = sample_report();
    r.variables[0].name = "temp_mean";
    r.variables[0].result.missing = 3;
    Outcome o = done("/data/a.csv", &version_1, &r);
    record(f, &o);
    o = failed("/data/2019/sonde.nc", &version_1, "data");
    record(f, &o);
    assert_ok(ledger_run_begin(f->l, "weir run /data", "0.1.0", &f->e), &f->e);
    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    return db;
}

/* Every example gives at least one row of the sample. */
static void examples_run(void **state)
{
    (void)state;
    Fixture f;
    sqlite3 *db = sample_ledger(&f);
    char *docs = read_docs();
    int count = 0;
    for (char *at = docs; (at = strstr(at, "```sql\n")); count++) {
        char *sql = at + strlen("```sql\n"), *end = strstr(sql, "```");
        assert_non_null(end);
        *end = '\0';
        sqlite3_stmt *s = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK || !s)
            fail_msg("%s: %s", sql, sqlite3_errmsg(db));
        if (sqlite3_step(s) != SQLITE_ROW)
            fail_msg("%s: no row", sql);
        sqlite3_finalize(s);
        at = end + 1;
    }
    assert_true(count >= 10);
    free(docs);
    sqlite3_close(db);
    fixture_remove(&f);
}

/* Every column stands in the first cell of a line of its table's section. */
static void columns_are_documented(void **state)
{
    (void)state;
    Fixture f;
    sqlite3 *db = sample_ledger(&f);
    sqlite3_stmt *s = NULL;
    char *docs = read_docs();
    int count = 0;
    assert_int_equal(sqlite3_prepare_v2(db,
                                        "SELECT '## `' || m.name || '`', '`' || c.name || '`' FROM"
                                        " sqlite_schema m JOIN pragma_table_info(m.name) c"
                                        " WHERE m.type = 'table'",
                                        -1, &s, NULL),
                     SQLITE_OK);
    for (; sqlite3_step(s) == SQLITE_ROW; count++) {
        const char *table = (const char *)sqlite3_column_text(s, 0);
        const char *column = (const char *)sqlite3_column_text(s, 1);
        const char *section = strstr(docs, table);
        assert_non_null(section);
        const char *end = strstr(section + 3, "\n## ");
        const char *found = strstr(section + strlen(table), column);
        if (!found || !end || found > end)
            fail_msg("docs/ledger.md: %s has no column %s", table, column);
    }
    assert_true(count > 80);
    sqlite3_finalize(s);
    sqlite3_close(db);
    free(docs);
    fixture_remove(&f);
}

static const Case cases[] = {
    {"examples_run", examples_run},
    {"columns_are_documented", columns_are_documented},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
