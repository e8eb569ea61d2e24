/* sqs_receive.c: messages out of a queue.
 *
 * SQS holds a request for up to 20 s until there is a message. Who is told to stop does not wait
 * for that: the request is left to itself, and if it does bring messages, it makes them visible to
 * others again at once. */
#include "core/hash.h"
#include "core/text.h"
#include "stores/aws/sqs_call.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

/* A reply comes so long after the wait at the latest; `stop` is looked at so often. */
static const double reply_s = 10;
enum { LOOK_NS = 50000000 };

typedef struct Poll {
    SqsCall sqs; /* first */
    SqsQueue queue;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool over;
    atomic_bool abandoned; /* no further attempts, and nobody waits */
} Poll;

static void poll_free(Poll *p)
{
    sqs_call_deinit(&p->sqs);
    pthread_cond_destroy(&p->ended);
    pthread_mutex_destroy(&p->lock);
    free((char *)p->queue.url);
    free(p);
}

/* ---- what comes although nobody waits for it any more */

static void released(AwsCall *call)
{
    poll_free((Poll *)call);
}

/* The same call again, with another request. False: there is nothing to release. */
static bool release(Poll *p)
{
    Error e;
    char id[16];
    size_t count = 0;
    auto_json JsonNode *reply = NULL;
    if (p->sqs.call.error.kind != ERROR_NONE || !sqs_call_reply(&p->sqs, &reply, &e))
        return false;
    const JsonNode *messages = json_tree_member(reply, "Messages");
    sqs_call_deinit(&p->sqs);
    sqs_call_begin(&p->sqs, &p->queue, "ChangeMessageVisibilityBatch", "releasing messages");
    json_key(&p->sqs.json, "Entries");
    json_array_begin(&p->sqs.json);
    for (const JsonNode *n = json_tree_first(messages); n && count < SQS_BATCH;
         n = json_tree_next(n)) {
        snprintf(id, sizeof id, "%zu", count++);
        json_object_begin(&p->sqs.json);
        json_key(&p->sqs.json, "Id");
        json_text(&p->sqs.json, id);
        json_key(&p->sqs.json, "ReceiptHandle");
        json_text(&p->sqs.json, json_tree_member_text(n, "ReceiptHandle"));
        json_key(&p->sqs.json, "VisibilityTimeout");
        json_int(&p->sqs.json, 0);
        json_object_end(&p->sqs.json);
    }
    json_array_end(&p->sqs.json);
    if (count == 0 || !sqs_call_ready(&p->sqs, &e))
        return false;
    p->sqs.call.finished = released;
    aws_start(p->queue.aws, &p->sqs.call);
    return true;
}

static void finished(AwsCall *call)
{
    Poll *p = (Poll *)call;
    pthread_mutex_lock(&p->lock);
    bool abandoned = p->abandoned;
    p->over = true;
    pthread_cond_signal(&p->ended);
    pthread_mutex_unlock(&p->lock);
    if (abandoned && !release(p))
        poll_free(p);
}

/* ---- the request */

/* The same for all attempts of one call, so that a FIFO queue gives the messages again whose reply
 * was lost on the way. */
static void add_attempt_id(Json *json)
{
    unsigned char bytes[16];
    char text[2 * sizeof bytes + 1];
    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes)
        return;
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    json_key(json, "ReceiveRequestAttemptId");
    json_text(json, text);
}

static bool ask(Poll *p, const SqsReceive *o, Error *e)
{
    int64_t wait_s = sqs_seconds(o->wait_s, SQS_WAIT_MOST_S);
    Json *json = &p->sqs.json;
    sqs_call_begin(&p->sqs, &p->queue, "ReceiveMessage", "receiving messages");
    json_key(json, "MaxNumberOfMessages");
    json_int(json, SQS_BATCH);
    json_key(json, "WaitTimeSeconds");
    json_int(json, wait_s);
    json_key(json, "VisibilityTimeout");
    json_int(json, sqs_seconds(o->visibility_s, SQS_VISIBILITY_MOST_S));
    json_key(json, "MessageSystemAttributeNames");
    json_array_begin(json);
    json_text(json, "All");
    json_array_end(json);
    if (p->queue.fifo)
        add_attempt_id(json);
    p->sqs.call.quiet_s = (double)wait_s + reply_s;
    p->sqs.call.finished = finished;
    p->sqs.call.last = &p->abandoned;
    return sqs_call_ready(&p->sqs, e);
}

static Poll *poll_new(const SqsQueue *q)
{
    pthread_condattr_t monotonic;
    Poll *p = calloc(1, sizeof *p);
    char *url = strdup(q->url);
    if (!p || !url) {
        free(p);
        free(url);
        return NULL;
    }
    /* not q->cancelled: it may be gone before the call is */
    p->queue = (SqsQueue){.aws = q->aws, .url = url, .fifo = q->fifo};
    pthread_mutex_init(&p->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&p->ended, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return p;
}

/* False: told to stop before the reply was there; the poll frees itself. */
static bool wait_for(Poll *p, const atomic_bool *stop)
{
    pthread_mutex_lock(&p->lock);
    while (!p->over && !(stop && *stop)) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += LOOK_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&p->ended, &p->lock, &until);
    }
    bool over = p->over;
    p->abandoned = !over;
    pthread_mutex_unlock(&p->lock);
    return over;
}

/* ---- the reply */

/* Where OpenSSL has no MD5 (FIPS), nothing can be compared. */
static bool agrees(const char *body, size_t length, const char *md5)
{
    Error ignored;
    unsigned char digest[HASH_BYTES_MAX];
    char text[2 * HASH_BYTES_MAX + 1] = "";
    size_t size;
    auto_hash Hash h = {NULL};
    if (!md5 || !hash_begin(&h, HASH_MD5, &ignored))
        return true;
    if (!hash_add(&h, body, length, &ignored) || !hash_end(&h, digest, &size, &ignored))
        return false;
    for (size_t i = 0; i < size; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    return text_equal_nocase(text, md5);
}

static uint64_t number_of(const JsonNode *attributes, const char *name)
{
    uint64_t number;
    const char *text = json_tree_member_text(attributes, name);
    return text && text_to_uint64(text, strlen(text), &number) ? number : 0;
}

/* A damaged message has no receipt. False: no memory. */
static bool read_message(const JsonNode *n, bool fifo, Arena *a, SqsMessage *m)
{
    const JsonNode *attributes = json_tree_member(n, "Attributes");
    const char *id = json_tree_member_text(n, "MessageId");
    const char *receipt = json_tree_member_text(n, "ReceiptHandle");
    const char *body = json_tree_member_text(n, "Body");
    const char *group = json_tree_member_text(attributes, "MessageGroupId");
    *m = (SqsMessage){0};
    if (!id || !receipt || !*receipt || !body ||
        !agrees(body, strlen(body), json_tree_member_text(n, "MD5OfBody")))
        return true;
    uint64_t receives = number_of(attributes, "ApproximateReceiveCount");
    m->receives = receives < UINT32_MAX ? (unsigned)receives : UINT32_MAX;
    m->sent_s = (double)number_of(attributes, "SentTimestamp") / 1000;
    m->body_length = strlen(body);
    m->id = arena_string(a, id);
    m->receipt = arena_string(a, receipt);
    m->body = arena_copy(a, body, m->body_length);
    m->group = fifo && group ? arena_string(a, group) : NULL;
    return m->id && m->receipt && m->body && (!fifo || !group || m->group);
}

static bool read_messages(const Poll *p, Arena *a, SqsReceived *out, Error *e)
{
    auto_json JsonNode *reply = NULL;
    if (p->sqs.call.error.kind != ERROR_NONE)
        *e = p->sqs.call.error;
    if (p->sqs.call.error.kind != ERROR_NONE || !sqs_call_reply(&p->sqs, &reply, e))
        return false;
    SqsMessage *messages = arena_array(a, SQS_BATCH, sizeof *messages);
    if (!messages)
        return arena_full(a, e);
    size_t good = 0, all = 0;
    const JsonNode *n = json_tree_first(json_tree_member(reply, "Messages"));
    for (; n; n = json_tree_next(n)) {
        if (all++ == SQS_BATCH)
            return error_coded(e, ERROR_RETRY, "bad_reply", "%s: more than %d in a reply",
                               p->sqs.what, SQS_BATCH);
        if (!read_message(n, p->queue.fifo, a, &messages[good]))
            return arena_full(a, e);
        good += messages[good].receipt != NULL;
    }
    *out = (SqsReceived){.messages = messages, .count = good, .damaged = all - good};
    return true;
}

bool sqs_receive(const SqsQueue *q, const SqsReceive *o, Arena *a, SqsReceived *out, Error *e)
{
    bool stopped = o->stop && *o->stop;
    Poll *p = stopped ? NULL : poll_new(q);
    if (!p && !stopped)
        return error_coded(e, ERROR_RETRY, "no_memory", "queue %s: no memory for a request",
                           sqs_name(q));
    bool ok = stopped || ask(p, o, e);
    if (ok && !stopped) {
        aws_start(q->aws, &p->sqs.call);
        stopped = !wait_for(p, o->stop);
    }
    if (stopped) {
        *out = (SqsReceived){0};
        return true;
    }
    ok = ok && read_messages(p, a, out, e);
    poll_free(p);
    return ok;
}
