/* queue_records.c: which record is told next, and which follow it. */
#include "orchestrator/queue_hand_internal.h"

#include "orchestrator/identity.h"
#include "stores/aws/s3_event.h"

#include <string.h>

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037U; /* FNV-1a */
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * 1099511628211U;
    return hash;
}

static bool is_same(const HandRecord *a, const HandRecord *b)
{
    return a->hash == b->hash && strcmp(a->uri, b->uri) == 0;
}

void hand_link_record(Hand *h, HandRecord *r)
{
    r->hash = hash_of(r->uri);
    r->same = h->chains[r->hash % HAND_CHAINS];
    h->chains[r->hash % HAND_CHAINS] = r;
}

void hand_unlink_records(Hand *h, const HandMessage *m)
{
    for (size_t i = 0; i < m->count; i++) {
        HandRecord *r = &m->records[i];
        HandRecord **at = &h->chains[r->hash % HAND_CHAINS];
        hand_wait_no_more(h, r);
        while (*at != r)
            at = &(*at)->same;
        *at = r->same;
    }
}

/* ---- the line */

void hand_wait(Hand *h, HandRecord *r)
{
    r->before = h->last;
    r->after = NULL;
    *(h->last ? &h->last->after : &h->first) = r;
    h->last = r;
    h->waiting++;
}

void hand_wait_no_more(Hand *h, HandRecord *r)
{
    if (!r->before && h->first != r)
        return;
    *(r->before ? &r->before->after : &h->first) = r->after;
    *(r->after ? &r->after->before : &h->last) = r->before;
    r->before = r->after = NULL;
    h->waiting--;
}

/* ---- one object */

static HandRecord *told_of(const Hand *h, const HandRecord *r)
{
    for (HandRecord *s = h->chains[r->hash % HAND_CHAINS]; s; s = s->same)
        if (s->state == RECORD_TOLD && is_same(s, r))
            return s;
    return NULL;
}

HandRecord *hand_follower(const Hand *h, const HandRecord *leader)
{
    for (HandRecord *s = h->chains[leader->hash % HAND_CHAINS]; s; s = s->same)
        if (s->state == RECORD_FOLLOWS && s->leader == leader)
            return s;
    return NULL;
}

/* <0, 0, >0 as a is older than b, the same, or newer; 0 too where it cannot be told. */
static int compare(const HandRecord *a, const HandRecord *b)
{
    return a->sequencer && b->sequencer ? s3_sequencer_compare(a->sequencer, b->sequencer) : 0;
}

/* Nothing that is not known from the other. */
static bool is_old_news(const HandRecord *r, const HandRecord *told)
{
    int order = compare(r, told);
    bool same = !r->gone && !told->gone && identity_same(&r->identity, &told->identity);
    return order < 0 || (order == 0 && (same || (r->sequencer && told->sequencer)));
}

static void follow(Hand *h, HandRecord *r, const HandRecord *leader)
{
    hand_wait_no_more(h, r);
    r->state = RECORD_FOLLOWS;
    r->leader = leader;
}

/* In a FIFO queue each message has its turn. */
static bool may_go_with(const HandRecord *a, const HandRecord *b)
{
    return a->message == b->message || (!a->message->group && !b->message->group);
}

static bool came_before(const HandRecord *a, const HandRecord *b)
{
    return a->message == b->message ? a < b : a->message->order < b->message->order;
}

static bool waits_with(const HandRecord *s, const HandRecord *r)
{
    return s->state == RECORD_WAITS && is_same(s, r) && may_go_with(s, r);
}

static HandRecord *newest_of(const Hand *h, HandRecord *r)
{
    HandRecord *newest = r;
    for (HandRecord *s = h->chains[r->hash % HAND_CHAINS]; s; s = s->same) {
        if (s == newest || !waits_with(s, r))
            continue;
        int order = compare(s, newest);
        if (order > 0 || (order == 0 && came_before(newest, s)))
            newest = s;
    }
    return newest;
}

static HandRecord *tell(Hand *h, HandRecord *r)
{
    HandRecord *newest = newest_of(h, r);
    for (HandRecord *s = h->chains[r->hash % HAND_CHAINS]; s; s = s->same)
        if (s != newest && waits_with(s, newest))
            follow(h, s, newest);
    hand_wait_no_more(h, newest);
    newest->state = RECORD_TOLD;
    return newest;
}

static bool has_its_turn(const Hand *h, const HandMessage *m)
{
    for (size_t i = 0; m->group && i < h->used; i++) {
        const HandMessage *other = h->slots[i];
        if (other && other->state == MESSAGE_HELD && other->order < m->order && other->group &&
            strcmp(other->group, m->group) == 0)
            return false;
    }
    return true;
}

HandRecord *hand_next(Hand *h)
{
    for (HandRecord *r = h->first, *after; r; r = after) {
        after = r->after;
        if (!has_its_turn(h, r->message))
            continue;
        const HandRecord *told = told_of(h, r);
        if (!told)
            return tell(h, r);
        if (is_old_news(r, told))
            follow(h, r, told);
    }
    return NULL;
}
