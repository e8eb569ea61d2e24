/* zygote_fixture.h: a zygote with two slots, for the programs that test it. All in a header,
 * because each of those programs is one source file.
 *
 * A job's request says what to do and its descriptor is a table of numbers; what most jobs do is to
 * look a number up. */
#pragma once

#include "orchestrator/zygote.h"
#include "tests/support/cases.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#ifdef WEIR_SANITIZE
static const bool sanitizer = true;
#else
static const bool sanitizer = false;
#endif

enum { MIB = 1 << 20, MEMORY = 256 * MIB, SLOTS = 2, TABLE_NUMBERS = 4096 };

/* What every work function knows; its own acts begin with ACT_OWN. */
enum { ACT_LOOK_UP, ACT_OWN };

typedef struct Request {
    uint8_t act;
    uint64_t number;
} Request;

typedef struct Reply {
    uint64_t value, jobs; /* jobs: looked up by this child, this one counted */
    pid_t pid;
} Reply;

typedef struct Fixture {
    Zygote *zygote;
    int table;     /* descriptor of a file with table_number(0), table_number(1), ... */
    uint64_t jobs; /* the context of the work: each child counts in its own copy */
} Fixture;

static inline Request request_of(const uint8_t *bytes, size_t size)
{
    Request r = {0};
    memcpy(&r, bytes, size < sizeof r ? size : sizeof r);
    return r;
}

/* Each program's own: context is Fixture.jobs. */
static size_t work(void *context, ZygoteTask *task);

static inline uint64_t table_number(uint64_t place)
{
    return (place + 1) * 0x9e3779b97f4a7c15U;
}

static inline size_t look_up(int fd, uint64_t place, uint64_t *jobs, uint8_t *result)
{
    Reply r = {.jobs = ++*jobs, .pid = getpid()};
    if (fd >= 0 && pread(fd, &r.value, sizeof r.value, (off_t)(place * sizeof r.value)) < 0)
        r.value = 0;
    memcpy(result, &r, sizeof r);
    return sizeof r;
}

static inline int make_table(void)
{
    int fd = memfd_create("table", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (uint64_t i = 0; i < TABLE_NUMBERS; i++) {
        uint64_t n = table_number(i);
        assert_int_equal(write(fd, &n, sizeof n), sizeof n);
    }
    return fd;
}

static inline ZygoteOptions options(Fixture *f)
{
    return (ZygoteOptions){
        .slots = SLOTS, .memory_bytes = MEMORY, .work = work, .context = &f->jobs};
}

static inline void start(Fixture *f, const ZygoteOptions *o)
{
    Error e = {0};
    assert_ok(zygote_start(o, &f->zygote, &e), &e);
    f->table = make_table();
}

static inline void start_plain(Fixture *f)
{
    *f = (Fixture){0};
    ZygoteOptions o = options(f);
    start(f, &o);
}

static inline void stop(Fixture *f)
{
    zygote_stop(f->zygote);
    close(f->table);
}

static inline ZygoteAnswer ask_on(const Fixture *f, unsigned slot, Request r, double deadline_s,
                                  bool fresh)
{
    Error e = {0};
    ZygoteAnswer a;
    ZygoteJob job = {.slot = slot,
                     .fd = f->table,
                     .request = &r,
                     .request_size = sizeof r,
                     .deadline_s = deadline_s,
                     .fresh = fresh};
    assert_ok(zygote_job(f->zygote, &job, &a, &e), &e);
    return a;
}

static inline ZygoteAnswer ask(const Fixture *f, unsigned act, uint64_t number)
{
    return ask_on(f, 0, (Request){.act = (uint8_t)act, .number = number}, 20, false);
}

static inline Reply reply_of(const ZygoteAnswer *a)
{
    Reply r;
    assert_int_equal(a->verdict, ZYGOTE_ANSWERED);
    assert_int_equal(a->result_size, sizeof r);
    memcpy(&r, a->result, sizeof r);
    return r;
}

static inline Reply look(const Fixture *f, uint64_t place)
{
    ZygoteAnswer a = ask(f, ACT_LOOK_UP, place);
    Reply r = reply_of(&a);
    assert_true(r.value == table_number(place));
    return r;
}

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

typedef struct Process {
    char state; /* as in proc(5); 0: there is none such */
    pid_t parent;
} Process;

static inline Process process(pid_t pid)
{
    char path[64], line[512] = "";
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *stat = fopen(path, "r");
    if (!stat)
        return (Process){0};
    bool got = fgets(line, sizeof line, stat) != NULL;
    fclose(stat);
    const char *name_end = got ? strrchr(line, ')') : NULL; /* ") S 123 ..." */
    if (!name_end)
        return (Process){0};
    return (Process){.state = name_end[2], .parent = (pid_t)strtol(name_end + 4, NULL, 10)};
}

static inline size_t open_descriptors(void)
{
    size_t n = 0;
    DIR *d = opendir("/proc/self/fd");
    assert_non_null(d);
    while (readdir(d))
        n++;
    closedir(d);
    return n;
}
