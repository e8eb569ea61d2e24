/* keeper.h: what the parts of a run's one keeping thread share: run.c (the loop), run_list.c (what
 * is there, and is it known?), run_record.c (what came of it, written down), run_share.c (and with
 * others). */
#pragma once

#include "orchestrator/job.h"
#include "orchestrator/run.h"

enum { BATCH = 32, FINISHED_MOST = 8 * BATCH };

typedef struct JobList {
    Job **items;
    size_t count, capacity, next;
} JobList;

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
    JobList alone; /* weir died while reading them: read one at a time while nothing else is */
    uint64_t in_flight, started;
    double stop_s; /* when a request to stop was seen, by the progress clock; 0: not yet */
    struct {
        double since_s, next_s; /* by the progress clock: first met, to be tried again */
        double pause_s;         /* 0: nothing is shut */
    } shut;                     /* a directory that a shortage keeps from being listed */
    bool lonely;                /* one of `alone` is being read */
    bool told;                  /* that it is paused */
    bool quiet;                 /* the source has nothing just now */
    bool listed;                /* the source has nothing more, or enough was taken from it */
    bool complete;              /* it has nothing more */
    bool tidied;                /* what earlier runs left behind was looked after */
    bool over;                  /* nothing new is begun: stopped, or the store is lost */
} Keeper;

/* ---- keeper.c */

/* That the run is paused, and for how long it tries again at the most (INFINITY: until it works);
 * once for listing, reading and recording. */
void keeper_say_paused(Keeper *k, const Error *why, double patience_s);
/* Nothing more can be recorded. */
void keeper_lose_store(Keeper *k, const Error *e);
/* The source need not tell it again, or must. */
void keeper_settle(Keeper *k, uint64_t ticket, Settlement how);
/* It was asked to stop, or its time is over. */
bool keeper_must_end(const Keeper *k);
/* The pause after one of `pause_s`; 0: the first. */
double keeper_next_pause(double pause_s);
void keeper_wait(const Keeper *k, double seconds); /* or until it is to stop */

/* ---- run_list.c */

/* Takes from the source what there is room for. False: the ledger cannot be read; e says why. */
bool keeper_list(Keeper *k, Error *e) MUST_CHECK;
/* A place could not be listed, and it is not yet time to try again. */
bool keeper_is_shut(const Keeper *k);

/* A job that is about to begin, once the shared table was asked: *keep is false where it is known
 * after all; it is counted and settled then. */
bool keeper_reconsider(Keeper *k, Job *j, bool *keep, Error *e) MUST_CHECK;
/* The same of one that has run, while another weir has recorded the file: its outcome is dropped.
 */
bool keeper_yield(Keeper *k, Job *j, Error *e) MUST_CHECK;

/* ---- run_share.c */

/* What a shared table knows of the files that are about to begin; those that it knows are dropped.
 */
bool keeper_bring(Keeper *k, Error *e) MUST_CHECK;
/* Within a batch, after the outcomes: outputs and table get them. *again: some were overtaken; the
 * batch must be rolled back, those given up by keeper_drop_overtaken(), and the rest recorded anew.
 */
bool keeper_send(Keeper *k, bool *again, Error *e) MUST_CHECK;
bool keeper_drop_overtaken(Keeper *k, Error *e) MUST_CHECK;

/* ---- run_record.c */

/* Records what has finished, writes down what is about to begin, hands it out. */
void keeper_commit(Keeper *k);
