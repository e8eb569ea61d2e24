/* handler.h: a step of science. Handlers see a Dataset and Blocks, never a file. */
#pragma once

#include "core/dataset.h"
#include "core/error.h"
#include "core/options.h"
#include "core/wire.h"

typedef struct Handler {
    const char *name;
    const char *summary;
    /* Prepares for this schema; *state is the handler's own, from the dataset's arena. */
    bool (*begin)(const Dataset *d, const void *options, void **state, Error *e);
    /* Sees every block once, in file order. */
    bool (*block)(void *state, const Dataset *d, const Block *b, Error *e);
    /* A file that is read in parts: each part has a state of its own, which has seen the blocks of
     * that part. wire() moves to another process what block() has put into it; reading, into a
     * state that begin() has just made, it checks all that it reads. merge() adds the state of the
     * part that follows; what then stands in `state` is what it would be had it seen all blocks up
     * to there (mean and standard deviation: but for rounding). */
    void (*wire)(void *state, Wire *w);
    bool (*merge)(void *state, const void *later, Error *e);
    /* After the last block, also where the file broke off. */
    bool (*end)(void *state, Dataset *d, Error *e);
} Handler;
