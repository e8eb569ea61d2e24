/* run_share.c: a run among others that record in the same table: it asks there before it begins
 * with a file, writes there before its own ledger has it for good, and gives way to whoever was
 * first. */
#include "orchestrator/keeper.h"

/* Goes through the jobs until `keeps` fails; those that it does not keep are freed, the others stay
 * in their order. */
static bool sieve(Keeper *k, Job **jobs, size_t *count,
                  bool (*keeps)(Keeper *k, Job *j, bool *keep, Error *e), Error *e)
{
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; i < *count; i++) {
        bool keep = true;
        ok = ok && keeps(k, jobs[i], &keep, e);
        if (keep || !ok)
            jobs[kept++] = jobs[i];
        else
            job_free(jobs[i]);
    }
    *count = kept;
    return ok;
}

bool keeper_bring(Keeper *k, Error *e)
{
    const char *uris[BATCH];
    if (!k->plan->shared || k->starting_count == 0)
        return true;
    for (size_t i = 0; i < k->starting_count; i++)
        uris[i] = k->starting[i]->uri;
    return shared_table_bring(k->plan->shared, k->plan->ledger, uris, k->starting_count, e) &&
           sieve(k, k->starting, &k->starting_count, keeper_reconsider, e);
}

/* Those that have an outcome of their own. */
static size_t recorded(Keeper *k, Job **jobs, const char **uris)
{
    size_t count = 0;
    for (size_t i = 0; i < k->finished_count; i++)
        if (!k->finished[i]->vanished && !k->finished[i]->returned) {
            jobs[count] = k->finished[i];
            uris[count++] = k->finished[i]->uri;
        }
    return count;
}

bool keeper_send(Keeper *k, bool *again, Error *e)
{
    const RunPlan *p = k->plan;
    const char *uris[FINISHED_MOST];
    Job *jobs[FINISHED_MOST];
    bool overtaken[FINISHED_MOST] = {false};
    size_t count = recorded(k, jobs, uris);
    *again = false;
    if (count == 0)
        return true;
    /* what the table has is done with, for everybody: nobody would write its outputs any more */
    if (!outputs_write(p->outputs, p->ledger, uris, count, e) ||
        (p->shared && !shared_table_send(p->shared, p->ledger, uris, count, overtaken, e)))
        return false;
    for (size_t i = 0; i < count; i++) {
        jobs[i]->overtaken = overtaken[i];
        *again = *again || overtaken[i];
    }
    return true;
}

static bool keeps_unless_overtaken(Keeper *k, Job *j, bool *keep, Error *e)
{
    *keep = !j->overtaken;
    return *keep || keeper_yield(k, j, e);
}

bool keeper_drop_overtaken(Keeper *k, Error *e)
{
    const char *uris[FINISHED_MOST];
    size_t count = 0;
    for (size_t i = 0; i < k->finished_count; i++)
        if (k->finished[i]->overtaken)
            uris[count++] = k->finished[i]->uri;
    /* their outputs were written from the outcomes that are dropped */
    return shared_table_bring(k->plan->shared, k->plan->ledger, uris, count, e) &&
           outputs_write(k->plan->outputs, k->plan->ledger, uris, count, e) &&
           sieve(k, k->finished, &k->finished_count, keeps_unless_overtaken, e);
}
