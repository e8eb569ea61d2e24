/* sqs_call.h: one request to SQS, JSON there and back. For sqs*.c alone. */
#pragma once

#include "core/json.h"
#include "core/json_tree.h"
#include "stores/aws/sqs.h"

enum { SQS_VISIBILITY_MOST_S = 43200 };

typedef struct SqsCall {
    AwsCall call; /* first */
    char target[64], what[192];
    HttpPair headers[2];
    Buffer body;
    Json json;                    /* of the body: for the caller between begin and ready */
    const atomic_bool *cancelled; /* the queue's */
} SqsCall;

/* The body's object is begun; with a queue's URL in it unless that is NULL. `doing` is for
 * messages ("receiving"). The call stays where it is from now on. */
void sqs_call_begin(SqsCall *c, const SqsQueue *q, const char *action, const char *doing);
/* Ends the object; after that aws_start(), or sqs_call_do(). */
bool sqs_call_ready(SqsCall *c, Error *e) MUST_CHECK;
bool sqs_call_do(SqsCall *c, Aws *aws, JsonNode **reply, Error *e) MUST_CHECK;
/* The reply of a call that has ended well. */
bool sqs_call_reply(const SqsCall *c, JsonNode **out, Error *e) MUST_CHECK;
/* Another request may begin. Accepts a zeroed one. */
void sqs_call_deinit(SqsCall *c);

/* The queue's name, from its URL. */
const char *sqs_name(const SqsQueue *q);
/* Whole seconds of 0..most, rounded up. */
int64_t sqs_seconds(double s, int64_t most);
