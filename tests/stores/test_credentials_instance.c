/* test_credentials_instance.c: the role of an EC2 instance (IMDSv2). */
#include "tests/support/aws_world.h"

static const char endpoint[] = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
static const char roles[] = "/latest/meta-data/iam/security-credentials/";
static const char role[] = "/latest/meta-data/iam/security-credentials/weir-role";
static const char token[] = "/latest/api/token";

static void gives_a_role(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_reply(w, token, "200 OK", "HushSession==");
    world_credentials(w, role, "1", 21600);
    world_reply(w, roles, "200 OK", "weir-role\n");
    world_serve(w, endpoint, "/");
    home_set("http_proxy=http://127.0.0.1:1"); /* nobody is there */
    assert_ok(world_open(w, &e), &e);
    unsetenv("http_proxy");
    world_has(w, "1", "instance metadata");
    assert_int_equal(server_asked(&w->server), 3);
    world_was_asked(w, 0, "PUT /latest/api/token HTTP/1.1\r\n");
    world_was_asked(w, 0, "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n");
    world_was_asked(w, 1, "GET /latest/meta-data/iam/security-credentials/ HTTP/1.1\r\n");
    world_was_asked(w, 1, "x-aws-ec2-metadata-token: HushSession==\r\n");
    world_was_asked(w, 2, "GET /latest/meta-data/iam/security-credentials/weir-role HTTP/1.1\r\n");
    world_was_asked(w, 2, "x-aws-ec2-metadata-token: HushSession==\r\n");
    world_free(w);
}

/* The token has ended: a new one, once. */
static void begins_anew(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_reply(w, NULL, "200 OK", "Hush-one");
    world_reply(w, NULL, "401 Unauthorized", "");
    world_reply(w, NULL, "200 OK", "Hush-two");
    world_reply(w, NULL, "200 OK", "weir-role");
    world_credentials(w, NULL, "2", 21600);
    w->server.in_order = true;
    world_serve(w, endpoint, "");
    assert_ok(world_open(w, &e), &e);
    world_has(w, "2", "instance metadata");
    world_was_asked(w, 3, "x-aws-ec2-metadata-token: Hush-two\r\n");
    assert_int_equal(server_asked(&w->server), 5);
    world_free(w);
}

typedef struct Absence {
    const char *replies[3][2]; /* status and body of token, role, credentials */
    const char *says;
    ErrorKind kind;
} Absence;

#define NONE "no AWS credentials: "

static const Absence absences[] = {
    {{{"403 No", ""}}, "instance metadata is switched off for this instance (127.0.0.1)", 0},
    {{{"404 No", ""}}, "instance metadata has no version 2 (127.0.0.1)", 0},
    {{{"405 No", ""}}, "instance metadata has no version 2 (127.0.0.1)", 0},
    {{{"500 No", ""}}, "asked for a token it answers 500", ERROR_RETRY},
    {{{"200 OK", "Hush\r\nx: y"}}, "its token is none", ERROR_RETRY},
    {{{"200 OK", ""}}, "its token is none", ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"404 No", ""}}, "knows no role of this instance", 0},
    {{{"200 OK", "Hush"}, {"200 OK", ""}}, "knows no role of this instance", 0},
    {{{"200 OK", "Hush"}, {"200 OK", "<html> Hush"}}, "its role's name is none", ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"503 No", ""}}, "asked for the role it answers 503", ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"401 No", ""}, {"401 No", ""}},
     "asked for a token it answers 401",
     ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"200 OK", "r"}, {"500 No", ""}},
     "asked for credentials it answers 500",
     ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"200 OK", "r"}, {"200 OK", "Hush"}},
     "instance metadata, role r: JSON: no JSON",
     ERROR_RETRY},
    {{{"200 OK", "Hush"},
      {"200 OK", "r"},
      {"200 OK", "{\"Code\": \"AssumeRoleUnauthorizedAccess\", \"Message\": \"Hush\"}"}},
     "Code is AssumeRoleUnauthorizedAccess; may EC2 assume the role?",
     ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"200 OK", "r"}, {"200 OK", "{\"Code\": \"a\\u001b[2J\"}"}},
     "Code is a\\x1b[2J;",
     ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"200 OK", "r"}, {"200 OK", "{\"AccessKeyId\": \"AK\"}"}},
     "Code is none;",
     ERROR_RETRY},
    {{{"200 OK", "Hush"}, {"200 OK", "r"}, {"200 OK", "{\"Code\": \"Success\"}"}},
     "its reply has no Expiration",
     ERROR_RETRY},
};

static void gives_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(absences); i++) {
        const Absence *a = &absences[i];
        AwsWorld *w = world_new();
        Error e = {0};
        for (size_t k = 0; k < 3 && a->replies[k][0]; k++)
            world_reply(w, NULL, a->replies[k][0], a->replies[k][1]);
        w->server.in_order = true;
        world_serve(w, endpoint, "");
        assert_false(world_open(w, &e));
        world_no_secret(&e);
        assert_non_null(strstr(e.message, a->says));
        assert_int_equal(e.kind, a->kind ? a->kind : ERROR_SETUP);
        assert_true((a->kind == 0) == (strncmp(e.message, NONE, sizeof NONE - 1) == 0));
        world_free(w);
    }
}

/* A machine where nothing answers at that address waits for a second and no longer. */
static void does_not_answer(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    world_reply(w, NULL, "200 OK", "Hush")->wait_s = 20;
    world_serve(w, endpoint, "");
    double begin_s = monotonic_s();
    assert_false(world_open(w, &e));
    assert_true(monotonic_s() - begin_s < 4);
    world_no_secret(&e);
    assert_non_null(strstr(e.message, "; instance metadata does not answer (127.0.0.1); set "));
    assert_int_equal(e.kind, ERROR_SETUP);
    home_set("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1");
    assert_false(world_open(w, &e));
    assert_non_null(strstr(e.message, "; instance metadata does not answer (127.0.0.1); set "));
    world_free(w);
}

static void is_not_asked(void **state)
{
    (void)state;
    static const struct {
        const char *setting, *says;
    } settings[] = {
        {"AWS_EC2_METADATA_DISABLED=TRUE", "instance metadata is switched off (AWS_EC2"},
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE=IPv5", "is IPv5, but is IPv4 or IPv6"},
        {"AWS_EC2_METADATA_SERVICE_ENDPOINT=nonsense", "does not begin with http://"},
    };
    for (size_t i = 0; i < CASES(settings); i++) {
        AwsWorld *w = world_new();
        world_serve(w, endpoint, "");
        home_set(settings[i].setting);
        world_refuses(w, ERROR_SETUP, settings[i].says);
        assert_int_equal(server_asked(&w->server), 0);
        world_free(w);
    }
}

/* In an outage it gives what it has; that serves for 17 to 25 minutes more. */
static void stale_ones_serve_on(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    Credentials c = {0};
    world_reply(w, token, "200 OK", "Hush");
    world_credentials(w, role, "1", -600);
    world_reply(w, roles, "200 OK", "weir-role");
    world_serve(w, endpoint, "");
    assert_ok(world_open(w, &e), &e);
    assert_ok(credentials_get(w->keeper, &c, &e), &e);
    double left_s = c.expires_s - (double)time(NULL);
    assert_true(left_s > 17 * 60 - 5 && left_s < 25 * 60 + 5);
    credentials_deinit(&c);
    world_free(w);
}

static void knows_the_region(void **state)
{
    (void)state;
    AwsWorld *w = world_new();
    Error e = {0};
    const char *region = "";
    world_reply(w, token, "200 OK", "Hush");
    world_reply(w, "/latest/meta-data/placement/region", "200 OK", "eu-north-1");
    world_serve(w, endpoint, "");
    assert_ok(settings_read(&w->arena, &w->settings, &e), &e);
    assert_ok(credentials_region(&w->settings, w->http, &w->arena, &region, &e), &e);
    assert_string_equal(region, "eu-north-1");
    home_set("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:1");
    assert_ok(credentials_region(&w->settings, w->http, &w->arena, &region, &e), &e);
    assert_null(region);
    home_set("AWS_EC2_METADATA_DISABLED=true");
    assert_ok(credentials_region(&w->settings, w->http, &w->arena, &region, &e), &e);
    assert_null(region);
    world_free(w);
}

static const Case cases[] = {
    {"gives_a_role", gives_a_role},
    {"begins_anew", begins_anew},
    {"gives_none", gives_none},
    {"does_not_answer", does_not_answer},
    {"is_not_asked", is_not_asked},
    {"stale_ones_serve_on", stale_ones_serve_on},
    {"knows_the_region", knows_the_region},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
