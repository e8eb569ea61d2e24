/* zygote_child.c: the zygote's own life, and that of the children it forks. */
#include "orchestrator/zygote_child.h"

#include "core/clock.h"
#include "orchestrator/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_FD = 3 /* behind stdin, stdout, stderr */ };

/* One slot, as the zygote sees it. */
typedef struct Nest {
    pid_t pid;           /* 0: nobody */
    uint64_t generation; /* of the newest child */
    uint64_t ordered;    /* generation that the parent wants */
} Nest;

/* The result was written before: whoever sees the new count sees it too. */
static void wake_parent(ZygoteSlot *s)
{
    atomic_fetch_add(&s->events, 1);
    syscall(SYS_futex, &s->events, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* ---- the child */

void zygote_spin(const _Atomic uint64_t *value, uint64_t seen)
{
    double end_s = monotonic_s() + ZYGOTE_SPIN_NS * 1e-9;
    while (atomic_load(value) == seen && monotonic_s() < end_s) {
    }
}

bool zygote_ask(ZygoteTask *task, const ZygoteAsk *ask)
{
    ZygoteSlot *s = task->slot;
    atomic_store(&s->ask_offset, ask->offset);
    atomic_store(&s->ask_length, ask->length);
    atomic_store(&s->ask_ahead, ask->ahead);
    uint32_t mine = atomic_fetch_add(&s->asked, 1) + 1, seen;
    wake_parent(s);
    while ((seen = atomic_load(&s->supplied)) != mine)
        syscall(SYS_futex, &s->supplied, FUTEX_WAIT, seen, NULL, NULL, 0);
    return !atomic_load(&s->missing);
}

typedef struct Message {
    ZygoteJobHead head;
    alignas(max_align_t) uint8_t request[ZYGOTE_REQUEST_MAX];
    size_t request_size;
    int fds[ZYGOTE_FDS_MAX]; /* -1: none */
} Message;

static void take_descriptors(Message *m, const struct cmsghdr *c)
{
    for (size_t i = 0; i < ZYGOTE_FDS_MAX; i++)
        m->fds[i] = -1;
    if (!c || c->cmsg_type != SCM_RIGHTS || c->cmsg_len < CMSG_LEN(sizeof(int)))
        return;
    size_t length = c->cmsg_len - CMSG_LEN(0);
    memcpy(m->fds, CMSG_DATA(c), length < sizeof m->fds ? length : sizeof m->fds);
}

/* The next message on the socket. False: it cannot be received whole. */
static bool receive(int socket, Message *m)
{
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(ZYGOTE_FDS_MAX * sizeof(int))];
    } control;
    struct iovec parts[] = {{&m->head, sizeof m->head}, {m->request, sizeof m->request}};
    struct msghdr h = {.msg_iov = parts,
                       .msg_iovlen = 2,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(socket, &h, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    take_descriptors(m, got < 0 ? NULL : CMSG_FIRSTHDR(&h));
    if (got < (ssize_t)sizeof m->head || (h.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
        return false;
    m->request_size = (size_t)got - sizeof m->head;
    return true;
}

static void do_job(const ZygoteOptions *o, const Message *m, ZygoteSlot *s)
{
    ZygoteTask task = {.fd = m->fds[0],
                       .extra_fd = m->fds[1],
                       .request = m->request,
                       .request_size = m->request_size,
                       .result = s->result,
                       .capacity = sizeof s->result,
                       .slot = s};
    size_t size = o->work(o->context, &task);
    atomic_store(&s->result_size, size);
    atomic_store(&s->tainted, task.tainted);
    atomic_store(&s->answered, m->head.sequence);
    wake_parent(s);
}

/* Keeps of all that was inherited the job socket and the slot's own memory. */
static void drop_the_rest(const ZygotePlan *p, unsigned slot)
{
    for (unsigned i = 0; i < p->slots; i++)
        if (i != slot)
            munmap(p->shared[i], sizeof *p->shared[i]);
    munmap(p->board, p->slots * sizeof *p->board);
    dup2(p->sockets[slot], FIRST_FD);
    closefrom(FIRST_FD + 1);
}

_Noreturn static void live(const ZygotePlan *p, unsigned slot, uint64_t generation, pid_t zygote)
{
    ZygoteSlot *s = p->shared[slot];
    const ZygoteOptions *o = p->options;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != zygote) /* it died before the line above */
        _exit(ZYGOTE_EXIT_UNFIT);
    prctl(PR_SET_NAME, "weir: child");
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    drop_the_rest(p, slot);
    if (!sandbox_enter(o->memory_bytes, o->output_bytes, o->no_seccomp, &s->protection, &s->unfit))
        _exit(ZYGOTE_EXIT_UNFIT);
    atomic_store(&s->ready, generation);
    wake_parent(s);
    Message m;
    while (receive(FIRST_FD, &m)) {
        if (m.head.generation == generation)
            do_job(o, &m, s);
        for (size_t i = 0; i < ZYGOTE_FDS_MAX; i++)
            if (m.fds[i] >= 0)
                close(m.fds[i]);
        if (m.head.spin)
            zygote_spin(&s->given, m.head.sequence);
    }
    _exit(ZYGOTE_EXIT_UNFIT);
}

/* ---- the zygote */

static void bear(const ZygotePlan *p, unsigned slot, Nest *n)
{
    ZygoteSlot *s = p->shared[slot];
    ZygoteBoard *b = &p->board[slot];
    /* Nobody lives here now. What the last child has left is not to be taken for the next one's
     * answer; where pages cannot be given back they are kept, which does no harm. */
    s->unfit = (Error){0};
    atomic_store(&s->ready, 0);
    atomic_store(&s->answered, 0);
    madvise(s->result, sizeof s->result, MADV_REMOVE);
    pid_t self = getpid(), pid = fork();
    if (pid == 0)
        live(p, slot, n->ordered, self);
    if (pid < 0) {
        atomic_store(&b->fork_errno, errno);
        atomic_fetch_add(&b->failures, 1);
    } else {
        n->pid = pid;
        n->generation = n->ordered;
        atomic_store(&b->born, n->generation);
    }
    wake_parent(s);
}

static void obey(const ZygotePlan *p, Nest *nests, const ZygoteOrder *order)
{
    if (order->slot >= p->slots)
        return;
    Nest *n = &nests[order->slot];
    bool leave = order->leave && order->generation == n->generation;
    bool renew = !order->leave && order->generation > n->generation;
    if (renew)
        n->ordered = order->generation;
    if (n->pid && (leave || renew))
        kill(n->pid, SIGKILL); /* reap() goes on */
    else if (renew)
        bear(p, order->slot, n);
}

static void bury(const ZygotePlan *p, unsigned slot, Nest *n, int status, long peak_kib)
{
    ZygoteBoard *b = &p->board[slot];
    n->pid = 0;
    atomic_store(&b->status, status);
    atomic_store(&b->peak_kib, peak_kib);
    atomic_store(&b->died, n->generation);
    wake_parent(p->shared[slot]);
    if (n->ordered > n->generation)
        bear(p, slot, n);
}

static void reap(const ZygotePlan *p, Nest *nests)
{
    int status;
    struct rusage usage;
    pid_t pid;
    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
        for (unsigned i = 0; i < p->slots; i++)
            if (nests[i].pid == pid)
                bury(p, i, &nests[i], status, usage.ru_maxrss);
}

/* Leaves no zombie behind for whoever inherits them, which may be the parent where it is process 1
 * of a container. */
_Noreturn static void end(Nest *nests, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (nests[i].pid)
            kill(nests[i].pid, SIGKILL);
    while (wait(NULL) > 0 || errno == EINTR) {
    }
    free(nests);
    _exit(0);
}

static void take_orders(const ZygotePlan *p, Nest *nests)
{
    ZygoteOrder order;
    ssize_t got;
    while ((got = recv(p->control, &order, sizeof order, MSG_DONTWAIT)) == sizeof order)
        obey(p, nests, &order);
    if (got >= 0 || (errno != EAGAIN && errno != EINTR))
        end(nests, p->slots);
}

_Noreturn static void serve(const ZygotePlan *p, Nest *nests, int deaths)
{
    struct pollfd watched[] = {{deaths, POLLIN, 0}, {p->control, POLLIN, 0}};
    for (;;) {
        if (poll(watched, 2, -1) < 0)
            continue; /* EINTR */
        struct signalfd_siginfo news;
        if (watched[0].revents && read(deaths, &news, sizeof news) > 0)
            reap(p, nests);
        if (watched[1].revents)
            take_orders(p, nests);
    }
}

/* ---- how the zygote begins */

/* What is no secret to a parser. The strings are overwritten, not only taken off the list: children
 * inherit this memory. */
static bool clear_environment(void)
{
    for (char **v = environ; v && *v; v++)
        explicit_bzero(*v, strlen(*v));
    clearenv();
    bool set = setenv("HDF5_USE_FILE_LOCKING", "FALSE", 1) == 0 &&
               setenv("HOME", "/nonexistent", 1) == 0 && setenv("TZ", "UTC", 1) == 0 &&
               setenv("LC_ALL", "C", 1) == 0;
    tzset();
    return set;
}

static bool is_kept(const ZygotePlan *p, int fd)
{
    for (unsigned i = 0; i < p->slots; i++)
        if (p->sockets[i] == fd)
            return true;
    return fd == p->control;
}

static void close_the_rest(const ZygotePlan *p)
{
    int highest = p->control;
    for (unsigned i = 0; i < p->slots; i++)
        highest = p->sockets[i] > highest ? p->sockets[i] : highest;
    for (int fd = FIRST_FD; fd < highest; fd++)
        if (!is_kept(p, fd))
            close(fd);
    closefrom(highest + 1);
}

/* Standard input and output are /dev/null; standard error too, except where a sanitizer reports. */
static bool silence(Error *e)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0)
        return error_errno(e, ERROR_SETUP, errno, "/dev/null");
    bool done = dup2(null, STDIN_FILENO) >= 0 && dup2(null, STDOUT_FILENO) >= 0;
#ifndef WEIR_SANITIZE
    done = done && dup2(null, STDERR_FILENO) >= 0;
#endif
    return done || error_errno(e, ERROR_SETUP, errno, "dup2 of /dev/null");
}

/* No handler of the caller runs here. What a terminal or a service manager sends to everybody is
 * for main to decide on; SIGXFSZ would turn a failing write into a crash. */
static int set_signals(void)
{
    static const int ignored[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGTSTP,
                                  SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGXFSZ};
    for (int i = 1; i < NSIG; i++)
        signal(i, SIG_DFL);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    sigset_t deaths;
    sigemptyset(&deaths);
    sigaddset(&deaths, SIGCHLD);
    sigprocmask(SIG_SETMASK, &deaths, NULL);
    return signalfd(-1, &deaths, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool begin(const ZygotePlan *p, int *deaths, Error *e)
{
    prctl(PR_SET_NAME, "weir: zygote");
    setsid();
    close_the_rest(p);
    if (!silence(e))
        return false;
    *deaths = set_signals();
    if (*deaths < 0)
        return error_errno(e, ERROR_SETUP, errno, "signalfd");
    if (!clear_environment())
        return error_errno(e, ERROR_SETUP, errno, "environment");
    if (chdir("/") < 0)
        return error_errno(e, ERROR_SETUP, errno, "chdir /");
    const ZygoteOptions *o = p->options;
    return !o->warm_up || o->warm_up(o->context, e);
}

void zygote_serve(const ZygotePlan *p)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != p->parent)
        _exit(1);
    Nest *nests = calloc(p->slots, sizeof *nests);
    if (!nests)
        _exit(1);
    Error e = {0};
    int deaths = -1;
    bool ok = begin(p, &deaths, &e);
    if (send(p->control, &e, sizeof e, MSG_NOSIGNAL) != sizeof e || !ok)
        _exit(1);
    serve(p, nests, deaths);
}
