/* merge.c: weir merge: the ledgers of several weirs as one. */
#include "orchestrator/merge.h"

#include "core/text.h"
#include "orchestrator/commands/commands.h"
#include "orchestrator/commands/summary.h"
#include "orchestrator/run.h"
#include "orchestrator/session.h"
#include "orchestrator/stop.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

typedef struct Named {
    const char *folder, *path; /* of the ledger.db in it */
    dev_t device;
    ino_t inode;
    bool is_there;
} Named;

static bool find_ledger(const char *operand, Arena *a, Named *out, Error *e)
{
    static const char file[] = "ledger.db";
    const char *slash = strrchr(operand, '/');
    const char *last = slash ? slash + 1 : operand;
    struct stat st;
    *out = (Named){.folder = operand, .path = arena_printf(a, "%s/%s", operand, file)};
    if (strcmp(last, file) == 0 && stat(operand, &st) == 0 && !S_ISDIR(st.st_mode)) {
        out->folder = slash ? arena_copy(a, operand, (size_t)(slash - operand) + 1) : ".";
        out->path = operand;
    }
    if (!out->folder || !out->path)
        return arena_full(a, e);
    if (stat(out->path, &st) == 0) {
        out->device = st.st_dev;
        out->inode = st.st_ino;
        out->is_there = true;
    }
    return true;
}

static bool is_same(const Named *a, const Named *b)
{
    return a->is_there && b->is_there && a->device == b->device && a->inode == b->inode;
}

/* Every ledger once, none of them the one that is written. */
static bool check_names(const Named *from, size_t count, const Named *into, Error *e)
{
    for (size_t i = 0; i < count; i++) {
        if (!from[i].is_there)
            return error_coded(e, ERROR_SETUP, "no_ledger",
                               "there is no ledger %s: name the folders of `weir run -o`",
                               from[i].path);
        if (is_same(&from[i], into))
            return error_set(e, ERROR_SETUP,
                             "%s would be merged into itself; choose another folder with -o",
                             from[i].path);
        for (size_t k = 0; k < i; k++)
            if (is_same(&from[i], &from[k]))
                return error_set(e, ERROR_SETUP, "%s is named twice, the second time as %s",
                                 from[k].path, from[i].path);
    }
    return true;
}

/* Each ledger needs three files open, and there may be a thousand of them. */
static void allow_many_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) < 0)
        return;
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files); /* else opening says which one is too many */
}

static int say(const Arguments *a, size_t ledgers, const MergeCounts *c)
{
    char files[32], shared[32];
    text_from_count(files, sizeof files, c->files);
    text_from_count(shared, sizeof shared, c->shared);
    fprintf(stderr, "weir: %s file%s from %zu ledger%s; %s %s in more than one\n", files,
            c->files == 1 ? "" : "s", ledgers, ledgers == 1 ? "" : "s", shared,
            c->shared == 1 ? "was" : "were");
    if (c->begun)
        fprintf(stderr,
                "  %6" PRIu64 "  left out: begun, without an outcome; `weir run` reads them\n",
                c->begun);
    summary_place(a->loaded, "weir results");
    return EXIT_DONE;
}

static int merge(const Arguments *a, const MergeSource *from, size_t count)
{
    Error e = {0};
    Ledger *into = NULL;
    MergeCounts counts;
    if (!ledger_open(a->loaded->run.out, LEDGER_WRITE, &into, &e))
        return session_fail(&e, session_ledger_code(&e));
    bool ok = ledger_run_begin(into, a->command_line, WEIR_VERSION, &e) &&
              merge_ledgers(from, count, into, stop_on_signals(), &counts, &e);
    RunCounts seen = {.seen = ok ? counts.files : 0};
    ok = ok && ledger_run_end(into, &seen, EXIT_DONE, &e);
    ledger_close(into);
    if (ok)
        return say(a, count, &counts);
    if (strcmp(e.code, "stopped") == 0) {
        error_set(&e, ERROR_RETRY, "stopped; the same command again goes on");
        return session_fail(&e, EXIT_AGAIN);
    }
    return session_fail(&e, e.kind == ERROR_DATA ? EXIT_USAGE : EXIT_STORE);
}

static int open_all(const Arguments *a, const Named *named, MergeSource *from, size_t count)
{
    Error e = {0};
    size_t open = 0;
    int code = EXIT_DONE;
    for (; code == EXIT_DONE && open < count; open++) {
        from[open].name = named[open].path;
        if (!ledger_open(named[open].folder, LEDGER_READ, &from[open].ledger, &e))
            code = session_fail(&e, session_ledger_code(&e));
    }
    if (code == EXIT_DONE)
        code = merge(a, from, count);
    while (open > 0)
        ledger_close(from[--open].ledger);
    return code;
}

static bool find_all(const Arguments *a, Arena *arena, Named *named, Error *e)
{
    Named into;
    size_t count = a->operands.count;
    if (count == 0)
        return error_set(e, ERROR_SETUP,
                         "which ledgers? name the folders of `weir run -o`, as in `weir merge "
                         "part-* -o all`");
    if (!find_ledger(a->loaded->run.out, arena, &into, e))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!find_ledger(a->operands.items[i], arena, &named[i], e))
            return false;
    return check_names(named, count, &into, e);
}

int command_merge(const Arguments *a, Arena *arena)
{
    Error e = {0};
    size_t count = a->operands.count;
    Named *named = arena_array(arena, count + 1, sizeof *named);
    MergeSource *from = arena_array(arena, count + 1, sizeof *from);
    if (!named || !from) {
        arena_full(arena, &e);
        return session_fail(&e, EXIT_AGAIN);
    }
    if (!find_all(a, arena, named, &e))
        return session_fail(&e, e.kind == ERROR_SETUP ? EXIT_USAGE : EXIT_AGAIN);
    allow_many_files();
    return open_all(a, named, from, count);
}
