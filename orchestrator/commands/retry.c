/* retry.c: weir retry: read again what failed. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/query.h"
#include "orchestrator/source_filter.h"
#include "orchestrator/source_list.h"
#include "orchestrator/spellings.h"
#include "stores/aws/s3.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

typedef struct Selection {
    const StringList *below; /* absolute paths given, or none */
    const SourceFilter *filter;
    StringList uris;
    size_t capacity;
    uint64_t gone; /* failed, but not there any more */
    Arena *arena;
} Selection;

/* What comes behind a path in what lies there or below it: "" or "/..."; else NULL. */
static const char *rest_below(const char *path, const char *what)
{
    size_t length = strlen(path);
    bool below = strncmp(what, path, length) == 0 && (what[length] == '\0' || what[length] == '/');
    return below ? what + length : NULL;
}

/* A path names a file, a folder, or ARCHIVE/MEMBER, of which all that is in it counts. */
static bool is_below(const StringList *paths, const char *uri, const char *unit)
{
    for (size_t i = 0; i < paths->count; i++) {
        const char *member = rest_below(uri, paths->items[i]);
        if (rest_below(paths->items[i], uri) || (member && *member && rest_below(member + 1, unit)))
            return true;
    }
    return paths->count == 0;
}

/* --include and --exclude, where it is not known any more below which directory a file was listed:
 * the pattern may begin at any part of the path. */
static bool passes(const SourceFilter *f, const char *uri)
{
    bool included = f->include.count == 0;
    for (const char *at = uri; at; at = strchr(at, '/')) {
        at += *at == '/';
        included = included || filter_includes(f, at);
        if (filter_excludes(f, at))
            return false;
    }
    return included;
}

static bool is_gone(const char *uri)
{
    struct stat st;
    return !s3_is_uri(uri) && stat(uri, &st) < 0 && (errno == ENOENT || errno == ENOTDIR);
}

static bool select_unit(void *context, const char *uri, const char *unit, Error *e)
{
    Selection *s = context;
    StringList *l = &s->uris;
    bool again = l->count && strcmp(l->items[l->count - 1], uri) == 0;
    if (again || !is_below(s->below, uri, unit) || !passes(s->filter, uri))
        return true;
    if (is_gone(uri)) {
        s->gone++;
        return true;
    }
    const char **grown = arena_grow(s->arena, l->items, &s->capacity, l->count + 1, sizeof *grown);
    const char *copy = grown ? arena_string(s->arena, uri) : NULL;
    if (!copy)
        return arena_full(s->arena, e);
    grown[l->count++] = copy;
    l->items = grown;
    return true;
}

/* The operands under every name that the ledger may have for them. */
static bool absolute(const StringList *given, StringList *out, Arena *a, Error *e)
{
    const char **items = arena_array(a, SPELLINGS * given->count + 1, sizeof *items);
    if (!items)
        return arena_full(a, e);
    for (size_t i = 0; i < given->count; i++)
        if (!spellings_of(given->items[i], a, items + SPELLINGS * i, e))
            return false;
    *out = (StringList){.items = items, .count = SPELLINGS * given->count};
    return true;
}

static int nothing_to_do(const Arguments *a, const Selection *chosen)
{
    Error e = {0};
    bool narrowed = a->operands.count || a->where || a->loaded->run.include.count ||
                    a->loaded->run.exclude.count;
    if (chosen->gone)
        error_set(&e, ERROR_SETUP, "nothing to read again: what failed is not there any more");
    else
        error_set(&e, ERROR_SETUP, "nothing to read again: %s has failed",
                  narrowed ? "nothing that was asked for" : "no file");
    return session_fail(&e, EXIT_NOTHING);
}

/* With a store, what has failed anywhere. */
static bool ask(const Arguments *a, const Session *s, Selection *chosen, Error *e)
{
    Ledger *all = NULL;
    uint64_t unfinished;
    if (!s->shared)
        return query_units(s->ledger, QUERY_FAILURES, a->where, select_unit, chosen, e);
    bool ok = ledger_open_temporary(&all, e) && shared_table_load(s->shared, all, &unfinished, e) &&
              query_units(all, QUERY_FAILURES, a->where, select_unit, chosen, e);
    ledger_close(all);
    return ok;
}

static bool select_all(const Arguments *a, const Session *s, Selection *chosen, Error *e)
{
    const RunOptions *r = &a->loaded->run;
    StringList below;
    SourceFilter filter;
    if (!absolute(&a->operands, &below, chosen->arena, e) ||
        !filter_init(&filter, &r->include, &r->exclude, chosen->arena, e))
        return false;
    chosen->below = &below;
    chosen->filter = &filter;
    bool ok = ask(a, s, chosen, e);
    chosen->below = NULL;
    chosen->filter = NULL;
    return ok;
}

static bool reach(Session *s, const StringList *uris, Error *e)
{
    for (size_t i = 0; i < uris->count; i++)
        if (s3_is_uri(uris->items[i]))
            return session_reach(s, e);
    return true;
}

/* Those of the shard that was asked for: what has failed in this ledger is nobody else's, whatever
 * task of an array this is. */
static bool open_source(Session *s, const StringList *uris, Source **out, Error *e)
{
    Source *all;
    if (!session_shard(s, false, e) || !reach(s, uris, e) ||
        !source_list_open(uris, s->aws, &all, e))
        return false;
    *out = session_own(s, all);
    return *out || error_errno(e, ERROR_RETRY, ENOMEM, "listing");
}

/* Nothing has failed where nothing was ever read, and no folder is made for that. */
static bool has_ledger(const RunOptions *r, Error *e)
{
    Ledger *l;
    Error why = {0};
    if (r->store)
        return true;
    if (ledger_open(r->out, LEDGER_READ, &l, &why))
        ledger_close(l);
    else if (strcmp(why.code, "no_ledger") == 0)
        *e = why;
    return e->code[0] == '\0';
}

static int retry(const Arguments *a, Session *s, Arena *arena)
{
    Error e = {0};
    Source *source;
    Selection chosen = {.arena = arena};
    if (!has_ledger(&s->config->run, &e) || !session_record(s, &e))
        return session_fail(&e, session_record_code(s, &e));
    if (!select_all(a, s, &chosen, &e))
        return session_fail(&e, strcmp(e.code, "where") == 0 ? EXIT_USAGE : EXIT_STORE);
    if (chosen.uris.count == 0)
        return nothing_to_do(a, &chosen);
    if (!open_source(s, &chosen.uris, &source, &e))
        return session_fail(&e, session_source_code(&e));
    Progress p;
    progress_init(&p, s->config->run.quiet);
    run_say_protection(s, &p);
    p.total_files = shard_divides(&s->shard) ? 0 : chosen.uris.count;
    if (chosen.gone && !p.quiet)
        progress_say(&p, "%" PRIu64 " file%s that failed %s not there any more", chosen.gone,
                     chosen.gone == 1 ? "" : "s", chosen.gone == 1 ? "is" : "are");
    int code = run_with(s, source, &p, a->command_line);
    source->methods->close(source);
    return code;
}

int command_retry(const Arguments *a, Arena *arena)
{
    Error e = {0};
    Session s;
    Config config = *a->loaded;
    config.run.force = true;
    Arguments forced = *a;
    forced.loaded = &config;
    if (!session_open(&forced, 0, &s, &e))
        return session_fail(&e, session_open_code(&e));
    int code = retry(&forced, &s, arena);
    session_close(&s);
    return code;
}
