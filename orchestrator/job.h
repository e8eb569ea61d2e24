/* job.h: one file on one thread: open, sandbox, judge. Nothing here touches the ledger. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/ledger.h"
#include "orchestrator/pool.h"
#include "orchestrator/zygote.h"

#include <signal.h>

/* What all jobs of a run share. */
typedef struct JobContext {
    Zygote *zygote;
    const Config *config;
    Pool *pool; /* whose workers call job_run, so that they can help; NULL: there is none */
    const volatile sig_atomic_t *stop; /* set: give up waiting for better times */
    /* A shortage outlasted the run's patience: wait no more until a job succeeds. */
    _Atomic bool impatient;
} JobContext;

typedef struct Job {
    PoolItem item; /* first: the pool hands jobs around by it */
    JobKind kind;
    const char *uri;
    Identity identity; /* as listed; as opened after job_run */
    Choice choice;
    Arena arena;    /* the report and every string of the outcome */
    bool vanished;  /* it was gone when it was opened */
    bool abandoned; /* the run was stopped before it began; job_run was not called */
    bool fatal;     /* nothing will work any more: stop the run */
    Report report;
    bool has_report;
    Outcome outcome; /* complete after job_run unless vanished */
} Job;

/* A job for the object, with its own copy of the uri; NULL without memory. */
Job *job_new(JobKind kind, const Object *o, const Choice *choice);
void job_free(Job *j); /* accepts NULL */

/* Does it on the child of `slot`; a large file in parts, also on the children of workers of the
 * pool that are free. Never fails: whatever happens is the outcome. */
void job_run(JobContext *c, unsigned slot, Job *j);
