/* export.c: weir export: a table of the ledger as a file, whole or not at all. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct Named {
    const char *name;
    int value;
} Named;

static const Named tables[] = {
    {"results", QUERY_RESULTS}, {"files", QUERY_FILES}, {"failures", QUERY_FAILURES}, {0}};
static const Named formats[] = {{"table", QUERY_TABLE_TEXT},
                                {"csv", QUERY_CSV},
                                {"ndjson", QUERY_NDJSON},
                                {"json", QUERY_JSON},
                                {0}};

static const Named *find(const Named *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

static void auto_fclose(FILE **f)
{
    if (*f)
        fclose(*f);
}
#define auto_file __attribute__((cleanup(auto_fclose)))

static bool write_rows(Ledger *l, const QueryOptions *o, const char *path, uint64_t *rows, Error *e)
{
    auto_file FILE *f = fopen(path, "wb");
    if (!f)
        return error_errno(e, ERROR_RETRY, errno, "%s", path);
    if (!query_write(l, o, f, rows, e))
        return false;
    if (fflush(f) != 0 || fsync(fileno(f)) < 0)
        return error_errno(e, ERROR_RETRY, errno, "writing %s", path);
    return true;
}

/* Written beside its place under another name, then put there. */
static int export(const Arguments *a, const QueryOptions *o, const char *to, Arena *arena)
{
    Error e = {0};
    Ledger *l;
    const char *draft = arena_printf(arena, "%s.tmp-%ld", to, (long)getpid());
    if (!draft) {
        arena_full(arena, &e);
        return session_fail(&e, EXIT_STORE);
    }
    if (!ledger_open(a->run.out, LEDGER_READ, &l, &e))
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    uint64_t rows = 0;
    bool ok = write_rows(l, o, draft, &rows, &e);
    ledger_close(l);
    if (ok && rename(draft, to) < 0)
        ok = error_errno(&e, ERROR_RETRY, errno, "%s", to);
    if (!ok) {
        unlink(draft);
        return session_fail(&e, e.kind == ERROR_RETRY ? EXIT_STORE : EXIT_USAGE);
    }
    fprintf(stderr, "weir: %" PRIu64 " rows written to %s\n", rows, to);
    return EXIT_DONE;
}

int command_export(const Arguments *a, Arena *arena)
{
    Error e = {0};
    const Named *table = a->operands.count == 1 ? find(tables, a->operands.items[0]) : NULL;
    if (!table) {
        error_set(&e, ERROR_SETUP, "which table? results, files or failures");
        return session_fail(&e, EXIT_USAGE);
    }
    QueryOptions o = {.table = (QueryTable)table->value,
                      .format = (QueryFormat)find(formats, a->format)->value,
                      .where = a->where};
    const char *ending = o.format == QUERY_TABLE_TEXT ? "txt" : a->format;
    const char *to = a->to ? a->to : arena_printf(arena, "%s.%s", table->name, ending);
    return export(a, &o, to, arena);
}
