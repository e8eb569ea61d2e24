/* test_sqs_emulator.c: queues of an emulator; tests/aws/sqs_queue.sh starts it, and calls one case
 * after the other with the faults that it needs. */
#include "stores/aws/s3_event.h"
#include "stores/aws/sqs.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 25 };

typedef struct World {
    Aws *aws;
    Arena arena;
    SqsQueue queue;
    SqsReceived in; /* of the last receive() */
    const char *receipts[MESSAGES];
    bool lost[MESSAGES];
} World;

static World *world_new(const char *queue)
{
    if (!getenv("GATE_PORT"))
        case_skip("there is no emulator: tests/aws/sqs_queue.sh has one");
    World *w = calloc(1, sizeof *w);
    assert_non_null(w);
    Error e = {0};
    AwsOptions o = {.connections = 1, .version = "test"};
    assert_ok(aws_open(&o, &w->aws, &e), &e);
    arena_init(&w->arena, 0);
    assert_ok(sqs_open(w->aws, queue, &w->arena, &w->queue, &e), &e);
    return w;
}

static void world_free(World *w)
{
    aws_close(w->aws);
    arena_deinit(&w->arena);
    free(w);
}

static void receive(World *w, double wait_s, double visibility_s)
{
    Error e = {0};
    SqsReceive o = {.wait_s = wait_s, .visibility_s = visibility_s};
    assert_ok(sqs_receive(&w->queue, &o, &w->arena, &w->in, &e), &e);
}

static void assert_count(World *w, uint64_t waiting, uint64_t in_flight)
{
    uint64_t n, m;
    Error e = {0};
    assert_ok(sqs_count(&w->queue, &n, &m, &e), &e);
    assert_int_equal(n, waiting);
    assert_int_equal(m, in_flight);
}

/* Which of the messages it is; MESSAGES: none. */
static unsigned number_of(const char *body)
{
    char text[32];
    for (unsigned n = 0; n < MESSAGES; n++) {
        snprintf(text, sizeof text, "message %u \xC3\xA9\n", n);
        if (strcmp(text, body) == 0)
            return n;
    }
    return MESSAGES;
}

/* Each of "message 0" and so on exactly once. */
static void receive_all(World *w, unsigned receives)
{
    bool seen[MESSAGES] = {false};
    for (size_t got = 0; got < MESSAGES;) {
        receive(w, 2, 60);
        assert_true(w->in.count > 0 && got + w->in.count <= MESSAGES);
        for (size_t i = 0; i < w->in.count; i++) {
            const SqsMessage *m = &w->in.messages[i];
            unsigned n = number_of(m->body);
            assert_true(n < MESSAGES && !seen[n] && m->receives == receives && m->sent_s > 1.7e9);
            seen[n] = true;
            w->receipts[got++] = m->receipt;
        }
    }
}

static void standard(void **state)
{
    (void)state;
    World *w = world_new("standard");
    char texts[MESSAGES][32];
    SqsSend m[MESSAGES] = {0};
    Error e = {0};
    for (unsigned k = 0; k < MESSAGES; k++) {
        snprintf(texts[k], sizeof texts[k], "message %u \xC3\xA9\n", k);
        m[k].body = texts[k];
    }
    assert_count(w, 0, 0);
    assert_ok(sqs_send(&w->queue, m, MESSAGES, &e), &e);
    assert_count(w, MESSAGES, 0);
    receive_all(w, 1);
    assert_count(w, 0, MESSAGES);
    receive(w, 0, 60);
    assert_int_equal(w->in.count, 0);
    /* let go, they come again, and the second time they are deleted */
    assert_ok(sqs_change_visibility(&w->queue, w->receipts, MESSAGES, 0, w->lost, &e), &e);
    assert_count(w, MESSAGES, 0);
    receive_all(w, 2);
    assert_ok(sqs_delete(&w->queue, w->receipts, MESSAGES, w->lost, &e), &e);
    for (size_t i = 0; i < MESSAGES; i++)
        assert_false(w->lost[i]);
    assert_count(w, 0, 0);
    static const char *const unknown[] = {"no receipt"};
    assert_ok(sqs_change_visibility(&w->queue, unknown, 1, 30, w->lost, &e), &e);
    assert_true(w->lost[0]);
    world_free(w);
}

/* A group is closed while one of its messages is in flight. */
static void fifo(void **state)
{
    (void)state;
    World *w = world_new("order.fifo");
    static const SqsSend m[] = {
        {"a1", "a", "1"}, {"a2", "a", "2"}, {"b1", "b", "3"}, {"a2 again", "a", "2"}};
    static const SqsSend more = {"a3", "a", "4"};
    Error e = {0};
    assert_true(w->queue.fifo);
    assert_ok(sqs_send(&w->queue, m, 4, &e), &e);
    receive(w, 1, 60);
    assert_int_equal(w->in.count, 3);
    const char *last = "";
    for (size_t i = 0; i < 3; i++) {
        const SqsMessage *got = &w->in.messages[i];
        assert_int_equal(got->group[0], got->body[0]);
        if (got->group[0] == 'a') {
            assert_true(strcmp(last, got->body) < 0);
            last = got->body;
        }
        w->receipts[i] = got->receipt;
    }
    assert_string_equal(last, "a2");
    assert_ok(sqs_send(&w->queue, &more, 1, &e), &e);
    receive(w, 0, 60);
    assert_int_equal(w->in.count, 0);
    assert_ok(sqs_delete(&w->queue, w->receipts, 3, NULL, &e), &e);
    receive(w, 1, 60);
    assert_int_equal(w->in.count, 1);
    assert_string_equal(w->in.messages[0].body, "a3");
    world_free(w);
}

/* One bit is flipped on the way, in the middle of a long body. */
static void damaged(void **state)
{
    (void)state;
    World *w = world_new("damaged");
    char text[8001] = {0};
    memset(text, 'x', sizeof text - 1);
    Error e = {0};
    assert_ok(sqs_send(&w->queue, &(SqsSend){.body = text}, 1, &e), &e);
    receive(w, 1, 1);
    assert_int_equal(w->in.count, 0);
    assert_int_equal(w->in.damaged, 1);
    receive(w, 5, 60);
    assert_int_equal(w->in.damaged, 0);
    assert_int_equal(w->in.count, 1);
    assert_string_equal(w->in.messages[0].body, text);
    assert_int_equal(w->in.messages[0].receives, 2);
    world_free(w);
}

/* What S3 has told the queue "events": a test, then an object with the key $EVENT_KEY made, then
 * deleted. */
static void events(void **state)
{
    (void)state;
    World *w = world_new("events");
    const char *key = getenv("EVENT_KEY");
    assert_non_null(key);
    unsigned tests = 0, created = 0, removed = 0;
    for (unsigned tries = 0; tries < 5 && tests + created + removed < 3; tries++) {
        receive(w, 2, 60);
        for (size_t i = 0; i < w->in.count; i++) {
            S3Message m;
            Error e = {0};
            const SqsMessage *got = &w->in.messages[i];
            assert_ok(s3_message_read(got->body, got->body_length, &w->arena, &m, &e), &e);
            tests += m.is_test;
            if (m.is_test)
                continue;
            assert_int_equal(m.count, 1);
            assert_string_equal(m.events->bucket, "watched");
            assert_string_equal(m.events->key, key);
            created += m.events->kind == S3_EVENT_CREATED && m.events->size_bytes == 11;
            removed += m.events->kind == S3_EVENT_REMOVED && !m.events->size_known;
        }
    }
    assert_int_equal(tests, 1);
    assert_int_equal(created, 1);
    assert_int_equal(removed, 1);
    world_free(w);
}

static const Case cases[] = {
    {"standard", standard},
    {"fifo", fifo},
    {"damaged", damaged},
    {"events", events},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
