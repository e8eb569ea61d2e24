/* fetch.c: a queue of objects, a budget of bytes. */
#include "orchestrator/fetch_internal.h"

#include "orchestrator/scratch.h"
#include "stores/checksum.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { IN_MEMORY_MOST = 64 << 20, LOOK_AGAIN_MS = 100 };

static bool open_in_memory(int *writing, int *reading, Error *e)
{
    char path[64];
    int fd = memfd_create("object", MFD_CLOEXEC);
    if (fd < 0)
        return error_errno(e, ERROR_RETRY, errno, "memory for an object");
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int second = open(path, O_RDONLY | O_CLOEXEC);
    if (second < 0) {
        int why = errno;
        close(fd);
        return error_errno(e, ERROR_RETRY, why, "memory for an object");
    }
    *writing = fd;
    *reading = second;
    return true;
}

/* ---- under the lock */

static void close_both(Fetch *t)
{
    if (t->read.fd >= 0)
        close(t->read.fd);
    if (t->reading >= 0)
        close(t->reading);
    t->read.fd = t->reading = -1;
}

static void finished(S3Read *r);

static void begin(Fetcher *f, Fetch *t)
{
    S3Read *r = &t->read;
    t->held = r->size_bytes;
    f->held_bytes += t->held;
    f->count++;
    r->unchecked = f->options.ranges && r->size_bytes > FETCH_HEAD_BYTES;
    r->end = r->unchecked ? FETCH_HEAD_BYTES : 0;
    bool ok = r->size_bytes <= IN_MEMORY_MOST
                  ? open_in_memory(&r->fd, &t->reading, &r->error)
                  : scratch_open(f->options.folder, &r->fd, &t->reading, &r->error);
    t->state = ok && s3_read(f->options.aws, r) ? FETCH_RUNS : FETCH_OVER;
}

/* In order; one at least, so that whoever waits for the first is not kept by its size. */
static void begin_more(Fetcher *f)
{
    while (f->queue &&
           (f->count == 0 || f->held_bytes + f->queue->read.size_bytes <= f->options.ahead_bytes)) {
        Fetch *t = f->queue;
        f->queue = t->next;
        if (!f->queue)
            f->queue_end = &f->queue;
        begin(f, t);
    }
}

void fetch_drop(Fetch *t)
{
    if (t->state == FETCH_RUNS || t->running > 0)
        return;
    if (t->state != FETCH_QUEUED)
        t->fetcher->count--;
    t->fetcher->held_bytes -= t->held;
    close_both(t);
    arena_deinit(&t->arena);
    free(t);
}

/* Behind the head of what is read whole comes the rest. */
static FetchState state_after(Fetch *t)
{
    S3Read *r = &t->read;
    if (r->error.kind != ERROR_NONE)
        return FETCH_OVER;
    t->got_bytes += (r->end ? r->end : r->size_bytes) - r->begin;
    if (!r->unchecked || t->abandoned)
        return FETCH_OVER;
    if (fetch_in_ranges(t))
        return FETCH_READY;
    r->unchecked = false;
    r->begin = r->end;
    r->end = 0;
    return r->error.kind == ERROR_NONE && s3_read(t->fetcher->options.aws, r) ? FETCH_RUNS
                                                                              : FETCH_OVER;
}

static void finished(S3Read *r)
{
    Fetch *t = (Fetch *)r;
    Fetcher *f = t->fetcher;
    pthread_mutex_lock(&f->lock);
    t->state = state_after(t);
    if (t->abandoned)
        fetch_drop(t);
    begin_more(f);
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
}

/* ---- for others */

bool fetcher_open(const FetchOptions *o, Fetcher **out, Error *e)
{
    Fetcher *f = calloc(1, sizeof *f);
    if (!f)
        return error_errno(e, ERROR_RETRY, ENOMEM, "fetching objects");
    f->options = *o;
    f->queue_end = &f->queue;
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->news, NULL);
    *out = f;
    return true;
}

void fetcher_close(Fetcher *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->lock);
    while (f->count > 0)
        pthread_cond_wait(&f->news, &f->lock);
    pthread_mutex_unlock(&f->lock);
    pthread_cond_destroy(&f->news);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

Aws *fetcher_aws(const Fetcher *f)
{
    return f->options.aws;
}

Fetch *fetch_want(Fetcher *f, const S3Uri *uri, const char *etag, uint64_t size_bytes)
{
    Fetch *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    arena_init(&t->arena, 0);
    t->fetcher = f;
    t->reading = -1;
    t->read =
        (S3Read){.uri = {arena_string(&t->arena, uri->bucket), arena_string(&t->arena, uri->key)},
                 .etag = arena_string(&t->arena, etag),
                 .size_bytes = size_bytes,
                 .fd = -1,
                 .cancelled = &t->cancelled,
                 .finished = finished};
    if (!t->read.uri.bucket || !t->read.uri.key || !t->read.etag) {
        arena_deinit(&t->arena);
        free(t);
        return NULL;
    }
    pthread_mutex_lock(&f->lock);
    *f->queue_end = t;
    f->queue_end = &t->next;
    begin_more(f);
    pthread_mutex_unlock(&f->lock);
    return t;
}

void fetch_wait_a_little(Fetcher *f)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    t.tv_nsec += LOOK_AGAIN_MS * 1000000L;
    t.tv_sec += t.tv_nsec / 1000000000L;
    t.tv_nsec %= 1000000000L;
    pthread_cond_timedwait(&f->news, &f->lock, &t);
}

/* Queued or running: until it is there, or somebody wants to stop. What still runs for a child that
 * has given up could fail after the next has begun: it is waited for. */
static bool wait_for(Fetch *t, const volatile sig_atomic_t *stop)
{
    Fetcher *f = t->fetcher;
    pthread_mutex_lock(&f->lock);
    while ((t->state < FETCH_READY || t->running > 0) && !*stop)
        fetch_wait_a_little(f);
    bool over = t->state >= FETCH_READY && t->running == 0;
    if (over)
        t->trouble = (Error){0};
    pthread_mutex_unlock(&f->lock);
    return over;
}

/* The first descriptor stays: it is needed once more where a child has to begin again. */
static bool open_again(const Fetch *t, int *fd, Error *e)
{
    *fd = fcntl(t->reading, F_DUPFD_CLOEXEC, 0);
    return *fd >= 0 || error_errno(e, ERROR_RETRY, errno, "reading what was fetched");
}

bool fetch_take(Fetch *t, const volatile sig_atomic_t *stop, int *fd, Error *e)
{
    bool known;
    if (!wait_for(t, stop))
        return error_coded(e, ERROR_RETRY, "stopped", "weir was stopped before it was fetched");
    if (t->read.error.kind != ERROR_NONE) {
        *e = t->read.error;
        return false;
    }
    if (t->state == FETCH_READY)
        return open_again(t, fd, e);
    if (!checksum_compare(t->reading, t->read.size_bytes, t->read.checksum, &known, e))
        return error_wrap(e, "s3://%s/%s", t->read.uri.bucket, t->read.uri.key);
    *fd = t->reading;
    t->reading = -1;
    return true;
}

static void leave_queue(Fetcher *f, const Fetch *t)
{
    Fetch **at = &f->queue;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    if (!*at)
        f->queue_end = at;
}

void fetch_free(Fetch *t)
{
    if (!t)
        return;
    Fetcher *f = t->fetcher;
    pthread_mutex_lock(&f->lock);
    if (t->state == FETCH_QUEUED)
        leave_queue(f, t);
    t->cancelled = t->abandoned = true;
    fetch_drop(t);
    begin_more(f);
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
}
