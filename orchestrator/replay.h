/* replay.h: notifications of objects that are there already, into a queue. */
#pragma once

#include "core/time.h"
#include "orchestrator/arguments.h"
#include "orchestrator/event_sender.h"
#include "orchestrator/progress.h"
#include "stores/aws/s3.h"

#include <signal.h>

typedef struct ReplayPlan {
    const SendOptions *options;
    Aws *aws;
    S3Uri from;
    Instant since, until; /* since <= made < until */
    EventSender *events;
    Progress *progress;
    const volatile sig_atomic_t *stop;
} ReplayPlan;

typedef struct ReplaySummary {
    uint64_t seen, chosen; /* of the prefix; of the time */
    bool interrupted;
} ReplaySummary;

/* False with e: code "listing" stands before what is wrong with the listing. */
bool replay_all(const ReplayPlan *plan, ReplaySummary *out, Error *e) MUST_CHECK;
