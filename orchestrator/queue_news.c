/* queue_news.c: from a message to the records of it that matter. */
#include "orchestrator/bucket_look.h"
#include "orchestrator/identity.h"
#include "orchestrator/source_queue_internal.h"
#include "stores/aws/s3_event.h"

#include <string.h>

enum { RECORDS_MOST = 1 << 20 }; /* a ticket has no room for more */

typedef struct News {
    QueueSource *queue;
    HandMessage *message;
    QueueCounts *counts;
    Buffer *line;
} News;

/* NULL with `place` set to NULL where all keys are meant. False: this one is not. */
static bool is_meant(const BucketPlaces *p, const S3Event *v, const S3Uri **place)
{
    *place = NULL;
    for (size_t i = 0; i < p->count && !*place; i++)
        if (place_has(&p->uris[i], v->bucket, v->key))
            *place = &p->uris[i];
    return (p->count == 0 || *place) && filter_includes(&p->filter, place_relative(*place, v->key));
}

/* Counts those that need no reading. */
static bool matters(const News *n, const S3Event *v, const S3Uri **place)
{
    QueueCounts *c = n->counts;
    if (v->kind != S3_EVENT_CREATED) {
        ++*(v->kind == S3_EVENT_REMOVED ? &c->removed : &c->other);
        return false;
    }
    if (!is_meant(&n->queue->places, v, place)) {
        c->elsewhere++;
        return false;
    }
    return true;
}

/* What the event does not say. What cannot be seen comes again. */
static void look(const News *n, HandRecord *r)
{
    Error e = {0};
    Object now = {.uri = r->uri};
    QueueSource *q = n->queue;
    SourceEvent event = SOURCE_TROUBLE;
    if (!q->blind)
        event = bucket_look_unless(q->options.aws, &q->stopping, &now, &n->message->arena, &e);
    r->etag = now.version;
    r->identity = now.identity;
    r->gone = event == SOURCE_GONE;
    r->unknown = event == SOURCE_TROUBLE;
    if (!r->unknown)
        return;
    r->state = RECORD_LATER;
    q->blind = q->blind || e.kind == ERROR_RETRY;
    if (e.kind != ERROR_RETRY)
        buffer_printf(n->line, "%s", e.message);
}

/* The uri says again what it was made of, or there can be no such object. */
static bool name_object(const News *n, const S3Event *v, HandRecord *r, Error *e)
{
    S3Uri parts;
    Error why = {0};
    Arena *a = &n->message->arena;
    r->uri = arena_printf(a, "s3://%s/%s", v->bucket, v->key);
    if (!r->uri)
        return arena_full(a, e);
    if (!s3_uri_read(r->uri, a, &parts, &why))
        return error_coded(e, ERROR_DATA, why.code[0] ? why.code : "bad_message", "%s",
                           why.message);
    return strcmp(parts.bucket, v->bucket) == 0 ||
           error_coded(e, ERROR_DATA, "bad_message", "no bucket can be called %.100s", v->bucket);
}

static bool read_event(const News *n, const S3Event *v, const S3Uri *place, HandRecord *r, Error *e)
{
    *r = (HandRecord){.etag = v->etag, .sequencer = v->sequencer};
    if (!name_object(n, v, r, e))
        return false;
    if (!v->etag || !v->size_known)
        look(n, r);
    else if (!identity_of_version(v->etag, v->size_bytes, &r->identity, e))
        return false;
    if (!r->gone && !r->unknown)
        r->ignored_by = places_ignore(&n->queue->places, place, v->key, r->identity.size);
    return true;
}

static bool read_events(const News *n, const S3Message *s3, Error *e)
{
    HandMessage *m = n->message;
    size_t most = s3->count < RECORDS_MOST ? s3->count : RECORDS_MOST;
    m->records = arena_array(&m->arena, most + 1, sizeof *m->records);
    if (!m->records || s3->count > most)
        return arena_full(&m->arena, e);
    for (size_t i = 0; i < s3->count; i++) {
        const S3Uri *place;
        if (!matters(n, &s3->events[i], &place))
            continue;
        if (!read_event(n, &s3->events[i], place, &m->records[m->count], e))
            return false;
        m->count++;
    }
    n->counts->events += m->count;
    return true;
}

/* It must end up where a person finds it: in the dead-letter queue, or in OUT. */
static bool set_aside(const News *n, const SqsMessage *m, const Error *why)
{
    HandMessage *out = n->message;
    bool redrive = n->queue->rules.redrive;
    n->counts->poison += redrive;
    out->state = redrive ? MESSAGE_AT_ONCE : MESSAGE_KEEP;
    out->body = redrive ? NULL : arena_copy(&out->arena, m->body, m->body_length);
    buffer_printf(n->line, "message %s: %s; it is %s", m->id, why->message,
                  redrive ? "left to the dead-letter queue" : "kept in the folder poison of OUT");
    return redrive || out->body;
}

static bool read_message(const News *n, const SqsMessage *m, Error *e)
{
    S3Message s3;
    if (!s3_message_read(m->body, m->body_length, &n->message->arena, &s3, e))
        return false;
    n->counts->tests += s3.is_test;
    return s3.is_test || read_events(n, &s3, e);
}

static bool read_body(const News *n, const SqsMessage *m)
{
    Error e = {0};
    if (read_message(n, m, &e))
        return true;
    n->message->count = 0; /* nothing of it is told */
    return e.kind == ERROR_DATA && strcmp(e.code, "memory") != 0 && set_aside(n, m, &e);
}

bool queue_news(QueueSource *q, const SqsMessage *m, HandMessage **out, QueueCounts *counts,
                Buffer *line)
{
    HandMessage *made = hand_message_new(m->id, m->receipt);
    News n = {.queue = q, .message = made, .counts = counts, .line = line};
    if (!made)
        return false;
    made->receives = m->receives;
    made->group = m->group ? arena_string(&made->arena, m->group) : NULL;
    if ((!m->group || made->group) && read_body(&n, m)) {
        *out = made;
        return true;
    }
    hand_message_free(made);
    return false;
}
