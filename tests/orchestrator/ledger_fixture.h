/* ledger_fixture.h: a ledger in a folder of its own, and outcomes to record, for the programs that
 * test it. All in a header, because each of those programs is one source file. */
#pragma once

#include "orchestrator/ledger.h"
#include "tests/support/cases.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct Fixture {
    char folder[64], path[192];
    Ledger *l;
    Error e;
} Fixture;

static inline void fixture_folder(Fixture *f)
{
    *f = (Fixture){.folder = "/tmp/test_ledger.XXXXXX"};
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/ledger.db", f->folder);
}

static inline void fixture_open(Fixture *f, LedgerMode mode)
{
    assert_ok(ledger_open(f->folder, mode, &f->l, &f->e), &f->e);
}

/* A folder with a ledger that is open for writing. */
static inline void fixture_new(Fixture *f)
{
    fixture_folder(f);
    fixture_open(f, LEDGER_WRITE);
}

static inline void fixture_close(Fixture *f)
{
    ledger_close(f->l);
    f->l = NULL;
}

static inline void remove_file(const char *folder, const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    unlink(path);
}

static inline void remove_folder(const char *folder)
{
    const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.db-journal",
                                 "ledger.lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        remove_file(folder, names[i]);
    assert_int_equal(rmdir(folder), 0);
}

static inline void fixture_remove(Fixture *f)
{
    fixture_close(f);
    remove_folder(f->folder);
}

static const Identity version_1 = {.device = 2, .inode = 77, .size = 1000, .mtime_ns = 1000000000};
static const Identity version_2 = {.device = 2, .inode = 77, .size = 1001, .mtime_ns = 2500000000};

static const uint64_t shape_2d[] = {3, 4}, shape_1d[] = {5};

static const SummaryCount sample_counts[] = {{-7, 1}, {3, 4}};

/* Two variables: a float table and a 64-bit counter beyond what a signed integer holds. */
static inline ReportVariable *sample_variables(void)
{
    static ReportVariable v[2];
    v[0] = (ReportVariable){
        .name = "temp",
        .units = "degC",
        .standard_name = "air_temperature",
        .long_name = "Temperature",
        .type = TYPE_FLOAT,
        .rank = 2,
        .shape = shape_2d,
        .code = "",
        .reason = "",
        .place = "",
        .result = {.n = 12,
                   .valid = 11,
                   .missing = 1,
                   .outside_valid_range = 2,
                   .has_values = true,
                   .min = {.kind = NUMBER_DOUBLE, .d = -0.5},
                   .max = {.kind = NUMBER_DOUBLE, .d = 0.1},
                   .first = {.kind = NUMBER_DOUBLE, .d = 1e300},
                   .last = {.kind = NUMBER_DOUBLE, .d = 1.5},
                   .mean = 0.1 + 0.2,
                   .std = NAN,
                   .has_quantiles = true,
                   .p05 = 1,
                   .p50 = 2,
                   .p95 = 3},
    };
    v[1] = (ReportVariable){
        .name = "count",
        .units = "",
        .standard_name = "",
        .long_name = "",
        .type = TYPE_UINT64,
        .rank = 1,
        .shape = shape_1d,
        .code = "",
        .reason = "",
        .place = "",
        .result = {.n = 5,
                   .valid = 5,
                   .has_values = true,
                   .min = {.kind = NUMBER_INT, .i = -7},
                   .max = {.kind = NUMBER_UINT, .u = UINT64_MAX},
                   .first = {.kind = NUMBER_UINT, .u = 3},
                   .last = {.kind = NUMBER_INT, .i = INT64_MIN},
                   .mean = 2,
                   .std = 0,
                   .has_histogram = true,
                   .histogram = {1, 0, 4},
                   .count_count = 2,
                   .counts = sample_counts},
    };
    return v;
}

static inline Report sample_report(void)
{
    static const char *facts[] = {"density: 3.2"};
    static const char *notes[] = {"last ray incomplete: 124 of 250 gates", "second note"};
    return (Report){
        .state = REPORT_DONE,
        .format = "netcdf3",
        .model = "NETCDF3_CLASSIC",
        .convention = "CF-1.8",
        .evidence = "CDF-1 signature",
        .guessed = "delimiter: ;\nheader: 1 row",
        .rows_known = true,
        .rows = 1440,
        .variable_count = 2,
        .time_variable = "time",
        .first_time = "2019-01-01T00:00:00Z",
        .last_time = "2019-01-01T23:59:00.5Z",
        .notes = notes,
        .note_count = 2,
        .facts = facts,
        .fact_count = 1,
        .variables = sample_variables(),
        .variable_rows = 2,
    };
}

static inline Outcome done(const char *uri, const Identity *id, const Report *r)
{
    return (Outcome){
        .uri = uri,
        .unit = "",
        .identity = *id,
        .pipeline = "summary",
        .pipeline_hash = "hash1",
        .work_key = "key",
        .rule = "by content",
        .state = UNIT_DONE,
        .stage = "",
        .class_ = "",
        .code = "",
        .reason = "",
        .place = "",
        .report = r,
        .seconds = 0.25,
    };
}

static inline Outcome failed(const char *uri, const Identity *id, const char *class_)
{
    Outcome o = done(uri, id, NULL);
    o.state = UNIT_FAILED;
    o.stage = "read";
    o.class_ = class_;
    o.code = "truncated";
    o.reason = "the header promises 100 bytes, the file has 60";
    o.place = "byte 60";
    return o;
}

/* One outcome in a batch of its own. */
static inline void record(Fixture *f, const Outcome *o)
{
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_record(f->l, o, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* What is known of a file. */
static inline LedgerEntry look(Fixture *f, const char *uri, const Identity *id, const char *hash)
{
    LedgerEntry entry;
    UnitVersion v = {.uri = uri, .unit = "", .identity = id, .pipeline_hash = hash};
    assert_ok(ledger_look(f->l, &v, &entry, &f->e), &f->e);
    return entry;
}

/* Its reading begins, in a batch of its own. */
static inline void start(Fixture *f, const char *uri, const Identity *id)
{
    assert_ok(ledger_begin(f->l, &f->e), &f->e);
    assert_ok(ledger_start(f->l, uri, "", id, &f->e), &f->e);
    assert_ok(ledger_commit(f->l, &f->e), &f->e);
}

/* The first column of the first row as text, by a connection of its own; the caller frees it. */
static inline char *ask(const Fixture *f, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *s = NULL;
    char *answer = NULL;
    assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    if (sqlite3_step(s) == SQLITE_ROW && sqlite3_column_text(s, 0))
        answer = strdup((const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    sqlite3_close(db);
    return answer;
}

#define assert_answer(f, sql, expected)                                                            \
    do {                                                                                           \
        char *answer_ = ask(f, sql);                                                               \
        assert_non_null(answer_);                                                                  \
        assert_string_equal(answer_, expected);                                                    \
        free(answer_);                                                                             \
    } while (0)
