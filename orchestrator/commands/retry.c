/* retry.c: weir retry: read again what failed. */
#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/query.h"
#include "orchestrator/source_list.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Selection {
    const StringList *below; /* absolute paths given, or none */
    StringList uris;
    size_t capacity;
    Arena *arena;
} Selection;

static bool is_below(const StringList *paths, const char *uri)
{
    for (size_t i = 0; i < paths->count; i++) {
        size_t length = strlen(paths->items[i]);
        bool starts = strncmp(uri, paths->items[i], length) == 0;
        if (starts && (uri[length] == '\0' || uri[length] == '/'))
            return true;
    }
    return paths->count == 0;
}

static bool select_unit(void *context, const char *uri, const char *unit, Error *e)
{
    (void)unit;
    Selection *s = context;
    StringList *l = &s->uris;
    bool again = l->count && strcmp(l->items[l->count - 1], uri) == 0;
    if (again || !is_below(s->below, uri))
        return true;
    const char **grown = arena_grow(s->arena, l->items, &s->capacity, l->count + 1, sizeof *grown);
    const char *copy = grown ? arena_string(s->arena, uri) : NULL;
    if (!copy)
        return arena_full(s->arena, e);
    grown[l->count++] = copy;
    l->items = grown;
    return true;
}

/* The operands as absolute paths; one that does not exist any more is taken as it stands. */
static bool absolute(const StringList *given, StringList *out, Arena *a, Error *e)
{
    const char **items = arena_array(a, given->count + 1, sizeof *items);
    if (!items)
        return arena_full(a, e);
    for (size_t i = 0; i < given->count; i++) {
        char path[PATH_MAX];
        const char *real = realpath(given->items[i], path);
        items[i] = arena_string(a, real ? real : given->items[i]);
        if (!items[i])
            return arena_full(a, e);
    }
    *out = (StringList){.items = items, .count = given->count};
    return true;
}

static int retry(const Arguments *a, const Session *s, Ledger *l, Arena *arena)
{
    Error e = {0};
    StringList below;
    Source *source;
    if (!absolute(&a->operands, &below, arena, &e))
        return session_fail(&e, EXIT_STORE);
    Selection chosen = {.below = &below, .arena = arena};
    if (!query_units(l, QUERY_FAILURES, a->where, select_unit, &chosen, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    if (!source_list_open(&chosen.uris, &source, &e))
        return session_fail(&e, EXIT_STORE);
    Progress p;
    progress_init(&p, s->config->run.quiet);
    p.total_files = chosen.uris.count;
    int code = run_with(s, l, source, &p, a->command_line);
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
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_AGAIN : EXIT_USAGE);
    Ledger *l = NULL;
    int code;
    if (!ledger_open(config.run.out, LEDGER_WRITE, &l, &e))
        code = session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    else
        code = retry(&forced, &s, l, arena);
    ledger_close(l);
    session_close(&s);
    return code;
}
