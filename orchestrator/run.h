/* run.h: the loop from "an object exists" to "its result is written down". */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/deadline.h"
#include "orchestrator/fetch.h"
#include "orchestrator/ledger.h"
#include "orchestrator/outputs.h"
#include "orchestrator/progress.h"
#include "orchestrator/shared_table.h"
#include "orchestrator/source.h"
#include "orchestrator/zygote.h"

#include <signal.h>

enum { REASONS_MAX = 48 };

typedef struct RunReason {
    char code[ERROR_CODE_SIZE];
    uint64_t count;
} RunReason;

typedef struct RunSummary {
    RunCounts counts;
    RunCounts members; /* of archives; none of them is in `counts` */
    uint64_t archives;
    uint64_t skipped_bytes;         /* of files known from before, not in `counts` */
    uint64_t set_aside;             /* skipped because they failed before */
    uint64_t others;                /* left to other shards, not in `counts` */
    uint64_t listing_faults;        /* places that could not be listed */
    uint64_t fetched_bytes;         /* that have come of objects, and */
    uint64_t object_bytes;          /* how large these are */
    bool endless;                   /* it was to go on until a signal */
    bool interrupted;               /* by a signal, or because nothing will work any more */
    bool store_lost;                /* the ledger could not be written, patience ran out */
    bool out_of_time;               /* the deadline came before everything was begun */
    RunReason reasons[REASONS_MAX]; /* of failed, partial and waiting, by code */
    size_t reason_count;
    double seconds;
    Error error; /* of store_lost */
} RunSummary;

typedef struct RunPlan {
    const Config *config;
    Zygote *zygote;      /* with one slot a worker */
    Ledger *ledger;      /* open for writing */
    SharedTable *shared; /* that other weirs record in, too; else NULL */
    Outputs *outputs;    /* of the configuration; NULL: none */
    Fetcher *fetcher;    /* where the source tells objects of buckets; else NULL */
    Source *source;
    unsigned workers;
    const volatile sig_atomic_t *stop;
    Deadline *deadline; /* begun; NULL: it may take as long as it takes */
} RunPlan;

/* Exit codes: a contract. */
enum {
    EXIT_DONE = 0,
    EXIT_SOME_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NOTHING = 3,
    EXIT_LISTING = 4,
    EXIT_STORE = 5,
    EXIT_AGAIN = 75,
};

/* Processes everything the source lists. ERROR_SETUP/RETRY only where it could not begin. */
bool run_all(const RunPlan *plan, Progress *progress, RunSummary *out, Error *e) MUST_CHECK;
int run_exit_code(const RunSummary *s);
