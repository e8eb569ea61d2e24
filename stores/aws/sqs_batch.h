/* sqs_batch.h: one action on many messages, ten in a request. For sqs*.c alone. */
#pragma once

#include "stores/aws/sqs_call.h"

/* What has become of an entry. */
typedef enum SqsOutcome { SQS_OPEN, SQS_DONE, SQS_LOST } SqsOutcome;

typedef struct SqsBatch {
    const SqsQueue *queue;
    const char *action;  /* "DeleteMessageBatch" */
    const char *doing;   /* "deleting messages" */
    size_t first, count; /* of all entries; at most SQS_BATCH */
    const void *context;
    /* The members of entry i of all, behind its Id. */
    void (*add)(Json *json, const void *context, size_t i);
    SqsOutcome outcome[SQS_BATCH]; /* filled */
} SqsBatch;

/* Asks until each entry is done or lost, or the attempts are used up: an entry that failed by the
 * service's fault, or that it said nothing of, is asked for again. False with e where one is left;
 * *broken: the request itself has failed, so that others need not be tried. */
bool sqs_batch_do(SqsBatch *b, bool *broken, Error *e) MUST_CHECK;
