/* run_summary.h: counting what a run has recorded. */
#pragma once

#include "orchestrator/job.h"
#include "orchestrator/run.h"

/* Adds a file that is recorded, with its members. */
void run_count(RunSummary *s, const Job *j);
