/* session.h: what commands that read files share: the sandbox, and one job after the other on it.
 */
#pragma once

#include "orchestrator/arguments.h"
#include "orchestrator/job.h"
#include "orchestrator/outputs.h"
#include "orchestrator/run.h"
#include "orchestrator/shard.h"
#include "orchestrator/shared_table.h"
#include "orchestrator/worker.h"

typedef struct Session {
    const Config *config;
    WorkerContext context;
    Zygote *zygote;
    unsigned workers;
    const volatile sig_atomic_t *stop;
    Aws *aws; /* NULL until session_reach() */
    Fetcher *fetcher;
    Shard shard;         /* session_source() tells its files only */
    Ledger *ledger;      /* NULL until session_record() */
    SharedTable *shared; /* NULL: no store is asked for, or until session_record() */
    Outputs *outputs;    /* NULL: there are none, or until session_record() */
    /* The caller's, before session_record(); set meanwhile, it ends calls of store and outputs.
     * NULL: a request to stop ends those of the store. */
    const atomic_bool *cut;
} Session;

/* ---- session.c */

/* Forks the zygote: before the ledger, OpenMP or anything else. `workers` 0: as -j says, else one
 * for each processor this process may use. */
bool session_open(const Arguments *a, unsigned workers, Session *out, Error *e) MUST_CHECK;
/* The exit code where that failed. */
int session_open_code(const Error *e);
void session_close(Session *s);

/* Sets s->shard: as --shard says, else, with `task`, as the environment of an array's task; says so
 * on stderr. ERROR_SETUP. */
bool session_shard(Session *s, bool task, Error *e) MUST_CHECK;

/* What is to be done, on all that the session has open. */
RunPlan session_plan(const Session *s, Source *source);

/* Prints "weir: message" (control characters escaped) to stderr; returns `code`. */
int session_fail(const Error *e, int code);

/* ---- session_store.c */

/* Makes s->aws and s->fetcher, unless they are there: settings, credentials, threads. ERROR_SETUP
 * says what to set. */
bool session_reach(Session *s, Error *e) MUST_CHECK;

/* Opens what a run writes to: the ledger of OUT, the store that other weirs record in, too, and the
 * outputs of the configuration, where there are any. */
bool session_record(Session *s, Error *e) MUST_CHECK;
/* The exit code where that failed. */
int session_record_code(const Session *s, const Error *e);

/* Settings and credentials without a session. NULL with e and the exit code. */
Aws *session_aws(int *code, Error *e);
/* The exit code for a store that other weirs record in, too, or an output that is not available. */
int session_store_code(const Error *e);
/* The exit code for a ledger that cannot be opened: the user named a wrong folder, another weir is
 * at work in it, or the store is not available. */
int session_ledger_code(const Error *e);

/* ---- session_table.c */

/* A ledger to ask: that in OUT, or, with --from, a temporary one with all that the shared table
 * has; with `uris`, of these files alone. False with e and the exit code. */
bool session_ledger(const Arguments *a, const StringList *uris, Ledger **out, int *code,
                    Error *e) MUST_CHECK;

/* ---- session_source.c */

/* What there is to read: the operands, else the sources of the configuration. */
const StringList *session_named(const Arguments *a);

/* Of what is named: directories, files and lists, then s3://bucket/prefix; of the session's shard.
 * Reaches out only where one of them is remote. `in_order`: of a bucket, too. */
bool session_source(Session *s, const Arguments *a, bool in_order, Source **out,
                    Error *e) MUST_CHECK;
/* Of what a source tells, what is of the session's shard. Takes it over; NULL: no memory. */
Source *session_own(const Session *s, Source *all);
/* The exit code where that failed. */
int session_source_code(const Error *e);

/* ---- session_object.c */

/* The object at a path or at s3://bucket/key: absolute uri and identity; *unit is what the path has
 * behind the name of a file ("a.zip/cast1.csv"), else "". ERROR_SETUP if there is none. */
bool session_object(Session *s, const char *path, Object *out, const char **unit, Arena *a,
                    Error *e) MUST_CHECK;

/* Reads one file for a person who waits (show, explain, plan), or of an archive one unit, unless
 * that is "". NULL without memory. */
Job *session_ask(Session *s, JobKind kind, const Object *o, const char *unit);
/* What was asked for: the job itself, or the unit's. NULL: there is no such unit. */
const Job *session_asked(const Job *j);

/* With --ranges: how much of the object was fetched, to stderr. */
void session_say_fetched(const Session *s, const Job *file);
