/* event_sender.c: notifications that wait until there are ten of them. */
#include "orchestrator/event_sender.h"

#include "core/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef struct Pending {
    char *body;
    char group[HASH_HEX_SIZE], once[HASH_HEX_SIZE];
} Pending;

struct EventSender {
    SqsQueue queue;
    Arena arena;          /* the queue's */
    pthread_mutex_t lock; /* for what follows, and one batch at a time */
    Pending *pending;
    size_t count, capacity;
    uint64_t sent;
};

bool event_sender_open(Aws *aws, const char *queue, EventSender **out, Error *e)
{
    EventSender *s = calloc(1, sizeof *s);
    if (!s)
        return error_coded(e, ERROR_RETRY, "no_memory", "queue %s: no memory", queue);
    pthread_mutex_init(&s->lock, NULL);
    arena_init(&s->arena, 0);
    if (!sqs_open(aws, queue, &s->arena, &s->queue, e)) {
        event_sender_close(s);
        return false;
    }
    *out = s;
    return true;
}

/* The oldest `count` of them, which are taken off when they have been sent. */
static bool send_oldest(EventSender *s, size_t count, Error *e)
{
    SqsSend messages[SQS_BATCH];
    for (size_t i = 0; i < count; i++)
        messages[i] = (SqsSend){.body = s->pending[i].body,
                                .group = s->queue.fifo ? s->pending[i].group : NULL,
                                .deduplication = s->queue.fifo ? s->pending[i].once : NULL};
    if (!sqs_send(&s->queue, messages, count, e))
        return false;
    for (size_t i = 0; i < count; i++)
        free(s->pending[i].body);
    s->count -= count;
    s->sent += count;
    memmove(s->pending, s->pending + count, s->count * sizeof *s->pending);
    return true;
}

static bool send_down_to(EventSender *s, size_t most, Error *e)
{
    bool ok = true;
    while (ok && s->count > most)
        ok = send_oldest(s, s->count < SQS_BATCH ? s->count : SQS_BATCH, e);
    return ok;
}

/* In a FIFO queue those of one object stay in order; the same event is there once in 5 minutes. */
static bool make(const S3Event *v, Pending *out, Error *e)
{
    auto_buffer Buffer body = {0};
    if (!s3_message_write(v, &body, e) ||
        !hash_strings(out->group, (const char *[]){v->bucket, v->key, NULL}, e) ||
        !hash_strings(out->once, (const char *[]){body.bytes, NULL}, e))
        return false;
    out->body = body.bytes;
    body = (Buffer){0};
    return true;
}

static bool append(EventSender *s, const Pending *p)
{
    if (s->count == s->capacity) {
        size_t capacity = s->capacity ? 2 * s->capacity : 4 * SQS_BATCH;
        Pending *grown = reallocarray(s->pending, capacity, sizeof *grown);
        if (!grown)
            return false;
        s->pending = grown;
        s->capacity = capacity;
    }
    s->pending[s->count++] = *p;
    return true;
}

bool event_sender_add(EventSender *s, const S3Event *v, Error *e)
{
    Pending p;
    if (!make(v, &p, e))
        return false;
    pthread_mutex_lock(&s->lock);
    bool there = append(s, &p);
    pthread_mutex_unlock(&s->lock);
    if (there)
        return true;
    free(p.body);
    return error_coded(e, ERROR_RETRY, "no_memory", "an event of s3://%s: no memory", v->bucket);
}

bool event_sender_send(EventSender *s, bool all, Error *e)
{
    pthread_mutex_lock(&s->lock);
    bool ok = send_down_to(s, all ? 0 : SQS_BATCH - 1, e);
    pthread_mutex_unlock(&s->lock);
    return ok;
}

uint64_t event_sender_sent(EventSender *s)
{
    pthread_mutex_lock(&s->lock);
    uint64_t sent = s->sent;
    pthread_mutex_unlock(&s->lock);
    return sent;
}

void event_sender_close(EventSender *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->count; i++)
        free(s->pending[i].body);
    free(s->pending);
    arena_deinit(&s->arena);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
