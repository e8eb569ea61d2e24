/* s3_read.c: an object into a descriptor.
 *
 * All calls name the ETag of the version that was listed, so that an object that is replaced
 * meanwhile is refused and never mixed. A large one, or a part, is read in runs of bytes, a few at
 * the same time; the checksum of the whole is then asked for by a call of its own, because a reply
 * with a part of an object does not have it. */
#include "stores/aws/s3_look.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RUN_BYTES = 8 << 20,
    WHOLE_MOST = 2 * RUN_BYTES, /* what is read in one call */
    CALLS = 4,                  /* of one object at the same time */
    HEADERS_MOST = 3,
};

typedef struct Call {
    AwsCall call; /* first */
    struct S3Reading *reading;
    uint64_t begin, length, got; /* bytes of the object; length 0: only a look */
    bool is_look, busy;
    char range[64];
    HttpPair headers[HEADERS_MOST];
} Call;

struct S3Reading {
    Aws *aws;
    S3Read *read;
    Arena arena;
    pthread_mutex_t lock;
    uint64_t next, end; /* bytes that nothing has been asked for yet */
    uint64_t run_bytes;
    bool looked;
    unsigned busy;
    const char *path, *match, *what;
    Call calls[CALLS];
};

/* Only in S3's own words: an object that is gone is no failure, and a 404 can mean anything. */
static bool is_gone(const AwsFault *f)
{
    return strcmp(f->code, "NoSuchKey") == 0 || strcmp(f->code, "NoSuchVersion") == 0;
}

static void translate(const AwsFault *f, Error *e)
{
    if (is_gone(f))
        error_coded(e, ERROR_DATA, "gone", "it is not in the bucket any more");
    else if (f->status == 412)
        error_coded(e, ERROR_DATA, "replaced", "it was replaced by another version meanwhile");
    else if (f->status == 403 && strcmp(f->code, "InvalidObjectState") == 0)
        error_coded(e, ERROR_DATA, "archived",
                    "it is archived (GLACIER or DEEP_ARCHIVE): restore it first, then run again");
}

/* ---- one call, on an I/O thread */

static void restart(AwsCall *call)
{
    ((Call *)call)->got = 0;
}

static bool write_bytes(AwsCall *call, const void *bytes, size_t length, Error *e)
{
    Call *c = (Call *)call;
    if (length > c->length - c->got)
        return error_coded(e, ERROR_RETRY, "bad_reply", "%s: more bytes than were asked for",
                           call->what);
    const char *from = bytes;
    while (length > 0) {
        ssize_t n = pwrite(c->reading->read->fd, from, length, (off_t)(c->begin + c->got));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(e, ERROR_RETRY, errno, "room for %s", call->what);
        from += n;
        length -= (size_t)n;
        c->got += (uint64_t)n;
    }
    return true;
}

static void ask_more(struct S3Reading *g);

static void finish(struct S3Reading *g)
{
    S3Read *r = g->read;
    for (size_t i = 0; i < CALLS; i++)
        aws_call_deinit(&g->calls[i].call);
    pthread_mutex_destroy(&g->lock);
    arena_deinit(&g->arena);
    free(g);
    r->own = NULL;
    r->finished(r);
}

static void finished(AwsCall *call)
{
    Call *c = (Call *)call;
    struct S3Reading *g = c->reading;
    S3Read *r = g->read;
    pthread_mutex_lock(&g->lock);
    Error e = call->error;
    if (e.kind != ERROR_NONE)
        translate(&call->fault, &e);
    else if (!c->is_look && c->got != c->length)
        error_coded(&e, ERROR_RETRY, "short_body", "%s: %" PRIu64 " bytes instead of %" PRIu64,
                    call->what, c->got, c->length);
    else if (c->is_look || c->length == r->size_bytes)
        s3_checksum_told(&call->http, r->checksum, sizeof r->checksum);
    if (e.kind != ERROR_NONE && r->error.kind == ERROR_NONE)
        r->error = e;
    c->busy = false;
    g->busy--;
    ask_more(g);
    bool over = g->busy == 0;
    pthread_mutex_unlock(&g->lock);
    if (over)
        finish(g);
}

/* ---- what is asked for, under the lock */

static void begin_call(struct S3Reading *g, Call *c)
{
    const S3Read *r = g->read;
    size_t headers = 0;
    bool whole = c->length == r->size_bytes;
    aws_call_deinit(&c->call);
    c->headers[headers++] = (HttpPair){"if-match", g->match};
    if (c->is_look || whole)
        c->headers[headers++] = (HttpPair){"x-amz-checksum-mode", "ENABLED"};
    if (!c->is_look && !whole) {
        snprintf(c->range, sizeof c->range, "bytes=%" PRIu64 "-%" PRIu64, c->begin,
                 c->begin + c->length - 1);
        c->headers[headers++] = (HttpPair){"range", c->range};
    }
    c->call = (AwsCall){.service = AWS_S3,
                        .bucket = r->uri.bucket,
                        .request = {.method = c->is_look ? "HEAD" : "GET",
                                    .path = g->path,
                                    .headers = c->headers,
                                    .header_count = headers},
                        .what = g->what,
                        .bulk = true,
                        .cancelled = r->cancelled,
                        .restart = restart,
                        .write = write_bytes,
                        .finished = finished};
    c->reading = g;
    c->got = 0;
    c->busy = true;
    g->busy++;
    aws_start(g->aws, &c->call);
}

static bool take_next(struct S3Reading *g, Call *c)
{
    uint64_t left = g->end - g->next;
    bool whole = g->next == 0 && !g->looked && left == g->read->size_bytes && left <= g->run_bytes;
    c->is_look = false;
    if (left > 0 || whole) {
        c->begin = g->next;
        c->length = left < g->run_bytes ? left : g->run_bytes;
        g->next += c->length;
        g->looked = g->looked || whole;
        return true;
    }
    c->is_look = !g->looked;
    c->begin = c->length = 0;
    g->looked = true;
    return c->is_look;
}

static void ask_more(struct S3Reading *g)
{
    for (size_t i = 0; i < CALLS; i++) {
        Call *c = &g->calls[i];
        if (g->read->error.kind == ERROR_NONE && !c->busy && take_next(g, c))
            begin_call(g, c);
    }
}

bool s3_read(Aws *aws, S3Read *r)
{
    struct S3Reading *g = calloc(1, sizeof *g);
    r->error = (Error){0};
    r->checksum[0] = '\0';
    if (g) {
        arena_init(&g->arena, 0);
        g->aws = aws;
        g->read = r;
        g->next = r->begin;
        g->end = r->end ? r->end : r->size_bytes;
        g->run_bytes = g->end - g->next <= WHOLE_MOST ? WHOLE_MOST : RUN_BYTES;
        g->looked = r->unchecked;
        g->path = arena_printf(&g->arena, "/%s", r->uri.key);
        g->match = arena_printf(&g->arena, "\"%s\"", r->etag);
        g->what = arena_printf(&g->arena, "reading s3://%s/%s", r->uri.bucket, r->uri.key);
    }
    if (!g || !g->path || !g->match || !g->what) {
        if (g)
            arena_deinit(&g->arena);
        free(g);
        return error_coded(&r->error, ERROR_RETRY, "no_memory", "reading s3://%s/%.200s: no memory",
                           r->uri.bucket, r->uri.key);
    }
    pthread_mutex_init(&g->lock, NULL);
    r->own = g;
    pthread_mutex_lock(&g->lock);
    ask_more(g); /* at least one call, whose end needs the lock */
    pthread_mutex_unlock(&g->lock);
    return true;
}
