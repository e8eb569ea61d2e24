/* put.h: files into a bucket, many at the same time, each with the event that speaks of it. */
#pragma once

#include "orchestrator/arguments.h"
#include "orchestrator/event_sender.h"
#include "orchestrator/progress.h"
#include "stores/aws/s3.h"

#include <signal.h>

typedef struct PutPlan {
    const SendOptions *options;
    const StringList *paths;
    Aws *aws;
    S3Uri to;            /* the key: what all keys begin with */
    EventSender *events; /* may be NULL */
    Progress *progress;
    const volatile sig_atomic_t *stop;
} PutPlan;

typedef struct PutSummary {
    uint64_t files, written, there, kept, failed, bytes; /* kept: another object was there */
    uint64_t listing_faults;
    bool interrupted;
    Error error; /* what ended it; ERROR_NONE: nothing */
} PutSummary;

/* Writes all there is. False with e where it could not begin. */
bool put_all(const PutPlan *plan, PutSummary *out, Error *e) MUST_CHECK;
int put_exit_code(const PutSummary *s);

/* put_key.c: under which key a file that was listed goes: its path below the one that was named, of
 * a file that was named its name, else its path below this directory. */
typedef struct PutRoot {
    const char *path;  /* that was named */
    const char *below; /* "/data/tree/"; a file of that very name: NULL */
} PutRoot;
bool put_roots(const StringList *paths, Arena *a, PutRoot **out, Error *e) MUST_CHECK;
const char *put_key(const PutRoot *root, const char *file);
