/* zygote.c: starts the zygote and ends it. Jobs are in zygote_job.c, the other side of the fork in
 * zygote_child.c. */
#include "orchestrator/zygote_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* The zygote gets this long to bury its children. */
enum { FAREWELL_MS = 10000 };

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* A shared mapping, which the zygote and its children inherit; NULL where there is no room. */
static void *share(size_t size)
{
    void *m =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return m == MAP_FAILED ? NULL : m;
}

/* Descriptors below 3 become /dev/null in the zygote, so a socket must not be there, which it would
 * be in a caller that was started without standard input. */
static bool lift(int *fd)
{
    if (*fd > STDERR_FILENO)
        return true;
    int higher = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close_fd(fd);
    *fd = higher;
    return higher >= 0;
}

static bool make_pair(int *ours, int *theirs, Error *e)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return error_errno(e, ERROR_SETUP, errno, "socketpair");
    *ours = pair[0];
    *theirs = pair[1];
    if (!lift(ours) || !lift(theirs))
        return error_errno(e, ERROR_SETUP, errno, "socketpair");
    return true;
}

static bool furnish(Zygote *z, Error *e)
{
    z->callers = calloc(z->slots, sizeof *z->callers);
    z->board = share(z->slots * sizeof *z->board);
    if (!z->callers || !z->board)
        return error_errno(e, ERROR_SETUP, ENOMEM, "zygote");
    for (unsigned i = 0; i < z->slots; i++)
        z->callers[i] = (Caller){.socket = -1, .child_socket = -1, .wanted = 1};
    if (!make_pair(&z->control, &z->control_child, e))
        return false;
    for (unsigned i = 0; i < z->slots; i++) {
        Caller *c = &z->callers[i];
        c->shared = share(sizeof *c->shared);
        if (!c->shared)
            return error_errno(e, ERROR_SETUP, ENOMEM, "memory shared with child %u", i);
        if (!make_pair(&c->socket, &c->child_socket, e))
            return false;
    }
    return true;
}

_Noreturn static void become_zygote(const Zygote *z, pid_t parent)
{
    int *sockets = calloc(z->slots, sizeof *sockets);
    ZygoteSlot **shared = calloc(z->slots, sizeof(ZygoteSlot *));
    if (!sockets || !shared)
        _exit(1);
    for (unsigned i = 0; i < z->slots; i++) {
        sockets[i] = z->callers[i].child_socket;
        shared[i] = z->callers[i].shared;
    }
    zygote_serve(&(ZygotePlan){.options = &z->options,
                               .slots = z->slots,
                               .board = z->board,
                               .shared = shared,
                               .sockets = sockets,
                               .control = z->control_child,
                               .parent = parent});
}

/* It is gone before it said anything. What was killed may work another time, what crashed or left
 * will not. */
static bool report_stillborn(Zygote *z, Error *e)
{
    int status = 0;
    while (waitpid(z->pid, &status, 0) < 0 && errno == EINTR) {
    }
    z->pid = 0;
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        return error_coded(e, ERROR_RETRY, "sandbox_lost",
                           "the process that makes the readers was killed while it warmed up; run "
                           "again");
    return error_coded(e, ERROR_SETUP, "sandbox",
                       "the process that makes the readers died while it warmed up (signal %d, "
                       "status %d)",
                       WIFSIGNALED(status) ? WTERMSIG(status) : 0,
                       WIFEXITED(status) ? WEXITSTATUS(status) : 0);
}

/* Waits until the zygote has warmed up and says whether it worked. */
static bool greet(Zygote *z, Error *e)
{
    Error theirs;
    ssize_t got;
    do
        got = recv(z->control, &theirs, sizeof theirs, 0);
    while (got < 0 && errno == EINTR);
    if (got != sizeof theirs)
        return report_stillborn(z, e);
    if (theirs.kind == ERROR_NONE)
        return true;
    *e = theirs;
    return error_wrap(e, "zygote");
}

bool zygote_start(const ZygoteOptions *o, Zygote **out, Error *e)
{
    Zygote *z = calloc(1, sizeof *z);
    if (!z)
        return error_errno(e, ERROR_SETUP, errno, "zygote");
    *z = (Zygote){.options = *o, .slots = 2 * o->slots + 1, .control = -1, .control_child = -1};
    cpu_set_t cores;
    z->spin = sched_getaffinity(0, sizeof cores, &cores) == 0 &&
              (unsigned)CPU_COUNT(&cores) >= 2 * o->slots;
    if (!furnish(z, e)) {
        zygote_stop(z);
        return false;
    }
    pid_t self = getpid();
    z->pid = fork();
    if (z->pid == 0)
        become_zygote(z, self);
    bool ok = z->pid > 0 || error_errno(e, ERROR_SETUP, errno, "fork");
    close_fd(&z->control_child);
    for (unsigned i = 0; i < z->slots; i++)
        close_fd(&z->callers[i].child_socket);
    if (!ok || !greet(z, e)) {
        zygote_stop(z);
        return false;
    }
    *out = z;
    return true;
}

/* The zygote ends by itself when its control socket is closed, unless something has stopped it. */
static void bury_zygote(pid_t pid)
{
    const struct timespec pause = {.tv_nsec = 200000};
    pid_t got;
    int pauses = 0;
    while ((got = waitpid(pid, NULL, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        if (pauses++ == FAREWELL_MS * 5)
            kill(pid, SIGKILL);
        nanosleep(&pause, NULL);
    }
}

void zygote_stop(Zygote *z)
{
    if (!z)
        return;
    close_fd(&z->control);
    close_fd(&z->control_child);
    if (z->pid > 0)
        bury_zygote(z->pid);
    for (unsigned i = 0; z->callers && i < z->slots; i++) {
        Caller *c = &z->callers[i];
        close_fd(&c->socket);
        close_fd(&c->child_socket);
        free(c->copy);
        if (c->shared)
            munmap(c->shared, sizeof *c->shared);
    }
    if (z->board)
        munmap(z->board, z->slots * sizeof *z->board);
    free(z->callers);
    free(z);
}
