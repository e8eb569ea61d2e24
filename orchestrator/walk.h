/* walk.h: one directory tree, entry by entry, with one open directory a level and no list in
 * memory.
 *
 * The walk decides nothing: it tells each entry, and the caller calls walk_enter for the
 * directories that it wants to see from inside. Symbolic links are told, never followed. */
#pragma once

#include "core/buffer.h"
#include "core/error.h"

#include <dirent.h>
#include <sys/stat.h>

enum { WALK_DEPTH_MAX = 256 };

typedef struct WalkLevel {
    DIR *dir;
    size_t path_length; /* of this directory in Walk.path */
    bool watched;       /* the caller's mark, false at first */
} WalkLevel;

typedef struct Walk {
    WalkLevel levels[WALK_DEPTH_MAX];
    size_t depth; /* 0: nothing to walk */
    Buffer path;  /* of the entry told last */
} Walk;

typedef struct WalkEntry {
    const char *path, *name; /* name: last part of path; both until the next call */
    size_t path_length;
    struct stat st; /* of the entry itself, links not followed */
} WalkEntry;

typedef enum WalkEvent { WALK_ENTRY, WALK_TROUBLE, WALK_END } WalkEvent;

void walk_deinit(Walk *w); /* accepts a zeroed Walk */
/* Begins a tree; the walk must have ended. A link at `path` itself is followed. A directory that
 * has vanished meanwhile is an empty one. False: it cannot be opened, now; the walk is where it was
 * and may try again. */
bool walk_begin(Walk *w, const char *path, Error *e) MUST_CHECK;
/* Goes into the directory told last, in the same way. */
bool walk_enter(Walk *w, Error *e) MUST_CHECK;
/* WALK_TROUBLE: e names a place that cannot be listed; the walk goes on behind it. */
WalkEvent walk_next(Walk *w, WalkEntry *out, Error *e);

/* A path for a message: its end, where it is too long for one. */
const char *walk_path_tail(const char *path);
