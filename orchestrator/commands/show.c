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
    line("", j->path);
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

/* What is in an archive: size, kind and name of each. */
static void members(const Job *archive, const Job *all)
{
    size_t folder = strlen(archive->unit);
    for (size_t i = 0; i < all->member_count; i++) {
        const Job *m = all->members[i];
        bool inside = strncmp(m->unit, archive->unit, folder) == 0 && m != archive;
        if (folder && (!inside || m->unit[folder] != '/'))
            continue;
        char size[32];
        text_from_size(size, sizeof size, m->window.size);
        bool known = m->has_report && m->outcome.state == UNIT_DONE;
        const char *reason = m->outcome.reason[0] ? m->outcome.reason : m->outcome.rule;
        printf("%10s  %-12s  %s%s%s\n", size,
               known ? m->report.format : unit_state_name(m->outcome.state),
               m->unit + folder + (folder > 0), known ? "" : ": ", known ? "" : reason);
    }
}

static int show_job(const Job *j, const Job *file)
{
    Error e = {0};
    int code = EXIT_DONE;
    if (j->has_report && j->report.format[0]) {
        heading(j);
        fputs(j->report.text, stdout);
        if (j->report.container)
            members(j, file);
    }
    if (j->vanished || j->outcome.state != UNIT_DONE) {
        error_set(&e, ERROR_DATA, "%s: %s", j->path, j->vanished ? "is gone" : j->outcome.reason);
        fflush(stdout);
        code = session_fail(&e, EXIT_SOME_FAILED);
    }
    return code;
}

static int show(Session *s, const Object *o, const char *unit)
{
    Error e = {0};
    Job *file = session_ask(s, JOB_SHOW, o, unit);
    if (!file)
        return EXIT_STORE;
    const Job *j = session_asked(file);
    int code;
    if (j) {
        code = show_job(j, file);
    } else {
        error_set(&e, ERROR_SETUP, "%s has no member %s%s%s", o->uri, unit,
                  file->outcome.reason[0] ? ": " : "; `weir show` of the file alone lists them",
                  file->outcome.reason);
        code = session_fail(&e, EXIT_USAGE);
    }
    session_say_fetched(s, file);
    job_free(file);
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
        return session_fail(&e, session_open_code(&e));
    int worst = EXIT_DONE;
    for (size_t i = 0; i < a->operands.count; i++) {
        Object o;
        const char *unit;
        if (!session_object(&s, a->operands.items[i], &o, &unit, arena, &e)) {
            worst = session_fail(&e, EXIT_USAGE);
            continue;
        }
        int code = show(&s, &o, unit);
        worst = code > worst ? code : worst;
    }
    session_close(&s);
    return worst;
}
