/* shared_sending.h: a file on its way into the table: shared_send.c gathers it, shared_commit.c
 * makes it the one that counts. */
#pragma once

#include "orchestrator/shared_internal.h"

typedef enum SendState {
    SEND_NOTHING, /* the ledger has no outcome of it */
    SEND_PENDING,
    SEND_DONE,
    SEND_AGAIN, /* the table's manifest is another one than was thought, but its rows are our own,
                   or it is gone: under the new `replaces` */
    SEND_OVERTAKEN,
} SendState;

typedef struct Sending {
    SharedTable *table;
    const char *uri;
    SendState state;
    int64_t replaces; /* the revision of the manifest in the table; 0: there is none */
    Arena arena;      /* of all below */
    const char *partition, *hashed_uri, *generation;
    RowItems manifest;
    uint64_t rows, failures; /* items that belong to it */
    DynamoPut *together;     /* failures that are written with the manifest */
    size_t together_count, together_size;
    bool apart; /* there are too many of them: they are written before it, as rows are */
} Sending;

/* Jobs of a crew. The first decides on the state of one that is pending; then, where it is done,
 * what it replaces is deleted, else what was written in vain. */
bool sending_commit(void *job, Error *e) MUST_CHECK;
bool sending_sweep(void *job, Error *e) MUST_CHECK;
