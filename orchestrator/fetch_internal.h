/* fetch_internal.h: an object on its way, as fetch.c, fetch_head.c and fetch_ranges.c share it. */
#pragma once

#include "orchestrator/blocks.h"
#include "orchestrator/fetch.h"

#include <pthread.h>

/* What is read of every object first, where ranges are wanted. */
enum { FETCH_HEAD_BYTES = 4 * BLOCK_BYTES };

/* FETCH_READY: the head is there, ranges can be asked for. */
typedef enum FetchState { FETCH_QUEUED, FETCH_RUNS, FETCH_READY, FETCH_OVER } FetchState;

struct Fetch {
    S3Read read; /* first */
    Fetcher *fetcher;
    Arena arena;
    FetchState state;
    bool abandoned; /* fetch_free was called while it ran: freed when it is over */
    atomic_bool cancelled;
    int reading;        /* a descriptor that cannot write; -1: none, or taken */
    uint64_t held;      /* bytes that count for the budget */
    uint64_t got_bytes; /* that have come or are on their way */
    Fetch *next;        /* in the queue */

    /* Of one whose ranges are asked for. */
    Blocks asked, there; /* what is there was asked for */
    unsigned running;    /* reads of ranges */
    Error trouble;       /* why one of them failed */
};

struct Fetcher {
    FetchOptions options;
    pthread_mutex_t lock; /* for everything above, too, that is not constant */
    pthread_cond_t news;
    Fetch *queue, **queue_end;
    uint64_t held_bytes;
    size_t count; /* that hold bytes */
};

/* fetch.c: under the lock */
void fetch_wait_a_little(Fetcher *f);
/* Gives up one that was abandoned, where nothing runs for it any more. */
void fetch_drop(Fetch *t);

/* fetch_head.c: the head is there, under the lock. Whether ranges will be asked for. */
bool fetch_in_ranges(Fetch *t);
