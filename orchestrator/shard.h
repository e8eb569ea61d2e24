/* shard.h: one of N weirs that divide the same files among them without asking each other. */
#pragma once

#include "core/buffer.h"
#include "core/error.h"

#include <stdint.h>

enum { SHARDS_MOST = 1000000 };

typedef struct Shard {
    uint64_t number, count; /* the first is 1; count 0 or 1: everything */
} Shard;

static inline bool shard_divides(const Shard *s)
{
    return s->count > 1;
}

/* "3/16". ERROR_SETUP, code "usage". */
bool shard_read(const char *text, Shard *out, Error *e) MUST_CHECK;

/* What the environment says, where this is a task of an array of Slurm or AWS Batch; else
 * everything. `told_by` gets the variables. ERROR_SETUP, code "usage": it is a task, but not which
 * one of how many. */
bool shard_of_task(Shard *out, Buffer *told_by, Error *e) MUST_CHECK;

/* Whether a file is one of this shard's: the first 8 bytes of SHA-256 of its uri, as one number,
 * most significant first, modulo `count`, are number - 1. So whatever else there is. */
bool shard_has(const Shard *s, const char *uri, bool *out, Error *e) MUST_CHECK;
