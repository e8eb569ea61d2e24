/* sqs_batch.c: batches. Their reply is a 200 that may hold failures, entry by entry. */
#include "stores/aws/sqs_batch.h"

#include "core/text.h"
#include "stores/aws/fault_codes.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const double delay_first_s = 0.1, delay_most_s = 5;

/* Full jitter, as in retry.h. */
static void pause_before(unsigned attempt)
{
    uint32_t random = UINT32_MAX;
    double most_s = delay_first_s;
    for (unsigned i = 1; i < attempt && most_s < delay_most_s; i++)
        most_s *= 2;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) < 0)
        random = UINT32_MAX;
    double s = (most_s < delay_most_s ? most_s : delay_most_s) * random / UINT32_MAX;
    struct timespec t = {.tv_sec = (time_t)s};
    t.tv_nsec = (long)((s - (double)t.tv_sec) * 1e9);
    nanosleep(&t, NULL);
}

/* The entry that Id names, or b->count. */
static size_t entry_of(const SqsBatch *b, const JsonNode *n)
{
    uint64_t i;
    const char *id = json_tree_member_text(n, "Id");
    return id && text_to_uint64(id, strlen(id), &i) && i < b->count ? (size_t)i : b->count;
}

/* The receipt is too old, the message gone, or 12 hours are over: SQS has many words for it. */
static bool says_lost(const char *code)
{
    static const char *const codes[] = {"ReceiptHandleIsInvalid", "MessageNotInflight",
                                        "AWS.SimpleQueueService.MessageNotInflight",
                                        "InvalidParameterValue"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (strcmp(codes[i], code) == 0)
            return true;
    return false;
}

static bool failed(const SqsBatch *b, const AwsFault *f, bool sender, Error *e)
{
    char what[192];
    snprintf(what, sizeof what, "queue %.128s: %s", sqs_name(b->queue), b->doing);
    fault_error(f, sender ? AWS_REFUSED : AWS_TRANSIENT, NULL, what, e);
    return false;
}

/* False with e: it will fail again. *why is the last failure that may pass. */
static bool read_failure(SqsBatch *b, const JsonNode *n, AwsFault *why, Error *e)
{
    size_t i = entry_of(b, n);
    const char *code = json_tree_member_text(n, "Code");
    const char *message = json_tree_member_text(n, "Message");
    bool sender = false;
    if (i == b->count)
        return true;
    auto_buffer Buffer printable = {0};
    if (message)
        text_printable(&printable, message, strlen(message));
    *why = (AwsFault){.status = 200};
    snprintf(why->code, sizeof why->code, "%s", code ? code : "");
    snprintf(why->message, sizeof why->message, "%s", printable.bytes ? printable.bytes : "");
    if (!json_tree_bool(json_tree_member(n, "SenderFault"), &sender) || !sender)
        return true;
    if (strcmp(b->action, "SendMessageBatch") == 0 || !says_lost(why->code)) {
        why->status = 400;
        return failed(b, why, true, e);
    }
    b->outcome[i] = SQS_LOST;
    return true;
}

static bool read_reply(SqsBatch *b, const JsonNode *reply, AwsFault *why, Error *e)
{
    const JsonNode *n = json_tree_first(json_tree_member(reply, "Successful"));
    for (; n; n = json_tree_next(n))
        if (entry_of(b, n) < b->count)
            b->outcome[entry_of(b, n)] = SQS_DONE;
    n = json_tree_first(json_tree_member(reply, "Failed"));
    for (; n; n = json_tree_next(n))
        if (!read_failure(b, n, why, e))
            return false;
    return true;
}

static void add_entries(SqsBatch *b, Json *json)
{
    char id[24];
    json_key(json, "Entries");
    json_array_begin(json);
    for (size_t i = 0; i < b->count; i++) {
        if (b->outcome[i] != SQS_OPEN)
            continue;
        snprintf(id, sizeof id, "%zu", i);
        json_object_begin(json);
        json_key(json, "Id");
        json_text(json, id);
        b->add(json, b->context, b->first + i);
        json_object_end(json);
    }
    json_array_end(json);
}

static size_t open_entries(const SqsBatch *b)
{
    size_t n = 0;
    for (size_t i = 0; i < b->count; i++)
        n += b->outcome[i] == SQS_OPEN;
    return n;
}

/* One request. A reply that cannot be read says nothing of any entry. */
static bool attempt(SqsBatch *b, AwsFault *why, bool *broken, Error *e)
{
    SqsCall c;
    Error unread;
    auto_json JsonNode *reply = NULL;
    sqs_call_begin(&c, b->queue, b->action, b->doing);
    add_entries(b, &c.json);
    bool ok = sqs_call_ready(&c, e) && aws_do(b->queue->aws, &c.call, e);
    *broken = !ok;
    if (ok && sqs_call_reply(&c, &reply, &unread))
        ok = read_reply(b, reply, why, e);
    sqs_call_deinit(&c);
    return ok;
}

bool sqs_batch_do(SqsBatch *b, bool *broken, Error *e)
{
    AwsFault why = {.status = 200, .message = "no word about some of them"};
    unsigned most = aws_settings(b->queue->aws)->max_attempts;
    for (size_t i = 0; i < SQS_BATCH; i++)
        b->outcome[i] = SQS_OPEN;
    for (unsigned n = 1; n <= most; n++) {
        if (!attempt(b, &why, broken, e))
            return false;
        if (open_entries(b) == 0)
            return true;
        if (n < most)
            pause_before(n);
    }
    return failed(b, &why, false, e);
}
