/* test_credentials_http.c: credentials of containers and of STS, and how they are kept fresh. */
#include "tests/support/aws_world.h"

static const char full[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";

static void container(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_credentials(w, "/v1/c%20d", "1", 3600);
    world_serve(w, full, "/v1/c%20d?id=a%26b&x");
    home_set("AWS_CONTAINER_AUTHORIZATION_TOKEN=Hush token");
    home_set("http_proxy=http://127.0.0.1:1"); /* nobody is there */
    assert_ok(world_open(w, &e), &e);
    unsetenv("http_proxy");
    world_has(w, "1", "container");
    world_was_asked(w, 0, "GET /v1/c%20d?id=a%26b&x= HTTP/1.1\r\n");
    world_was_asked(w, 0, "authorization: Hush token\r\n");
    world_was_asked(w, 0, "accept: application/json\r\n");
    world_free(w);
}

/* A token of a file is as new as the file. */
static void container_token_file(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    Credentials c = {0};
    char variable[128];
    world_credentials(w, NULL, "1", 3600);
    world_credentials(w, NULL, "2", 3600);
    w->server.in_order = true;
    world_serve(w, full, "/");
    home_write(&w->home, "token", "Hush-one");
    snprintf(variable, sizeof variable, "%s/token", w->home.path);
    setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", variable, 1);
    assert_ok(world_open(w, &e), &e);
    world_was_asked(w, 0, "authorization: Hush-one\r\n");
    home_write(&w->home, "token", "Hush-two");
    assert_ok(credentials_get(w->keeper, &c, &e), &e);
    credentials_expired(w->keeper, &c);
    credentials_deinit(&c);
    assert_true(world_waits_for(w, "2", 15));
    world_was_asked(w, 1, "authorization: Hush-two\r\n");
    world_free(w);
}

static void container_tries_again(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_reply(w, NULL, "500 Oops", "Hush");
    world_reply(w, NULL, "200 OK", "{\"AccessKeyId\": \"Hush\"");
    world_credentials(w, NULL, "3", 3600);
    w->server.in_order = true;
    world_serve(w, full, "/");
    assert_ok(world_open(w, &e), &e);
    world_has(w, "3", "container");
    world_free(w);
}

/* What a service says and what a person reads of it. */
typedef struct Refusal {
    const char *status, *body, *token, *says;
    ErrorKind kind;
    size_t asked;
} Refusal;

static const Refusal refusals[] = {
    {"403 No", "Hush", "Hush", "answers 403: the authorization token is refused", ERROR_SETUP, 1},
    {"404 No", "", NULL, "answers 404", ERROR_SETUP, 1},
    {"503 No", "", NULL, "answers 503", ERROR_RETRY, 3},
    {"200 OK", "<html>Hush</html>", NULL, "JSON: no JSON", ERROR_RETRY, 3},
    {"200 OK", "{\"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"Hush\"}", NULL,
     "its reply has no Expiration", ERROR_RETRY, 3},
    {"200 OK",
     "{\"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"Hush\", \"Expiration\": "
     "\"2001-02-03T04:05:06Z\"}",
     NULL, "gives credentials that expired at 2001-02-03T04:05:06Z", ERROR_RETRY, 3},
    {"200 OK", "", "Hush\r\nx: y", "the token has a line end", ERROR_SETUP, 0},
};

static void container_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(refusals); i++) {
        const Refusal *r = &refusals[i];
        AwsWorld *w = world_new();
        world_reply(w, NULL, r->status, r->body);
        world_serve(w, full, "/");
        if (r->token)
            setenv("AWS_CONTAINER_AUTHORIZATION_TOKEN", r->token, 1);
        world_refuses(w, r->kind, r->says);
        assert_int_equal(server_asked(&w->server), r->asked);
        world_free(w);
    }
}

/* Hosts that would get the token without TLS, and URLs that are none: nobody is asked. */
static void container_hosts(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *url, *says;
    } hosts[] = {
        {full, "http://example.org/", "asks example.org without TLS"},
        {full, "http://169.254.170.3/", "asks 169.254.170.3 without TLS"},
        {full, "http://[fd00:ec2::24]/", "asks fd00:ec2::24 without TLS"},
        {full, "http://localhost.example.org/", "without TLS"},
        {full, "http://128.0.0.1/", "asks 128.0.0.1 without TLS"},
        {full, "file:///etc/passwd", "does not begin with http:// or https://"},
        {full, "http://localhost@example.org/", "a user or password"},
        {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@example.org/", "does not begin with /"},
    };
    for (size_t i = 0; i < CASES(hosts); i++) {
        AwsWorld *w = world_new();
        world_serve(w, "X_NOBODY", "/");
        setenv(hosts[i].variable, hosts[i].url, 1);
        world_refuses(w, ERROR_SETUP, hosts[i].says);
        world_free(w);
    }
}

static void put_web_identity(AwsWorld *w, const char *token)
{
    char path[128];
    home_write(&w->home, "token", token);
    snprintf(path, sizeof path, "%s/token", w->home.path);
    setenv("AWS_WEB_IDENTITY_TOKEN_FILE", path, 1);
    home_set("AWS_ROLE_ARN=arn:aws:iam::123456789012:role/weir");
    home_set("AWS_REGION=eu-central-1");
}

/* The example of the STS API reference, AssumeRoleWithWebIdentity. */
static void put_sts_reply(AwsWorld *w, const char *name, double life_s)
{
    char body[1024], until[32];
    snprintf(body, sizeof body,
             "<AssumeRoleWithWebIdentityResponse "
             "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
             "  <AssumeRoleWithWebIdentityResult>\n"
             "    <SubjectFromWebIdentityToken>amzn1.account.AF6</SubjectFromWebIdentityToken>\n"
             "    <AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/w/app1</Arn>\n"
             "      <AssumedRoleId>AROA:app1</AssumedRoleId></AssumedRoleUser>\n"
             "    <Credentials><SessionToken>HushT%s</SessionToken>\n"
             "      <SecretAccessKey>Hush%s</SecretAccessKey>\n"
             "      <Expiration>%s</Expiration>\n"
             "      <AccessKeyId>AK%s</AccessKeyId></Credentials>\n"
             "  </AssumeRoleWithWebIdentityResult>\n"
             "</AssumeRoleWithWebIdentityResponse>\n",
             name, name, world_time(until, life_s), name);
    world_reply(w, NULL, "200 OK", body);
}

static void web_identity(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    put_sts_reply(w, "1", 3600);
    world_serve(w, "AWS_ENDPOINT_URL_STS", "");
    put_web_identity(w, "eyJ.Hush+/=.x\n");
    home_set("AWS_ROLE_SESSION_NAME=my pod");
    assert_ok(world_open(w, &e), &e);
    world_has(w, "1", "web identity");
    world_was_asked(w, 0, "POST / HTTP/1.1\r\n");
    world_was_asked(w, 0, "content-type: application/x-www-form-urlencoded; charset=utf-8\r\n");
    world_was_asked(w, 0,
                    "\r\n\r\nAction=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn="
                    "arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fweir&RoleSessionName=my%20pod&"
                    "WebIdentityToken=eyJ.Hush%2B%2F%3D.x");
    assert_null(strcasestr(w->server.requests[0], "authorization:"));
    world_free(w);
}

static void web_identity_of_a_profile(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    char config[512];
    put_sts_reply(w, "2", 3600);
    world_serve(w, "AWS_ENDPOINT_URL_STS", "");
    home_write(&w->home, "token", "Hush");
    snprintf(config, sizeof config,
             "[profile pod]\nregion = eu-central-1\nrole_arn = arn:r\nrole_session_name = s\n"
             "web_identity_token_file = %s/token\n",
             w->home.path);
    home_write(&w->home, ".aws/config", config);
    home_set("AWS_PROFILE=pod");
    assert_ok(world_open(w, &e), &e);
    world_has(w, "2", "web identity");
    world_was_asked(w, 0, "&RoleArn=arn%3Ar&RoleSessionName=s&WebIdentityToken=Hush");
    world_free(w);
}

static void web_identity_tries_again(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_reply(w, NULL, "503 Busy", "");
    world_reply(w, NULL, "400 Bad Request",
                "<ErrorResponse><Error><Code>IDPCommunicationError</Code><Message>m</Message>"
                "</Error></ErrorResponse>");
    put_sts_reply(w, "3", 3600);
    w->server.in_order = true;
    world_serve(w, "AWS_ENDPOINT_URL_STS", "");
    put_web_identity(w, "Hush");
    assert_ok(world_open(w, &e), &e);
    world_has(w, "3", "web identity");
    world_free(w);
}

static const Refusal sts_refusals[] = {
    {"400 Bad Request",
     "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>"
     "<Code>InvalidIdentityToken</Code><Message>No OpenIDConnect provider found</Message></Error>"
     "<RequestId>r-1</RequestId></ErrorResponse>",
     "Hush",
     "asking STS for credentials: refused (400 InvalidIdentityToken): No OpenIDConnect provider "
     "found; check AWS_ROLE_ARN,",
     ERROR_SETUP, 1},
    {"403 Forbidden",
     "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized</Message></Error>"
     "</ErrorResponse>",
     "Hush", "role arn:aws:iam::123456789012:role/weir: asking STS for credentials", ERROR_SETUP,
     1},
    {"200 OK", "<AssumeRoleWithWebIdentityResponse>", "Hush",
     "STS (AssumeRoleWithWebIdentity): ", ERROR_RETRY, 1},
    {"200 OK", "<AssumeRoleWithWebIdentityResponse/>", "Hush",
     "STS (AssumeRoleWithWebIdentity): no access key", ERROR_SETUP, 1},
    {"200 OK", "", "", "/token: it is empty", ERROR_SETUP, 0},
};

static void web_identity_refusals(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(sts_refusals); i++) {
        const Refusal *r = &sts_refusals[i];
        AwsWorld *w = world_new();
        world_reply(w, NULL, r->status, r->body);
        world_serve(w, "AWS_ENDPOINT_URL_STS", "");
        put_web_identity(w, r->token);
        world_refuses(w, r->kind, r->says);
        assert_int_equal(server_asked(&w->server), r->asked);
        world_free(w);
    }
}

static void web_identity_is_half_set(void **state)
{
    (void)state;
    static const struct {
        const char *variable, *says;
    } missing[] = {
        {"AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not"},
        {"AWS_REGION", "no AWS region: set AWS_REGION"},
    };
    for (size_t i = 0; i < CASES(missing); i++) {
        AwsWorld *w = world_new();
        world_serve(w, "AWS_ENDPOINT_URL_STS", "");
        put_web_identity(w, "Hush");
        unsetenv(missing[i].variable);
        world_refuses(w, ERROR_SETUP, missing[i].says);
        world_free(w);
    }
    AwsWorld *w = world_new();
    Error e = {0};
    world_serve(w, "AWS_ENDPOINT_URL_STS", "");
    put_web_identity(w, "Hush");
    home_set("AWS_WEB_IDENTITY_TOKEN_FILE=/nonexistent/token");
    assert_false(world_open(w, &e));
    assert_string_equal(e.message, "/nonexistent/token: No such file or directory");
    world_free(w);
}

/* Half their life later there are new ones; the old ones serve while nobody answers. */
static void refreshed_in_time(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_credentials(w, NULL, "1", 4);
    world_reply(w, NULL, "403 No", "Hush");
    world_credentials(w, NULL, "2", 3600);
    w->server.in_order = true;
    world_serve(w, full, "/");
    assert_ok(world_open(w, &e), &e);
    assert_false(credentials_failure(w->keeper, &e));
    double begin_s = monotonic_s();
    while (!credentials_failure(w->keeper, &e) && monotonic_s() < begin_s + 10)
        usleep(20000);
    world_no_secret(&e);
    assert_non_null(strstr(e.message, "answers 403"));
    world_has(w, "1", "container");
    assert_true(world_waits_for(w, "2", 10));
    assert_false(credentials_failure(w->keeper, &e));
    assert_int_equal(server_asked(&w->server), 3);
    world_free(w);
}

/* Those that live for an hour are not asked for again within a second. */
static void left_alone(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_credentials(w, NULL, "1", 3600);
    world_serve(w, full, "/");
    assert_ok(world_open(w, &e), &e);
    sleep(1);
    assert_int_equal(server_asked(&w->server), 1);
    world_free(w);
}

static void closed_while_it_asks(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_credentials(w, NULL, "1", 2);
    world_credentials(w, NULL, "2", 3600);
    w->replies[1].wait_s = 20;
    w->server.in_order = true;
    world_serve(w, full, "/");
    assert_ok(world_open(w, &e), &e);
    double begin_s = monotonic_s();
    while (server_asked(&w->server) < 2 && monotonic_s() < begin_s + 10)
        usleep(20000);
    begin_s = monotonic_s();
    world_free(w);
    assert_true(monotonic_s() - begin_s < 5); /* a request ends after 2 s */
}

static const Case cases[] = {
    {"container", container},
    {"container_token_file", container_token_file},
    {"container_tries_again", container_tries_again},
    {"container_refusals", container_refusals},
    {"container_hosts", container_hosts},
    {"web_identity", web_identity},
    {"web_identity_of_a_profile", web_identity_of_a_profile},
    {"web_identity_tries_again", web_identity_tries_again},
    {"web_identity_refusals", web_identity_refusals},
    {"web_identity_is_half_set", web_identity_is_half_set},
    {"refreshed_in_time", refreshed_in_time},
    {"left_alone", left_alone},
    {"closed_while_it_asks", closed_while_it_asks},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
