/* sqs_receipts.c: what is done with messages by their receipts: deleted, held on to, let go. */
#include "stores/aws/sqs_batch.h"

typedef struct Receipts {
    const char *const *receipts;
    int64_t visibility_s; /* negative: they are deleted */
} Receipts;

static void add(Json *json, const void *context, size_t i)
{
    const Receipts *r = context;
    json_key(json, "ReceiptHandle");
    json_text(json, r->receipts[i]);
    if (r->visibility_s < 0)
        return;
    json_key(json, "VisibilityTimeout");
    json_int(json, r->visibility_s);
}

/* A batch that fails does not keep the others from being done; the first failure is told. */
static bool do_all(SqsBatch *b, size_t count, bool *lost, Error *e)
{
    bool good = true, broken = false;
    for (; b->first < count && !broken; b->first += b->count) {
        Error now;
        b->count = count - b->first < SQS_BATCH ? count - b->first : SQS_BATCH;
        bool done = sqs_batch_do(b, &broken, &now);
        if (!done && good)
            *e = now;
        good = good && done;
        for (size_t i = 0; lost && i < b->count; i++)
            lost[b->first + i] = b->outcome[i] == SQS_LOST;
    }
    for (size_t i = b->first; lost && i < count; i++)
        lost[i] = false;
    return good;
}

bool sqs_delete(const SqsQueue *q, const char *const *receipts, size_t count, bool *lost, Error *e)
{
    Receipts r = {.receipts = receipts, .visibility_s = -1};
    SqsBatch b = {.queue = q,
                  .action = "DeleteMessageBatch",
                  .doing = "deleting messages",
                  .context = &r,
                  .add = add};
    return do_all(&b, count, lost, e);
}

bool sqs_change_visibility(const SqsQueue *q, const char *const *receipts, size_t count,
                           double visibility_s, bool *lost, Error *e)
{
    Receipts r = {.receipts = receipts,
                  .visibility_s = sqs_seconds(visibility_s, SQS_VISIBILITY_MOST_S)};
    SqsBatch b = {.queue = q,
                  .action = "ChangeMessageVisibilityBatch",
                  .doing = "holding on to messages",
                  .context = &r,
                  .add = add};
    return do_all(&b, count, lost, e);
}
