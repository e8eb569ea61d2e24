/* dynamodb_writer.h: items put as they come, in batches, several at the same time. */
#pragma once

#include "stores/aws/crew.h"
#include "stores/aws/dynamodb.h"

typedef struct DynamoBatch DynamoBatch;

/* Zero-initialise it with these two. */
typedef struct DynamoWriter {
    const DynamoTable *table;
    Crew *crew;
    DynamoBatch *batch; /* that is being filled */
} DynamoWriter;

/* A copy of it is put some time before crew_wait() returns, which also tells what went wrong. The
 * same key twice: either of them may remain. */
bool dynamo_writer_put(DynamoWriter *w, const DynamoItem *item, Error *e) MUST_CHECK;
/* What is left begins. */
void dynamo_writer_flush(DynamoWriter *w);
/* What has not begun is forgotten. */
void dynamo_writer_deinit(DynamoWriter *w);
