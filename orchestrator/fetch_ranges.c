/* fetch_ranges.c: blocks of an object into a file with holes, by those who cannot go on without
 * them.
 *
 * All readers of the object share the file and the list of its blocks: what one has asked for is
 * waited for by the others. */
#include "orchestrator/fetch_internal.h"

#include <errno.h>
#include <stdlib.h>

enum {
    AT_ONCE = 4,
    PIECE_LEAST = (1 << 20) / BLOCK_BYTES,
    PIECE_MOST = (8 << 20) / BLOCK_BYTES,
};

/* A run of blocks on its way. */
typedef struct Range {
    S3Read read; /* first */
    Fetch *fetch;
    BlockRun run;
} Range;

static void finished(S3Read *r)
{
    Range *range = (Range *)r;
    Fetch *t = range->fetch;
    Fetcher *f = t->fetcher;
    pthread_mutex_lock(&f->lock);
    t->running--;
    if (r->error.kind == ERROR_NONE) {
        blocks_set(&t->there, range->run, true);
    } else {
        t->got_bytes -= r->end - r->begin;
        blocks_set(&t->asked, range->run, false);
        if (t->trouble.kind == ERROR_NONE)
            t->trouble = r->error;
    }
    if (t->abandoned)
        fetch_drop(t);
    pthread_cond_broadcast(&f->news);
    pthread_mutex_unlock(&f->lock);
    free(range);
}

/* Under the lock. */
static bool begin(Fetch *t, BlockRun run, Error *e)
{
    Range *range = malloc(sizeof *range);
    if (!range)
        return error_errno(e, ERROR_RETRY, ENOMEM, "fetching a part of an object");
    *range = (Range){.read = t->read, .fetch = t, .run = run};
    S3Read *r = &range->read;
    r->begin = (uint64_t)run.begin * BLOCK_BYTES;
    r->end = blocks_end_byte(&t->asked, run);
    r->finished = finished;
    if (!s3_read(t->fetcher->options.aws, r)) {
        *e = r->error;
        free(range);
        return false;
    }
    blocks_set(&t->asked, run, true);
    t->running++;
    t->got_bytes += r->end - r->begin;
    t->held += r->end - r->begin;
    t->fetcher->held_bytes += r->end - r->begin;
    return true;
}

/* Under the lock. In pieces that come at the same time: who waits for the first need not wait for
 * all, and one that fails costs the others nothing. */
static bool begin_all(Fetch *t, BlockRun run, Error *e)
{
    size_t share = (run.end - run.begin + AT_ONCE - 1) / AT_ONCE;
    share = share < PIECE_LEAST ? PIECE_LEAST : share > PIECE_MOST ? PIECE_MOST : share;
    for (size_t at = run.begin; at < run.end; at += share) {
        BlockRun piece = {at, run.end - at < share ? run.end : at + share};
        if (!begin(t, piece, e))
            return false;
    }
    return true;
}

static bool wait_for(Fetch *t, const ZygoteAsk *ask, const volatile sig_atomic_t *stop)
{
    BlockRun need = blocks_of(ask->offset, ask->length), missing;
    BlockRun wanted = blocks_of(ask->offset, ask->length + ask->ahead);
    while (t->trouble.kind == ERROR_NONE && blocks_missing(&t->asked, wanted, &missing))
        if (!begin_all(t, missing, &t->trouble))
            return false;
    while (t->trouble.kind == ERROR_NONE && blocks_missing(&t->there, need, &missing)) {
        if (*stop)
            return error_coded(&t->trouble, ERROR_RETRY, "stopped",
                               "weir was stopped before it was fetched");
        fetch_wait_a_little(t->fetcher);
    }
    return t->trouble.kind == ERROR_NONE;
}

bool fetch_range(Fetch *t, const ZygoteAsk *ask, const volatile sig_atomic_t *stop)
{
    pthread_mutex_lock(&t->fetcher->lock);
    bool there = wait_for(t, ask, stop);
    pthread_mutex_unlock(&t->fetcher->lock);
    return there;
}

bool fetch_failed(Fetch *t, Error *e)
{
    pthread_mutex_lock(&t->fetcher->lock);
    bool failed = t->trouble.kind != ERROR_NONE;
    if (failed)
        *e = t->trouble;
    pthread_mutex_unlock(&t->fetcher->lock);
    return failed;
}

uint64_t fetch_bytes(const Fetch *t)
{
    pthread_mutex_lock(&t->fetcher->lock);
    uint64_t bytes = t->got_bytes;
    pthread_mutex_unlock(&t->fetcher->lock);
    return bytes;
}
