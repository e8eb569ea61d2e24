/* plan.c: weir plan: what run would do with each file, and why. Reads heads, writes nothing. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Plan {
    const Session *session;
    Ledger *ledger; /* NULL: nothing was ever run */
    uint64_t read, read_bytes, skipped, ignored, faults, unknown;
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

static const char *skip_words(LedgerVerdict v)
{
    return v == LEDGER_SET_ASIDE ? "failed before, set aside until `weir retry`"
                                 : "done before, unchanged";
}

/* A read-only look: NULL where it would be read. */
static const char *known_already(const Plan *p, const Object *o, const Choice *c, Error *e)
{
    LedgerEntry known;
    if (!p->ledger || p->session->config->run.force)
        return NULL;
    UnitVersion version = {
        .uri = o->uri, .unit = "", .identity = &o->identity, .pipeline_hash = c->pipeline->hash};
    if (!ledger_look(p->ledger, &version, &known, e))
        return NULL;
    bool skip = known.verdict == LEDGER_DONE || known.verdict == LEDGER_SET_ASIDE;
    return skip ? skip_words(known.verdict) : NULL;
}

static void would_read(Plan *p, const Object *o, const Choice *c)
{
    Job *j = session_ask(p->session, JOB_PROBE, o);
    char why[1024];
    if (!j || j->vanished) {
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

static void plan_object(Plan *p, const Object *o)
{
    const Config *config = p->session->config;
    Choice c = {.rule = o->ignored_by};
    Error e = {0};
    if (!o->ignored_by)
        classify(config->rules, config->rule_count, config->standard, o->uri, &c);
    if (!c.pipeline) {
        p->ignored++;
        row("ignore", o->identity.size, o->uri, c.rule);
        return;
    }
    const char *known = known_already(p, o, &c, &e);
    if (known) {
        p->skipped++;
        row("skip", o->identity.size, o->uri, known);
    } else {
        would_read(p, o, &c);
    }
}

static void plan_all(Plan *p, Source *source)
{
    for (;;) {
        Object o = {0};
        Error e = {0};
        SourceEvent event = source->methods->next(source, &o, &e);
        if (event == SOURCE_END || *p->session->stop)
            return;
        if (event == SOURCE_TROUBLE) {
            p->faults++;
            session_fail(&e, 0);
        } else {
            plan_object(p, &o);
        }
    }
}

static Ledger *open_if_there(const char *out)
{
    char path[4096];
    struct stat st;
    Ledger *l = NULL;
    Error e = {0};
    snprintf(path, sizeof path, "%s/ledger.db", out);
    if (stat(path, &st) == 0 && !ledger_open(out, LEDGER_READ, &l, &e))
        session_fail(&e, 0);
    return l;
}

static int plan_paths(const Arguments *a, const Session *s)
{
    const RunOptions *r = &s->config->run;
    DirectoryOptions o = session_sources(a);
    Error e = {0};
    Source *source;
    if (!source_directory_open(&o, &source, &e))
        return session_fail(&e, EXIT_USAGE);
    Plan p = {.session = s, .ledger = open_if_there(r->out)};
    plan_all(&p, source);
    source->methods->close(source);
    ledger_close(p.ledger);
    char size[32];
    text_from_size(size, sizeof size, p.read_bytes);
    printf("\n%" PRIu64 " to read (%s), %" PRIu64 " to skip, %" PRIu64 " to ignore, %" PRIu64
           " that would fail; nothing was written\n",
           p.read, size, p.skipped, p.ignored, p.unknown);
    return p.faults ? EXIT_LISTING : EXIT_DONE;
}

int command_plan(const Arguments *a, Arena *arena)
{
    (void)arena;
    Error e = {0};
    Session s;
    if (a->operands.count == 0 && a->loaded->sources.count == 0) {
        error_set(&e, ERROR_SETUP, "nothing to plan: name a directory or file");
        return session_fail(&e, EXIT_USAGE);
    }
    if (!session_open(a, 1, &s, &e))
        return session_fail(&e, EXIT_USAGE);
    int code = plan_paths(a, &s);
    session_close(&s);
    return code;
}
