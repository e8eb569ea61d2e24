/* session.c: setting up the sandbox for a command, in the order that keeps it safe. */
#include "orchestrator/session.h"

#include "core/text.h"
#include "orchestrator/stop.h"

#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

enum { RECYCLE_AFTER = 256, WORKERS_MOST = 1024 };

static unsigned processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

bool session_open(const Arguments *a, unsigned workers, Session *out, Error *e)
{
    *out =
        (Session){.config = a->loaded, .context = {.config = a->loaded}, .stop = stop_on_signals()};
    int64_t jobs = workers ? (int64_t)workers : a->loaded->run.jobs;
    out->workers = jobs > 0 ? (unsigned)(jobs < WORKERS_MOST ? jobs : WORKERS_MOST) : processors();
    ZygoteOptions o = {.slots = out->workers,
                       .memory_bytes = a->loaded->run.memory_bytes,
                       .output_bytes = job_output_bytes(a->loaded),
                       .recycle_after = RECYCLE_AFTER,
                       .warm_up = worker_warm_up,
                       .work = worker_work,
                       .context = &out->context};
    return zygote_start(&o, &out->zygote, e);
}

int session_open_code(const Error *e)
{
    return e->kind == ERROR_RETRY ? EXIT_AGAIN : EXIT_USAGE;
}

void session_close(Session *s)
{
    ledger_close(s->ledger);
    outputs_close(s->outputs);
    shared_table_close(s->shared);
    fetcher_close(s->fetcher);
    aws_close(s->aws);
    s->ledger = NULL;
    s->outputs = NULL;
    s->shared = NULL;
    s->fetcher = NULL;
    s->aws = NULL;
    zygote_stop(s->zygote);
    s->zygote = NULL;
}

bool session_shard(Session *s, bool task, Error *e)
{
    const RunOptions *r = &s->config->run;
    auto_buffer Buffer told_by = {0};
    if (r->shard ? !shard_read(r->shard, &s->shard, e)
                 : task && !shard_of_task(&s->shard, &told_by, e))
        return false;
    if (told_by.length > 0 && !r->quiet)
        fprintf(stderr,
                "weir: this is shard %" PRIu64 " of %" PRIu64
                " (%s); --shard 1/1 reads all files\n",
                s->shard.number, s->shard.count, told_by.bytes);
    return true;
}

RunPlan session_plan(const Session *s, Source *source)
{
    return (RunPlan){.config = s->config,
                     .zygote = s->zygote,
                     .ledger = s->ledger,
                     .shared = s->shared,
                     .outputs = s->outputs,
                     .fetcher = s->fetcher,
                     .source = source,
                     .workers = s->workers,
                     .stop = s->stop};
}

int session_fail(const Error *e, int code)
{
    auto_buffer Buffer text = {0};
    text_printable(&text, e->message, strlen(e->message));
    fprintf(stderr, "weir: %s\n", text.bytes ? text.bytes : e->message);
    return code;
}
