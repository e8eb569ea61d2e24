/* session_object.c: one file that a person names and waits for. */
#include "orchestrator/session.h"

#include "core/text.h"
#include "orchestrator/bucket_look.h"
#include "orchestrator/identity.h"
#include "orchestrator/spellings.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* ---- which it is */

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

/* Divides a key behind the object that an archive's member lies in, from the right. */
static bool find_object(Session *s, const S3Uri *uri, Object *out, const char **unit, Arena *a,
                        Error *e)
{
    size_t length = strlen(uri->key);
    *unit = "";
    for (;;) {
        Error why = {0};
        const char *name = arena_printf(a, "s3://%s/%.*s", uri->bucket, (int)length, uri->key);
        if (!name)
            return arena_full(a, e);
        Object there = {.uri = name, .uri_length = strlen(name)};
        SourceEvent event = bucket_look(s->aws, &there, a, &why);
        if (event == SOURCE_OBJECT) {
            *out = there;
            return true;
        }
        if (e->kind == ERROR_NONE || event != SOURCE_GONE)
            *e = why;
        const char *slash = memrchr(uri->key, '/', length);
        if (!slash || slash == uri->key || event != SOURCE_GONE)
            return false;
        length = (size_t)(slash - uri->key);
        *unit = slash + 1;
    }
}

static bool bucket_object(Session *s, const char *text, Object *out, const char **unit, Arena *a,
                          Error *e)
{
    S3Uri uri;
    if (!session_reach(s, e) || !s3_uri_read(text, a, &uri, e))
        return false;
    if (uri.key[0] == '\0')
        return error_set(e, ERROR_SETUP, "%s is a bucket; name an object", text);
    if (!find_object(s, &uri, out, unit, a, e))
        return false;
    *e = (Error){0};
    return true;
}

bool session_object(Session *s, const char *path, Object *out, const char **unit, Arena *a,
                    Error *e)
{
    struct stat st;
    if (s3_is_uri(path))
        return bucket_object(s, path, out, unit, a, e);
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

/* ---- reading it */

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

void session_say_fetched(const Session *s, const Job *file)
{
    char got[64], of[64];
    auto_buffer Buffer name = {0};
    if (!s->config->run.ranges || s->config->run.quiet || !file->version)
        return;
    text_printable(&name, file->uri, strlen(file->uri));
    text_from_size(got, sizeof got, file->fetched_bytes);
    text_from_size(of, sizeof of, file->identity.size);
    fprintf(stderr, "weir: %s: fetched %s of %s\n", name.bytes ? name.bytes : "", got, of);
}
