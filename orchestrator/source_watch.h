/* source_watch.h: what is in directories, then whatever comes in or changes there, without an end.
 */
#pragma once

#include "orchestrator/source.h"

typedef struct WatchOptions {
    StringList directories;
    StringList include, exclude; /* as in DirectoryOptions */
    const char *never;           /* as there */
    StringList incomplete;       /* globs of names that are left alone, besides the usual ones */
    const char *sidecar;         /* ending of the file beside it that makes one complete, or NULL */
    double settle_s;             /* so long a file must not have changed */
    double poll_s;               /* 0: ask the kernel for events; else list so often */
    double again_s;              /* list so often what it tells nothing of; 0: 30 s */
    /* Whether it was read, as it is now: a listing that is made again does not tell it then. */
    bool (*known)(void *context, const Object *o);
    /* A line for the person who watches: no fault. */
    void (*say)(void *context, const char *line);
    void *context;
    size_t most; /* files not yet told; beyond it, directories are listed again. 0: 65,536 */
} WatchOptions;

/* Every file that is told has a ticket. What cannot be watched (a remote file system, the kernel's
 * limit) is listed again and again. Texts of the options are borrowed. ERROR_SETUP: no directory
 * there. */
bool source_watch_open(const WatchOptions *o, Source **out, Error *e) MUST_CHECK;
