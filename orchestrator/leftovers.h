/* leftovers.h: what a run that died has left in the ledger. */
#pragma once

#include "orchestrator/ledger.h"

/* After everything that the source tells is recorded: files that were being read when a run died,
 * that the source would have told and that are not there any more, have vanished (ledger_forget).
 * *count: how many. */
bool leftovers_forget(Ledger *l, Source *s, uint64_t *count, Error *e) MUST_CHECK;
