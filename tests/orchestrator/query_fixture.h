/* query_fixture.h: for the tests of queries: a ledger with four units, and a query's answer as
 * text. */
#pragma once

#include "tests/orchestrator/ledger_fixture.h"

#include "orchestrator/query.h"

/* /d/a.nc done; /d/b.zip done with a member that failed; "/d/m/\xff=1,\n.csv" partial. */
static inline void fill(Fixture *f)
{
    fixture_new(f);
    Report r = sample_report();
    Outcome o = done("/d/a.nc", &version_1, &r);
    record(f, &o);
    o = failed("/d/b.zip", &version_2, "crash");
    o.unit = "cast1.csv";
    o.code = "crash";
    o.reason = "\x1b[2Jthe reader crashed (signal 11)";
    o.place = "";
    record(f, &o);
    r.variable_rows = r.variable_count = 0;
    r.note_count = 0;
    r.format = "zip";
    r.guessed = r.model = r.convention = r.time_variable = r.first_time = r.last_time = "";
    o = done("/d/b.zip", &version_2, &r);
    record(f, &o);
    o = failed("/d/m/\xff=1,\n.csv", &version_1, "data");
    o.state = UNIT_PARTIAL;
    r.variables[0].name = "=cmd()";
    r.variables[0].result = (SummaryResult){0};
    r.variables[0].reason = "line 7: \"x\" is no number";
    r.variables[0].code = "syntax";
    r.variable_rows = 1;
    r.variable_count = 2;
    r.rows_known = false;
    o.report = &r;
    record(f, &o);
}

static inline char *query(Fixture *f, const QueryOptions *o, uint64_t expected_rows)
{
    char *text = NULL;
    size_t length = 0;
    uint64_t rows = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    bool ok = query_write(f->l, o, out, &rows, &f->e);
    fclose(out);
    assert_ok(ok, &f->e);
    assert_int_equal(rows, expected_rows);
    return text;
}
