/* merge_choose.h: what several ledgers tell of one file, as one. */
#pragma once

#include "orchestrator/ledger_rows.h"

/* All rows that one ledger has of a file, as ledger_rows_each() gives them. */
typedef struct Telling {
    const LedgerRow *rows;
    size_t count;
} Telling;

/* The rows of the telling that counts (*chosen), with the failures that only others have behind
 * those before which they happened. The version that was recorded last; of that version what is
 * done before partial, failed, ignored and waiting; then the one that was recorded last; then an
 * order of what they say. A failure of another telling that still stands there is cleared:
 * "superseded" where it is of another version, "merged" where it is of the same. The order of the
 * tellings decides nothing. Nor does it matter whether some were made one before, as long as
 * versions follow one another in time: what has lost against another version is not there any more
 * when its own turns out to be the later. `all` are not empty. From the arena. */
bool merge_choose(const Telling *all, size_t count, Arena *a, size_t *chosen, Telling *out,
                  Error *e) MUST_CHECK;
