/* explain.c: weir explain: every probe's evidence, the rule, what was guessed, what became of it.
 */
#include "orchestrator/commands/commands.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/spellings.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void line(const char *key, const char *text)
{
    auto_buffer Buffer out = {0};
    text_printable(&out, text, strlen(text));
    printf("%-12s %s\n", key, out.bytes ? out.bytes : "");
}

/* "key: value" lines, each under the others. */
static void block(const char *key, const char *lines)
{
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        auto_buffer Buffer out = {0};
        text_printable(&out, lines, length);
        printf("%-12s %s\n", key, out.bytes ? out.bytes : "");
        lines += length + (lines[length] == '\n');
        key = "";
    }
}

static void probe_line(const char *key, int width, const ReportProbe *p)
{
    static const char *const sure[] = {"no", "by its name", "by its looks", "by its content"};
    char text[512];
    snprintf(text, sizeof text, "%-*s %s%s%s", width, p->format, sure[p->sure],
             p->evidence[0] ? ": " : "", p->evidence);
    line(key, text);
}

/* Those that say yes first. */
static void probes(const Report *r)
{
    int width = 0;
    for (size_t i = 0; i < r->probe_count; i++)
        width = (int)strlen(r->probes[i].format) > width ? (int)strlen(r->probes[i].format) : width;
    const char *key = "probes";
    for (size_t i = 0; i < 2 * r->probe_count; i++) {
        const ReportProbe *p = &r->probes[i % r->probe_count];
        if ((p->sure == 0) != (i >= r->probe_count))
            continue;
        probe_line(key, width, p);
        key = "";
    }
}

/* The spelling under which the ledger knows the file, else the first. */
static bool known_as(Ledger *l, const Job *j, const char *const uris[SPELLINGS], const char **out,
                     Error *e)
{
    LedgerEntry entry;
    *out = uris[0];
    for (size_t i = 0; i < SPELLINGS; i++) {
        UnitVersion v = {
            .uri = uris[i], .unit = j->unit, .identity = &j->identity, .pipeline_hash = ""};
        if (!ledger_look(l, &v, &entry, e))
            return false;
        if (entry.state[0]) {
            *out = uris[i];
            return true;
        }
    }
    return true;
}

/* False: there is a ledger that cannot be read. */
static bool ledger_state(const Arguments *a, const Job *j, const char *path, Arena *arena)
{
    Error e = {0};
    Ledger *l = NULL;
    const char *uris[SPELLINGS], *uri;
    int code;
    auto_buffer Buffer text = {0};
    bool ok = spellings_of(path, arena, uris, &e) &&
              session_ledger(a, &(StringList){uris, SPELLINGS}, &l, &code, &e) &&
              known_as(l, j, uris, &uri, &e) && query_explain(l, uri, j->unit, &text, &e);
    ledger_close(l);
    if (ok && strcmp(uri, j->uri) != 0)
        line("known as", uri);
    if (ok)
        block("ledger", text.length ? text.bytes : "");
    else
        line("ledger", e.message);
    return ok || strcmp(e.code, "no_ledger") == 0;
}

static void explain_job(const Session *s, const Job *j)
{
    const Report *r = &j->report;
    Choice choice;
    line("file", j->uri);
    if (j->unit[0])
        line("member", j->unit);
    char size[32];
    snprintf(size, sizeof size, "%" PRIu64 " bytes", j->identity.size);
    line("size", size);
    if (!classify(s->config->rules, s->config->rule_count, s->config->standard, j->path, &choice))
        choice = j->choice; /* a member's: as its archive */
    line("pipeline", choice.pipeline ? choice.pipeline->name : "none: ignored by the rule");
    line("rule", choice.rule);
    if (j->has_report) {
        probes(r);
        line("taken for", r->format[0] ? r->format : "nothing: no format recognises it");
        if (r->model[0])
            line("model", r->model);
        block("guessed", r->guessed);
    }
    if (j->outcome.reason && j->outcome.reason[0]) {
        line("trouble", j->outcome.reason);
        if (j->outcome.place[0])
            line("place", j->outcome.place);
    }
}

static int explain_file(const Arguments *a, Session *s, const char *path, Arena *arena)
{
    Error e = {0};
    Object o;
    const char *unit;
    if (!session_object(s, path, &o, &unit, arena, &e))
        return session_fail(&e, EXIT_USAGE);
    Job *file = session_ask(s, JOB_EXPLAIN, &o, unit);
    const Job *j = file ? session_asked(file) : NULL;
    int code = EXIT_DONE;
    if (!j || j->vanished) {
        error_set(&e, ERROR_DATA,
                  j      ? "%s is gone"
                  : file ? "%s: no such member"
                         : "no memory for %s",
                  path);
        code = session_fail(&e, file ? EXIT_USAGE : EXIT_AGAIN);
    } else {
        explain_job(s, j);
        code = ledger_state(a, j, unit[0] ? o.uri : path, arena) ? EXIT_DONE : EXIT_STORE;
    }
    if (file)
        session_say_fetched(s, file);
    job_free(file);
    return code;
}

int command_explain(const Arguments *a, Arena *arena)
{
    Error e = {0};
    Session s;
    if (a->operands.count == 0) {
        error_set(&e, ERROR_SETUP, "which file? as in `weir explain FILE`");
        return session_fail(&e, EXIT_USAGE);
    }
    if (!session_open(a, 1, &s, &e))
        return session_fail(&e, session_open_code(&e));
    int worst = EXIT_DONE;
    for (size_t i = 0; i < a->operands.count; i++) {
        if (i)
            putchar('\n');
        int code = explain_file(a, &s, a->operands.items[i], arena);
        worst = code > worst ? code : worst;
    }
    session_close(&s);
    return worst;
}
