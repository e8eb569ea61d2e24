/* run_list.c: what the source tells, and whether it is known already. */
#include "orchestrator/keeper.h"
#include "orchestrator/object_known.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEATHS_BEFORE_ALONE = 2 };
/* Where each takes long (a look at a store that is slow), what has finished is not kept waiting. */
static const double list_most_s = 0.5;

/* What weir died of waits until nothing else is read; of a source without an end nothing more is
 * taken until then, and until it was read. */
static bool waits_to_be_alone(const Keeper *k)
{
    return k->plan->source->endless && (k->lonely || k->alone.next < k->alone.count);
}

static bool is_full(const Keeper *k)
{
    uint64_t most = 2ULL * k->plan->workers + 4ULL * BATCH;
    return k->starting_count == BATCH || k->finished_count >= BATCH ||
           k->in_flight + k->starting_count >= most || waits_to_be_alone(k);
}

static void lack_memory(Keeper *k, const Object *o)
{
    progress_say(k->progress, "no memory for %s; run again to read it", o->uri);
    keeper_settle(k, o->ticket, SETTLED_LATER);
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
    JobList *l = &k->alone;
    if (l->next == l->count)
        l->next = l->count = 0;
    if (l->count == l->capacity) {
        size_t capacity = l->capacity ? 2 * l->capacity : 16;
        Job **grown = reallocarray(l->items, capacity, sizeof(Job *));
        if (!grown) { /* no memory to put it off: it takes its turn now */
            k->starting[k->starting_count++] = j;
            return;
        }
        l->items = grown;
        l->capacity = capacity;
    }
    l->items[l->count++] = j;
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

static void count_skipped(Keeper *k, uint64_t size_bytes, const LedgerEntry *known)
{
    RunCounts *c = &k->sum->counts;
    k->sum->skipped_bytes += size_bytes;
    if (strcmp(known->state, "ignored") == 0) { /* by a rule or by its content: still no data */
        c->ignored++;
        return;
    }
    c->skipped++;
    if (known->verdict == LEDGER_SET_ASIDE)
        k->sum->set_aside++;
}

/* ---- is it known? */

/* An object, what would be done with it, and what the ledger has of it. */
typedef struct Judged {
    Object object;
    Choice choice;
    LedgerEntry known;
} Judged;

static bool judge(const Keeper *k, Judged *j, Error *e)
{
    const RunPlan *p = k->plan;
    object_choose(p->config, &j->object, &j->choice);
    return object_known(p->ledger, p->config, &j->object, &j->choice, &j->known, e);
}

static bool is_known(const Keeper *k, const Judged *j)
{
    LedgerVerdict v = j->known.verdict;
    bool force = k->plan->config->run.force;
    if (!j->choice.pipeline)
        return v == LEDGER_DONE;
    return !force && (v == LEDGER_DONE || v == LEDGER_SET_ASIDE);
}

/* An event may be older than what the ledger has: what lies there now is what counts. False where
 * there is nothing to be done about the object any more. */
static bool freshen(Keeper *k, Judged *j, Arena *a, Error *e)
{
    Source *s = k->plan->source;
    Error trouble = {0};
    if (!s->methods->look || j->known.verdict != LEDGER_CHANGED)
        return true;
    SourceEvent event = s->methods->look(s, &j->object, a, &trouble);
    if (event == SOURCE_OBJECT)
        return judge(k, j, e);
    if (event == SOURCE_GONE) {
        k->sum->counts.vanished++;
        keeper_settle(k, j->object.ticket, SETTLED);
        return false;
    }
    if (strcmp(trouble.code, "stopped") != 0)
        progress_say(k->progress, "%s", trouble.message);
    keeper_settle(k, j->object.ticket, SETTLED_LATER);
    k->sum->counts.waiting++;
    return false;
}

static void take(Keeper *k, const Judged *j)
{
    const Object *o = &j->object;
    if (is_known(k, j)) {
        count_skipped(k, o->identity.size, &j->known);
        keeper_settle(k, o->ticket, SETTLED);
    } else if (!j->choice.pipeline) {
        add_ignored(k, o, j->choice.rule);
    } else {
        add_job(k, o, &j->choice, &j->known);
    }
}

static bool take_object(Keeper *k, const Object *o, Error *e)
{
    Judged judged = {.object = *o};
    Arena a;
    if (!judge(k, &judged, e))
        return false;
    k->sum->counts.seen++;
    arena_init(&a, 0);
    if (freshen(k, &judged, &a, e))
        take(k, &judged);
    arena_deinit(&a);
    return e->kind == ERROR_NONE;
}

static Object object_of(const Job *j)
{
    return (Object){.uri = j->uri,
                    .uri_length = strlen(j->uri),
                    .identity = j->identity,
                    .version = j->version,
                    .ticket = j->ticket};
}

bool keeper_reconsider(Keeper *k, Job *j, bool *keep, Error *e)
{
    Judged now = {.object = object_of(j)};
    *keep = false;
    if (!judge(k, &now, e))
        return false;
    bool there = freshen(k, &now, j->arena, e);
    if (there && is_known(k, &now)) {
        count_skipped(k, now.object.identity.size, &now.known);
        keeper_settle(k, j->ticket, SETTLED);
    }
    *keep = there && !is_known(k, &now);
    k->started -= !*keep;
    j->identity = now.object.identity;
    j->version = now.object.version;
    return e->kind == ERROR_NONE;
}

bool keeper_yield(Keeper *k, Job *j, Error *e)
{
    Judged now = {.object = object_of(j)};
    if (!judge(k, &now, e))
        return false;
    bool same = is_known(k, &now);
    if (same)
        count_skipped(k, j->identity.size, &now.known);
    else
        k->sum->counts.waiting++;
    keeper_settle(k, j->ticket, same ? SETTLED : SETTLED_LATER);
    return true;
}

/* ---- listing */

bool keeper_is_shut(const Keeper *k)
{
    return k->shut.pause_s > 0 && progress_seconds(k->progress) < k->shut.next_s;
}

/* The run's patience is for shortages while listing as for those while reading. */
static void wait_for_place(Keeper *k, const Error *why)
{
    double now_s = progress_seconds(k->progress), patience_s = k->plan->config->run.patience_s;
    bool first = k->shut.pause_s <= 0;
    if (first) {
        k->shut.since_s = now_s;
        keeper_say_paused(k, why, k->plan->source->endless ? INFINITY : patience_s);
    }
    k->shut.pause_s = keeper_next_pause(first ? 0 : k->shut.pause_s);
    k->shut.next_s = now_s + k->shut.pause_s;
    k->plan->source->patient = now_s - k->shut.since_s < patience_s;
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
    bool waits = event == SOURCE_LATER && !s->endless; /* without an end, it is all well again */
    if (event == SOURCE_WAIT || waits)
        return true;
    k->shut.pause_s = 0;
    if (event == SOURCE_OBJECT)
        return take_object(k, &o, e);
    if (event == SOURCE_LATER)
        return true;
    k->listed = k->complete = event == SOURCE_END;
    k->sum->listing_faults += event == SOURCE_TROUBLE;
    k->sum->counts.vanished += event == SOURCE_GONE;
    if (event != SOURCE_END)
        progress_say(k->progress, "%s", trouble.message);
    return true;
}

bool keeper_list(Keeper *k, Error *e)
{
    int64_t limit = k->plan->config->run.limit;
    double end_s = progress_seconds(k->progress) + list_most_s;
    k->quiet = false;
    while (!k->listed && !k->over && !is_full(k) && !keeper_is_shut(k) && !k->quiet &&
           !keeper_must_end(k) && progress_seconds(k->progress) < end_s) {
        if (limit > 0 && k->started >= (uint64_t)limit)
            k->listed = true;
        else if (!list_one(k, e))
            return false;
    }
    return true;
}
