/* queue_tender.c: the thread that answers for what is in hand: holds on to it, deletes what is done
 * with, lets go of what is to come again. */
#include "core/clock.h"
#include "orchestrator/source_queue_internal.h"

#include <math.h>
#include <stdlib.h>
#include <sys/random.h>

enum { TURN_MOST = 100 };
/* SQS gives a message away after 12 hours, whatever is said. */
static const double held_most_s = 43200, gather_s = 0.02, look_s = 1, linger_s = 1.5;
static const double pause_first_s = 0.25, pause_most_s = 5;
static const double rest_first_s = 2, rest_most_s = 300;

/* Messages of which the same is asked. */
typedef struct Turn {
    Arena arena;
    const char *receipts[TURN_MOST];
    HandKey keys[TURN_MOST];
    bool lost[TURN_MOST];
    size_t count;
} Turn;

/* After a failure nothing of the kind is asked for a while. */
typedef struct Pause {
    double pause_s, again_s;
} Pause;

typedef struct Tender {
    QueueSource *queue;
    Pause holding, ending;
    bool told; /* a failure, once */
} Tender;

/* ---- which messages */

static bool is_due(const QueueSource *q, const HandMessage *m, double now_s)
{
    return m->state != MESSAGE_AWAY && m->until_s - now_s < q->visibility_s * 2 / 3 &&
           m->until_s - m->received_s < held_most_s;
}

static bool is_over(const HandMessage *m, double now_s)
{
    return m->state != MESSAGE_AWAY && m->until_s <= now_s;
}

/* Not ours any more, but not yet visible to others. */
static bool rests(const HandMessage *m, double now_s)
{
    return m->state == MESSAGE_AWAY && m->until_s > now_s;
}

static void add(Turn *t, const HandMessage *m)
{
    const char *receipt = t->count < TURN_MOST ? arena_string(&t->arena, m->receipt) : NULL;
    if (!receipt)
        return; /* the next turn has it */
    t->keys[t->count] = hand_key(m);
    t->receipts[t->count++] = receipt;
}

static void turn_init(Turn *t)
{
    t->count = 0;
    arena_init(&t->arena, 0);
}

static void gather_state(const QueueSource *q, MessageState state, Turn *t)
{
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        const HandMessage *m = hand_at(q->hand, i);
        if (m && m->state == state)
            add(t, m);
    }
}

/* ---- after a call */

static void note(Tender *t, Pause *p, bool ok, const Error *e)
{
    QueueSource *q = t->queue;
    p->pause_s = ok ? 0 : fmin(fmax(2 * p->pause_s, pause_first_s), pause_most_s);
    p->again_s = monotonic_s() + p->pause_s;
    if (!ok && !t->told && !q->stopping)
        queue_say(q, "%s", e->message);
    t->told = !ok;
    if (!ok && e->kind == ERROR_SETUP)
        q->refused = *e;
}

static void lose(QueueSource *q, HandMessage *m)
{
    q->counts.lost++;
    hand_lost(q->hand, m);
}

/* ---- what is asked; called under the lock, which is given up meanwhile */

static void hold_on(Tender *t)
{
    Turn turn;
    Error e = {0};
    QueueSource *q = t->queue;
    double now_s = monotonic_s();
    turn_init(&turn);
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        HandMessage *m = hand_at(q->hand, i);
        if (m && is_over(m, now_s))
            lose(q, m);
        else if (m && now_s >= t->holding.again_s && is_due(q, m, now_s))
            add(&turn, m);
    }
    if (turn.count > 0) {
        pthread_mutex_unlock(&q->lock);
        bool ok = sqs_change_visibility(&q->queue, turn.receipts, turn.count, q->visibility_s,
                                        turn.lost, &e);
        pthread_mutex_lock(&q->lock);
        note(t, &t->holding, ok, &e);
        for (size_t i = 0; i < turn.count; i++) {
            HandMessage *m = hand_find(q->hand, turn.keys[i]);
            if (m && m->state != MESSAGE_AWAY && turn.lost[i])
                lose(q, m);
            else if (m && ok)
                m->until_s = now_s + q->visibility_s;
        }
    }
    arena_deinit(&turn.arena);
}

static void delete_done(Tender *t)
{
    Turn turn;
    Error e = {0};
    QueueSource *q = t->queue;
    turn_init(&turn);
    gather_state(q, MESSAGE_DONE, &turn);
    if (turn.count > 0) {
        pthread_mutex_unlock(&q->lock);
        bool ok = sqs_delete(&q->queue, turn.receipts, turn.count, turn.lost, &e);
        pthread_mutex_lock(&q->lock);
        note(t, &t->ending, ok, &e);
        for (size_t i = 0; i < turn.count; i++) {
            HandMessage *m = hand_find(q->hand, turn.keys[i]);
            if (!m || m->state != MESSAGE_DONE)
                continue;
            if (turn.lost[i])
                lose(q, m);
            else if (ok)
                hand_deleted(q->hand, m);
            q->counts.deleted += ok && !turn.lost[i];
        }
    }
    arena_deinit(&turn.arena);
}

/* Lets go of those in the turn, for so long. */
static void release(Tender *t, Turn *turn, double rest_s)
{
    Error e = {0};
    QueueSource *q = t->queue;
    double until_s = rest_s > 0 ? monotonic_s() + ceil(rest_s) : 0;
    if (turn->count > 0) {
        pthread_mutex_unlock(&q->lock);
        bool ok =
            sqs_change_visibility(&q->queue, turn->receipts, turn->count, rest_s, turn->lost, &e);
        pthread_mutex_lock(&q->lock);
        note(t, &t->ending, ok, &e);
        for (size_t i = 0; i < turn->count; i++) {
            HandMessage *m = hand_find(q->hand, turn->keys[i]);
            if (!m || !(ok || turn->lost[i]))
                continue;
            bool ours = m->state != MESSAGE_AWAY;
            q->counts.released += ours && !turn->lost[i];
            if (ours && turn->lost[i])
                lose(q, m);
            else
                hand_released(q->hand, m, until_s);
        }
    }
    arena_deinit(&turn->arena);
}

static void release_at_once(Tender *t)
{
    Turn turn;
    turn_init(&turn);
    gather_state(t->queue, MESSAGE_AT_ONCE, &turn);
    release(t, &turn, 0);
}

double queue_rest_s(unsigned receives, bool longest, double random)
{
    double most_s = rest_first_s;
    for (unsigned i = 1; i < receives && most_s < rest_most_s; i++)
        most_s *= 2;
    most_s = longest ? rest_most_s : fmin(most_s, rest_most_s);
    return most_s / 2 * (1 + random);
}

static double chance(void)
{
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, GRND_NONBLOCK) != (ssize_t)sizeof random)
        random = UINT32_MAX;
    return (double)random / UINT32_MAX;
}

static const HandMessage *first_for_later(const QueueSource *q)
{
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        const HandMessage *m = hand_at(q->hand, i);
        if (m && m->state == MESSAGE_LATER)
            return m;
    }
    return NULL;
}

/* Those that have been tried equally often rest equally long: a group stays together. */
static void release_for_later(Tender *t)
{
    Turn turn;
    QueueSource *q = t->queue;
    const HandMessage *first = first_for_later(q);
    if (!first)
        return;
    unsigned tries = first->tries;
    turn_init(&turn);
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        const HandMessage *m = hand_at(q->hand, i);
        if (m && m->state == MESSAGE_LATER && m->tries == tries)
            add(&turn, m);
    }
    bool longest = tries > q->options.budget && !q->rules.redrive;
    release(t, &turn, queue_rest_s(tries, longest, chance()));
}

static void keep_poison(Tender *t)
{
    QueueSource *q = t->queue;
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        Error e = {0};
        HandMessage *m = hand_at(q->hand, i);
        if (!m || m->state != MESSAGE_KEEP)
            continue;
        pthread_mutex_unlock(&q->lock); /* nobody else lets go of it meanwhile */
        bool ok = poison_keep(q->options.folder, m->id, m->body, &e);
        pthread_mutex_lock(&q->lock);
        note(t, &t->ending, ok, &e);
        if (!ok)
            return;
        q->counts.kept++;
        hand_kept(q->hand, m);
    }
}

/* ---- the thread */

static bool has_work(const QueueSource *q)
{
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        const HandMessage *m = hand_at(q->hand, i);
        if (m && m->state != MESSAGE_HELD && m->state != MESSAGE_AWAY)
            return true;
    }
    return false;
}

static void gather_a_little(QueueSource *q)
{
    struct timespec time = {.tv_nsec = (long)(gather_s * 1e9)};
    pthread_mutex_unlock(&q->lock);
    nanosleep(&time, NULL);
    pthread_mutex_lock(&q->lock);
}

static void tend(Tender *t)
{
    QueueSource *q = t->queue;
    hold_on(t);
    if (!has_work(q) || monotonic_s() < t->ending.again_s) {
        queue_wait(q, fmin(look_s, q->visibility_s / 12));
        return;
    }
    gather_a_little(q);
    keep_poison(t);
    delete_done(t);
    release_at_once(t);
    release_for_later(t);
    pthread_cond_broadcast(&q->changed); /* there may be room */
}

static size_t gather_rest(const QueueSource *q, Turn *turn)
{
    double now_s = monotonic_s();
    for (size_t i = 0; i < hand_slots(q->hand); i++) {
        const HandMessage *m = hand_at(q->hand, i);
        if (m && (rests(m, now_s) || (m->state != MESSAGE_AWAY && m->until_s > now_s)))
            add(turn, m);
    }
    return turn->count;
}

/* What is done with is deleted, everything else visible to others at once. True: there was such. */
static bool hand_back(Tender *t)
{
    bool any = false;
    Turn turn;
    QueueSource *q = t->queue;
    size_t before;
    keep_poison(t);
    do {
        before = q->counts.deleted;
        delete_done(t);
    } while (q->counts.deleted > before);
    turn_init(&turn);
    t->ending.pause_s = 0;
    while (gather_rest(q, &turn) > 0 && t->ending.pause_s <= 0) {
        any = true;
        release(t, &turn, 0);
        turn_init(&turn);
    }
    arena_deinit(&turn.arena);
    return any && t->ending.pause_s <= 0;
}

static void wait_for_receiver(QueueSource *q, double seconds)
{
    double end_s = monotonic_s() + seconds;
    while (!q->received && monotonic_s() < end_s)
        queue_wait(q, end_s - monotonic_s());
}

void *queue_tend(void *source)
{
    QueueSource *q = source;
    Tender t = {.queue = q};
    pthread_mutex_lock(&q->lock);
    while (!q->stopping)
        tend(&t);
    if (hand_back(&t)) /* our own last request may get it, and then it goes back once more */
        wait_for_receiver(q, linger_s);
    q->abandoned = true;
    wait_for_receiver(q, linger_s);
    hand_back(&t);
    q->tended = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    return NULL;
}
