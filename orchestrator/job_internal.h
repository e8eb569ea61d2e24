/* job_internal.h: how job.c and job_parts.c ask a slot's child. */
#pragma once

#include "orchestrator/job.h"
#include "orchestrator/worker.h"

typedef struct Question {
    Request request;
    int fd, extra_fd; /* extra_fd 0: none */
} Question;

typedef struct Reply {
    ZygoteAnswer answer;
    double allowed_s;     /* for the last try */
    uint32_t part, parts; /* which of how many was asked for, from 1; part 0: the file */
} Reply;

/* Asks once more, in a fresh child with twice the time, after a crash, a timeout or a lack of
 * memory. False: a fault of the world; answer.verdict is ZYGOTE_LOST where nothing will work any
 * more. */
bool job_ask(const JobContext *c, unsigned slot, const Question *q, Reply *out,
             Error *e) MUST_CHECK;

/* job_parts.c: reads a file in `count` parts, together with workers that are free. The reply is
 * that of the merge, or of the first part in the file's order that had none. */
bool job_ask_in_parts(const JobContext *c, unsigned slot, const Question *q, uint32_t count,
                      Reply *out, Error *e) MUST_CHECK;
