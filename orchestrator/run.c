/* run.c: list -> known already? -> choose a pipeline -> sandbox on a thread -> record -> commit.
 *
 * One thread (the keeper, in keep()) lists and writes the ledger; the others run jobs. The keeper
 * works in batches: one transaction records what has finished and what is about to begin, and only
 * then are the new jobs handed out, so that whatever is being read is written down as waiting
 * first. */
#include "orchestrator/run.h"

#include "orchestrator/keeper.h"
#include "orchestrator/leftovers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const double batch_wait_s = 0.02, drain_s = 20, shut_wait_s = 0.05;
static const double told_after_s = 1; /* a shorter pause is nobody's business */

/* What killed weir before is read alone, so that a next death has one suspect. */
static void start_alone(Keeper *k)
{
    bool idle = k->in_flight == 0 && k->starting_count == 0;
    bool its_turn = k->listed || k->plan->source->endless;
    k->lonely = k->lonely && !idle;
    if (!idle || !its_turn || k->over || k->alone.next == k->alone.count)
        return;
    k->starting[k->starting_count++] = k->alone.items[k->alone.next++];
    k->lonely = true;
}

static void take_finished(Keeper *k, Job *j)
{
    k->in_flight--;
    if (j->fatal && !k->over) {
        progress_say(k->progress, "%s", j->outcome.reason);
        k->over = true;
        k->sum->interrupted = true;
    }
    if (j->abandoned || j->fatal) { /* no verdict on the file: it stays written down as waiting */
        k->sum->counts.waiting++;
        keeper_settle(k, j->ticket, SETTLED_LATER);
        job_free(j);
        return;
    }
    k->finished[k->finished_count++] = j;
}

/* Collects what has finished: until a batch is whole or its time is over, as long as the workers
 * have more to do meanwhile. */
static void collect(Keeper *k)
{
    double end_s = progress_seconds(k->progress) + batch_wait_s;
    while (k->in_flight && k->finished_count < FINISHED_MOST) {
        bool busy = k->in_flight > 2ULL * k->plan->workers || k->starting_count == 0;
        bool enough = k->finished_count >= BATCH || !busy;
        double left_s = enough ? 0 : end_s - progress_seconds(k->progress);
        PoolItem *item = pool_take(k->pool, left_s);
        if (!item)
            break;
        take_finished(k, (Job *)item);
    }
}

static void show(Keeper *k)
{
    const RunCounts *c = &k->sum->counts;
    ProgressCounts p = {.files = c->done + c->partial + c->failed + c->ignored + c->waiting,
                        .failed = c->failed + c->partial,
                        .skipped = c->skipped,
                        .bytes = c->bytes,
                        .skipped_bytes = k->sum->skipped_bytes};
    progress_update(k->progress, &p);
}

/* A pause that lasts, and its end. */
static void tell_pause(Keeper *k)
{
    Error why;
    bool waits = job_waits(&k->jobs, told_after_s, &why), shut = k->shut.pause_s > 0;
    if (waits && !k->over)
        keeper_say_paused(k, &why, k->plan->config->run.patience_s);
    if (!k->told || waits || shut)
        return;
    k->told = false;
    if (!k->over && !k->jobs.impatient && k->sum->listing_faults == 0)
        progress_say(k->progress, "going on");
}

static bool has_more(const Keeper *k)
{
    bool to_begin = !k->over && (!k->listed || k->alone.next < k->alone.count);
    return to_begin || k->in_flight || k->finished_count || k->starting_count;
}

/* The first sight of a request to stop; later, the end of the time to drain. */
static void heed_stop(Keeper *k)
{
    double now_s = progress_seconds(k->progress);
    if (!k->over) {
        k->over = true;
        k->sum->interrupted = !k->plan->source->endless; /* there it is the one way to end */
        progress_say(k->progress, "stopping: what is being read is finished first; "
                                  "once more to stop at once");
    }
    if (k->stop_s <= 0)
        k->stop_s = now_s;
    if (now_s - k->stop_s < drain_s || k->finished_count)
        return;
    progress_say(k->progress, "stopped; %" PRIu64 " file%s not finished stay%s waiting",
                 k->in_flight, k->in_flight == 1 ? "" : "s", k->in_flight == 1 ? "s" : "");
    _exit(EXIT_AGAIN); /* the children go with us, the ledger is consistent at any instant */
}

/* Towards the end of its time nothing more is begun, at the end what runs is stopped. */
static void heed_deadline(Keeper *k)
{
    Deadline *d = k->plan->deadline;
    if (!d)
        return;
    if (keeper_must_end(k))
        d->over = 1;
    if (k->over || deadline_allows(d))
        return;
    k->over = true;
    k->sum->out_of_time = !k->listed || k->alone.next < k->alone.count;
}

/* Once everything that is there was told: at the end, or where a source without one falls quiet. */
static void forget_leftovers(Keeper *k)
{
    Error e = {0};
    uint64_t vanished = 0;
    bool told = k->complete || (k->plan->source->endless && k->quiet && k->in_flight == 0);
    if (k->tidied || !told || k->over)
        return;
    k->tidied = true;
    if (!leftovers_forget(k->plan->ledger, k->plan->source, &vanished, &e))
        keeper_lose_store(k, &e);
    k->sum->counts.vanished += vanished;
}

static void keep(void *context, Pool *pool)
{
    Keeper *k = context;
    k->pool = k->jobs.pool = pool;
    while (has_more(k)) {
        Error e = {0};
        if (*k->plan->stop)
            heed_stop(k);
        heed_deadline(k);
        if (!keeper_list(k, &e))
            keeper_lose_store(k, &e);
        start_alone(k);
        collect(k);
        keeper_commit(k);
        show(k);
        tell_pause(k);
        if (k->plan->source->endless)
            forget_leftovers(k);
        if (keeper_is_shut(k) && !k->in_flight)
            keeper_wait(k, shut_wait_s);
    }
    forget_leftovers(k);
    Source *source = k->plan->source;
    if (*k->plan->stop && source->methods->behind && source->methods->behind(source))
        k->sum->interrupted = true;
    while (k->alone.next < k->alone.count)
        job_free(k->alone.items[k->alone.next++]);
    free(k->alone.items);
}

static void work(void *context, unsigned worker, PoolItem *item)
{
    Keeper *k = context;
    Job *j = (Job *)item;
    Deadline *d = k->plan->deadline;
    j->abandoned = *k->plan->stop;
    j->returned = !j->abandoned && d && !deadline_allows(d);
    if (j->abandoned || j->returned)
        return;
    job_run(&k->jobs, worker, j);
    if (d)
        deadline_note(d, j->outcome.seconds);
}

bool run_all(const RunPlan *plan, Progress *progress, RunSummary *out, Error *e)
{
    *out = (RunSummary){.endless = plan->source->endless};
    Keeper keeper = {.plan = plan,
                     .progress = progress,
                     .sum = out,
                     .jobs = {.zygote = plan->zygote,
                              .config = plan->config,
                              .fetcher = plan->fetcher,
                              .stop = plan->deadline ? &plan->deadline->over : plan->stop,
                              .until_s = plan->deadline ? plan->deadline->end_s : 0,
                              .waiting = {.lock = PTHREAD_MUTEX_INITIALIZER}}};
    PoolPlan pool = {.workers = plan->workers, .work = work, .keep = keep, .context = &keeper};
    plan->source->patient = true;
    if (!pool_run(&pool, e))
        return false;
    progress_clear(progress);
    out->seconds = progress_seconds(progress);
    return true;
}
