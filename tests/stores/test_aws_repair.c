/* test_aws_repair.c: wrong clocks, other regions, credentials that have expired. */
#include "tests/stores/aws_world.h"

/* The example of RFC 9110, section 5.6.7. */
#define SKEWED                                                                                     \
    REPLY("403 No", "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n",                                     \
          "<Error><Code>RequestTimeTooSkewed</Code></Error>")

static void clock_is_put_right(void **state)
{
    (void)state;
    static const ServerReply replies[] = {SKEWED, GOOD};
    World *w = world_new(replies, 2);
    open_aws(w);
    do_call(w);
    assert_int_equal(server_asked(&w->server), 2);
    assert_false(said(w, 0, "x-amz-date: 19941106T"));
    assert_true(said(w, 1, "x-amz-date: 19941106T0849"));
    do_call(w); /* and stays right */
    assert_int_equal(server_asked(&w->server), 3);
    assert_true(said(w, 2, "x-amz-date: 19941106T08"));
    world_free(w);
}

/* After that it is not this machine's clock: as any refusal that may pass. */
static void clock_is_put_right_once(void **state)
{
    (void)state;
    static const ServerReply replies[] = {SKEWED};
    World *w = world_new(replies, 1);
    w->call.attempts = 2;
    open_aws(w);
    Error e = {0};
    assert_false(aws_do(w->aws, &w->call, &e));
    assert_string_equal(e.code, "clock");
    assert_int_equal(server_asked(&w->server), 3);
    world_free(w);
}

/* Repairs are no retries: with one attempt in all they are made, too. */
static void repairs_cost_no_attempt(void **state)
{
    (void)state;
    static const ServerReply replies[] = {SKEWED, GOOD};
    World *w = world_new(replies, 2);
    w->call.attempts = 1;
    open_aws(w);
    do_call(w);
    world_free(w);
}

static const char moved[] =
    "HTTP/1.1 301 Moved Permanently\r\nConnection: close\r\nx-amz-bucket-region: eu-west-1\r\n\r\n"
    "<Error><Code>PermanentRedirect</Code><Endpoint>x</Endpoint></Error>";
static const char moved_back[] =
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
    "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-central-1</Region></Error>";

static void region_of_a_bucket_is_remembered(void **state)
{
    (void)state;
    static const ServerReply replies[] = {{.bytes = moved, .then = SERVER_CLOSE}, GOOD};
    World *w = world_new(replies, 2);
    open_aws(w);
    do_call(w);
    assert_int_equal(server_asked(&w->server), 2);
    assert_true(said(w, 0, "/eu-central-1/s3/"));
    assert_true(said(w, 1, "/eu-west-1/s3/"));
    do_call(w);
    assert_int_equal(server_asked(&w->server), 3);
    assert_true(said(w, 2, "/eu-west-1/s3/"));
    w->call.bucket = "another";
    do_call(w);
    assert_true(said(w, 3, "/eu-central-1/s3/"));
    world_free(w);
}

static void regions_that_point_at_each_other(void **state)
{
    (void)state;
    static const ServerReply replies[] = {{.bytes = moved, .then = SERVER_CLOSE},
                                          {.bytes = moved_back, .then = SERVER_CLOSE},
                                          {.bytes = moved, .then = SERVER_CLOSE},
                                          {.bytes = moved_back, .then = SERVER_CLOSE}};
    World *w = world_new(replies, 4);
    open_aws(w);
    Error e = {0};
    assert_false(aws_do(w->aws, &w->call, &e));
    assert_string_equal(e.code, "region");
    assert_int_equal(e.kind, ERROR_SETUP);
    assert_int_equal(server_asked(&w->server), 3);
    world_free(w);
}

static void write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

/* The shared file has new ones by the time that the old ones are refused. */
static void expired_credentials_are_replaced(void **state)
{
    (void)state;
    static const ServerReply replies[] = {REFUSAL("400 Bad Request", "ExpiredToken"), GOOD};
    World *w = world_new(replies, 2);
    char path[] = "/tmp/test_aws.XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    unsetenv("AWS_ACCESS_KEY_ID");
    unsetenv("AWS_SECRET_ACCESS_KEY");
    setenv("AWS_SHARED_CREDENTIALS_FILE", path, 1);
    write_file(path, "[default]\naws_access_key_id = OLD\naws_secret_access_key = s\n"
                     "aws_session_token = old-token\n");
    open_aws(w);
    write_file(path, "[default]\naws_access_key_id = NEW\naws_secret_access_key = s\n"
                     "aws_session_token = new-token\n");
    do_call(w);
    unlink(path);
    assert_int_equal(server_asked(&w->server), 2);
    assert_true(said(w, 0, "Credential=OLD/"));
    assert_true(said(w, 0, "\r\nx-amz-security-token: old-token\r\n"));
    assert_true(said(w, 1, "Credential=NEW/"));
    assert_true(said(w, 1, "\r\nx-amz-security-token: new-token\r\n"));
    world_free(w);
}

static const Case cases[] = {
    {"clock_is_put_right", clock_is_put_right},
    {"clock_is_put_right_once", clock_is_put_right_once},
    {"repairs_cost_no_attempt", repairs_cost_no_attempt},
    {"region_of_a_bucket_is_remembered", region_of_a_bucket_is_remembered},
    {"regions_that_point_at_each_other", regions_that_point_at_each_other},
    {"expired_credentials_are_replaced", expired_credentials_are_replaced},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
