/* plan.c: weir plan: what run would do with each file, and why. Reads heads, writes nothing. */
#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/object_known.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/source_shard.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

typedef struct Plan {
    Session *session;
    Ledger *ledger; /* NULL: nothing was ever run */
    uint64_t seen, read, read_bytes, skipped, ignored, faults, unknown, others;
} Plan;

static void row(const char *what, uint64_t bytes, const char *uri, const char *why)
{
    char size[32];
    auto_buffer Buffer name = {0}, reason = {0};
    text_from_size(size, sizeof size, bytes);
    text_printable(&name, uri, strlen(uri));
    text_printable(&reason, why, strlen(why));
    printf("%-7s %9s  %s\n%-19s%s\n", what, size, name.bytes, "", reason.bytes ? reason.bytes : "");
}

static bool was_ignored(const LedgerEntry *known)
{
    return strcmp(known->state, "ignored") == 0;
}

static const char *skip_words(const LedgerEntry *known)
{
    if (was_ignored(known))
        return "ignored before, unchanged";
    if (known->verdict != LEDGER_SET_ASIDE)
        return "done before, unchanged";
    return known->members_failed ? "members of it failed before, set aside until `weir retry`"
                                 : "failed before, set aside until `weir retry`";
}

/* A read-only look; *skip: it would not be read. */
static bool known_already(const Plan *p, const Object *o, const Choice *c, LedgerEntry *known,
                          bool *skip, Error *e)
{
    *skip = false;
    if (!p->ledger || p->session->config->run.force)
        return true;
    if (!object_known(p->ledger, p->session->config, o, c, known, e))
        return false;
    *skip = known->verdict == LEDGER_DONE || known->verdict == LEDGER_SET_ASIDE;
    return true;
}

static void would_read(Plan *p, const Object *o, const Choice *c)
{
    Job *j = session_ask(p->session, JOB_PROBE, o, "");
    char why[1024];
    if (!j || j->vanished) {
        p->unknown++;
        row("fail", o->identity.size, o->uri, j ? "it is gone" : "no memory to look at it");
        job_free(j);
        return;
    }
    if (j->outcome.state == UNIT_IGNORED) {
        p->ignored++;
        snprintf(why, sizeof why, "%s; %s", j->outcome.rule, j->outcome.reason);
        row("ignore", o->identity.size, o->uri, why);
    } else if (j->outcome.state != UNIT_DONE) {
        p->unknown++;
        row("fail", o->identity.size, o->uri, j->outcome.reason);
    } else {
        p->read++;
        p->read_bytes += o->identity.size;
        snprintf(why, sizeof why, "%s: %s; pipeline %s, %s", j->report.format, j->report.evidence,
                 c->pipeline->name, c->rule);
        row("read", o->identity.size, o->uri, why);
    }
    job_free(j);
}

/* False: the ledger cannot be read. */
static bool plan_object(Plan *p, const Object *o, Error *e)
{
    LedgerEntry known;
    bool skip;
    Choice c;
    p->seen++;
    object_choose(p->session->config, o, &c);
    if (!c.pipeline) {
        p->ignored++;
        row("ignore", o->identity.size, o->uri, c.rule);
        return true;
    }
    if (!known_already(p, o, &c, &known, &skip, e))
        return false;
    if (!skip) {
        would_read(p, o, &c);
        return true;
    }
    bool ignored = was_ignored(&known);
    p->ignored += ignored;
    p->skipped += !ignored;
    row(ignored ? "ignore" : "skip", o->identity.size, o->uri, skip_words(&known));
    return true;
}

/* As many as a run would take, until somebody stops it or nobody reads any more. */
static bool plan_all(Plan *p, Source *source, Error *e)
{
    uint64_t limit = (uint64_t)p->session->config->run.limit;
    while (!*p->session->stop && !ferror(stdout)) {
        Object o = {0};
        Error trouble = {0};
        if (limit > 0 && p->read + p->unknown >= limit)
            return true;
        SourceEvent event = source->methods->next(source, &o, &trouble);
        if (event == SOURCE_END)
            return true;
        if (event == SOURCE_TROUBLE) {
            p->faults++;
            session_fail(&trouble, 0);
        } else if (event == SOURCE_OBJECT && !plan_object(p, &o, e)) {
            return false;
        }
    }
    return true;
}

/* A folder without a ledger is one that `weir run` would make. */
static bool open_if_there(const char *out, Ledger **l, Error *e)
{
    Error why = {0};
    *l = NULL;
    if (ledger_open(out, LEDGER_READ, l, &why) || strcmp(why.code, "no_ledger") == 0)
        return true;
    *e = why;
    return false;
}

static int plan_code(const Plan *p)
{
    if (*p->session->stop)
        return EXIT_AGAIN;
    if (p->faults)
        return EXIT_LISTING;
    return p->seen == p->ignored && p->others == 0 ? EXIT_NOTHING : EXIT_DONE;
}

static int plan_paths(const Arguments *a, Session *s)
{
    const RunOptions *r = &s->config->run;
    Error e = {0};
    Source *source;
    if (!session_shard(s, true, &e) || !session_source(s, a, true, &source, &e))
        return session_fail(&e, session_source_code(&e));
    Plan p = {.session = s};
    bool ok = open_if_there(r->out, &p.ledger, &e) && plan_all(&p, source, &e);
    p.others = source_shard_others(source);
    source->methods->close(source);
    ledger_close(p.ledger);
    if (!ok)
        return session_fail(&e, session_ledger_code(&e));
    char size[32];
    text_from_size(size, sizeof size, p.read_bytes);
    printf("\n%" PRIu64 " to read (%s), %" PRIu64 " to skip, %" PRIu64 " to ignore, %" PRIu64
           " that would fail; nothing was written%s\n",
           p.read, size, p.skipped, p.ignored, p.unknown, *s->stop ? " (stopped)" : "");
    if (p.others)
        printf("%" PRIu64 " of other shards\n", p.others);
    return plan_code(&p);
}

int command_plan(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    Session s;
    if (session_named(a)->count == 0) {
        error_set(&e, ERROR_SETUP, "nothing to plan: name a directory or file");
        return session_fail(&e, EXIT_USAGE);
    }
    if (!session_open(a, 1, &s, &e))
        return session_fail(&e, session_open_code(&e));
    int code = plan_paths(a, &s);
    session_close(&s);
    return code;
}
