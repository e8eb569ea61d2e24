/* object_known.c: the rules and the ledger, asked about an object as it was told. */
#include "orchestrator/object_known.h"

void object_choose(const Config *c, const Object *o, Choice *out)
{
    *out = (Choice){.rule = o->ignored_by};
    if (!o->ignored_by)
        classify(c->rules, c->rule_count, c->standard, o->uri, out);
}

bool object_known(Ledger *l, const Config *c, const Object *o, const Choice *choice,
                  LedgerEntry *out, Error *e)
{
    const Pipeline *p = choice->pipeline;
    UnitVersion version = {.uri = o->uri,
                           .unit = "",
                           .identity = &o->identity,
                           .pipeline_hash = p ? p->hash : "",
                           .archive_hash = p ? c->archive_hash : NULL};
    return ledger_look(l, &version, out, e);
}
