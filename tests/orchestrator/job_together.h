/* job_together.h: a job of which workers of a pool that are free read parts or members; for the
 * programs that test job_parts.c and job_archive.c. */
#pragma once

#include "tests/orchestrator/job_fixture.h"

typedef struct Run {
    Fixture f;
    Job *job;
    unsigned workers; /* 0: without a pool */
} Run;

static inline void start_run(Run *r, ZygoteWork own_work, unsigned workers)
{
    *r = (Run){.workers = workers};
    start_with(&r->f, own_work, workers ? workers : 1);
}

static inline void work_on_job(void *context, unsigned worker, PoolItem *item)
{
    Run *r = context;
    job_run(&r->f.context, worker, (Job *)item);
}

static inline void keep_job(void *context, Pool *pool)
{
    Run *r = context;
    r->f.context.pool = pool;
    pool_give(pool, &r->job->item);
    while (!pool_take(pool, 0.05))
        ;
}

static inline const Job *run_together(Run *r, const char *words)
{
    job_free(r->job);
    write_words(&r->f, words);
    Object o = {.uri = r->f.path, .uri_length = strlen(r->f.path)};
    Choice choice = {.pipeline = &r->f.pipeline, .rule = "by content"};
    r->f.witness->tries = 0;
    r->job = job_new(JOB_RUN, &o, &choice);
    assert_non_null(r->job);
    PoolPlan plan = {.workers = r->workers, .work = work_on_job, .keep = keep_job, .context = r};
    Error e = {0};
    if (r->workers)
        assert_ok(pool_run(&plan, &e), &e);
    else
        job_run(&r->f.context, 0, r->job);
    return r->job;
}

static inline void stop_run(Run *r)
{
    job_free(r->job);
    stop(&r->f);
}
