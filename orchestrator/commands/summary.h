/* summary.h: a run for the commands that record, and its closing words. */
#pragma once

#include "orchestrator/run.h"
#include "orchestrator/session.h"

void summary_text(const Config *c, const RunSummary *s);                /* stderr */
void summary_json(const Config *c, const RunSummary *s, int exit_code); /* stdout, one object */
/* Where the results are, and what to type next: a command of weir, or other words. */
void summary_place(const Config *c, const char *next);

/* What protection is missing on this machine, unless quiet. */
void run_say_protection(const Session *s, Progress *p);

/* Runs the source to its end, once session_record() has worked; prints the summary; returns the
 * exit code. */
int run_with(const Session *s, Source *source, Progress *p, const char *command_line);
