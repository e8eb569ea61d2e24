/* job_object.c: a job on an object of a bucket: from its ETag to a descriptor, ahead of whoever
 * reads it or while it is read. */
#include "orchestrator/job_internal.h"

#include "orchestrator/blocks.h"
#include "orchestrator/bucket_look.h"

#include <string.h>

enum { ASKS_SPARE = 64 };

void job_fetch_ahead(const JobContext *c, Job *j)
{
    S3Uri uri;
    Error e = {0};
    if (j->version && !j->fetch && s3_uri_read(j->uri, j->arena, &uri, &e))
        j->fetch = fetch_want(c->fetcher, &uri, j->version, j->identity.size);
}

bool job_open_object(const JobContext *c, Job *j, int *fd, Error *e)
{
    job_fetch_ahead(c, j);
    return j->fetch ? fetch_take(j->fetch, c->stop, fd, e)
                    : error_coded(e, ERROR_RETRY, "no_memory", "no memory to fetch it");
}

void job_drop_fetch(Job *j)
{
    if (j->fetch)
        j->fetched_bytes += fetch_bytes(j->fetch);
    fetch_free(j->fetch);
    j->fetch = NULL;
}

/* The version that is there now, instead of the one that was listed. */
static bool look_again(const JobContext *c, Job *j, Error *e)
{
    Object now = {.uri = j->uri};
    if (bucket_look(fetcher_aws(c->fetcher), &now, j->arena, e) != SOURCE_OBJECT)
        return false;
    j->identity = now.identity;
    j->version = now.version;
    return error_coded(e, ERROR_RETRY, "changed", "it was replaced while it was fetched");
}

/* What nothing on this side can mend stops the run: no file is to blame for a wrong key. */
static bool is_fatal(const Error *e)
{
    return e->kind == ERROR_SETUP && strcmp(e->code, "access_denied") != 0;
}

static void judge_fetch(const JobContext *c, Job *j, Error *e)
{
    if (e->kind == ERROR_DATA && strcmp(e->code, "replaced") == 0)
        (void)look_again(c, j, e);
    j->vanished = strcmp(e->code, "gone") == 0;
    j->abandoned = strcmp(e->code, "stopped") == 0;
    j->fatal = is_fatal(e);
}

void job_end_try(const JobContext *c, Job *j, bool ok, const char **stage, Error *e)
{
    bool in_ranges = job_head_bytes(j) > 0;
    if (!ok && in_ranges && fetch_failed(j->fetch, e))
        *stage = "fetch";
    bool goes_on = !ok && in_ranges && e->kind == ERROR_RETRY;
    if (!ok && strcmp(*stage, "fetch") == 0)
        judge_fetch(c, j, e);
    if (!goes_on)
        job_drop_fetch(j);
}

/* ---- an object that is fetched as it is read */

uint64_t job_head_bytes(const Job *j)
{
    return j->fetch ? fetch_head(j->fetch) : 0;
}

bool job_fetch_rest(const JobContext *c, Job *j, Error *e)
{
    const ZygoteAsk all = {.length = j->identity.size};
    return job_head_bytes(j) == 0 || fetch_range(j->fetch, &all, c->stop) ||
           !fetch_failed(j->fetch, e);
}

Supplier job_supplier(const JobContext *c, const Question *q)
{
    return (Supplier){.fetch = q->fetch,
                      .size_bytes = q->size_bytes,
                      .asks_left = q->size_bytes / BLOCK_BYTES + ASKS_SPARE,
                      .stop = c->stop};
}

/* A child in its right mind asks for each block once, and for none behind the end. */
ZygoteSupply job_supply(void *context, const ZygoteAsk *ask)
{
    Supplier *s = context;
    uint64_t left = ask->offset < s->size_bytes ? s->size_bytes - ask->offset : 0;
    bool within = ask->length > 0 && ask->length <= left && ask->ahead <= left - ask->length;
    if (!within || s->asks_left == 0)
        return ZYGOTE_ASK_REFUSED;
    s->asks_left--;
    return fetch_range(s->fetch, ask, s->stop) ? ZYGOTE_SUPPLIED : ZYGOTE_NOT_SUPPLIED;
}
