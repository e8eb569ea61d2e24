/* ledger_internal.h: SQLite's door: what ledger*.c and query*.c share and nobody else includes. */
#pragma once

#include "orchestrator/identity.h"
#include "orchestrator/ledger.h"
#include "orchestrator/ledger_rows.h"

#include <sqlite3.h>

typedef enum Statement {
    STATEMENT_BEGIN,
    STATEMENT_COMMIT,
    STATEMENT_FIND,
    STATEMENT_START_NEW,
    STATEMENT_START_AGAIN,
    STATEMENT_FORGET,
    STATEMENT_BEGUN,
    STATEMENT_KEEP_EARLIER,
    STATEMENT_FIND_EARLIER,
    STATEMENT_RESTORE_EARLIER,
    STATEMENT_DROP_EARLIER,
    STATEMENT_VANISH,
    STATEMENT_RECORD_NEW,
    STATEMENT_RECORD_AGAIN,
    STATEMENT_COUNT_FAILED_MEMBERS,
    STATEMENT_DOUBT_MEMBERS,
    STATEMENT_KEEP_GONE_FAILURES,
    STATEMENT_DROP_GONE_VARIABLES,
    STATEMENT_DROP_GONE_MEMBERS,
    STATEMENT_DROP_VARIABLES,
    STATEMENT_ADD_VARIABLE,
    STATEMENT_ADD_FAILURE,
    STATEMENT_CLEAR_FAILURES,
    STATEMENT_RUN_BEGIN,
    STATEMENT_RUN_END,
    STATEMENT_DROP_FILE,
    STATEMENT_SNAPSHOT,
    STATEMENT_NEXT_URI,
    STATEMENT_REVISION,
    STATEMENT_SET_REVISION,
    STATEMENT_TAKE_FILES, /* this and what follows: ledger_rows.c makes it from the columns */
    STATEMENT_TAKE_VARIABLES,
    STATEMENT_TAKE_FAILURES,
    STATEMENT_PUT_FILE,
    STATEMENT_PUT_VARIABLE,
    STATEMENT_PUT_FAILURE,
    STATEMENT_COUNT,
} Statement;

struct Ledger {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT]; /* prepared at first use */
    char *path;                                /* of ledger.db */
    int lock_fd;                               /* -1: a reader */
    int64_t run;                               /* 0: none begun */
};

/* ---- ledger_schema.c */

/* Refuses what is no ledger before SQLite has touched it; *fresh: to be created. */
bool ledger_check_header(Ledger *l, bool *fresh, Error *e) MUST_CHECK;
/* Creates or migrates in one transaction. */
bool ledger_migrate(Ledger *l, Error *e) MUST_CHECK;
/* A reader migrates nothing: the version must be the one we know. */
bool ledger_check_version(Ledger *l, Error *e) MUST_CHECK;
/* Files that have an outcome. `e`: of one that is being read again, what the last made it. */
#define LEDGER_WITH_OUTCOME                                                                        \
    " FROM files f LEFT JOIN earlier e ON e.file = f.id AND f.starts > 0"                          \
    " WHERE (CASE f.starts WHEN 0 THEN f.recorded ELSE e.file END) IS NOT NULL"
extern const char *const ledger_statements[STATEMENT_COUNT];

/* ---- query.c */

/* text_glob(pattern, text) and name_glob(pattern, path) for --where. Result code. */
int query_add_functions(sqlite3 *db);

/* ---- ledger_statement.c */

/* Turns the connection's last result code into an Error; `doing` says what was tried. False. */
bool ledger_error(const Ledger *l, const char *doing, Error *e);

/* Values bound one after the other; a refused one is remembered and told by ledger_step. */
typedef struct Binder {
    sqlite3_stmt *statement;
    int next, failed;
} Binder;

bool ledger_bind(Ledger *l, Statement which, Binder *out, Error *e) MUST_CHECK;
/* The same of a statement that is not in the table; its text matters at first use only. */
bool ledger_bind_sql(Ledger *l, Statement which, const char *sql, Binder *out, Error *e) MUST_CHECK;
void bind_bytes(Binder *b, const char *text); /* as it is */
void bind_text(Binder *b, const char *text);  /* NULL and "" -> NULL */
void bind_view(Binder *b, StringView text);
void bind_int(Binder *b, int64_t value);
void bind_uint(Binder *b, uint64_t value); /* beyond INT64_MAX: the nearest double */
void bind_double(Binder *b, double value); /* NaN -> NULL */
void bind_null(Binder *b);
void bind_now(Binder *b); /* UTC to the second: sorts as text */
/* Runs a statement that has no rows. */
bool ledger_step(Ledger *l, Binder *b, Error *e) MUST_CHECK;

/* The next row's result code. */
int ledger_next(Binder *b);

enum { LEDGER_TEXT_MOST = 16 << 20 }; /* bytes of a text that travels */

/* ---- ledger.c */

/* What the files table has of a unit. */
typedef struct UnitRow {
    bool found;
    bool recorded; /* an outcome, of this version or an earlier one */
    int64_t id;
    Identity identity;
    int64_t starts, attempts; /* of the version in `identity` */
    bool is_archive;
    int64_t members; /* of an archive; else 0 */
    bool by_world;   /* failed because of the world */
    char state[16], code[ERROR_CODE_SIZE], pipeline_hash[65];
} UnitRow;

bool ledger_find(Ledger *l, const char *uri, const char *unit, UnitRow *out, Error *e) MUST_CHECK;
void bind_identity(Binder *b, const Identity *id);
/* What a unit that is being read again was before: state and version of its last outcome. */
typedef struct EarlierRow {
    bool found;
    bool waiting; /* that outcome was none: it waits for the world */
    Identity identity;
} EarlierRow;

/* Nothing is found, and nothing looked for, where the unit is not being read again. */
bool ledger_find_earlier(Ledger *l, const UnitRow *row, EarlierRow *out, Error *e) MUST_CHECK;
/* Runs a statement about one file, given by its id. */
bool ledger_on_file(Ledger *l, Statement which, int64_t file, Error *e) MUST_CHECK;
/* Marks the unit's open failures as cleared by "done", "ignored", "superseded", ... */
bool ledger_clear_failures(Ledger *l, int64_t file, const char *by, bool world_only,
                           Error *e) MUST_CHECK;
