/* object_known.h: what is to be done with an object, and what the ledger has of that. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/ledger.h"

/* Why it is only listed, as its source says or a rule; else the pipeline. */
void object_choose(const Config *c, const Object *o, Choice *out);

/* Whether that was done with this version of it. As ledger_look(). */
bool object_known(Ledger *l, const Config *c, const Object *o, const Choice *choice,
                  LedgerEntry *out, Error *e) MUST_CHECK;
