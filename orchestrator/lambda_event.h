/* lambda_event.h: what an invocation of Lambda is about, whichever service has asked for it.
 *
 * The form is found from the event itself: messages of SQS (with notifications of S3, straight or
 * through SNS or EventBridge, or requests), notifications of S3 from S3, SNS or EventBridge, a
 * schedule, or a request of our own, {"uris": ["s3://bucket/key", ...]}. */
#pragma once

#include "core/arena.h"

#include <stddef.h>
#include <stdint.h>

typedef enum LambdaEventKind {
    LAMBDA_QUEUE,    /* messages that are answered one by one */
    LAMBDA_NOTICE,   /* of S3; answered as a whole */
    LAMBDA_REQUEST,  /* of somebody who waits for the answer */
    LAMBDA_SCHEDULE, /* names nothing: the configuration says what there is to do */
} LambdaEventKind;

/* Several messages may speak of one object, and a message of several objects. */
typedef struct LambdaObject {
    const char *uri;  /* s3://bucket/key, each once */
    const char *key;  /* in the uri */
    const char *etag; /* NULL: not told */
    uint64_t size_bytes;
    bool size_known;
    bool removed; /* the newest that was told of it: there is nothing to read */
} LambdaObject;

typedef struct LambdaMessage {
    const char *id;        /* of SQS; else "" */
    const char *group;     /* of a FIFO queue; else NULL */
    const char *trouble;   /* why it cannot be understood; NULL: it can */
    const size_t *objects; /* which of LambdaEvent.objects it speaks of */
    size_t object_count;
} LambdaMessage;

typedef struct LambdaEvent {
    LambdaEventKind kind;
    const char *form; /* "SQS", "S3", "SNS", "EventBridge", "request", "schedule" */
    LambdaMessage *messages;
    size_t message_count;
    LambdaObject *objects; /* as the newest of their records says; in the order of the first */
    size_t object_count;
} LambdaEvent;

/* ERROR_DATA "bad_event": no such form, or no message can be told from another. A message that
 * cannot be understood is that message's trouble. */
bool lambda_event_read(const char *text, size_t length, Arena *a, LambdaEvent *out,
                       Error *e) MUST_CHECK;
