/* test_sandbox.c: what a child can still do, and what it cannot do or see. */
#include "orchestrator/sandbox.h"
#include "tests/orchestrator/zygote_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

enum {
    ACT_ENVIRONMENT = ACT_OWN,
    ACT_DESCRIPTORS, /* which of the first 1,024 are open */
    ACT_CALLS,       /* errnos of Calls */
    ACT_ALLOCATE,    /* MiB that malloc() gives before it refuses */
    ACT_USEFUL,      /* what parsers need */
};

typedef struct Calls {
    int open_read, open_write, socket, ioctl, write, stat;
} Calls;

static size_t list_environment(uint8_t *result, size_t capacity)
{
    size_t used = 0;
    for (char **v = environ; *v; v++)
        used += (size_t)snprintf((char *)result + used, capacity - used, "%s\n", *v);
    return used;
}

static size_t list_descriptors(uint8_t *result)
{
    struct stat st;
    for (int fd = 0; fd < 1024; fd++)
        result[fd] = fstat(fd, &st) == 0;
    return 1024;
}

static int outcome(long rc)
{
    return rc < 0 ? errno : 0;
}

static size_t try_calls(uint8_t *result)
{
    struct stat st;
    int columns[4] = {0};
    Calls c = {
        .open_read = outcome(open("/etc/passwd", O_RDONLY)),
        .open_write = outcome(open("/tmp/must-not-appear", O_WRONLY | O_CREAT, 0600)),
        .socket = outcome(socket(AF_INET, SOCK_STREAM, 0)),
        .ioctl = outcome(ioctl(0, TIOCGWINSZ, columns)),
        .write = outcome(write(STDOUT_FILENO, "x", 1)),
        .stat = outcome(stat("/etc/passwd", &st)),
    };
    memcpy(result, &c, sizeof c);
    return sizeof c;
}

static size_t allocate(uint64_t *jobs, uint8_t *result)
{
    Reply r = {.jobs = ++*jobs, .pid = getpid()};
    char *older = NULL; /* each piece begins with the address of the one before */
    for (char *p = malloc(MIB); p; p = malloc(MIB)) {
        memset(p, 1, MIB);
        memcpy(p, &older, sizeof older);
        older = p;
        r.value++;
    }
    while (older) {
        char *p = older;
        memcpy(&older, p, sizeof older);
        free(p);
    }
    memcpy(result, &r, sizeof r);
    return sizeof r;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Each of these makes the C library ask the kernel for something. */
static size_t be_useful(int fd, uint8_t *result)
{
    struct stat st;
    struct timespec t;
    Reply r = {.pid = getpid()};
    bool ok = fstat(fd, &st) == 0 && st.st_size == TABLE_NUMBERS * 8 && lseek(fd, 0, SEEK_SET) == 0;
    uint64_t *big = malloc(8 * MIB);
    ok = ok && big && read(fd, big, TABLE_NUMBERS * 8) == TABLE_NUMBERS * 8;
    big = ok ? realloc(big, 32 * MIB) : big;
    if (ok && big) {
        qsort(big, TABLE_NUMBERS, sizeof *big, by_number); /* asks for the machine's memory */
        r.value = big[0];
    }
    free(big);
    ok = ok && clock_gettime(CLOCK_REALTIME, &t) == 0 && clock() != (clock_t)-1 && time(NULL) > 0;
    r.jobs = ok;
    memcpy(result, &r, sizeof r);
    return sizeof r;
}

static size_t work(void *context, ZygoteTask *task)
{
    Request r = request_of(task->request, task->request_size);
    switch (r.act) {
    case ACT_ENVIRONMENT:
        return list_environment(task->result, task->capacity);
    case ACT_DESCRIPTORS:
        return list_descriptors(task->result);
    case ACT_CALLS:
        return try_calls(task->result);
    case ACT_ALLOCATE:
        return allocate(context, task->result);
    case ACT_USEFUL:
        return be_useful(task->fd, task->result);
    default:
        return look_up(task->fd, r.number, context, task->result);
    }
}

static void useful_calls(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    uint64_t least = UINT64_MAX;
    for (uint64_t i = 0; i < TABLE_NUMBERS; i++)
        least = table_number(i) < least ? table_number(i) : least;
    ZygoteAnswer a = ask(&f, ACT_USEFUL, 0);
    Reply r = reply_of(&a);
    assert_int_equal(r.jobs, 1);
    assert_true(r.value == least);
    stop(&f);
}

static void refused_calls(void **state)
{
    (void)state;
    if (!SANDBOX_FILTERS_CALLS)
        case_skip("Debug and sanitizer builds have no seccomp filter");
    Fixture f;
    start_plain(&f);
    unlink("/tmp/must-not-appear");
    Calls c;
    ZygoteAnswer a = ask(&f, ACT_CALLS, 0);
    assert_int_equal(a.verdict, ZYGOTE_ANSWERED);
    memcpy(&c, a.result, sizeof c);
    assert_int_equal(c.open_read, EPERM);
    assert_int_equal(c.open_write, EPERM);
    assert_int_equal(c.socket, EPERM);
    assert_int_equal(c.ioctl, EPERM);
    assert_int_equal(c.write, EBADF);
    assert_int_equal(c.stat, EPERM);
    assert_int_equal(access("/tmp/must-not-appear", F_OK), -1);
    stop(&f);
}

static void refused_memory(void **state)
{
    (void)state;
    if (sanitizer)
        case_skip("sanitizer builds have no limit on memory");
    Fixture f;
    start_plain(&f);
    ZygoteAnswer a = ask(&f, ACT_ALLOCATE, 0);
    uint64_t got = reply_of(&a).value;
    assert_in_range(got, 240, 256); /* RLIMIT_DATA counts what is there already */
    stop(&f);
}

static int kernel_landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1);
    return abi > 0 ? (int)abi : 0;
}

static void landlock_alone(void **state)
{
    (void)state;
    if (kernel_landlock_abi() < 1)
        case_skip("this kernel has no Landlock");
    Fixture f = {0};
    ZygoteOptions o = options(&f);
    o.no_seccomp = true;
    start(&f, &o);
    Error e = {0};
    SandboxProtection p;
    assert_ok(zygote_protection(f.zygote, &p, &e), &e);
    assert_false(p.seccomp);
    assert_non_null(p.missing);
    Calls c;
    ZygoteAnswer a = ask(&f, ACT_CALLS, 0);
    memcpy(&c, a.result, sizeof c);
    assert_int_equal(c.open_read, EACCES);
    assert_int_equal(c.open_write, EACCES);
    stop(&f);
}

/* Processes whose parent is this one's only child. */
static unsigned grandchildren(void)
{
    DIR *proc = opendir("/proc");
    assert_non_null(proc);
    unsigned n = 0;
    for (struct dirent *d = readdir(proc); d; d = readdir(proc)) {
        pid_t pid = (pid_t)strtol(d->d_name, NULL, 10);
        n += pid > 0 && process(process(pid).parent).parent == getpid();
    }
    closedir(proc);
    return n;
}

static void check_protection(const Fixture *f)
{
    Error e = {0};
    SandboxProtection p;
    assert_ok(zygote_protection(f->zygote, &p, &e), &e);
    assert_int_equal(p.landlock_abi, kernel_landlock_abi());
    assert_int_equal(p.seccomp, SANDBOX_FILTERS_CALLS && prctl(PR_GET_SECCOMP) >= 0);
    assert_true(p.no_new_privs);
    assert_true(p.oom_score);
    assert_true((p.missing == NULL) == (p.seccomp && p.landlock_abi > 0));
}

static void protection(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    check_protection(&f);
    check_protection(&f);
    look(&f, 1);
    for (int i = 0; i < 1000 && grandchildren() > 1; i++)
        sleep_ms(5);
    assert_int_equal(grandchildren(), 1); /* those that tried it have gone */
    stop(&f);
}

static void limits(void **state)
{
    (void)state;
    static const struct {
        rlim_t value;
        __rlimit_resource_t resource;
        bool plain; /* not in sanitizer builds */
    } expected[] = {
        {0, RLIMIT_CORE, false},     {0, RLIMIT_FSIZE, false},
        {16, RLIMIT_NOFILE, false},  {8 * MIB, RLIMIT_STACK, false},
        {MEMORY, RLIMIT_DATA, true}, {(rlim_t)MEMORY + 1024 * MIB, RLIMIT_AS, true},
    };
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 0).pid;
    for (size_t i = 0; i < CASES(expected); i++) {
        struct rlimit r;
        assert_int_equal(prlimit(child, expected[i].resource, NULL, &r), 0);
        rlim_t value = sanitizer && expected[i].plain ? RLIM_INFINITY : expected[i].value;
        assert_true(r.rlim_cur == value && r.rlim_max == value);
    }
    stop(&f);
}

/* What /proc says of a child. */
static void child_status(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 0).pid;
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", child);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    unsigned seen = 0;
    while (fgets(line, sizeof line, file)) {
        seen += strcmp(line, "NoNewPrivs:\t1\n") == 0;
        seen += strcmp(line, SANDBOX_FILTERS_CALLS ? "Seccomp:\t2\n" : "Seccomp:\t0\n") == 0;
    }
    fclose(file);
    assert_int_equal(seen, 2);
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", child);
    file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_string_equal(line, "1000\n");
    stop(&f);
}

static void environment(void **state)
{
    (void)state;
    setenv("AWS_SECRET_ACCESS_KEY", "not-for-children", 1);
    Fixture f;
    start_plain(&f);
    unsetenv("AWS_SECRET_ACCESS_KEY");
    ZygoteAnswer a = ask(&f, ACT_ENVIRONMENT, 0);
    char text[256] = "";
    assert_true(a.result_size < sizeof text);
    memcpy(text, a.result, a.result_size);
    assert_string_equal(text, "HDF5_USE_FILE_LOCKING=FALSE\nHOME=/nonexistent\nTZ=UTC\nLC_ALL=C\n");
    stop(&f);
}

/* The line of /proc/PID/maps names memory that can hold a copy of ours. */
static bool is_searched(const char *line, unsigned long *from, unsigned long *to)
{
    char mode[8] = "";
    return sscanf(line, "%lx-%lx %7s", from, to, mode) == 3 &&
           strncmp(mode, "rw-p", 4) == 0; // NOLINT
}

static bool range_holds(int mem, unsigned long from, unsigned long to, const char *secret)
{
    size_t size = to - from, length = strlen(secret);
    char *bytes = malloc(size);
    assert_non_null(bytes);
    bool holds = pread(mem, bytes, size, (off_t)from) == (ssize_t)size;
    const char *at = holds ? memmem(bytes, size, secret, length) : NULL;
    explicit_bzero(bytes, size);
    free(bytes);
    return at != NULL;
}

static bool memory_holds(pid_t pid, const char *secret)
{
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/mem", pid);
    int mem = open(path, O_RDONLY | O_CLOEXEC);
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    FILE *maps = fopen(path, "r");
    assert_true(mem >= 0 && maps);
    bool found = false;
    unsigned long from, to;
    while (!found && fgets(line, sizeof line, maps))
        found = is_searched(line, &from, &to) && range_holds(mem, from, to, secret);
    fclose(maps);
    close(mem);
    return found;
}

static void unmask(char *secret, size_t length)
{
    for (size_t i = 0; i < length; i++)
        secret[i] = (char)("\x1b\x08\x15\x1a\x0c\x02\x17\x10"[i % 8] ^ (char)('a' + i % 23));
    secret[length] = '\0';
}

/* The dynamic linker saves registers to the stack, where bytes of the secret may stay that were
 * only on their way into the environment. */
static void clear_stack(void)
{
    char below[64 << 10];
    explicit_bzero(below, sizeof below);
}

static void secrets_are_wiped(void **state)
{
    (void)state;
    if (sanitizer)
        case_skip("the shadow memory is too large to search");
    char secret[41]; /* nowhere in the program as it is */
    unmask(secret, 40);
    setenv("AWS_SECRET_ACCESS_KEY", secret, 1);
    explicit_bzero(secret, sizeof secret);
    clear_stack();
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 0).pid;
    unmask(secret, 40);
    assert_true(memory_holds(getpid(), secret)); /* the search finds what is there */
    assert_false(memory_holds(child, secret));
    unsetenv("AWS_SECRET_ACCESS_KEY");
    stop(&f);
}

static void descriptors(void **state)
{
    (void)state;
    int before = open("/etc/passwd", O_RDONLY); // NOLINT: inheritable on purpose
    int far = fcntl(before, F_DUPFD, 700);
    assert_true(before >= 0 && far >= 700);
    Fixture f;
    start_plain(&f);
    for (int i = 0; i < 40; i++)
        look(&f, 0);
    ZygoteAnswer a = ask(&f, ACT_DESCRIPTORS, 0);
    assert_int_equal(a.result_size, 1024);
    for (size_t fd = 0; fd < 1024; fd++) /* standard ones, its socket, the job's */
        if ((a.result[fd] != 0) != (fd < 5))
            fail_msg("descriptor %zu is %s", fd, a.result[fd] ? "open" : "closed");
    close(before);
    close(far);
    stop(&f);
}

/* Of the memory shared with the parent a child has its own slot and nothing else. */
static void other_slots_are_unmapped(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    char path[64], line[512];
    snprintf(path, sizeof path, "/proc/%d/maps", look(&f, 0).pid);
    FILE *maps = fopen(path, "r");
    assert_non_null(maps);
    unsigned shared = 0;
    while (fgets(line, sizeof line, maps))
        shared += strstr(line, "rw-s") != NULL;
    fclose(maps);
    assert_int_equal(shared, 1);
    stop(&f);
}

static const Case cases[] = {
    {"useful_calls", useful_calls},
    {"refused_calls", refused_calls},
    {"refused_memory", refused_memory},
    {"landlock_alone", landlock_alone},
    {"protection", protection},
    {"limits", limits},
    {"child_status", child_status},
    {"environment", environment},
    {"secrets_are_wiped", secrets_are_wiped},
    {"descriptors", descriptors},
    {"other_slots_are_unmapped", other_slots_are_unmapped},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
