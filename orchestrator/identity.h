/* identity.h: what makes a version of a file, or of an object in a bucket. */
#pragma once

#include "orchestrator/source.h"

#include <sys/stat.h>

static inline Identity identity_of(const struct stat *st)
{
    return (Identity){.device = (uint64_t)st->st_dev,
                      .inode = (uint64_t)st->st_ino,
                      .size = (uint64_t)st->st_size,
                      .mtime_ns = (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec};
}

/* Of an object: 64 bits of its ETag's hash, and its size. */
bool identity_of_version(const char *etag, uint64_t size_bytes, Identity *out, Error *e) MUST_CHECK;

bool identity_same(const Identity *a, const Identity *b);
