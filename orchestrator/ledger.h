/* ledger.h: what was done, with which result, what failed and why: one SQLite file, OUT/ledger.db.
 *
 * One writing connection in one process (SQLite before 3.51.3 can corrupt a WAL with two), WAL,
 * synchronous=FULL, one transaction per batch. The schema is public: docs/ledger.md. A Ledger is
 * used by one thread at a time. */
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "orchestrator/source.h"
#include "pipelines/report.h"

typedef struct Ledger Ledger;

typedef enum LedgerMode {
    LEDGER_WRITE, /* creates the folder and the file; takes the lock; migrates an older version */
    LEDGER_READ,  /* query_only; the file must exist */
} LedgerMode;

/* ERROR_SETUP: not a ledger, a newer version, another weir holds it (names its pid; code "locked").
 * ERROR_RETRY: disk. */
bool ledger_open(const char *folder, LedgerMode mode, Ledger **out, Error *e) MUST_CHECK;
void ledger_close(Ledger *l); /* accepts NULL; rolls an open batch back */
void ledger_sqlite_version(char *out, size_t size);

/* A run: one call of a command that records, or of a function. */
bool ledger_run_begin(Ledger *l, const char *command_line, const char *version,
                      Error *e) MUST_CHECK;

typedef enum LedgerVerdict {
    LEDGER_NEW,            /* never seen, or left waiting */
    LEDGER_CHANGED,        /* other identity than the recorded one */
    LEDGER_OTHER_PIPELINE, /* same file, but options or version have changed */
    LEDGER_DONE,           /* done or ignored: skip */
    LEDGER_SET_ASIDE,      /* failed or partial because of its data, or members of it are: skip
                              until `retry`, --force */
    LEDGER_TRY_AGAIN,      /* failed because of the world */
} LedgerVerdict;

typedef struct LedgerEntry {
    LedgerVerdict verdict;
    unsigned starts; /* times it was begun without an outcome: the process died meanwhile */
    unsigned attempts;
    uint64_t members_failed;               /* of an archive: members with failures of their own */
    char state[16], code[ERROR_CODE_SIZE]; /* as recorded, "" if never seen */
} LedgerEntry;

/* A unit as it is now, and what would be done with it. */
typedef struct UnitVersion {
    const char *uri, *unit;
    const Identity *identity;
    const char *pipeline_hash; /* "" where no pipeline takes it */
    const char *archive_hash;  /* what counts instead where it was an archive; NULL: the same */
} UnitVersion;

/* What is known of a unit; a few microseconds. */
bool ledger_look(Ledger *l, const UnitVersion *v, LedgerEntry *out, Error *e) MUST_CHECK;

/* Everything between begin and commit is one transaction. After a failure inside it (ERROR_RETRY:
 * disk full, ...) roll back and record the whole batch again. */
bool ledger_begin(Ledger *l, Error *e) MUST_CHECK;
bool ledger_commit(Ledger *l, Error *e) MUST_CHECK; /* durable when it returns */
void ledger_rollback(Ledger *l);

/* Records that work on the unit is about to begin: state waiting, starts + 1. */
bool ledger_start(Ledger *l, const char *uri, const char *unit, const Identity *id,
                  Error *e) MUST_CHECK;

typedef enum UnitState {
    UNIT_DONE,
    UNIT_PARTIAL,
    UNIT_FAILED,
    UNIT_IGNORED,
    UNIT_WAITING
} UnitState;
const char *unit_state_name(UnitState s);

typedef struct Outcome {
    const char *uri, *unit;
    Identity identity;
    const char *pipeline, *pipeline_hash, *work_key;
    const char *rule; /* which rule chose the pipeline, or why it is ignored */
    UnitState state;
    const char *stage;  /* fetch open read compute write; "" unless failed or partial */
    const char *class_; /* data world crash limit */
    const char *code, *reason, *place;
    const Report *report; /* NULL: no report (crash, timeout, not opened) */
    double seconds;       /* wall time of the attempt */
    bool has_members;     /* an archive, also one in an archive: */
    uint64_t members;     /* how many units lie in it, those of archives in it too */
} Outcome;

/* Replaces what was known of the unit: results, state, attempts + 1. A failure is added to the
 * failures table; done clears earlier ones of this unit. What is told is the newest version. */
bool ledger_record(Ledger *l, const Outcome *o, Error *e) MUST_CHECK;

/* The same of an archive and of everything in it. Members that were known and are not among these
 * are dropped; their failures stay in the failures table, superseded. */
bool ledger_record_archive(Ledger *l, const Outcome *archive, const Outcome *const *members,
                           size_t count, Error *e) MUST_CHECK;

/* A unit has vanished after ledger_start, as though it had before: one that was never read is
 * forgotten, one that was read is what its last outcome made it, and one that had only waited for
 * the world is ignored until it is there again. */
bool ledger_forget(Ledger *l, const char *uri, const char *unit, Error *e) MUST_CHECK;

/* Calls `each` for every unit whose reading has begun and has no outcome: a run was stopped or died
 * meanwhile, or is at it. `each` leaves the ledger alone; its texts live until it returns. */
bool ledger_each_begun(Ledger *l,
                       bool (*each)(void *context, const char *uri, const char *unit, Error *e),
                       void *context, Error *e) MUST_CHECK;

typedef struct RunCounts {
    uint64_t seen, done, partial, failed, ignored, skipped, waiting, vanished, bytes;
} RunCounts;
bool ledger_run_end(Ledger *l, const RunCounts *c, int exit_code, Error *e) MUST_CHECK;
