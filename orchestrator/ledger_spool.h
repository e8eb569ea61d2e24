/* ledger_spool.h: many records put in order, more than memory holds, beside the tables of a
 * temporary ledger; gone with its connection. */
#pragma once

#include "core/text.h"
#include "orchestrator/ledger.h"

typedef struct LedgerSpool LedgerSpool;

typedef struct SpoolRecord {
    const char *group; /* any bytes but NUL */
    unsigned kind;
    const char *key;
    StringView bytes;
} SpoolRecord;

/* Within a batch, which lasts as long as it. Closed before the ledger is. */
bool ledger_spool_open(Ledger *l, LedgerSpool **out, Error *e) MUST_CHECK;
void ledger_spool_close(LedgerSpool *s); /* accepts NULL */

/* One with the same group, kind and key is replaced. */
bool ledger_spool_add(LedgerSpool *s, const SpoolRecord *r, Error *e) MUST_CHECK;

/* All of them in order of group, kind and key, bytewise. A record lives until `each` returns, which
 * may use the ledger; false with e ends it. */
bool ledger_spool_each(LedgerSpool *s, bool (*each)(void *context, const SpoolRecord *r, Error *e),
                       void *context, Error *e) MUST_CHECK;
