/* test_queue_hand.c: which record is told when, and what becomes of messages. The hand is given
 * messages in words, "a1 b2" for the objects a and b with the sequencers 1 and 2, and asked. */
#include "orchestrator/queue_hand.h"
#include "orchestrator/source_queue.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <string.h>

/* "a1": object a, sequencer 1; "a": none is known; "a!": looked for in vain; "a?": not seen. */
static void read_record(HandMessage *m, const char *word, size_t length)
{
    HandRecord *r = &m->records[m->count++];
    char last = word[length - 1];
    *r = (HandRecord){.uri = arena_copy(&m->arena, word, 1), .etag = "e"};
    assert_non_null(r->uri);
    r->gone = last == '!';
    r->unknown = last == '?';
    r->state = r->unknown ? RECORD_LATER : RECORD_WAITS;
    if (length > 1 && !r->gone && !r->unknown)
        r->sequencer = arena_copy(&m->arena, word + 1, length - 1);
    r->identity.size = r->sequencer ? (uint64_t)strlen(r->sequencer) * 1000 + (uint64_t)last : 7;
}

static HandMessage *message(const char *id, const char *group, const char *words)
{
    HandMessage *m = hand_message_new(id, "receipt");
    assert_non_null(m);
    m->group = group ? arena_string(&m->arena, group) : NULL;
    m->receives = 1;
    m->records = arena_array(&m->arena, 64, sizeof *m->records);
    assert_non_null(m->records);
    while (*words) {
        size_t length = strcspn(words, " ");
        read_record(m, words, length);
        words += length + (words[length] == ' ');
    }
    return m;
}

static HandTaken give(Hand *h, const char *id, const char *words)
{
    return hand_take(h, message(id, NULL, words));
}

static HandTaken give_of(Hand *h, const char *group, const char *id, const char *words)
{
    return hand_take(h, message(id, group, words));
}

static HandMessage *find(Hand *h, const char *id)
{
    for (size_t i = 0; i < hand_slots(h); i++)
        if (hand_at(h, i) && strcmp(hand_at(h, i)->id, id) == 0)
            return hand_at(h, i);
    return NULL;
}

/* Tells the next one, which must be that of this message. */
static uint64_t told(Hand *h, const char *id, const char *word)
{
    HandRecord *r = hand_next(h);
    assert_non_null(r);
    assert_string_equal(r->message->id, id);
    assert_memory_equal(r->uri, word, 1);
    assert_string_equal(r->sequencer ? r->sequencer : "", word + 1);
    return hand_ticket(r);
}

static void assert_state(Hand *h, const char *id, MessageState state)
{
    HandMessage *m = find(h, id);
    assert_non_null(m);
    assert_int_equal(m->state, state);
}

/* ---- one message */

static void all_records_first(void **state)
{
    (void)state;
    Hand *h = hand_new();
    assert_int_equal(give(h, "m", "a1 b1 c1"), HAND_NEW);
    assert_int_equal(hand_waiting(h), 3);
    uint64_t a = told(h, "m", "a1"), b = told(h, "m", "b1"), c = told(h, "m", "c1");
    assert_null(hand_next(h));
    assert_true(a && b && c && a != b && b != c);
    hand_settle(h, b, SETTLED);
    hand_settle(h, b, SETTLED); /* once more: nothing */
    hand_settle(h, a, SETTLED);
    assert_state(h, "m", MESSAGE_HELD);
    hand_settle(h, c, SETTLED);
    assert_state(h, "m", MESSAGE_DONE);
    hand_deleted(h, find(h, "m"));
    assert_int_equal(hand_count(h), 0);
    hand_settle(h, c, SETTLED_LATER); /* of nothing */
    hand_free(h);
}

/* One for later, and what was settled is not told again. */
static void comes_again(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m", "a1 b1 c1");
    uint64_t a = told(h, "m", "a1"), b = told(h, "m", "b1"), c = told(h, "m", "c1");
    hand_settle(h, a, SETTLED);
    hand_settle(h, b, SETTLED_LATER);
    assert_state(h, "m", MESSAGE_HELD);
    hand_settle(h, c, SETTLED);
    assert_state(h, "m", MESSAGE_LATER);
    hand_released(h, find(h, "m"), 5);
    assert_int_equal(hand_count(h), 0);
    assert_null(hand_next(h));
    assert_int_equal(give(h, "m", "a1 b1 c1"), HAND_AGAIN);
    assert_int_equal(hand_count(h), 1);
    uint64_t again = told(h, "m", "b1");
    assert_null(hand_next(h));
    hand_settle(h, b, SETTLED); /* the ticket of the first time */
    assert_state(h, "m", MESSAGE_HELD);
    hand_settle(h, again, SETTLED);
    assert_state(h, "m", MESSAGE_DONE);
    hand_free(h);
}

static void nothing_to_tell(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "test", "");
    assert_state(h, "test", MESSAGE_DONE);
    give(h, "unseen", "a? b1");
    hand_settle(h, told(h, "unseen", "b1"), SETTLED);
    assert_state(h, "unseen", MESSAGE_LATER);
    hand_released(h, find(h, "unseen"), 5);
    /* seen this time */
    give(h, "unseen", "a1 b1");
    hand_settle(h, told(h, "unseen", "a1"), SETTLED);
    assert_state(h, "unseen", MESSAGE_DONE);
    hand_free(h);
}

/* The same message while it is here: a new receipt, nothing else. */
static void received_twice(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m", "a1");
    HandKey key = hand_key(find(h, "m"));
    uint64_t a = told(h, "m", "a1");
    assert_ptr_equal(hand_find(h, key), find(h, "m"));
    assert_int_equal(give(h, "m", "a1"), HAND_AGAIN);
    assert_null(hand_find(h, key));
    assert_null(hand_next(h));
    hand_settle(h, a, SETTLED);
    assert_state(h, "m", MESSAGE_DONE);
    hand_free(h);
}

/* Another may have it: nothing more of it is told, and what comes of the rest changes nothing. */
static void lost(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m", "a1 b1");
    uint64_t a = told(h, "m", "a1");
    give(h, "n", "a1 c1");
    uint64_t b = told(h, "m", "b1"), c = told(h, "n", "c1"); /* a1 of n follows that of m */
    give(h, "o", "d1 e1");
    uint64_t d = told(h, "o", "d1");
    hand_lost(h, find(h, "m"));
    hand_lost(h, find(h, "o"));
    assert_state(h, "m", MESSAGE_AWAY);
    assert_int_equal(hand_count(h), 1);
    assert_int_equal(hand_waiting(h), 0);
    assert_null(hand_next(h));
    hand_settle(h, b, SETTLED);
    hand_settle(h, d, SETTLED);
    hand_settle(h, c, SETTLED);
    assert_state(h, "n", MESSAGE_HELD);
    hand_settle(h, a, SETTLED);
    assert_state(h, "m", MESSAGE_AWAY);
    assert_state(h, "n", MESSAGE_DONE);
    hand_free(h);
}

/* Lost while something of it is told; it comes back before that has ended. */
static void lost_and_found(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m", "a1 b1");
    uint64_t a = told(h, "m", "a1");
    hand_lost(h, find(h, "m"));
    assert_null(hand_next(h));
    assert_int_equal(give(h, "m", "a1 b1"), HAND_AGAIN);
    uint64_t b = told(h, "m", "b1");
    assert_null(hand_next(h));
    hand_settle(h, a, SETTLED);
    hand_settle(h, b, SETTLED);
    assert_state(h, "m", MESSAGE_DONE);
    hand_lost(h, find(h, "m")); /* before it could be deleted */
    assert_int_equal(give(h, "m", "a1 b1"), HAND_AGAIN);
    assert_state(h, "m", MESSAGE_DONE);
    hand_free(h);
}

/* ---- one object */

static void newest_is_told(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m1", "a1F b1");
    give(h, "m2", "a3");
    give(h, "m3", "a2 a2");
    uint64_t a = told(h, "m2", "a3"), b = told(h, "m1", "b1");
    assert_null(hand_next(h));
    hand_settle(h, b, SETTLED);
    assert_state(h, "m1", MESSAGE_HELD);
    hand_settle(h, a, SETTLED);
    assert_state(h, "m1", MESSAGE_DONE);
    assert_state(h, "m2", MESSAGE_DONE);
    assert_state(h, "m3", MESSAGE_DONE);
    hand_free(h);
}

static void followers_are_later_too(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m1", "a1");
    give(h, "m2", "a2");
    hand_settle(h, told(h, "m2", "a2"), SETTLED_LATER);
    assert_state(h, "m1", MESSAGE_LATER);
    assert_state(h, "m2", MESSAGE_LATER);
    hand_free(h);
}

/* While one is told: the same and older ones follow it, a newer one waits for its end. */
static void one_at_a_time(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m1", "a2");
    uint64_t first = told(h, "m1", "a2");
    give(h, "m2", "a2");
    give(h, "m3", "a1");
    give(h, "m4", "a20");
    give(h, "m5", "a21");
    assert_null(hand_next(h));
    hand_settle(h, first, SETTLED);
    assert_state(h, "m1", MESSAGE_DONE);
    assert_state(h, "m2", MESSAGE_DONE);
    assert_state(h, "m3", MESSAGE_DONE);
    /* "2" is "20", as the shorter one is padded on the right: m4 is no newer, but came too late */
    assert_state(h, "m4", MESSAGE_DONE);
    uint64_t last = told(h, "m5", "a21");
    hand_settle(h, last, SETTLED);
    assert_state(h, "m5", MESSAGE_DONE);
    hand_free(h);
}

/* Without sequencers the last one counts, and the same version is the same news. */
static void without_sequencers(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give(h, "m1", "a");
    give(h, "m2", "a");
    uint64_t a = told(h, "m2", "a");
    give(h, "m3", "a");
    assert_null(hand_next(h));
    give(h, "m4", "a1"); /* of another size */
    assert_null(hand_next(h));
    give(h, "m5", "a!");
    assert_null(hand_next(h));
    hand_settle(h, a, SETTLED);
    assert_state(h, "m1", MESSAGE_DONE);
    assert_state(h, "m3", MESSAGE_DONE);
    assert_state(h, "m4", MESSAGE_HELD);
    HandRecord *r = hand_next(h);
    assert_non_null(r);
    assert_true(r->gone);
    hand_settle(h, hand_ticket(r), SETTLED);
    assert_state(h, "m4", MESSAGE_DONE);
    assert_state(h, "m5", MESSAGE_DONE);
    hand_free(h);
}

/* ---- groups of a FIFO queue */

static void groups_in_order(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give_of(h, "g", "m1", "a1 b1");
    give_of(h, "g", "m2", "a2");
    give_of(h, "h", "m3", "c1");
    uint64_t a = told(h, "m1", "a1"), b = told(h, "m1", "b1"), c = told(h, "m3", "c1");
    assert_null(hand_next(h));
    hand_settle(h, a, SETTLED);
    assert_null(hand_next(h));
    hand_settle(h, b, SETTLED);
    uint64_t second = told(h, "m2", "a2");
    hand_settle(h, second, SETTLED);
    hand_settle(h, c, SETTLED);
    for (size_t i = 0; i < hand_slots(h); i++)
        assert_int_equal(hand_at(h, i)->state, MESSAGE_DONE);
    hand_free(h);
}

static void group_waits_for_its_first(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give_of(h, "g", "m1", "a1");
    give_of(h, "g", "m2", "b1");
    give_of(h, "h", "m3", "c1");
    find(h, "m1")->tries = 4;
    uint64_t a = told(h, "m1", "a1"), c = told(h, "m3", "c1");
    hand_settle(h, a, SETTLED_LATER);
    assert_null(hand_next(h));
    assert_state(h, "m1", MESSAGE_LATER);
    assert_state(h, "m2", MESSAGE_LATER);
    assert_int_equal(find(h, "m2")->tries, 4); /* they rest equally long */
    assert_state(h, "m3", MESSAGE_HELD);
    give_of(h, "g", "m4", "d1");
    assert_state(h, "m4", MESSAGE_LATER);
    assert_null(hand_next(h));
    hand_released(h, find(h, "m1"), 9);
    hand_released(h, find(h, "m2"), 9);
    hand_released(h, find(h, "m4"), 9);
    hand_settle(h, c, SETTLED);
    /* they come again */
    give_of(h, "g", "m1", "a1");
    give_of(h, "g", "m2", "b1");
    hand_settle(h, told(h, "m1", "a1"), SETTLED);
    hand_settle(h, told(h, "m2", "b1"), SETTLED);
    assert_null(hand_next(h));
    hand_free(h);
}

/* The first is no event at all, and is let go at once: so are those behind it. */
static void group_behind_poison(void **state)
{
    (void)state;
    Hand *h = hand_new();
    HandMessage *m = message("m1", "g", "");
    m->state = MESSAGE_AT_ONCE;
    hand_take(h, m);
    give_of(h, "g", "m2", "b1");
    give_of(h, "h", "m3", "c1");
    told(h, "m3", "c1");
    assert_null(hand_next(h));
    assert_state(h, "m2", MESSAGE_AT_ONCE);
    hand_free(h);
}

/* In a FIFO queue older news is told in its turn, not left out; two groups about one object. */
static void one_object_in_two_groups(void **state)
{
    (void)state;
    Hand *h = hand_new();
    give_of(h, "g", "m1", "a1");
    give_of(h, "g", "m2", "a2");
    give_of(h, "h", "m3", "a3");
    uint64_t first = told(h, "m1", "a1");
    assert_null(hand_next(h));
    hand_settle(h, first, SETTLED);
    uint64_t second = told(h, "m2", "a2");
    assert_null(hand_next(h));
    hand_settle(h, second, SETTLED);
    hand_settle(h, told(h, "m3", "a3"), SETTLED);
    assert_state(h, "m3", MESSAGE_DONE);
    hand_free(h);
}

/* ---- room */

/* More messages go away than are remembered; there is always room for those that are ours. */
static void many(void **state)
{
    (void)state;
    Hand *h = hand_new();
    char id[16];
    for (unsigned i = 0; i < 4000; i++) {
        snprintf(id, sizeof id, "%u", i);
        assert_int_equal(give(h, id, "a1 b1"), HAND_NEW);
        uint64_t a = told(h, id, "a1"), b = told(h, id, "b1");
        hand_settle(h, a, SETTLED);
        hand_settle(h, b, SETTLED_LATER);
        hand_released(h, find(h, id), 1);
    }
    assert_null(find(h, "0"));
    assert_non_null(find(h, "3999"));
    assert_int_equal(hand_count(h), 0);
    assert_int_equal(hand_waiting(h), 0);
    for (unsigned i = 0; i < HAND_SLOTS; i++) {
        snprintf(id, sizeof id, "x%u", i);
        HandTaken taken = give(h, id, "a1");
        assert_int_equal(taken, HAND_NEW);
    }
    assert_int_equal(give(h, "one more", "a1"), HAND_FULL);
    assert_int_equal(hand_count(h), HAND_SLOTS);
    hand_settle(h, hand_ticket(hand_next(h)), SETTLED); /* all the others follow */
    for (size_t i = 0; i < hand_slots(h); i++)
        assert_int_equal(hand_at(h, i)->state, MESSAGE_DONE);
    hand_free(h);
}

/* Doubling from 2 s to 5 minutes, between half of it and all of it by chance. */
static void rests(void **state)
{
    (void)state;
    static const struct {
        unsigned receives;
        bool longest;
        double least_s, most_s;
    } rows[] = {{0, false, 1, 2},        {1, false, 1, 2},     {2, false, 2, 4},
                {5, false, 16, 32},      {8, false, 128, 256}, {9, false, 150, 300},
                {1000, false, 150, 300}, {1, true, 150, 300}};
    for (size_t i = 0; i < CASES(rows); i++) {
        double least_s = queue_rest_s(rows[i].receives, rows[i].longest, 0);
        double most_s = queue_rest_s(rows[i].receives, rows[i].longest, 1);
        assert_true(least_s > rows[i].least_s - 1e-9 && least_s < rows[i].least_s + 1e-9);
        assert_true(most_s > rows[i].most_s - 1e-9 && most_s < rows[i].most_s + 1e-9);
    }
}

static const Case cases[] = {
    {"all_records_first", all_records_first},
    {"comes_again", comes_again},
    {"nothing_to_tell", nothing_to_tell},
    {"received_twice", received_twice},
    {"lost", lost},
    {"lost_and_found", lost_and_found},
    {"newest_is_told", newest_is_told},
    {"followers_are_later_too", followers_are_later_too},
    {"one_at_a_time", one_at_a_time},
    {"without_sequencers", without_sequencers},
    {"groups_in_order", groups_in_order},
    {"group_waits_for_its_first", group_waits_for_its_first},
    {"group_behind_poison", group_behind_poison},
    {"one_object_in_two_groups", one_object_in_two_groups},
    {"many", many},
    {"rests", rests},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
