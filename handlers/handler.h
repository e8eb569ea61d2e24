/* handler.h: a step of science. Handlers see a Dataset and Blocks, never a file. */
#pragma once

#include "core/dataset.h"
#include "core/error.h"
#include "core/options.h"

typedef struct Handler {
    const char *name;
    const char *summary;
    /* Prepares for this schema; *state is the handler's own, from the dataset's arena. */
    bool (*begin)(const Dataset *d, const void *options, void **state, Error *e);
    /* Sees every block once, in file order. */
    bool (*block)(void *state, const Dataset *d, const Block *b, Error *e);
    /* After the last block, also where the file broke off. */
    bool (*end)(void *state, Dataset *d, Error *e);
} Handler;
