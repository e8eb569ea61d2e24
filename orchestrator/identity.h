/* identity.h: what makes a version of a local file. */
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

static inline bool identity_same(const Identity *a, const Identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}
