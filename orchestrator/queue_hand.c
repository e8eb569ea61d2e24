/* queue_hand.c: messages come and go; their records wait, are told, end. */
#include "orchestrator/queue_hand_internal.h"

#include <stdlib.h>
#include <string.h>

enum { AWAY_MOST = 256, INDEX_BITS = 20, SLOT_BITS = 10 };
_Static_assert(HAND_SLOTS == 1 << SLOT_BITS, "a ticket holds the slot");

Hand *hand_new(void)
{
    return calloc(1, sizeof(Hand));
}

HandMessage *hand_message_new(const char *id, const char *receipt)
{
    HandMessage *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    arena_init(&m->arena, 0);
    m->id = strdup(id);
    m->receipt = strdup(receipt);
    if (m->id && m->receipt)
        return m;
    hand_message_free(m);
    return NULL;
}

void hand_message_free(HandMessage *m)
{
    if (!m)
        return;
    arena_deinit(&m->arena);
    free(m->id);
    free(m->receipt);
    free(m->settled);
    free(m);
}

void hand_free(Hand *h)
{
    for (size_t i = 0; h && i < h->used; i++)
        hand_message_free(h->slots[i]);
    free(h);
}

size_t hand_count(const Hand *h)
{
    return h->ours;
}

size_t hand_waiting(const Hand *h)
{
    return h->waiting;
}

size_t hand_slots(const Hand *h)
{
    return h->used;
}

HandMessage *hand_at(const Hand *h, size_t n)
{
    return h->slots[n];
}

HandKey hand_key(const HandMessage *m)
{
    return (HandKey){.slot = m->slot, .serial = m->serial, .receipts = m->receipts};
}

HandMessage *hand_find(const Hand *h, HandKey key)
{
    HandMessage *m = key.slot < HAND_SLOTS ? h->slots[key.slot] : NULL;
    return m && m->serial == key.serial && m->receipts == key.receipts ? m : NULL;
}

/* ---- slots */

static void empty_slot(Hand *h, HandMessage *m)
{
    hand_unlink_records(h, m);
    --*(m->state == MESSAGE_AWAY ? &h->away : &h->ours);
    h->slots[m->slot] = NULL;
    while (h->used > 0 && !h->slots[h->used - 1])
        h->used--;
    hand_message_free(m);
}

/* The one that has been away for longest, so that there is room. */
static void forget_one(Hand *h)
{
    HandMessage *oldest = NULL;
    for (size_t i = 0; i < h->used; i++) {
        HandMessage *m = h->slots[i];
        if (m && m->state == MESSAGE_AWAY && m->open == 0 && (!oldest || m->order < oldest->order))
            oldest = m;
    }
    if (oldest)
        empty_slot(h, oldest);
}

static size_t free_slot(Hand *h)
{
    size_t i = 0;
    if (h->away > AWAY_MOST || h->away + h->ours == HAND_SLOTS)
        forget_one(h);
    while (i < HAND_SLOTS && h->slots[i])
        i++;
    return i;
}

static void set_state(Hand *h, HandMessage *m, MessageState state)
{
    --*(m->state == MESSAGE_AWAY ? &h->away : &h->ours);
    ++*(state == MESSAGE_AWAY ? &h->away : &h->ours);
    m->state = state;
}

/* ---- a message's end */

static size_t count_open(const HandMessage *m)
{
    size_t open = 0;
    for (size_t i = 0; i < m->count; i++)
        open += m->records[i].state < RECORD_SETTLED;
    return open;
}

static bool is_later(const HandMessage *m)
{
    for (size_t i = 0; i < m->count; i++)
        if (m->records[i].state == RECORD_LATER)
            return true;
    return false;
}

/* Of a message that is away only this is kept: which of its records need not be told again. Without
 * memory for it the ledger says so. */
static void hollow(Hand *h, HandMessage *m)
{
    hand_unlink_records(h, m);
    m->settled = m->count ? calloc(m->count, 1) : NULL;
    m->settled_count = m->settled ? m->count : 0;
    for (size_t i = 0; i < m->settled_count; i++)
        m->settled[i] = m->records[i].state == RECORD_SETTLED;
    m->records = NULL;
    m->count = m->open = 0;
    m->group = m->body = NULL;
    arena_deinit(&m->arena);
}

/* Nothing more of it is told. */
static void stop_telling(Hand *h, HandMessage *m)
{
    for (size_t i = 0; i < m->count; i++) {
        HandRecord *r = &m->records[i];
        hand_wait_no_more(h, r);
        if (r->state != RECORD_WAITS && r->state != RECORD_FOLLOWS)
            continue;
        r->state = RECORD_LATER;
        r->leader = NULL;
    }
    m->open = count_open(m);
}

/* Those of its group that came after it wait for it: they go with it. */
static void end_successors(Hand *h, const HandMessage *m, MessageState state)
{
    for (size_t i = 0; m->group && i < h->used; i++) {
        HandMessage *other = h->slots[i];
        bool follows = other && other->state == MESSAGE_HELD && other->order > m->order &&
                       other->group && strcmp(other->group, m->group) == 0;
        if (!follows)
            continue;
        stop_telling(h, other);
        other->tries = m->tries;
        set_state(h, other, state);
    }
}

static void end_message(Hand *h, HandMessage *m)
{
    bool later = is_later(m);
    set_state(h, m, later ? MESSAGE_LATER : MESSAGE_DONE);
    if (later)
        end_successors(h, m, MESSAGE_LATER);
}

static void record_ends(Hand *h, HandRecord *r, RecordState state)
{
    HandMessage *m = r->message;
    r->state = state;
    r->leader = NULL;
    m->open--;
    if (m->open == 0 && m->state == MESSAGE_HELD)
        end_message(h, m);
    else if (m->open == 0 && m->state == MESSAGE_AWAY)
        hollow(h, m);
}

/* ---- coming */

static HandMessage *known(const Hand *h, const char *id)
{
    for (size_t i = 0; i < h->used; i++)
        if (h->slots[i] && strcmp(h->slots[i]->id, id) == 0)
            return h->slots[i];
    return NULL;
}

/* One of its group that is about to be let go is before it. */
static void go_with_group(Hand *h, HandMessage *m)
{
    for (size_t i = 0; m->group && m->state == MESSAGE_HELD && i < h->used; i++) {
        const HandMessage *other = h->slots[i];
        if (other && (other->state == MESSAGE_LATER || other->state == MESSAGE_AT_ONCE) &&
            other->group && strcmp(other->group, m->group) == 0) {
            end_successors(h, other, other->state);
            return;
        }
    }
}

static void begin(Hand *h, HandMessage *m)
{
    m->order = ++h->orders;
    m->tries = m->receives;
    for (size_t i = 0; i < m->count; i++)
        if (m->records[i].state == RECORD_WAITS)
            hand_wait(h, &m->records[i]);
    m->open = count_open(m);
    if (m->state == MESSAGE_HELD && m->open == 0)
        end_message(h, m);
    else if (m->state == MESSAGE_AT_ONCE)
        end_successors(h, m, MESSAGE_AT_ONCE);
    go_with_group(h, m);
}

static bool put(Hand *h, HandMessage *m)
{
    size_t slot = free_slot(h);
    if (slot == HAND_SLOTS)
        return false;
    h->slots[slot] = m;
    h->used = slot >= h->used ? slot + 1 : h->used;
    h->ours++;
    m->slot = (uint32_t)slot;
    m->serial = ++h->serials ? h->serials : ++h->serials; /* never 0, so that no ticket is */
    for (size_t i = 0; i < m->count; i++) {
        m->records[i].message = m;
        hand_link_record(h, &m->records[i]);
    }
    begin(h, m);
    return true;
}

/* The newest receipt is the one that counts. */
static void renew(HandMessage *old, HandMessage *m)
{
    char *receipt = old->receipt;
    old->receipt = m->receipt;
    m->receipt = receipt;
    old->receives = m->receives;
    old->received_s = m->received_s;
    old->until_s = m->until_s;
    old->receipts++;
}

/* What is still told of it goes on. */
static void resume(Hand *h, HandMessage *old)
{
    for (size_t i = 0; i < old->count; i++)
        if (old->records[i].state == RECORD_LATER && !old->records[i].unknown)
            old->records[i].state = RECORD_WAITS;
    set_state(h, old, MESSAGE_HELD);
    begin(h, old);
}

/* A message that was away. What was remembered of it goes into the new one. */
static bool replace(Hand *h, HandMessage *old, HandMessage *m)
{
    for (size_t i = 0; i < m->count && old->settled_count == m->count; i++)
        if (old->settled[i])
            m->records[i].state = RECORD_SETTLED;
    empty_slot(h, old);
    return put(h, m);
}

HandTaken hand_take(Hand *h, HandMessage *m)
{
    HandMessage *old = known(h, m->id);
    if (old && old->state == MESSAGE_AWAY && old->open == 0) {
        if (replace(h, old, m))
            return HAND_AGAIN;
        hand_message_free(m);
        return HAND_FULL;
    }
    if (old) {
        renew(old, m);
        hand_message_free(m);
        if (old->state == MESSAGE_AWAY)
            resume(h, old);
        return HAND_AGAIN;
    }
    if (put(h, m))
        return HAND_NEW;
    hand_message_free(m);
    return HAND_FULL;
}

/* ---- tickets */

uint64_t hand_ticket(const HandRecord *r)
{
    const HandMessage *m = r->message;
    return (uint64_t)m->serial << 32 | (uint64_t)m->slot << INDEX_BITS | (uint64_t)(r - m->records);
}

static HandRecord *record_of(const Hand *h, uint64_t ticket)
{
    size_t slot = ticket >> INDEX_BITS & (HAND_SLOTS - 1);
    size_t index = ticket & ((1U << INDEX_BITS) - 1);
    HandMessage *m = h->slots[slot];
    if (!m || m->serial != ticket >> 32 || index >= m->count)
        return NULL;
    return m->records[index].state == RECORD_TOLD ? &m->records[index] : NULL;
}

void hand_settle(Hand *h, uint64_t ticket, Settlement how)
{
    HandRecord *r = record_of(h, ticket);
    RecordState state = how == SETTLED ? RECORD_SETTLED : RECORD_LATER;
    if (!r)
        return;
    for (HandRecord *f = hand_follower(h, r); f; f = hand_follower(h, r))
        record_ends(h, f, state);
    record_ends(h, r, state);
}

/* ---- going */

void hand_kept(Hand *h, HandMessage *m)
{
    set_state(h, m, MESSAGE_DONE);
}

void hand_deleted(Hand *h, HandMessage *m)
{
    empty_slot(h, m);
}

static void go_away(Hand *h, HandMessage *m)
{
    stop_telling(h, m);
    set_state(h, m, MESSAGE_AWAY);
    if (m->open == 0)
        hollow(h, m);
}

void hand_released(Hand *h, HandMessage *m, double until_s)
{
    m->until_s = until_s;
    if (m->state != MESSAGE_AWAY)
        go_away(h, m);
}

void hand_lost(Hand *h, HandMessage *m)
{
    end_successors(h, m, MESSAGE_AT_ONCE);
    m->until_s = 0;
    go_away(h, m);
}
