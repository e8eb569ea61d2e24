/* job_internal.h: how job*.c ask a slot's child. */
#pragma once

#include "orchestrator/job.h"

typedef struct Question {
    Request request;
    int fd, extra_fd;    /* extra_fd 0: none */
    uint64_t rewinds;    /* each has the time that is allowed for one file, on top of it */
    Fetch *fetch;        /* of an object that is fetched as it is read; NULL: all of fd is there */
    uint64_t size_bytes; /* of that object */
} Question;

typedef struct Reply {
    ZygoteAnswer answer;
    double allowed_s;     /* for the last try */
    uint32_t part, parts; /* which of how many was asked for, from 1; part 0: the file */
} Reply;

/* ---- job_ask.c */

/* What the child of a slot is to be asked first about a file or member. */
Question job_question(const JobContext *c, const Job *j, int fd);
/* Asks once more, in a fresh child with twice the time, after a crash, a timeout or a lack of
 * memory. False: a fault of the world; answer.verdict is ZYGOTE_LOST where nothing will work any
 * more. */
bool job_ask(const JobContext *c, unsigned slot, const Question *q, Reply *out,
             Error *e) MUST_CHECK;

/* ---- job_parts.c */

/* Reads a file in `count` parts, together with workers that are free. The reply is that of the
 * merge, or of the first part in the file's order that had none. */
bool job_ask_in_parts(const JobContext *c, unsigned slot, const Question *q, uint32_t count,
                      Reply *out, Error *e) MUST_CHECK;

/* ---- job_read.c */

/* Reads it, in parts where it is large; its outcome is set. False: a fault of the world. */
bool job_read(const JobContext *c, unsigned slot, Job *j, int fd, Error *e) MUST_CHECK;

/* ---- job_object.c: of an object of a bucket */

bool job_open_object(const JobContext *c, Job *j, int *fd, Error *e) MUST_CHECK;
/* How much of it is there when it is opened, where it is fetched as it is read; 0: all. */
uint64_t job_head_bytes(const Job *j);
/* Fetches what is still missing. */
bool job_fetch_rest(const JobContext *c, Job *j, Error *e) MUST_CHECK;
/* Where the object could not be had, the stage and e become those of that, and the job learns what
 * follows for it. What has come stays where the next try can go on with it. */
void job_end_try(const JobContext *c, Job *j, bool ok, const char **stage, Error *e);
void job_drop_fetch(Job *j);
/* ZygoteJob.supply; its context is one for each job. */
typedef struct Supplier {
    Fetch *fetch;
    uint64_t size_bytes, asks_left;
    const volatile sig_atomic_t *stop;
} Supplier;
Supplier job_supplier(const JobContext *c, const Question *q);
ZygoteSupply job_supply(void *context, const ZygoteAsk *ask);

/* ---- job_archive.c */

/* Unpacks an archive that job_read() has found to be one, and reads its members. */
bool job_open_archive(const JobContext *c, unsigned slot, Job *j, int fd, Error *e) MUST_CHECK;

/* ---- job_verdict.c */

void job_begin_outcome(Job *j);
void job_set_outcome(Job *j, UnitState state, const char *stage, const char *class_,
                     const Error *e);
/* The world's faults leave the file waiting; only what concerns this one file alone (permission) is
 * told as its failure. */
void job_set_world(Job *j, const char *stage, const Error *e);
const char *job_class_of(const Error *e);
void job_judge_report(Job *j);
/* Of a member of which only the beginning was read: partial at best. */
void job_judge_cut(Job *j);
void job_judge_silence(Job *j, const Reply *r);
