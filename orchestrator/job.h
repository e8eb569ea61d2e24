/* job.h: one file on one thread: open, sandbox, judge. Nothing here touches the ledger. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/fetch.h"
#include "orchestrator/ledger.h"
#include "orchestrator/pool.h"
#include "orchestrator/worker.h"
#include "orchestrator/zygote.h"

#include <pthread.h>
#include <signal.h>

/* Jobs that wait for the world to be better: a network that is away, a shortage. */
typedef struct JobsWaiting {
    pthread_mutex_t lock;
    unsigned count;
    double since_s; /* monotonic: when the first of them began to wait */
    Error why;      /* what that one met */
} JobsWaiting;

/* What all jobs of a run share. */
typedef struct JobContext {
    Zygote *zygote;
    const Config *config;
    Fetcher *fetcher; /* for objects of buckets; NULL: there are none */
    Pool *pool;       /* whose workers call job_run, so that they can help; NULL: there is none */
    const volatile sig_atomic_t *stop; /* set: give up waiting for better times */
    double until_s; /* monotonic: a file that is not read by then is stopped; 0: never */
    /* A shortage outlasted the run's patience: wait no more until a job succeeds. */
    _Atomic bool impatient;
    _Atomic double well_s; /* monotonic: when a file could last be read; 0: never */
    JobsWaiting waiting;
} JobContext;

typedef struct Job Job;
struct Job {
    PoolItem item; /* first: the pool hands jobs around by it */
    JobKind kind;
    const char *uri;
    const char *unit;       /* "": the file; else the member of it, as people see its name */
    const char *path;       /* the uri, and behind it the unit: what rules look at */
    Identity identity;      /* as listed; as opened after job_run */
    const char *version;    /* an object's ETag; NULL: a local file */
    uint64_t ticket;        /* the object's */
    Fetch *fetch;           /* of the object, while it is wanted */
    uint64_t fetched_bytes; /* of the object: what has come, of all tries; complete after job_run */
    Choice choice;
    Arena *arena;   /* the report and every string of the outcome */
    bool vanished;  /* it was gone when it was opened */
    bool abandoned; /* the run was stopped before it began or, of an archive, before it was over */
    bool returned;  /* no time was left to begin it: as though it had not been told */
    bool overtaken; /* another weir has recorded the file meanwhile */
    bool fatal;     /* nothing will work any more: stop the run */
    Report report;
    bool has_report;
    Outcome outcome; /* complete after job_run unless vanished */

    /* Of an archive. The file's own job holds the members of archives in it too. */
    const char *wanted; /* read this unit only, and not for the ledger; NULL: all */
    Job **members;
    const Outcome **member_outcomes; /* theirs, in the same order */
    size_t member_count;
    const UnpackedMember *cut; /* a member of which only the beginning is there; else NULL */
    Window window;             /* of a member: where it lies, while it is being read; its size */

    Arena own;     /* of a file's job */
    Arena *arenas; /* one for each slot that has read members */
    unsigned arena_count;
};

/* A job for the object, with its own copy of the uri; NULL without memory. */
Job *job_new(JobKind kind, const Object *o, const Choice *choice);
void job_free(Job *j); /* of a file, with its members; accepts NULL */

/* The most that a child may write when it unpacks an archive: ZygoteOptions.output_bytes. */
uint64_t job_output_bytes(const Config *c);

/* An object's bytes may be fetched from now on: before a worker asks for them. */
void job_fetch_ahead(const JobContext *c, Job *j);

/* Does it on the child of `slot`; a large file in parts and an archive's members also on the
 * children of workers of the pool that are free. Never fails: whatever happens is the outcome. */
void job_run(JobContext *c, unsigned slot, Job *j);

/* Whether jobs wait and none has come through for at least so long; what they wait for. */
bool job_waits(JobContext *c, double least_s, Error *why);
