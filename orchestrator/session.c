/* session.c: setting up the sandbox for a command, in the order that keeps it safe. */
#include "orchestrator/session.h"

#include "core/text.h"
#include "orchestrator/identity.h"
#include "orchestrator/run.h"
#include "orchestrator/source_shard.h"
#include "orchestrator/spellings.h"
#include "orchestrator/stop.h"

#include <errno.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { RECYCLE_AFTER = 256, WORKERS_MOST = 1024 };

static unsigned processors(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        return 1;
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

bool session_open(const Arguments *a, unsigned workers, Session *out, Error *e)
{
    *out =
        (Session){.config = a->loaded, .context = {.config = a->loaded}, .stop = stop_on_signals()};
    int64_t jobs = workers ? (int64_t)workers : a->loaded->run.jobs;
    out->workers = jobs > 0 ? (unsigned)(jobs < WORKERS_MOST ? jobs : WORKERS_MOST) : processors();
    ZygoteOptions o = {.slots = out->workers,
                       .memory_bytes = a->loaded->run.memory_bytes,
                       .output_bytes = job_output_bytes(a->loaded),
                       .recycle_after = RECYCLE_AFTER,
                       .warm_up = worker_warm_up,
                       .work = worker_work,
                       .context = &out->context};
    return zygote_start(&o, &out->zygote, e);
}

void session_close(Session *s)
{
    outputs_close(s->outputs);
    shared_table_close(s->shared);
    fetcher_close(s->fetcher);
    aws_close(s->aws);
    s->outputs = NULL;
    s->shared = NULL;
    s->fetcher = NULL;
    s->aws = NULL;
    zygote_stop(s->zygote);
    s->zygote = NULL;
}

bool session_shard(Session *s, bool task, Error *e)
{
    const RunOptions *r = &s->config->run;
    auto_buffer Buffer told_by = {0};
    if (r->shard ? !shard_read(r->shard, &s->shard, e)
                 : task && !shard_of_task(&s->shard, &told_by, e))
        return false;
    if (told_by.length > 0 && !r->quiet)
        fprintf(stderr,
                "weir: this is shard %" PRIu64 " of %" PRIu64
                " (%s); --shard 1/1 reads all files\n",
                s->shard.number, s->shard.count, told_by.bytes);
    return true;
}

Source *session_own(const Session *s, Source *all)
{
    return all && shard_divides(&s->shard) ? source_shard(all, &s->shard) : all;
}

Job *session_ask(Session *s, JobKind kind, const Object *o, const char *unit)
{
    Choice choice;
    classify(s->config->rules, s->config->rule_count, s->config->standard, o->uri, &choice);
    if (!choice.pipeline) /* a rule ignores it, but a person asks: by content */
        choice.pipeline = s->config->standard;
    Job *j = job_new(kind, o, &choice);
    JobContext c = {.zygote = s->zygote,
                    .config = s->config,
                    .fetcher = s->fetcher,
                    .stop = s->stop,
                    .waiting = {.lock = PTHREAD_MUTEX_INITIALIZER}};
    if (j)
        j->wanted = unit[0] ? unit : NULL;
    if (j)
        job_run(&c, 0, j);
    return j;
}

const Job *session_asked(const Job *j)
{
    if (!j->wanted)
        return j;
    for (size_t i = 0; i < j->member_count; i++)
        if (strcmp(j->members[i]->unit, j->wanted) == 0)
            return j->members[i];
    return NULL;
}

/* Divides PATH/UNIT behind the file. False: there is none on the way. */
static bool find_file(const char **path, const char **unit, struct stat *st, Arena *a)
{
    size_t length = strlen(*path);
    const char *file = *path;
    while (file && stat(file, st) < 0 && errno == ENOTDIR) {
        const char *slash = memrchr(*path, '/', length);
        length = slash ? (size_t)(slash - *path) : 0;
        file = length ? arena_copy(a, *path, length) : NULL;
    }
    if (!file || stat(file, st) < 0)
        return false;
    *unit = *path + length + ((*path)[length] == '/');
    *path = file;
    return true;
}

bool session_object(Session *s, const char *path, Object *out, const char **unit, Arena *a,
                    Error *e)
{
    struct stat st;
    if (s3_is_uri(path))
        return session_bucket_object(s, path, out, unit, a, e);
    if (!find_file(&path, unit, &st, a))
        return error_errno(e, ERROR_SETUP, errno, "%s", path);
    if (S_ISDIR(st.st_mode))
        return error_set(e, ERROR_SETUP, "%s is a directory; name a file", path);
    if (!S_ISREG(st.st_mode))
        return error_set(e, ERROR_SETUP, "%s is no regular file", path);
    const char *uris[SPELLINGS];
    if (!spellings_of(path, a, uris, e))
        return false;
    *out = (Object){.uri = uris[0], .uri_length = strlen(uris[0]), .identity = identity_of(&st)};
    return true;
}

int session_ledger_code(const Error *e)
{
    static const char *const mistakes[] = {"no_ledger", "not_a_ledger", "newer_version",
                                           "older_version"};
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (strcmp(e->code, mistakes[i]) == 0)
            return EXIT_USAGE;
    return strcmp(e->code, "locked") == 0 ? EXIT_AGAIN : EXIT_STORE;
}

int session_fail(const Error *e, int code)
{
    auto_buffer Buffer text = {0};
    text_printable(&text, e->message, strlen(e->message));
    fprintf(stderr, "weir: %s\n", text.bytes ? text.bytes : e->message);
    return code;
}
