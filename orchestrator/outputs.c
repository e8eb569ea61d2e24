/* outputs.c: rows from the ledger into scratch files, from there to where they belong, several at
 * the same time. */
#include "orchestrator/outputs.h"

#include "orchestrator/output_file.h"
#include "orchestrator/output_route.h"
#include "orchestrator/scratch.h"
#include "stores/aws/crew.h"
#include "stores/aws/s3.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 16, ROUNDS = 8 };
static const char media_type[] = "application/x-ndjson";

struct Outputs {
    const Config *config;
    const OutputRoute *routes;
    size_t count;
    Aws *aws;
    const atomic_bool *cut;
    const char *folder; /* for scratch files */
    Crew *crew;
};

/* One object on its way; the crew's once it is given. */
typedef struct Parcel {
    Outputs *outputs;
    const OutputRoute *route;
    Buffer key; /* with the prefix, or the file's path */
    int fd;     /* its bytes */
    uint64_t size_bytes;
} Parcel;

static void parcel_free(Parcel *p)
{
    if (p->fd >= 0)
        close(p->fd);
    buffer_deinit(&p->key);
    free(p);
}

/* ---- on a thread of the crew */

/* What is there now, where it is not what is to be there. */
static bool find_other(const Parcel *p, const S3Write *w, Arena *a, S3Object *there, bool *found,
                       Error *e)
{
    Error why = {0};
    bool same = false;
    *found = false;
    if (!s3_look_unless(p->outputs->aws, &w->uri, w->cancelled, a, there, &why)) {
        if (strcmp(why.code, "gone") == 0)
            return true;
        *e = why;
        return false;
    }
    if (!s3_same(there, &w->body, &same, e))
        return false;
    *found = !same;
    return true;
}

/* Only over what was looked at: whoever comes between is looked at again. */
static bool replace(const Parcel *p, S3Write *w, Error *e)
{
    Arena a;
    S3Object there;
    bool found, ok = false;
    arena_init(&a, 0);
    if (find_other(p, w, &a, &there, &found, e)) {
        w->if_none_match = false;
        w->if_match = there.etag;
        ok = !found || s3_write_wait(p->outputs->aws, w, e);
    }
    arena_deinit(&a);
    return ok;
}

/* Where nothing is there; else over what is. Without rows only the latter. */
static bool try_object(const Parcel *p, Error *e)
{
    S3Write w = {.uri = {p->route->bucket, p->key.bytes},
                 .body = {.fd = p->fd, .size_bytes = p->size_bytes},
                 .content_type = media_type,
                 .if_none_match = p->size_bytes > 0,
                 .sweeps = true,
                 .cancelled = p->outputs->cut};
    if (w.if_none_match && s3_write_wait(p->outputs->aws, &w, e))
        return true;
    if (e->kind != ERROR_NONE && strcmp(e->code, "exists") != 0)
        return false;
    error_clear(e);
    return replace(p, &w, e);
}

static bool write_object(const Parcel *p, Error *e)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        error_clear(e);
        if (try_object(p, e))
            return true;
        if (strcmp(e->code, "replaced") != 0)
            return false;
    }
    return error_coded(e, ERROR_RETRY, "conflict", "s3://%s/%.200s: others write it, too",
                       p->route->bucket, p->key.bytes);
}

static bool deliver(void *job, Error *e)
{
    Parcel *p = job;
    bool ok = p->route->bucket ? write_object(p, e)
                               : output_file_write(p->key.bytes, p->fd, p->size_bytes == 0, e);
    if (!ok)
        error_wrap(e, "output to %s", p->route->to);
    parcel_free(p);
    return ok;
}

/* ---- rows */

typedef struct Making {
    Outputs *outputs;
    Ledger *ledger;
    const OutputRoute *route;
    bool made; /* the one object of a file */
} Making;

static bool write_rows(const Making *m, const KeyFacts *f, int fd, uint64_t *size, Error *e)
{
    QueryOptions o = {.table = m->route->what,
                      .format = QUERY_NDJSON,
                      .where = m->route->where,
                      .uri = f->uri,
                      .unit = m->route->key.by_unit ? f->unit : NULL};
    uint64_t rows = 0;
    FILE *out = fdopen(fd, "wb");
    if (!out) {
        close(fd);
        return error_errno(e, ERROR_RETRY, errno, "room for rows");
    }
    bool ok = query_write(m->ledger, &o, out, &rows, e);
    if (ok && fflush(out) != 0)
        ok = error_errno(e, ERROR_RETRY, errno, "room for rows");
    long length = ok ? ftell(out) : 0;
    *size = length > 0 ? (uint64_t)length : 0;
    fclose(out);
    return ok;
}

static bool make_parcel(const Making *m, const KeyFacts *f, Parcel *p, Error *e)
{
    int writing;
    if (!scratch_open(m->outputs->folder, &writing, &p->fd, e))
        return false;
    if (!write_rows(m, f, writing, &p->size_bytes, e))
        return false;
    buffer_string(&p->key, m->route->prefix);
    return key_template_expand(&m->route->key, f, &p->key, e);
}

static bool make(void *context, const KeyFacts *f, Error *e)
{
    Making *m = context;
    if (m->made && !m->route->key.by_unit)
        return true;
    m->made = true;
    Parcel *p = calloc(1, sizeof *p);
    if (!p)
        return error_coded(e, ERROR_RETRY, "no_memory", "output to %s: no memory", m->route->to);
    *p = (Parcel){.outputs = m->outputs, .route = m->route, .fd = -1};
    if (!make_parcel(m, f, p, e)) {
        parcel_free(p);
        return false;
    }
    crew_give(m->outputs->crew, deliver, p);
    return true;
}

bool outputs_write(Outputs *o, Ledger *l, const char *const *uris, size_t count, Error *e)
{
    Error late = {0};
    bool ok = true;
    if (!o)
        return true;
    for (size_t i = 0; ok && i < count * o->count; i++) {
        /* what was written is not read, and nothing is written of it */
        if (classify_output(o->config->rules, o->config->rule_count, uris[i / o->count]))
            continue;
        Making m = {.outputs = o, .ledger = l, .route = &o->routes[i % o->count]};
        ok = query_facts(l, uris[i / o->count], make, &m, e) && !crew_failing(o->crew);
    }
    bool delivered = crew_wait(o->crew, &late);
    if (!delivered && e->kind == ERROR_NONE)
        *e = late;
    return ok && delivered;
}

/* ---- begin and end */

bool outputs_remote(const Config *c)
{
    for (size_t i = 0; i < c->output_count; i++)
        if (c->outputs[i].bucket)
            return true;
    return false;
}

bool outputs_open(const Config *c, Aws *aws, const atomic_bool *cut, Outputs **out, Error *e)
{
    *out = NULL;
    if (c->output_count == 0)
        return true;
    Outputs *o = calloc(1, sizeof *o);
    if (!o)
        return error_coded(e, ERROR_RETRY, "no_memory", "outputs: no memory");
    *o = (Outputs){.config = c,
                   .routes = c->outputs,
                   .count = c->output_count,
                   .aws = aws,
                   .cut = cut,
                   .folder = c->run.out};
    if (!crew_open(THREADS, &o->crew, e)) {
        outputs_close(o);
        return false;
    }
    *out = o;
    return true;
}

void outputs_close(Outputs *o)
{
    if (!o)
        return;
    crew_close(o->crew);
    free(o);
}
