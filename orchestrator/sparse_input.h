/* sparse_input.h: an Input of which the parent fetches what is about to be read. In the child. */
#pragma once

#include "core/input.h"
#include "orchestrator/blocks.h"
#include "orchestrator/zygote.h"

/* How many places of a file are read in order at the same time: its tables and its values. */
enum { STREAMS = 4 };

typedef struct Stream {
    size_t next;   /* block behind what was needed last */
    size_t window; /* how many are wanted ahead; 0: never used */
    size_t ahead;  /* block behind what was wanted */
    uint64_t used; /* when: by the counter of asks */
} Stream;

typedef struct SparseInput {
    bool (*ask)(void *context, const ZygoteAsk *ask); /* false: they cannot be had */
    void *context;
    Blocks there; /* as far as this child knows */
    Stream streams[STREAMS];
    uint64_t asks;
} SparseInput;

/* Makes `in` one whose first `head` bytes are there and all others have to be asked for. `s` lives
 * as long as the Input and all copies of it. */
bool sparse_input_init(SparseInput *s, Input *in, uint64_t head, Arena *a, Error *e) MUST_CHECK;
