/* job_fixture.h: jobs on files whose content tells the child what to do, for the programs that test
 * job.c. All in a header, because each of those programs is one source file. */
#pragma once

#include "orchestrator/identity.h"
#include "orchestrator/job.h"
#include "tests/support/cases.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifdef WEIR_SANITIZE
static const bool sanitizer = true;
#else
static const bool sanitizer = false;
#endif

enum { WORDS_MAX = 64, TRIES_MAX = 16, OUTPUT_MAX = 1 << 20 };

/* What children leave behind for the test, in memory shared with it. */
typedef struct Witness {
    atomic_uint tries;
    pid_t child[TRIES_MAX];
} Witness;

typedef struct Fixture {
    char folder[64], path[128];
    Witness *witness;
    Pipeline pipeline;
    Pipeline *pipelines[1];
    Config config;
    volatile sig_atomic_t stop;
    JobContext context;
    Zygote *zygote;
} Fixture;

static inline double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static inline void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* ---- in the child */

static inline Report report(ReportState state, ErrorKind kind, const char *code)
{
    Report r = {.state = state, .format = "words", .stage = "read", .rows = 7, .is_data = true};
    if (kind != ERROR_NONE)
        error_coded(&r.error, kind, code, "this is what the reader found");
    snprintf(r.error.place, sizeof r.error.place, "%s", kind == ERROR_NONE ? "" : "byte 17");
    return r;
}

/* The first try, as all children together count. */
static inline bool is_first(const Witness *w)
{
    return w->tries == 1;
}

/* What the kernel's OOM killer does, to one that has taken much (of the 256 MiB allowed) or to one
 * that has not. */
static inline void die_of_kill(bool much)
{
    const size_t size = (size_t)1 << 27;
    volatile char *p = much ? malloc(size) : NULL;
    for (size_t i = 0; p && i < size; i += 4096)
        p[i] = 1;
    syscall(SYS_tgkill, getpid(), getpid(), SIGKILL);
}

static inline void act(const char *words, const Witness *w)
{
    unsigned ms = 0;
    if (strncmp(words, "crash", 5) == 0 && (words[5] != '1' || is_first(w)))
        abort();
    if (strncmp(words, "leave", 5) == 0)
        _exit(5);
    if (strncmp(words, "kill", 4) == 0)
        die_of_kill(strncmp(words, "killed", 6) != 0);
    if (strncmp(words, "unlink", 6) == 0)
        unlink("/nonexistent");
    if (sscanf(words, "sleep %u", &ms) == 1)
        sleep_ms(ms);
}

static inline Report report_of(const char *words)
{
    char kind[16] = "", code[WORDS_MAX] = "";
    if (sscanf(words, "%15s %63s", kind, code) < 1)
        return report(REPORT_UNRECOGNISED, ERROR_DATA, "unrecognised");
    if (strcmp(kind, "retry") == 0)
        return report(REPORT_FAILED, ERROR_RETRY, code);
    if (strcmp(kind, "bad") == 0)
        return report(REPORT_FAILED, ERROR_DATA, code);
    if (strcmp(kind, "partial") == 0)
        return report(REPORT_PARTIAL, ERROR_DATA, code);
    if (strcmp(kind, "unknown") == 0) {
        Report r = report(REPORT_UNRECOGNISED, ERROR_DATA, "unrecognised");
        r.is_data = strcmp(code, "data") == 0;
        return r;
    }
    return report(REPORT_DONE, ERROR_NONE, "");
}

static inline size_t work(void *context, ZygoteTask *task)
{
    Witness *w = context;
    char words[WORDS_MAX] = "";
    unsigned mine = atomic_fetch_add(&w->tries, 1);
    if (mine < TRIES_MAX)
        w->child[mine] = getpid();
    if (pread(task->fd, words, sizeof words - 1, 0) < 0)
        return 0;
    act(words, w);
    if (strncmp(words, "garbage", 7) == 0) {
        memset(task->result, 0xa5, 500);
        return 500;
    }
    Report r = report_of(words);
    return report_encode(&r, task->result, task->capacity);
}

/* ---- in the test */

static inline void start_with(Fixture *f, ZygoteWork own_work, unsigned slots)
{
    *f = (Fixture){.folder = "/tmp/test_job.XXXXXX",
                   .pipeline = {.name = "summary", .hash = "feed"},
                   .config = {.pipeline_count = 1, .run = {.timeout_s = 20, .patience_s = 0.3}}};
    f->pipelines[0] = &f->pipeline;
    f->config.pipelines = f->pipelines;
    f->config.standard = &f->pipeline;
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/file.bin", f->folder);
    f->witness =
        mmap(NULL, sizeof *f->witness, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(f->witness != MAP_FAILED);
    ZygoteOptions o = {.slots = slots,
                       .memory_bytes = 1 << 28,
                       .output_bytes = OUTPUT_MAX,
                       .work = own_work,
                       .context = f->witness};
    Error e = {0};
    assert_ok(zygote_start(&o, &f->zygote, &e), &e);
    f->context = (JobContext){.zygote = f->zygote,
                              .config = &f->config,
                              .stop = &f->stop,
                              .waiting = {.lock = PTHREAD_MUTEX_INITIALIZER}};
}

static inline void start(Fixture *f)
{
    start_with(f, work, 1);
}

static inline void stop(Fixture *f)
{
    zygote_stop(f->zygote);
    munmap(f->witness, sizeof *f->witness);
    unlink(f->path);
    assert_int_equal(rmdir(f->folder), 0);
}

static inline void write_words(const Fixture *f, const char *words)
{
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_true(fputs(words, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Runs a job on f->path as it is. The caller frees it. */
static inline Job *run_path(Fixture *f)
{
    Object o = {.uri = f->path, .uri_length = strlen(f->path)};
    Choice choice = {.pipeline = &f->pipeline, .rule = "by content"};
    f->witness->tries = 0;
    Job *j = job_new(JOB_RUN, &o, &choice);
    assert_non_null(j);
    job_run(&f->context, 0, j);
    return j;
}

static inline Job *run_words(Fixture *f, const char *words)
{
    write_words(f, words);
    return run_path(f);
}

typedef struct Expected {
    UnitState state;
    const char *stage, *class_, *code;
} Expected;

static inline void check_outcome(const Job *j, const Expected *want)
{
    const Outcome *o = &j->outcome;
    assert_false(j->vanished);
    assert_string_equal(unit_state_name(o->state), unit_state_name(want->state));
    assert_string_equal(o->stage, want->stage);
    assert_string_equal(o->class_, want->class_);
    assert_string_equal(o->code, want->code);
    assert_int_equal(o->reason[0] != '\0', want->code[0] != '\0');
    assert_string_equal(o->uri, j->uri);
    assert_string_equal(o->pipeline, "summary");
    assert_int_equal(strlen(o->work_key), 64);
}
