/* source_queue.c: what a queue's events tell, on the keeper's side. */
#include "orchestrator/source_queue_internal.h"

#include "core/clock.h"
#include "core/text.h"
#include "orchestrator/bucket_look.h"
#include "orchestrator/stop.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD_MOST = HAND_SLOTS / 4 * 3 }; /* and room for those that are away */
static const double wait_s = 0.02;        /* what the keeper may be kept from its other work */
static const double close_s = 4;          /* for handing back what is not done with */
/* The queue's own visibility timeout counts within these bounds; it is extended all the time, so it
 * only says how soon others get what was in hand here when this process died. */
static const double visibility_least_s = 6, visibility_most_s = 600, visibility_s = 120;

void queue_wait(QueueSource *q, double seconds)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double whole = (double)(time_t)seconds;
    until.tv_sec += (time_t)whole;
    until.tv_nsec += (long)((seconds - whole) * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&q->changed, &q->lock, &until);
}

void queue_say(QueueSource *q, const char *format, ...)
{
    va_list words;
    char line[ERROR_MESSAGE_SIZE + 256];
    va_start(words, format);
    vsnprintf(line, sizeof line, format, words);
    va_end(words);
    text_printable(&q->lines, line, strlen(line));
    buffer_char(&q->lines, '\n');
}

/* ---- what is told */

static void say_lines(QueueSource *q)
{
    pthread_mutex_lock(&q->lock);
    Buffer lines = q->lines;
    q->lines = (Buffer){0};
    pthread_mutex_unlock(&q->lock);
    char *line = lines.failed ? NULL : lines.bytes;
    while (line && *line) {
        char *end = strchr(line, '\n');
        *end = '\0';
        q->options.say(q->options.context, line);
        line = end + 1;
    }
    buffer_deinit(&lines);
}

static const char *copy(Buffer *b, const char *text)
{
    buffer_clear(b);
    buffer_string(b, text);
    return b->bytes;
}

/* Under the lock; the texts outlive the record. */
static SourceEvent tell(QueueSource *q, const HandRecord *r, Object *out, Error *e)
{
    uint64_t ticket = hand_ticket(r);
    if (r->gone) {
        error_coded(e, ERROR_DATA, "gone", "%s: there is no such object", r->uri);
        hand_settle(q->hand, ticket, SETTLED);
        return SOURCE_GONE;
    }
    copy(&q->uri, r->uri);
    copy(&q->etag, r->etag);
    copy(&q->ignored_by, r->ignored_by ? r->ignored_by : "");
    if (q->uri.failed || q->etag.failed || q->ignored_by.failed) {
        error_errno(e, ERROR_RETRY, ENOMEM, "an event");
        hand_settle(q->hand, ticket, SETTLED_LATER);
        return SOURCE_WAIT;
    }
    *out = (Object){.uri = q->uri.bytes,
                    .uri_length = q->uri.length,
                    .identity = r->identity,
                    .version = q->etag.bytes,
                    .ignored_by = r->ignored_by ? q->ignored_by.bytes : NULL,
                    .ticket = ticket};
    return SOURCE_OBJECT;
}

/* A queue that is away is waited for, however long: that is what a watch is for. Under the lock. */
static SourceEvent tell_trouble(QueueSource *q, const Error *why, Error *e)
{
    *e = *why;
    if (e->kind == ERROR_RETRY)
        return SOURCE_WAIT;
    q->ended = true;
    return SOURCE_TROUBLE;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    QueueSource *q = (QueueSource *)s;
    SourceEvent event = SOURCE_LATER;
    if (q->ended)
        return SOURCE_END;
    say_lines(q);
    pthread_mutex_lock(&q->lock);
    bool refused = q->refused.kind != ERROR_NONE;
    HandRecord *r = refused ? NULL : hand_next(q->hand);
    if (!r && !refused && q->trouble.kind == ERROR_NONE) {
        queue_wait(q, wait_s);
        r = hand_next(q->hand);
    }
    if (r)
        event = tell(q, r, out, e);
    else if (refused || q->trouble.kind != ERROR_NONE)
        event = tell_trouble(q, refused ? &q->refused : &q->trouble, e);
    pthread_mutex_unlock(&q->lock);
    return event;
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    return bucket_look_unless(((QueueSource *)s)->options.aws, stop_asked(), o, a, e);
}

static void settle(Source *s, uint64_t ticket, Settlement how)
{
    QueueSource *q = (QueueSource *)s;
    pthread_mutex_lock(&q->lock);
    hand_settle(q->hand, ticket, how);
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

QueueCounts source_queue_counts(const Source *s)
{
    QueueSource *q = (QueueSource *)s;
    pthread_mutex_lock(&q->lock);
    QueueCounts counts = q->counts;
    pthread_mutex_unlock(&q->lock);
    return counts;
}

/* ---- beginning and end */

static void destroy(QueueSource *q)
{
    hand_free(q->hand);
    buffer_deinit(&q->uri);
    buffer_deinit(&q->etag);
    buffer_deinit(&q->ignored_by);
    buffer_deinit(&q->lines);
    pthread_cond_destroy(&q->changed);
    pthread_mutex_destroy(&q->lock);
    arena_deinit(&q->arena);
    free(q);
}

static void close_queue(Source *s)
{
    QueueSource *q = (QueueSource *)s;
    double end_s = monotonic_s() + close_s;
    q->stopping = true;
    pthread_mutex_lock(&q->lock);
    pthread_cond_broadcast(&q->changed);
    while (!q->tended && monotonic_s() < end_s)
        queue_wait(q, end_s - monotonic_s());
    pthread_mutex_unlock(&q->lock);
    q->abandoned = true;
    q->cancelled = true;
    pthread_join(q->receiver, NULL);
    pthread_join(q->tender, NULL);
    say_lines(q);
    destroy(q);
}

static const SourceMethods methods = {
    .name = "queue", .next = next, .look = look, .settle = settle, .close = close_queue};

static QueueSource *new_source(const QueueOptions *o)
{
    pthread_condattr_t monotonic;
    QueueSource *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->source = (Source){.methods = &methods, .endless = true};
    q->options = *o;
    if (q->options.ahead > AHEAD_MOST)
        q->options.ahead = AHEAD_MOST;
    arena_init(&q->arena, 0);
    pthread_mutex_init(&q->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&q->changed, &monotonic);
    pthread_condattr_destroy(&monotonic);
    q->hand = hand_new();
    q->options.folder = arena_string(&q->arena, o->folder);
    if (q->hand && q->options.folder)
        return q;
    destroy(q);
    return NULL;
}

/* Who may not ask for the rules goes by our own. */
static bool learn_rules(QueueSource *q, Error *e)
{
    q->visibility_s = visibility_s;
    if (!sqs_rules(&q->queue, &q->rules, e)) {
        q->rules = (SqsRules){0};
        if (strcmp(e->code, "access_denied") != 0)
            return false;
        *e = (Error){0};
        return true;
    }
    if (q->rules.visibility_s > 0)
        q->visibility_s = q->rules.visibility_s;
    if (q->visibility_s < visibility_least_s)
        q->visibility_s = visibility_least_s;
    if (q->visibility_s > visibility_most_s)
        q->visibility_s = visibility_most_s;
    return true;
}

static bool start_threads(QueueSource *q, Error *e)
{
    int why = pthread_create(&q->tender, NULL, queue_tend, q);
    if (why != 0)
        return error_errno(e, ERROR_RETRY, why, "a thread for the queue");
    why = pthread_create(&q->receiver, NULL, queue_receive, q);
    if (why == 0)
        return true;
    pthread_mutex_lock(&q->lock);
    q->stopping = q->received = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    pthread_join(q->tender, NULL);
    return error_errno(e, ERROR_RETRY, why, "a thread for the queue");
}

bool source_queue_open(const QueueOptions *o, Source **out, Error *e)
{
    QueueSource *q = new_source(o);
    if (!q)
        return error_errno(e, ERROR_RETRY, ENOMEM, "the queue");
    bool ok = places_init(&q->places, &o->uris, &o->include, &o->exclude, &q->arena, e) &&
              places_add(&q->places, &o->prefixes, &q->arena, e) &&
              sqs_open(o->aws, o->queue, &q->arena, &q->queue, e);
    q->queue.cancelled = &q->cancelled;
    if (!ok || !learn_rules(q, e) || !start_threads(q, e)) {
        destroy(q);
        return false;
    }
    *out = &q->source;
    return true;
}
