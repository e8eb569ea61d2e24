/* source_filter.h: which names a listing takes: --include, --exclude, hidden directories. */
#pragma once

#include "core/arena.h"
#include "core/options.h"

#include <sys/stat.h>

/* A pattern holds for the whole path relative to its root or for its last part. */
typedef struct SourceFilter {
    StringList include, exclude;
    const char **reasons; /* "excluded by PATTERN", one for each exclude */
} SourceFilter;

/* Copies the patterns into the arena. */
bool filter_init(SourceFilter *f, const StringList *include, const StringList *exclude, Arena *a,
                 Error *e) MUST_CHECK;
/* True where there is no include pattern at all. */
bool filter_includes(const SourceFilter *f, const char *relative);
/* "excluded by PATTERN", or NULL. */
const char *filter_excludes(const SourceFilter *f, const char *relative);
/* Why a file, or something that is never opened, is only listed: "excluded by PATTERN", "FIFO",
 * "device", ...; NULL: a file to be read. */
const char *filter_ignores(const SourceFilter *f, const char *relative, const struct stat *st);
/* Why a walk does not go into the directory: "hidden directory", "excluded by PATTERN", or NULL. */
const char *filter_bars_directory(const SourceFilter *f, const char *relative);
