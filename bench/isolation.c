/* isolation.c: what it costs to read each file in a process of its own.
 *
 * Microseconds a job that does nothing: called directly, and through the zygote's children on one
 * and two threads; and how long after a crash the next good job of that slot is done. Best and
 * median of several rounds, because a machine is never quiet. Run it from an optimised build:
 *
 *     cmake --preset release -DWEIR_BENCH=ON && cmake --build --preset release --target isolation
 *     build/release/bench/isolation
 *
 * The aim is under 10 us a file and under 10 ms from a crash to the next file. */
#include "orchestrator/zygote.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, JOBS = 20000, CRASHES = 50, THREADS_MAX = 2 };

static double now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec * 1e-3;
}

/* Crashes on a request of one byte, else does nothing. */
static size_t work(void *context, ZygoteTask *task)
{
    (void)context;
    if (task->request_size == 1)
        abort();
    task->result[0] = task->request[0];
    return 1;
}

_Noreturn static void give_up(const char *what, const Error *e)
{
    fprintf(stderr, "isolation: %s: %s\n", what, e->message);
    exit(1);
}

/* ---- one thread's jobs */

typedef struct Load {
    Zygote *zygote;
    unsigned slot;
    int fd;
    size_t jobs;
} Load;

static ZygoteAnswer run(const Load *l, size_t request_size)
{
    static const uint8_t request[64] = {0};
    Error e = {0};
    ZygoteAnswer a;
    ZygoteJob job = {.slot = l->slot,
                     .fd = l->fd,
                     .request = request,
                     .request_size = request_size,
                     .deadline_s = 60};
    if (!zygote_job(l->zygote, &job, &a, &e))
        give_up("job", &e);
    return a;
}

static void *run_all(void *load)
{
    const Load *l = load;
    for (size_t i = 0; i < l->jobs; i++)
        if (run(l, 64).verdict != ZYGOTE_ANSWERED)
            give_up("job", &(Error){.message = "a good job was not answered"});
    return NULL;
}

/* ---- figures */

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static void print(const char *what, double *values, size_t count, const char *unit)
{
    qsort(values, count, sizeof *values, ascending);
    printf("%-44s %9.3f %9.3f  %s\n", what, values[0], values[count / 2], unit);
}

static void measure_direct(int fd)
{
    static uint8_t request[64], result[64];
    ZygoteWork volatile called = work; /* or nothing would be left to measure */
    ZygoteTask task = {.fd = fd,
                       .request = request,
                       .request_size = sizeof request,
                       .result = result,
                       .capacity = sizeof result};
    double us[ROUNDS];
    for (size_t r = 0; r < ROUNDS; r++) {
        double from = now_us();
        for (size_t i = 0; i < JOBS; i++)
            called(NULL, &task);
        us[r] = (now_us() - from) / JOBS;
    }
    print("empty job, called directly", us, ROUNDS, "us");
}

static void measure_children(Zygote *z, unsigned threads, int fd)
{
    double us[ROUNDS];
    Load loads[THREADS_MAX];
    pthread_t ids[THREADS_MAX];
    for (unsigned t = 0; t < threads; t++) {
        loads[t] = (Load){.zygote = z, .slot = t, .fd = fd, .jobs = JOBS};
        run(&loads[t], 64); /* the child is there */
    }
    for (size_t r = 0; r < ROUNDS; r++) {
        double from = now_us();
        for (unsigned t = 0; t < threads; t++)
            if (pthread_create(&ids[t], NULL, run_all, &loads[t]) != 0)
                give_up("threads", &(Error){.message = "pthread_create"});
        for (unsigned t = 0; t < threads; t++)
            pthread_join(ids[t], NULL);
        us[r] = (now_us() - from) / ((double)JOBS * threads);
    }
    char what[64];
    snprintf(what, sizeof what, "empty job in a child, %u thread%s", threads,
             threads > 1 ? "s" : "");
    print(what, us, ROUNDS, "us");
}

static void measure_crashes(Zygote *z, int fd)
{
    Load l = {.zygote = z, .fd = fd};
    double crash_ms[CRASHES], next_ms[CRASHES];
    for (size_t i = 0; i < CRASHES; i++) {
        double from = now_us();
        if (run(&l, 1).verdict != ZYGOTE_CRASHED)
            give_up("crash", &(Error){.message = "abort() was survived"});
        double told = now_us();
        run(&l, 64);
        crash_ms[i] = (told - from) / 1e3;
        next_ms[i] = (now_us() - told) / 1e3;
    }
    print("crash until it is known", crash_ms, CRASHES, "ms");
    print("crash known until the next good job is done", next_ms, CRASHES, "ms");
    printf("%-44s %9s %9.3f  ms\n", "  the slowest of them", "", next_ms[CRASHES - 1]);
}

static Zygote *start(unsigned slots, SandboxProtection *p)
{
    Error e = {0};
    Zygote *z;
    ZygoteOptions o = {.slots = slots, .memory_bytes = (uint64_t)1 << 30, .work = work};
    if (!zygote_start(&o, &z, &e))
        give_up("start", &e);
    if (!zygote_protection(z, p, &e))
        give_up("protection", &e);
    return z;
}

int main(void)
{
    SandboxProtection p;
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    printf("%-44s %9s %9s\n", "", "best", "median");
    measure_direct(fd);
    for (unsigned threads = 1; threads <= THREADS_MAX; threads++) {
        Zygote *z = start(threads, &p);
        measure_children(z, threads, fd);
        if (threads == THREADS_MAX)
            measure_crashes(z, fd);
        zygote_stop(z);
    }
    printf("Landlock ABI %d, seccomp %s\n", p.landlock_abi, p.seccomp ? "on" : "off");
    close(fd);
    return 0;
}
