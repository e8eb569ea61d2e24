/* ledger_rows.c: the rows of one file out of a ledger, and into one. */
#include "orchestrator/ledger_internal.h"

#include "core/buffer.h"

#include <string.h>

enum { EARLIER_COUNT = 6 }; /* the first columns of files, which `earlier` has too */

/* ---- statements from the columns */

typedef void WriteName(Buffer *sql, size_t column, const char *name);

static void plain(Buffer *sql, size_t column, const char *name)
{
    buffer_printf(sql, "%s%s", column > 0 ? ", " : "", name);
}

static void place(Buffer *sql, size_t column, const char *name)
{
    (void)name;
    buffer_string(sql, column > 0 ? ", ?" : "?");
}

static void of_last_outcome(Buffer *sql, size_t column, const char *name)
{
    if (column < EARLIER_COUNT)
        buffer_printf(sql, "%sifnull(e.%s, f.%s)", column > 0 ? ", " : "", name, name);
    else
        buffer_printf(sql, ", f.%s", name);
}

static void write_names(Buffer *sql, LedgerTable table, WriteName *write)
{
    size_t count;
    const char *const *names = ledger_columns(table, &count);
    for (size_t i = 0; i < count; i++)
        write(sql, i, names[i]);
}

/* HEAD, the columns, MIDDLE, in the place of each value a question mark, TAIL. */
typedef struct Form {
    LedgerTable table;
    WriteName *write;
    const char *head, *middle, *tail; /* without a middle there are no values */
} Form;

static const Form forms[STATEMENT_COUNT] = {
    [STATEMENT_TAKE_FILES] = {LEDGER_FILES, of_last_outcome, "SELECT f.unit, f.id, ", NULL,
                              LEDGER_WITH_OUTCOME " AND f.uri = ? ORDER BY f.unit"},
    [STATEMENT_TAKE_VARIABLES] = {LEDGER_VARIABLES, plain, "SELECT ", NULL,
                                  " FROM variables WHERE file = ? ORDER BY position"},
    [STATEMENT_TAKE_FAILURES] = {LEDGER_FAILURES, plain, "SELECT unit, ", NULL,
                                 " FROM failures WHERE file IN"
                                 " (SELECT id FROM files WHERE uri = ?) ORDER BY id"},
    [STATEMENT_PUT_FILE] = {LEDGER_FILES, plain, "INSERT INTO files (uri, unit, starts, ",
                            ") VALUES (?, ?, 0, ", ")"},
    [STATEMENT_PUT_VARIABLE] = {LEDGER_VARIABLES, plain, "INSERT INTO variables (file, ",
                                ") VALUES (?, ", ")"},
    /* of a member that is gone the archive has them */
    [STATEMENT_PUT_FAILURE] = {LEDGER_FAILURES, plain, "INSERT INTO failures (uri, unit, file, ",
                               ") VALUES (?1, ?2, (SELECT id FROM files WHERE uri = ?1 AND"
                               " unit IN (?2, '') ORDER BY unit DESC LIMIT 1), ",
                               ")"},
};

static bool ready(Ledger *l, Statement which, Binder *out, Error *e)
{
    if (l->statements[which])
        return ledger_bind(l, which, out, e);
    const Form *f = &forms[which];
    auto_buffer Buffer sql = {0};
    buffer_string(&sql, f->head);
    write_names(&sql, f->table, f->write);
    if (f->middle) {
        buffer_string(&sql, f->middle);
        write_names(&sql, f->table, place);
    }
    buffer_string(&sql, f->tail);
    if (sql.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    return ledger_bind_sql(l, which, sql.bytes, out, e);
}

/* ---- out of a ledger */

enum { COLUMNS_MOST = 40 };

typedef struct Walk {
    Ledger *l;
    const char *uri;
    LedgerEachRow *each;
    void *context;
} Walk;

static bool take_value(sqlite3_stmt *s, int column, LedgerValue *out)
{
    switch (sqlite3_column_type(s, column)) {
    case SQLITE_NULL:
        *out = (LedgerValue){.kind = LEDGER_NULL};
        return true;
    case SQLITE_INTEGER:
        *out = (LedgerValue){.kind = LEDGER_INT, .i = sqlite3_column_int64(s, column)};
        return true;
    case SQLITE_FLOAT:
        *out = (LedgerValue){.kind = LEDGER_DOUBLE, .d = sqlite3_column_double(s, column)};
        return true;
    case SQLITE_TEXT:
        out->kind = LEDGER_TEXT;
        out->text.bytes = (const char *)sqlite3_column_text(s, column);
        out->text.length = (size_t)sqlite3_column_bytes(s, column);
        return out->text.bytes != NULL;
    default:
        return false;
    }
}

/* The row that a statement is at, its columns from `first` on. */
static bool give(const Walk *w, sqlite3_stmt *s, int first, LedgerRow row, Error *e)
{
    LedgerValue values[COLUMNS_MOST];
    size_t count;
    const char *const *names = ledger_columns(row.table, &count);
    for (size_t i = 0; i < count; i++)
        if (!take_value(s, first + (int)i, &values[i]))
            return error_coded(e, ERROR_DATA, "bad_row", "%s: %s: %s is no value of a ledger",
                               w->l->path, w->uri, names[i]);
    row.values = values;
    return w->each(w->context, &row, e);
}

static const char *unit_of(sqlite3_stmt *s)
{
    const char *unit = (const char *)sqlite3_column_text(s, 0);
    return unit ? unit : "";
}

/* After the last step. */
static bool end(const Walk *w, Binder *b, int rc, bool ok, Error *e)
{
    if (ok && rc != SQLITE_DONE)
        ok = ledger_error(w->l, "reading the rows of a file", e);
    sqlite3_reset(b->statement);
    sqlite3_clear_bindings(b->statement);
    return ok;
}

static bool give_variables(const Walk *w, int64_t file, const char *unit, Error *e)
{
    Binder b = {0};
    bool ok = true;
    int rc = SQLITE_ROW;
    if (!ready(w->l, STATEMENT_TAKE_VARIABLES, &b, e))
        return false;
    bind_int(&b, file);
    LedgerRow row = {.table = LEDGER_VARIABLES, .unit = unit};
    while (ok && (rc = ledger_next(&b)) == SQLITE_ROW)
        ok = give(w, b.statement, 0, row, e);
    return end(w, &b, rc, ok, e);
}

static bool give_files(const Walk *w, bool *any, Error *e)
{
    Binder b = {0};
    bool ok = true;
    int rc = SQLITE_ROW;
    *any = false;
    if (!ready(w->l, STATEMENT_TAKE_FILES, &b, e))
        return false;
    bind_bytes(&b, w->uri);
    while (ok && (rc = ledger_next(&b)) == SQLITE_ROW) {
        LedgerRow row = {.table = LEDGER_FILES, .unit = unit_of(b.statement)};
        if (!*any && row.unit[0]) { /* the file itself has no outcome */
            rc = SQLITE_DONE;
            break;
        }
        *any = true;
        ok = give(w, b.statement, 2, row, e) &&
             give_variables(w, sqlite3_column_int64(b.statement, 1), row.unit, e);
    }
    return end(w, &b, rc, ok, e);
}

static bool give_failures(const Walk *w, Error *e)
{
    Binder b = {0};
    bool ok = true;
    int rc = SQLITE_ROW;
    if (!ready(w->l, STATEMENT_TAKE_FAILURES, &b, e))
        return false;
    bind_bytes(&b, w->uri);
    while (ok && (rc = ledger_next(&b)) == SQLITE_ROW) {
        LedgerRow row = {.table = LEDGER_FAILURES, .unit = unit_of(b.statement)};
        ok = give(w, b.statement, 1, row, e);
    }
    return end(w, &b, rc, ok, e);
}

/* A weir that is at work in the ledger must not come between the tables. */
bool ledger_rows_each(Ledger *l, const char *uri, LedgerEachRow *each, void *context, Error *e)
{
    const Walk w = {.l = l, .uri = uri, .each = each, .context = context};
    bool any, alone = sqlite3_get_autocommit(l->db);
    Binder b = {0};
    if (alone && (!ledger_bind(l, STATEMENT_SNAPSHOT, &b, e) || !ledger_step(l, &b, e)))
        return false;
    bool ok = give_files(&w, &any, e) && (!any || give_failures(&w, e));
    if (alone)
        ledger_rollback(l);
    return ok;
}

bool ledger_next_uri(Ledger *l, const char *after, Buffer *out, bool *found, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_NEXT_URI, &b, e))
        return false;
    bind_bytes(&b, after);
    int rc = ledger_next(&b);
    *found = rc == SQLITE_ROW;
    if (*found) {
        buffer_clear(out);
        buffer_string(out, (const char *)sqlite3_column_text(b.statement, 0));
    }
    if (out->failed)
        error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
    const Walk w = {.l = l};
    return end(&w, &b, *found ? SQLITE_DONE : rc, !out->failed, e);
}

bool ledger_each_uri(Ledger *l, bool (*each)(void *context, const char *uri, Error *e),
                     void *context, Error *e)
{
    auto_buffer Buffer uri = {0};
    bool found = true;
    do {
        if (!ledger_next_uri(l, uri.length > 0 ? uri.bytes : "", &uri, &found, e) ||
            (found && !each(context, uri.bytes, e)))
            return false;
    } while (found);
    return true;
}

/* ---- into a ledger */

static void bind_values(Binder *b, const LedgerRow *row)
{
    size_t count;
    ledger_columns(row->table, &count);
    for (size_t i = 0; i < count; i++) {
        const LedgerValue *v = &row->values[i];
        switch (v->kind) {
        case LEDGER_INT:
            bind_int(b, v->i);
            break;
        case LEDGER_DOUBLE:
            bind_double(b, v->d);
            break;
        case LEDGER_TEXT:
            bind_view(b, v->text);
            break;
        case LEDGER_NULL:
        default:
            bind_null(b);
        }
    }
}

/* *file: the id of the last row of files. */
static bool put(Ledger *l, const char *uri, const LedgerRow *row, int64_t *file, Error *e)
{
    static const Statement by_table[] = {
        [LEDGER_FILES] = STATEMENT_PUT_FILE,
        [LEDGER_VARIABLES] = STATEMENT_PUT_VARIABLE,
        [LEDGER_FAILURES] = STATEMENT_PUT_FAILURE,
    };
    Binder b = {0};
    if (!ready(l, by_table[row->table], &b, e))
        return false;
    if (row->table == LEDGER_VARIABLES) {
        bind_int(&b, *file);
    } else {
        bind_bytes(&b, uri);
        bind_bytes(&b, row->unit);
    }
    bind_values(&b, row);
    if (!ledger_step(l, &b, e))
        return false;
    if (row->table == LEDGER_FILES)
        *file = sqlite3_last_insert_rowid(l->db);
    return true;
}

static bool drop(Ledger *l, const char *uri, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_DROP_FILE, &b, e))
        return false;
    bind_bytes(&b, uri);
    return ledger_step(l, &b, e);
}

bool ledger_rows_put(Ledger *l, const char *uri, const LedgerRow *rows, size_t count, Error *e)
{
    int64_t file = 0;
    if (sqlite3_get_autocommit(l->db))
        return error_coded(e, ERROR_SETUP, "ledger", "%s: rows outside a batch", l->path);
    if (!ledger_rows_check(uri, rows, count, e) || !drop(l, uri, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!put(l, uri, &rows[i], &file, e))
            return false;
    return true;
}

/* ---- revisions */

bool ledger_revision(Ledger *l, const char *uri, int64_t *out, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_REVISION, &b, e))
        return false;
    bind_bytes(&b, uri);
    int rc = ledger_next(&b);
    int64_t revision = rc == SQLITE_ROW ? sqlite3_column_int64(b.statement, 0) : 0;
    const Walk w = {.l = l};
    if (!end(&w, &b, rc == SQLITE_ROW ? SQLITE_DONE : rc, true, e))
        return false;
    *out = revision;
    return true;
}

bool ledger_set_revision(Ledger *l, const char *uri, int64_t revision, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_SET_REVISION, &b, e))
        return false;
    bind_bytes(&b, uri);
    bind_int(&b, revision);
    return ledger_step(l, &b, e);
}
