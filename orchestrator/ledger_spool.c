/* ledger_spool.c: records put in order by SQLite, in a file without a name. */
#include "orchestrator/ledger_spool.h"

#include "orchestrator/ledger_internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct LedgerSpool {
    Ledger *ledger;
    sqlite3_stmt *add, *read;
};

static const char create[] = "PRAGMA temp.cache_size = -16384;"
                             "CREATE TEMP TABLE IF NOT EXISTS spool (part BLOB, kind INTEGER,"
                             " key BLOB, bytes BLOB, PRIMARY KEY (part, kind, key)) WITHOUT ROWID;"
                             "DELETE FROM temp.spool";

static bool prepare(LedgerSpool *s, const char *sql, sqlite3_stmt **out, Error *e)
{
    return sqlite3_prepare_v2(s->ledger->db, sql, -1, out, NULL) == SQLITE_OK ||
           ledger_error(s->ledger, "making room for rows", e);
}

bool ledger_spool_open(Ledger *l, LedgerSpool **out, Error *e)
{
    LedgerSpool *s = calloc(1, sizeof *s);
    if (!s)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", l->path);
    s->ledger = l;
    bool ok = (sqlite3_exec(l->db, create, NULL, NULL, NULL) == SQLITE_OK ||
               ledger_error(l, "making room for rows", e)) &&
              prepare(s, "REPLACE INTO temp.spool (part, kind, key, bytes) VALUES (?1, ?2, ?3, ?4)",
                      &s->add, e) &&
              prepare(s, "SELECT part, kind, key, bytes FROM temp.spool ORDER BY part, kind, key",
                      &s->read, e);
    if (!ok) {
        ledger_spool_close(s);
        return false;
    }
    *out = s;
    return true;
}

void ledger_spool_close(LedgerSpool *s)
{
    if (!s)
        return;
    sqlite3_finalize(s->add);
    sqlite3_finalize(s->read);
    free(s);
}

/* With the NUL behind it, so that it comes back as a text; that changes no order. */
static bool bind_key(LedgerSpool *s, int at, const char *key)
{
    return sqlite3_bind_blob64(s->add, at, key, strlen(key) + 1, SQLITE_STATIC) == SQLITE_OK;
}

bool ledger_spool_add(LedgerSpool *s, const SpoolRecord *r, Error *e)
{
    bool ok = bind_key(s, 1, r->group) && sqlite3_bind_int64(s->add, 2, r->kind) == SQLITE_OK &&
              bind_key(s, 3, r->key) &&
              sqlite3_bind_blob64(s->add, 4, r->bytes.bytes, r->bytes.length, SQLITE_STATIC) ==
                  SQLITE_OK &&
              sqlite3_step(s->add) == SQLITE_DONE;
    if (!ok)
        ledger_error(s->ledger, "keeping rows", e);
    sqlite3_reset(s->add);
    return ok;
}

/* NULL: no memory. */
static const char *bytes_of(sqlite3_stmt *read, int column)
{
    const char *bytes = sqlite3_column_blob(read, column);
    return bytes || sqlite3_column_bytes(read, column) > 0 ? bytes : "";
}

bool ledger_spool_each(LedgerSpool *s, bool (*each)(void *context, const SpoolRecord *r, Error *e),
                       void *context, Error *e)
{
    bool ok = true;
    int rc;
    while (ok && (rc = sqlite3_step(s->read)) != SQLITE_DONE) {
        SpoolRecord r = {0};
        if (rc == SQLITE_ROW) {
            r = (SpoolRecord){bytes_of(s->read, 0),
                              (unsigned)sqlite3_column_int(s->read, 1),
                              bytes_of(s->read, 2),
                              {bytes_of(s->read, 3), 0}};
            r.bytes.length = (size_t)sqlite3_column_bytes(s->read, 3);
        }
        ok = rc == SQLITE_ROW && r.group && r.key && r.bytes.bytes
                 ? each(context, &r, e)
                 : ledger_error(s->ledger, "reading rows back", e);
    }
    sqlite3_reset(s->read);
    return ok;
}
