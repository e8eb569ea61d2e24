/* sqs_send.c: messages into a queue. */
#include "core/text.h"
#include "stores/aws/sqs_batch.h"

#include <string.h>

enum { BYTES_MOST = 256 << 10, NAME_MOST = 128 };

/* XML's characters: no control characters but tab and line ends, no U+FFFE and U+FFFF. */
static bool is_sendable(const char *body, size_t length)
{
    if (text_valid_utf8(body, length) != length)
        return false;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)body[i];
        if (c < ' ' && !strchr("\t\n\r", c))
            return false;
        if (c == 0xEF &&
            (memcmp(body + i, "\xEF\xBF\xBE", 3) == 0 || memcmp(body + i, "\xEF\xBF\xBF", 3) == 0))
            return false;
    }
    return true;
}

/* A group or deduplication id. */
static bool is_id(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if (text[i] <= ' ' || text[i] > '~')
            return false;
    return length > 0 && length <= NAME_MOST;
}

static const char *fault_of(const SqsQueue *q, const SqsSend *m)
{
    size_t length = strlen(m->body);
    if (length == 0)
        return "it is empty";
    if (length > BYTES_MOST)
        return "it has more than 256 KiB";
    if (!is_sendable(m->body, length))
        return "it has bytes that are no UTF-8, or control characters";
    if (q->fifo && !m->group)
        return "it has no group, as it must in a FIFO queue";
    if ((m->group && !is_id(m->group)) || (m->deduplication && !is_id(m->deduplication)))
        return "group and deduplication id are 1 to 128 letters, digits and punctuation";
    return NULL;
}

static void add(Json *json, const void *context, size_t i)
{
    const SqsSend *m = (const SqsSend *)context + i;
    json_key(json, "MessageBody");
    json_text(json, m->body);
    if (m->group) {
        json_key(json, "MessageGroupId");
        json_text(json, m->group);
    }
    if (m->deduplication) {
        json_key(json, "MessageDeduplicationId");
        json_text(json, m->deduplication);
    }
}

static bool has_group(const SqsSend *messages, size_t count, const char *group)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(messages[i].group, group) == 0)
            return true;
    return false;
}

/* How many of them go into a request. Of a FIFO queue only one of each group: what fails is sent
 * again, and those of its group that came after it would be before it. */
static size_t batch_of(const SqsQueue *q, const SqsSend *messages, size_t count)
{
    size_t bytes = 0, n = 0;
    while (n < count && n < SQS_BATCH) {
        bytes += strlen(messages[n].body);
        if (bytes > BYTES_MOST || (q->fifo && has_group(messages, n, messages[n].group)))
            break;
        n++;
    }
    return n;
}

bool sqs_send(const SqsQueue *q, const SqsSend *messages, size_t count, Error *e)
{
    for (size_t i = 0; i < count; i++) {
        const char *fault = fault_of(q, &messages[i]);
        if (fault)
            return error_coded(e, ERROR_DATA, "message", "queue %s: message %zu: %s", sqs_name(q),
                               i, fault);
    }
    SqsBatch b = {.queue = q,
                  .action = "SendMessageBatch",
                  .doing = "sending messages",
                  .context = messages,
                  .add = add};
    bool broken = false, good = true;
    for (; good && b.first < count; b.first += b.count) {
        b.count = batch_of(q, messages + b.first, count - b.first);
        good = sqs_batch_do(&b, &broken, e);
    }
    return good;
}
