/* ledger_schema.c: the tables of a ledger, the statements on them, and whether a file is one.
 *
 * The schema is public (docs/ledger.md): a change here needs a new step in `steps`, never an edit
 * of an old one. Statistics have no declared type: REAL affinity would turn integers into doubles
 * and -0.0 into 0.0. */
#include "orchestrator/ledger_internal.h"

#include "core/buffer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x57454952 /* "WEIR" */, HEADER_SIZE = 100 };

/* steps[v] leads from version v to v + 1. */
static const char *const steps[] = {
    "PRAGMA application_id = 0x57454952;"
    "CREATE TABLE runs ("
    " id INTEGER PRIMARY KEY,"
    " command TEXT NOT NULL,"
    " version TEXT NOT NULL,"
    " started TEXT NOT NULL,"
    " ended TEXT,"
    " exit_code INTEGER,"
    " seen INTEGER, done INTEGER, partial INTEGER, failed INTEGER, ignored INTEGER,"
    " skipped INTEGER, waiting INTEGER, vanished INTEGER, bytes INTEGER);"

    "CREATE TABLE files ("
    " id INTEGER PRIMARY KEY,"
    " uri TEXT NOT NULL,"
    " unit TEXT NOT NULL,"
    " state TEXT NOT NULL"
    "  CHECK (state IN ('done', 'partial', 'failed', 'ignored', 'waiting')),"
    " device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " starts INTEGER NOT NULL, attempts INTEGER NOT NULL,"
    " recorded TEXT, seconds REAL, run INTEGER REFERENCES runs(id),"
    " pipeline TEXT, pipeline_hash TEXT, work_key TEXT, rule TEXT,"
    " class TEXT, stage TEXT, code TEXT, reason TEXT, place TEXT,"
    " format TEXT, model TEXT, convention TEXT, evidence TEXT, guessed TEXT,"
    " rows INTEGER, variables INTEGER, groups INTEGER,"
    " time_variable TEXT, first_time TEXT, last_time TEXT,"
    " notes TEXT,"
    " UNIQUE (uri, unit));"

    "CREATE TABLE variables ("
    " file INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,"
    " position INTEGER NOT NULL,"
    " variable TEXT NOT NULL,"
    " units TEXT, standard_name TEXT, long_name TEXT,"
    " type TEXT NOT NULL, shape TEXT NOT NULL,"
    " n INTEGER, valid INTEGER, missing INTEGER, outside_valid_range INTEGER,"
    " min, max, mean, std, first, last, p05, p50, p95,"
    " histogram TEXT,"
    " code TEXT, reason TEXT, place TEXT,"
    " PRIMARY KEY (file, position)) WITHOUT ROWID;"

    "CREATE TABLE failures ("
    " id INTEGER PRIMARY KEY,"
    " file INTEGER NOT NULL REFERENCES files(id) ON DELETE CASCADE,"
    " run INTEGER REFERENCES runs(id),"
    " uri TEXT NOT NULL, unit TEXT NOT NULL,"
    " stage TEXT, class TEXT, code TEXT, reason TEXT, place TEXT,"
    " attempts INTEGER NOT NULL,"
    " time TEXT NOT NULL,"
    " cleared TEXT, cleared_by TEXT);"
    "CREATE INDEX failures_file ON failures (file);"

    "CREATE VIEW results AS SELECT"
    " f.uri, f.unit, f.format, f.pipeline, v.variable, v.units, v.type, v.shape, v.n, v.valid,"
    " v.missing, v.outside_valid_range, v.min, v.max, v.mean, v.std, v.first, v.last, v.p05, v.p50,"
    " v.p95, v.reason, v.code, v.place, v.standard_name, v.long_name, v.histogram, v.file,"
    " v.position FROM files f JOIN variables v ON v.file = f.id;",

    "CREATE TABLE earlier ("
    " file INTEGER PRIMARY KEY REFERENCES files(id) ON DELETE CASCADE,"
    " state TEXT NOT NULL,"
    " device INTEGER NOT NULL, inode INTEGER NOT NULL,"
    " size_bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,"
    " attempts INTEGER NOT NULL, run INTEGER);"

    "ALTER TABLE files ADD COLUMN facts TEXT;"
    "ALTER TABLE variables ADD COLUMN counts TEXT;"
    "DROP VIEW IF EXISTS results;"
    "CREATE VIEW results AS SELECT"
    " f.uri, f.unit, f.format, f.pipeline, v.variable, v.units, v.type, v.shape, v.n, v.valid,"
    " v.missing, v.outside_valid_range, v.min, v.max, v.mean, v.std, v.first, v.last, v.p05, v.p50,"
    " v.p95, v.reason, v.code, v.place, v.standard_name, v.long_name, v.histogram, v.counts,"
    " v.file, v.position FROM files f JOIN variables v ON v.file = f.id;",

    "CREATE INDEX files_begun ON files (starts) WHERE starts > 0;",

    "ALTER TABLE files ADD COLUMN members INTEGER;",

    "ALTER TABLE files ADD COLUMN revision INTEGER;"
    "ALTER TABLE failures ADD COLUMN work_key TEXT;",
};

enum { VERSION = sizeof steps / sizeof *steps };

#define EARLIER "state, device, inode, size_bytes, mtime_ns, attempts, run"
#define UNIT "uri = ?1 AND unit = ?2"
#define MEMBERS "uri = ?1 AND unit > ''"
#define GONE_MEMBERS "SELECT id FROM files WHERE " MEMBERS " AND starts > 0"

const char *const ledger_statements[STATEMENT_COUNT] = {
    [STATEMENT_BEGIN] = "BEGIN IMMEDIATE",
    [STATEMENT_COMMIT] = "COMMIT",
    [STATEMENT_FIND] = "SELECT id, state, device, inode, size_bytes, mtime_ns, starts, attempts,"
                       " recorded IS NOT NULL, pipeline_hash, class IS 'world', code,"
                       " members FROM files WHERE " UNIT,
    [STATEMENT_START_NEW] = "INSERT INTO files (uri, unit, device, inode, size_bytes, mtime_ns,"
                            " run, state, starts, attempts)"
                            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'waiting', 1, 0)",
    [STATEMENT_START_AGAIN] = "UPDATE files SET state = 'waiting', starts = ?1, attempts = ?2,"
                              " device = ?3, inode = ?4, size_bytes = ?5, mtime_ns = ?6, run = ?7"
                              " WHERE id = ?8",
    [STATEMENT_FORGET] = "DELETE FROM files WHERE " UNIT " AND recorded IS NULL",
    [STATEMENT_BEGUN] = "SELECT uri, unit FROM files INDEXED BY files_begun WHERE starts > 0",
    [STATEMENT_KEEP_EARLIER] = "INSERT OR REPLACE INTO earlier (file, " EARLIER ")"
                               " SELECT id, " EARLIER " FROM files WHERE id = ?1",
    [STATEMENT_FIND_EARLIER] = "SELECT " EARLIER " FROM earlier WHERE file = ?1",
    [STATEMENT_RESTORE_EARLIER] = "UPDATE files SET starts = 0, (" EARLIER ") ="
                                  " (SELECT " EARLIER " FROM earlier WHERE file = ?1)"
                                  " WHERE id = ?1",
    [STATEMENT_DROP_EARLIER] = "DELETE FROM earlier WHERE file = ?1",
    [STATEMENT_VANISH] = "UPDATE files SET state = 'ignored', starts = 0,"
                         " rule = 'vanished before it could be read', pipeline_hash = NULL,"
                         " class = NULL, stage = NULL, code = NULL, reason = NULL, place = NULL"
                         " WHERE id = ?1",
    [STATEMENT_RECORD_NEW] =
        "INSERT INTO files (state, device, inode, size_bytes, mtime_ns, starts, attempts,"
        " recorded, seconds, run, pipeline, pipeline_hash, work_key, rule, class, stage, code,"
        " reason, place, format, model, convention, evidence, guessed, rows, variables, groups,"
        " time_variable, first_time, last_time, notes, facts, members, uri, unit)"
        " VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
        " ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, ?32, ?33, ?34)",
    [STATEMENT_RECORD_AGAIN] =
        "UPDATE files SET state = ?1, device = ?2, inode = ?3, size_bytes = ?4, mtime_ns = ?5,"
        " starts = 0, attempts = ?6, recorded = ?7, seconds = ?8, run = ?9, pipeline = ?10,"
        " pipeline_hash = ?11, work_key = ?12, rule = ?13, class = ?14, stage = ?15, code = ?16,"
        " reason = ?17, place = ?18, format = ?19, model = ?20, convention = ?21, evidence = ?22,"
        " guessed = ?23, rows = ?24, variables = ?25, groups = ?26, time_variable = ?27,"
        " first_time = ?28, last_time = ?29, notes = ?30, facts = ?31, members = ?32"
        " WHERE uri = ?33 AND unit = ?34",
    [STATEMENT_COUNT_FAILED_MEMBERS] =
        "SELECT count(*) FROM files WHERE " MEMBERS " AND state IN ('failed', 'partial')",
    /* an outcome sets it to 0 */
    [STATEMENT_DOUBT_MEMBERS] = "UPDATE files SET starts = 1 WHERE " MEMBERS,
    [STATEMENT_KEEP_GONE_FAILURES] =
        "UPDATE failures SET file = (SELECT id FROM files WHERE uri = ?1 AND unit = ''),"
        " cleared = ifnull(cleared, ?2), cleared_by = ifnull(cleared_by, 'superseded')"
        " WHERE file IN (" GONE_MEMBERS ")",
    [STATEMENT_DROP_GONE_VARIABLES] = "DELETE FROM variables WHERE file IN (" GONE_MEMBERS ")",
    [STATEMENT_DROP_GONE_MEMBERS] = "DELETE FROM files WHERE " MEMBERS " AND starts > 0",
    [STATEMENT_DROP_VARIABLES] = "DELETE FROM variables WHERE file = ?1",
    [STATEMENT_ADD_VARIABLE] =
        "INSERT INTO variables (file, position, variable, units, standard_name, long_name, type,"
        " shape, n, valid, missing, outside_valid_range, min, max, first, last, mean, std, p05,"
        " p50, p95, histogram, counts, code, reason, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, "
        "?8, ?9,"
        " ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
    [STATEMENT_ADD_FAILURE] = "INSERT INTO failures (file, run, uri, unit, stage, class, code,"
                              " reason, place, attempts, time, work_key)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    [STATEMENT_CLEAR_FAILURES] = "UPDATE failures SET cleared = ?1, cleared_by = ?2"
                                 " WHERE file = ?3 AND cleared IS NULL"
                                 " AND (class = 'world' OR ?4 = 0)",
    [STATEMENT_RUN_BEGIN] = "INSERT INTO runs (command, version, started) VALUES (?1, ?2, ?3)",
    [STATEMENT_RUN_END] = "UPDATE runs SET ended = ?1, exit_code = ?2, seen = ?3, done = ?4,"
                          " partial = ?5, failed = ?6, ignored = ?7, skipped = ?8, waiting = ?9,"
                          " vanished = ?10, bytes = ?11 WHERE id = ?12",
    /* what belongs to its rows goes with them */
    [STATEMENT_DROP_FILE] = "DELETE FROM files WHERE uri = ?1",
    [STATEMENT_SNAPSHOT] = "BEGIN",
    [STATEMENT_NEXT_URI] =
        "SELECT f.uri" LEDGER_WITH_OUTCOME " AND f.unit = '' AND f.uri > ?1 ORDER BY f.uri LIMIT 1",
    [STATEMENT_REVISION] = "SELECT revision FROM files WHERE uri = ?1 AND unit = ''",
    [STATEMENT_SET_REVISION] = "UPDATE files SET revision = ?2 WHERE uri = ?1 AND unit = ''",
};

static uint32_t big_endian(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* A kill or power cut at the very creation leaves a rollback journal beside a file that is not
 * written yet; SQLite makes such a file empty again. */
static bool torn_creation(const Ledger *l, const unsigned char *header, int rc)
{
    static const unsigned char zeros[HEADER_SIZE];
    if (rc == SQLITE_OK && memcmp(header, zeros, sizeof zeros) != 0)
        return false;
    auto_buffer Buffer journal = {0};
    buffer_printf(&journal, "%s-journal", l->path);
    return !journal.failed && access(journal.bytes, F_OK) == 0;
}

/* Read through SQLite's own descriptor: closing a second one would drop this process's locks. */
bool ledger_check_header(Ledger *l, bool *fresh, Error *e)
{
    sqlite3_file *file = NULL;
    sqlite3_int64 size = 0;
    unsigned char header[HEADER_SIZE] = {0};
    int rc = sqlite3_file_control(l->db, "main", SQLITE_FCNTL_FILE_POINTER, (void *)&file);
    if (rc != SQLITE_OK || !file->pMethods || file->pMethods->xFileSize(file, &size) != SQLITE_OK)
        return ledger_error(l, "reading the header", e);
    *fresh = size == 0;
    if (*fresh)
        return true;
    rc = file->pMethods->xRead(file, header, HEADER_SIZE, 0);
    if (rc != SQLITE_OK && rc != SQLITE_IOERR_SHORT_READ)
        return error_coded(e, ERROR_RETRY, "io", "%s: cannot read its header", l->path);
    if (torn_creation(l, header, rc)) {
        *fresh = true;
        return true;
    }
    if (memcmp(header, "SQLite format 3", 16) != 0)
        return error_coded(e, ERROR_SETUP, "not_a_ledger",
                           "%s is not a ledger of weir; choose another folder with -o", l->path);
    if (big_endian(header + 68) != APPLICATION_ID)
        return error_coded(e, ERROR_SETUP, "not_a_ledger",
                           "%s is a database of another program (application id 0x%08x); choose "
                           "another folder with -o",
                           l->path, big_endian(header + 68));
    return true;
}

static bool read_version(Ledger *l, int *out, Error *e)
{
    sqlite3_stmt *s = NULL;
    bool ok = sqlite3_prepare_v2(l->db, "PRAGMA user_version", -1, &s, NULL) == SQLITE_OK &&
              sqlite3_step(s) == SQLITE_ROW;
    if (ok)
        *out = sqlite3_column_int(s, 0);
    else
        ledger_error(l, "reading its version", e);
    sqlite3_finalize(s);
    return ok;
}

static bool too_new(const Ledger *l, int version, Error *e)
{
    return error_coded(
        e, ERROR_SETUP, "newer_version",
        "%s was written by a newer weir (its version is %d, this weir knows %d); use "
        "that weir or another folder with -o",
        l->path, version, VERSION);
}

bool ledger_check_version(Ledger *l, Error *e)
{
    int version = 0;
    if (!read_version(l, &version, e))
        return false;
    if (version > VERSION)
        return too_new(l, version, e);
    if (version < VERSION)
        return error_coded(
            e, ERROR_SETUP, "older_version",
            "%s is of version %d, this weir reads %d; `weir run` brings it up to date", l->path,
            version, VERSION);
    return true;
}

static bool run_steps(Ledger *l, int version)
{
    if (sqlite3_exec(l->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
        return false;
    for (int v = version; v < VERSION; v++)
        if (sqlite3_exec(l->db, steps[v], NULL, NULL, NULL) != SQLITE_OK)
            return false;
    char set_version[64];
    snprintf(set_version, sizeof set_version, "PRAGMA user_version = %d", VERSION);
    return sqlite3_exec(l->db, set_version, NULL, NULL, NULL) == SQLITE_OK &&
           sqlite3_exec(l->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;
}

bool ledger_migrate(Ledger *l, Error *e)
{
    int version = 0;
    if (!read_version(l, &version, e))
        return false;
    if (version > VERSION || version < 0)
        return too_new(l, version, e);
    if (version == VERSION || run_steps(l, version))
        return true;
    ledger_error(l, "creating its tables", e);
    ledger_rollback(l);
    return false;
}
