/* session_remote.c: what lies in buckets. Nothing here happens to those who name none. */
#include "orchestrator/session.h"

#include "core/text.h"
#include "orchestrator/bucket_look.h"
#include "orchestrator/prefix_times.h"
#include "orchestrator/run.h"
#include "orchestrator/source_bucket.h"
#include "orchestrator/source_chain.h"
#include "orchestrator/stop.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { CONNECTIONS = 64 };

bool session_reach(Session *s, Error *e)
{
    AwsOptions o = {.connections = CONNECTIONS, .version = WEIR_VERSION};
    if (!s->aws && !aws_open(&o, &s->aws, e))
        return false;
    const RunOptions *r = &s->config->run;
    FetchOptions f = {
        .aws = s->aws, .folder = r->out, .ahead_bytes = r->ahead_bytes, .ranges = r->ranges};
    return s->fetcher || fetcher_open(&f, &s->fetcher, e);
}

bool session_share(Session *s, Error *e)
{
    const char *store = s->config->run.store;
    if ((store || outputs_remote(s->config)) && !session_reach(s, e))
        return false;
    return (!store || s->shared || shared_table_open(s->aws, store, stop_asked(), &s->shared, e)) &&
           (s->outputs || outputs_open(s->config, s->aws, s->config->run.out, &s->outputs, e));
}

int session_store_code(const Error *e)
{
    return e->kind == ERROR_SETUP ? EXIT_USAGE : EXIT_STORE;
}

/* The operands, else the sources of the configuration: those in buckets, or the others. */
static bool choose(const Arguments *a, bool remote, StringList *out, Arena *arena, Error *e)
{
    const StringList *all = a->operands.count ? &a->operands : &a->loaded->sources;
    *out = (StringList){.items = arena_array(arena, all->count + 1, sizeof *out->items)};
    if (!out->items)
        return arena_full(arena, e);
    for (size_t i = 0; i < all->count; i++)
        if (s3_is_uri(all->items[i]) == remote)
            out->items[out->count++] = all->items[i];
    return true;
}

/* Prefixes with a date in them, as those of the times asked for. */
static bool expand(const RunOptions *r, const StringList *uris, Arena *a, StringList *out, Error *e)
{
    Instant now = {.seconds = time(NULL)}, since = now, until = now;
    size_t capacity = 0;
    *out = (StringList){0};
    if (!prefix_time_read("since", r->since, now, &since, e) ||
        (r->until && !prefix_time_read("until", r->until, now, &until, e)))
        return false;
    for (size_t i = 0; i < uris->count; i++) {
        StringList some;
        if (!prefix_times(uris->items[i], since, until, a, &some, e))
            return false;
        size_t count = out->count + some.count;
        const char **grown = arena_grow(a, out->items, &capacity, count, sizeof *grown);
        if (!grown)
            return arena_full(a, e);
        for (size_t n = 0; n < some.count; n++)
            grown[out->count + n] = some.items[n];
        *out = (StringList){grown, count};
    }
    return true;
}

/* A span of time is for prefixes with a date in them, which only buckets have. */
static bool check_span(const RunOptions *r, const StringList *local, Error *e)
{
    if (r->until && !r->since)
        return error_coded(e, ERROR_SETUP, "usage", "--until needs --since, which says from when");
    if (r->since && local->count)
        return error_coded(e, ERROR_SETUP, "usage",
                           "--since is for s3:// prefixes with a date in them (%%Y %%m %%d %%j "
                           "%%H), and %s is none; a pattern such as /data/2019/0[67]/* says it of "
                           "directories",
                           local->items[0]);
    return true;
}

static bool open_buckets(Session *s, const StringList *uris, bool in_order, Source **out, Error *e)
{
    const RunOptions *r = &s->config->run;
    if (uris->count == 0)
        return true;
    if (!session_reach(s, e))
        return false;
    BucketOptions o = {.aws = s->aws,
                       .uris = *uris,
                       .include = r->include,
                       .exclude = r->exclude,
                       .in_order = in_order};
    return source_bucket_open(&o, out, e);
}

bool session_source(Session *s, const Arguments *a, bool in_order, Source **out, Error *e)
{
    const RunOptions *r = &s->config->run;
    DirectoryOptions o = {.include = r->include, .exclude = r->exclude, .never = r->out};
    Source *local = NULL, *remote = NULL;
    StringList uris, dated;
    Arena arena;
    arena_init(&arena, 0);
    bool ok = choose(a, false, &o.paths, &arena, e) && choose(a, true, &uris, &arena, e) &&
              check_span(r, &o.paths, e) && (!r->since || expand(r, &uris, &arena, &dated, e)) &&
              (o.paths.count == 0 || source_directory_open(&o, &local, e)) &&
              open_buckets(s, r->since ? &dated : &uris, in_order, &remote, e);
    arena_deinit(&arena);
    if (!ok) {
        if (local)
            local->methods->close(local);
        return false;
    }
    *out = session_own(s, source_chain(local, remote));
    return *out || error_errno(e, ERROR_RETRY, ENOMEM, "listing");
}

int session_source_code(const Error *e)
{
    return e->kind == ERROR_RETRY ? EXIT_LISTING : EXIT_USAGE;
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
        if (!slash || event != SOURCE_GONE)
            return false;
        length = (size_t)(slash - uri->key);
        *unit = slash + 1;
    }
}

bool session_bucket_object(Session *s, const char *text, Object *out, const char **unit, Arena *a,
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
