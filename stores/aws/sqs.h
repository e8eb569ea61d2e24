/* sqs.h: a queue of messages (SQS, JSON 1.0 protocol). */
#pragma once

#include "stores/aws/aws.h"

enum { SQS_BATCH = 10, SQS_WAIT_MOST_S = 20 };

typedef struct SqsMessage {
    const char *id, *receipt, *body;
    size_t body_length;
    const char *group; /* of a FIFO queue; else NULL */
    unsigned receives; /* ApproximateReceiveCount */
    double sent_s;     /* Unix time; 0: not told */
} SqsMessage;

typedef struct SqsQueue {
    Aws *aws;
    const char *url;
    bool fifo; /* its name ends in .fifo */
    const atomic_bool
        *cancelled; /* set: what is asked of it ends soon, with "stopped"; may be NULL */
} SqsQueue;

/* A queue by its URL, or by its name (GetQueueUrl). Texts from the arena. ERROR_SETUP
 * "no_such_queue". */
bool sqs_open(Aws *aws, const char *url_or_name, Arena *a, SqsQueue *out, Error *e) MUST_CHECK;

typedef struct SqsReceive {
    double wait_s, visibility_s;
    const atomic_bool *stop; /* may be NULL */
} SqsReceive;
typedef struct SqsReceived {
    SqsMessage *messages;
    size_t count, damaged;
} SqsReceived;
/* At most 10 messages; waits up to wait_s (0..20) for the first. They are invisible to others for
 * visibility_s. A body whose MD5 does not agree is left out and counted in `damaged`: it comes
 * again. `stop` set meanwhile ends the waiting: there are none then, and what the service still
 * sends is made visible to others again, if aws_close() leaves the time for it. */
bool sqs_receive(const SqsQueue *q, const SqsReceive *o, Arena *a, SqsReceived *out,
                 Error *e) MUST_CHECK;

/* Up to any number, in batches of ten; entries that fail by the service's fault are asked for
 * again. `lost`, if not NULL, has a place for each: true where the receipt counts no more (the
 * message is visible to others again, or gone). */
bool sqs_delete(const SqsQueue *q, const char *const *receipts, size_t count, bool *lost,
                Error *e) MUST_CHECK;
bool sqs_change_visibility(const SqsQueue *q, const char *const *receipts, size_t count,
                           double visibility_s, bool *lost, Error *e) MUST_CHECK;

typedef struct SqsSend {
    const char *body, *group, *deduplication; /* the latter two of FIFO queues; else NULL */
} SqsSend;
/* In batches of ten and at most 256 KiB; ERROR_DATA names the message that a queue cannot carry,
 * and none is sent. One whose reply is lost is sent again: it can arrive twice. The messages of a
 * FIFO queue's group stay in order, one of each group in a batch. */
bool sqs_send(const SqsQueue *q, const SqsSend *messages, size_t count, Error *e) MUST_CHECK;

/* What its owner has set. */
typedef struct SqsRules {
    double visibility_s;
    bool redrive; /* a dead-letter queue takes what has been received too often */
} SqsRules;
bool sqs_rules(const SqsQueue *q, SqsRules *out, Error *e) MUST_CHECK;

/* How many are waiting and how many are in flight, about. */
bool sqs_count(const SqsQueue *q, uint64_t *waiting, uint64_t *in_flight, Error *e) MUST_CHECK;
