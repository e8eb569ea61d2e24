/* watch_directory.c: weir watch DIR: a run over a source that has no end. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/object_known.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/source_watch.h"

/* What the source asks and tells meanwhile. */
typedef struct Watcher {
    const Session *session;
    Progress progress;
} Watcher;

/* Where the ledger cannot be read, the run itself meets that with the next file. */
static bool known(void *context, const Object *o)
{
    const Session *s = ((const Watcher *)context)->session;
    Choice choice;
    LedgerEntry entry;
    Error e = {0};
    object_choose(s->config, o, &choice);
    return object_known(s->ledger, s->config, o, &choice, &entry, &e) &&
           (entry.verdict == LEDGER_DONE || entry.verdict == LEDGER_SET_ASIDE);
}

static void say(void *context, const char *line)
{
    Watcher *w = context;
    progress_say(&w->progress, "%s", line);
}

bool watch_directories_check(const Arguments *a, Error *e)
{
    const StringList *all = session_named(a);
    if (all->count == 0)
        return error_set(e, ERROR_SETUP,
                         "nothing to watch: name a directory, as in `weir watch DIR`, or a queue "
                         "(--queue URL_OR_NAME)");
    if (a->reconcile_s > 0 || a->prefixes.count > 0)
        return error_set(e, ERROR_SETUP, "--reconcile and --prefix are for queues, not for %s",
                         all->items[0]);
    for (size_t i = 0; i < all->count; i++)
        if (s3_is_uri(all->items[i]))
            return error_set(e, ERROR_SETUP,
                             "%s: a bucket is not watched by listing it; name the queue that its "
                             "changes go to: weir watch --queue URL_OR_NAME",
                             all->items[i]);
    return true;
}

int watch_directories(const Arguments *a, Session *s)
{
    const RunOptions *r = &s->config->run;
    Watcher w = {.session = s};
    WatchOptions o = {.directories = *session_named(a),
                      .include = r->include,
                      .exclude = r->exclude,
                      .never = r->out,
                      .incomplete = a->watch.incomplete,
                      .sidecar = a->watch.sidecar,
                      .settle_s = a->watch.settle_s,
                      .poll_s = a->watch.poll_s,
                      .known = known,
                      .say = say,
                      .context = &w};
    Error e = {0};
    Source *source;
    if (!session_record(s, &e))
        return session_fail(&e, session_record_code(s, &e));
    progress_init(&w.progress, r->quiet);
    if (!source_watch_open(&o, &source, &e))
        return session_fail(&e, session_source_code(&e));
    run_say_protection(s, &w.progress);
    int code = run_with(s, source, &w.progress, a->command_line);
    source->methods->close(source);
    return code;
}
