/* dynamodb_call.h: one operation on a table, and the patience between one try and the next. For
 * dynamodb*.c alone. */
#pragma once

#include "core/json.h"
#include "core/json_tree.h"
#include "stores/aws/dynamodb.h"
#include "stores/aws/retry.h"

typedef struct DynamoRequest {
    const char *operation; /* "BatchWriteItem" */
    const char *doing;     /* "writing", for messages */
    const Buffer *body;
} DynamoRequest;

/* *out, to be freed, is the reply: an object. Replies that arrive damaged are asked for again:
 * every operation here may be done twice. */
bool dynamo_ask(const DynamoTable *t, const DynamoRequest *r, JsonNode **out, Error *e) MUST_CHECK;

/* Waiting for a service that is busy: full jitter as in retry.h, given up after so many waits in
 * succession that have changed nothing. */
typedef struct Patience {
    RetryBucket bucket;
    unsigned most, in_vain, cost;
} Patience;
void patience_init(Patience *p, const DynamoTable *t);
void patience_deinit(Patience *p);
/* `moved`: a part has been done since the last wait. False: enough, or *t->stop is set. */
bool patience_wait(Patience *p, const DynamoTable *t, AwsVerdict v, bool moved) MUST_CHECK;
