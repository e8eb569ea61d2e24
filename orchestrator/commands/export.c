/* export.c: weir export: a table of the ledger as a file, whole or not at all. */
#include "orchestrator/commands/commands.h"
#include "orchestrator/query.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

static void auto_free(char **text)
{
    free(*text);
}

/* `at`: the file that is opened; `path`: what the user calls it. */
static bool write_rows(Ledger *l, const QueryOptions *o, const char *at, const char *path,
                       uint64_t *rows, Error *e)
{
    auto_file FILE *f = fopen(at, "wb");
    if (!f)
        return error_errno(e, ERROR_RETRY, errno, "%s cannot be made", path);
    if (!query_write(l, o, f, rows, e))
        return false;
    bool synced = fflush(f) == 0 && (fsync(fileno(f)) == 0 || errno == EINVAL || errno == ENOTSUP);
    if (!synced) /* EINVAL: a pipe or a terminal has nothing to sync */
        return error_errno(e, ERROR_RETRY, errno, "writing %s", path);
    return true;
}

/* A file is written beside its place under another name, then put there. What a link leads to is
 * replaced, not the link; what is no regular file (a pipe, /dev/stdout) is written as it is. */
static bool write_to(Ledger *l, const QueryOptions *o, const char *to, uint64_t *rows, Error *e)
{
    struct stat st;
    bool is_there = stat(to, &st) == 0;
    if (is_there && S_ISDIR(st.st_mode))
        return error_coded(e, ERROR_SETUP, "usage", "%s is a directory; name a file with --to", to);
    if (is_there && !S_ISREG(st.st_mode))
        return write_rows(l, o, to, to, rows, e);
    __attribute__((cleanup(auto_free))) char *real = realpath(to, NULL);
    const char *place = real ? real : to;
    auto_buffer Buffer draft = {0};
    buffer_printf(&draft, "%s.tmp-%ld", place, (long)getpid());
    if (draft.failed)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", to);
    if (write_rows(l, o, draft.bytes, to, rows, e) &&
        (rename(draft.bytes, place) == 0 || error_errno(e, ERROR_RETRY, errno, "%s", to)))
        return true;
    unlink(draft.bytes);
    return false;
}

static int export(const Arguments *a, const QueryOptions *o, const char *to)
{
    Error e = {0};
    Ledger *l;
    int code;
    if (!session_ledger(a, NULL, &l, &code, &e))
        return session_fail(&e, code);
    uint64_t rows = 0;
    bool ok = write_to(l, o, to, &rows, &e);
    ledger_close(l);
    bool mistaken = strcmp(e.code, "usage") == 0 || strcmp(e.code, "where") == 0;
    if (!ok)
        return session_fail(&e, mistaken ? EXIT_USAGE : EXIT_STORE);
    auto_buffer Buffer shown = {0};
    text_printable(&shown, to, strlen(to));
    fprintf(stderr, "weir: %" PRIu64 " row%s written to %s\n", rows, rows == 1 ? "" : "s",
            shown.bytes ? shown.bytes : "");
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
    if (a->all && table->value != QUERY_FAILURES) {
        error_set(&e, ERROR_SETUP, "--all is for failures only: %s has no cleared rows",
                  table->name);
        return session_fail(&e, EXIT_USAGE);
    }
    QueryOptions o = {.table = (QueryTable)table->value,
                      .format = (QueryFormat)find(formats, a->format)->value,
                      .where = a->where,
                      .all = a->all};
    const char *ending = o.format == QUERY_TABLE_TEXT ? "txt" : a->format;
    const char *to = a->to ? a->to : arena_printf(arena, "%s.%s", table->name, ending);
    if (!to) {
        arena_full(arena, &e);
        return session_fail(&e, EXIT_AGAIN);
    }
    return export(a, &o, to);
}
