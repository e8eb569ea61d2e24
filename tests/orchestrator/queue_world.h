/* queue_world.h: a queue and a bucket inside the test program, and a source that listens to them.
 */
#pragma once

#include "core/clock.h"
#include "orchestrator/source_queue.h"
#include "tests/stores/aws_world.h"

#include <sys/stat.h>

enum { QUEUE_MESSAGES = 16, QUEUE_ASKED = 256 };

typedef struct QueueMessage {
    const char *body;
    const char *group; /* or NULL */
    unsigned receives; /* 0: 1 */
    bool given;
    bool lost; /* its receipt counts no more */
} QueueMessage;

/* One entry of a batch that was asked for: message n, and -1: deleted; else made invisible for so
 * many seconds. */
typedef struct QueueAsked {
    unsigned message;
    int visibility_s;
    double at_s;
} QueueAsked;

typedef struct Queue {
    Server server;
    Aws *aws;
    Source *source;
    char folder[64]; /* OUT */
    bool fifo, redrive;
    QueueMessage messages[QUEUE_MESSAGES];
    size_t count;
    unsigned ahead;       /* as in QueueOptions; 0: 100 */
    bool flood;           /* ten more messages at each call, for ever */
    atomic_uint flooded;  /* so many */
    atomic_bool down;     /* it answers with 500 */
    atomic_bool no_entry; /* batches are refused for good */
    pthread_mutex_t lock; /* for what follows, and `given` and `lost` */
    QueueAsked asked[QUEUE_ASKED];
    size_t asked_count;
    char lines[4096];           /* said, each with its end; of the thread that calls next() */
    bool hangs;                 /* nothing is answered for 20 s */
    const char *_Atomic listed; /* the reply to whoever lists the bucket */
} Queue;

static inline char *queue_reply(const char *status, const char *headers, const char *body)
{
    Buffer b = {0};
    buffer_printf(&b, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n%s\r\n%s", status, strlen(body),
                  headers, body);
    return b.bytes;
}

static inline void queue_add_text(Buffer *b, const char *text)
{
    for (; *text; text++)
        buffer_printf(b, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
}

static inline char *queue_flood(Queue *q)
{
    Buffer b = {0};
    buffer_string(&b, "{\"Messages\":[");
    for (unsigned i = 0; i < 10; i++) {
        unsigned n = atomic_fetch_add(&q->flooded, 1U);
        buffer_printf(&b, "%s{\"MessageId\":\"id-%u\",\"ReceiptHandle\":\"r%u.\",\"Body\":\"",
                      i ? "," : "", n, n);
        char body[256];
        snprintf(body, sizeof body,
                 "{\"Records\":[{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\","
                 "\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},"
                 "\"object\":{\"key\":\"in/%u\",\"size\":1,\"eTag\":\"e\"}}}]}",
                 n);
        queue_add_text(&b, body);
        buffer_string(&b, "\"}");
    }
    buffer_string(&b, "]}");
    char *reply = queue_reply("200 OK", "", b.bytes);
    buffer_deinit(&b);
    return reply;
}

/* All that have not been given yet, ten at most. */
static inline char *queue_give(Queue *q)
{
    Buffer b = {0};
    unsigned n = 0;
    buffer_string(&b, "{\"Messages\":[");
    pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < q->count && n < 10; i++) {
        QueueMessage *m = &q->messages[i];
        if (m->given)
            continue;
        m->given = true;
        buffer_printf(&b, "%s{\"MessageId\":\"id-%zu\",\"ReceiptHandle\":\"r%zu.\",\"Body\":\"",
                      n++ ? "," : "", i, i);
        queue_add_text(&b, m->body);
        buffer_printf(&b, "\",\"Attributes\":{\"ApproximateReceiveCount\":\"%u\"",
                      m->receives ? m->receives : 1);
        if (m->group)
            buffer_printf(&b, ",\"MessageGroupId\":\"%s\"", m->group);
        buffer_string(&b, "}}");
    }
    pthread_mutex_unlock(&q->lock);
    buffer_string(&b, "]}");
    char *reply = queue_reply("200 OK", "", b.bytes);
    buffer_deinit(&b);
    if (n == 0)
        server_sleep(&q->server, 0.1);
    return reply;
}

/* A batch: notes its entries, each is done or its receipt is lost. */
static inline char *queue_batch(Queue *q, const char *body, bool deleted)
{
    Buffer done = {0}, lost = {0};
    static const char at_receipt[] = "\"ReceiptHandle\":\"r", at_s[] = "\"VisibilityTimeout\":";
    const char *entry = strstr(body, at_receipt);
    pthread_mutex_lock(&q->lock);
    for (unsigned n = 0; entry; n++, entry = strstr(entry + 1, at_receipt)) {
        unsigned m = (unsigned)strtoul(entry + strlen(at_receipt), NULL, 10);
        const char *s = strstr(entry, at_s);
        int visibility_s = deleted || !s ? -1 : (int)strtol(s + strlen(at_s), NULL, 10);
        if (q->asked_count < QUEUE_ASKED)
            q->asked[q->asked_count++] = (QueueAsked){m, visibility_s, monotonic_s()};
        bool is_lost = m < q->count && q->messages[m].lost;
        if (is_lost)
            buffer_printf(&lost,
                          "%s{\"Id\":\"%u\",\"Code\":\"ReceiptHandleIsInvalid\",\"SenderFault\":"
                          "true}",
                          lost.length ? "," : "", n);
        else
            buffer_printf(&done, "%s{\"Id\":\"%u\"}", done.length ? "," : "", n);
    }
    pthread_mutex_unlock(&q->lock);
    Buffer b = {0};
    buffer_printf(&b, "{\"Successful\":[%s],\"Failed\":[%s]}", done.bytes ? done.bytes : "",
                  lost.bytes ? lost.bytes : "");
    char *reply = queue_reply("200 OK", "", b.bytes);
    buffer_deinit(&b);
    buffer_deinit(&done);
    buffer_deinit(&lost);
    return reply;
}

/* The bucket has every object but those with "gone" or "shut" in their name. */
static inline char *queue_look(const char *request)
{
    const char *end = strchr(request, '\r');
    char *line = strndup(request, end ? (size_t)(end - request) : 0);
    bool gone = strstr(line, "gone"), shut = strstr(line, "shut");
    free(line);
    if (gone || shut)
        return strdup(gone ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                           : "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    return strdup("HTTP/1.1 200 OK\r\nETag: \"looked\"\r\nContent-Length: 77\r\n\r\n");
}

static inline char *queue_answer(void *context, const char *request)
{
    Queue *q = context;
    const char *body = strstr(request, "\r\n\r\n");
    if (q->hangs)
        server_sleep(&q->server, 20);
    if (q->down)
        return queue_reply("500 No", "", "{\"__type\":\"com.amazonaws.sqs#InternalFailure\"}");
    if (strncmp(request, "HEAD ", 5) == 0)
        return queue_look(request);
    if (strncmp(request, "GET ", 4) == 0 && strstr(request, "list-type=2"))
        return queue_reply("200 OK", "", q->listed);
    bool deleted = strstr(request, "AmazonSQS.DeleteMessageBatch") != NULL;
    if (q->no_entry && deleted)
        return queue_reply("403 Forbidden", "",
                           "{\"__type\":\"com.amazonaws.sqs#AccessDeniedException\"}");
    if (strstr(request, "AmazonSQS.ReceiveMessage"))
        return q->flood ? queue_flood(q) : queue_give(q);
    if (strstr(request, "AmazonSQS.GetQueueAttributes"))
        return queue_reply("200 OK", "",
                           q->redrive ? "{\"Attributes\":{\"VisibilityTimeout\":\"6\","
                                        "\"RedrivePolicy\":\"{}\"}}"
                                      : "{\"Attributes\":{\"VisibilityTimeout\":\"6\"}}");
    return queue_batch(q, body, deleted);
}

static inline void queue_note_line(void *context, const char *line)
{
    Queue *q = context;
    size_t used = strlen(q->lines);
    snprintf(q->lines + used, sizeof q->lines - used, "%s\n", line);
}

/* With these messages, and as `fifo` and `redrive` say. */
static inline void queue_open(Queue *q, const QueueMessage *messages, size_t count)
{
    memcpy(q->messages, messages, count * sizeof *messages);
    q->count = count;
    pthread_mutex_init(&q->lock, NULL);
    q->server.answer = queue_answer;
    q->server.context = q;
    assert_true(server_open(&q->server));
    set_environment(q->server.origin);
    setenv("AWS_MAX_ATTEMPTS", "1", 1);
    snprintf(q->folder, sizeof q->folder, "/tmp/queue_world.XXXXXX");
    assert_non_null(mkdtemp(q->folder));
    AwsOptions a = {.connections = 4, .version = "test"};
    Error e = {0};
    assert_ok(aws_open(&a, &q->aws, &e), &e);
    static const char *items[] = {"s3://bucket/in/"};
    char url[128];
    snprintf(url, sizeof url, "%s/123456789012/argo%s", q->server.origin, q->fifo ? ".fifo" : "");
    QueueOptions o = {.aws = q->aws,
                      .queue = url,
                      .uris = {items, 1},
                      .folder = q->folder,
                      .ahead = q->ahead ? q->ahead : 100,
                      .budget = 5,
                      .say = queue_note_line,
                      .context = q};
    assert_ok(source_queue_open(&o, &q->source, &e), &e);
    q->source->patient = true;
}

static inline void queue_close(Queue *q)
{
    char path[128];
    if (q->source)
        q->source->methods->close(q->source);
    q->source = NULL;
    aws_close(q->aws);
    server_close(&q->server);
    for (unsigned i = 0; i < QUEUE_MESSAGES; i++) {
        snprintf(path, sizeof path, "%s/poison/id-%u.json", q->folder, i);
        remove(path);
    }
    snprintf(path, sizeof path, "%s/poison", q->folder);
    remove(path);
    remove(q->folder);
}

/* The next event that is not "later", for at most ten seconds. */
static inline SourceEvent queue_next(Queue *q, Object *out, Error *e)
{
    SourceEvent event = SOURCE_LATER;
    double end_s = monotonic_s() + 10;
    while (event == SOURCE_LATER && monotonic_s() < end_s)
        event = q->source->methods->next(q->source, out, e);
    return event;
}

/* Its ticket; the object must be that of this key. */
static inline uint64_t queue_told(Queue *q, const char *key)
{
    Object o = {0};
    Error e = {0};
    assert_int_equal(queue_next(q, &o, &e), SOURCE_OBJECT);
    const char *uri = o.uri ? o.uri : "none";
    assert_memory_equal(uri, "s3://bucket/", strlen("s3://bucket/"));
    assert_string_equal(uri + strlen("s3://bucket/"), key);
    assert_int_equal(o.uri_length, strlen(uri));
    assert_non_null(o.version);
    assert_true(o.ticket != 0);
    return o.ticket;
}

static inline void queue_settle(Queue *q, uint64_t ticket, Settlement how)
{
    q->source->methods->settle(q->source, ticket, how);
}

/* The last that was asked for with message n from the time since_s on; -2: nothing. */
static inline int queue_last(Queue *q, unsigned n, double since_s)
{
    int last = -2;
    pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < q->asked_count; i++)
        if (q->asked[i].message == n && q->asked[i].at_s >= since_s)
            last = q->asked[i].visibility_s;
    pthread_mutex_unlock(&q->lock);
    return last;
}

/* Waits until something is asked for with message n; what it is, or -2 after ten seconds. The
 * source is listened to meanwhile, and must have nothing to tell. */
static inline int queue_wait_for(Queue *q, unsigned n, double since_s)
{
    Object o;
    Error e = {0};
    int last = queue_last(q, n, since_s);
    for (double end_s = monotonic_s() + 10; last == -2 && monotonic_s() < end_s;
         last = queue_last(q, n, since_s))
        assert_int_equal(q->source->methods->next(q->source, &o, &e), SOURCE_LATER);
    return last;
}
