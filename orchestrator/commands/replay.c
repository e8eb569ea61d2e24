/* replay.c: weir replay: what is there, as though it had just been made. */
#include "orchestrator/replay.h"

#include "orchestrator/commands/commands.h"
#include "orchestrator/prefix_times.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/stop.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static bool read_times(const SendOptions *o, ReplayPlan *p, Error *e)
{
    Instant now = {.seconds = time(NULL)};
    p->since = (Instant){.seconds = INT64_MIN};
    p->until = (Instant){.seconds = INT64_MAX};
    if ((o->from && !prefix_time_read("from", o->from, now, &p->since, e)) ||
        (o->to && !prefix_time_read("to", o->to, now, &p->until, e)))
        return false;
    return instant_compare(p->since, p->until) < 0 ||
           error_set(e, ERROR_SETUP, "--from %s is not before --to %s", o->from, o->to);
}

static int code_of(const ReplaySummary *s, const Error *e, bool ok)
{
    if (!ok && strcmp(e->code, "listing") == 0)
        return EXIT_LISTING;
    if (!ok && !s->interrupted)
        return e->kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE;
    if (s->interrupted)
        return EXIT_AGAIN;
    return s->chosen > 0 ? EXIT_DONE : EXIT_NOTHING;
}

static int replay(ReplayPlan *plan)
{
    Error e = {0};
    ReplaySummary sum = {0};
    if (!event_sender_open(plan->aws, plan->options->queue, &plan->events, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    progress_init(plan->progress, plan->options->quiet);
    bool ok = replay_all(plan, &sum, &e);
    progress_clear(plan->progress);
    if (!ok)
        session_fail(&e, EXIT_STORE);
    if (!plan->options->quiet)
        fprintf(stderr, "weir: %" PRIu64 " event%s sent, of %" PRIu64 " object%s%s\n",
                event_sender_sent(plan->events), event_sender_sent(plan->events) == 1 ? "" : "s",
                sum.seen, sum.seen == 1 ? "" : "s", sum.interrupted ? "; stopped" : "");
    event_sender_close(plan->events);
    return code_of(&sum, &e, ok);
}

int command_replay(const Arguments *a, Arena *arena)
{
    Error e = {0};
    Progress progress;
    ReplayPlan plan = {.options = &a->send, .progress = &progress, .stop = stop_on_signals()};
    AwsOptions o = {.connections = 1, .version = WEIR_VERSION};
    if (a->operands.count != 1 || !s3_is_uri(a->operands.items[0]) || !a->send.queue) {
        error_set(&e, ERROR_SETUP,
                  "of what, and where to? as in `weir replay s3://bucket/prefix --queue NAME`");
        return session_fail(&e, EXIT_USAGE);
    }
    if (!read_times(&a->send, &plan, &e) ||
        !s3_uri_read(a->operands.items[0], arena, &plan.from, &e) || !aws_open(&o, &plan.aws, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    int code = replay(&plan);
    aws_close(plan.aws);
    return code;
}
