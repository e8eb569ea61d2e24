/* watch.c: weir watch: what follows, a queue or directories? */
#include "orchestrator/commands/commands.h"

typedef struct Watched {
    bool (*check)(const Arguments *a, Error *e);
    int (*watch)(const Arguments *a, Session *s);
} Watched;
static const Watched queue = {watch_queue_check, watch_queue};
static const Watched directories = {watch_directories_check, watch_directories};

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

static int follow(const Arguments *a, const Watched *w)
{
    Error e = {0};
    Session s;
    if (!check(a, &e) || !w->check(a, &e))
        return session_fail(&e, EXIT_USAGE);
    if (!session_open(a, 0, &s, &e))
        return session_fail(&e, session_open_code(&e));
    int code = w->watch(a, &s);
    session_close(&s);
    return code;
}

int command_watch(const Arguments *a, Arena *arena)
{
    (void)arena;
    return follow(a, a->queue ? &queue : &directories);
}

int command_work(const Arguments *a, Arena *arena)
{
    (void)arena;
    return follow(a, &queue);
}
