/* handler.h: a step of science. Handlers see a Dataset and Blocks, never a file. */
#pragma once

#include "core/buffer.h"
#include "core/dataset.h"
#include "core/error.h"
#include "core/options.h"
#include "core/summary.h"
#include "core/wire.h"

/* What follows from a file's own variables: a variable that it does not have. */
typedef struct Derived {
    const char *name;                              /* "/wind/wind_speed" */
    const char *units, *standard_name, *long_name; /* "" where there is none */
    DataType type;
    size_t rank;
    uint64_t shape[2];
    SummaryResult result;
} Derived;

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
     * to there (mean and standard deviation: but for rounding). Both NULL: it has to see all blocks
     * itself, one after the other. */
    void (*wire)(void *state, Wire *w);
    bool (*merge)(void *state, const void *later, Error *e);
    /* After the last block, also where the file broke off. */
    bool (*end)(void *state, Dataset *d, Error *e);
    /* After end(): what it has derived; the handler's own. NULL: it derives nothing. */
    const Derived *(*derived)(void *state, size_t *count);
    /* After end(): lines for a person, below the header that `show` writes. May be NULL. */
    void (*text)(void *state, Buffer *out);
} Handler;
