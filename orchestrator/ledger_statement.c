/* ledger_statement.c: statements, what is bound to them, batches, and SQLite's codes as Errors. */
#include "orchestrator/ledger_internal.h"

#include "core/time.h"

#include <errno.h>
#include <string.h>
#include <time.h>

bool ledger_error(const Ledger *l, const char *doing, Error *e)
{
    int code = sqlite3_extended_errcode(l->db), system = sqlite3_system_errno(l->db);
    const char *text = sqlite3_errmsg(l->db);
    switch (code & 0xff) {
    case SQLITE_FULL:
        return error_coded(e, ERROR_RETRY, "disk_full", "%s: %s: the disk is full", l->path, doing);
    case SQLITE_NOMEM:
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: %s: out of memory", l->path, doing);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_coded(e, ERROR_RETRY, "busy", "%s: %s: another program holds it", l->path,
                           doing);
    case SQLITE_IOERR:
        if (system == ENOSPC || system == EDQUOT || system == EISDIR)
            return error_errno(e, ERROR_RETRY, system, "%s: %s", l->path, doing);
        return error_coded(e, ERROR_RETRY, code == SQLITE_IOERR_NOMEM ? "no_memory" : "io",
                           "%s: %s: %s (%d, errno %d)", l->path, doing, text, code, system);
    case SQLITE_CANTOPEN:
        if (system)
            return error_errno(e, ERROR_SETUP, system, "%s: %s", l->path, doing);
        return error_coded(e, ERROR_RETRY, "io", "%s: %s: %s", l->path, doing, text);
    case SQLITE_READONLY:
        if (code == SQLITE_READONLY_DBMOVED)
            return error_coded(e, ERROR_SETUP, "moved", "%s: %s: it was moved or deleted meanwhile",
                               l->path, doing);
        return error_coded(e, ERROR_RETRY, "read_only", "%s: %s: it cannot be written", l->path,
                           doing);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return error_coded(e, ERROR_SETUP, "corrupt",
                           "%s: %s: it is damaged (%s); move the folder away and run again, or "
                           "choose another with -o",
                           l->path, doing, text);
    default:
        return error_coded(e, ERROR_SETUP, "ledger", "%s: %s: %s (%d)", l->path, doing, text, code);
    }
}

bool ledger_bind_sql(Ledger *l, Statement which, const char *sql, Binder *out, Error *e)
{
    sqlite3_stmt **s = &l->statements[which];
    if (!*s && sqlite3_prepare_v3(l->db, sql, -1, SQLITE_PREPARE_PERSISTENT, s, NULL) != SQLITE_OK)
        return ledger_error(l, "preparing a statement", e);
    *out = (Binder){.statement = *s};
    return true;
}

bool ledger_bind(Ledger *l, Statement which, Binder *out, Error *e)
{
    return ledger_bind_sql(l, which, ledger_statements[which], out, e);
}

static void bound(Binder *b, int rc)
{
    if (rc != SQLITE_OK)
        b->failed = rc;
}

void bind_view(Binder *b, StringView text)
{
    bound(b, sqlite3_bind_text64(b->statement, ++b->next, text.bytes ? text.bytes : "", text.length,
                                 SQLITE_STATIC, SQLITE_UTF8));
}

void bind_bytes(Binder *b, const char *text)
{
    bind_view(b, (StringView){text, strlen(text)});
}

void bind_text(Binder *b, const char *text)
{
    if (text && *text)
        bind_bytes(b, text);
    else
        bind_null(b);
}

void bind_int(Binder *b, int64_t value)
{
    bound(b, sqlite3_bind_int64(b->statement, ++b->next, value));
}

void bind_uint(Binder *b, uint64_t value)
{
    if (value <= INT64_MAX)
        bind_int(b, (int64_t)value);
    else
        bind_double(b, (double)value);
}

void bind_double(Binder *b, double value)
{
    bound(b, sqlite3_bind_double(b->statement, ++b->next, value));
}

void bind_null(Binder *b)
{
    bound(b, sqlite3_bind_null(b->statement, ++b->next));
}

void bind_now(Binder *b)
{
    char text[INSTANT_TEXT_SIZE];
    size_t length = instant_to_text(text, (Instant){.seconds = time(NULL)}, CALENDAR_STANDARD);
    bound(b, sqlite3_bind_text(b->statement, ++b->next, text, (int)length, SQLITE_TRANSIENT));
}

bool ledger_step(Ledger *l, Binder *b, Error *e)
{
    int rc = ledger_next(b);
    bool ok = rc == SQLITE_DONE;
    if (!ok)
        ledger_error(l, "writing", e);
    sqlite3_reset(b->statement);
    sqlite3_clear_bindings(b->statement);
    return ok;
}

int ledger_next(Binder *b)
{
    return b->failed ? b->failed : sqlite3_step(b->statement);
}

bool ledger_begin(Ledger *l, Error *e)
{
    Binder b = {0};
    return ledger_bind(l, STATEMENT_BEGIN, &b, e) && ledger_step(l, &b, e);
}

bool ledger_commit(Ledger *l, Error *e)
{
    Binder b = {0};
    if (ledger_bind(l, STATEMENT_COMMIT, &b, e) && ledger_step(l, &b, e))
        return true;
    ledger_rollback(l);
    return false;
}

/* Its own result does not matter: whatever SQLite has undone by itself is undone. */
void ledger_rollback(Ledger *l)
{
    if (!sqlite3_get_autocommit(l->db))
        sqlite3_exec(l->db, "ROLLBACK", NULL, NULL, NULL);
}
