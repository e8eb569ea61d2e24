/* job_ask.c: a question to a slot's child; after a crash or a timeout once more, in a fresh child
 * with twice the time, before it counts. */
#include "orchestrator/job_internal.h"

#include "core/clock.h"

#include <math.h>
#include <string.h>

static const char *last_part(const char *uri)
{
    const char *slash = strrchr(uri, '/');
    return slash ? slash + 1 : uri;
}

static uint32_t pipeline_index(const Config *c, const Pipeline *p)
{
    uint32_t i = 0;
    while (c->pipelines[i] != p)
        i++;
    return i;
}

/* What a child says that could not have all it wanted is no verdict on the file, and what the end
 * of the run cuts short is not its fault. */
static bool give(const JobContext *c, const Question *q, const ZygoteJob *job, ZygoteAnswer *out,
                 Error *e)
{
    Supplier supplier = job_supplier(c, q);
    ZygoteJob now = *job;
    double left_s = c->until_s > 0 ? c->until_s - monotonic_s() : INFINITY;
    now.deadline_s = fmin(job->deadline_s, fmax(left_s, 0));
    now.supply = q->fetch ? job_supply : NULL;
    now.supply_context = &supplier;
    if (!zygote_job(c->zygote, &now, out, e) || (q->fetch && fetch_failed(q->fetch, e)))
        return false;
    if (out->verdict == ZYGOTE_TIMEOUT && left_s < job->deadline_s)
        return error_coded(e, ERROR_RETRY, "stopped",
                           "the time of the run was over before it was read");
    return true;
}

bool job_ask(const JobContext *c, unsigned slot, const Question *q, Reply *out, Error *e)
{
    uint8_t request[REQUEST_SIZE];
    ZygoteJob job = {.slot = slot,
                     .fd = q->fd,
                     .extra_fd = q->extra_fd,
                     .request = request,
                     .request_size = request_encode(&q->request, request),
                     .deadline_s = c->config->run.timeout_s * (double)(1 + q->rewinds),
                     .aside = q->request.phase == PHASE_UNPACK};
    *out = (Reply){0};
    ZygoteAnswer *a = &out->answer;
    if (!give(c, q, &job, a, e))
        return false;
    bool again = a->verdict == ZYGOTE_CRASHED || a->verdict == ZYGOTE_TIMEOUT ||
                 a->verdict == ZYGOTE_MEMORY || a->verdict == ZYGOTE_KILLED;
    if (again && *c->stop)
        return error_coded(e, ERROR_RETRY, "stopped", "weir was stopped before a second try");
    if (again) {
        job.deadline_s *= 2;
        job.fresh = true;
        if (!give(c, q, &job, a, e))
            return false;
    }
    out->allowed_s = job.deadline_s;
    if (a->verdict == ZYGOTE_LOST)
        return error_coded(e, ERROR_RETRY, "sandbox_lost",
                           "the process that makes the readers is gone (killed?); run again");
    if (a->verdict == ZYGOTE_KILLED)
        return error_coded(e, ERROR_RETRY, "killed",
                           "its reader was killed (SIGKILL) while it used little memory, twice: "
                           "perhaps the machine is short of memory; run again");
    return true;
}

Question job_question(const JobContext *c, const Job *j, int fd)
{
    return (Question){.request = {.kind = j->kind,
                                  .pipeline = pipeline_index(c->config, j->choice.pipeline),
                                  .name = last_part(j->path),
                                  .window = j->window,
                                  .phase = PHASE_FIRST,
                                  .head_bytes = job_head_bytes(j)},
                      .fd = fd,
                      .fetch = job_head_bytes(j) ? j->fetch : NULL,
                      .size_bytes = j->identity.size};
}
