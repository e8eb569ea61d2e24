/* show.c: weir show: the header of a file with a line of statistics for each variable. */
#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "// KEY TEXT", whatever bytes the file has in it. */
static void line(const char *key, const char *text)
{
    auto_buffer Buffer out = {0};
    text_printable(&out, text, strlen(text));
    printf("// %s%s\n", key, out.bytes ? out.bytes : "");
}

static void heading(const Job *j)
{
    const Report *r = &j->report;
    line("", j->uri);
    printf("// %s: %s\n", r->format, r->evidence);
    if (r->convention[0])
        line("convention: ", r->convention);
    if (r->rows_known)
        printf("// rows: %" PRIu64 "\n", r->rows);
    if (r->first_time[0]) {
        printf("// time: %s .. %s\n", r->first_time, r->last_time);
        line("time variable: ", r->time_variable);
    }
    for (size_t i = 0; i < r->fact_count; i++)
        line("", r->facts[i]);
    for (size_t i = 0; i < r->note_count; i++)
        line("note: ", r->notes[i]);
}

static int show_job(const Job *j)
{
    Error e = {0};
    int code = EXIT_DONE;
    if (j->has_report && j->report.format[0]) {
        heading(j);
        fputs(j->report.text, stdout);
    }
    if (j->vanished || j->outcome.state != UNIT_DONE) {
        error_set(&e, ERROR_DATA, "%s: %s", j->uri, j->vanished ? "is gone" : j->outcome.reason);
        fflush(stdout);
        code = session_fail(&e, EXIT_SOME_FAILED);
    }
    return code;
}

int command_show(const Arguments *a, Arena *arena)
{
    Error e = {0};
    Session s;
    if (a->operands.count == 0) {
        error_set(&e, ERROR_SETUP, "which file? as in `weir show FILE`");
        return session_fail(&e, EXIT_USAGE);
    }
    if (!session_open(a, 1, &s, &e))
        return session_fail(&e, EXIT_USAGE);
    int worst = EXIT_DONE;
    for (size_t i = 0; i < a->operands.count; i++) {
        Object o;
        if (!session_object(a->operands.items[i], &o, arena, &e)) {
            worst = session_fail(&e, EXIT_USAGE);
            continue;
        }
        Job *j = session_ask(&s, JOB_SHOW, &o);
        int code = j ? show_job(j) : EXIT_STORE;
        worst = code > worst ? code : worst;
        job_free(j);
    }
    session_close(&s);
    return worst;
}
