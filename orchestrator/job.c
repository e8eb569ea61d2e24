/* job.c: open the file, let the slot's child read it (job_read.c), tell what came of it. An archive
 * is unpacked and its members are read (job_archive.c). */
#include "orchestrator/job_internal.h"

#include "core/clock.h"
#include "core/hash.h"
#include "orchestrator/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
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
    arena_init(&j->own, 0);
    j->arena = &j->own;
    j->kind = kind;
    j->uri = j->path = arena_copy(j->arena, o->uri, o->uri_length);
    j->unit = "";
    j->identity = o->identity;
    j->version = o->version ? arena_string(j->arena, o->version) : NULL;
    j->ticket = o->ticket;
    j->choice = *choice;
    if (j->uri && (j->version || !o->version))
        return j;
    job_free(j);
    return NULL;
}

void job_free(Job *j)
{
    if (!j)
        return;
    job_drop_fetch(j);
    for (unsigned i = 0; i < j->arena_count; i++)
        arena_deinit(&j->arenas[i]);
    arena_deinit(&j->own);
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

/* Whoever asks what an archive is does not ask for its members. */
static bool opens_archive(const Job *j)
{
    return j->has_report && j->report.container && j->outcome.state == UNIT_DONE &&
           (j->wanted || j->kind == JOB_RUN || j->kind == JOB_SHOW);
}

static bool has_changed(const Job *j, int fd, bool *changed, Error *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return error_errno(e, ERROR_RETRY, errno, "fstat");
    Identity after = identity_of(&st);
    *changed = !identity_same(&j->identity, &after);
    return true;
}

/* Opens and reads once. *stage says how far it got when false. *changed: the file moved under us.
 */
static bool try_once(const JobContext *c, unsigned slot, Job *j, bool *changed, const char **stage,
                     Error *e)
{
    auto_fd int fd = -1;
    job_begin_outcome(j);
    *stage = j->version ? "fetch" : "open";
    bool ok = j->version ? job_open_object(c, j, &fd, e) : open_file(j, &fd, e);
    if (ok) {
        *stage = "read";
        ok = job_read(c, slot, j, fd, e) &&
             (!opens_archive(j) ||
              (job_fetch_rest(c, j, e) && job_open_archive(c, slot, j, fd, e))) &&
             (j->version || has_changed(j, fd, changed, e));
    }
    if (j->version)
        job_end_try(c, j, ok, stage, e);
    return ok;
}

/* What passes by itself: a shortage of the machine, a network or service that is away. */
static bool passes(const Error *e, const char *stage)
{
    static const char *const ours[] = {"changed", "checksum", "bad_reply"};
    bool away = strcmp(stage, "fetch") == 0;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        away = away && strcmp(e->code, ours[i]) != 0;
    return away || error_is_shortage(e);
}

/* It is waited for as long as the run's patience lasts, for other faults of the world a few times.
 */
static bool worth_waiting(JobContext *c, const Error *e, bool passing, int tries, double since_s)
{
    if (*c->stop || e->kind != ERROR_RETRY || strcmp(e->code, "stopped") == 0)
        return false;
    if (!passing || c->impatient)
        return tries < WORLD_TRIES;
    bool patient = monotonic_s() - since_s < c->config->run.patience_s;
    c->impatient = !patient;
    return patient;
}

/* Nothing has come through for as long as the run is patient: the rest would fare no better. */
static bool is_cut_off(const JobContext *c, const char *stage)
{
    return c->impatient && strcmp(stage, "fetch") == 0 &&
           monotonic_s() - c->well_s >= c->config->run.patience_s;
}

static void begin_wait(JobContext *c, bool *waits, const Error *e)
{
    JobsWaiting *w = &c->waiting;
    if (*waits)
        return;
    *waits = true;
    pthread_mutex_lock(&w->lock);
    if (w->count++ == 0) {
        w->since_s = monotonic_s();
        w->why = *e;
    }
    pthread_mutex_unlock(&w->lock);
}

static void end_wait(JobContext *c)
{
    pthread_mutex_lock(&c->waiting.lock);
    c->waiting.count--;
    pthread_mutex_unlock(&c->waiting.lock);
}

bool job_waits(JobContext *c, double least_s, Error *why)
{
    JobsWaiting *w = &c->waiting;
    pthread_mutex_lock(&w->lock);
    double since_s = fmax(w->since_s, c->well_s);
    bool waits = w->count > 0 && monotonic_s() - since_s >= least_s;
    if (waits)
        *why = w->why;
    pthread_mutex_unlock(&w->lock);
    return waits;
}

/* *waits: it has begun to wait for better times. */
static void read_patiently(JobContext *c, unsigned slot, Job *j, bool *waits)
{
    double since_s = monotonic_s(), wait_s = pause_first_s;
    int tries[2] = {0}, changes = 0; /* an outage leaves as many tries for what comes behind it */
    for (;;) {
        Error e = {0};
        bool changed = false;
        const char *stage;
        bool ok = try_once(c, slot, j, &changed, &stage, &e);
        bool passing = !ok && passes(&e, stage);
        if (ok && !changed) {
            c->impatient = false;
            c->well_s = monotonic_s();
            return;
        }
        if (j->vanished || j->abandoned)
            return;
        if (j->fatal) {
            job_set_world(j, stage, &e);
            return;
        }
        if (ok && ++changes == CHANGE_TRIES) {
            j->has_report = false;
            j->outcome.report = NULL;
            j->member_count = 0;
            error_coded(&e, ERROR_RETRY, "changed",
                        "it changes while it is read; run again when it is complete");
        } else if (!ok && !worth_waiting(c, &e, passing, ++tries[passing], since_s)) {
            j->fatal = passing && is_cut_off(c, stage);
        } else {
            if (!ok)
                begin_wait(c, waits, &e);
            pause_s(c, wait_s);
            wait_s = wait_s * 2 < pause_most_s ? wait_s * 2 : pause_most_s;
            continue;
        }
        job_set_world(j, stage, &e);
        return;
    }
}

static void read_file(JobContext *c, unsigned slot, Job *j)
{
    bool waits = false;
    read_patiently(c, slot, j, &waits);
    job_drop_fetch(j);
    if (waits)
        end_wait(c);
}

/* Of a file or a member: which work it was, on which version of what. */
static void name_work(Job *j)
{
    char version[128];
    const Identity *id = &j->identity;
    snprintf(version, sizeof version, "%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRId64, id->device,
             id->inode, id->size, id->mtime_ns);
    const char *pipeline = j->choice.pipeline ? j->choice.pipeline->hash : "";
    const char *const parts[] = {j->version ? "object" : "file",
                                 j->uri,
                                 j->version ? j->version : version,
                                 j->unit,
                                 pipeline,
                                 NULL};
    char key[HASH_HEX_SIZE];
    Error e = {0};
    j->outcome.work_key = hash_strings(key, parts, &e) ? arena_string(j->arena, key) : NULL;
}

/* A member's version is that of its archive, but for its size. */
static void name_members(const Config *c, Job *j)
{
    Outcome *o = &j->outcome;
    j->member_outcomes = arena_array(j->arena, j->member_count + 1, sizeof(Outcome *));
    if (!j->member_outcomes)
        j->abandoned = true; /* it cannot be told whole: it is read again */
    for (size_t i = 0; j->member_outcomes && i < j->member_count; i++) {
        Job *m = j->members[i];
        m->identity = j->identity;
        name_work(m);
        m->identity.size = m->window.size;
        m->outcome.identity = m->identity;
        j->member_outcomes[i] = &m->outcome;
    }
    o->has_members = j->has_report && j->report.container && o->state != UNIT_WAITING;
    o->members = j->member_count;
    if (o->has_members)
        o->pipeline_hash = c->archive_hash;
}

void job_run(JobContext *c, unsigned slot, Job *j)
{
    double start_s = monotonic_s();
    read_file(c, slot, j);
    j->outcome.seconds = monotonic_s() - start_s;
    j->outcome.identity = j->identity;
    name_work(j);
    if (j->outcome.state == UNIT_WAITING)
        j->member_count = 0;
    name_members(c->config, j);
}
