/* source_watch_internal.h: what the parts of source_watch.c share: watch_scan.c (listings),
 * watch_news.c (the kernel's events), watch_judge.c (is it complete?). */
#pragma once

#include "orchestrator/source_filter.h"
#include "orchestrator/source_watch.h"
#include "orchestrator/watch_pending.h"
#include "orchestrator/watch_places.h"
#include "orchestrator/watch_remote.h"
#include "orchestrator/watch_rules.h"

/* One that the user names. */
typedef struct WatchRoot {
    const char *path; /* absolute */
    uint64_t device, inode;
    bool there;
} WatchRoot;

/* A directory to be listed. */
typedef struct WatchFolder {
    char *path;
    size_t relative;
    bool whole; /* with everything else: it is one of the roots, or holds links */
} WatchFolder;

typedef struct WatchFolders {
    WatchFolder *items;
    size_t count, capacity;
} WatchFolders;

/* Numbers that stand for lines which were said. */
typedef struct WatchSaid {
    uint64_t items[1024];
    size_t count; /* ever: the oldest are forgotten */
} WatchSaid;

typedef struct WatchScan {
    Source *all;    /* the last listing of everything: for lost() */
    Source *inside; /* of one directory, else NULL */
    bool all_runs, all_wanted, all_done_once;
    bool trouble;     /* met by the listing of everything that runs */
    unsigned listing; /* its number */
    double began_s;
    double all_from_s;     /* not before; while links come in, one listing makes up for many */
    WatchFolders fresh;    /* directories that are new, to be listed */
    WatchFolders polled;   /* that cannot be watched */
    WatchFolder inside_of; /* what `inside` lists; its path is owned by it */
    bool poll_all;         /* too many of them to be listed one by one */
    bool limit_said;
    double roots_next_s, poll_next_s;
} WatchScan;

typedef struct WatchSource {
    Source source; /* first */
    WatchOptions options;
    Arena arena;
    SourceFilter filter;
    WatchRules rules;
    WatchRoot *roots;
    size_t root_count;
    WatchFiles files;
    WatchPlaces places;
    WatchDevices devices;
    WatchScan scan;
    WatchSum sum;
    WatchFile *summing; /* whose sum is being made */
    WatchSaid said;
    Buffer path;  /* scratch */
    size_t held;  /* files told and not settled */
    bool spilled; /* there was no room for an event */
    bool told;    /* something, since it was last waited */
} WatchSource;

/* ---- watch_note.c */

void watch_say(const WatchSource *w, const char *format, ...) PRINTF_LIKE(2, 3);
/* True if the text was not said lately. */
bool watch_is_news(WatchSource *w, const char *text);
/* The file is to be looked at, from `due_s` on; NULL: there is no room for it now. */
WatchFile *watch_note(WatchSource *w, const char *path, size_t relative, double due_s);
/* Tells it. */
SourceEvent watch_tell(WatchSource *w, WatchFile *f, const Object *o, Object *out);
bool watch_is_never(const WatchSource *w, const struct stat *st);
/* Everything is to be listed again: now, or when it is time. */
void watch_scan_all(WatchSource *w, bool now);

/* ---- watch_judge.c */

/* Looks at a file that is due. SOURCE_OBJECT: it is to be told; SOURCE_TROUBLE: e; SOURCE_LATER:
 * not (yet). */
SourceEvent watch_judge(WatchSource *w, WatchFile *f, Object *out, Error *e);
/* An object that a listing has told: likewise. */
SourceEvent watch_judge_listed(WatchSource *w, const Object *o, Object *out);
/* Goes on with a checksum, if one is being made. */
void watch_sum_on(WatchSource *w);

/* ---- watch_scan.c */

bool watch_scan_begin(WatchSource *w, Error *e) MUST_CHECK; /* looks at the roots */
void watch_scan_end(WatchSource *w);
/* The directory is to be listed. */
void watch_scan_inside(WatchSource *w, const char *path, size_t relative);
/* Looks after the roots and what is polled, begins the listing that is to be next. */
void watch_scan_tick(WatchSource *w);
bool watch_scan_runs(const WatchSource *w);
/* The next of the listing; SOURCE_LATER: nothing that would have to be told. */
SourceEvent watch_scan_step(WatchSource *w, Object *out, Error *e);

/* ---- watch_news.c */

void watch_take_news(WatchSource *w);
