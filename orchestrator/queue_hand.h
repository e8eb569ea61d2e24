/* queue_hand.h: what we hold of a queue: messages, their records, and which waits for which.
 *
 * Bookkeeping only: no network, no thread, no clock. Of each object one record at a time is told,
 * the newest; the older ones and those that come again follow it. Of each group of a FIFO queue one
 * message at a time is told. For source_queue*.c alone. */
#pragma once

#include "orchestrator/source.h"

enum { HAND_SLOTS = 1024 };

typedef enum RecordState {
    RECORD_WAITS,
    RECORD_TOLD,
    RECORD_FOLLOWS, /* settled as its leader is */
    RECORD_SETTLED,
    RECORD_LATER,
} RecordState;

typedef struct HandMessage HandMessage;
typedef struct HandRecord HandRecord;
struct HandRecord {
    /* The caller's. */
    const char *uri, *etag;
    const char *sequencer;  /* NULL: not known */
    const char *ignored_by; /* as in Object */
    Identity identity;
    bool gone, unknown; /* looked at, as the event did not say: not there; it could not be seen */
    RecordState state;  /* RECORD_LATER where it is unknown, else 0 */

    /* The hand's. */
    HandMessage *message;
    const HandRecord *leader;
    uint64_t hash;
    HandRecord *same;           /* the next whose uri has such a hash */
    HandRecord *before, *after; /* among those that wait, as they came */
};

typedef enum MessageState {
    MESSAGE_HELD,
    MESSAGE_DONE,    /* nothing of it is open: to be deleted */
    MESSAGE_KEEP,    /* the same, once its body is kept */
    MESSAGE_LATER,   /* to be let go, for later */
    MESSAGE_AT_ONCE, /* to be let go, for others at once */
    MESSAGE_AWAY,    /* not ours any more; remembered, because it may come again */
} MessageState;

struct HandMessage {
    /* The caller's. Freed by the hand: */
    char *id, *receipt;
    Arena arena;         /* of what follows */
    const char *group;   /* of a FIFO queue, else NULL */
    const char *body;    /* of MESSAGE_KEEP */
    HandRecord *records; /* those that matter; may be none */
    size_t count;
    unsigned receives;
    MessageState state;         /* MESSAGE_HELD, or what is to be done with it at once */
    double received_s, until_s; /* by the caller's clock: invisible to others from then until */

    /* The hand's. */
    unsigned tries;         /* receives, or those of the message that it waits for */
    size_t open;            /* records without an end; of a message that is away, those told */
    unsigned char *settled; /* of a message that is away: which records need not be told again */
    size_t settled_count;
    uint64_t order; /* as they came */
    uint32_t serial, slot, receipts;
};

typedef struct Hand Hand;
Hand *hand_new(void); /* NULL without memory */
void hand_free(Hand *h);

HandMessage *hand_message_new(const char *id, const char *receipt); /* NULL without memory */
void hand_message_free(HandMessage *m);                             /* accepts NULL */

typedef enum HandTaken {
    HAND_NEW,
    HAND_AGAIN, /* it was known: what had been settled of it stays so */
    HAND_FULL,  /* no room: not taken */
} HandTaken;
/* Takes the message over in any case. */
HandTaken hand_take(Hand *h, HandMessage *m);

/* The next to tell, or NULL. It lives at least until it is settled. */
HandRecord *hand_next(Hand *h);
uint64_t hand_ticket(const HandRecord *r);
/* A ticket that counts no more is ignored. */
void hand_settle(Hand *h, uint64_t ticket, Settlement how);

/* Messages that are ours, and records that wait. */
size_t hand_count(const Hand *h);
size_t hand_waiting(const Hand *h);

/* All that are remembered: the nth, n < hand_slots(); NULL: none. */
size_t hand_slots(const Hand *h);
HandMessage *hand_at(const Hand *h, size_t n);

/* A message over a time in which the hand may change. */
typedef struct HandKey {
    uint32_t slot, serial, receipts;
} HandKey;
HandKey hand_key(const HandMessage *m);
/* NULL: it is gone, or has come again with another receipt. */
HandMessage *hand_find(const Hand *h, HandKey key);

/* MESSAGE_KEEP: it may be deleted now. */
void hand_kept(Hand *h, HandMessage *m);
/* It is deleted. */
void hand_deleted(Hand *h, HandMessage *m);
/* It is let go, or was so before, and visible to others from until_s on. */
void hand_released(Hand *h, HandMessage *m, double until_s);
/* Its receipt counts no more: another may have it. What is told of it may still be settled, which
 * changes nothing for it. */
void hand_lost(Hand *h, HandMessage *m);
