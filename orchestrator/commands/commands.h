/* commands.h: one function a command; each has its own file in this folder. */
#pragma once

#include "orchestrator/session.h"

int command_run(const Arguments *a, Arena *arena);
int command_watch(const Arguments *a, Arena *arena);
int command_work(const Arguments *a, Arena *arena);
int command_plan(const Arguments *a, Arena *arena);
int command_explain(const Arguments *a, Arena *arena);
int command_show(const Arguments *a, Arena *arena);
int command_files(const Arguments *a, Arena *arena);
int command_results(const Arguments *a, Arena *arena);
int command_failures(const Arguments *a, Arena *arena);
int command_retry(const Arguments *a, Arena *arena);
int command_merge(const Arguments *a, Arena *arena);
int command_export(const Arguments *a, Arena *arena);
int command_tables(const Arguments *a, Arena *arena);
int command_put(const Arguments *a, Arena *arena);
int command_replay(const Arguments *a, Arena *arena);
int command_doctor(const Arguments *a, Arena *arena);
int command_lambda(const Arguments *a, Arena *arena);
int command_check(const Arguments *a, Arena *arena);
int command_help(const Arguments *a, Arena *arena);
int command_manual(const Arguments *a, Arena *arena);
int command_completion(const Arguments *a, Arena *arena);
int command_version(const Arguments *a, Arena *arena);

/* watch_queue.c, watch_directory.c: weir watch with a queue, and where none is named. */
bool watch_queue_check(const Arguments *a, Error *e) MUST_CHECK;
int watch_queue(const Arguments *a, Session *s);
bool watch_directories_check(const Arguments *a, Error *e) MUST_CHECK;
int watch_directories(const Arguments *a, Session *s);

/* doctor_aws.c: the part of `weir doctor` on AWS; the exit code. */
int doctor_aws(const Arguments *a, Session *s);

/* lambda.c: AWS Lambda has begun this process. */
bool lambda_is_asked_for(void);
/* The defaults of a function, which can write to /tmp only; before the arguments are read. */
void lambda_prepare(void);
/* Says why `weir lambda` cannot begin, to Lambda too; the exit code. */
int lambda_cannot_begin(const Error *why);
