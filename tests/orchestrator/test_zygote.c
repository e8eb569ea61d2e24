/* test_zygote.c: jobs and answers, how children come and go, beginning and end. */
#include "tests/orchestrator/zygote_fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

enum {
    ACT_NOTHING = ACT_OWN, /* an answer of no bytes */
    ACT_LARGE,             /* of `number` bytes */
    ACT_LIE,               /* says that it wrote more than there is room for */
    ACT_TAINT,
    ACT_LOOP,
    ACT_ABORT,
};

static size_t fill(uint8_t *result, size_t size)
{
    for (size_t i = 0; i < size; i++)
        result[i] = (uint8_t)(i * 31 >> 3);
    return size;
}

_Noreturn static void loop(void)
{
    for (volatile unsigned i = 0;; i++) {
    }
}

static size_t work(void *context, ZygoteTask *task)
{
    Request r = request_of(task->request, task->request_size);
    switch (r.act) {
    case ACT_NOTHING:
        return 0;
    case ACT_LARGE:
        return fill(task->result, r.number);
    case ACT_LIE:
        return task->capacity + 1;
    case ACT_LOOP:
        loop();
    case ACT_ABORT:
        abort();
    default:
        task->tainted = r.act == ACT_TAINT;
        return look_up(task->fd, r.number, context, task->result);
    }
}

static void answers(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    for (uint64_t i = 0; i < 300; i++)
        assert_int_equal(look(&f, i * 13).jobs, i + 1); /* all by one child */
    ZygoteAnswer a = ask(&f, ACT_NOTHING, 0);
    assert_int_equal(a.verdict, ZYGOTE_ANSWERED);
    assert_int_equal(a.result_size, 0);
    assert_non_null(a.result);
    assert_int_equal(a.generation, 1);
    stop(&f);
}

/* Memory that a process holds and shares, in bytes. */
static size_t shared_memory(pid_t pid)
{
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *status = fopen(path, "r");
    assert_non_null(status);
    size_t kib = SIZE_MAX >> 10;
    while (fgets(line, sizeof line, status))
        if (strncmp(line, "RssShmem:", 9) == 0)
            kib = strtoul(line + 9, NULL, 10);
    fclose(status);
    return kib << 10;
}

static void large_answers(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    uint8_t *expected = malloc(64 * MIB);
    assert_non_null(expected);
    fill(expected, 64 * MIB);
    static const size_t sizes[] = {1, 4095, MIB, MIB + 1, 10 * MIB, 64 * MIB, 3};
    for (size_t i = 0; i < CASES(sizes); i++) {
        ZygoteAnswer a = ask(&f, ACT_LARGE, sizes[i]);
        assert_int_equal(a.verdict, ZYGOTE_ANSWERED);
        assert_int_equal(a.result_size, sizes[i]);
        assert_memory_equal(a.result, expected, sizes[i]);
    }
    Reply last = look(&f, 5);
    assert_int_equal(last.jobs, 1);
    assert_in_range(shared_memory(last.pid), 1, 4 * MIB); /* the pages are given back */
    free(expected);
    stop(&f);
}

static void lying_answer(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    ZygoteAnswer a = ask(&f, ACT_LIE, 0);
    assert_int_equal(a.verdict, ZYGOTE_CRASHED);
    assert_int_equal(a.signal, 0);
    assert_null(a.result);
    assert_int_equal(look(&f, 9).jobs, 1);
    stop(&f);
}

static void no_descriptor(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    Error e = {0};
    ZygoteAnswer a;
    Request o = {.act = ACT_LOOK_UP};
    ZygoteJob job = {
        .slot = 1, .fd = -1, .request = &o, .request_size = sizeof o, .deadline_s = 10};
    assert_ok(zygote_job(f.zygote, &job, &a, &e), &e);
    assert_int_equal(reply_of(&a).value, 0);
    stop(&f);
}

static void bad_requests(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    ZygoteAnswer a;
    static const uint8_t request[65537] = {0};
    const struct {
        unsigned slot;
        int fd;
        size_t size;
        ErrorKind expected;
    } rows[] = {
        {SLOTS, f.table, 1, ERROR_SETUP}, {UINT_MAX, f.table, 1, ERROR_SETUP},
        {0, f.table, 65537, ERROR_SETUP}, {0, 999, 1, ERROR_SETUP},
        {0, f.table, 65536, ERROR_NONE},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Error e = {0};
        ZygoteJob job = {.slot = rows[i].slot,
                         .fd = rows[i].fd,
                         .request = request,
                         .request_size = rows[i].size,
                         .deadline_s = 20};
        assert_int_equal(zygote_job(f.zygote, &job, &a, &e), rows[i].expected == ERROR_NONE);
        assert_int_equal(e.kind, rows[i].expected);
    }
    assert_true(reply_of(&a).value == table_number(0));
    stop(&f);
}

static void tainted(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    assert_int_equal(look(&f, 0).jobs, 1);
    ZygoteAnswer a = ask(&f, ACT_TAINT, 17);
    Reply r = reply_of(&a);
    assert_int_equal(r.jobs, 2); /* the answer counts */
    assert_true(r.value == table_number(17));
    Reply next = look(&f, 1);
    assert_int_equal(next.jobs, 1);
    assert_int_not_equal(next.pid, r.pid);
    stop(&f);
}

static void recycled(void **state)
{
    (void)state;
    Fixture f = {0};
    ZygoteOptions o = options(&f);
    o.recycle_after = 5;
    start(&f, &o);
    for (uint64_t i = 0; i < 50; i++) {
        assert_int_equal(look(&f, i).jobs, i % 5 + 1);
        ZygoteAnswer other = ask_on(&f, 1, (Request){.act = ACT_LOOK_UP}, 20, false);
        assert_int_equal(other.generation, i / 5 + 1);
    }
    stop(&f);
}

static void fresh(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    Request r = {.act = ACT_LOOK_UP};
    ZygoteAnswer a = ask_on(&f, 0, r, 20, true);
    assert_int_equal(a.generation, 1); /* nothing has been done: as fresh as can be */
    look(&f, 3);
    a = ask_on(&f, 0, r, 20, true);
    assert_int_equal(a.generation, 2);
    assert_int_equal(reply_of(&a).jobs, 1);
    stop(&f);
}

/* A process that sends a signal after a while; the caller waits for it. */
static pid_t later(long ms, pid_t target, int sig)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        sleep_ms(ms);
        kill(target, sig);
        _exit(0);
    }
    return pid;
}

/* Stops a process and waits until it stands still. */
static void halt(pid_t pid)
{
    kill(pid, SIGSTOP);
    while (process(pid).state != 'T')
        sleep_ms(1);
}

/* A child that stands still never takes its message; its successor finds it in the socket. */
static void leftover_message(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    halt(look(&f, 0).pid);
    Request r = {.act = ACT_LOOK_UP, .number = 1000};
    assert_int_equal(ask_on(&f, 0, r, 0.1, false).verdict, ZYGOTE_TIMEOUT);
    assert_int_equal(look(&f, 2000).jobs, 1);
    assert_int_equal(look(&f, 2001).jobs, 2);
    stop(&f);
}

/* Died before it had begun: the job is not to blame and gets another child. */
static void killed_while_idle(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 0).pid;
    halt(child);
    pid_t killer = later(100, child, SIGKILL);
    ZygoteAnswer a = ask(&f, ACT_LOOK_UP, 8);
    assert_int_equal(reply_of(&a).jobs, 1);
    assert_int_equal(a.generation, 2);
    waitpid(killer, NULL, 0);
    kill(reply_of(&a).pid, SIGKILL);
    sleep_ms(50);
    assert_int_equal(ask(&f, ACT_LOOK_UP, 8).generation, 3);
    stop(&f);
}

static bool warm_up_fails(void *context, Error *e)
{
    (void)context;
    return error_coded(e, ERROR_SETUP, "no_units", "units database: not found");
}

static bool warm_up_dies(void *context, Error *e)
{
    (void)context;
    (void)e;
    _exit(0);
}

static bool warm_up_is_killed(void *context, Error *e)
{
    (void)context;
    return kill(getpid(), SIGKILL) == 0 || error_set(e, ERROR_SETUP, "kill");
}

static void failing_warm_up(void **state)
{
    (void)state;
    Fixture f = {0};
    ZygoteOptions o = options(&f);
    Error e = {0};
    size_t before = open_descriptors();
    o.warm_up = warm_up_fails;
    assert_false(zygote_start(&o, &f.zygote, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "no_units");
    assert_non_null(strstr(e.message, "units database: not found"));
    o.warm_up = warm_up_dies;
    e = (Error){0};
    assert_false(zygote_start(&o, &f.zygote, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    o.warm_up = warm_up_is_killed;
    e = (Error){0};
    assert_false(zygote_start(&o, &f.zygote, &e));
    assert_int_equal(e.kind, ERROR_RETRY);
    assert_int_equal(open_descriptors(), before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void no_zombies(void **state)
{
    (void)state;
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans come to us, as to process 1 of a container */
    size_t before = open_descriptors();
    Fixture f;
    start_plain(&f);
    look(&f, 0);
    ask(&f, ACT_ABORT, 0);
    look(&f, 0);
    SandboxProtection p;
    Error e = {0};
    assert_ok(zygote_protection(f.zygote, &p, &e), &e);
    stop(&f);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    assert_int_equal(open_descriptors(), before);
    zygote_stop(NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

/* What Ctrl-C and service managers send reaches zygote and children, and changes nothing. */
static void signals_are_ignored(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t child = look(&f, 0).pid, zygote = process(child).parent;
    assert_int_equal(process(zygote).parent, getpid());
    assert_int_not_equal(getpgid(zygote), getpgrp());
    static const int sent[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1};
    for (size_t i = 0; i < CASES(sent); i++) {
        assert_int_equal(kill(child, sent[i]), 0);
        assert_int_equal(kill(zygote, sent[i]), 0);
    }
    assert_int_equal(look(&f, 1).pid, child);
    ask(&f, ACT_TAINT, 0);
    assert_int_equal(process(look(&f, 1).pid).parent, zygote);
    stop(&f);
}

static void zygote_killed(void **state)
{
    (void)state;
    Fixture f;
    start_plain(&f);
    pid_t zygote = process(look(&f, 0).pid).parent;
    pid_t killer = later(200, zygote, SIGKILL);
    double from = now_s();
    assert_int_equal(ask(&f, ACT_LOOP, 0).verdict, ZYGOTE_LOST);
    assert_true(now_s() - from < 5);
    for (unsigned slot = 0; slot < SLOTS; slot++) { /* used before, and never used */
        Request r = {.act = ACT_LOOK_UP};
        assert_int_equal(ask_on(&f, slot, r, 20, false).verdict, ZYGOTE_LOST);
    }
    Error e = {0};
    SandboxProtection p;
    assert_false(zygote_protection(f.zygote, &p, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_true(now_s() - from < 5);
    waitpid(killer, NULL, 0);
    stop(&f);
}

/* In a process of its own: starts a zygote, says who its child is, keeps it busy until killed. */
_Noreturn static void be_a_caller(int answer)
{
    Fixture f;
    start_plain(&f);
    Request r = {.act = ACT_LOOP};
    ZygoteJob job = {.fd = f.table, .request = &r, .request_size = sizeof r, .deadline_s = 60};
    Error e = {0};
    ZygoteAnswer a;
    pid_t child = look(&f, 0).pid;
    if (write(answer, &child, sizeof child) == sizeof child && zygote_job(f.zygote, &job, &a, &e))
        _exit(0);
    _exit(1);
}

/* Waits at most ten seconds for a process to end; false if it does not. */
static bool ends(pid_t pid)
{
    double until = now_s() + 10;
    while (waitpid(pid, NULL, WNOHANG) != pid && now_s() < until)
        sleep_ms(2);
    return kill(pid, 0) < 0;
}

static void die_with_the_caller(void **state)
{
    (void)state;
    int wire[2];
    assert_int_equal(pipe2(wire, O_CLOEXEC), 0);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    pid_t caller = fork(), child;
    if (caller == 0)
        be_a_caller(wire[1]);
    close(wire[1]);
    assert_int_equal(read(wire[0], &child, sizeof child), sizeof child);
    close(wire[0]);
    pid_t zygote = process(child).parent;
    assert_int_equal(process(zygote).parent, caller);
    kill(caller, SIGKILL);
    assert_true(ends(caller));
    assert_true(ends(zygote));
    assert_true(ends(child)); /* in the middle of a job */
    prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static const Case cases[] = {
    {"answers", answers},
    {"large_answers", large_answers},
    {"lying_answer", lying_answer},
    {"no_descriptor", no_descriptor},
    {"bad_requests", bad_requests},
    {"tainted", tainted},
    {"recycled", recycled},
    {"fresh", fresh},
    {"leftover_message", leftover_message},
    {"killed_while_idle", killed_while_idle},
    {"failing_warm_up", failing_warm_up},
    {"no_zombies", no_zombies},
    {"signals_are_ignored", signals_are_ignored},
    {"zygote_killed", zygote_killed},
    {"die_with_the_caller", die_with_the_caller},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
