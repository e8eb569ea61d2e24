/* watch_queue.c: weir watch --queue, weir work: read what events tell of, until told to stop. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/source_queue.h"
#include "orchestrator/source_reconcile.h"

#include <inttypes.h>
#include <stdio.h>

static void say(void *context, const char *line)
{
    progress_say(context, "%s", line);
}

static void count_line(uint64_t n, const char *words)
{
    if (n)
        fprintf(stderr, "  %6" PRIu64 "  %s\n", n, words);
}

static void say_counts(const QueueCounts *c)
{
    fprintf(stderr, "%" PRIu64 " message%s, %" PRIu64 " event%s taken up\n", c->messages,
            c->messages == 1 ? "" : "s", c->events, c->events == 1 ? "" : "s");
    count_line(c->again, "messages came again");
    count_line(c->removed, "events of objects that were removed");
    count_line(c->other, "events of other kinds");
    count_line(c->elsewhere, "events of keys that are not meant here");
    count_line(c->released, "messages put back for later");
    count_line(c->lost, "messages that others may have got meanwhile");
    count_line(c->damaged, "messages that arrived damaged and come again");
    count_line(c->poison, "messages that are no event of S3, left to the dead-letter queue");
    count_line(c->kept, "messages that are no event of S3, kept in the folder poison");
}

/* A queue, and with --reconcile a listing beside it. *queue is for its counts. */
static bool open_source(const Arguments *a, const Session *s, Progress *p, Source **queue,
                        Source **out, Error *e)
{
    const RunOptions *r = &s->config->run;
    QueueOptions o = {.aws = s->aws,
                      .queue = a->queue,
                      .uris = a->operands,
                      .prefixes = a->prefixes,
                      .include = r->include,
                      .exclude = r->exclude,
                      .folder = r->out,
                      .ahead = 64 + 4 * s->workers,
                      .budget = (unsigned)a->budget,
                      .say = say,
                      .context = p};
    if (!source_queue_open(&o, queue, e))
        return false;
    *out = *queue;
    if (a->reconcile_s <= 0)
        return true;
    ReconcileOptions listing = {.listing = {.aws = s->aws,
                                            .uris = a->operands,
                                            .include = r->include,
                                            .exclude = r->exclude},
                                .every_s = a->reconcile_s};
    return source_reconcile_open(&listing, *queue, out, e);
}

int watch_queue(const Arguments *a, Session *s)
{
    Error e = {0};
    Source *queue, *source;
    Progress p;
    if (!session_record(s, &e))
        return session_fail(&e, session_record_code(s, &e));
    progress_init(&p, s->config->run.quiet);
    if (!session_reach(s, &e) || !open_source(a, s, &p, &queue, &source, &e))
        return session_fail(&e, session_source_code(&e));
    run_say_protection(s, &p);
    int code = run_with(s, source, &p, a->command_line);
    QueueCounts counts = source_queue_counts(queue);
    source->methods->close(source);
    if (!s->config->run.quiet)
        say_counts(&counts);
    return code;
}

bool watch_queue_check(const Arguments *a, Error *e)
{
    if (!a->queue)
        return error_set(e, ERROR_SETUP, "name the queue: --queue URL_OR_NAME");
    for (size_t i = 0; i < a->operands.count; i++)
        if (!s3_is_uri(a->operands.items[i]))
            return error_set(e, ERROR_SETUP,
                             "%s: events are of buckets; name s3://bucket/prefix, or nothing for "
                             "all that the queue tells of",
                             a->operands.items[i]);
    for (size_t i = 0; i < a->prefixes.count; i++)
        if (s3_is_uri(a->prefixes.items[i]))
            return error_set(e, ERROR_SETUP,
                             "--prefix %s: a prefix with its bucket stands by itself, without "
                             "--prefix",
                             a->prefixes.items[i]);
    if (a->reconcile_s > 0 && a->operands.count == 0)
        return error_set(e, ERROR_SETUP,
                         "--reconcile lists what is named: name s3://bucket/prefix");
    return true;
}
