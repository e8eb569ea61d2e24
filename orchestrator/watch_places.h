/* watch_places.h: the directories (and files that links lead to) whose changes the kernel tells:
 * inotify's watches and its events. */
#pragma once

#include "core/error.h"

#include <stddef.h>

typedef struct WatchPlace WatchPlace;
struct WatchPlace {
    WatchPlace *next; /* with the same hash */
    int wd;
    size_t relative;  /* where in `path` begins what the patterns see */
    unsigned listing; /* the last one that has met it */
    bool file;        /* not a directory */
    char *path;
};

typedef struct WatchPlaces {
    int fd; /* inotify's; -1: there is none */
    WatchPlace **buckets;
    size_t bucket_count, count;
    char *block; /* of events; [begin, end) are still to come */
    size_t begin, end;
    WatchPlace *ended; /* told as WATCH_NEWS_END, to be freed */
} WatchPlaces;

typedef enum WatchSetting {
    WATCH_NEW,
    WATCH_MOVED,  /* it is known under another path; this one counts now */
    WATCH_THERE,  /* it was watched before, under the same path */
    WATCH_LIMIT,  /* the kernel allows no more of them */
    WATCH_GONE,   /* nothing is there any more */
    WATCH_FAILED, /* e says why */
} WatchSetting;

typedef enum WatchNewsKind {
    WATCH_NEWS_NAME,     /* something about `name` in `place`, or about `place` itself: name "" */
    WATCH_NEWS_OVERFLOW, /* events are lost */
    WATCH_NEWS_UNMOUNT,
    WATCH_NEWS_END, /* the place is not watched any more; not for those that were dropped */
} WatchNewsKind;

typedef struct WatchNews {
    WatchNewsKind kind;
    const WatchPlace *place; /* NULL of an overflow; of WATCH_NEWS_END valid until the next call */
    const char *name;
    uint32_t mask; /* inotify's */
} WatchNews;

/* ERROR_RETRY: the kernel gives none; places_deinit() also then. */
bool watch_places_open(WatchPlaces *p, Error *e) MUST_CHECK;
void watch_places_deinit(WatchPlaces *p);
/* `listing`: a number; while it stays the same, the first path of a directory counts. */
WatchSetting watch_places_set(WatchPlaces *p, const char *path, size_t relative, bool file,
                              unsigned listing, Error *e);
/* Whatever lies below the directory, and itself. */
void watch_places_drop_below(WatchPlaces *p, const char *path);
/* All that this listing has not met. */
void watch_places_drop_others(WatchPlaces *p, unsigned listing);
/* False: nothing has happened since. Never waits. */
bool watch_places_next(WatchPlaces *p, WatchNews *out);
