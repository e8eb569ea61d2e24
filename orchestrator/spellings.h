/* spellings.h: the names under which the ledger may know a path that a person types. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

enum { SPELLINGS = 3 };

/* A listing names a file by its directory's real path and the file's own name, and what lies below
 * a named directory by the way it went there. So: [0] the real directory and the last part as
 * typed; [1] the path as typed, made absolute; [2] the real path. One that does not exist has all
 * of them as typed. */
bool spellings_of(const char *path, Arena *a, const char *out[SPELLINGS], Error *e) MUST_CHECK;
