/* test_sqs.c: a queue is found, counted, and gives messages. */
#include "tests/stores/sqs_world.h"

/* body and MD5 of the example in the API reference of ReceiveMessage */
#define MESSAGE(receipt, attributes)                                                               \
    "{\"MessageId\":\"5fea7756\",\"ReceiptHandle\":\"" receipt "\",\"MD5OfBody\":"                 \
    "\"fafb00f5732ab283681e124bf8747ed1\",\"Body\":\"This is a test "                              \
    "message\",\"Attributes\":{" attributes "}}"

/* ---- opening */

static void opened_by_name(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{\"QueueUrl\":\"" URL ".fifo\"}")};
    World *w = world_new(replies, 1);
    open_aws(w);
    Arena a;
    arena_init(&a, 0);
    SqsQueue q;
    Error e = {0};
    assert_ok(sqs_open(w->aws, "argo.fifo", &a, &q, &e), &e);
    assert_asked(w, 0, "GetQueueUrl", "{\"QueueName\":\"argo.fifo\"}");
    assert_string_equal(q.url, URL ".fifo");
    assert_true(q.fifo);
    arena_deinit(&a);
    world_free(w);
}

/* No request is made. The region is eu-central-1. */
static void opened_by_url(void **state)
{
    (void)state;
    static const struct {
        const char *text, *code; /* "": it is one */
        bool fifo, own_endpoint;
    } rows[] = {
        {URL, "", false, false},
        {URL ".fifo", "", true, false},
        {"http://127.0.0.1:5000/123456789012/argo", "", false, true},
        {"http://localhost:5000/queue/argo", "", false, false},
        {"https://sqs.eu-west-1.amazonaws.com/123456789012/argo", "region", false, false},
        {"https://sqs.eu-west-1.amazonaws.com/123456789012/argo", "", false, true},
        {"https://sqs.cn-north-1.amazonaws.com.cn/123456789012/argo", "region", false, false},
        {"https://sqs.eu-central-1.amazonaws.com/123456789012/", "queue_url", false, false},
        {"https://sqs.eu-central-1.amazonaws.com", "queue_url", false, false},
        {URL "?Action=DeleteQueue", "queue_url", false, false},
        {"ftp://sqs.eu-central-1.amazonaws.com/1/argo", "endpoint", false, false},
        {"", "queue_name", false, false},
        {".fifo", "queue_name", false, false},
        {"a.b", "queue_name", false, false},
        {"arn:aws:sqs:eu-central-1:123456789012:argo", "queue_name", false, false},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         "queue_name", false, false},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        static const ServerReply replies[] = {JSON("{}")};
        World *w = world_new(replies, 1);
        if (!rows[i].own_endpoint)
            unsetenv("AWS_ENDPOINT_URL");
        open_aws(w);
        Arena a;
        arena_init(&a, 0);
        SqsQueue q;
        Error e = {0};
        bool ok = sqs_open(w->aws, rows[i].text, &a, &q, &e);
        print_message("%s: %s (%s)\n", rows[i].text, e.message, e.code);
        assert_int_equal(ok, rows[i].code[0] == '\0');
        if (ok) {
            assert_string_equal(q.url, rows[i].text);
            assert_int_equal(q.fifo, rows[i].fifo);
        } else {
            assert_int_equal(e.kind, ERROR_SETUP);
            if (strcmp(rows[i].code, "endpoint") != 0)
                assert_string_equal(e.code, rows[i].code);
        }
        assert_int_equal(server_asked(&w->server), 0);
        arena_deinit(&a);
        world_free(w);
    }
}

static void queues_that_are_not_there(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        const char *code;
        ErrorKind kind;
    } rows[] = {
        {SAYS("400 Bad Request", "QueueDoesNotExist"), "no_such_queue", ERROR_SETUP},
        {REPLY("400 Bad Request",
               "x-amzn-query-error: AWS.SimpleQueueService.NonExistentQueue;Sender\r\n",
               "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\"}"),
         "no_such_queue", ERROR_SETUP},
        {SAYS("403 Forbidden", "AccessDeniedException"), "access_denied", ERROR_SETUP},
        {JSON("{}"), "bad_reply", ERROR_RETRY},
        {JSON("{\"QueueUrl\":7}"), "bad_reply", ERROR_RETRY},
        {JSON("[]"), "bad_reply", ERROR_RETRY},
        {JSON("<html>"), "bad_reply", ERROR_RETRY},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        World *w = world_new(&rows[i].reply, 1);
        open_aws(w);
        Arena a;
        arena_init(&a, 0);
        SqsQueue q;
        Error e = {0};
        assert_false(sqs_open(w->aws, "argo", &a, &q, &e));
        print_message("%s\n", e.message);
        assert_string_equal(e.code, rows[i].code);
        assert_int_equal(e.kind, rows[i].kind);
        assert_non_null(strstr(e.message, "queue argo: "));
        arena_deinit(&a);
        world_free(w);
    }
}

/* ---- receiving */

typedef struct Got {
    SqsReceived in;
    Error e;
    Arena arena;
    bool ok;
} Got;

static Got receive(const SqsQueue *q, const SqsReceive *o)
{
    Got g = {.in = {.count = 77}};
    arena_init(&g.arena, 0);
    g.ok = sqs_receive(q, o, &g.arena, &g.in, &g.e);
    return g;
}

static void messages_are_received(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Messages\":[" MESSAGE(
            "r/1+=", "\"ApproximateReceiveCount\":\"3\","
                     "\"SentTimestamp\":\"1767225600250\","
                     "\"MessageGroupId\":\"fair\"") ","
                                                    "{\"MessageId\":\"2\",\"ReceiptHandle\":\"r2\","
                                                    "\"Body\":\"\\u00e9\\n\",\"MD5OfBody\":"
                                                    "\"88DF14E6957D2ADB8AE54D0269F546AB\"}]}"),
        JSON("{}")};
    World *w = world_new(replies, 2);
    SqsQueue q = queue_of(w, false);
    Got g = receive(&q, &(SqsReceive){.wait_s = 19.2, .visibility_s = 120});
    assert_ok(g.ok, &g.e);
    assert_asked(w, 0, "ReceiveMessage",
                 "{\"QueueUrl\":\"" URL "\",\"MaxNumberOfMessages\":10,\"WaitTimeSeconds\":20,"
                 "\"VisibilityTimeout\":120,\"MessageSystemAttributeNames\":[\"All\"]}");
    assert_int_equal(g.in.damaged + g.in.count, 2);
    const SqsMessage *m = g.in.messages;
    assert_string_equal(m->id, "5fea7756");
    assert_string_equal(m->receipt, "r/1+=");
    assert_string_equal(m->body, "This is a test message");
    assert_int_equal(m->body_length, 22);
    assert_null(m->group);
    assert_int_equal(m->receives, 3);
    assert_true(m->sent_s == 1767225600.25);
    assert_int_equal(g.in.damaged, 0);
    assert_string_equal(m[1].body, "\xC3\xA9\n");
    assert_int_equal(m[1].receives, 0);
    arena_deinit(&g.arena);
    g = receive(&q, &(SqsReceive){.wait_s = 500, .visibility_s = 1e9});
    assert_ok(g.ok, &g.e);
    assert_int_equal(g.in.count, 0);
    assert_true(said(w, 1, "\"WaitTimeSeconds\":20,\"VisibilityTimeout\":43200,"));
    arena_deinit(&g.arena);
    world_free(w);
}

/* What is wrong with a message does not keep the others back. */
static void damaged_messages_are_left_out(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Messages\":[{\"MessageId\":\"1\",\"ReceiptHandle\":\"r1\",\"MD5OfBody\":"
             "\"fafb00f5732ab283681e124bf8747ed1\",\"Body\":\"This is a tent message\"}," MESSAGE(
                 "r2",
                 "") ",{\"MessageId\":\"3\",\"Body\":\"x\"},{\"MessageId\":\"4\",\"ReceiptHandle\":"
                     "\"r4\",\"Body\":12},null,{\"MessageId\":\"6\",\"ReceiptHandle\":\"r6\","
                     "\"Body\":\"a\",\"MD5OfBody\":\"0cc175b9c0f1b6a831c399e269772661\"}]}")};
    World *w = world_new(replies, 1);
    SqsQueue q = queue_of(w, false);
    Got g = receive(&q, &(SqsReceive){.wait_s = 0, .visibility_s = 30});
    assert_ok(g.ok, &g.e);
    assert_int_equal(g.in.damaged, 4);
    assert_int_equal(g.in.count, 2);
    assert_string_equal(g.in.messages[0].receipt, "r2");
    assert_string_equal(g.in.messages[1].receipt, "r6");
    arena_deinit(&g.arena);
    world_free(w);
}

#define FIVE                                                                                       \
    MESSAGE("r", "")                                                                               \
    "," MESSAGE("r", "") "," MESSAGE("r", "") "," MESSAGE("r", "") "," MESSAGE("r", "")

static void bad_replies(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        const char *code;
        ErrorKind kind;
    } rows[] = {
        {JSON("{\"Messages\":[" FIVE "," FIVE "," MESSAGE("r", "") "]}"), "bad_reply", ERROR_RETRY},
        {JSON("{\"Messages\":["), "bad_reply", ERROR_RETRY},
        {JSON(""), "bad_reply", ERROR_RETRY},
        {JSON("{\"Messages\":[{\"Body\":\"\\u0000\"}]}"), "bad_reply", ERROR_RETRY},
        {SAYS("403 Forbidden", "OverLimit"), "throttled", ERROR_RETRY},
        {SAYS("400 Bad Request", "QueueDoesNotExist"), "no_such_queue", ERROR_SETUP},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        World *w = world_new(&rows[i].reply, 1);
        setenv("AWS_MAX_ATTEMPTS", "1", 1);
        SqsQueue q = queue_of(w, false);
        Got g = receive(&q, &(SqsReceive){.visibility_s = 30});
        print_message("%s\n", g.e.message);
        assert_false(g.ok);
        assert_string_equal(g.e.code, rows[i].code);
        assert_int_equal(g.e.kind, rows[i].kind);
        assert_int_equal(g.in.count, 77);
        arena_deinit(&g.arena);
        world_free(w);
    }
}

static void fifo_attempts_have_one_id(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        SAYS("500 No", "InternalFailure"),
        JSON("{\"Messages\":[" MESSAGE("r1", "\"MessageGroupId\":\"buoy 7\"") "]}"), JSON("{}")};
    World *w = world_new(replies, 3);
    SqsQueue q = queue_of(w, true);
    Got g = receive(&q, &(SqsReceive){.visibility_s = 30});
    assert_ok(g.ok, &g.e);
    assert_int_equal(g.in.count, 1);
    assert_string_equal(g.in.messages[0].group, "buoy 7");
    arena_deinit(&g.arena);
    g = receive(&q, &(SqsReceive){.visibility_s = 30});
    assert_ok(g.ok, &g.e);
    arena_deinit(&g.arena);
    const char *ids[3];
    for (size_t i = 0; i < 3; i++) {
        ids[i] = strstr(w->server.requests[i], "\"ReceiveRequestAttemptId\":\"");
        assert_non_null(ids[i]);
        assert_int_equal(strlen(ids[i]), strlen("\"ReceiveRequestAttemptId\":\"\"}") + 32);
    }
    assert_string_equal(ids[0], ids[1]);
    assert_string_not_equal(ids[1], ids[2]);
    world_free(w);
}

/* Tells the one who waits to stop, once the service has been asked. */
typedef struct Stopper {
    World *world;
    atomic_bool stop;
} Stopper;

static void *stop_when_asked(void *context)
{
    Stopper *s = context;
    while (server_asked(&s->world->server) == 0)
        server_sleep(&s->world->server, 0.01);
    s->stop = true;
    return NULL;
}

static void assert_stops(World *w, const SqsQueue *q)
{
    pthread_t thread;
    Stopper s = {.world = w};
    assert_int_equal(pthread_create(&thread, NULL, stop_when_asked, &s), 0);
    Got g = receive(q, &(SqsReceive){.wait_s = 20, .visibility_s = 30, .stop = &s.stop});
    pthread_join(thread, NULL);
    assert_ok(g.ok, &g.e);
    assert_int_equal(g.in.count + g.in.damaged, 0);
    arena_deinit(&g.arena);
}

static void stopped_before_it_begins(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    static const atomic_bool stop = true;
    World *w = world_new(replies, 1);
    SqsQueue q = queue_of(w, false);
    Got g = receive(&q, &(SqsReceive){.wait_s = 20, .visibility_s = 30, .stop = &stop});
    assert_ok(g.ok, &g.e);
    assert_int_equal(g.in.count + g.in.damaged, 0);
    assert_int_equal(server_asked(&w->server), 0);
    arena_deinit(&g.arena);
    world_free(w);
}

/* The messages come although nobody waits any more, and are given back. */
static void stopped_while_it_waits(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        {.bytes = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"Messages\":[" MESSAGE(
             "r1", "") "," MESSAGE("r2", "") "]}",
         .wait_s = 0.5,
         .then = SERVER_CLOSE},
        JSON("{\"Successful\":[{\"Id\":\"0\"},{\"Id\":\"1\"}]}")};
    World *w = world_new(replies, 2);
    SqsQueue q = queue_of(w, false);
    assert_stops(w, &q);
    while (server_asked(&w->server) < 2)
        server_sleep(&w->server, 0.01);
    assert_asked(w, 1, "ChangeMessageVisibilityBatch",
                 "{\"QueueUrl\":\"" URL "\",\"Entries\":["
                 "{\"Id\":\"0\",\"ReceiptHandle\":\"r1\",\"VisibilityTimeout\":0},"
                 "{\"Id\":\"1\",\"ReceiptHandle\":\"r2\",\"VisibilityTimeout\":0}]}");
    world_free(w);
}

/* Neither a service that goes on waiting nor one that brings nothing is in the way of an end. */
static void stopped_and_closed(void **state)
{
    (void)state;
    static const ServerReply scripts[] = {
        {.bytes = "", .wait_s = 30, .then = SERVER_CLOSE},
        {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", .wait_s = 0.3},
        {.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{]", .wait_s = 0.3},
        {.bytes = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", .wait_s = 0.3},
    };
    for (size_t i = 0; i < CASES(scripts); i++) {
        World *w = world_new(&scripts[i], 1);
        SqsQueue q = queue_of(w, false);
        assert_stops(w, &q);
        assert_int_equal(server_asked(&w->server), 1);
        world_free(w);
    }
}

static void counted(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        bool ok;
    } rows[] = {
        {JSON("{\"Attributes\":{\"ApproximateNumberOfMessages\":\"12\","
              "\"ApproximateNumberOfMessagesNotVisible\":\"120000\"}}"),
         true},
        {JSON("{\"Attributes\":{\"ApproximateNumberOfMessages\":\"12\"}}"), false},
        {JSON("{\"Attributes\":{\"ApproximateNumberOfMessages\":\"-1\","
              "\"ApproximateNumberOfMessagesNotVisible\":\"0\"}}"),
         false},
        {JSON("{}"), false},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        World *w = world_new(&rows[i].reply, 1);
        SqsQueue q = queue_of(w, false);
        uint64_t waiting = 1, in_flight = 1;
        Error e = {0};
        assert_int_equal(sqs_count(&q, &waiting, &in_flight, &e), rows[i].ok);
        assert_int_equal(waiting, rows[i].ok ? 12 : 1);
        assert_int_equal(in_flight, rows[i].ok ? 120000 : 1);
        assert_asked(w, 0, "GetQueueAttributes",
                     "{\"QueueUrl\":\"" URL
                     "\",\"AttributeNames\":[\"ApproximateNumberOfMessages\","
                     "\"ApproximateNumberOfMessagesNotVisible\"]}");
        if (!rows[i].ok)
            assert_string_equal(e.code, "bad_reply");
        world_free(w);
    }
}

static const Case cases[] = {
    {"opened_by_name", opened_by_name},
    {"opened_by_url", opened_by_url},
    {"queues_that_are_not_there", queues_that_are_not_there},
    {"messages_are_received", messages_are_received},
    {"damaged_messages_are_left_out", damaged_messages_are_left_out},
    {"bad_replies", bad_replies},
    {"fifo_attempts_have_one_id", fifo_attempts_have_one_id},
    {"stopped_before_it_begins", stopped_before_it_begins},
    {"stopped_while_it_waits", stopped_while_it_waits},
    {"stopped_and_closed", stopped_and_closed},
    {"counted", counted},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
