/* source_shard.h: of what a source tells, the files of one shard. */
#pragma once

#include "orchestrator/shard.h"
#include "orchestrator/source.h"

/* Takes the source over. NULL without memory, the source closed. */
Source *source_shard(Source *of, const Shard *shard);
/* How many files it has left to other shards; 0 of any other source. */
uint64_t source_shard_others(const Source *s);
