/* query_explain.c: what the ledger knows of one unit, for `weir explain`. */
#include "orchestrator/ledger_internal.h"
#include "orchestrator/query_internal.h"

#include <inttypes.h>
#include <string.h>

static void finalize(sqlite3_stmt **s)
{
    sqlite3_finalize(*s);
}

#define auto_statement __attribute__((cleanup(finalize)))

/* "key: value", once for every line of the value. */
static void line(Buffer *out, const char *key, const char *value)
{
    while (value && *value) {
        size_t length = strcspn(value, "\n");
        buffer_printf(out, "%s: ", key);
        text_printable(out, value, length);
        buffer_char(out, '\n');
        value += length + (value[length] == '\n');
    }
}

static const char *text(sqlite3_stmt *s, int column)
{
    return (const char *)sqlite3_column_text(s, column);
}

/* Every column of the row, under the name that the statement gives it. */
static void all_columns(Buffer *out, sqlite3_stmt *s)
{
    for (int i = 0; i < sqlite3_column_count(s); i++)
        line(out, sqlite3_column_name(s, i), text(s, i));
}

typedef struct UnitKey {
    const char *uri, *unit;
} UnitKey;

/* Rows of a statement about one unit. */
static bool each_line(Ledger *l, const char *sql, const UnitKey *unit, Buffer *out, bool *any,
                      Error *e)
{
    auto_statement sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(l->db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 1, unit->uri, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK)
        rc = sqlite3_bind_text(s, 2, unit->unit, -1, SQLITE_STATIC);
    if (rc != SQLITE_OK)
        return ledger_error(l, "asking it", e);
    while ((rc = sqlite3_step(s)) == SQLITE_ROW) {
        *any = true;
        all_columns(out, s);
    }
    return rc == SQLITE_DONE || ledger_error(l, "reading it", e);
}

static const char unit_sql[] =
    "SELECT f.state AS state, f.attempts AS attempts,"
    " CASE WHEN f.starts > 0 THEN f.starts || ' without an outcome: weir was stopped or died'"
    "  END AS started,"
    " f.recorded || printf(', after %.3g s', f.seconds) AS recorded,"
    " r.id || ', ' || r.command || ' (weir ' || r.version || ', ' || r.started || ')' AS run,"
    " f.pipeline AS pipeline, f.rule AS rule,"
    " f.format || ifnull(' (' || f.model || ')', '') AS format, f.convention AS convention,"
    " f.evidence AS evidence, f.guessed AS guessed, f.size_bytes AS size_bytes,"
    " f.rows AS rows, f.variables AS variables, f.groups AS groups,"
    " f.time_variable AS time_variable, f.first_time AS first_time, f.last_time AS last_time,"
    " f.class || ', ' || f.stage || ', ' || f.code AS failed_with, f.reason AS reason,"
    " f.place AS place, f.notes AS note, f.facts AS fact"
    " FROM files f LEFT JOIN runs r ON r.id = f.run WHERE f.uri = ?1 AND f.unit = ?2";

static const char failures_sql[] =
    "SELECT n || ', ' || c || ' of them cleared' AS failures FROM"
    " (SELECT count(*) AS n, count(x.cleared) AS c FROM failures x JOIN files f ON f.id = x.file"
    "  WHERE f.uri = ?1 AND f.unit = ?2) WHERE n > 0";

static const char last_failure_sql[] =
    "SELECT x.time || ', attempt ' || x.attempts || ifnull(', run ' || x.run, '') AS last_failure,"
    " CASE WHEN x.reason IS NOT f.reason THEN x.class || ', ' || x.stage || ', ' || x.code END"
    "  AS last_failed_with,"
    " CASE WHEN x.reason IS NOT f.reason THEN x.reason END AS last_reason,"
    " x.cleared || ' (' || x.cleared_by || ')' AS last_cleared"
    " FROM failures x JOIN files f ON f.id = x.file"
    " WHERE f.uri = ?1 AND f.unit = ?2 ORDER BY x.id DESC LIMIT 1";

static const char members_sql[] =
    "SELECT total || ' (' || list || ')' AS members FROM"
    " (SELECT sum(n) AS total, group_concat(n || ' ' || state, ', ') AS list FROM"
    "  (SELECT state, count(*) AS n FROM files WHERE uri = ?1 AND ?2 = '' AND unit <> '' GROUP BY "
    "state))"
    " WHERE total > 0";

bool query_explain(Ledger *l, const char *uri, const char *name, Buffer *out, Error *e)
{
    const UnitKey unit = {uri, name};
    bool any = false, more = false;
    if (!each_line(l, unit_sql, &unit, out, &any, e) ||
        !each_line(l, members_sql, &unit, out, &any, e))
        return false;
    if (!any) {
        buffer_string(out, "state: not in the ledger\n");
        return true;
    }
    return each_line(l, failures_sql, &unit, out, &more, e) &&
           each_line(l, last_failure_sql, &unit, out, &more, e);
}
