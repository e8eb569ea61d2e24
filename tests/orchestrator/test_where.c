/* test_where.c: what an expression of --where selects, and what is said of a wrong one. */
#include "tests/orchestrator/ledger_fixture.h"

#include "core/buffer.h"
#include "orchestrator/query.h"

/* Five files: /d/a.nc done, /d/m/b.csv failed by crash, /d/m/c.nc partial, "/d/sp ace (1).nc" done
 * and far in time, /d/z.png ignored. */
static void fill(Fixture *f)
{
    fixture_new(f);
    Report r = sample_report();
    Outcome o = done("/d/a.nc", &version_1, &r);
    record(f, &o);
    o = failed("/d/m/b.csv", &version_2, "crash");
    o.code = "crash";
    record(f, &o);
    o = failed("/d/m/c.nc", &version_1, "data");
    o.state = UNIT_PARTIAL;
    o.report = &r;
    r.variables[0].units = "m/s";
    r.rows = 7;
    r.first_time = "2019-02-01T12:00:00Z";
    r.last_time = "2019-02-01T12:00:00.25Z";
    record(f, &o);
    r.first_time = "2020-02-30T00:00:00"; /* of a calendar with 30 days in every month */
    r.last_time = "";
    r.rows_known = false;
    r.note_count = 0;
    Identity large = {.device = 1, .inode = 1, .size = 10 << 20, .mtime_ns = -1};
    o = done("/d/sp ace (1).nc", &large, &r);
    record(f, &o);
    o = done("/d/z.png", &version_1, NULL);
    o.state = UNIT_IGNORED;
    o.rule = "picture (*.png)";
    o.pipeline = o.pipeline_hash = NULL;
    record(f, &o);
}

/* The letter of each file selected, in order. */
static bool letter(void *context, const char *uri, const char *unit, Error *e)
{
    (void)unit;
    (void)e;
    const char *name = strrchr(uri, '/') + 1;
    buffer_char(context, name[0]);
    return true;
}

static const struct {
    QueryTable table;
    const char *where, *expected;
} selections[] = {
    {QUERY_FILES, NULL, "abcsz"},
    {QUERY_FILES, "state = done", "as"},
    {QUERY_FILES, "state == 'done'", "as"},
    {QUERY_FILES, "state=\"done\"", "as"},
    {QUERY_FILES, "state != done", "bcz"},
    {QUERY_FILES, "state <> done", "bcz"},
    {QUERY_FILES, "state = done or state = failed", "abs"},
    {QUERY_FILES, "not state = done", "bcz"},
    {QUERY_FILES, "not (state = done or state = failed)", "cz"},
    {QUERY_FILES, "not not state = done", "as"},
    {QUERY_FILES, "state = done and rows > 100 or class = crash", "ab"},
    {QUERY_FILES, "state = done AND (rows > 100 OR class = crash)", "a"},
    {QUERY_FILES, "rows = 1440", "a"},
    {QUERY_FILES, "rows < 1440", "c"},
    {QUERY_FILES, "rows <= 1440", "ac"},
    {QUERY_FILES, "rows >= 7.5", "a"},
    {QUERY_FILES, "rows != 7", "absz"},
    {QUERY_FILES, "rows is null", "bsz"},
    {QUERY_FILES, "rows is not null", "ac"},
    {QUERY_FILES, "not rows < 1440", "absz"}, /* null is not less */
    {QUERY_FILES, "code != crash", "acsz"},   /* null is different */
    {QUERY_FILES, "size_bytes >= 10M", "s"},
    {QUERY_FILES, "size_bytes = 1000", "acz"},
    {QUERY_FILES, "uri = /d/a.nc", "a"},
    {QUERY_FILES, "uri = '/d/sp ace (1).nc'", "s"},
    {QUERY_FILES, "uri ~ *.nc", "acs"},
    {QUERY_FILES, "uri !~ *.nc", "bz"},
    {QUERY_FILES, "uri ~ /d/*.nc", "acs"},
    {QUERY_FILES, "uri ~ /d/**", "abcsz"},
    {QUERY_FILES, "uri ~ m/*", "bc"},
    {QUERY_FILES, "uri ~ [ab].*", "ab"},
    {QUERY_FILES, "uri ~ d", ""},
    {QUERY_FILES, "reason ~ *promises*", "bc"},
    {QUERY_FILES, "reason !~ *promises*", "asz"},
    {QUERY_FILES, "notes ~ *incomplete*", "ac"},
    {QUERY_FILES, "notes ~ '*gates; second*'", "ac"},
    {QUERY_FILES, "first_time = 2019-02", "c"},
    {QUERY_FILES, "first_time >= 2019-01-01 and first_time < 2019-02-01", "a"},
    {QUERY_FILES, "first_time <= 2019-01", "a"},
    {QUERY_FILES, "first_time > 2019", "s"},
    {QUERY_FILES, "first_time = 2020-02-30", "s"},
    {QUERY_FILES, "first_time = 2019-02-01T12:00:00Z", "c"},
    {QUERY_FILES, "first_time = '2019-02-01 12:00'", "c"},
    {QUERY_FILES, "first_time = 2019-02-01T14:00:00+02:00", "c"},
    {QUERY_FILES, "first_time > 2019-01-01T00:00:00.1 and first_time < 2019-01-02", ""},
    {QUERY_FILES, "last_time > 2019-02-01T12:00:00.1", "c"},
    {QUERY_FILES, "last_time = 2019-02-01T12:00:00.25Z", "c"},
    {QUERY_FILES, "mtime = 1970-01-01T00:00:01Z", "acz"},
    {QUERY_FILES, "mtime = 1969-12-31T23:59:59", "s"},
    {QUERY_FILES, "rule = 'picture (*.png)'", "z"},
    {QUERY_FILES, "rule = \"it's\" or rule = 'it''s'", ""},
    {QUERY_FILES, "unit = ''", "abcsz"},
    {QUERY_FILES, "uri = \"'; DROP TABLE files; --\"", ""},
    {QUERY_RESULTS, "variable = temp", "acs"},
    {QUERY_RESULTS, "units = m/s", "cs"},
    {QUERY_RESULTS, "units ~ m*s", "cs"},
    {QUERY_RESULTS, "max > 0.09 and max < 0.11", "acs"},
    {QUERY_RESULTS, "max > 1e18", "acs"}, /* an unsigned 64-bit number */
    {QUERY_RESULTS, "max > 1e20", ""},
    {QUERY_RESULTS, "min = -7", "acs"},
    {QUERY_RESULTS, "shape = 3x4 and type = float", "acs"},
    {QUERY_FAILURES, "class = crash", "b"},
    {QUERY_FAILURES, "attempts = 1", "bc"},
    {QUERY_FAILURES, "time > 2020", "bc"},
    {QUERY_FAILURES, "cleared is null", "bc"},
};

static void selects(void **state)
{
    (void)state;
    Fixture f;
    fill(&f);
    for (size_t i = 0; i < CASES(selections); i++) {
        const char *where = selections[i].where, *expected = selections[i].expected;
        auto_buffer Buffer letters = {0};
        bool ok = query_units(f.l, selections[i].table, where, letter, &letters, &f.e);
        const char *got = letters.bytes ? letters.bytes : "";
        if (!ok)
            fail_msg("%s: %s", where, f.e.message);
        if (strcmp(got, expected) != 0)
            fail_msg("%s: got %s, expected %s", where, got, expected);
    }
    fixture_remove(&f);
}

static void complains(void **state)
{
    (void)state;
    static const struct {
        QueryTable table;
        const char *where, *says;
    } rows[] = {
        {QUERY_FILES, "", "expected the name of a field"},
        {QUERY_FILES, "staet = done", "did you mean \"state\"?"},
        {QUERY_FILES, "variable = temp", "did you mean \"variables\"?"},
        {QUERY_RESULTS, "xyzzyxyzzy = 1", "uri, unit, format, pipeline, variable, units"},
        {QUERY_FILES, "state", "expected one of ="},
        {QUERY_FILES, "state =", "expected a value"},
        {QUERY_FILES, "state = done done", "expected `and`, `or` or the end at \"done\""},
        {QUERY_FILES, "state = 'done", "this quote has no end"},
        {QUERY_FILES, "(state = done", "expected )"},
        {QUERY_FILES, "state = done)", "expected `and`, `or` or the end"},
        {QUERY_FILES, "state is done", "expected `null`"},
        {QUERY_FILES, "rows > many", "rows is compared with a number, \"many\" is none"},
        {QUERY_FILES, "rows > 10M", "rows is compared with a number"},
        {QUERY_FILES, "first_time > yesterday", "\"yesterday\" is none"},
        {QUERY_FILES, "first_time > 2019-1-1", "\"2019-1-1\" is none"},
        {QUERY_FILES, "1 = 1", "there is no field \"1\""},
        {QUERY_FILES, "STATE = done", "did you mean \"state\"?"},
        {QUERY_FILES, "state; DROP TABLE files", "expected one of ="},
        {QUERY_FILES, "state = done and", "expected the name of a field at the end"},
    };
    Fixture f;
    fill(&f);
    for (size_t i = 0; i < CASES(rows); i++) {
        if (query_units(f.l, rows[i].table, rows[i].where, letter, NULL, &f.e))
            fail_msg("%s: accepted", rows[i].where);
        assert_int_equal(f.e.kind, ERROR_SETUP);
        assert_string_equal(f.e.code, "where");
        if (!strstr(f.e.message, rows[i].says))
            fail_msg("%s: said: %s", rows[i].where, f.e.message);
    }
    fixture_remove(&f);
}

/* Neither many parentheses nor many values do harm. */
static void limits(void **state)
{
    (void)state;
    enum { MANY = 100000 };
    Fixture f;
    fill(&f);
    char *deep = malloc(MANY + 1);
    assert_non_null(deep);
    memset(deep, '(', MANY);
    deep[MANY] = '\0';
    assert_false(query_units(f.l, QUERY_FILES, deep, letter, NULL, &f.e));
    assert_non_null(strstr(f.e.message, "nested too deep"));
    free(deep);
    auto_buffer Buffer nots = {0}, values = {0};
    for (int i = 0; i < 200; i++)
        buffer_string(&nots, "not ");
    assert_false(query_units(f.l, QUERY_FILES, nots.bytes, letter, NULL, &f.e));
    assert_non_null(strstr(f.e.message, "nested too deep"));
    for (int i = 0; i < 101; i++)
        buffer_string(&values, i ? " or rows = 1" : "rows = 1");
    assert_false(query_units(f.l, QUERY_FILES, values.bytes, letter, NULL, &f.e));
    assert_non_null(strstr(f.e.message, "more than 100 values"));
    fixture_remove(&f);
}

static const Case cases[] = {
    {"selects", selects},
    {"complains", complains},
    {"limits", limits},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
