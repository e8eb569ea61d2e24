/* put_one.h: one file into a bucket. For put.c and put_one.c. */
#pragma once

#include "orchestrator/put.h"

typedef struct PutItem {
    const char *path, *key; /* the key with its prefix */
    bool again;             /* the second time: also what is there is written */
} PutItem;

typedef enum PutOutcome { PUT_WRITTEN, PUT_THERE, PUT_KEPT } PutOutcome;

/* Waits. ERROR_DATA: the file; else the world. */
bool put_one(const PutPlan *plan, const PutItem *item, PutOutcome *out, uint64_t *bytes,
             Error *e) MUST_CHECK;
