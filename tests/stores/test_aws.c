/* test_aws.c: calls of aws.h: what is sent, how often, and what comes of it. */
#include "tests/stores/aws_world.h"

/* What is to come of replies in a row. */
typedef struct Story {
    const char *name;
    ServerReply replies[4];
    size_t count;
    size_t asked;     /* requests that the server gets */
    const char *code; /* of the error; "": it works out, with the body "hello" */
    ErrorKind kind;
    ErrorKind refuse; /* by write(), the first time */
} Story;

static const Story stories[] = {
    {"at once", {GOOD}, 1, 1, "", 0, 0},
    {"503 twice",
     {REFUSAL("503 Slow Down", "SlowDown"), REFUSAL("503 Unavailable", "ServiceUnavailable"), GOOD},
     3,
     3,
     "",
     0,
     0},
    {"500 twice",
     {REFUSAL("500 No", "InternalError"), REFUSAL("500 No", "InternalError"), GOOD},
     3,
     3,
     "",
     0,
     0},
    {"502 of a proxy", {REPLY("502 Bad Gateway", "", "<html>oh"), GOOD}, 2, 2, "", 0, 0},
    {"always 500", {REFUSAL("500 No", "InternalError")}, 1, 4, "unavailable", ERROR_RETRY, 0},
    {"no such key", {REFUSAL("404 Not Found", "NoSuchKey")}, 1, 1, "no_such_key", ERROR_DATA, 0},
    {"access denied", {REFUSAL("403 No", "AccessDenied")}, 1, 1, "access_denied", ERROR_SETUP, 0},
    {"cut in the body",
     {{.bytes = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", .then = SERVER_CLOSE}, GOOD},
     2,
     2,
     "",
     0,
     0},
    {"no reply at all", {{.bytes = "", .then = SERVER_CLOSE}, GOOD}, 2, 2, "", 0, 0},
    {"no reply ever", {{.bytes = "", .then = SERVER_CLOSE}}, 1, 4, "network", ERROR_RETRY, 0},
    {"bytes are unwanted", {GOOD}, 1, 1, "unwanted", ERROR_DATA, ERROR_DATA},
    {"bytes are unwanted just now", {GOOD}, 1, 2, "", 0, ERROR_RETRY},
    {"expired for good", {REFUSAL("400 Bad", "ExpiredToken")}, 1, 1, "expired", ERROR_SETUP, 0},
    {"skewed without a date",
     {REFUSAL("403 No", "RequestTimeTooSkewed")},
     1,
     1,
     "clock",
     ERROR_SETUP,
     0},
};

static void stories_end_as_they_should(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(stories); i++) {
        const Story *s = &stories[i];
        print_message("%s\n", s->name);
        World *w = world_new(s->replies, s->count);
        w->refuse = s->refuse;
        open_aws(w);
        Error e = {0};
        bool done = aws_do(w->aws, &w->call, &e);
        print_message("    %s\n", e.message);
        assert_string_equal(e.code, s->code);
        assert_int_equal(e.kind, s->kind);
        assert_int_equal(done, s->kind == ERROR_NONE);
        assert_int_equal(server_asked(&w->server), s->asked);
        assert_int_equal(w->call.attempt, s->asked);
        assert_int_equal(w->restarts, s->asked);
        if (done)
            assert_string_equal(w->got.bytes, "hello");
        else
            assert_non_null(strstr(e.message, "s3://bucket/a key: reading"));
        world_free(w);
    }
}

static void request_is_signed_for_its_service(void **state)
{
    (void)state;
    static const ServerReply replies[] = {GOOD};
    World *w = world_new(replies, 1);
    open_aws(w);
    do_call(w);
    assert_true(said(w, 0, "GET /bucket/a%20key HTTP/1.1\r\n"));
    assert_true(said(w, 0, "\r\nUser-Agent: weir/test\r\n"));
    assert_true(said(w, 0, "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"));
    assert_true(said(w, 0,
                     "/eu-central-1/s3/aws4_request, SignedHeaders=host;"
                     "x-amz-content-sha256;x-amz-date, Signature="));
    static const HttpPair headers[] = {{"content-type", "application/x-amz-json-1.0"},
                                       {"x-amz-target", "AmazonSQS.ReceiveMessage"}};
    w->call.service = AWS_SQS;
    w->call.bucket = NULL;
    w->call.request = (HttpRequest){.method = "POST",
                                    .path = "/",
                                    .headers = headers,
                                    .header_count = 2,
                                    .body = "{}",
                                    .body_size = 2};
    do_call(w);
    assert_true(said(w, 1, "POST / HTTP/1.1\r\n"));
    assert_true(said(w, 1,
                     "/eu-central-1/sqs/aws4_request, SignedHeaders=content-type;host;"
                     "x-amz-date;x-amz-target, "));
    assert_true(said(w, 1, "\r\nx-amz-target: AmazonSQS.ReceiveMessage\r\n"));
    assert_true(said(w, 1, "\r\n\r\n{}"));
    world_free(w);
}

static void public_data_is_asked_for_without_a_name(void **state)
{
    (void)state;
    static const ServerReply replies[] = {GOOD};
    World *w = world_new(replies, 1);
    setenv("AWS_NO_SIGN_REQUEST", "true", 1);
    open_aws(w);
    do_call(w);
    assert_true(said(w, 0, "GET /bucket/a%20key HTTP/1.1\r\n"));
    assert_false(said(w, 0, "authorization"));
    assert_false(said(w, 0, "AKIDEXAMPLE"));
    world_free(w);
}

/* S3 may begin its 200 before it knows that it will fail (CompleteMultipartUpload, CopyObject). */
static void a_200_may_be_an_error(void **state)
{
    (void)state;
    static const ServerReply replies[] = {REFUSAL("200 OK", "InternalError"), GOOD,
                                          REFUSAL("200 OK", "AccessDenied")};
    World *w = world_new(replies, 3);
    w->call.write = NULL;
    open_aws(w);
    do_call(w);
    assert_int_equal(server_asked(&w->server), 2);
    assert_string_equal(w->call.http.body.bytes, "hello");
    Error e = {0};
    assert_false(aws_do(w->aws, &w->call, &e));
    assert_string_equal(e.code, "access_denied");
    assert_int_equal(w->call.fault.status, 200);
    world_free(w);
}

static void cancelled_calls_are_not_sent(void **state)
{
    (void)state;
    static const ServerReply replies[] = {GOOD};
    World *w = world_new(replies, 1);
    w->call.cancelled = &w->cancelled;
    w->cancelled = true;
    open_aws(w);
    Error e = {0};
    assert_false(aws_do(w->aws, &w->call, &e));
    assert_string_equal(e.code, "stopped");
    assert_int_equal(server_asked(&w->server), 0);
    world_free(w);
}

static void calls_may_follow_each_other(void **state)
{
    (void)state;
    static const ServerReply replies[] = {GOOD};
    World *w = world_new(replies, 1);
    w->chained = 9;
    open_aws(w);
    aws_start(w->aws, &w->call);
    wait_for(w);
    assert_int_equal(server_asked(&w->server), 10);
    assert_int_equal(w->call.error.kind, ERROR_NONE);
    world_free(w);
}

/* One call is being answered, for ever; the other waits for the end of a delay. */
static void close_ends_what_runs(void **state)
{
    (void)state;
    static const ServerReply slow[] = {{.bytes = "", .hold_s = 30, .then = SERVER_CLOSE}};
    static const ServerReply busy[] = {REFUSAL("503 Slow Down", "SlowDown")};
    static const ServerReply *const scripts[] = {slow, busy};
    for (size_t i = 0; i < CASES(scripts); i++) {
        World *w = world_new(scripts[i], 1);
        w->call.attempts = 50;
        open_aws(w);
        aws_start(w->aws, &w->call);
        while (server_asked(&w->server) == 0)
            server_sleep(&w->server, 0.01);
        aws_close(w->aws);
        w->aws = NULL;
        assert_true(w->finished);
        assert_string_equal(w->call.error.code, "stopped");
        assert_int_equal(w->call.error.kind, ERROR_RETRY);
        world_free(w);
    }
}

static void control_does_not_wait_for_bytes(void **state)
{
    (void)state;
    static const ServerReply replies[] = {{.bytes = "", .hold_s = 30, .then = SERVER_CLOSE}, GOOD};
    World *w = world_new(replies, 2);
    w->call.bulk = true;
    open_aws(w);
    aws_start(w->aws, &w->call);
    while (server_asked(&w->server) == 0)
        server_sleep(&w->server, 0.01);
    AwsCall control = {.service = AWS_S3,
                       .bucket = "bucket",
                       .request = {.method = "GET", .path = "/"},
                       .what = "s3://bucket: listing"};
    Error e = {0};
    assert_ok(aws_do(w->aws, &control, &e), &e);
    assert_string_equal(control.http.body.bytes, "hello");
    aws_call_deinit(&control);
    assert_false(w->finished);
    world_free(w);
}

static void settings_that_cannot_work(void **state)
{
    (void)state;
    static const char *const wrong[][3] = {
        {"AWS_ACCESS_KEY_ID", NULL, "credentials"},
        {"AWS_MAX_ATTEMPTS", "many", "aws_setting"},
    };
    for (size_t i = 0; i < CASES(wrong); i++) {
        static const ServerReply replies[] = {GOOD};
        World *w = world_new(replies, 1);
        if (wrong[i][1])
            setenv(wrong[i][0], wrong[i][1], 1);
        else
            unsetenv(wrong[i][0]);
        AwsOptions o = {.connections = 1};
        Error e = {0};
        assert_false(aws_open(&o, &w->aws, &e));
        assert_int_equal(e.kind, ERROR_SETUP);
        assert_string_equal(e.code, wrong[i][2]);
        world_free(w);
    }
}

/* Found when the endpoint is put together: no request goes out, none is repeated. */
static void buckets_that_cannot_be(void **state)
{
    (void)state;
    static const ServerReply replies[] = {GOOD};
    World *w = world_new(replies, 1);
    w->call.bucket = "arn:aws:s3:::bucket";
    open_aws(w);
    Error e = {0};
    assert_false(aws_do(w->aws, &w->call, &e));
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_string_equal(e.code, "bucket_name");
    assert_int_equal(server_asked(&w->server), 0);
    assert_int_equal(w->call.attempt, 1);
    world_free(w);
}

static const Case cases[] = {
    {"stories_end_as_they_should", stories_end_as_they_should},
    {"request_is_signed_for_its_service", request_is_signed_for_its_service},
    {"public_data_is_asked_for_without_a_name", public_data_is_asked_for_without_a_name},
    {"a_200_may_be_an_error", a_200_may_be_an_error},
    {"cancelled_calls_are_not_sent", cancelled_calls_are_not_sent},
    {"calls_may_follow_each_other", calls_may_follow_each_other},
    {"close_ends_what_runs", close_ends_what_runs},
    {"control_does_not_wait_for_bytes", control_does_not_wait_for_bytes},
    {"settings_that_cannot_work", settings_that_cannot_work},
    {"buckets_that_cannot_be", buckets_that_cannot_be},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
