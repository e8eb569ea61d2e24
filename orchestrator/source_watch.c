/* source_watch.c: events and listings flow into one set of files; each is told once it is complete,
 * and told again where nothing could be made of it. */
#include "orchestrator/source_watch.h"

#include "core/clock.h"
#include "orchestrator/identity.h"
#include "orchestrator/path_split.h"
#include "orchestrator/source_watch_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST = 65536 };
/* What the caller may be kept from its other work, and what an idle one waits. */
static const double turn_s = 0.02, idle_s = 0.2, again_s = 30;
static const double pause_first_s = 1, pause_most_s = 300, behind_most_s = 2;

static void settle(Source *s, uint64_t ticket, Settlement how)
{
    WatchSource *w = (WatchSource *)s;
    WatchFile *f = (WatchFile *)(uintptr_t)ticket;
    double now_s = monotonic_s();
    w->held--;
    if (f->again) {
        f->again = false;
        f->pause_s = 0;
        watch_files_due(&w->files, f, now_s + w->options.settle_s);
    } else if (how == SETTLED) {
        watch_files_remove(&w->files, f);
    } else {
        f->pause_s = f->pause_s > 0 ? 2 * f->pause_s : pause_first_s;
        f->pause_s = f->pause_s > pause_most_s ? pause_most_s : f->pause_s;
        watch_files_due(&w->files, f, now_s + f->pause_s);
    }
}

/* ---- the next one */

static const WatchFile *due(const WatchSource *w)
{
    const WatchFile *f = watch_files_first(&w->files);
    return f && f->due_s <= monotonic_s() ? f : NULL;
}

static bool may_list(const WatchSource *w)
{
    return watch_scan_runs(w) && w->files.count < w->options.most;
}

/* Once there is room again for what there was no room for. */
static void look_after_spill(WatchSource *w)
{
    if (!w->spilled || w->files.count > w->options.most / 2)
        return;
    w->spilled = false;
    watch_scan_all(w, true);
}

static bool is_busy(const WatchSource *w)
{
    return due(w) || may_list(w) || w->summing || w->scan.fresh.count;
}

/* Nothing to tell: waits for events, unless the caller has something to write down first. */
static SourceEvent later(WatchSource *w)
{
    bool busy = w->told || is_busy(w);
    w->told = false;
    if (busy)
        return SOURCE_LATER;
    const WatchFile *f = watch_files_first(&w->files);
    double wait_s = w->held ? turn_s : idle_s, left_s = f ? f->due_s - monotonic_s() : wait_s;
    if (left_s < wait_s)
        wait_s = left_s;
    struct pollfd p = {.fd = w->places.fd, .events = POLLIN};
    if (wait_s > 0)
        poll(&p, 1, (int)(wait_s * 1000) + 1); /* whatever ends it: the next call looks */
    return SOURCE_LATER;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    WatchSource *w = (WatchSource *)s;
    double end_s = monotonic_s() + turn_s;
    watch_files_sweep(&w->files);
    watch_take_news(w);
    look_after_spill(w);
    watch_scan_tick(w);
    watch_sum_on(w);
    do {
        SourceEvent event;
        if (due(w))
            event = watch_judge(w, watch_files_first(&w->files), out, e);
        else if (may_list(w))
            event = watch_scan_step(w, out, e);
        else
            break;
        if (event != SOURCE_LATER)
            return event;
    } while (monotonic_s() < end_s);
    return later(w);
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    (void)s;
    (void)a;
    struct stat st;
    if (stat(o->uri, &st) == 0) {
        o->identity = identity_of(&st);
        return SOURCE_OBJECT;
    }
    bool gone = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    error_errno(e, ERROR_DATA, errno, "%s", o->uri);
    return gone ? SOURCE_GONE : SOURCE_TROUBLE;
}

static bool lost(Source *s, const char *uri)
{
    const WatchSource *w = (const WatchSource *)s;
    return w->scan.all && w->scan.all->methods->lost(w->scan.all, uri);
}

/* Whether next() would tell at once of something that is not known. What is still being written, as
 * far as anybody can see, is not meant. */
static bool behind(Source *s)
{
    WatchSource *w = (WatchSource *)s;
    bool some = w->held > 0;
    for (size_t i = 0; i < w->files.due_count && !some; i++)
        some = w->files.due[i]->pause_s > 0;
    for (double end_s = monotonic_s() + behind_most_s; !some; some = monotonic_s() > end_s) {
        Object o = {0};
        Error e = {0};
        SourceEvent event = next(s, &o, &e);
        if (event == SOURCE_LATER && !is_busy(w))
            return false;
        if (event != SOURCE_OBJECT)
            continue;
        some = !w->options.known(w->options.context, &o);
        settle(s, o.ticket, some ? SETTLED_LATER : SETTLED);
        if (some)
            break;
    }
    return true;
}

static void close_watch(Source *s)
{
    WatchSource *w = (WatchSource *)s;
    watch_scan_end(w);
    watch_sum_end(&w->sum);
    watch_places_deinit(&w->places);
    watch_files_deinit(&w->files);
    watch_devices_deinit(&w->devices);
    buffer_deinit(&w->path);
    arena_deinit(&w->arena);
    free(w);
}

static const SourceMethods methods = {.name = "watch",
                                      .next = next,
                                      .lost = lost,
                                      .look = look,
                                      .settle = settle,
                                      .behind = behind,
                                      .close = close_watch};

/* ---- opening */

/* As a listing spells it: the real path of its directory, and its own name. */
static const char *absolute(WatchSource *w, const char *named, Error *e)
{
    PathSplit s = path_split(named);
    bool here = s.folder == 0 && s.name > 0;
    const char *parent = here ? "." : arena_copy(&w->arena, named, s.folder);
    if (!parent) {
        arena_full(&w->arena, e);
        return NULL;
    }
    char *real = realpath(parent, NULL);
    if (!real) {
        error_errno(e, ERROR_SETUP, errno, "%s", named);
        return NULL;
    }
    bool slash = s.name > 0 && strcmp(real, "/") != 0;
    const char *path =
        arena_printf(&w->arena, "%s%s%.*s", real, slash ? "/" : "", (int)s.name, named + s.folder);
    free(real);
    if (!path)
        arena_full(&w->arena, e);
    return path;
}

static bool set_roots(WatchSource *w, Error *e)
{
    const StringList *named = &w->options.directories;
    w->roots = arena_array(&w->arena, named->count + 1, sizeof *w->roots);
    if (!w->roots)
        return arena_full(&w->arena, e);
    for (size_t i = 0; i < named->count; i++) {
        w->roots[i].path = absolute(w, named->items[i], e);
        if (!w->roots[i].path)
            return false;
        w->root_count++;
    }
    return watch_scan_begin(w, e);
}

/* Without inotify, everything is polled. */
static void set_places(WatchSource *w)
{
    Error e = {0};
    w->places.fd = -1;
    if (w->options.poll_s > 0 || watch_places_open(&w->places, &e))
        return;
    watch_places_deinit(&w->places);
    w->scan.poll_all = true;
    watch_say(w, "%s; directories are listed now and then instead", e.message);
}

bool source_watch_open(const WatchOptions *o, Source **out, Error *e)
{
    WatchSource *w = calloc(1, sizeof *w);
    if (!w)
        return error_errno(e, ERROR_RETRY, ENOMEM, "watching directories");
    w->source = (Source){.methods = &methods, .endless = true};
    w->options = *o;
    w->options.most = o->most ? o->most : MOST;
    w->options.again_s = o->again_s > 0 ? o->again_s : again_s;
    w->sum.fd = w->places.fd = -1;
    arena_init(&w->arena, 0);
    if (!filter_init(&w->filter, &o->include, &o->exclude, &w->arena, e) ||
        !watch_rules_init(&w->rules, &o->incomplete, o->sidecar, &w->arena, e) ||
        !set_roots(w, e)) {
        close_watch(&w->source);
        return false;
    }
    set_places(w);
    *out = &w->source;
    return true;
}
