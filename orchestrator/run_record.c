/* run_record.c: what has finished and what is about to begin, as one transaction; then the new jobs
 * are handed out, so that whatever is being read is written down as waiting first. */
#include "orchestrator/keeper.h"
#include "orchestrator/run_summary.h"

#include <string.h>

static bool record(Ledger *l, const Job *j, Error *e)
{
    if (j->vanished || j->returned)
        return ledger_forget(l, j->uri, "", e);
    if (!j->outcome.has_members)
        return ledger_record(l, &j->outcome, e);
    return ledger_record_archive(l, &j->outcome, j->member_outcomes, j->member_count, e);
}

static bool record_all(Keeper *k, bool *again, Error *e)
{
    Ledger *l = k->plan->ledger;
    if (!ledger_begin(l, e))
        return false;
    for (size_t i = 0; i < k->finished_count; i++)
        if (!record(l, k->finished[i], e))
            return false;
    return keeper_send(k, again, e);
}

/* Of one that could not be given up when this was tried before, too. */
static bool is_overtaken(const Keeper *k)
{
    for (size_t i = 0; i < k->finished_count; i++)
        if (k->finished[i]->overtaken)
            return true;
    return false;
}

static bool write_batch(Keeper *k, Error *e)
{
    Ledger *l = k->plan->ledger;
    bool again = is_overtaken(k);
    do {
        if (again && !keeper_drop_overtaken(k, e))
            return false;
        if (!record_all(k, &again, e))
            return false;
        if (again)
            ledger_rollback(l);
    } while (again);
    for (size_t i = 0; i < k->starting_count; i++)
        if (!ledger_start(l, k->starting[i]->uri, "", &k->starting[i]->identity, e))
            return false;
    return ledger_commit(l, e);
}

/* A disk that is full or a store that is away is waited for: nothing is lost, no file is blamed. */
static bool patiently(Keeper *k, bool (*step)(Keeper *k, Error *e))
{
    double patience_s = k->plan->config->run.patience_s, waited_s = 0, wait_s = 0;
    if (k->sum->store_lost) /* it was waited for already */
        patience_s = 0;
    for (;;) {
        Error e = {0};
        if (step(k, &e)) {
            if (waited_s > 0)
                progress_say(k->progress, "the ledger can be written again, going on");
            k->told = k->told && waited_s <= 0;
            return true;
        }
        ledger_rollback(k->plan->ledger);
        if (e.kind != ERROR_RETRY || waited_s >= patience_s || keeper_must_end(k)) {
            keeper_lose_store(k, &e);
            return false;
        }
        keeper_say_paused(k, &e, k->plan->config->run.patience_s);
        wait_s = keeper_next_pause(wait_s);
        keeper_wait(k, wait_s);
        waited_s += wait_s;
    }
}

static void free_all(Job **jobs, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        job_free(jobs[i]);
    *count = 0;
}

static void give_back(Keeper *k, Job **jobs, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        keeper_settle(k, jobs[i]->ticket, SETTLED_LATER);
    k->sum->counts.waiting += *count;
    free_all(jobs, count);
}

/* A fault of the world is no verdict on the file. */
static Settlement settlement(const Job *j)
{
    if (j->returned) /* nothing was done */
        return SETTLED_LATER;
    bool later = j->outcome.state == UNIT_WAITING || strcmp(j->outcome.class_, "world") == 0;
    return !j->vanished && later ? SETTLED_LATER : SETTLED;
}

void keeper_commit(Keeper *k)
{
    if (k->finished_count + k->starting_count == 0)
        return;
    if (!patiently(k, keeper_bring) || !patiently(k, write_batch)) {
        give_back(k, k->finished, &k->finished_count);
        give_back(k, k->starting, &k->starting_count);
        return;
    }
    for (size_t i = 0; i < k->finished_count; i++) {
        run_count(k->sum, k->finished[i]);
        keeper_settle(k, k->finished[i]->ticket, settlement(k->finished[i]));
    }
    free_all(k->finished, &k->finished_count);
    for (size_t i = 0; i < k->starting_count; i++) {
        job_fetch_ahead(&k->jobs, k->starting[i]);
        pool_give(k->pool, &k->starting[i]->item);
    }
    k->in_flight += k->starting_count;
    k->starting_count = 0;
}
