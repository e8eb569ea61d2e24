/* test_sqs_batch.c: messages are deleted, held on to and sent, ten in a request. */
#include "tests/stores/sqs_world.h"

#define DONE3 "{\"Id\":\"0\"},{\"Id\":\"1\"},{\"Id\":\"2\"}"
#define DONE10                                                                                     \
    DONE3 ",{\"Id\":\"3\"},{\"Id\":\"4\"},{\"Id\":\"5\"},{\"Id\":\"6\"},{\"Id\":\"7\"},"           \
          "{\"Id\":\"8\"},{\"Id\":\"9\"}"
#define FAILED(id, code, sender)                                                                   \
    "{\"Id\":\"" id "\",\"Code\":\"" code                                                          \
    "\",\"Message\":\"No.\\u001b[0m\",\"SenderFault\":" sender "}"

static const char *const receipts[] = {"r0",  "r1",  "r2",  "r3",  "r4",  "r5",  "r6",  "r7",
                                       "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15",
                                       "r16", "r17", "r18", "r19", "r20", "r21", "r22"};

static void deleted_by_tens(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Successful\":[" DONE10 "]}"), JSON("{\"Successful\":[" DONE10 "],\"Failed\":[]}"),
        JSON("{\"Successful\":[{\"Id\":\"0\"},{\"Id\":\"2\"}],\"Failed\":[" FAILED(
            "1", "ReceiptHandleIsInvalid", "true") "]}")};
    World *w = world_new(replies, 3);
    SqsQueue q = queue_of(w, false);
    bool lost[23];
    memset(lost, 1, sizeof lost);
    Error e = {0};
    assert_ok(sqs_delete(&q, receipts, 23, lost, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    assert_asked(
        w, 2, "DeleteMessageBatch",
        "{\"QueueUrl\":\"" URL "\",\"Entries\":["
        "{\"Id\":\"0\",\"ReceiptHandle\":\"r20\"},{\"Id\":\"1\",\"ReceiptHandle\":\"r21\"},"
        "{\"Id\":\"2\",\"ReceiptHandle\":\"r22\"}]}");
    for (size_t i = 0; i < 23; i++)
        assert_int_equal(lost[i], i == 21);
    assert_ok(sqs_delete(&q, receipts, 0, NULL, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    world_free(w);
}

/* Only what has failed is asked for again; a reply that cannot be read says nothing. */
static void failed_entries_come_again(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Successful\":[{\"Id\":\"1\"}],\"Failed\":[" FAILED("0", "InternalError",
                                                                    "false") "]}"),
        JSON("{\"Successful\":[{\"Id\":\"0\""), JSON("{\"Successful\":[" DONE3 "]}")};
    World *w = world_new(replies, 3);
    SqsQueue q = queue_of(w, false);
    bool lost[3];
    Error e = {0};
    assert_ok(sqs_change_visibility(&q, receipts, 3, 29.5, lost, &e), &e);
    assert_asked(w, 0, "ChangeMessageVisibilityBatch",
                 "{\"QueueUrl\":\"" URL "\",\"Entries\":["
                 "{\"Id\":\"0\",\"ReceiptHandle\":\"r0\",\"VisibilityTimeout\":30},"
                 "{\"Id\":\"1\",\"ReceiptHandle\":\"r1\",\"VisibilityTimeout\":30},"
                 "{\"Id\":\"2\",\"ReceiptHandle\":\"r2\",\"VisibilityTimeout\":30}]}");
    for (size_t n = 1; n < 3; n++)
        assert_asked(w, n, "ChangeMessageVisibilityBatch",
                     "{\"QueueUrl\":\"" URL "\",\"Entries\":["
                     "{\"Id\":\"0\",\"ReceiptHandle\":\"r0\",\"VisibilityTimeout\":30},"
                     "{\"Id\":\"2\",\"ReceiptHandle\":\"r2\",\"VisibilityTimeout\":30}]}");
    assert_false(lost[0] || lost[1] || lost[2]);
    world_free(w);
}

static void failures_that_stay(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        size_t asked;
        const char *code;
        ErrorKind kind;
        bool lost; /* all of them */
    } rows[] = {
        {JSON("{\"Failed\":[" FAILED("0", "InternalError", "false") "]}"), 3, "unavailable",
         ERROR_RETRY, false},
        {JSON("{\"Failed\":[" FAILED("0", "RequestThrottled", "false") "]}"), 3, "throttled",
         ERROR_RETRY, false},
        {JSON("{}"), 3, "unavailable", ERROR_RETRY, false},
        {JSON("{\"Successful\":[{\"Id\":\"7\"},{\"Id\":\"-1\"},{},null,3]}"), 3, "unavailable",
         ERROR_RETRY, false},
        {JSON("{\"Failed\":[" FAILED("0", "AccessDenied", "true") "]}"), 1, "access_denied",
         ERROR_SETUP, false},
        {JSON("{\"Failed\":[" FAILED("0", "SomethingNew", "true") "]}"), 1, "refused", ERROR_DATA,
         false},
        {JSON("{\"Failed\":[" FAILED("0", "ReceiptHandleIsInvalid", "true") "]}"), 1, "", 0, true},
        {JSON("{\"Failed\":[" FAILED("0", "InvalidParameterValue", "true") "]}"), 1, "", 0, true},
        {JSON(
             "{\"Failed\":[" FAILED("0", "AWS.SimpleQueueService.MessageNotInflight", "true") "]}"),
         1, "", 0, true},
        {SAYS("400 Bad Request", "QueueDoesNotExist"), 1, "no_such_queue", ERROR_SETUP, false},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        World *w = world_new(&rows[i].reply, 1);
        setenv("AWS_MAX_ATTEMPTS", "3", 1);
        SqsQueue q = queue_of(w, false);
        bool lost[1];
        Error e = {0};
        assert_int_equal(sqs_delete(&q, receipts, 1, lost, &e), rows[i].kind == ERROR_NONE);
        print_message("%s\n", e.message);
        assert_string_equal(e.code, rows[i].code);
        assert_int_equal(e.kind, rows[i].kind);
        assert_null(strchr(e.message, '\x1b'));
        assert_int_equal(lost[0], rows[i].lost);
        assert_int_equal(server_asked(&w->server), rows[i].asked);
        world_free(w);
    }
}

/* The second ten are tried although one of the first cannot be deleted; the first failure is told.
 */
static void one_failure_does_not_stop_the_rest(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Failed\":[" FAILED("0", "SomethingNew", "true") "]}"),
        JSON("{\"Failed\":[" FAILED("0", "AccessDenied", "true") "]}"),
        SAYS("400 Bad Request", "QueueDoesNotExist"),
    };
    World *w = world_new(replies, 3);
    SqsQueue q = queue_of(w, false);
    Error e = {0};
    assert_false(sqs_delete(&q, receipts, 20, NULL, &e));
    assert_string_equal(e.code, "refused");
    assert_int_equal(server_asked(&w->server), 2);
    /* a queue that is gone is gone for all */
    bool lost[23];
    memset(lost, 1, sizeof lost);
    assert_false(sqs_delete(&q, receipts, 23, lost, &e));
    assert_string_equal(e.code, "no_such_queue");
    assert_int_equal(server_asked(&w->server), 3);
    for (size_t i = 0; i < 23; i++)
        assert_false(lost[i]);
    world_free(w);
}

/* ---- sending */

static void sent_in_batches(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Successful\":[" DONE10 "]}"),
    };
    World *w = world_new(replies, 1);
    SqsQueue q = queue_of(w, false);
    char *large = calloc(1, 100001);
    assert_non_null(large);
    memset(large, 'x', 100000);
    SqsSend m[14];
    for (size_t i = 0; i < 14; i++)
        m[i] = (SqsSend){.body = i < 3 ? large : "a\t\"\xC3\xA9\"\\"};
    Error e = {0};
    assert_ok(sqs_send(&q, m, 14, &e), &e);
    /* 262,144 bytes hold two of 100,000; then one of them and nine small ones, then three */
    assert_int_equal(server_asked(&w->server), 3);
    assert_true(said(w, 1, "{\"Id\":\"9\",\"MessageBody\":\"a\\t\\\"\xC3\xA9\\\"\\\\\"}]}"));
    assert_false(said(w, 0, "\"Id\":\"2\""));
    assert_false(said(w, 2, "\"Id\":\"2\""));
    free(large);
    world_free(w);
}

static void fifo_sends_one_of_a_group(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{\"Successful\":[" DONE10 "]}")};
    World *w = world_new(replies, 1);
    SqsQueue q = queue_of(w, true);
    static const SqsSend m[] = {{"1", "a", "d1"}, {"2", "b", NULL}, {"3", "a", "d3"}};
    Error e = {0};
    assert_ok(sqs_send(&q, m, 3, &e), &e);
    assert_asked(w, 0, "SendMessageBatch",
                 "{\"QueueUrl\":\"" URL ".fifo\",\"Entries\":["
                 "{\"Id\":\"0\",\"MessageBody\":\"1\",\"MessageGroupId\":\"a\","
                 "\"MessageDeduplicationId\":\"d1\"},"
                 "{\"Id\":\"1\",\"MessageBody\":\"2\",\"MessageGroupId\":\"b\"}]}");
    assert_asked(w, 1, "SendMessageBatch",
                 "{\"QueueUrl\":\"" URL ".fifo\",\"Entries\":["
                 "{\"Id\":\"0\",\"MessageBody\":\"3\",\"MessageGroupId\":\"a\","
                 "\"MessageDeduplicationId\":\"d3\"}]}");
    world_free(w);
}

static void messages_that_cannot_be_sent(void **state)
{
    (void)state;
    char *large = calloc(1, (256 << 10) + 2);
    assert_non_null(large);
    memset(large, 'x', (256 << 10) + 1);
    const struct {
        SqsSend message;
        bool fifo;
        const char *words; /* NULL: it can */
    } rows[] = {
        {{.body = ""}, false, "it is empty"},
        {{.body = large}, false, "256 KiB"},
        {{.body = large + 1}, false, NULL},
        {{.body = "\x01"}, false, "control characters"},
        {{.body = "\xFF"}, false, "no UTF-8"},
        {{.body = "\xEF\xBF\xBE"}, false, "no UTF-8"},
        {{.body = "\xEF\xBF\xBD\xED\x9F\xBF\xF4\x8F\xBF\xBD\r\n\t"}, false, NULL},
        {{.body = "a"}, true, "it has no group"},
        {{.body = "a", .group = "two words"}, true, "1 to 128 letters"},
        {{.body = "a", .group = "g", .deduplication = ""}, true, "1 to 128 letters"},
        {{.body = "a", .group = "g!~", .deduplication = "#"}, true, NULL},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        static const ServerReply replies[] = {JSON("{\"Successful\":[" DONE10 "]}")};
        World *w = world_new(replies, 1);
        SqsQueue q = queue_of(w, rows[i].fifo);
        SqsSend m[2] = {{.body = "good", .group = rows[i].fifo ? "h" : NULL}, rows[i].message};
        Error e = {0};
        assert_int_equal(sqs_send(&q, m, 2, &e), rows[i].words == NULL);
        if (rows[i].words) {
            assert_int_equal(e.kind, ERROR_DATA);
            assert_non_null(strstr(e.message, "message 1: "));
            assert_non_null(strstr(e.message, rows[i].words));
            assert_int_equal(server_asked(&w->server), 0);
        }
        world_free(w);
    }
    free(large);
}

/* What would be lost silently otherwise: SQS says 200 to it. */
static void a_send_that_is_refused(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        JSON("{\"Failed\":[" FAILED("0", "InvalidParameterValue", "true") "]}")};
    World *w = world_new(replies, 1);
    SqsQueue q = queue_of(w, false);
    Error e = {0};
    assert_false(sqs_send(&q, &(SqsSend){.body = "a"}, 1, &e));
    assert_int_equal(e.kind, ERROR_DATA);
    assert_non_null(strstr(e.message, "InvalidParameterValue"));
    world_free(w);
}

static const Case cases[] = {
    {"deleted_by_tens", deleted_by_tens},
    {"failed_entries_come_again", failed_entries_come_again},
    {"failures_that_stay", failures_that_stay},
    {"one_failure_does_not_stop_the_rest", one_failure_does_not_stop_the_rest},
    {"sent_in_batches", sent_in_batches},
    {"fifo_sends_one_of_a_group", fifo_sends_one_of_a_group},
    {"messages_that_cannot_be_sent", messages_that_cannot_be_sent},
    {"a_send_that_is_refused", a_send_that_is_refused},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
