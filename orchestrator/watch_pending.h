/* watch_pending.h: the files that a watch has yet to tell or waits for the outcome of, each once,
 * in the order in which they are due. */
#pragma once

#include "core/error.h"
#include "orchestrator/source.h"

typedef enum WatchHint {
    WATCH_FOUND,   /* by a listing */
    WATCH_MADE,    /* no word yet that whoever made it is done */
    WATCH_OPENED,  /* made, and held open */
    WATCH_CLOSED,  /* written and closed, or changed otherwise */
    WATCH_RENAMED, /* under its final name: complete */
} WatchHint;

typedef struct WatchFile WatchFile;
struct WatchFile {
    WatchFile *next; /* with the same hash; later: to be freed */
    size_t relative; /* where in `path` begins what the patterns see */
    size_t place;    /* among those that are due; NOT_DUE while told */
    double due_s;    /* monotonic, as the others */
    double pause_s;  /* before it was told again last */
    WatchHint hint;
    bool link;           /* the path may be a link to the file */
    bool again;          /* it has changed since it was told */
    bool summed;         /* its checksum was found to be right, of this identity: */
    Identity seen;       /* what was there when it was looked at last ... */
    double seen_since_s; /* ... since then unchanged; 0: not looked at yet */
    char path[];
};

#define NOT_DUE SIZE_MAX

typedef struct WatchFiles {
    WatchFile **buckets; /* a power of two of them */
    size_t bucket_count, count;
    WatchFile **due; /* a heap, the first is due first */
    size_t due_count, due_capacity;
    WatchFile *freed; /* to be freed when nobody holds their paths any more */
} WatchFiles;

void watch_files_deinit(WatchFiles *f); /* accepts a zeroed WatchFiles */
WatchFile *watch_files_find(const WatchFiles *f, const char *path);
/* A new one, due at `due_s`; NULL without memory. */
WatchFile *watch_files_add(WatchFiles *f, const char *path, size_t relative, double due_s);
/* The one that is due first, or NULL. */
WatchFile *watch_files_first(const WatchFiles *f);
/* Puts it at another place, or among the due ones again. */
void watch_files_due(WatchFiles *f, WatchFile *w, double due_s);
/* It is told: no more due, until watch_files_due(). */
void watch_files_hold(WatchFiles *f, WatchFile *w);
/* Its path stays valid until watch_files_sweep(). */
void watch_files_remove(WatchFiles *f, WatchFile *w);
void watch_files_sweep(WatchFiles *f);
