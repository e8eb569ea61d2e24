/* run.c: weir run: read everything, then say in a few lines what came of it. */
#include "orchestrator/run.h"

#include "core/clock.h"
#include "core/json.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/session.h"
#include "orchestrator/source_shard.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const double count_ahead_s = 2.0;

/* Not what can be listed only once (standard input, a list that comes through a pipe), or costs a
 * call for each thousand. */
static bool is_countable(const StringList *paths)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *path = paths->items[i];
        struct stat st;
        bool list = path[0] == '@' && (stat(path + 1, &st) < 0 || !S_ISREG(st.st_mode));
        if (list || strcmp(path, "-") == 0 || s3_is_uri(path))
            return false;
    }
    return true;
}

/* What lies ahead, for the bar: only for a person who watches, and only if it is quickly counted.
 */
static void count_ahead(Session *session, const Arguments *a, Progress *p)
{
    Error e = {0};
    Source *s;
    bool watched = p->terminal && !p->quiet && a->loaded->run.limit == 0;
    if (!watched || !is_countable(session_named(a)) || !session_source(session, a, false, &s, &e))
        return;
    uint64_t files = 0, bytes = 0;
    double end_s = monotonic_s() + count_ahead_s;
    SourceEvent event;
    do {
        Object object = {0};
        event = s->methods->next(s, &object, &e);
        files += event == SOURCE_OBJECT && !object.ignored_by;
        bytes += event == SOURCE_OBJECT && !object.ignored_by ? object.identity.size : 0;
    } while (event != SOURCE_END && monotonic_s() < end_s);
    s->methods->close(s);
    if (event == SOURCE_END) {
        p->total_files = files;
        p->total_bytes = bytes;
    }
}

void run_say_protection(const Session *s, Progress *p)
{
    SandboxProtection protection;
    Error e = {0};
    if (p->quiet || !zygote_protection(s->zygote, &protection, &e) || !protection.missing)
        return;
    progress_say(p, "%s", protection.missing);
}

static int finish(const Session *s, const RunSummary *sum, Error *e)
{
    int code = run_exit_code(sum);
    if (!sum->store_lost && !ledger_run_end(s->ledger, &sum->counts, code, e))
        return session_fail(e, EXIT_STORE);
    if (s->config->run.json)
        summary_json(s->config, sum, code);
    else if (!s->config->run.quiet)
        summary_text(s->config, sum);
    if (sum->store_lost)
        session_fail(&sum->error, code);
    return code;
}

int run_with(const Session *s, Source *source, Progress *p, const char *command_line)
{
    Error e = {0};
    RunSummary sum;
    RunPlan plan = session_plan(s, source);
    if (!ledger_run_begin(s->ledger, command_line, WEIR_VERSION, &e))
        return session_fail(&e, EXIT_STORE);
    if (!run_all(&plan, p, &sum, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_AGAIN : EXIT_USAGE);
    sum.others = source_shard_others(source);
    return finish(s, &sum, &e);
}

static int run_paths(const Arguments *a, Session *s)
{
    const RunOptions *r = &s->config->run;
    Error e = {0};
    Source *source;
    if (!session_shard(s, true, &e))
        return session_fail(&e, EXIT_USAGE);
    if (!session_record(s, &e))
        return session_fail(&e, session_record_code(s, &e));
    if (!session_source(s, a, r->limit > 0, &source, &e))
        return session_fail(&e, session_source_code(&e));
    Progress p;
    progress_init(&p, r->quiet);
    run_say_protection(s, &p);
    count_ahead(s, a, &p);
    int code = run_with(s, source, &p, a->command_line);
    source->methods->close(source);
    return code;
}

int command_run(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    if (session_named(a)->count == 0) {
        error_set(&e, ERROR_SETUP,
                  "nothing to read: name a directory or file, as in `weir run DIR`");
        return session_fail(&e, EXIT_USAGE);
    }
    Session s;
    if (!session_open(a, 0, &s, &e))
        return session_fail(&e, session_open_code(&e));
    int code = run_paths(a, &s);
    session_close(&s);
    return code;
}
