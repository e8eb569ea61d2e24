/* queue_hand_internal.h: between queue_hand.c and queue_records.c. */
#pragma once

#include "orchestrator/queue_hand.h"

enum { HAND_CHAINS = 4096 };

struct Hand {
    HandMessage *slots[HAND_SLOTS];
    size_t used; /* no slot from here on has one */
    size_t ours, away, waiting;
    uint32_t serials;
    uint64_t orders;
    HandRecord *first, *last;        /* of those that wait */
    HandRecord *chains[HAND_CHAINS]; /* all records, by the hash of their uri */
};

/* queue_records.c: records of the same object, and the line of those that wait. */
void hand_link_record(Hand *h, HandRecord *r);
void hand_unlink_records(Hand *h, const HandMessage *m);
void hand_wait(Hand *h, HandRecord *r);
void hand_wait_no_more(Hand *h, HandRecord *r); /* also one that does not wait */
/* One that follows it, or NULL. */
HandRecord *hand_follower(const Hand *h, const HandRecord *leader);
