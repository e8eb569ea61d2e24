/* list.c: weir files, weir results, weir failures: a table of the ledger on standard output. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/progress.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static QueryFormat format_of(const char *name)
{
    static const char *const names[] = {[QUERY_TABLE_TEXT] = "table",
                                        [QUERY_CSV] = "csv",
                                        [QUERY_NDJSON] = "ndjson",
                                        [QUERY_JSON] = "json"};
    QueryFormat f = QUERY_TABLE_TEXT;
    while (strcmp(names[f], name) != 0)
        f++;
    return f;
}

/* A person wants to know that the question was understood. */
static void say_none(const Arguments *a, QueryTable table)
{
    static const char *const words[] = {[QUERY_FILES] = "no files",
                                        [QUERY_RESULTS] = "no results",
                                        [QUERY_FAILURES] = "no failures"};
    fprintf(stderr, "weir: %s%s\n", words[table], a->where ? " for which that is true" : "");
}

static int list(const Arguments *a, QueryTable table)
{
    Error e = {0};
    Ledger *l;
    int code;
    if (!session_ledger(a, NULL, &l, &code, &e))
        return session_fail(&e, code);
    QueryOptions o = {.table = table,
                      .format = format_of(a->format),
                      .where = a->where,
                      .all = a->all,
                      .width = terminal_width(STDOUT_FILENO, 0),
                      .colour = may_colour(STDOUT_FILENO)};
    uint64_t rows = 0;
    bool ok = query_write(l, &o, stdout, &rows, &e);
    ledger_close(l);
    if (!ok)
        return session_fail(&e, strcmp(e.code, "where") == 0 ? EXIT_USAGE : EXIT_STORE);
    if (rows == 0 && o.format == QUERY_TABLE_TEXT)
        say_none(a, table);
    return EXIT_DONE;
}

int command_files(const Arguments *a, Arena *arena)
{
    (void)arena;
    return list(a, QUERY_FILES);
}

int command_results(const Arguments *a, Arena *arena)
{
    (void)arena;
    return list(a, QUERY_RESULTS);
}

int command_failures(const Arguments *a, Arena *arena)
{
    (void)arena;
    return list(a, QUERY_FAILURES);
}
