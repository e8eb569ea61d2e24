/* watch.c: weir watch: what follows, a queue or directories? */
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

/* A queue divides what comes among all who ask it; and what comes has no dates to choose from. */
static bool check(const Arguments *a, Error *e)
{
    const RunOptions *r = &a->loaded->run;
    if (r->shard)
        return error_coded(e, ERROR_SETUP, "usage",
                           "--shard is for run, plan and retry: what comes in is read by whoever "
                           "gets it");
    if (r->since || r->until)
        return error_coded(e, ERROR_SETUP, "usage",
                           "--since and --until are for run and plan: watch reads what comes in; "
                           "`weir replay` has what lies in a bucket read again");
    return true;
}

int command_watch(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    if (!check(a, &e))
        return session_fail(&e, EXIT_USAGE);
    return a->queue ? watch_queue(a) : watch_directories(a);
}

int command_work(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    if (!check(a, &e))
        return session_fail(&e, EXIT_USAGE);
    return watch_queue(a);
}
