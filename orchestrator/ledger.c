/* ledger.c: runs, and what is known of a unit before it is read. */
#include "orchestrator/ledger_internal.h"

#include <stdio.h>
#include <string.h>

const char *unit_state_name(UnitState s)
{
    static const char *const names[] = {
        [UNIT_DONE] = "done",       [UNIT_PARTIAL] = "partial", [UNIT_FAILED] = "failed",
        [UNIT_IGNORED] = "ignored", [UNIT_WAITING] = "waiting",
    };
    return names[s];
}

/* Device and inode as signed numbers with the same bits: SQLite has no others. */
void bind_identity(Binder *b, const Identity *id)
{
    bind_int(b, (int64_t)id->device);
    bind_int(b, (int64_t)id->inode);
    bind_int(b, (int64_t)id->size);
    bind_int(b, id->mtime_ns);
}

static void copy_column(char *out, size_t size, sqlite3_stmt *s, int column)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    snprintf(out, size, "%s", text ? text : "");
}

static Identity take_identity(sqlite3_stmt *s, int column)
{
    return (Identity){.device = (uint64_t)sqlite3_column_int64(s, column),
                      .inode = (uint64_t)sqlite3_column_int64(s, column + 1),
                      .size = (uint64_t)sqlite3_column_int64(s, column + 2),
                      .mtime_ns = sqlite3_column_int64(s, column + 3)};
}

static void take_row(sqlite3_stmt *s, UnitRow *out)
{
    *out = (UnitRow){
        .found = true,
        .id = sqlite3_column_int64(s, 0),
        .identity = take_identity(s, 2),
        .starts = sqlite3_column_int64(s, 6),
        .attempts = sqlite3_column_int64(s, 7),
        .recorded = sqlite3_column_int(s, 8),
        .by_world = sqlite3_column_int(s, 10),
        .is_archive = sqlite3_column_type(s, 12) != SQLITE_NULL,
        .members = sqlite3_column_int64(s, 12),
    };
    copy_column(out->state, sizeof out->state, s, 1);
    copy_column(out->code, sizeof out->code, s, 11);
    copy_column(out->pipeline_hash, sizeof out->pipeline_hash, s, 9);
}

bool ledger_find(Ledger *l, const char *uri, const char *unit, UnitRow *out, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_FIND, &b, e))
        return false;
    bind_bytes(&b, uri);
    bind_bytes(&b, unit);
    int rc = ledger_next(&b);
    *out = (UnitRow){0};
    if (rc == SQLITE_ROW)
        take_row(b.statement, out);
    else if (rc != SQLITE_DONE)
        ledger_error(l, "looking up a file", e);
    sqlite3_reset(b.statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* What lies in an archive goes by other pipelines than the archive itself. */
static bool is_same_pipeline(const UnitRow *row, const UnitVersion *v)
{
    const char *hash = row->is_archive && v->archive_hash ? v->archive_hash : v->pipeline_hash;
    return strcmp(row->pipeline_hash, hash) == 0;
}

static LedgerVerdict verdict(const UnitRow *row, const UnitVersion *v)
{
    if (!row->found || strcmp(row->state, "waiting") == 0)
        return LEDGER_NEW;
    if (!identity_same(&row->identity, v->identity))
        return LEDGER_CHANGED;
    if (!is_same_pipeline(row, v))
        return LEDGER_OTHER_PIPELINE;
    if (strcmp(row->state, "done") == 0 || strcmp(row->state, "ignored") == 0)
        return LEDGER_DONE;
    return row->by_world ? LEDGER_TRY_AGAIN : LEDGER_SET_ASIDE;
}

static bool count_failed_members(Ledger *l, const char *uri, uint64_t *out, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_COUNT_FAILED_MEMBERS, &b, e))
        return false;
    bind_bytes(&b, uri);
    int rc = ledger_next(&b);
    if (rc == SQLITE_ROW)
        *out = (uint64_t)sqlite3_column_int64(b.statement, 0);
    else
        ledger_error(l, "looking up the members of an archive", e);
    sqlite3_reset(b.statement);
    return rc == SQLITE_ROW;
}

bool ledger_look(Ledger *l, const UnitVersion *v, LedgerEntry *out, Error *e)
{
    UnitRow row;
    uint64_t failed = 0;
    if (!ledger_find(l, v->uri, v->unit, &row, e) ||
        (row.members > 0 && !count_failed_members(l, v->uri, &failed, e)))
        return false;
    bool same = row.found && identity_same(&row.identity, v->identity);
    *out = (LedgerEntry){
        .verdict = verdict(&row, v),
        .starts = same ? (unsigned)row.starts : 0,
        .attempts = (unsigned)row.attempts,
        .members_failed = failed,
    };
    if (out->verdict == LEDGER_DONE && failed > 0)
        out->verdict = LEDGER_SET_ASIDE;
    memcpy(out->state, row.state, sizeof out->state);
    memcpy(out->code, row.code, sizeof out->code);
    return true;
}

static void bind_run(const Ledger *l, Binder *b)
{
    if (l->run)
        bind_int(b, l->run);
    else
        bind_null(b);
}

static bool start_new(Ledger *l, const char *uri, const char *unit, const Identity *id, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_START_NEW, &b, e))
        return false;
    bind_bytes(&b, uri);
    bind_bytes(&b, unit);
    bind_identity(&b, id);
    bind_run(l, &b);
    return ledger_step(l, &b, e);
}

bool ledger_on_file(Ledger *l, Statement which, int64_t file, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, which, &b, e))
        return false;
    bind_int(&b, file);
    return ledger_step(l, &b, e);
}

static bool is_read_again(const UnitRow *row)
{
    return row->found && row->recorded && row->starts > 0;
}

bool ledger_find_earlier(Ledger *l, const UnitRow *row, EarlierRow *out, Error *e)
{
    Binder b = {0};
    *out = (EarlierRow){0};
    if (!is_read_again(row))
        return true;
    if (!ledger_bind(l, STATEMENT_FIND_EARLIER, &b, e))
        return false;
    bind_int(&b, row->id);
    int rc = ledger_next(&b);
    if (rc == SQLITE_ROW) {
        char state[sizeof row->state];
        copy_column(state, sizeof state, b.statement, 0);
        *out = (EarlierRow){
            .found = true,
            .waiting = strcmp(state, "waiting") == 0,
            .identity = take_identity(b.statement, 1),
        };
    } else if (rc != SQLITE_DONE) {
        ledger_error(l, "looking up a file", e);
    }
    sqlite3_reset(b.statement);
    return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* Another version than the recorded one begins anew: no starts, no attempts. What the last outcome
 * was is kept until the next. */
bool ledger_start(Ledger *l, const char *uri, const char *unit, const Identity *id, Error *e)
{
    UnitRow row;
    Binder b = {0};
    if (!ledger_find(l, uri, unit, &row, e))
        return false;
    if (!row.found)
        return start_new(l, uri, unit, id, e);
    bool same = identity_same(&row.identity, id);
    bool has_outcome = row.recorded && row.starts == 0;
    if (has_outcome && !ledger_on_file(l, STATEMENT_KEEP_EARLIER, row.id, e))
        return false;
    if (!ledger_bind(l, STATEMENT_START_AGAIN, &b, e))
        return false;
    bind_int(&b, same ? row.starts + 1 : 1);
    bind_int(&b, same ? row.attempts : 0);
    bind_identity(&b, id);
    bind_run(l, &b);
    bind_int(&b, row.id);
    return ledger_step(l, &b, e);
}

bool ledger_clear_failures(Ledger *l, int64_t file, const char *by, bool world_only, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_CLEAR_FAILURES, &b, e))
        return false;
    bind_now(&b);
    bind_bytes(&b, by);
    bind_int(&b, file);
    bind_int(&b, world_only);
    return ledger_step(l, &b, e);
}

static bool forget_never_read(Ledger *l, const char *uri, const char *unit, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_FORGET, &b, e))
        return false;
    bind_bytes(&b, uri);
    bind_bytes(&b, unit);
    return ledger_step(l, &b, e);
}

bool ledger_forget(Ledger *l, const char *uri, const char *unit, Error *e)
{
    UnitRow row;
    EarlierRow earlier;
    if (!ledger_find(l, uri, unit, &row, e) || !ledger_find_earlier(l, &row, &earlier, e))
        return false;
    if (!row.found || !row.recorded)
        return forget_never_read(l, uri, unit, e);
    if (!earlier.found)
        return true;
    if (earlier.waiting)
        return ledger_on_file(l, STATEMENT_VANISH, row.id, e) &&
               ledger_clear_failures(l, row.id, "vanished", false, e) &&
               ledger_on_file(l, STATEMENT_DROP_EARLIER, row.id, e);
    return ledger_on_file(l, STATEMENT_RESTORE_EARLIER, row.id, e) &&
           ledger_on_file(l, STATEMENT_DROP_EARLIER, row.id, e);
}

bool ledger_each_begun(Ledger *l,
                       bool (*each)(void *context, const char *uri, const char *unit, Error *e),
                       void *context, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_BEGUN, &b, e))
        return false;
    bool ok = true;
    int rc = SQLITE_ROW;
    while (ok && (rc = sqlite3_step(b.statement)) == SQLITE_ROW) {
        const char *uri = (const char *)sqlite3_column_text(b.statement, 0);
        const char *unit = (const char *)sqlite3_column_text(b.statement, 1);
        ok = !uri || !unit || each(context, uri, unit, e);
    }
    if (ok && rc != SQLITE_DONE)
        ok = ledger_error(l, "looking for what was begun", e);
    sqlite3_reset(b.statement);
    return ok;
}

bool ledger_run_begin(Ledger *l, const char *command_line, const char *version, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_RUN_BEGIN, &b, e))
        return false;
    bind_bytes(&b, command_line);
    bind_bytes(&b, version);
    bind_now(&b);
    if (!ledger_step(l, &b, e))
        return false;
    l->run = sqlite3_last_insert_rowid(l->db);
    return true;
}

bool ledger_run_end(Ledger *l, const RunCounts *c, int exit_code, Error *e)
{
    Binder b = {0};
    if (!ledger_bind(l, STATEMENT_RUN_END, &b, e))
        return false;
    bind_now(&b);
    bind_int(&b, exit_code);
    const uint64_t counts[] = {c->seen,    c->done,    c->partial,  c->failed, c->ignored,
                               c->skipped, c->waiting, c->vanished, c->bytes};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        bind_uint(&b, counts[i]);
    bind_int(&b, l->run);
    return ledger_step(l, &b, e);
}
