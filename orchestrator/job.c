/* job.c: open the file, let the slot's child read it, tell what came of it.
 *
 * Who is to blame is decided here: the file (data, crash, limit) or the world. A crash or a timeout
 * is tried once more in a fresh child with twice the time before it counts. */
#include "orchestrator/job_internal.h"

#include "core/clock.h"
#include "core/hash.h"
#include "orchestrator/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { CHANGE_TRIES = 3, WORLD_TRIES = 3 };
static const double pause_first_s = 0.1, pause_most_s = 5.0;

static void auto_close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(auto_close_fd)))

Job *job_new(JobKind kind, const Object *o, const Choice *choice)
{
    Job *j = calloc(1, sizeof *j);
    if (!j)
        return NULL;
    arena_init(&j->arena, 0);
    j->kind = kind;
    j->uri = arena_copy(&j->arena, o->uri, o->uri_length);
    j->identity = o->identity;
    j->choice = *choice;
    if (j->uri)
        return j;
    job_free(j);
    return NULL;
}

void job_free(Job *j)
{
    if (!j)
        return;
    arena_deinit(&j->arena);
    free(j);
}

/* Sleeps, but not past a request to stop. */
static void pause_s(const JobContext *c, double seconds)
{
    double end = monotonic_s() + seconds;
    while (!*c->stop && monotonic_s() < end) {
        struct timespec t = {0, 50 * 1000 * 1000};
        nanosleep(&t, NULL);
    }
}

/* ---- outcomes */

static void begin_outcome(Job *j)
{
    j->outcome = (Outcome){.uri = j->uri,
                           .unit = "",
                           .pipeline = j->choice.pipeline->name,
                           .pipeline_hash = j->choice.pipeline->hash,
                           .rule = j->choice.rule,
                           .stage = "",
                           .class_ = "",
                           .code = "",
                           .reason = "",
                           .place = ""};
}

static const char *class_of(const Error *e)
{
    static const char *const limits[] = {"memory", "decoded_size", "timeout", "too_large"};
    if (e->kind != ERROR_DATA)
        return "world";
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        if (strcmp(e->code, limits[i]) == 0)
            return "limit";
    return strcmp(e->code, "bad_report") == 0 ? "crash" : "data";
}

static void set_outcome(Job *j, UnitState state, const char *stage, const char *class_,
                        const Error *e)
{
    Outcome *o = &j->outcome;
    o->state = state;
    o->stage = stage;
    o->class_ = class_;
    const char *code = arena_string(&j->arena, e->code[0] ? e->code : "error");
    const char *reason = arena_string(&j->arena, e->message);
    const char *place = arena_string(&j->arena, e->place);
    o->code = code ? code : "error";
    o->reason = reason ? reason : "";
    o->place = place ? place : "";
}

/* The world's faults leave the file waiting; only what concerns this one file alone (permission) is
 * told as its failure. */
static void set_world(Job *j, const char *stage, const Error *e)
{
    bool waits = e->kind == ERROR_RETRY;
    set_outcome(j, waits ? UNIT_WAITING : UNIT_FAILED, stage, "world", e);
}

static void judge_report(Job *j)
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
        set_world(j, r->stage, &r->error);
        return;
    }
    set_outcome(j, states[r->state], r->stage, class_of(&r->error), &r->error);
    const char *why = r->state == REPORT_UNRECOGNISED ? classify_no_data(j->uri) : NULL;
    if (why || (r->state == REPORT_UNRECOGNISED && !r->is_data)) {
        j->outcome.state = UNIT_IGNORED;
        j->outcome.rule = why ? why : "no measurements in it";
    }
}

static void judge_silence(Job *j, const Reply *r)
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
    set_outcome(j, UNIT_FAILED, "read", class_, &e);
}

/* ---- the sandbox */

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

bool job_ask(const JobContext *c, unsigned slot, const Question *q, Reply *out, Error *e)
{
    uint8_t request[REQUEST_SIZE];
    ZygoteJob job = {.slot = slot,
                     .fd = q->fd,
                     .extra_fd = q->extra_fd,
                     .request = request,
                     .request_size = request_encode(&q->request, request),
                     .deadline_s = c->config->run.timeout_s};
    *out = (Reply){0};
    ZygoteAnswer *a = &out->answer;
    if (!zygote_job(c->zygote, &job, a, e))
        return false;
    bool again =
        a->verdict == ZYGOTE_CRASHED || a->verdict == ZYGOTE_TIMEOUT || a->verdict == ZYGOTE_MEMORY;
    if (again && *c->stop)
        return error_coded(e, ERROR_RETRY, "stopped", "weir was stopped before a second try");
    if (again) {
        job.deadline_s *= 2;
        job.fresh = true;
        if (!zygote_job(c->zygote, &job, a, e))
            return false;
    }
    out->allowed_s = job.deadline_s;
    if (a->verdict == ZYGOTE_LOST)
        return error_coded(e, ERROR_RETRY, "sandbox_lost",
                           "the process that makes the readers is gone (killed?); run again");
    return true;
}

/* What the child says, or why it says nothing, becomes the outcome; of a file that is to be read in
 * parts not yet. Returns how many parts. */
static uint32_t take_reply(Job *j, const Reply *r)
{
    Error bad = {0};
    j->has_report = false;
    if (r->answer.verdict != ZYGOTE_ANSWERED) {
        judge_silence(j, r);
    } else if (!report_decode(r->answer.result, r->answer.result_size, &j->arena, &j->report,
                              &bad)) {
        set_outcome(j, UNIT_FAILED, "read", "crash", &bad);
    } else if (j->report.parts > 1) {
        return j->report.parts;
    } else {
        j->has_report = true;
        judge_report(j);
    }
    return 1;
}

/* One answer for the file, or a world error. */
static bool ask(const JobContext *c, unsigned slot, Job *j, int fd, Error *e)
{
    Question q = {.request = {.kind = j->kind,
                              .pipeline = pipeline_index(c->config, j->choice.pipeline),
                              .name = last_part(j->uri),
                              .phase = PHASE_FIRST},
                  .fd = fd};
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

/* ---- the file */

static bool open_file(Job *j, int *fd, Error *e)
{
    /* O_NONBLOCK: should it have become a FIFO since it was listed, open must not wait */
    *fd = open(j->uri, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (*fd < 0) {
        j->vanished = errno == ENOENT || errno == ENOTDIR;
        return error_errno(e, ERROR_SETUP, errno, "cannot be opened");
    }
    struct stat st;
    if (fstat(*fd, &st) < 0)
        return error_errno(e, ERROR_RETRY, errno, "fstat");
    if (!S_ISREG(st.st_mode))
        return error_coded(e, ERROR_SETUP, "not_a_file", "is no regular file any more");
    j->identity = identity_of(&st);
    return true;
}

/* Opens and reads once. *stage says how far it got when false. *changed: the file moved under us.
 */
static bool try_once(const JobContext *c, unsigned slot, Job *j, bool *changed, const char **stage,
                     Error *e)
{
    auto_fd int fd = -1;
    begin_outcome(j);
    *stage = "open";
    if (!open_file(j, &fd, e))
        return false;
    *stage = "read";
    if (!ask(c, slot, j, fd, e))
        return false;
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(e, ERROR_RETRY, errno, "fstat");
    Identity after = identity_of(&st);
    *changed = !identity_same(&j->identity, &after);
    return true;
}

/* A shortage of the machine is waited for as long as the run's patience lasts, other faults of the
 * world a few times. */
static bool worth_waiting(JobContext *c, const Error *e, int tries, double since_s)
{
    if (*c->stop || e->kind != ERROR_RETRY)
        return false;
    if (!error_is_shortage(e) || c->impatient)
        return tries < WORLD_TRIES;
    bool patient = monotonic_s() - since_s < c->config->run.patience_s;
    c->impatient = !patient;
    return patient;
}

static void read_file(JobContext *c, unsigned slot, Job *j)
{
    double since_s = monotonic_s(), wait_s = pause_first_s;
    int tries = 0, changes = 0;
    for (;;) {
        Error e = {0};
        bool changed = false;
        const char *stage;
        bool ok = try_once(c, slot, j, &changed, &stage, &e);
        if (ok && !changed) {
            c->impatient = false;
            return;
        }
        if (j->vanished)
            return;
        if (j->fatal) {
            set_world(j, stage, &e);
            return;
        }
        if (ok && ++changes == CHANGE_TRIES) {
            j->has_report = false;
            j->outcome.report = NULL;
            error_coded(&e, ERROR_RETRY, "changed",
                        "it changes while it is read; run again when it is complete");
        } else if (!ok && !worth_waiting(c, &e, ++tries, since_s)) {
            /* told below */
        } else {
            pause_s(c, wait_s);
            wait_s = wait_s * 2 < pause_most_s ? wait_s * 2 : pause_most_s;
            continue;
        }
        set_world(j, stage, &e);
        return;
    }
}

static void name_work(Job *j)
{
    char version[128];
    const Identity *id = &j->identity;
    snprintf(version, sizeof version, "%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRId64, id->device,
             id->inode, id->size, id->mtime_ns);
    const char *const parts[] = {"file", j->uri, version, "", j->choice.pipeline->hash, NULL};
    char key[HASH_HEX_SIZE];
    Error e = {0};
    j->outcome.work_key = hash_strings(key, parts, &e) ? arena_string(&j->arena, key) : NULL;
}

void job_run(JobContext *c, unsigned slot, Job *j)
{
    double start_s = monotonic_s();
    read_file(c, slot, j);
    j->outcome.identity = j->identity;
    j->outcome.seconds = monotonic_s() - start_s;
    name_work(j);
}
