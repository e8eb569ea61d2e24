/* put_one.c: a file is looked at, compared with what is there, written, and spoken of. */
#include "orchestrator/put_one.h"

#include "core/time.h"
#include "orchestrator/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { KEY_MOST = 1024 };

typedef struct Put {
    PutOutcome how;
    const char *etag; /* NULL where another object was kept */
} Put;

static void close_file(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define auto_fd __attribute__((cleanup(close_file)))

static bool open_file(const char *path, int *fd, struct stat *st, Error *e)
{
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (*fd < 0 || fstat(*fd, st) < 0)
        return error_errno(e, ERROR_DATA, errno, "%s", path);
    return S_ISREG(st->st_mode) ||
           error_coded(e, ERROR_DATA, "not_regular", "%s is no regular file", path);
}

static bool is_unchanged(const PutItem *item, int fd, const struct stat *before, Error *e)
{
    struct stat now;
    if (fstat(fd, &now) < 0)
        return error_errno(e, ERROR_DATA, errno, "%s", item->path);
    bool same = now.st_size == before->st_size && now.st_mtim.tv_sec == before->st_mtim.tv_sec &&
                now.st_mtim.tv_nsec == before->st_mtim.tv_nsec;
    return same || error_coded(e, ERROR_DATA, "changed",
                               "%s has changed while it was being read; run again", item->path);
}

/* What is there with these bytes; *etag stays NULL where it is not. */
static bool find_same(const PutPlan *plan, const S3Write *w, Arena *a, const char **etag, Error *e)
{
    S3Object there;
    Error why = {0};
    bool same = false;
    if (!s3_look(plan->aws, &w->uri, a, &there, &why)) {
        if (strcmp(why.code, "gone") == 0)
            return true;
        *e = why;
        return false;
    }
    if (!s3_same(&there, &w->body, &same, e))
        return false;
    *etag = same ? there.etag : NULL;
    return true;
}

/* `compare`: what is there with the same bytes is not written again. */
static bool write_or_leave(const PutPlan *plan, bool compare, S3Write *w, Arena *a, Put *out,
                           Error *e)
{
    *out = (Put){.how = PUT_THERE};
    if (compare && !find_same(plan, w, a, &out->etag, e))
        return false;
    if (out->etag)
        return true;
    if (s3_write_wait(plan->aws, w, e)) {
        *out = (Put){w->was_there ? PUT_THERE : PUT_WRITTEN, w->etag};
        return true;
    }
    if (strcmp(e->code, "exists") != 0)
        return false;
    error_clear(e);
    out->how = PUT_KEPT;
    return true;
}

static bool tell(const PutPlan *plan, const PutItem *item, const char *etag, uint64_t size,
                 Error *e)
{
    struct timespec now;
    char time[INSTANT_TEXT_SIZE];
    clock_gettime(CLOCK_REALTIME, &now);
    Instant t = {.seconds = now.tv_sec, .nanoseconds = (int32_t)(now.tv_nsec / 1000000 * 1000000)};
    instant_to_text(time, t, CALENDAR_STANDARD);
    S3Event v = {.name = strchr(etag, '-') ? "ObjectCreated:CompleteMultipartUpload"
                                           : "ObjectCreated:Put",
                 .bucket = plan->to.bucket,
                 .key = item->key,
                 .etag = etag,
                 .time = time,
                 .region = aws_settings(plan->aws)->region,
                 .size_bytes = size,
                 .size_known = true};
    return event_sender_add(plan->events, &v, e);
}

bool put_one(const PutPlan *plan, const PutItem *item, PutOutcome *out, uint64_t *bytes, Error *e)
{
    auto_fd int fd = -1;
    struct stat st;
    Put done;
    if (strlen(item->key) > KEY_MOST)
        return error_coded(e, ERROR_DATA, "key_length", "%s: its key has %zu bytes, more than %d",
                           item->path, strlen(item->key), KEY_MOST);
    if (!open_file(item->path, &fd, &st, e))
        return false;
    S3Write w = {.uri = {plan->to.bucket, item->key},
                 .body = {.fd = fd, .size_bytes = (uint64_t)st.st_size},
                 .if_none_match = plan->options->if_absent,
                 .cancelled = stop_asked()};
    Arena a;
    arena_init(&a, 0);
    const SendOptions *o = plan->options;
    bool compare = !o->force && !o->if_absent && !item->again;
    bool ok = write_or_leave(plan, compare, &w, &a, &done, e) && is_unchanged(item, fd, &st, e) &&
              (!done.etag || !plan->events || tell(plan, item, done.etag, w.body.size_bytes, e));
    arena_deinit(&a);
    *bytes = (uint64_t)st.st_size;
    *out = done.how;
    return ok;
}
