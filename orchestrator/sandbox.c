/* sandbox.c: what a child may do: read the descriptor it was given, compute, use bounded memory.
 *
 * Parsers run on files that nobody vouches for, in libraries whose known faults are many, so each
 * layer is made as if the others were absent. Refused calls are of two sorts: those that libraries
 * make in passing and can live without get an error, all others kill. */
#include "orchestrator/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#if defined WEIR_DEBUG && __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

#ifdef WEIR_SANITIZE
static const bool for_sanitizer = true; /* shadow memory is terabytes of address space */
#else
static const bool for_sanitizer = false;
#endif

/* Known in Debug builds only, where valgrind was installed when they were built. */
static bool under_valgrind(void)
{
#ifdef RUNNING_ON_VALGRIND
    return RUNNING_ON_VALGRIND;
#else
    return false;
#endif
}

enum { OPEN_FILES_MAX = 16, STACK_BYTES = 8 << 20 };

/* Address space besides what the job allocates: program, libraries, stack, the slot shared with the
 * parent and what malloc reserves without using (measured: under 200 MiB). */
static const rlim_t address_headroom = (rlim_t)1 << 30;

/* ---- resources */

/* Lowers a limit to `value`; one that is lower already stays. */
static bool set_limit(int resource, rlim_t value, const char *name, Error *e)
{
    struct rlimit r;
    if (getrlimit((__rlimit_resource_t)resource, &r) < 0)
        return error_errno(e, ERROR_SETUP, errno, "getrlimit %s", name);
    r.rlim_max = value < r.rlim_max ? value : r.rlim_max;
    r.rlim_cur = value < r.rlim_cur ? value : r.rlim_cur;
    if (setrlimit((__rlimit_resource_t)resource, &r) < 0)
        return error_errno(e, ERROR_SETUP, errno, "setrlimit %s", name);
    return true;
}

static bool set_limits(uint64_t memory_bytes, uint64_t output_bytes, Error *e)
{
    rlim_t memory = RLIM_INFINITY, space = RLIM_INFINITY;
    if (under_valgrind()) /* they would be its own */
        return true;
    if (memory_bytes > 0 && !for_sanitizer) {
        memory = memory_bytes;
        if (memory < RLIM_INFINITY - address_headroom)
            space = memory + address_headroom;
    }
    return set_limit(RLIMIT_CORE, 0, "CORE", e) &&
           set_limit(RLIMIT_FSIZE, output_bytes, "FSIZE", e) &&
           set_limit(RLIMIT_NOFILE, OPEN_FILES_MAX, "NOFILE", e) &&
           set_limit(RLIMIT_STACK, STACK_BYTES, "STACK", e) &&
           set_limit(RLIMIT_DATA, memory, "DATA", e) && set_limit(RLIMIT_AS, space, "AS", e);
}

/* When the machine runs out of memory a child goes first, never the orchestrator. */
static bool volunteer_for_oom(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool written = write(fd, "1000", 4) == 4;
    close(fd);
    return written;
}

/* ---- Landlock */

/* As in linux/landlock.h of kernel 6.12; Debian's header knows the first member only. Kernels take
 * a longer struct than their own if what they do not know is zero. */
typedef struct LandlockRuleset {
    uint64_t fs, net, scoped;
} LandlockRuleset;

enum {
    FS_ABI_1 = (1 << 13) - 1, /* execute .. make_sym */
    FS_REFER = 1 << 13,
    FS_TRUNCATE = 1 << 14,
    FS_IOCTL_DEVICE = 1 << 15,
    NET_TCP = 3,             /* bind, connect */
    SCOPE_SOCKET_SIGNAL = 3, /* abstract sockets, signals to processes outside */
};

static LandlockRuleset all_rights(int abi)
{
    LandlockRuleset r = {.fs = FS_ABI_1};
    r.fs |= abi >= 2 ? FS_REFER : 0;
    r.fs |= abi >= 3 ? FS_TRUNCATE : 0;
    r.fs |= abi >= 5 ? FS_IOCTL_DEVICE : 0;
    r.net = abi >= 4 ? NET_TCP : 0;
    r.scoped = abi >= 6 ? SCOPE_SOCKET_SIGNAL : 0;
    return r;
}

/* Handles every right and grants none. Returns the kernel's ABI, 0 if it has no Landlock. */
static int enter_landlock(void)
{
    if (under_valgrind()) /* which does not know its system calls */
        return 0;
    long abi =
        syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1)
        return 0;
    LandlockRuleset rights = all_rights((int)abi);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0);
    if (fd < 0)
        return 0;
    long refused = syscall(SYS_landlock_restrict_self, fd, 0);
    close(fd);
    return refused ? 0 : (int)abi;
}

/* ---- seccomp */

static const int allowed[] = {
    /* the descriptor, and the socket it comes by */
    SCMP_SYS(read),
    SCMP_SYS(readv),
    SCMP_SYS(pread64),
    SCMP_SYS(preadv),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(fadvise64),
    SCMP_SYS(flock),
    SCMP_SYS(close),
    SCMP_SYS(recvmsg),
    /* unpacking, which fills a file that the parent has made; no other descriptor can be written */
    SCMP_SYS(pwrite64),
    SCMP_SYS(ftruncate),
    /* memory; mmap and mprotect below */
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    /* waking the parent, and the end */
    SCMP_SYS(futex),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(restart_syscall),
    /* abort(); tgkill below */
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    /* clocks where the vDSO has none, and what malloc and qsort ask about the machine */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(time),
    SCMP_SYS(nanosleep),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrusage),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu),
    SCMP_SYS(sysinfo),
};

typedef struct Refusal {
    int call, error;
} Refusal;

static const Refusal refused[] = {
    {SCMP_SYS(open), EPERM},       {SCMP_SYS(openat), EPERM},    {SCMP_SYS(openat2), EPERM},
    {SCMP_SYS(access), EPERM},     {SCMP_SYS(faccessat), EPERM}, {SCMP_SYS(faccessat2), EPERM},
    {SCMP_SYS(stat), EPERM},       {SCMP_SYS(lstat), EPERM},     {SCMP_SYS(statx), EPERM},
    {SCMP_SYS(statfs), EPERM},     {SCMP_SYS(fstatfs), EPERM},   {SCMP_SYS(readlink), EPERM},
    {SCMP_SYS(readlinkat), EPERM}, {SCMP_SYS(getcwd), EPERM},    {SCMP_SYS(fcntl), EPERM},
    {SCMP_SYS(ioctl), EPERM},      {SCMP_SYS(socket), EPERM},    {SCMP_SYS(uname), EPERM},
    {SCMP_SYS(prctl), EPERM},      {SCMP_SYS(getrlimit), EPERM}, {SCMP_SYS(prlimit64), EPERM},
    {SCMP_SYS(write), EBADF},      {SCMP_SYS(writev), EBADF},    {SCMP_SYS(clone3), ENOSYS},
};

#define NO_EXEC SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)
#define BY_DESCRIPTOR(yes) SCMP_A3(SCMP_CMP_MASKED_EQ, AT_EMPTY_PATH, (yes) ? AT_EMPTY_PATH : 0)

/* Calls that depend on their arguments. Without PROT_EXEC no code is loaded (HDF5's filter
 * plugins); abort() may signal this process but no other; fstat() is a newfstatat() without a path.
 */
static bool add_conditional(scmp_filter_ctx c)
{
    const uint32_t allow = SCMP_ACT_ALLOW;
    return seccomp_rule_add(c, allow, SCMP_SYS(mmap), 1, NO_EXEC) == 0 &&
           seccomp_rule_add(c, allow, SCMP_SYS(mprotect), 1, NO_EXEC) == 0 &&
           seccomp_rule_add(c, allow, SCMP_SYS(tgkill), 1,
                            SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)) == 0 &&
           seccomp_rule_add(c, allow, SCMP_SYS(newfstatat), 1, BY_DESCRIPTOR(true)) == 0 &&
           seccomp_rule_add(c, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(newfstatat), 1,
                            BY_DESCRIPTOR(false)) == 0;
}

static bool add_rules(scmp_filter_ctx c)
{
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++)
        if (seccomp_rule_add(c, SCMP_ACT_ALLOW, allowed[i], 0) != 0)
            return false;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (seccomp_rule_add(c, SCMP_ACT_ERRNO((uint32_t)refused[i].error), refused[i].call, 0))
            return false;
    return add_conditional(c);
}

static bool enter_seccomp(void)
{
    scmp_filter_ctx c = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (!c)
        return false;
    bool loaded = add_rules(c) && seccomp_load(c) == 0;
    seccomp_release(c);
    return loaded;
}

/* ---- all of it */

/* The errno with which opening a directory is refused: EACCES by Landlock, EPERM by the filter. */
static int open_refused(void)
{
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

bool sandbox_enter(uint64_t memory_bytes, uint64_t output_bytes, bool no_seccomp,
                   SandboxProtection *out, Error *e)
{
    SandboxProtection p = {.oom_score = volunteer_for_oom()};
    if (!set_limits(memory_bytes, output_bytes, e))
        return false;
    p.no_new_privs = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    p.landlock_abi = enter_landlock();
    if (open_refused() != EACCES)
        p.landlock_abi = 0;
    p.seccomp = SANDBOX_FILTERS_CALLS && !no_seccomp && enter_seccomp() && open_refused() == EPERM;
    *out = p;
    return true;
}

const char *sandbox_missing(const SandboxProtection *p)
{
    if (!p->landlock_abi && !p->seccomp)
        return "neither Landlock nor seccomp: separate processes and memory limits still contain "
               "damaged files, but a hostile one could open files and use the network";
    if (!p->seccomp && !SANDBOX_FILTERS_CALLS)
        return "a build for debugging: the seccomp filter is left out so that debuggers, valgrind "
               "and "
               "sanitizers work; for files from strangers use a release build (make install)";
    if (!p->seccomp)
        return "no seccomp filter: a hostile file cannot open files, but could make system calls "
               "that Landlock does not see";
    if (!p->landlock_abi)
        return "no Landlock (it needs Linux 5.13 and to be switched on): the seccomp filter alone "
               "keeps children from opening files";
    if (!p->no_new_privs)
        return "no_new_privs cannot be set: the kernel is older than 3.5";
    if (!p->oom_score)
        return "oom_score_adj cannot be set: where the machine runs out of memory, the kernel may "
               "kill the orchestrator instead of a child";
    return NULL;
}
