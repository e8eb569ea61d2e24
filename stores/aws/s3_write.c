/* s3_write.c: an object into a bucket, in one call or (s3_parts.c) in parts.
 *
 * A write has a thread of its own: its bytes are read and summed up there, and what the service
 * says is weighed there, so that no I/O thread waits for a disk. A condition makes a reply that is
 * lost look like another's write: what is there then is compared with what was to be written. */
#include "stores/aws/s3_write.h"

#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHOLE_MOST = 16 << 20, ROUNDS = 3, HEADERS_MOST = 4 };

static const uint64_t part_most = 5ULL << 30;

/* ---- in one call */

static bool put(S3Writing *g, const uint8_t *bytes, Error *e)
{
    S3Write *w = g->write;
    char condition[S3_CONDITION_SIZE];
    HttpPair headers[HEADERS_MOST] = {
        {"x-amz-checksum-crc64nvme", s3_checksum_value(w->checksum)},
        {"x-amz-sdk-checksum-algorithm", "CRC64NVME"},
    };
    size_t count = 2 + s3_condition(g, condition, headers + 2);
    if (w->content_type)
        headers[count++] = (HttpPair){"content-type", w->content_type};
    AwsCall c = {.service = AWS_S3,
                 .bucket = w->uri.bucket,
                 .request = {.method = "PUT",
                             .path = g->path,
                             .headers = headers,
                             .header_count = count,
                             .body = bytes,
                             .body_size = w->body.size_bytes},
                 .what = g->what,
                 .bulk = true,
                 .unsigned_body = true,
                 .cancelled = w->cancelled};
    bool ok = aws_do(g->aws, &c, e) && s3_keep_etag(g, http_header(&c.http, "etag"), e);
    aws_call_deinit(&c);
    return ok;
}

static void free_bytes(uint8_t **bytes)
{
    free(*bytes);
}

static bool write_whole(S3Writing *g, Error *e)
{
    S3Write *w = g->write;
    size_t size = w->body.size_bytes;
    __attribute__((cleanup(free_bytes))) uint8_t *room = w->body.bytes ? NULL : malloc(size + 1);
    const uint8_t *bytes;
    char checksum[CHECKSUM_SIZE];
    if (!w->body.bytes && !room)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory", g->what);
    if (!s3_body_piece(&w->body, 0, size, room, &bytes, e) ||
        !s3_checksum_of(bytes, size, checksum, e))
        return error_wrap(e, "%s", g->what);
    snprintf(w->checksum, sizeof w->checksum, "%.*s", (int)sizeof w->checksum - 1, checksum);
    return put(g, bytes, e);
}

/* ---- what a refusal means */

/* *there is false where nothing is. */
static bool look(S3Writing *g, S3Object *out, bool *there, Error *e)
{
    Error why = {0};
    *there = s3_look_unless(g->aws, &g->write->uri, g->write->cancelled, &g->arena, out, &why);
    if (*there || strcmp(why.code, "gone") == 0)
        return true;
    *e = why;
    return false;
}

static bool is_ours(const S3Writing *g, const S3Object *there, bool *ours, Error *e)
{
    const S3Write *w = g->write;
    bool comparable = w->checksum[0] && strncmp(there->checksum, "crc64nvme ", 10) == 0 &&
                      checksum_is_known(there->checksum);
    *ours = there->size_bytes == w->body.size_bytes && comparable &&
            strcmp(w->checksum, there->checksum) == 0;
    return comparable || s3_same(there, &w->body, ours, e);
}

static bool is_cancelled(const S3Writing *g)
{
    return g->write->cancelled && *g->write->cancelled;
}

static bool refuse(const S3Writing *g, bool there, Error *e)
{
    if (g->write->if_none_match)
        return error_coded(e, ERROR_DATA, "exists", "%s: another object is there already", g->what);
    return error_coded(e, ERROR_DATA, "replaced", "%s: %s", g->what,
                       there ? "it was replaced by another version meanwhile"
                             : "it is not there any more");
}

/* Conditions of a store that knows none, and those that it found wanting. *again: the object may
 * be written after all. */
static bool compare(S3Writing *g, bool *again, Error *e)
{
    S3Write *w = g->write;
    S3Object o;
    bool there, ours = false;
    if (!look(g, &o, &there, e) || (there && !is_ours(g, &o, &ours, e)))
        return false;
    if (ours) {
        w->was_there = w->if_none_match;
        return s3_keep_etag(g, o.etag, e);
    }
    bool fits = w->if_none_match ? !there : !w->if_match || (there && !strcmp(w->if_match, o.etag));
    if (!fits)
        return refuse(g, there, e);
    *again = true;
    return false;
}

/* The error stays where nothing can be done about it. */
static bool weigh(S3Writing *g, bool *again, Error *e)
{
    static const char *const doubtful[] = {"precondition", "no_such_upload", "conflict",
                                           "bad_reply"};
    const S3Write *w = g->write;
    bool conditional = (w->if_none_match || w->if_match) && !g->unconditional;
    const Error said = *e;
    bool unknown = conditional && strcmp(e->code, "unsupported") == 0;
    bool lost = w->if_match && strcmp(e->code, "no_such_key") == 0;
    for (size_t i = 0; i < sizeof doubtful / sizeof *doubtful; i++)
        lost |= strcmp(e->code, doubtful[i]) == 0;
    if (is_cancelled(g) || (!unknown && !lost))
        return false;
    g->unconditional |= unknown;
    error_clear(e);
    if (compare(g, again, e))
        return true;
    if (*again)
        *e = said;
    return false;
}

static bool write_object(S3Writing *g, Error *e)
{
    S3Write *w = g->write;
    if (w->body.size_bytes / S3_PARTS_MOST > part_most)
        return error_coded(e, ERROR_DATA, "too_large", "%s: %" PRIu64 " bytes are too many",
                           g->what, w->body.size_bytes);
    if (w->sweeps && w->body.size_bytes > WHOLE_MOST && !s3_uploads_forget(g, e))
        return false;
    for (unsigned round = 1;; round++) {
        bool again = false;
        if (w->body.size_bytes > WHOLE_MOST ? s3_write_parts(g, e) : write_whole(g, e))
            return true;
        if (weigh(g, &again, e))
            return true;
        if (!again || round == ROUNDS)
            return false;
        error_clear(e);
    }
}

/* ---- begin and end */

static void end(S3Writing *g)
{
    g->write->own = NULL;
    arena_deinit(&g->arena);
    free(g);
}

static bool begin(Aws *aws, S3Write *w, Error *e)
{
    S3Writing *g = calloc(1, sizeof *g);
    w->error = (Error){0};
    w->etag[0] = w->checksum[0] = '\0';
    w->was_there = false;
    w->own = g;
    if (g) {
        arena_init(&g->arena, 0);
        g->aws = aws;
        g->write = w;
        g->path = arena_printf(&g->arena, "/%s", w->uri.key);
        g->what = arena_printf(&g->arena, "writing s3://%s/%s", w->uri.bucket, w->uri.key);
    }
    if (g && g->path && g->what)
        return true;
    if (g)
        end(g);
    return error_coded(e, ERROR_RETRY, "no_memory", "writing s3://%s/%.200s: no memory",
                       w->uri.bucket, w->uri.key);
}

static bool do_write(S3Write *w)
{
    bool ok = write_object(w->own, &w->error);
    if (!ok)
        w->etag[0] = '\0';
    end(w->own);
    return ok;
}

bool s3_write_wait(Aws *aws, S3Write *w, Error *e)
{
    if (!begin(aws, w, e)) {
        w->error = *e;
        return false;
    }
    bool ok = do_write(w);
    if (!ok)
        *e = w->error;
    return ok;
}

static void *run(void *context)
{
    S3Write *w = context;
    (void)do_write(w); /* w->error says it */
    w->finished(w);
    return NULL;
}

bool s3_write(Aws *aws, S3Write *w)
{
    sigset_t all, before;
    pthread_t thread;
    pthread_attr_t loose;
    if (!begin(aws, w, &w->error))
        return false;
    sigfillset(&all);
    pthread_attr_init(&loose);
    pthread_attr_setdetachstate(&loose, PTHREAD_CREATE_DETACHED);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&thread, &loose, run, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&loose);
    if (failure == 0)
        return true;
    end(w->own);
    return error_errno(&w->error, ERROR_RETRY, failure, "writing s3://%s/%.200s: its thread",
                       w->uri.bucket, w->uri.key);
}
