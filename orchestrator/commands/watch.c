/* watch.c: weir watch: what follows, a queue or directories? */
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

/* A queue divides what comes among all who ask it. */
static bool check_whole(const Arguments *a, Error *e)
{
    return !a->loaded->run.shard ||
           error_coded(e, ERROR_SETUP, "usage",
                       "--shard is for run, plan and retry: what comes in is read by whoever gets "
                       "it");
}

int command_watch(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    if (!check_whole(a, &e))
        return session_fail(&e, EXIT_USAGE);
    return a->queue ? watch_queue(a) : watch_directories(a);
}

int command_work(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    if (!check_whole(a, &e))
        return session_fail(&e, EXIT_USAGE);
    return watch_queue(a);
}
