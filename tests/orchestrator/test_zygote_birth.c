/* test_zygote_birth.c: children that die before they have begun.
 *
 * Whether the caller sees such a child alive, dying or only gone is a matter of luck, so luck is
 * taken out: a child dies inside fork(), and the caller stands still from before it is born until
 * the zygote has buried it. */
#include "tests/orchestrator/zygote_fixture.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

/* Shared by the test, the caller, the zygote and its children. */
typedef struct Fate {
    atomic_int doomed; /* so many children more will die */
    atomic_int born;
    atomic_bool unseen; /* the caller sees a doomed child only when it is gone */
} Fate;

static Fate *fate; /* handlers of pthread_atfork() have no argument */

static void before_birth(void)
{
    atomic_fetch_add(&fate->born, 1);
    if (fate->unseen && fate->doomed > 0)
        kill(getppid(), SIGSTOP);
}

static void at_birth(void)
{
    if (atomic_fetch_sub(&fate->doomed, 1) > 0)
        kill(getpid(), SIGKILL);
}

static bool curse(void *context, Error *e)
{
    (void)context;
    return pthread_atfork(before_birth, NULL, at_birth) == 0 ||
           error_set(e, ERROR_SETUP, "pthread_atfork");
}

static size_t work(void *context, ZygoteTask *task)
{
    return look_up(task->fd, request_of(task->request, task->request_size).number, context,
                   task->result);
}

static void start_cursed(Fixture *f)
{
    *f = (Fixture){0};
    ZygoteOptions o = options(f);
    o.warm_up = curse;
    start(f, &o);
}

/* ---- what a caller does, in a process of its own that can stand still */

static void all_but_two_live(void)
{
    Fixture f;
    fate->doomed = 2;
    start_cursed(&f);
    assert_int_equal(look(&f, 7).jobs, 1);
    assert_int_equal(fate->born, 3);
    stop(&f);
}

static void between_jobs(void)
{
    Fixture f;
    start_cursed(&f);
    for (uint64_t i = 0; i < 20; i++) {
        fate->doomed = i % 3 == 1 ? 2 : 0;
        ZygoteAnswer a = ask_on(&f, 0, (Request){.act = ACT_LOOK_UP, .number = i}, 20, i % 3 == 1);
        assert_true(reply_of(&a).value == table_number(i));
    }
    stop(&f);
}

static void none_lives(void)
{
    Fixture f;
    fate->doomed = 1000;
    start_cursed(&f);
    ZygoteAnswer a;
    Request r = {.act = ACT_LOOK_UP};
    ZygoteJob job = {
        .slot = 1, .fd = f.table, .request = &r, .request_size = sizeof r, .deadline_s = 60};
    Error e = {0};
    assert_false(zygote_job(f.zygote, &job, &a, &e));
    assert_int_equal(e.kind, ERROR_RETRY); /* the job is not to blame */
    assert_string_equal(e.code, "no_memory");
    assert_non_null(strstr(e.message, "signal 9"));
    fate->doomed = 0;
    look(&f, 3); /* and all is well when they live again */
    stop(&f);
}

static void protection(void)
{
    Fixture f;
    fate->doomed = 1;
    start_cursed(&f);
    SandboxProtection p;
    Error e = {0};
    assert_ok(zygote_protection(f.zygote, &p, &e), &e);
    assert_true(p.no_new_privs);
    assert_int_equal(fate->born, 2);
    stop(&f);
}

static void no_protection(void)
{
    Fixture f;
    fate->doomed = 1000;
    start_cursed(&f);
    SandboxProtection p;
    Error e = {0};
    assert_false(zygote_protection(f.zygote, &p, &e));
    assert_string_equal(e.code, "no_memory");
    assert_non_null(strstr(e.message, "signal 9"));
    stop(&f);
}

/* ---- the test */

/* Waits for the caller's end; wherever it stands still it goes on a little later. */
static int see_off(pid_t caller)
{
    int status;
    while (waitpid(caller, &status, WUNTRACED) == caller && WIFSTOPPED(status)) {
        sleep_ms(30);
        kill(caller, SIGCONT);
    }
    return status;
}

static void check(void (*calls)(void), bool unseen)
{
    fate = mmap(NULL, sizeof *fate, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(fate != MAP_FAILED);
    fate->unseen = unseen;
    double from = now_s();
    pid_t caller = fork();
    assert_true(caller >= 0);
    if (caller == 0) {
        calls();
        _exit(0);
    }
    assert_int_equal(see_off(caller), 0);
    assert_true(now_s() - from < 15); /* a caller that notices nothing waits for 30 s */
    munmap(fate, sizeof *fate);
}

static void seen_and_unseen(void (*calls)(void))
{
    check(calls, false);
    check(calls, true);
}

static void some_die(void **state)
{
    (void)state;
    seen_and_unseen(all_but_two_live);
}

static void some_die_between_jobs(void **state)
{
    (void)state;
    seen_and_unseen(between_jobs);
}

static void all_die(void **state)
{
    (void)state;
    seen_and_unseen(none_lives);
}

static void protection_is_tried_again(void **state)
{
    (void)state;
    seen_and_unseen(protection);
    seen_and_unseen(no_protection);
}

static const Case cases[] = {
    {"some_die", some_die},
    {"some_die_between_jobs", some_die_between_jobs},
    {"all_die", all_die},
    {"protection_is_tried_again", protection_is_tried_again},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
