/* lambda_answer.h: what an invocation of Lambda is told of what came of it. */
#pragma once

#include "core/buffer.h"
#include "orchestrator/lambda_event.h"
#include "orchestrator/run.h"

/* Which messages of the event are not settled, settled[i] as source_event_settled(): of a FIFO
 * queue's group also those behind the first of them, which keep their order so. Returns how many.
 */
size_t lambda_answer_unsettled(const LambdaEvent *v, bool *settled);

/* {"batchItemFailures":[{"itemIdentifier":"ID"}, ...]}: the messages that are to come again. */
void lambda_answer_batch(const LambdaEvent *v, const bool *settled, Buffer *out);

/* One line: what was asked, how many of it are to come again, and the counts. */
typedef struct LambdaAccount {
    const char *request, *trace; /* trace "": none */
    const LambdaEvent *event;
    size_t unsettled;
    const RunSummary *sum;
} LambdaAccount;
void lambda_answer_account(const LambdaAccount *a, Buffer *out);
