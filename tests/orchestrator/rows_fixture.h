/* rows_fixture.h: for the tests of rows that travel: all rows of a file kept, and two ledgers held
 * against each other by SQLite alone. */
#pragma once

#include "tests/orchestrator/ledger_fixture.h"

#include "core/arena.h"
#include "orchestrator/ledger_internal.h"
#include "orchestrator/query.h"

enum { ROWS_MOST = 256 };

/* Many small batches: nothing here is about power cuts. */
static inline void wait_for_no_disk(Fixture *f)
{
    assert_int_equal(sqlite3_exec(f->l->db, "PRAGMA synchronous = OFF", NULL, NULL, NULL),
                     SQLITE_OK);
}

typedef struct Rows {
    Arena arena;
    LedgerRow rows[ROWS_MOST];
    size_t count;
} Rows;

static inline bool keep_row(void *context, const LedgerRow *row, Error *e)
{
    (void)e;
    Rows *r = context;
    size_t count;
    ledger_columns(row->table, &count);
    LedgerValue *values = arena_array(&r->arena, count, sizeof *values);
    assert_true(values && r->count < ROWS_MOST);
    for (size_t i = 0; i < count; i++) {
        values[i] = row->values[i];
        if (values[i].kind == LEDGER_TEXT)
            values[i].text.bytes =
                arena_copy(&r->arena, values[i].text.bytes, values[i].text.length);
    }
    r->rows[r->count++] = (LedgerRow){
        .table = row->table, .unit = arena_string(&r->arena, row->unit), .values = values};
    return true;
}

static inline void rows_of(Fixture *f, const char *uri, Rows *out)
{
    *out = (Rows){0};
    assert_ok(ledger_rows_each(f->l, uri, keep_row, out, &f->e), &f->e);
}

typedef struct Travel {
    Fixture *from;
    Ledger *to;
    size_t files;
} Travel;

static inline bool take_along(void *context, const char *uri, Error *e)
{
    Travel *t = context;
    Rows r;
    rows_of(t->from, uri, &r);
    assert_true(r.count > 0);
    t->files++;
    bool ok = ledger_rows_put(t->to, uri, r.rows, r.count, e);
    arena_deinit(&r.arena);
    return ok;
}

/* Everything from one ledger into another, in one batch. How many files that were. */
static inline size_t travel(Fixture *from, Ledger *to)
{
    Travel t = {.from = from, .to = to};
    assert_ok(ledger_begin(to, &from->e), &from->e);
    assert_ok(ledger_each_uri(from->l, take_along, &t, &from->e), &from->e);
    assert_ok(ledger_commit(to, &from->e), &from->e);
    return t.files;
}

/* ---- what SQLite says */

/* All columns but those that only one ledger can know: by the schema, not by ledger_columns(). */
static inline char *columns_of(const Fixture *f, const char *table)
{
    char sql[256];
    snprintf(sql, sizeof sql,
             "SELECT group_concat('t.' || name, ', ') FROM pragma_table_info('%s') WHERE name NOT"
             " IN ('id', 'file', 'run', 'starts', 'revision')",
             table);
    char *columns = ask(f, sql);
    assert_non_null(columns);
    return columns;
}

static inline bool same_value(sqlite3_stmt *a, sqlite3_stmt *b, int column)
{
    int type = sqlite3_column_type(a, column);
    if (type != sqlite3_column_type(b, column))
        return false;
    if (type == SQLITE_FLOAT) {
        double x = sqlite3_column_double(a, column), y = sqlite3_column_double(b, column);
        uint64_t bits_of_x, bits_of_y;
        memcpy(&bits_of_x, &x, sizeof x);
        memcpy(&bits_of_y, &y, sizeof y);
        return bits_of_x == bits_of_y;
    }
    const void *x = sqlite3_column_blob(a, column), *y = sqlite3_column_blob(b, column);
    int size = sqlite3_column_bytes(a, column);
    return size == sqlite3_column_bytes(b, column) &&
           (size == 0 || memcmp(x, y, (size_t)size) == 0);
}

/* The rows of two statements, one by one. How many. */
static inline size_t same_rows(sqlite3_stmt *a, sqlite3_stmt *b, const char *sql)
{
    size_t rows = 0;
    for (;; rows++) {
        int rc = sqlite3_step(a);
        if (rc != sqlite3_step(b))
            fail_msg("%s: one has more than %zu rows", sql, rows);
        if (rc != SQLITE_ROW)
            return rows;
        for (int i = 0; i < sqlite3_column_count(a); i++)
            if (!same_value(a, b, i))
                fail_msg("%s: row %zu: %s: %s and %s", sql, rows, sqlite3_column_name(a, i),
                         (const char *)sqlite3_column_text(a, i),
                         (const char *)sqlite3_column_text(b, i));
    }
}

static inline size_t same_table(const Fixture *a, const Fixture *b, const char *table,
                                const char *rest)
{
    char sql[2048], *columns = columns_of(a, table);
    sqlite3 *dbs[2];
    sqlite3_stmt *statements[2];
    const char *const paths[] = {a->path, b->path};
    snprintf(sql, sizeof sql, "SELECT %s, %s", columns, rest);
    free(columns);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(sqlite3_open_v2(paths[i], &dbs[i], SQLITE_OPEN_READWRITE, NULL),
                         SQLITE_OK);
        sqlite3_db_config(dbs[i], SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        if (sqlite3_prepare_v2(dbs[i], sql, -1, &statements[i], NULL) != SQLITE_OK)
            fail_msg("%s: %s", sql, sqlite3_errmsg(dbs[i]));
    }
    size_t rows = same_rows(statements[0], statements[1], sql);
    for (int i = 0; i < 2; i++) {
        sqlite3_finalize(statements[i]);
        sqlite3_close(dbs[i]);
    }
    return rows;
}

/* Whether two ledgers hold the same, but for ids and runs. How many rows that is. */
static inline size_t same_ledgers(const Fixture *a, const Fixture *b)
{
    return same_table(a, b, "files", "t.starts FROM files t ORDER BY t.uri, t.unit") +
           same_table(a, b, "variables",
                      "f.uri, f.unit FROM files f JOIN variables t ON t.file = f.id"
                      " ORDER BY f.uri, f.unit, t.position") +
           same_table(a, b, "failures",
                      "f.uri FROM failures t JOIN files f ON f.id = t.file"
                      " ORDER BY t.uri, t.unit, t.id");
}

/* ---- what people see */

static inline char *tables_of(Ledger *l)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    for (int table = QUERY_FILES; table <= QUERY_FAILURES; table++) {
        QueryOptions o = {.table = (QueryTable)table, .format = QUERY_NDJSON, .all = true};
        uint64_t rows = 0;
        Error e = {0};
        assert_ok(query_write(l, &o, out, &rows, &e), &e);
    }
    fclose(out);
    return text;
}

static inline void assert_same_tables(Ledger *a, Ledger *b)
{
    char *of_a = tables_of(a), *of_b = tables_of(b);
    assert_string_equal(of_a, of_b);
    free(of_a);
    free(of_b);
}
