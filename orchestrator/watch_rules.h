/* watch_rules.h: when is a file complete? Names that say "not yet", and files beside it that say
 * "done" or hold its checksum. */
#pragma once

#include "core/buffer.h"
#include "core/hash.h"
#include "core/options.h"

typedef struct WatchRules {
    StringList incomplete; /* globs on the last part of the path */
    const char *sidecar; /* ".done": NAME is complete when NAME.done is there; NULL: none needed */
    bool summed;         /* the sidecar holds a checksum ... */
    HashKind kind;       /* ... of this kind */
} WatchRules;

/* The names that are incomplete wherever nothing else is said, and those of `more`. ERROR_SETUP: a
 * sidecar that is no ending. The texts are borrowed. */
bool watch_rules_init(WatchRules *r, const StringList *more, const char *sidecar, Arena *a,
                      Error *e) MUST_CHECK;
bool watch_name_is_incomplete(const WatchRules *r, const char *path);
/* Of a sidecar: the path of the file that it belongs to, in `out`. False: it is none. */
bool watch_belongs_to(const WatchRules *r, const char *path, Buffer *out);
/* True where no sidecar is needed, or it is there. */
bool watch_has_sidecar(const WatchRules *r, const char *path);

/* A checksum, some bytes at a time. */
typedef struct WatchSum {
    int fd; /* -1: none is being made */
    Hash hash;
    char expected[HASH_HEX_SIZE];
} WatchSum;

typedef enum WatchSumState { WATCH_SUM_MORE, WATCH_SUM_RIGHT, WATCH_SUM_WRONG } WatchSumState;

/* Reads the sidecar and opens the file. False: one of them cannot be read, or there is no sum of
 * the file in it. */
bool watch_sum_begin(WatchSum *s, const WatchRules *r, const char *path, Error *e) MUST_CHECK;
/* Reads on; takes some milliseconds. WATCH_SUM_WRONG: e says why. */
WatchSumState watch_sum_step(WatchSum *s, Error *e);
void watch_sum_end(WatchSum *s);
