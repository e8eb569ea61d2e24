/* run_summary.h: counting what a run has recorded. */
#pragma once

#include "core/json.h"
#include "orchestrator/job.h"
#include "orchestrator/run.h"

/* Adds a file that is recorded, with its members. */
void run_count(RunSummary *s, const Job *j);

/* The counts, the reasons and the seconds as members of an object that is open. */
void run_summary_json(const RunSummary *s, Json *j);
