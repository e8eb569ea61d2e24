/* job_verdict.c: from what a child says, or why it says nothing, to an outcome: who is to blame,
 * the file (data, crash, limit) or the world. */
#include "orchestrator/job_internal.h"

#include <inttypes.h>
#include <string.h>

void job_begin_outcome(Job *j)
{
    const Pipeline *p = j->choice.pipeline; /* NULL: a rule ignores it */
    j->outcome = (Outcome){.uri = j->uri,
                           .unit = j->unit,
                           .pipeline = p ? p->name : "",
                           .pipeline_hash = p ? p->hash : "",
                           .rule = j->choice.rule,
                           .stage = "",
                           .class_ = "",
                           .code = "",
                           .reason = "",
                           .place = ""};
}

const char *job_class_of(const Error *e)
{
    static const char *const limits[] = {"memory", "decoded_size", "timeout", "too_large",
                                         "archive_limit"};
    if (e->kind != ERROR_DATA)
        return "world";
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (strcmp(e->code, limits[i]) == 0)
            return "limit";
    return strcmp(e->code, "bad_report") == 0 ? "crash" : "data";
}

void job_set_outcome(Job *j, UnitState state, const char *stage, const char *class_, const Error *e)
{
    Outcome *o = &j->outcome;
    o->state = state;
    o->stage = stage;
    o->class_ = class_;
    const char *code = arena_string(j->arena, e->code[0] ? e->code : "error");
    const char *reason = arena_string(j->arena, e->message);
    const char *place = arena_string(j->arena, e->place);
    o->code = code ? code : "error";
    o->reason = reason ? reason : "";
    o->place = place ? place : "";
}

void job_set_world(Job *j, const char *stage, const Error *e)
{
    bool waits = e->kind == ERROR_RETRY;
    job_set_outcome(j, waits ? UNIT_WAITING : UNIT_FAILED, stage, "world", e);
}

void job_judge_report(Job *j)
{
    const Report *r = &j->report;
    static const UnitState states[] = {[REPORT_DONE] = UNIT_DONE,
                                       [REPORT_PARTIAL] = UNIT_PARTIAL,
                                       [REPORT_FAILED] = UNIT_FAILED,
                                       [REPORT_UNRECOGNISED] = UNIT_FAILED};
    j->outcome.report = r;
    j->outcome.state = states[r->state];
    if (r->state == REPORT_DONE)
        return;
    if (r->error.kind == ERROR_RETRY) {
        job_set_world(j, r->stage, &r->error);
        return;
    }
    job_set_outcome(j, states[r->state], r->stage, job_class_of(&r->error), &r->error);
    const char *why = r->state == REPORT_UNRECOGNISED ? classify_no_data(j->path) : NULL;
    if (why || (r->state == REPORT_UNRECOGNISED && !r->is_data)) {
        j->outcome.state = UNIT_IGNORED;
        j->outcome.rule = why ? why : "no measurements in it";
    }
}

void job_judge_cut(Job *j)
{
    Error e = {0};
    UnitState state = j->outcome.state;
    bool good = state == UNIT_DONE && !j->report.container;
    if (!j->cut || state == UNIT_PARTIAL || state == UNIT_WAITING)
        return;
    error_coded(&e, ERROR_DATA, j->cut->code, "%s%s", j->cut->reason,
                good ? "; what came before was read" : "");
    error_at(&e, "%s", j->cut->place);
    job_set_outcome(j, good ? UNIT_PARTIAL : UNIT_FAILED, "open", job_class_of(&e), &e);
}

void job_judge_silence(Job *j, const Reply *r)
{
    const ZygoteAnswer *a = &r->answer;
    Error e = {0};
    const char *class_ = "crash";
    switch (a->verdict) {
    case ZYGOTE_TIMEOUT:
        class_ = "limit";
        error_coded(&e, ERROR_DATA, "timeout",
                    "not read within %g s, nor within %g s alone in a fresh process; --timeout "
                    "allows more",
                    r->allowed_s / 2, r->allowed_s);
        break;
    case ZYGOTE_MEMORY:
        class_ = "limit";
        error_coded(&e, ERROR_DATA, "memory",
                    "reading it takes more memory than allowed, twice; --memory allows more");
        break;
    case ZYGOTE_FORBIDDEN:
        error_coded(&e, ERROR_DATA, "forbidden",
                    "reading it made the reader try a forbidden system call; the file may be "
                    "hostile");
        break;
    default:
        if (a->signal)
            error_coded(&e, ERROR_DATA, "crash",
                        "the reader crashed on it (SIG%s), twice: the file is damaged or hostile",
                        sigabbrev_np(a->signal) ? sigabbrev_np(a->signal) : "?");
        else
            error_coded(&e, ERROR_DATA, "crash",
                        "the reader ended in the middle of it (exit status %d), twice",
                        a->exit_status);
    }
    if (r->part > 0)
        error_at(&e, "part %" PRIu32 " of %" PRIu32, r->part, r->parts);
    job_set_outcome(j, UNIT_FAILED, "read", class_, &e);
}
