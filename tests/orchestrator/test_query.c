/* test_query.c: rows as programs get them, and the ledger's part of `weir explain`. */
#include "tests/orchestrator/query_fixture.h"

#include "core/buffer.h"

#define SHARED_A "\"uri\":\"/d/a.nc\",\"unit\":\"\","
#define FILES_TAIL_A                                                                               \
    "\"stage\":null,\"class\":null,\"place\":null,\"pipeline\":\"summary\","                       \
    "\"rule\":\"by content\",\"convention\":\"CF-1.8\",\"guessed\":[\"delimiter: ;\","             \
    "\"header: 1 row\"],\"members\":null}"

static const char files_a[] =
    "{" SHARED_A "\"state\":\"done\",\"format\":\"netcdf3\",\"model\":\"NETCDF3_CLASSIC\","
    "\"evidence\":\"CDF-1 signature\",\"size_bytes\":1000,\"rows\":1440,\"variables\":2,"
    "\"groups\":0,\"time_variable\":\"time\",\"first_time\":\"2019-01-01T00:00:00Z\","
    "\"last_time\":\"2019-01-01T23:59:00.5Z\",\"attempts\":1,\"reason\":null,\"code\":null,"
    "\"notes\":[\"last ray incomplete: 124 of 250 gates\",\"second note\"],"
    "\"facts\":[\"density: 3.2\"]," FILES_TAIL_A;

static const char files_csv[] =
    "{\"uri\":\"/d/m/\\udcff=1,\\n.csv\",\"unit\":\"\",\"state\":\"partial\",\"format\":\"zip\","
    "\"model\":null,\"evidence\":\"CDF-1 signature\",\"size_bytes\":1000,\"rows\":null,"
    "\"variables\":2,\"groups\":0,\"time_variable\":null,\"first_time\":null,\"last_time\":null,"
    "\"attempts\":1,\"reason\":\"the header promises 100 bytes, the file has 60\","
    "\"code\":\"truncated\",\"notes\":[],\"facts\":[\"density: "
    "3.2\"],\"stage\":\"read\",\"class\":\"data\","
    "\"place\":\"byte 60\",\"pipeline\":\"summary\",\"rule\":\"by content\",\"convention\":null,"
    "\"guessed\":[],\"members\":null}";

static const char results_a[] =
    "{" SHARED_A "\"format\":\"netcdf3\",\"pipeline\":\"summary\",\"variable\":\"temp\","
    "\"units\":\"degC\",\"type\":\"float\",\"shape\":[3,4],\"n\":12,\"valid\":11,\"missing\":1,"
    "\"outside_valid_range\":2,\"min\":-0.5,\"max\":0.1,\"mean\":0.30000000000000004,\"std\":null,"
    "\"first\":1e300,\"last\":1.5,\"p05\":1,\"p50\":2,\"p95\":3,\"reason\":null,\"code\":null,"
    "\"place\":null,\"standard_name\":\"air_temperature\",\"long_name\":\"Temperature\","
    "\"histogram\":null,\"counts\":null}\n"
    "{" SHARED_A "\"format\":\"netcdf3\",\"pipeline\":\"summary\",\"variable\":\"count\","
    "\"units\":null,\"type\":\"uint64\",\"shape\":[5],\"n\":5,\"valid\":5,\"missing\":0,"
    "\"outside_valid_range\":0,\"min\":-7,\"max\":18446744073709551615,\"mean\":2,\"std\":0,"
    "\"first\":3,\"last\":-9223372036854775808,\"p05\":null,\"p50\":null,\"p95\":null,"
    "\"reason\":null,\"code\":null,\"place\":null,\"standard_name\":null,\"long_name\":null,"
    "\"histogram\":[1,0,4,0,0,0,0,0,0,0,0,0,0,0,0,0],"
    "\"counts\":{\"-7\":1,\"3\":4}}\n";

static void ndjson(void **state)
{
    (void)state;
    Fixture f;
    fill(&f);
    QueryOptions o = {.table = QUERY_FILES, .format = QUERY_NDJSON};
    char *text = query(&f, &o, 4), *line = text;
    assert_memory_equal(line, files_a, sizeof files_a - 1);
    static const char *const order[] = {
        "\"/d/a.nc\",\"unit\":\"\",",
        "\"/d/b.zip\",\"unit\":\"\",",
        "\"/d/b.zip\",\"unit\":\"cast1.csv\",",
        "\"/d/m/\\udcff=1,\\n.csv\",\"unit\":\"\",",
    };
    for (size_t i = 0; i < CASES(order); i++) {
        assert_int_equal(strncmp(line + strlen("{\"uri\":"), order[i], strlen(order[i])), 0);
        if (i == 3)
            assert_memory_equal(line, files_csv, sizeof files_csv - 1);
        line = strchr(line, '\n') + 1;
    }
    assert_string_equal(line, "");
    free(text);
    o.table = QUERY_RESULTS;
    o.where = "uri = /d/a.nc";
    text = query(&f, &o, 2);
    assert_string_equal(text, results_a);
    free(text);
    fixture_remove(&f);
}

/* A scalar's shape is an empty list, a double keeps the sign of zero and its last digit. */
static void numbers_survive(void **state)
{
    (void)state;
    Fixture f;
    fixture_new(&f);
    Report r = sample_report();
    r.variables[0].rank = 0;
    r.variables[0].result.min.d = 5e-324;
    r.variables[0].result.max.d = 1.7976931348623157e308;
    r.variables[0].result.mean = 1.0 / 3;
    r.variables[0].result.first.d = INFINITY;
    r.variables[0].result.last.d = -0.0;
    r.variable_rows = 1;
    Outcome o = done("/a", &version_1, &r);
    record(&f, &o);
    char *text = query(&f, &(QueryOptions){.table = QUERY_RESULTS, .format = QUERY_NDJSON}, 1);
    static const char *const parts[] = {
        "\"shape\":[],", "\"min\":5e-324,", "\"max\":1.7976931348623157e308,",
        "\"last\":-0",   "\"first\":null,", "\"mean\":0.3333333333333333,",
    };
    for (size_t i = 0; i < CASES(parts); i++)
        if (!strstr(text, parts[i]))
            fail_msg("no %s in %s", parts[i], text);
    free(text);
    fixture_remove(&f);
}

static void json(void **state)
{
    (void)state;
    Fixture f;
    fill(&f);
    QueryOptions o = {.table = QUERY_FAILURES, .format = QUERY_JSON, .where = "class = none"};
    char *text = query(&f, &o, 0);
    assert_string_equal(text, "[]\n");
    free(text);
    o = (QueryOptions){.table = QUERY_FILES, .format = QUERY_JSON, .where = "uri ~ [ab].*"};
    text = query(&f, &o, 3);
    assert_memory_equal(text, "[\n{", 3);
    assert_memory_equal(text + 2, files_a, sizeof files_a - 1);
    assert_memory_equal(text + 2 + sizeof files_a - 1, ",\n{", 3);
    assert_string_equal(text + strlen(text) - 4, "}\n]\n");
    free(text);
    fixture_remove(&f);
}

static void csv(void **state)
{
    (void)state;
    static const char expected[] =
        "uri,unit,format,pipeline,variable,units,type,shape,n,valid,missing,outside_valid_range,"
        "min,max,mean,std,first,last,p05,p50,p95,reason,code,place,standard_name,long_name,"
        "histogram,counts\r\n"
        "/d/a.nc,,netcdf3,summary,temp,degC,float,3x4,12,11,1,2,-0.5,0.1,0.30000000000000004,,"
        "1e300,1.5,1,2,3,,,,air_temperature,Temperature,,\r\n"
        "/d/a.nc,,netcdf3,summary,count,,uint64,5,5,5,0,0,-7,18446744073709551615,2,0,3,"
        "-9223372036854775808,,,,,,,,,1 0 4 0 0 0 0 0 0 0 0 0 0 0 0 0,"
        "'-7=1 3=4\r\n"
        "\"/d/m/\xff=1,\n.csv\",,zip,summary,'=cmd(),degC,float,3x4,12,,,,,,,,,,,,,"
        "\"line 7: \"\"x\"\" is no number\",syntax,,air_temperature,Temperature,,\r\n";
    Fixture f;
    fill(&f);
    char *text = query(&f, &(QueryOptions){.table = QUERY_RESULTS, .format = QUERY_CSV}, 3);
    assert_string_equal(text, expected);
    free(text);
    text = query(
        &f, &(QueryOptions){.table = QUERY_FILES, .format = QUERY_CSV, .where = "uri = /d/a.nc"},
        1);
    assert_non_null(strstr(text, ",last ray incomplete: 124 of 250 gates; second note,"));
    free(text);
    Report r = sample_report();
    r.variables[0].result.min.d = INFINITY; /* undefined: an empty cell */
    Outcome o = done("/d/inf.nc", &version_1, &r);
    record(&f, &o);
    text = query(
        &f, &(QueryOptions){.table = QUERY_RESULTS, .format = QUERY_CSV, .where = "uri ~ inf.nc"},
        2);
    assert_non_null(strstr(text, ",3x4,12,11,1,2,,0.1,"));
    free(text);
    fixture_remove(&f);
}

/* What a spreadsheet would take for a formula becomes text, a number stays one. */
static void csv_formulas(void **state)
{
    (void)state;
    static const struct {
        const char *units, *cell;
    } rows[] = {
        {"=1+1", ",'=1+1,"},
        {"+x", ",'+x,"},
        {"-2", ",-2,"},
        {"-2e3", ",-2e3,"},
        {"+1.5", ",+1.5,"},
        {"-a", ",'-a,"},
        {"@SUM(A1)", ",'@SUM(A1),"},
        {"=\"a\"", ",\"'=\"\"a\"\"\","},
        {"\t=1", ",'\t=1,"},
        {"m s-1", ",m s-1,"},
        {"a,b", ",\"a,b\","},
        {"a\nb", ",\"a\nb\","},
    };
    Fixture f;
    fixture_new(&f);
    for (size_t i = 0; i < CASES(rows); i++) {
        Report r = sample_report();
        r.variables[0].units = rows[i].units;
        r.variable_rows = 1;
        Outcome o = done("/a", &version_1, &r);
        record(&f, &o);
        char *text = query(&f, &(QueryOptions){.table = QUERY_RESULTS, .format = QUERY_CSV}, 1);
        if (!strstr(text, rows[i].cell))
            fail_msg("%s: %s", rows[i].units, text);
        free(text);
    }
    fixture_remove(&f);
}

static void failures_open_and_all(void **state)
{
    (void)state;
    static const char expected[] =
        "{\"uri\":\"/d/b.zip\",\"unit\":\"cast1.csv\",\"stage\":\"read\",\"class\":\"crash\","
        "\"code\":\"crash\",\"reason\":\"\\u001b[2Jthe reader crashed (signal 11)\","
        "\"place\":null,\"attempts\":1,\"time\":\"";
    Fixture f;
    fill(&f);
    QueryOptions o = {.table = QUERY_FAILURES, .format = QUERY_NDJSON};
    char *text = query(&f, &o, 2);
    assert_memory_equal(text, expected, sizeof expected - 1);
    const char *time = text + sizeof expected - 1;
    assert_string_equal(strndupa(time + 19, strcspn(time + 19, "\n")),
                        "Z\",\"cleared\":null,\"cleared_by\":null}");
    free(text);
    Outcome good = done("/d/b.zip", &version_2, NULL);
    good.unit = "cast1.csv";
    record(&f, &good);
    free(query(&f, &o, 1));
    o.all = true;
    text = query(&f, &o, 2);
    assert_non_null(strstr(text, "\"cleared_by\":\"done\"}"));
    free(text);
    fixture_remove(&f);
}

static void explain(void **state)
{
    (void)state;
    Fixture f;
    auto_buffer Buffer text = {0};
    fill(&f);
    assert_ok(query_explain(f.l, "/nowhere", "", &text, &f.e), &f.e);
    assert_string_equal(text.bytes, "state: not in the ledger\n");
    buffer_clear(&text);
    assert_ok(query_explain(f.l, "/d/a.nc", "", &text, &f.e), &f.e);
    static const char *const good[] = {
        "state: done\nattempts: 1\nrecorded: 20",
        "Z, after 0.25 s\n",
        "pipeline: summary\n",
        "guessed: delimiter: ;\nguessed: header: 1 row\n",
        "note: last ray incomplete: 124 of 250 gates\nnote: second note\n",
    };
    for (size_t i = 0; i < CASES(good); i++)
        if (!strstr(text.bytes, good[i]))
            fail_msg("no %s in\n%s", good[i], text.bytes);
    buffer_clear(&text);
    assert_ok(query_explain(f.l, "/d/b.zip", "", &text, &f.e), &f.e);
    assert_non_null(strstr(text.bytes, "members: 1 (1 failed)\n"));
    buffer_clear(&text);
    assert_ok(ledger_run_begin(f.l, "weir run /d", "0.1.0", &f.e), &f.e);
    Outcome o = failed("/d/a.nc", &version_1, "crash");
    record(&f, &o);
    assert_ok(query_explain(f.l, "/d/a.nc", "", &text, &f.e), &f.e);
    static const char *const bad[] = {
        "state: failed\nattempts: 2\n",
        "run: 1, weir run /d (weir 0.1.0, 20",
        "failed_with: crash, read, truncated\nreason: the header promises 100 bytes, the file ",
        "\nplace: byte 60\n",
        "failures: 1, 0 of them cleared\nlast_failure: 20",
        "Z, attempt 2, run 1\n",
    };
    for (size_t i = 0; i < CASES(bad); i++)
        if (!strstr(text.bytes, bad[i]))
            fail_msg("no %s in\n%s", bad[i], text.bytes);
    fixture_remove(&f);
}

static void full_disk(void **state)
{
    (void)state;
    Fixture f;
    uint64_t rows;
    fill(&f);
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        case_skip("no /dev/full");
    setvbuf(full, NULL, _IONBF, 0);
    QueryOptions o = {.table = QUERY_FILES, .format = QUERY_NDJSON};
    assert_false(query_write(f.l, &o, full, &rows, &f.e));
    assert_int_equal(f.e.kind, ERROR_RETRY);
    assert_string_equal(f.e.code, "disk_full");
    fclose(full);
    free(query(&f, &o, 4)); /* no read transaction was left open, nothing is stuck */
    fixture_remove(&f);
}

static const Case cases[] = {
    {"ndjson", ndjson},
    {"numbers_survive", numbers_survive},
    {"json", json},
    {"csv", csv},
    {"csv_formulas", csv_formulas},
    {"failures_open_and_all", failures_open_and_all},
    {"explain", explain},
    {"full_disk", full_disk},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
