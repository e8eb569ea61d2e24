/* zygote_job.c: a slot's thread: gets itself a child, hands it a job, judges how that ended.
 *
 * It waits for the slot's `events` in slices, because nobody is left to wake it when the zygote is
 * killed: it looks after each slice. */
#include "core/clock.h"
#include "orchestrator/sandbox.h"
#include "orchestrator/zygote_internal.h"

#include <errno.h>
#include <linux/futex.h>
#include <linux/sockios.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    BIRTHS_MAX = 3,         /* children in a row that may die before they begin the job */
    COPY_KEPT_MAX = 1 << 20 /* a larger result's memory is given back */
};
static const double slice_s = 0.05; /* how late the zygote's death may be noticed */
static const double birth_s = 30;   /* a child that is not there by then will not come */

/* How a step towards an answer went; false with e set is a fourth way. */
typedef enum Step { STEP_DONE, STEP_AGAIN, STEP_LOST } Step;

/* ---- waiting and ordering */

/* Waits until somebody adds to the slot's events, `until`, or for one slice. False: the zygote is
 * gone. */
static bool pause_for_news(const Zygote *z, Caller *c, uint32_t seen, double until)
{
    double left = until - monotonic_s();
    if (!(left < slice_s))
        left = slice_s;
    if (left <= 0)
        return true;
    struct timespec t = {.tv_nsec = (long)(left * 1e9)};
    if (syscall(SYS_futex, &c->shared->events, FUTEX_WAIT, seen, &t, NULL, 0) == 0)
        return true;
    struct pollfd control = {.fd = z->control};
    return errno != ETIMEDOUT || poll(&control, 1, 0) <= 0 || !(control.revents & POLLHUP);
}

static bool zygote_hung_up(int error)
{
    return error == EPIPE || error == ECONNRESET;
}

/* Orders the wanted child. False: the zygote is gone. A full socket is no matter: whoever needs the
 * child orders again. */
static bool order(const Zygote *z, unsigned slot)
{
    ZygoteOrder o = {.slot = slot, .generation = z->callers[slot].wanted};
    return send(z->control, &o, sizeof o, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0 ||
           !zygote_hung_up(errno);
}

/* No job for this generation any more. Its successor is ordered now, so that it is there when it is
 * needed; that the zygote is gone shows then. */
static void replace(Zygote *z, unsigned slot, uint64_t generation)
{
    z->callers[slot].wanted = generation + 1;
    (void)order(z, slot);
}

/* ---- getting a child */

/* The last words of a child. SIGKILL comes from the zygote (on order only), from the kernel where
 * the machine has no memory left, or from a person. The kernel kills children first, whoever it is
 * that takes the memory: only a child that had much itself is to blame. A crash close to the limit
 * is taken for what follows from an allocation that failed. */
static void judge_death(const Zygote *z, const ZygoteBoard *b, ZygoteAnswer *out)
{
    int status = atomic_load(&b->status);
    uint64_t peak = (uint64_t)atomic_load(&b->peak_kib) << 10, limit = z->options.memory_bytes;
    uint64_t much = limit ? limit / 4 : UINT64_C(256) << 20;
    out->verdict = ZYGOTE_CRASHED;
    out->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    out->exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (out->signal == SIGSYS)
        out->verdict = ZYGOTE_FORBIDDEN;
    else if (out->signal == SIGKILL)
        out->verdict = peak < much ? ZYGOTE_KILLED : ZYGOTE_MEMORY;
    else if (out->signal && limit && peak >= limit - limit / 4)
        out->verdict = ZYGOTE_MEMORY;
}

/* The slot has a child that may be given a job. */
static bool has_child(const Zygote *z, unsigned slot, uint64_t *generation)
{
    *generation = atomic_load(&z->board[slot].born);
    return *generation >= z->callers[slot].wanted &&
           atomic_load(&z->board[slot].died) < *generation;
}

/* Waits for a child that may be given a job: out->generation. STEP_AGAIN: the one that was wanted
 * has come and gone, perhaps between two looks. The zygote makes no generation twice, so the next
 * has to be wanted, which is what the caller's next try begins with. */
static bool find_child(Zygote *z, unsigned slot, ZygoteAnswer *out, Step *step, Error *e)
{
    Caller *c = &z->callers[slot];
    ZygoteBoard *b = &z->board[slot];
    *step = STEP_DONE;
    if (has_child(z, slot, &out->generation))
        return true;
    if (out->generation >= c->wanted) /* it died while it had nothing to do */
        c->wanted = out->generation + 1;
    uint32_t failures = atomic_load(&b->failures);
    double until = monotonic_s() + birth_s;
    for (;;) {
        uint32_t seen = atomic_load(&c->shared->events);
        if (has_child(z, slot, &out->generation))
            return true;
        if (out->generation >= c->wanted) {
            judge_death(z, b, out);
            *step = STEP_AGAIN;
            return true;
        }
        if (atomic_load(&b->failures) != failures)
            return error_errno(e, ERROR_RETRY, atomic_load(&b->fork_errno), "fork of a child");
        if (monotonic_s() > until)
            return error_coded(e, ERROR_RETRY, "try_again", "no child in %g s", birth_s);
        if (!order(z, slot) || !pause_for_news(z, c, seen, until)) {
            *step = STEP_LOST;
            return true;
        }
    }
}

/* ---- a job */

static bool send_job(const Caller *c, const ZygoteJobHead *head, const ZygoteJob *job, Step *step,
                     Error *e)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(ZYGOTE_FDS_MAX * sizeof(int))];
    } control = {0};
    struct iovec parts[] = {{(void *)head, sizeof *head},
                            {(void *)job->request, job->request_size}};
    struct msghdr h = {.msg_iov = parts, .msg_iovlen = 2};
    const int fds[ZYGOTE_FDS_MAX] = {job->fd, job->extra_fd};
    if (job->fd >= 0) {
        size_t length = (job->extra_fd > 0 ? 2 : 1) * sizeof *fds;
        h.msg_control = control.bytes;
        h.msg_controllen = CMSG_SPACE(length);
        struct cmsghdr *rights = CMSG_FIRSTHDR(&h);
        *rights = (struct cmsghdr){
            .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(length)};
        memcpy(CMSG_DATA(rights), fds, length);
    }
    ssize_t sent;
    do
        sent = sendmsg(c->socket, &h, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent < 0 && !zygote_hung_up(errno))
        return error_errno(e, errno == EBADF ? ERROR_SETUP : ERROR_RETRY, errno, "job to a child");
    atomic_store(&c->shared->given, head->sequence);
    *step = sent < 0 ? STEP_LOST : STEP_DONE;
    return true;
}

/* A private copy, made once: the child could still write to what it has handed in. */
static bool copy_result(Caller *c, size_t size, Error *e)
{
    if (!c->copy || size > c->copy_capacity || c->copy_capacity > COPY_KEPT_MAX) {
        free(c->copy);
        c->copy_capacity = 0;
        c->copy = malloc(size ? size : 1);
        if (!c->copy)
            return error_errno(e, ERROR_RETRY, ENOMEM, "result of %zu bytes", size);
        c->copy_capacity = size ? size : 1;
    }
    memcpy(c->copy, c->shared->result, size);
    /* gives the pages back; where that is not possible they are used again */
    if (size > COPY_KEPT_MAX)
        madvise(c->shared->result, (size + ZYGOTE_PAGE - 1) & ~(size_t)(ZYGOTE_PAGE - 1),
                MADV_REMOVE);
    return true;
}

static bool take_answer(Zygote *z, unsigned slot, ZygoteAnswer *out, Error *e)
{
    Caller *c = &z->callers[slot];
    uint64_t size = atomic_load(&c->shared->result_size);
    if (size > sizeof c->shared->result) { /* a lie: the child is not itself any more */
        replace(z, slot, out->generation);
        out->verdict = ZYGOTE_CRASHED;
        return true;
    }
    if (!copy_result(c, (size_t)size, e))
        return false;
    if (c->served != out->generation)
        c->jobs = 0;
    c->served = out->generation;
    c->jobs++;
    unsigned enough = z->options.recycle_after;
    if (atomic_load(&c->shared->tainted) || (enough && c->jobs >= enough))
        replace(z, slot, out->generation);
    out->verdict = ZYGOTE_ANSWERED;
    out->result = c->copy;
    out->result_size = (size_t)size;
    return true;
}

/* Whether a message to the child is still in its socket, as the kernel says: what a child says of
 * itself is not asked where blame is at stake. */
static bool has_unread(const Caller *c)
{
    int bytes = 0;
    return ioctl(c->socket, SIOCOUTQ, &bytes) == 0 && bytes > 0;
}

/* The child is dead. STEP_AGAIN: it never took the job, which then is not to blame. */
static Step take_death(Zygote *z, unsigned slot, ZygoteAnswer *out)
{
    judge_death(z, &z->board[slot], out);
    if (has_unread(&z->callers[slot]))
        return STEP_AGAIN;
    replace(z, slot, out->generation);
    return STEP_DONE;
}

static bool has_asked(const Caller *c, const ZygoteJob *job)
{
    return job->supply && atomic_load(&c->shared->asked) != c->asks;
}

/* Sees to the bytes that the child waits for. False: it is not itself any more. */
static bool supply(Caller *c, const ZygoteJob *job)
{
    ZygoteSlot *s = c->shared;
    c->asks = atomic_load(&s->asked);
    ZygoteAsk ask = {.offset = atomic_load(&s->ask_offset),
                     .length = atomic_load(&s->ask_length),
                     .ahead = atomic_load(&s->ask_ahead)};
    ZygoteSupply how = job->supply(job->supply_context, &ask);
    if (how == ZYGOTE_ASK_REFUSED)
        return false;
    atomic_store(&s->missing, how != ZYGOTE_SUPPLIED);
    atomic_store(&s->supplied, c->asks);
    syscall(SYS_futex, &s->supplied, FUTEX_WAKE, 1, NULL, NULL, 0);
    return true;
}

/* Its child is killed. */
static void give_up(Zygote *z, unsigned slot, ZygoteVerdict verdict, ZygoteAnswer *out)
{
    replace(z, slot, out->generation);
    out->verdict = verdict;
}

/* A job that goes on. False: it does not any more, *out says why. */
static bool look_after(Zygote *z, unsigned slot, const ZygoteJob *job, double *until,
                       ZygoteAnswer *out)
{
    Caller *c = &z->callers[slot];
    double now = monotonic_s();
    if (!(now < *until)) {
        give_up(z, slot, ZYGOTE_TIMEOUT, out);
        return false;
    }
    if (!has_asked(c, job))
        return true;
    if (!supply(c, job)) {
        give_up(z, slot, ZYGOTE_CRASHED, out);
        return false;
    }
    *until += monotonic_s() - now;
    return true;
}

/* Waits for what becomes of the job that was sent. */
static bool await_answer(Zygote *z, unsigned slot, const ZygoteJob *job, ZygoteAnswer *out,
                         Step *step, Error *e)
{
    Caller *c = &z->callers[slot];
    ZygoteSlot *s = c->shared;
    double until = monotonic_s() + job->deadline_s;
    *step = STEP_DONE;
    if (z->spin)
        zygote_spin(&s->answered, c->sequence - 1);
    for (;;) {
        uint32_t seen = atomic_load(&s->events);
        bool died = atomic_load(&z->board[slot].died) >= out->generation; /* before the next line */
        if (atomic_load(&s->answered) == c->sequence)
            return take_answer(z, slot, out, e);
        if (died) {
            *step = take_death(z, slot, out);
            return true;
        }
        if (!look_after(z, slot, job, &until, out))
            return true;
        if (!pause_for_news(z, c, seen, until)) {
            *step = STEP_LOST;
            return true;
        }
    }
}

/* Children that do not live to begin a job: not this job's fault. */
static bool report_unfit(const Caller *c, const ZygoteAnswer *last, Error *e)
{
    if (c->shared->unfit.kind != ERROR_NONE) {
        *e = c->shared->unfit;
        return error_wrap(e, "sandbox of a child");
    }
    return error_coded(e, ERROR_RETRY, "no_memory",
                       "the children end before they can begin (signal %d, status %d): is the "
                       "machine short of memory?",
                       last->signal, last->exit_status);
}

static bool check_job(const Zygote *z, const ZygoteJob *job, Error *e)
{
    if (job->slot >= z->options.slots)
        return error_set(e, ERROR_SETUP, "slot %u of %u", job->slot, z->options.slots);
    if (job->request_size > ZYGOTE_REQUEST_MAX)
        return error_set(e, ERROR_SETUP, "a request of %zu bytes; %d are allowed",
                         job->request_size, ZYGOTE_REQUEST_MAX);
    return true;
}

bool zygote_job(Zygote *z, const ZygoteJob *job, ZygoteAnswer *out, Error *e)
{
    if (!check_job(z, job, e))
        return false;
    unsigned slot = job->slot + (job->aside ? z->options.slots : 0);
    Caller *c = &z->callers[slot];
    if (job->fresh && c->jobs > 0 && c->served >= c->wanted)
        c->wanted = c->served + 1;
    for (int births = 0; births < BIRTHS_MAX; births++) {
        Step step = STEP_LOST;
        *out = (ZygoteAnswer){0};
        if (!find_child(z, slot, out, &step, e))
            return false;
        ZygoteJobHead head = {
            .generation = out->generation, .sequence = ++c->sequence, .spin = z->spin};
        c->asks = atomic_load(&c->shared->asked);
        if (step == STEP_DONE && !send_job(c, &head, job, &step, e))
            return false;
        if (step == STEP_DONE && !await_answer(z, slot, job, out, &step, e))
            return false;
        if (step == STEP_LOST)
            out->verdict = ZYGOTE_LOST;
        if (step != STEP_AGAIN)
            return true;
    }
    return report_unfit(c, out, e);
}

/* ---- protection */

/* Waits until the slot's child has entered its sandbox. */
static bool await_ready(const Zygote *z, unsigned slot, ZygoteAnswer *out, Step *step, Error *e)
{
    Caller *c = &z->callers[slot];
    double until = monotonic_s() + birth_s;
    for (;;) {
        uint32_t seen = atomic_load(&c->shared->events);
        if (atomic_load(&c->shared->ready) == out->generation)
            return true;
        if (atomic_load(&z->board[slot].died) >= out->generation) {
            judge_death(z, &z->board[slot], out);
            *step = STEP_AGAIN;
            return true;
        }
        if (monotonic_s() > until)
            return error_coded(e, ERROR_RETRY, "try_again", "no sandbox in %g s", birth_s);
        if (!pause_for_news(z, c, seen, until)) {
            *step = STEP_LOST;
            return true;
        }
    }
}

/* A child in its sandbox: out->generation. */
static bool show_child(Zygote *z, unsigned slot, ZygoteAnswer *out, Error *e)
{
    for (int births = 0; births < BIRTHS_MAX; births++) {
        Step step = STEP_LOST;
        *out = (ZygoteAnswer){0};
        if (!find_child(z, slot, out, &step, e))
            return false;
        if (step == STEP_DONE && !await_ready(z, slot, out, &step, e))
            return false;
        if (step == STEP_LOST)
            return error_coded(e, ERROR_SETUP, "sandbox_lost", "the zygote is gone (killed?)");
        if (step == STEP_DONE)
            return true;
    }
    return report_unfit(&z->callers[slot], out, e);
}

bool zygote_protection(Zygote *z, SandboxProtection *out, Error *e)
{
    unsigned slot = z->slots - 1;
    ZygoteAnswer shown;
    if (!show_child(z, slot, &shown, e))
        return false;
    *out = z->callers[slot].shared->protection;
    out->missing = sandbox_missing(out);
    ZygoteOrder leave = {.slot = slot, .generation = shown.generation, .leave = true};
    if (send(z->control, &leave, sizeof leave, MSG_NOSIGNAL) < 0)
        return error_errno(e, ERROR_SETUP, errno, "zygote");
    return true;
}
