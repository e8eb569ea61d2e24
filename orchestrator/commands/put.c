/* put.c: weir put: files into a bucket, then a line that says what came of it. */
#include "orchestrator/put.h"

#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/stop.h"

#include <inttypes.h>
#include <stdio.h>

static void say(const PutPlan *plan, const PutSummary *s)
{
    char bytes[32], time[64], rate[TEXT_NUMBER_SIZE];
    double seconds = progress_seconds(plan->progress);
    double per_s = seconds > 0 ? (double)s->written / seconds : 0;
    text_from_size(bytes, sizeof bytes, s->bytes);
    text_from_duration(time, sizeof time, seconds);
    snprintf(rate, sizeof rate, "%.0f", per_s);
    auto_buffer Buffer line = {0};
    buffer_printf(&line, "%" PRIu64 " object%s written, %s in %s (%s/s)", s->written,
                  s->written == 1 ? "" : "s", bytes, time, rate);
    if (s->there > 0)
        buffer_printf(&line, ", %" PRIu64 " there already", s->there);
    if (s->kept > 0)
        buffer_printf(&line, ", %" PRIu64 " left as they are", s->kept);
    if (plan->events)
        buffer_printf(&line, ", %" PRIu64 " events sent", event_sender_sent(plan->events));
    if (s->failed > 0)
        buffer_printf(&line, ", %" PRIu64 " failed", s->failed);
    if (s->interrupted)
        buffer_string(&line, "; stopped, run again to go on");
    fprintf(stderr, "weir: %s\n", line.bytes ? line.bytes : "");
}

static int put(PutPlan *plan)
{
    Error e = {0};
    PutSummary sum = {0};
    const char *queue = plan->options->queue;
    if (queue && !event_sender_open(plan->aws, queue, &plan->events, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    progress_init(plan->progress, plan->options->quiet);
    bool ok = put_all(plan, &sum, &e);
    progress_clear(plan->progress);
    if (ok && sum.error.kind != ERROR_NONE)
        session_fail(&sum.error, EXIT_STORE);
    if (ok && !plan->options->quiet)
        say(plan, &sum);
    event_sender_close(plan->events);
    if (!ok)
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_AGAIN : EXIT_USAGE);
    return put_exit_code(&sum);
}

int command_put(const Arguments *a, Arena *arena)
{
    Error e = {0};
    size_t count = a->operands.count;
    StringList paths = {.items = a->operands.items, .count = count > 0 ? count - 1 : 0};
    if (count < 2 || !s3_is_uri(a->operands.items[count - 1])) {
        error_set(&e, ERROR_SETUP, "what, and where to? as in `weir put DIR s3://bucket/prefix/`");
        return session_fail(&e, EXIT_USAGE);
    }
    Progress progress;
    PutPlan plan = {
        .options = &a->send, .paths = &paths, .progress = &progress, .stop = stop_on_signals()};
    AwsOptions o = {.connections = (unsigned)a->send.jobs + 4, .version = WEIR_VERSION};
    if (!s3_uri_read(a->operands.items[count - 1], arena, &plan.to, &e) ||
        !aws_open(&o, &plan.aws, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    int code = put(&plan);
    aws_close(plan.aws);
    return code;
}
