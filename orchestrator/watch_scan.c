/* watch_scan.c: listings, made by source_directory.c: of everything at first and whenever events
 * may be lost, of one directory where a new one turns up, again and again of what is polled.
 *
 * A directory's watch is set before it is listed: what comes in meanwhile is told twice rather than
 * not at all. */
#include "orchestrator/source_watch_internal.h"

#include "core/clock.h"
#include "core/text.h"
#include "orchestrator/identity.h"
#include "orchestrator/walk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { FRESH_MOST = 10000, POLLED_MOST = 1000 };
static const double roots_every_s = 1;
static const double share_of_time = 0.1; /* that listings on suspicion may take */

/* ---- lists of directories */

static bool push(WatchFolders *l, const char *path, size_t relative)
{
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 16;
        WatchFolder *items = reallocarray(l->items, capacity, sizeof *items);
        if (!items)
            return false;
        l->items = items;
        l->capacity = capacity;
    }
    char *own = strdup(path);
    if (own)
        l->items[l->count++] = (WatchFolder){.path = own, .relative = relative};
    return own;
}

static void clear(WatchFolders *l)
{
    while (l->count > 0)
        free(l->items[--l->count].path);
}

static void free_folders(WatchFolders *l)
{
    clear(l);
    free(l->items);
}

/* ---- what is wanted */

void watch_scan_inside(WatchSource *w, const char *path, size_t relative)
{
    if (w->scan.fresh.count >= FRESH_MOST || !push(&w->scan.fresh, path, relative))
        watch_scan_all(w, true);
}

/* The directory is to be listed now and then: it is not watched, or not by all. A directory below
 * the one that was met last needs no place of its own. */
static void poll_folder(WatchSource *w, const char *path, size_t relative)
{
    WatchFolders *l = &w->scan.polled;
    for (size_t i = 0; i < l->count; i++) {
        size_t length = strlen(l->items[i].path);
        if (strncmp(path, l->items[i].path, length) == 0 &&
            (path[length] == '/' || path[length] == '\0' || length == 1))
            return;
    }
    if (l->count >= POLLED_MOST || !push(l, path, relative))
        w->scan.poll_all = true;
    else if (relative > strlen(path))
        l->items[l->count - 1].whole = true;
}

static double poll_every_s(const WatchSource *w)
{
    return w->options.poll_s > 0 ? w->options.poll_s : w->options.again_s;
}

/* ---- what a listing meets on its way */

static void say_remote(WatchSource *w, const char *path, const char *kind)
{
    char every[64];
    text_from_duration(every, sizeof every, poll_every_s(w));
    watch_say(w,
              "%s is on %s, where changes made by other machines are not announced: listed every "
              "%s",
              walk_path_tail(path), kind, every);
}

static void say_limit(WatchSource *w, const char *path)
{
    char every[64];
    if (w->scan.limit_said)
        return;
    w->scan.limit_said = true;
    text_from_duration(every, sizeof every, poll_every_s(w));
    watch_say(w,
              "the kernel watches no more directories: %s and others are listed every %s; raise "
              "the sysctl fs.inotify.max_user_watches",
              walk_path_tail(path), every);
}

static void set_watch(WatchSource *w, const char *path, size_t relative, bool file)
{
    Error e = {0};
    if (w->places.fd < 0)
        return;
    WatchSetting setting = watch_places_set(&w->places, path, relative, file, w->scan.listing, &e);
    if (setting == WATCH_LIMIT)
        say_limit(w, path);
    if (setting == WATCH_FAILED && watch_is_news(w, e.message))
        watch_say(w, "%s; it is listed now and then instead", e.message);
    if (setting == WATCH_LIMIT || setting == WATCH_FAILED)
        poll_folder(w, path, relative);
}

static void meet(void *context, const char *path, size_t relative, const struct stat *st)
{
    WatchSource *w = context;
    bool is_new = false;
    if (S_ISLNK(st->st_mode)) {
        w->scan.inside_of.whole = true;
        return;
    }
    const char *kind = watch_device_remote(&w->devices, st->st_dev, path, &is_new);
    if (kind && is_new && w->options.poll_s <= 0)
        say_remote(w, path, kind);
    if (kind && S_ISDIR(st->st_mode))
        poll_folder(w, path, relative);
    set_watch(w, path, relative, !S_ISDIR(st->st_mode));
}

/* ---- listings begin and end */

static DirectoryOptions directory_options(WatchSource *w, const StringList *paths)
{
    return (DirectoryOptions){.paths = *paths,
                              .include = w->options.include,
                              .exclude = w->options.exclude,
                              .never = w->options.never,
                              .meet = meet,
                              .context = w};
}

static void close_source(Source **s)
{
    if (*s)
        (*s)->methods->close(*s);
    *s = NULL;
}

static void end_inside(WatchSource *w)
{
    WatchScan *c = &w->scan;
    close_source(&c->inside);
    for (size_t i = 0; c->inside_of.whole && i < c->polled.count; i++)
        if (strcmp(c->polled.items[i].path, c->inside_of.path) == 0)
            c->polled.items[i].whole = true;
    if (c->inside_of.whole) /* links: whether they tell something new shows a listing of all */
        watch_scan_all(w, false);
    free(c->inside_of.path);
    c->inside_of = (WatchFolder){0};
}

static void look_at_root(WatchSource *w, WatchRoot *r)
{
    struct stat st;
    bool was_there = r->there;
    Identity was = {.device = r->device, .inode = r->inode};
    r->there = stat(r->path, &st) == 0 && S_ISDIR(st.st_mode);
    if (!r->there) {
        if (was_there)
            watch_say(w, "%s is not there any more; waiting for it", walk_path_tail(r->path));
        return;
    }
    Identity is = identity_of(&st);
    r->device = is.device;
    r->inode = is.inode;
    if (!was_there)
        watch_say(w, "%s is there again", walk_path_tail(r->path));
    if (!was_there || was.device != is.device || was.inode != is.inode)
        watch_scan_all(w, true);
}

static void begin_all(WatchSource *w)
{
    WatchScan *c = &w->scan;
    Error e = {0};
    StringList paths = {.items = calloc(w->root_count + 1, sizeof(char *))};
    for (size_t i = 0; paths.items && i < w->root_count; i++) {
        look_at_root(w, &w->roots[i]);
        if (w->roots[i].there)
            paths.items[paths.count++] = w->roots[i].path;
    }
    DirectoryOptions o = directory_options(w, &paths);
    Source *all = NULL;
    bool ok = paths.count > 0 && source_directory_open(&o, &all, &e);
    bool nothing = paths.items && paths.count == 0;
    free(paths.items);
    if (!ok) { /* a root that is gone is told by its coming back, a shortage passes */
        c->all_wanted = !nothing;
        c->all_from_s = monotonic_s() + roots_every_s;
        return;
    }
    if (c->inside)
        end_inside(w);
    close_source(&c->all);
    clear(&c->fresh);
    clear(&c->polled);
    c->all = all;
    c->all_runs = true;
    c->all_wanted = c->trouble = c->poll_all = false;
    c->listing++;
    c->began_s = monotonic_s();
}

static void end_all(WatchSource *w)
{
    WatchScan *c = &w->scan;
    double now_s = monotonic_s();
    double rest_s = (now_s - c->began_s) / share_of_time;
    c->all_runs = false;
    c->all_done_once = true;
    c->all_from_s = now_s + (rest_s > w->options.settle_s ? rest_s : w->options.settle_s);
    if (!c->trouble && w->places.fd >= 0)
        watch_places_drop_others(&w->places, c->listing);
}

static void begin_inside(WatchSource *w)
{
    WatchScan *c = &w->scan;
    Error e = {0};
    WatchFolder f = c->fresh.items[--c->fresh.count];
    StringList paths = {.items = (const char *[]){f.path}, .count = 1};
    DirectoryOptions o = directory_options(w, &paths);
    o.inside = f.relative;
    c->inside_of = f;
    if (!source_directory_open(&o, &c->inside, &e)) {
        end_inside(w);
        watch_scan_all(w, false);
    }
}

/* ---- now and then */

static void poll_now(WatchSource *w)
{
    WatchScan *c = &w->scan;
    bool all = w->options.poll_s > 0 || c->poll_all || w->places.fd < 0;
    for (size_t i = 0; i < c->polled.count && !all; i++)
        all = c->polled.items[i].whole;
    if (all)
        watch_scan_all(w, true);
    for (size_t i = 0; i < c->polled.count && !all; i++)
        watch_scan_inside(w, c->polled.items[i].path, c->polled.items[i].relative);
}

bool watch_scan_runs(const WatchSource *w)
{
    return w->scan.all_runs || w->scan.inside;
}

void watch_scan_tick(WatchSource *w)
{
    WatchScan *c = &w->scan;
    double now_s = monotonic_s();
    if (now_s >= c->roots_next_s) {
        for (size_t i = 0; i < w->root_count; i++)
            look_at_root(w, &w->roots[i]);
        c->roots_next_s = now_s + roots_every_s;
    }
    bool runs = watch_scan_runs(w);
    if (runs)
        c->poll_next_s = now_s + poll_every_s(w);
    else if (now_s >= c->poll_next_s)
        poll_now(w);
    if (!c->all_runs && c->all_wanted && now_s >= c->all_from_s)
        begin_all(w);
    else if (!runs && c->fresh.count > 0)
        begin_inside(w);
}

SourceEvent watch_scan_step(WatchSource *w, Object *out, Error *e)
{
    WatchScan *c = &w->scan;
    Source *s = c->inside ? c->inside : c->all;
    Object o = {0};
    s->patient = w->source.patient;
    SourceEvent event = s->methods->next(s, &o, e);
    if (event == SOURCE_OBJECT)
        return watch_judge_listed(w, &o, out);
    if (event == SOURCE_TROUBLE) {
        c->trouble = true;
        return watch_is_news(w, e->message) ? SOURCE_TROUBLE : SOURCE_LATER;
    }
    if (event != SOURCE_END)
        return event;
    if (c->inside)
        end_inside(w);
    else
        end_all(w);
    return SOURCE_LATER;
}

bool watch_scan_begin(WatchSource *w, Error *e)
{
    for (size_t i = 0; i < w->root_count; i++) {
        struct stat st;
        WatchRoot *r = &w->roots[i];
        if (stat(r->path, &st) < 0)
            return error_errno(e, ERROR_SETUP, errno, "%s", walk_path_tail(r->path));
        if (!S_ISDIR(st.st_mode))
            return error_coded(e, ERROR_SETUP, "usage",
                               "%s is no directory; only directories can be watched",
                               walk_path_tail(r->path));
        Identity is = identity_of(&st);
        *r = (WatchRoot){.path = r->path, .device = is.device, .inode = is.inode, .there = true};
    }
    watch_scan_all(w, true);
    return true;
}

void watch_scan_end(WatchSource *w)
{
    close_source(&w->scan.inside);
    close_source(&w->scan.all);
    free(w->scan.inside_of.path);
    free_folders(&w->scan.fresh);
    free_folders(&w->scan.polled);
}
