/* queue_receiver.c: the thread that receives. */
#include "core/clock.h"
#include "orchestrator/source_queue_internal.h"

#include <math.h>

enum { RECORDS_AHEAD = 4096 }; /* of messages that have many */
static const double pause_first_s = 0.25, pause_most_s = 5;

/* False: it is to stop. */
static bool wait_for_room(QueueSource *q)
{
    pthread_mutex_lock(&q->lock);
    while (!q->stopping &&
           (hand_count(q->hand) >= q->options.ahead || hand_waiting(q->hand) >= RECORDS_AHEAD))
        queue_wait(q, 1);
    pthread_mutex_unlock(&q->lock);
    return !q->stopping;
}

/* Of a message that never comes to an end nobody else would speak. */
static void say_often(QueueSource *q, const SqsMessage *m, const char *uri)
{
    if (m->receives <= q->options.budget || q->rules.redrive)
        return;
    queue_say(q,
              "message %s has come %u times without an end%s%s; it goes on to be tried, every few "
              "minutes at most",
              m->id, m->receives, uri ? ": " : "", uri ? uri : "");
}

static void add_counts(QueueCounts *to, const QueueCounts *more)
{
    to->events += more->events;
    to->removed += more->removed;
    to->other += more->other;
    to->elsewhere += more->elsewhere;
    to->tests += more->tests;
    to->poison += more->poison;
}

/* A message on its way into the hand. */
typedef struct Arrival {
    HandMessage *news; /* NULL: no memory for it */
    QueueCounts counts;
    Buffer line;
} Arrival;

/* What comes again was counted, and spoken of, when it came first. */
static void take(QueueSource *q, const SqsMessage *m, Arrival *a, double now_s)
{
    if (!a->news) { /* it is visible to others after its time */
        queue_say(q, "no memory for message %s; it comes again", m->id);
        return;
    }
    a->news->received_s = now_s;
    a->news->until_s = now_s + q->visibility_s;
    say_often(q, m, a->news->count ? a->news->records[0].uri : NULL);
    HandTaken taken = hand_take(q->hand, a->news);
    q->counts.messages += taken == HAND_NEW;
    q->counts.again += taken == HAND_AGAIN;
    if (taken != HAND_NEW)
        return;
    add_counts(&q->counts, &a->counts);
    if (a->line.length > 0)
        queue_say(q, "%s", a->line.bytes);
}

/* All in one go, so that none of a group is told before the others have taken their places. */
static void take_all(QueueSource *q, const SqsReceived *in, double now_s)
{
    Arrival arrivals[SQS_BATCH] = {0};
    q->blind = false;
    for (size_t i = 0; i < in->count; i++) {
        Arrival *a = &arrivals[i];
        if (!queue_news(q, &in->messages[i], &a->news, &a->counts, &a->line))
            a->news = NULL;
    }
    pthread_mutex_lock(&q->lock);
    for (size_t i = 0; i < in->count; i++)
        take(q, &in->messages[i], &arrivals[i], now_s);
    q->counts.damaged += in->damaged;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    for (size_t i = 0; i < in->count; i++)
        buffer_deinit(&arrivals[i].line);
}

static void note_trouble(QueueSource *q, const Error *e)
{
    pthread_mutex_lock(&q->lock);
    q->trouble = *e;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

static void pause_for(QueueSource *q, double seconds)
{
    double end_s = monotonic_s() + seconds;
    pthread_mutex_lock(&q->lock);
    while (!q->stopping && monotonic_s() < end_s)
        queue_wait(q, end_s - monotonic_s());
    pthread_mutex_unlock(&q->lock);
}

static bool receive_some(QueueSource *q, Error *e)
{
    Arena a;
    SqsReceived in;
    SqsReceive o = {
        .wait_s = SQS_WAIT_MOST_S, .visibility_s = q->visibility_s, .stop = &q->abandoned};
    arena_init(&a, 0);
    bool ok = sqs_receive(&q->queue, &o, &a, &in, e);
    if (ok && in.count + in.damaged > 0)
        take_all(q, &in, monotonic_s());
    arena_deinit(&a);
    return ok;
}

void *queue_receive(void *source)
{
    QueueSource *q = source;
    double pause_s = 0;
    while (wait_for_room(q)) {
        Error e = {0};
        bool ok = receive_some(q, &e);
        note_trouble(q, &e);
        pause_s = ok ? 0 : fmin(fmax(2 * pause_s, pause_first_s), pause_most_s);
        if (!ok)
            pause_for(q, pause_s);
    }
    pthread_mutex_lock(&q->lock);
    q->received = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    return NULL;
}
