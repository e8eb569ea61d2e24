/* test_job_world.c: what becomes of a file that is not there, not to be had, or changes meanwhile;
 * and of one whose machine is short of something. */
#include "tests/orchestrator/job_fixture.h"

#include <errno.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };

static void vanished(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    Job *j = run_path(&f);
    assert_true(j->vanished);
    assert_false(j->fatal);
    job_free(j);
    snprintf(f.path, sizeof f.path, "%s/no/folder", f.folder);
    j = run_path(&f);
    assert_true(j->vanished);
    job_free(j);
    snprintf(f.path, sizeof f.path, "%s/file/below", f.folder);
    j = run_path(&f);
    assert_true(j->vanished);
    job_free(j);
    assert_int_equal(f.witness->tries, 0);
    stop(&f);
}

/* Something else under the name since it was listed: opened without waiting, never read. */
static void no_file_any_more(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    assert_int_equal(mkfifo(f.path, 0600), 0);
    const Expected want = {UNIT_FAILED, "open", "world", "not_a_file"};
    double from = now_s();
    Job *j = run_path(&f);
    check_outcome(j, &want);
    job_free(j);
    unlink(f.path);
    assert_int_equal(mkdir(f.path, 0700), 0);
    j = run_path(&f);
    check_outcome(j, &want);
    job_free(j);
    rmdir(f.path);
    assert_int_equal(symlink("/dev/zero", f.path), 0);
    j = run_path(&f);
    check_outcome(j, &want);
    job_free(j);
    assert_true(now_s() - from < 10);
    assert_int_equal(f.witness->tries, 0);
    stop(&f);
}

static void no_permission_here(void)
{
    Fixture f;
    start(&f);
    write_words(&f, "good");
    assert_int_equal(chmod(f.path, 0), 0);
    Job *j = run_path(&f);
    check_outcome(j, &(Expected){UNIT_FAILED, "open", "world", "permission"});
    assert_null(j->outcome.report);
    assert_int_equal(f.witness->tries, 0);
    job_free(j);
    assert_int_equal(chmod(f.path, 0400), 0);
    j = run_path(&f);
    assert_int_equal(j->outcome.state, UNIT_DONE);
    job_free(j);
    stop(&f);
}

/* Root may read everything, so somebody else tries. */
static void no_permission(void **state)
{
    (void)state;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (getuid() == 0 && (setgid(NOBODY) < 0 || setuid(NOBODY) < 0))
            _exit(1);
        no_permission_here();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

typedef struct Writer {
    const char *path;
    atomic_bool enough;
} Writer;

static void *append(void *context)
{
    Writer *w = context;
    int fd = open(w->path, O_WRONLY | O_APPEND | O_CLOEXEC);
    while (!w->enough && write(fd, "\n", 1) == 1)
        sleep_ms(5);
    close(fd);
    return NULL;
}

/* Each reading takes 100 ms, and a line is added every 5 ms. */
static void changes_all_the_time(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    write_words(&f, "sleep 100\n");
    Writer w = {.path = f.path};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, append, &w), 0);
    Job *j = run_path(&f);
    w.enough = true;
    pthread_join(thread, NULL);
    check_outcome(j, &(Expected){UNIT_WAITING, "read", "world", "changed"});
    assert_null(j->outcome.report); /* nothing of what was read is told */
    assert_false(j->has_report);
    assert_int_equal(f.witness->tries, 3);
    job_free(j);
    stop(&f);
}

static void *append_once(void *context)
{
    Writer *w = context;
    sleep_ms(100);
    FILE *file = fopen(w->path, "a");
    if (file && fputs("more", file) >= 0)
        fclose(file);
    return NULL;
}

/* The reading that nothing disturbed counts, with the version that it read. */
static void changes_once(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    write_words(&f, "sleep 300\n");
    Writer w = {.path = f.path};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, append_once, &w), 0);
    Job *j = run_path(&f);
    pthread_join(thread, NULL);
    check_outcome(j, &(Expected){UNIT_DONE, "", "", ""});
    assert_int_equal(f.witness->tries, 2);
    assert_int_equal(j->outcome.identity.size, strlen("sleep 300\nmore"));
    job_free(j);
    stop(&f);
}

/* Leaves room for no descriptor more; returns the limit that was. */
static struct rlimit use_up_descriptors(void)
{
    struct rlimit was;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &was), 0);
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(next >= 0);
    close(next);
    struct rlimit tight = {.rlim_cur = (rlim_t)next, .rlim_max = was.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &tight), 0);
    return was;
}

static void *relax(void *context)
{
    sleep_ms(300);
    setrlimit(RLIMIT_NOFILE, context);
    return NULL;
}

/* A shortage is waited for, and no file is blamed for it. */
static void no_descriptors(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    write_words(&f, "good");
    Job *j = run_path(&f);
    job_free(j);
    struct rlimit was = use_up_descriptors();
    double from = now_s();
    j = run_path(&f);
    check_outcome(j, &(Expected){UNIT_WAITING, "open", "world", "too_many_open_files"});
    assert_true(now_s() - from >= f.config.run.patience_s);
    assert_true(f.context.impatient);
    job_free(j);

    f.config.run.patience_s = 60;
    f.context.impatient = false;
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, relax, &was), 0);
    j = run_path(&f);
    pthread_join(thread, NULL);
    check_outcome(j, &(Expected){UNIT_DONE, "", "", ""});
    job_free(j);
    stop(&f);
}

/* The parent of a process, as in proc(5). */
static pid_t parent_of(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "r");
    assert_non_null(stat);
    assert_non_null(fgets(line, sizeof line, stat));
    fclose(stat);
    const char *name_end = strrchr(line, ')'); /* ") S 123 ..." */
    assert_non_null(name_end);
    return (pid_t)strtol(name_end + 4, NULL, 10);
}

/* Children that are killed while they use little memory: two a try, three tries; nobody is blamed.
 */
static void children_killed(void **state)
{
    (void)state;
    if (sanitizer)
        case_skip("children of a sanitizer build are never small");
    Fixture f;
    start(&f);
    Job *j = run_words(&f, "killed");
    check_outcome(j, &(Expected){UNIT_WAITING, "read", "world", "killed"});
    assert_int_equal(f.witness->tries, 6);
    assert_non_null(strstr(j->outcome.reason, "short of memory"));
    job_free(j);
    j = run_words(&f, "good");
    assert_int_equal(j->outcome.state, UNIT_DONE);
    job_free(j);
    stop(&f);
}

static void zygote_killed(void **state)
{
    (void)state;
    Fixture f;
    start(&f);
    Job *j = run_words(&f, "good");
    assert_int_equal(kill(parent_of(f.witness->child[0]), SIGKILL), 0);
    double from = now_s();
    while (!j->fatal && now_s() - from < 10) { /* its child may outlive it for a moment */
        job_free(j);
        j = run_path(&f);
    }
    for (int i = 0; i < 2; i++) {
        check_outcome(j, &(Expected){UNIT_WAITING, "read", "world", "sandbox_lost"});
        assert_true(j->fatal);
        assert_non_null(strstr(j->outcome.reason, "run again"));
        job_free(j);
        j = run_path(&f);
    }
    job_free(j);
    stop(&f);
}

static const Case cases[] = {
    {"vanished", vanished},           {"no_file_any_more", no_file_any_more},
    {"no_permission", no_permission}, {"changes_all_the_time", changes_all_the_time},
    {"changes_once", changes_once},   {"no_descriptors", no_descriptors},
    {"zygote_killed", zygote_killed}, {"children_killed", children_killed},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
