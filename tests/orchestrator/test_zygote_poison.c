/* test_zygote_poison.c: jobs that crash, hang, eat memory or try to get out cost themselves and
 * nothing else. Expected verdicts follow from the kernel's rules (signal(7), seccomp(2),
 * setrlimit(2)) and from zygote.h. */
#include "orchestrator/sandbox.h"
#include "tests/orchestrator/zygote_fixture.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static void point_nowhere(void)
{
    volatile uintptr_t nowhere = 8;
    *(volatile int *)nowhere = 1; // NOLINT
}

static void loop(void)
{
    for (volatile unsigned i = 0;; i++) {
    }
}

static void eat_memory(void)
{
    for (;;) {
        char *p = malloc(MIB);
        memset(p, 1, MIB);
        __asm__ volatile("" : : "r"(p) : "memory");
    }
}

__attribute__((noinline)) static int recurse(volatile int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

static void overflow_stack(void)
{
    (void)recurse(1);
}

static void leave(void)
{
    exit(0);
}

static void leave_at_once(void)
{
    _exit(7);
}

static void kill_itself(void)
{
    kill(getpid(), SIGKILL);
}

static void die_by_kill(void)
{
    syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
}

/* The kernel's OOM killer takes it when it has taken much. */
static void die_like_oom(void)
{
    volatile char *p = malloc(MEMORY / 2);
    for (size_t i = 0; p && i < MEMORY / 2; i += 4096)
        p[i] = 1;
    die_by_kill();
}

static void kill_init(void)
{
    syscall(SYS_tgkill, 1, 1, SIGCONT);
}

static void execute(void)
{
    char *const argv[] = {(char *)"/bin/true", NULL}, *const env[] = {NULL};
    execve("/bin/true", argv, env);
}

static void fork_child(void)
{
    if (fork() == 0)
        _exit(0);
}

static void map_code(void)
{
    (void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void remove_file(void)
{
    unlink("/nonexistent");
}

static void scribble(void)
{
    char *volatile p = malloc(64);
    char *q = p;
    for (size_t i = 0; i < 4096; i++) { // NOLINT
        q[i] = (char)0xff;
        __asm__ volatile("" : : : "memory");
    }
    free(p);
    for (size_t i = 0; i < 1000; i++) {
        void *volatile r = malloc(i * 37);
        free(r);
    }
}

typedef struct Poison {
    const char *name;
    void (*act)(void);
    ZygoteVerdict verdict;
    int signal; /* with sanitizers in the way, any */
    int exit_status;
    /* Not for sanitizer builds: they have no limit on memory, and at exit() look for leaks, which
     * takes what the sandbox forbids. (What is ZYGOTE_FORBIDDEN takes the filter.) */
    bool plain;
} Poison;

static const Poison poisons[] = {
    {"null pointer", point_nowhere, ZYGOTE_CRASHED, SIGSEGV, 0, false},
    {"abort", abort, ZYGOTE_CRASHED, SIGABRT, 0, false},
    {"stack overflow", overflow_stack, ZYGOTE_CRASHED, SIGSEGV, 0, false},
    {"exit(0)", leave, ZYGOTE_CRASHED, 0, 0, true},
    {"_exit(7)", leave_at_once, ZYGOTE_CRASHED, 0, 7, false},
    {"heap scribble", scribble, ZYGOTE_CRASHED, SIGABRT, 0, false},
    {"memory bomb", eat_memory, ZYGOTE_MEMORY, SIGSEGV, 0, true},
    {"killed from outside", die_by_kill, ZYGOTE_KILLED, SIGKILL, 0, true},
    {"killed by the kernel", die_like_oom, ZYGOTE_MEMORY, SIGKILL, 0, true},
    {"kill -9 of itself", kill_itself, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"signal to process 1", kill_init, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"execve", execute, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"fork", fork_child, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"executable memory", map_code, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"unlink", remove_file, ZYGOTE_FORBIDDEN, SIGSYS, 0, true},
    {"endless loop", loop, ZYGOTE_TIMEOUT, 0, 0, false},
};

static bool is_possible(const Poison *p)
{
    return p->verdict == ZYGOTE_FORBIDDEN ? SANDBOX_FILTERS_CALLS : !sanitizer || !p->plain;
}

static size_t work(void *context, ZygoteTask *task)
{
    Request r = request_of(task->request, task->request_size);
    if (r.act >= ACT_OWN)
        poisons[r.act - ACT_OWN].act();
    return look_up(task->fd, r.number, context, task->result);
}

/* Long enough for a busy machine, where the deadline is not what is tried. */
static double deadline_of(const Poison *p)
{
    return p->verdict == ZYGOTE_TIMEOUT ? 0.3 : 20;
}

static void check_poison(const Poison *p, const ZygoteAnswer *a)
{
    if (a->verdict != p->verdict)
        fail_msg("%s: verdict %d (signal %d, status %d), not %d", p->name, a->verdict, a->signal,
                 a->exit_status, p->verdict);
    if (!sanitizer && (a->signal != p->signal || a->exit_status != p->exit_status))
        fail_msg("%s: signal %d, status %d", p->name, a->signal, a->exit_status);
    assert_null(a->result);
}

static void every_poison(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    uint64_t generation = ask(&f, ACT_LOOK_UP, 0).generation;
    for (size_t i = 0; i < CASES(poisons); i++) {
        if (!is_possible(&poisons[i]))
            continue;
        Request r = {.act = (uint8_t)(ACT_OWN + i)};
        ZygoteAnswer a = ask_on(&f, 0, r, deadline_of(&poisons[i]), false);
        check_poison(&poisons[i], &a);
        assert_int_equal(a.generation, generation);
        assert_int_equal(look(&f, i).jobs, 1); /* a new child, and a right answer */
        generation = ask(&f, ACT_LOOK_UP, i).generation;
        assert_int_equal(generation, a.generation + 1);
    }
    stop(&f);
}

static void deadline(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    Request endless = {.act = (uint8_t)(ACT_OWN + CASES(poisons) - 1)};
    double best = 1e9;
    for (int i = 0; i < 3; i++) { /* the machine may be busy with something else */
        look(&f, 0);
        double from = now_s();
        assert_int_equal(ask_on(&f, 0, endless, 0.5, false).verdict, ZYGOTE_TIMEOUT);
        double took = now_s() - from;
        assert_true(took >= 0.5);
        best = took < best ? took : best;
    }
    assert_true(best <= 0.55);
    stop(&f);
}

/* ---- many jobs on two threads */

typedef struct Mix {
    Fixture fixture;
    size_t jobs;
    atomic_size_t next; /* job that no thread has claimed */
} Mix;

typedef struct MixResult {
    unsigned runs;
    bool error;
    ZygoteVerdict verdict;
    uint64_t value;
} MixResult;

/* The poison that a job is, or NULL: one in a hundred, each kind in turn. */
static const Poison *poison_of(size_t job)
{
    if (job % 100 != 99)
        return NULL;
    const Poison *p = &poisons[job / 100 % CASES(poisons)];
    return is_possible(p) ? p : NULL;
}

static void run_one(const Fixture *f, unsigned slot, size_t job, MixResult *result)
{
    const Poison *p = poison_of(job);
    Request r = {.act = (uint8_t)(p ? ACT_OWN + (p - poisons) : ACT_LOOK_UP),
                 .number = job % TABLE_NUMBERS};
    Error e = {0};
    ZygoteAnswer a = {0};
    result->runs++;
    ZygoteJob order = {.slot = slot,
                       .fd = f->table,
                       .request = &r,
                       .request_size = sizeof r,
                       .deadline_s = p ? deadline_of(p) : 20};
    result->error = !zygote_job(f->zygote, &order, &a, &e);
    result->verdict = a.verdict;
    Reply reply;
    if (a.verdict == ZYGOTE_ANSWERED && a.result_size == sizeof reply) {
        memcpy(&reply, a.result, sizeof reply);
        result->value = reply.value;
    }
}

static void run_slot(Mix *m, unsigned slot, MixResult *results)
{
    for (size_t i = m->next++; i < m->jobs; i = m->next++)
        run_one(&m->fixture, slot, i, &results[i]);
}

static void check_one(size_t job, const MixResult *r)
{
    const Poison *p = poison_of(job);
    if (r->runs != 1 || r->error)
        fail_msg("job %zu: done %u times%s", job, r->runs, r->error ? ", with an error" : "");
    if (r->verdict != (p ? p->verdict : ZYGOTE_ANSWERED))
        fail_msg("job %zu: %s: verdict %d", job, p ? p->name : "good", r->verdict);
    if (!p && r->value != table_number(job % TABLE_NUMBERS))
        fail_msg("job %zu: a wrong answer", job);
}

/* 2,000 jobs, 20,000 with WEIR_LONG=1 in the environment; 1 % poison of every kind. */
static void poison_among_good(void **state)
{
    (void)state;
    const char *longer = getenv("WEIR_LONG");
    Mix m = {.jobs = longer && strcmp(longer, "1") == 0 ? 20000 : 2000};
    ZygoteOptions o = options(&m.fixture);
    o.recycle_after = 256;
    start(&m.fixture, &o);
    MixResult *results = calloc(m.jobs, sizeof *results);
    assert_non_null(results);
    size_t before = open_descriptors();
#pragma omp parallel for num_threads(SLOTS) schedule(static, 1)
    for (unsigned slot = 0; slot < SLOTS; slot++)
        run_slot(&m, slot, results);
    for (size_t i = 0; i < m.jobs; i++)
        check_one(i, &results[i]);
    assert_int_equal(open_descriptors(), before);
    free(results);
    stop(&m.fixture);
}

static const Case cases[] = {
    {"every_poison", every_poison},
    {"deadline", deadline},
    {"poison_among_good", poison_among_good},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
