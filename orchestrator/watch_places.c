/* watch_places.c: inotify_add_watch(2), read(2), and which watch is which path.
 *
 * A directory that is renamed keeps its watch, which would go on under a path that is wrong: so
 * whoever hears of it drops the place with everything below, and sets it anew. */
#include "orchestrator/watch_places.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

enum { BUCKETS_FIRST = 256, BLOCK = 65536 };

/* IN_OPEN tells a file that is made by open() from one that is made, whole, by link(). */
static const uint32_t directory_mask = IN_CREATE | IN_OPEN | IN_CLOSE_WRITE | IN_ATTRIB |
                                       IN_MOVED_TO | IN_MOVED_FROM | IN_ONLYDIR | IN_EXCL_UNLINK;
static const uint32_t file_mask = IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVE_SELF;

bool watch_places_open(WatchPlaces *p, Error *e)
{
    *p = (WatchPlaces){.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    if (p->fd < 0 && (errno == EMFILE || errno == ENFILE))
        return error_coded(e, ERROR_RETRY, "too_many_open_files",
                           "the system has no inotify left (%s); raise the sysctl "
                           "fs.inotify.max_user_instances",
                           strerrordesc_np(errno));
    if (p->fd < 0)
        return error_errno(e, ERROR_RETRY, errno, "inotify");
    p->block = malloc(BLOCK);
    p->buckets = calloc(BUCKETS_FIRST, sizeof(WatchPlace *));
    p->bucket_count = BUCKETS_FIRST;
    return (p->block && p->buckets) || error_errno(e, ERROR_RETRY, ENOMEM, "inotify");
}

static WatchPlace **bucket(const WatchPlaces *p, int wd)
{
    return &p->buckets[(unsigned)wd & (p->bucket_count - 1)];
}

static WatchPlace *find(const WatchPlaces *p, int wd)
{
    WatchPlace *place = *bucket(p, wd);
    while (place && place->wd != wd)
        place = place->next;
    return place;
}

static void free_place(WatchPlace *place)
{
    if (place)
        free(place->path);
    free(place);
}

static WatchPlace *take_out(WatchPlaces *p, WatchPlace **at)
{
    WatchPlace *place = *at;
    *at = place->next;
    place->next = NULL;
    p->count--;
    return place;
}

void watch_places_deinit(WatchPlaces *p)
{
    for (size_t i = 0; p->buckets && i < p->bucket_count; i++)
        while (p->buckets[i])
            free_place(take_out(p, &p->buckets[i]));
    free_place(p->ended);
    free(p->buckets);
    free(p->block);
    if (p->fd >= 0)
        close(p->fd);
    *p = (WatchPlaces){.fd = -1};
}

/* Without memory the chains get longer, and that is all. */
static void make_room(WatchPlaces *p)
{
    WatchPlaces larger = {.bucket_count = 2 * p->bucket_count};
    if (p->count < p->bucket_count)
        return;
    larger.buckets = calloc(larger.bucket_count, sizeof(WatchPlace *));
    if (!larger.buckets)
        return;
    for (size_t i = 0; i < p->bucket_count; i++)
        while (p->buckets[i]) {
            WatchPlace *place = p->buckets[i], **to = bucket(&larger, place->wd);
            p->buckets[i] = place->next;
            place->next = *to;
            *to = place;
        }
    free(p->buckets);
    p->buckets = larger.buckets;
    p->bucket_count = larger.bucket_count;
}

static WatchSetting refused(const char *path, int error, Error *e)
{
    if (error == ENOSPC)
        return WATCH_LIMIT;
    if (error == ENOENT || error == ENOTDIR || error == ELOOP)
        return WATCH_GONE;
    error_errno(e, ERROR_DATA, error, "cannot watch %s", path);
    return WATCH_FAILED;
}

static WatchSetting set_again(WatchPlace *place, const WatchPlace *now)
{
    bool same = strcmp(place->path, now->path) == 0 && place->relative == now->relative;
    if (same || place->listing == now->listing) {
        place->listing = now->listing;
        return WATCH_THERE;
    }
    char *own = strdup(now->path);
    if (!own)
        return WATCH_FAILED;
    free(place->path);
    place->path = own;
    place->relative = now->relative;
    place->listing = now->listing;
    return WATCH_MOVED;
}

static bool add(WatchPlaces *p, const WatchPlace *now)
{
    WatchPlace *place = malloc(sizeof *place);
    char *path = strdup(now->path);
    if (!place || !path) {
        free(place);
        free(path);
        return false;
    }
    make_room(p);
    WatchPlace **to = bucket(p, now->wd);
    *place = *now;
    place->path = path;
    place->next = *to;
    *to = place;
    p->count++;
    return true;
}

WatchSetting watch_places_set(WatchPlaces *p, const char *path, size_t relative, bool file,
                              unsigned listing, Error *e)
{
    int wd = inotify_add_watch(p->fd, path, file ? file_mask : directory_mask);
    if (wd < 0)
        return refused(path, errno, e);
    WatchPlace now = {
        .wd = wd, .relative = relative, .listing = listing, .file = file, .path = (char *)path};
    WatchPlace *place = find(p, wd);
    WatchSetting setting = place ? set_again(place, &now) : WATCH_NEW;
    if (setting == WATCH_NEW && !add(p, &now)) {
        inotify_rm_watch(p->fd, wd);
        setting = WATCH_FAILED;
    }
    if (setting == WATCH_FAILED)
        error_errno(e, ERROR_RETRY, ENOMEM, "watching %s", path);
    return setting;
}

static void drop_if(WatchPlaces *p, bool (*drop)(const WatchPlace *place, const void *what),
                    const void *what)
{
    for (size_t i = 0; i < p->bucket_count; i++)
        for (WatchPlace **at = &p->buckets[i]; *at;)
            if (drop(*at, what)) {
                WatchPlace *place = take_out(p, at);
                inotify_rm_watch(p->fd, place->wd); /* fails where it ended by itself */
                free_place(place);
            } else {
                at = &(*at)->next;
            }
}

static bool is_below(const WatchPlace *place, const void *what)
{
    const char *path = what;
    size_t length = strlen(path);
    return strncmp(place->path, path, length) == 0 &&
           (place->path[length] == '/' || place->path[length] == '\0');
}

void watch_places_drop_below(WatchPlaces *p, const char *path)
{
    drop_if(p, is_below, path);
}

static bool is_of_another(const WatchPlace *place, const void *what)
{
    return place->listing != *(const unsigned *)what;
}

void watch_places_drop_others(WatchPlaces *p, unsigned listing)
{
    drop_if(p, is_of_another, &listing);
}

/* ---- events */

static const struct inotify_event *next_event(WatchPlaces *p)
{
    if (p->begin == p->end) {
        ssize_t n = read(p->fd, p->block, BLOCK);
        p->begin = 0;
        p->end = n > 0 ? (size_t)n : 0;
        if (n <= 0) /* EAGAIN, EINTR: nothing now */
            return NULL;
    }
    const struct inotify_event *event = (const void *)(p->block + p->begin);
    p->begin += sizeof *event + event->len;
    return event;
}

bool watch_places_next(WatchPlaces *p, WatchNews *out)
{
    free_place(p->ended);
    p->ended = NULL;
    const struct inotify_event *event;
    while ((event = next_event(p))) {
        *out = (WatchNews){.mask = event->mask, .name = event->len ? event->name : ""};
        if (event->mask & IN_Q_OVERFLOW) {
            out->kind = WATCH_NEWS_OVERFLOW;
            return true;
        }
        WatchPlace **at = bucket(p, event->wd);
        while (*at && (*at)->wd != event->wd)
            at = &(*at)->next;
        if (!*at) /* dropped meanwhile */
            continue;
        out->place = *at;
        out->kind = event->mask & IN_UNMOUNT   ? WATCH_NEWS_UNMOUNT
                    : event->mask & IN_IGNORED ? WATCH_NEWS_END
                                               : WATCH_NEWS_NAME;
        if (out->kind == WATCH_NEWS_END)
            p->ended = take_out(p, at);
        return true;
    }
    return false;
}
