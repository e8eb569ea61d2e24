/* s3_uploads.c: uploads in parts that will never be completed: taken back, so that nobody pays for
 * their parts. */
#include "core/time.h"
#include "stores/aws/s3_write.h"
#include "stores/aws/xml.h"

#include <string.h>
#include <time.h>

enum { ABORT_ATTEMPTS = 8, OLD_S = 86400 };
static const double abort_s = 30;

bool s3_upload_abort(Aws *aws, const char *bucket, const char *path, const char *id, Error *e)
{
    const HttpPair query = {"uploadId", id};
    AwsCall c = {.service = AWS_S3,
                 .bucket = bucket,
                 .request = {.method = "DELETE", .path = path, .query = &query, .query_count = 1},
                 .what = "taking it back",
                 .attempts = ABORT_ATTEMPTS,
                 .total_s = abort_s};
    bool ok = aws_do(aws, &c, e);
    if (!ok && c.fault.status == 404) {
        error_clear(e);
        ok = true;
    }
    aws_call_deinit(&c);
    return ok;
}

typedef struct Uploads {
    const S3Writing *writing;
    Arena arena;
    const char *key, *id, *begun; /* of the one that is being read */
    const char **ids;             /* of this key, and old */
    size_t count, capacity;
} Uploads;

static bool is_old(const char *begun)
{
    Timestamp t;
    return begun && timestamp_parse_iso(begun, strlen(begun), &t) &&
           t.instant.seconds < (int64_t)time(NULL) - OLD_S;
}

static bool end_upload(Uploads *u, Error *e)
{
    bool ours =
        u->key && u->id && strcmp(u->key, u->writing->write->uri.key) == 0 && is_old(u->begun);
    const char **grown =
        ours ? arena_grow(&u->arena, u->ids, &u->capacity, u->count + 1, sizeof *grown) : u->ids;
    if (ours && !grown)
        return arena_full(&u->arena, e);
    u->ids = grown;
    if (ours)
        u->ids[u->count++] = u->id;
    u->key = u->id = u->begun = NULL;
    return true;
}

static bool on_element(void *context, const char *path, const char *text, size_t length, Error *e)
{
    Uploads *u = context;
    if (strcmp(path, "ListMultipartUploadsResult/Upload") == 0)
        return end_upload(u, e);
    static const char parent[] = "ListMultipartUploadsResult/Upload/";
    size_t length_of_parent = sizeof parent - 1;
    if (strncmp(path, parent, length_of_parent) != 0)
        return true;
    const char *name = path + length_of_parent;
    const char **field = strcmp(name, "Key") == 0         ? &u->key
                         : strcmp(name, "UploadId") == 0  ? &u->id
                         : strcmp(name, "Initiated") == 0 ? &u->begun
                                                          : NULL;
    if (!field)
        return true;
    *field = arena_copy(&u->arena, text, length);
    return *field || arena_full(&u->arena, e);
}

/* Of a name that is the beginning of others its own uploads come first: one page is enough. */
static bool find_uploads(Uploads *u, Error *e)
{
    const S3Write *w = u->writing->write;
    const HttpPair query[] = {{"prefix", w->uri.key}, {"uploads", ""}};
    AwsCall c = {.service = AWS_S3,
                 .bucket = w->uri.bucket,
                 .request = {.method = "GET", .path = "/", .query = query, .query_count = 2},
                 .what = u->writing->what,
                 .cancelled = w->cancelled};
    bool ok = aws_do(u->writing->aws, &c, e);
    bool unknown = !ok && (c.fault.status == 403 || c.fault.status == 501);
    if (unknown)
        error_clear(e);
    if (ok)
        ok = xml_read(c.http.body.bytes ? c.http.body.bytes : "", c.http.body.length, on_element, u,
                      e) ||
             error_wrap(e, "%s", u->writing->what);
    aws_call_deinit(&c);
    return ok || unknown;
}

bool s3_uploads_forget(const S3Writing *g, Error *e)
{
    Uploads u = {.writing = g};
    arena_init(&u.arena, 0);
    bool ok = find_uploads(&u, e);
    for (size_t i = 0; ok && i < u.count; i++)
        ok = s3_upload_abort(g->aws, g->write->uri.bucket, g->path, u.ids[i], e);
    arena_deinit(&u.arena);
    return ok;
}
