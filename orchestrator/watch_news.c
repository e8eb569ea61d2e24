/* watch_news.c: what an event of the kernel means.
 *
 * Only "closed after writing" and "renamed to" say that a file is complete. "Made" says so too
 * where nobody opens the file: link(2) makes whole ones. */
#include "orchestrator/source_watch_internal.h"

#include "core/clock.h"

#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

enum { NEWS_MOST = 4096 };            /* at a time */
static const double open_wait_s = 60; /* a file that stays open and is not written to */

/* The entry's path, in w->path. */
static const char *path_of(WatchSource *w, const WatchNews *n)
{
    buffer_clear(&w->path);
    buffer_string(&w->path, n->place->path);
    if (n->name[0] && w->path.length > 0 && w->path.bytes[w->path.length - 1] != '/')
        buffer_char(&w->path, '/');
    buffer_string(&w->path, n->name);
    if (!w->path.failed)
        return w->path.bytes;
    buffer_deinit(&w->path);
    w->path = (Buffer){0};
    w->spilled = true;
    return NULL;
}

static void meet_directory(WatchSource *w, const char *path, size_t relative)
{
    struct stat st;
    Error e = {0};
    bool barred = filter_bars_directory(&w->filter, path + relative) || lstat(path, &st) < 0 ||
                  !S_ISDIR(st.st_mode) || watch_is_never(w, &st);
    /* one that a listing has met on its way was listed after its watch was set */
    if (!barred &&
        watch_places_set(&w->places, path, relative, false, w->scan.listing, &e) == WATCH_THERE)
        return;
    watch_scan_inside(w, path, relative);
}

static void take_directory(WatchSource *w, const WatchNews *n, const char *path)
{
    if (n->mask & IN_MOVED_FROM)
        watch_places_drop_below(&w->places, path);
    else if (n->mask & (IN_CREATE | IN_MOVED_TO))
        meet_directory(w, path, n->place->relative);
}

static void note(WatchSource *w, const WatchNews *n, const char *path, WatchHint hint)
{
    double wait_s = hint == WATCH_RENAMED ? 0 : w->options.settle_s;
    if (watch_name_is_incomplete(&w->rules, path))
        return;
    WatchFile *f = watch_note(w, path, n->place->relative, monotonic_s() + wait_s);
    if (!f)
        return;
    f->hint = hint;
    f->link = n->place->file;
    f->pause_s = 0;
}

/* The one who has made it holds it open: an event will tell that it is closed. */
static void note_open(WatchSource *w, const char *path)
{
    WatchFile *f = watch_files_find(&w->files, path);
    if (!f || f->hint != WATCH_MADE || f->place == NOT_DUE)
        return;
    f->hint = WATCH_OPENED;
    watch_files_due(&w->files, f, monotonic_s() + open_wait_s);
}

static void note_change(WatchSource *w, const WatchNews *n, const char *path)
{
    const WatchFile *f = watch_files_find(&w->files, path);
    if (!f || (f->hint != WATCH_MADE && f->hint != WATCH_OPENED && f->hint != WATCH_RENAMED))
        note(w, n, path, WATCH_CLOSED);
}

static void take_file(WatchSource *w, const WatchNews *n, const char *path)
{
    if (n->mask & IN_MOVED_TO)
        note(w, n, path, WATCH_RENAMED);
    else if (n->mask & IN_CLOSE_WRITE)
        note(w, n, path, WATCH_CLOSED);
    else if (n->mask & IN_CREATE)
        note(w, n, path, WATCH_MADE);
    else if (n->mask & IN_OPEN)
        note_open(w, path);
    else if (n->mask & IN_ATTRIB)
        note_change(w, n, path);
    else if (n->mask & IN_MOVE_SELF)
        watch_scan_all(w, false);
}

static bool is_root(const WatchPlace *p)
{
    return p->relative > strlen(p->path);
}

static void take(WatchSource *w, const WatchNews *n)
{
    switch (n->kind) {
    case WATCH_NEWS_OVERFLOW:
        watch_say(w, "more changes than the kernel keeps: everything is listed again");
        watch_scan_all(w, true);
        return;
    case WATCH_NEWS_UNMOUNT:
        watch_scan_all(w, true);
        return;
    case WATCH_NEWS_END: /* deleted: a directory's own parent tells what takes its place */
        if (n->place->file || is_root(n->place))
            watch_scan_all(w, is_root(n->place));
        return;
    case WATCH_NEWS_NAME:
        break;
    }
    if (!n->place->file && !n->name[0]) /* of the directory itself */
        return;
    const char *path = path_of(w, n);
    if (path && (n->mask & IN_ISDIR))
        take_directory(w, n, path);
    else if (path)
        take_file(w, n, path);
}

void watch_take_news(WatchSource *w)
{
    WatchNews n;
    for (int i = 0; i < NEWS_MOST && w->places.fd >= 0 && watch_places_next(&w->places, &n); i++)
        take(w, &n);
}
