/* session_source.c: from operands to the files of this shard, on disk and in buckets. */
#include "orchestrator/session.h"

#include "orchestrator/prefix_times.h"
#include "orchestrator/source_bucket.h"
#include "orchestrator/source_chain.h"
#include "orchestrator/source_shard.h"

#include <errno.h>
#include <time.h>

const StringList *session_named(const Arguments *a)
{
    return a->operands.count ? &a->operands : &a->loaded->sources;
}

/* Of what is named what lies in buckets, or the rest. */
static bool choose(const Arguments *a, bool remote, StringList *out, Arena *arena, Error *e)
{
    const StringList *all = session_named(a);
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

Source *session_own(const Session *s, Source *all)
{
    return all && shard_divides(&s->shard) ? source_shard(all, &s->shard) : all;
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
