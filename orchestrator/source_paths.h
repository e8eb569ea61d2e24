/* source_paths.h: the paths that a user gives, one after the other: names, patterns, lists. */
#pragma once

#include "core/arena.h"
#include "core/options.h"

/* Each path is a name; or, if nothing has that name, a pattern for glob(3); or "@FILE", a list in a
 * file; or "-", a list on stdin. Lists hold names separated by NULs if there is one in their first
 * block, else by newlines; they are read as they are needed. */
typedef struct SourcePaths SourcePaths;

typedef enum PathsEvent {
    PATHS_NAME,
    PATHS_TROUBLE, /* a list that cannot be read (e is set) */
    PATHS_END,
} PathsEvent;

/* ERROR_SETUP: a name does not exist and matches nothing as a pattern, a list cannot be opened. */
bool source_paths_open(const StringList *paths, SourcePaths **out, Error *e) MUST_CHECK;
/* *name is valid until the next call. */
PathsEvent source_paths_next(SourcePaths *p, const char **name, Error *e);
void source_paths_close(SourcePaths *p); /* accepts NULL */
