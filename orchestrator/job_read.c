/* job_read.c: a file or member, read by a slot's child as a whole or in parts, has an outcome. */
#include "orchestrator/job_internal.h"

/* What the child says, or why it says nothing, becomes the outcome; of a file that is to be read in
 * parts not yet. Returns how many parts. */
static uint32_t take_reply(Job *j, const Reply *r)
{
    Error bad = {0};
    j->has_report = false;
    if (r->answer.verdict != ZYGOTE_ANSWERED) {
        job_judge_silence(j, r);
    } else if (!report_decode(r->answer.result, r->answer.result_size, j->arena, &j->report,
                              &bad)) {
        job_set_outcome(j, UNIT_FAILED, "read", "crash", &bad);
    } else if (j->report.parts > 1) {
        return j->report.parts;
    } else {
        j->has_report = true;
        job_judge_report(j);
    }
    return 1;
}

bool job_read(const JobContext *c, unsigned slot, Job *j, int fd, Error *e)
{
    Question q = job_question(c, j, fd);
    Reply reply;
    uint32_t parts = 1;
    bool ok = job_ask(c, slot, &q, &reply, e);
    if (ok)
        parts = take_reply(j, &reply);
    if (parts > 1) {
        ok = job_ask_in_parts(c, slot, &q, parts, &reply, e);
        if (ok && take_reply(j, &reply) > 1)
            ok = error_coded(e, ERROR_RETRY, "changed", "it has changed while it was read");
    }
    j->fatal = !ok && reply.answer.verdict == ZYGOTE_LOST;
    return ok;
}
