/* source_queue_internal.h: what the threads of a queue's source share: source_queue.c (the keeper's
 * side), queue_receiver.c and queue_tender.c (a thread each), queue_news.c, queue_poison.c. */
#pragma once

#include "core/buffer.h"
#include "orchestrator/bucket_places.h"
#include "orchestrator/queue_hand.h"
#include "orchestrator/source_queue.h"
#include "stores/aws/sqs.h"

#include <pthread.h>
#include <stdatomic.h>

typedef struct QueueSource {
    Source source; /* first */
    QueueOptions options;
    Arena arena; /* of the texts in options, places and queue */
    BucketPlaces places;
    SqsQueue queue;
    SqsRules rules;
    double visibility_s;
    pthread_t receiver, tender;
    bool blind; /* the receiver's: an object could not be seen, so others are not looked at now */
    Buffer uri, etag, ignored_by; /* of what was told last */
    bool ended;                   /* it cannot go on, and has said so */
    atomic_bool stopping;         /* nothing more is asked for; what is in hand is handed back */
    atomic_bool abandoned;        /* and the last request for messages is not waited for */
    atomic_bool cancelled;        /* and what is being asked of the service ends now */

    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t changed;
    Hand *hand;
    QueueCounts counts;
    Error trouble;         /* why nothing is received; ERROR_NONE: it is */
    Error refused;         /* why messages can be received, but not deleted or held on to */
    Buffer lines;          /* for a person, each with its end */
    bool received, tended; /* the receiver, the tender is over */
} QueueSource;

/* Waits for a change, or so long. Under the lock. */
void queue_wait(QueueSource *q, double seconds);
/* A line for a person, of which control characters are escaped. Under the lock. */
void queue_say(QueueSource *q, const char *format, ...) PRINTF_LIKE(2, 3);

/* queue_receiver.c, queue_tender.c: until `stopping`. */
void *queue_receive(void *source);
void *queue_tend(void *source);

/* queue_news.c: what a message says. Looks at objects of which it does not say enough. False: no
 * memory for it. Without the lock. `counts` is added to; *line is for a person, or empty. */
bool queue_news(QueueSource *q, const SqsMessage *m, HandMessage **out, QueueCounts *counts,
                Buffer *line) MUST_CHECK;

/* queue_poison.c: OUT/poison/ID.json, whole and durable when it returns. */
bool poison_keep(const char *folder, const char *id, const char *body, Error *e) MUST_CHECK;
