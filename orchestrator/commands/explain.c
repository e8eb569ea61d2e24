/* explain.c: weir explain: every probe's evidence, the rule, what was guessed, what became of it.
 */
#include "orchestrator/commands/commands.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

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
        printf("%-12s %.*s\n", key, (int)length, lines);
        lines += length + (lines[length] == '\n');
        key = "";
    }
}

static void probes(const Report *r)
{
    static const char *const sure[] = {"no", "by its name", "by its looks", "by its content"};
    for (size_t i = 0; i < r->probe_count; i++) {
        const ReportProbe *p = &r->probes[i];
        char text[512];
        snprintf(text, sizeof text, "%-10s %s%s%s", p->format, sure[p->sure],
                 p->evidence[0] ? ": " : "", p->evidence);
        line(i ? "" : "probes", text);
    }
}

static void ledger_state(const Arguments *a, const char *uri)
{
    Error e = {0};
    Ledger *l;
    char path[4096];
    struct stat st;
    snprintf(path, sizeof path, "%s/ledger.db", a->loaded->run.out);
    if (stat(path, &st) < 0) {
        line("ledger", "no ledger here (weir run makes one)");
        return;
    }
    auto_buffer Buffer text = {0};
    if (!ledger_open(a->loaded->run.out, LEDGER_READ, &l, &e)) {
        line("ledger", e.message);
        return;
    }
    if (!query_explain(l, uri, &text, &e))
        line("ledger", e.message);
    else
        block("ledger", text.length ? text.bytes : "never seen");
    ledger_close(l);
}

static void explain_job(const Arguments *a, const Job *j)
{
    const Report *r = &j->report;
    line("file", j->uri);
    char size[32];
    snprintf(size, sizeof size, "%" PRIu64 " bytes", j->identity.size);
    line("size", size);
    line("pipeline", j->choice.pipeline->name);
    line("rule", j->choice.rule);
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
    ledger_state(a, j->uri);
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
        return session_fail(&e, EXIT_USAGE);
    int code = EXIT_DONE;
    for (size_t i = 0; i < a->operands.count; i++) {
        Object o;
        if (!session_object(a->operands.items[i], &o, arena, &e)) {
            code = session_fail(&e, EXIT_USAGE);
            continue;
        }
        Job *j = session_ask(&s, JOB_EXPLAIN, &o);
        if (i)
            putchar('\n');
        if (j && !j->vanished)
            explain_job(a, j);
        job_free(j);
    }
    session_close(&s);
    return code;
}
