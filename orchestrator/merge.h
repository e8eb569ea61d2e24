/* merge.h: the ledgers of several weirs as one. */
#pragma once

#include "orchestrator/ledger.h"

#include <signal.h>

typedef struct MergeSource {
    Ledger *ledger;
    const char *name; /* for messages */
} MergeSource;

typedef struct MergeCounts {
    uint64_t files;  /* of the ledgers, each once */
    uint64_t shared; /* in more than one of them */
    uint64_t begun;  /* begun in one of them, and nobody has an outcome: left out */
} MergeCounts;

/* For each file with an outcome in any of them or in `into`, the outcome that counts
 * (merge_choose.h) into `into`, in batches: to be called again where it was interrupted.
 * ERROR_RETRY, code "stopped", after *stop. ERROR_DATA: a ledger has rows that cannot be. */
bool merge_ledgers(const MergeSource *from, size_t count, Ledger *into,
                   const volatile sig_atomic_t *stop, MergeCounts *out, Error *e) MUST_CHECK;
