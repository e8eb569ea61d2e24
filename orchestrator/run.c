/* run.c: list -> known already? -> choose a pipeline -> sandbox on a thread -> record -> commit.
 *
 * One thread (the keeper, in keep()) lists and writes the ledger; the others run jobs. The keeper
 * works in batches: one transaction records what has finished and what is about to begin, and only
 * then are the new jobs handed out, so that whatever is being read is written down as waiting
 * first. */
#include "orchestrator/run.h"

#include "core/text.h"
#include "orchestrator/job.h"
#include "orchestrator/leftovers.h"
#include "orchestrator/pool.h"
#include "orchestrator/run_summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 32, FINISHED_MOST = 8 * BATCH, DEATHS_BEFORE_ALONE = 2 };
static const double batch_wait_s = 0.02, drain_s = 20, pause_first_s = 0.25, pause_most_s = 5.0;
static const double told_after_s = 1; /* a shorter pause is nobody's business */

typedef struct Keeper {
    const RunPlan *plan;
    JobContext jobs;
    Pool *pool;
    Progress *progress;
    RunSummary *sum;
    Job *starting[BATCH]; /* listed, to be written down as waiting, then handed out */
    size_t starting_count;
    Job *finished[FINISHED_MOST]; /* to be recorded: read, or ignored without reading */
    size_t finished_count;
    Job **alone; /* weir died while reading them: read at the end, one at a time */
    size_t alone_count, alone_capacity, alone_next;
    uint64_t in_flight, started;
    double stop_s; /* when a request to stop was seen, by the progress clock; 0: not yet */
    struct {
        double since_s, next_s; /* by the progress clock: first met, to be tried again */
        double pause_s;         /* 0: nothing is shut */
    } shut;                     /* a directory that a shortage keeps from being listed */
    bool told;                  /* that it is paused */
    bool quiet;                 /* the source has nothing just now */
    bool listed;                /* the source has nothing more, or enough was taken from it */
    bool complete;              /* it has nothing more */
    bool over;                  /* nothing new is begun: stopped, or the store is lost */
} Keeper;

/* ---- listing */

static bool is_full(const Keeper *k)
{
    uint64_t most = 2ULL * k->plan->workers + 4ULL * BATCH;
    return k->starting_count == BATCH || k->finished_count >= BATCH ||
           k->in_flight + k->starting_count >= most;
}

static void lack_memory(Keeper *k, const Object *o)
{
    progress_say(k->progress, "no memory for %s; run again to read it", o->uri);
    k->sum->counts.waiting++;
}

static void add_ignored(Keeper *k, const Object *o, const char *why)
{
    Choice none = {.rule = why};
    Job *j = job_new(JOB_RUN, o, &none);
    const char *rule = j ? arena_string(j->arena, why) : NULL;
    if (!rule) {
        job_free(j);
        lack_memory(k, o);
        return;
    }
    j->outcome = (Outcome){.uri = j->uri,
                           .unit = "",
                           .identity = o->identity,
                           .pipeline = "",
                           .pipeline_hash = "",
                           .work_key = "",
                           .rule = rule,
                           .state = UNIT_IGNORED,
                           .stage = "",
                           .class_ = "",
                           .code = "",
                           .reason = "",
                           .place = ""};
    k->finished[k->finished_count++] = j;
}

static void put_alone(Keeper *k, Job *j)
{
    if (k->alone_count == k->alone_capacity) {
        size_t capacity = k->alone_capacity ? 2 * k->alone_capacity : 16;
        Job **grown = reallocarray(k->alone, capacity, sizeof(Job *));
        if (!grown) { /* no memory to put it off: it takes its turn now */
            k->starting[k->starting_count++] = j;
            return;
        }
        k->alone = grown;
        k->alone_capacity = capacity;
    }
    k->alone[k->alone_count++] = j;
}

static void add_job(Keeper *k, const Object *o, const Choice *choice, const LedgerEntry *known)
{
    Job *j = job_new(JOB_RUN, o, choice);
    if (!j) {
        lack_memory(k, o);
        return;
    }
    k->started++;
    if (known->starts >= DEATHS_BEFORE_ALONE)
        put_alone(k, j);
    else
        k->starting[k->starting_count++] = j;
}

static void count_skipped(Keeper *k, const Object *o, const LedgerEntry *known)
{
    RunCounts *c = &k->sum->counts;
    c->bytes += o->identity.size;
    if (strcmp(known->state, "ignored") == 0) { /* by a rule or by its content: still no data */
        c->ignored++;
        return;
    }
    c->skipped++;
    if (known->verdict == LEDGER_SET_ASIDE)
        k->sum->set_aside++;
}

static bool is_known(const LedgerEntry *known, bool force)
{
    return !force && (known->verdict == LEDGER_DONE || known->verdict == LEDGER_SET_ASIDE);
}

static bool take_object(Keeper *k, const Object *o, Error *e)
{
    const Config *c = k->plan->config;
    Choice choice = {.rule = o->ignored_by};
    if (!o->ignored_by)
        classify(c->rules, c->rule_count, c->standard, o->uri, &choice);
    UnitVersion version = {.uri = o->uri,
                           .unit = "",
                           .identity = &o->identity,
                           .pipeline_hash = choice.pipeline ? choice.pipeline->hash : "",
                           .archive_hash = choice.pipeline ? c->archive_hash : NULL};
    LedgerEntry known;
    if (!ledger_look(k->plan->ledger, &version, &known, e))
        return false;
    k->sum->counts.seen++;
    if (choice.pipeline ? is_known(&known, c->run.force) : known.verdict == LEDGER_DONE)
        count_skipped(k, o, &known);
    else if (!choice.pipeline)
        add_ignored(k, o, choice.rule);
    else
        add_job(k, o, &choice, &known);
    return true;
}

/* Once, for listing and reading. */
static void say_paused(Keeper *k, const Error *why)
{
    char patience[64];
    if (k->told)
        return;
    k->told = true;
    text_from_duration(patience, sizeof patience, k->plan->config->run.patience_s);
    progress_say(k->progress, "paused: %s; trying again for %s", why->message, patience);
}

static double longer(double pause_s)
{
    return pause_s * 2 < pause_most_s ? pause_s * 2 : pause_most_s;
}

static bool is_shut(const Keeper *k)
{
    return k->shut.pause_s > 0 && progress_seconds(k->progress) < k->shut.next_s;
}

/* The run's patience is for shortages while listing as for those while reading. */
static void wait_for_place(Keeper *k, const Error *why)
{
    double now_s = progress_seconds(k->progress);
    bool first = k->shut.pause_s <= 0;
    if (first) {
        k->shut.since_s = now_s;
        say_paused(k, why);
    }
    k->shut.pause_s = first ? pause_first_s : longer(k->shut.pause_s);
    k->shut.next_s = now_s + k->shut.pause_s;
    k->plan->source->patient = now_s - k->shut.since_s < k->plan->config->run.patience_s;
}

/* False: the ledger cannot be read; e says why. */
static bool list_one(Keeper *k, Error *e)
{
    Source *s = k->plan->source;
    Object o = {0};
    Error trouble = {0};
    SourceEvent event = s->methods->next(s, &o, &trouble);
    k->quiet = event == SOURCE_LATER;
    if (event == SOURCE_WAIT)
        wait_for_place(k, &trouble);
    if (event == SOURCE_WAIT || event == SOURCE_LATER)
        return true;
    k->shut.pause_s = 0;
    if (event == SOURCE_OBJECT)
        return take_object(k, &o, e);
    k->listed = k->complete = event == SOURCE_END;
    k->sum->listing_faults += event == SOURCE_TROUBLE;
    k->sum->counts.vanished += event == SOURCE_GONE;
    if (event != SOURCE_END)
        progress_say(k->progress, "%s", trouble.message);
    return true;
}

static bool list_some(Keeper *k, Error *e)
{
    int64_t limit = k->plan->config->run.limit;
    k->quiet = false;
    while (!k->listed && !k->over && !is_full(k) && !is_shut(k) && !k->quiet) {
        if (limit > 0 && k->started >= (uint64_t)limit)
            k->listed = true;
        else if (!list_one(k, e))
            return false;
    }
    return true;
}

/* What killed weir before is read alone, so that a next death has one suspect. */
static void start_alone(Keeper *k)
{
    bool idle = k->listed && k->in_flight == 0 && k->starting_count == 0;
    if (idle && !k->over && k->alone_next < k->alone_count)
        k->starting[k->starting_count++] = k->alone[k->alone_next++];
}

/* ---- recording */

static bool record(Ledger *l, const Job *j, Error *e)
{
    if (j->vanished)
        return ledger_forget(l, j->uri, "", e);
    if (!j->outcome.has_members)
        return ledger_record(l, &j->outcome, e);
    return ledger_record_archive(l, &j->outcome, j->member_outcomes, j->member_count, e);
}

static bool write_batch(Keeper *k, Error *e)
{
    Ledger *l = k->plan->ledger;
    if (!ledger_begin(l, e))
        return false;
    for (size_t i = 0; i < k->finished_count; i++) {
        if (!record(l, k->finished[i], e))
            return false;
    }
    for (size_t i = 0; i < k->starting_count; i++)
        if (!ledger_start(l, k->starting[i]->uri, "", &k->starting[i]->identity, e))
            return false;
    return ledger_commit(l, e);
}

static void wait_a_little(const Keeper *k, double seconds)
{
    for (double waited = 0; waited < seconds && !*k->plan->stop; waited += 0.05) {
        struct timespec t = {0, 50 * 1000 * 1000};
        nanosleep(&t, NULL);
    }
}

static void lose_store(Keeper *k, const Error *e)
{
    k->sum->store_lost = true;
    k->sum->error = *e;
    k->over = true;
}

/* A disk that is full or a store that is away is waited for: nothing is lost, no file is blamed. */
static bool write_patiently(Keeper *k)
{
    double patience_s = k->plan->config->run.patience_s, waited_s = 0, wait_s = pause_first_s;
    if (k->sum->store_lost) /* it was waited for already */
        patience_s = 0;
    for (;;) {
        Error e = {0};
        if (write_batch(k, &e)) {
            if (waited_s > 0)
                progress_say(k->progress, "the ledger can be written again, going on");
            k->told = k->told && waited_s <= 0;
            return true;
        }
        ledger_rollback(k->plan->ledger);
        if (e.kind != ERROR_RETRY || waited_s >= patience_s || *k->plan->stop) {
            lose_store(k, &e);
            return false;
        }
        if (waited_s == 0)
            say_paused(k, &e);
        wait_a_little(k, wait_s);
        waited_s += wait_s;
        wait_s = longer(wait_s);
    }
}

static void free_all(Job **jobs, size_t *count)
{
    for (size_t i = 0; i < *count; i++)
        job_free(jobs[i]);
    *count = 0;
}

static void commit_batch(Keeper *k)
{
    if (k->finished_count + k->starting_count == 0)
        return;
    if (!write_patiently(k)) {
        k->sum->counts.waiting += k->finished_count + k->starting_count;
        free_all(k->finished, &k->finished_count);
        free_all(k->starting, &k->starting_count);
        return;
    }
    for (size_t i = 0; i < k->finished_count; i++)
        run_count(k->sum, k->finished[i]);
    free_all(k->finished, &k->finished_count);
    for (size_t i = 0; i < k->starting_count; i++) {
        job_fetch_ahead(&k->jobs, k->starting[i]);
        pool_give(k->pool, &k->starting[i]->item);
    }
    k->in_flight += k->starting_count;
    k->starting_count = 0;
}

/* ---- the keeper and the workers */

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
                        .bytes = c->bytes};
    progress_update(k->progress, &p);
}

/* A pause that lasts, and its end. */
static void tell_pause(Keeper *k)
{
    Error why;
    bool waits = job_waits(&k->jobs, told_after_s, &why), shut = k->shut.pause_s > 0;
    if (waits && !k->over)
        say_paused(k, &why);
    if (!k->told || waits || shut)
        return;
    k->told = false;
    if (!k->over && !k->jobs.impatient && k->sum->listing_faults == 0)
        progress_say(k->progress, "going on");
}

static bool has_more(const Keeper *k)
{
    bool to_begin = !k->over && (!k->listed || k->alone_next < k->alone_count);
    return to_begin || k->in_flight || k->finished_count || k->starting_count;
}

/* The first sight of a request to stop; later, the end of the time to drain. */
static void heed_stop(Keeper *k)
{
    double now_s = progress_seconds(k->progress);
    if (!k->over) {
        k->over = true;
        k->sum->interrupted = true;
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

static void forget_leftovers(Keeper *k)
{
    Error e = {0};
    uint64_t vanished = 0;
    if (!k->complete || k->over)
        return;
    if (!leftovers_forget(k->plan->ledger, k->plan->source, &vanished, &e))
        lose_store(k, &e);
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
        if (!list_some(k, &e))
            lose_store(k, &e);
        start_alone(k);
        collect(k);
        commit_batch(k);
        show(k);
        tell_pause(k);
        if (is_shut(k) && !k->in_flight)
            wait_a_little(k, pause_first_s / 5);
    }
    forget_leftovers(k);
    while (k->alone_next < k->alone_count)
        job_free(k->alone[k->alone_next++]);
    free(k->alone);
}

static void work(void *context, unsigned worker, PoolItem *item)
{
    Keeper *k = context;
    Job *j = (Job *)item;
    if (*k->plan->stop)
        j->abandoned = true;
    else
        job_run(&k->jobs, worker, j);
}

bool run_all(const RunPlan *plan, Progress *progress, RunSummary *out, Error *e)
{
    *out = (RunSummary){0};
    Keeper keeper = {.plan = plan,
                     .progress = progress,
                     .sum = out,
                     .jobs = {.zygote = plan->zygote,
                              .config = plan->config,
                              .fetcher = plan->fetcher,
                              .stop = plan->stop,
                              .waiting = {.lock = PTHREAD_MUTEX_INITIALIZER}}};
    PoolPlan pool = {.workers = plan->workers, .work = work, .keep = keep, .context = &keeper};
    plan->source->patient = true;
    if (!pool_run(&pool, e))
        return false;
    progress_clear(progress);
    out->seconds = progress_seconds(progress);
    return true;
}
