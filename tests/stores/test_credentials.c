/* test_credentials.c: credentials of the environment, of profiles and of other programs. */
#include "stores/aws/credentials_provider.h"
#include "tests/support/aws_home.h"
#include "tests/support/cases.h"

#include "core/clock.h"

#include <sys/prctl.h>

/* One start with files and an environment. Every secret in these tests has Hush in it, so that a
 * message can be searched for them. */
typedef struct Start {
    const char *config, *credentials;
    const char *environment[6];
    const char *expected; /* as show() writes it, or a part of the message */
} Start;

static void show(const Credentials *c, Buffer *out)
{
    buffer_printf(out, "%s: %s %s %s", c->provider, c->access_key, c->secret_key,
                  c->token ? c->token : "-");
    if (c->expires_s > 0)
        buffer_printf(out, " until %.0f", c->expires_s);
}

static void no_secret(const Error *e)
{
    print_message("%s\n", e->message);
    assert_null(strstr(e->message, "Hush"));
    assert_null(strchr(e->message, '\n'));
    assert_true(strlen(e->message) < ERROR_MESSAGE_SIZE - 1);
}

static bool try_start(const Start *t, Buffer *out, Error *e)
{
    AwsHome home;
    home_open(&home, t->config, t->credentials);
    home_set("AWS_EC2_METADATA_DISABLED=true");
    for (size_t k = 0; k < CASES(t->environment) && t->environment[k]; k++)
        home_set(t->environment[k]);
    Arena a = {0};
    AwsSettings s;
    CredentialKeeper *k = NULL;
    Credentials c = {0};
    bool good = settings_read(&a, &s, e) && credentials_open(&s, NULL, &k, e);
    if (good) {
        assert_ok(credentials_get(k, &c, e), e);
        show(&c, out);
    }
    credentials_deinit(&c);
    credentials_close(k);
    arena_deinit(&a);
    home_close(&home);
    return good;
}

#define KEYS(name) "aws_access_key_id = AK" name "\naws_secret_access_key = Hush" name "\n"
#define PRINTS(json) "credential_process = printf '" json "'\n"

static const Start starts[] = {
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AKE", "AWS_SECRET_ACCESS_KEY=Hush/e+="},
     "environment: AKE Hush/e+= -"},
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AKE", "AWS_SECRET_ACCESS_KEY=Hushe", "AWS_SESSION_TOKEN=Husht"},
     "environment: AKE Hushe Husht"},
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AKE", "AWS_SECRET_ACCESS_KEY=Hushe", "AWS_SESSION_TOKEN="},
     "environment: AKE Hushe -"},
    /* keys of the environment win over a profile that AWS_PROFILE names, as with the AWS CLI */
    {NULL,
     "[work]\n" KEYS("W"),
     {"AWS_PROFILE=work", "AWS_ACCESS_KEY_ID=AKE", "AWS_SECRET_ACCESS_KEY=Hushe"},
     "environment: AKE Hushe -"},
    {NULL,
     "[default]\n" KEYS("D") "aws_session_token = Husht\n[work]\n" KEYS("W"),
     {NULL},
     "profile default: AKD HushD Husht"},
    {NULL,
     "[default]\n" KEYS("D") "[work]\n" KEYS("W"),
     {"AWS_PROFILE=work"},
     "profile work: AKW HushW -"},
    {"[profile work]\n" KEYS("C"), NULL, {"AWS_PROFILE=work"}, "profile work: AKC HushC -"},
    {"[profile work]\n" KEYS("C"),
     "[work]\n" KEYS("W"),
     {"AWS_PROFILE=work"},
     "profile work: AKW HushW -"},
    {"[default]\n" KEYS("C"), NULL, {NULL}, "profile default: AKC HushC -"},
    {"[default]\n" KEYS("C") "[profile default]\n" KEYS("P"),
     NULL,
     {NULL},
     "profile default: AKP HushP -"},
    {"[profile work]\nsso_session = x\n",
     "[work]\n" KEYS("W"),
     {"AWS_PROFILE=work"},
     "profile work: AKW HushW -"},
    {"[default]\n" PRINTS(
         "{\"Version\": 1, \"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"Hushp\"}"),
     NULL,
     {NULL},
     "profile default: AKP Hushp -"},
    {"[default]\n" PRINTS("{\"Version\":1,\"AccessKeyId\":\"AKP\",\"SecretAccessKey\":\"Hushp\","
                          "\"SessionToken\":\"Husht\",\"Expiration\":\"2099-01-01T00:00:00Z\"}"),
     NULL,
     {NULL},
     "profile default: AKP Hushp Husht until 4070908800"},
    {"[default]\n" PRINTS("{\"Version\":1,\"AccessKeyId\":\"AKP\",\"SecretAccessKey\":\"Hushp\","
                          "\"Expiration\":\"2099-01-01T02:00:00+02:00\"}"),
     NULL,
     {NULL},
     "profile default: AKP Hushp - until 4070908800"},
    /* with a role in the profile, its program decides, and no keys of another identity */
    {"[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = r\n" PRINTS(
         "{\"Version\": 1, \"AccessKeyId\": \"AKP\", \"SecretAccessKey\": \"Hushp\"}"),
     "[r]\n" KEYS("W"),
     {"AWS_PROFILE=r"},
     "profile r: AKP Hushp -"},
    {"[default]\n" PRINTS("{}"), "[default]\n" KEYS("D"), {NULL}, "profile default: AKD HushD -"},
};

static void finds(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(starts); i++) {
        Error e = {0};
        auto_buffer Buffer shown = {0};
        print_message("%s\n", starts[i].expected);
        assert_ok(try_start(&starts[i], &shown, &e), &e);
        assert_string_equal(shown.bytes, starts[i].expected);
    }
}

static const Start failures[] = {
    {NULL,
     NULL,
     {NULL},
     "no AWS credentials: AWS_ACCESS_KEY_ID is not set; AWS_WEB_IDENTITY_TOKEN_FILE is not set; "
     "profile default has none in /tmp/aws_home."},
    {NULL,
     NULL,
     {"HOME="},
     "no AWS credentials: AWS_ACCESS_KEY_ID is not set; AWS_WEB_IDENTITY_TOKEN_FILE is not set; "
     "HOME is not set, so that there is no ~/.aws/credentials; no container says where its "
     "credentials are (AWS_CONTAINER_...); instance metadata is switched off "
     "(AWS_EC2_METADATA_DISABLED); set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
     "AWS_PROFILE"},
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AK"},
     "AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not: set both, or neither"},
    {NULL,
     NULL,
     {"AWS_SECRET_ACCESS_KEY=Hush"},
     "AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"},
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AK", "AWS_SECRET_ACCESS_KEY=Hush\n"},
     "the secret key has a blank, a line end"},
    {NULL,
     NULL,
     {"AWS_ACCESS_KEY_ID=AK", "AWS_SECRET_ACCESS_KEY=Hush", "AWS_SESSION_TOKEN=Hush\r\nx: y"},
     "the session token has a blank, a line end"},
    {NULL, "[default]\naws_access_key_id = AK\n", {NULL}, "/.aws/credentials: no secret key"},
    {NULL, "[default]\naws_secret_access_key = Hush\n", {NULL}, "/.aws/credentials: no access key"},
    /* halves of two files are no whole */
    {"[default]\naws_access_key_id = AK\n",
     "[default]\naws_secret_access_key = Hush\n",
     {NULL},
     "/.aws/credentials: no access key"},
    {NULL,
     "[default]\naws_access_key_id = AK\naws_secret_access_key = Hush\n bad\n",
     {NULL},
     "the secret key has a blank"},
    {"[profile r]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = default\n",
     "[r]\n" KEYS("W"),
     {"AWS_PROFILE=r"},
     "profile r assumes a role (role_arn), which is not done here; add to it: credential_process "
     "= aws configure export-credentials --profile r"},
    {"[profile s]\nsso_session = x\nsso_account_id = 1\n",
     NULL,
     {"AWS_PROFILE=s"},
     "profile s logs in (sso, login), which is not done here"},
    {"[default]\ncredential_process = /nonexistent/program --key Hush\n",
     NULL,
     {NULL},
     "credential_process /nonexistent/program: cannot be started: No such file or directory"},
    {"[default]\ncredential_process = sh -c 'echo Hush; exit 3'\n",
     NULL,
     {NULL},
     "credential_process sh: ended with exit code 3; run it by hand to see why"},
    {"[default]\ncredential_process = sh -c 'kill -9 $$'\n",
     NULL,
     {NULL},
     "credential_process sh: ended with signal 9"},
    {"[default]\ncredential_process = echo 'Hush\n",
     NULL,
     {NULL},
     "credential_process has a quote or a \\ without its end"},
    {"[default]\n" PRINTS("Hush"), NULL, {NULL}, "credential_process printf: JSON: "},
    {"[default]\n" PRINTS(""), NULL, {NULL}, "credential_process printf: JSON: "},
    {"[default]\n" PRINTS("[1]"),
     NULL,
     {NULL},
     "credential_process printf: its reply is no JSON object"},
    {"[default]\n" PRINTS("{\"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"Hush\"}"),
     NULL,
     {NULL},
     "its reply has no \"Version\": 1"},
    {"[default]\n" PRINTS(
         "{\"Version\": 2, \"AccessKeyId\": \"AK\", \"SecretAccessKey\": \"Hush\"}"),
     NULL,
     {NULL},
     "its reply has no \"Version\": 1"},
    {"[default]\n" PRINTS("{\"Version\": 1, \"AccessKeyId\": \"AK\"}"),
     NULL,
     {NULL},
     "credential_process printf: no secret key"},
    {"[default]\n" PRINTS("{\"Version\":1,\"AccessKeyId\":\"AK\",\"SecretAccessKey\":\"Hush\","
                          "\"Expiration\":\"Hush\"}"),
     NULL,
     {NULL},
     "an Expiration that is no time in ISO 8601"},
    {"[default]\n" PRINTS("{\"Version\":1,\"AccessKeyId\":\"AK\",\"SecretAccessKey\":\"Hush\","
                          "\"Expiration\":\"2020-02-03T04:05:06Z\"}"),
     NULL,
     {NULL},
     "gives credentials that expired at 2020-02-03T04:05:06Z"},
    {"[default]\ncredential_process = head -c 100000 /dev/zero\n",
     NULL,
     {NULL},
     "credential_process head: more than 64 KiB of output"},
    {"[default]\ncredential_process = yes Hush\n",
     NULL,
     {NULL},
     "credential_process yes: more than 64 KiB of output"},
};

static void fails(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(failures); i++) {
        Error e = {0};
        auto_buffer Buffer shown = {0};
        assert_false(try_start(&failures[i], &shown, &e));
        no_secret(&e);
        assert_non_null(strstr(e.message, failures[i].expected));
        assert_int_equal(e.kind, ERROR_SETUP);
    }
}

/* Words as Python's shlex.split() has them. */
static void command_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line, *words; /* each with a | behind it; NULL: refused */
    } lines[] = {
        {"a b  c", "a|b|c|"},
        {"\"/opt/my tool\" --x 'a b'", "/opt/my tool|--x|a b|"},
        {"a\\ b c\\\"d", "a b|c\"d|"},
        {"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d|"},
        {"'a\\'", "a\\|"},
        {"a'b'\"c\"d", "abcd|"},
        {"'' \"\" x", "||x|"},
        {"$HOME *.c | x > y # z", "$HOME|*.c|||x|>|y|#|z|"},
        {"  a  ", "a|"},
        {"'a", NULL},
        {"\"a", NULL},
        {"a\\", NULL},
        {"", NULL},
        {"   ", NULL},
    };
    for (size_t i = 0; i < CASES(lines); i++) {
        Arena a = {0};
        Error e = {0};
        char **words = NULL;
        auto_buffer Buffer shown = {0};
        bool good = credentials_split(lines[i].line, &a, &words, &e);
        assert_true(good == (lines[i].words != NULL));
        for (size_t w = 0; good && words[w]; w++)
            buffer_printf(&shown, "%s|", words[w]);
        if (good)
            assert_string_equal(shown.bytes, lines[i].words);
        arena_deinit(&a);
    }
}

/* Whoever stops the search does not wait for a program. */
static void a_program_is_stopped(void **state)
{
    (void)state;
    atomic_bool stop = true;
    CredentialSearch c = {.stop = &stop};
    Credentials out = {0};
    Error e = {0};
    double begin_s = monotonic_s();
    assert_false(credentials_from_process(&c, "sleep 30", &out, &e));
    assert_string_equal(e.code, "stopped");
    assert_true(monotonic_s() - begin_s < 10);
}

/* Standard input is empty, so that nobody waits for an answer; ours is not eaten. */
static void a_program_has_no_input(void **state)
{
    (void)state;
    CredentialSearch c = {0};
    Credentials out = {0};
    Error e = {0};
    assert_false(credentials_from_process(&c, "cat", &out, &e));
    assert_non_null(strstr(e.message, "credential_process cat: JSON: "));
}

/* A file with fresh keys is read when the old ones are refused. */
static void refused_keys_are_read_anew(void **state)
{
    (void)state;
    AwsHome home;
    home_open(&home, NULL, "[default]\n" KEYS("1"));
    Arena a = {0};
    Error e = {0};
    AwsSettings s;
    CredentialKeeper *k = NULL;
    Credentials c = {0}, other = {.access_key = "AKother"};
    assert_ok(settings_read(&a, &s, &e) && credentials_open(&s, NULL, &k, &e), &e);
    assert_ok(credentials_get(k, &c, &e), &e);
    home_write(&home, ".aws/credentials", "[default]\n" KEYS("2"));
    double begin_s = monotonic_s();
    credentials_expired(k, &other); /* of others: nothing happens */
    credentials_expired(k, &c);
    while (strcmp(c.access_key, "AK1") == 0 && monotonic_s() < begin_s + 20) {
        credentials_deinit(&c);
        usleep(20000);
        assert_ok(credentials_get(k, &c, &e), &e);
    }
    assert_string_equal(c.secret_key, "Hush2");
    assert_true(monotonic_s() - begin_s > 4); /* not more often than every 5 s */
    assert_false(credentials_failure(k, &e));
    credentials_deinit(&c);
    credentials_close(k);
    arena_deinit(&a);
    home_close(&home);
}

static void an_unreadable_file_is_named(void **state)
{
    (void)state;
    AwsHome home;
    home_open(&home, NULL, "[default]\n" KEYS("1"));
    char path[128];
    snprintf(path, sizeof path, "%s/.aws/credentials", home.path);
    bool root = geteuid() == 0;
    chmod(home.path, 0755);
    snprintf(path, sizeof path, "%s/.aws", home.path);
    chmod(path, 0755);
    snprintf(path, sizeof path, "%s/.aws/credentials", home.path);
    chmod(path, 0);
    if (root && seteuid(65534) != 0)
        case_skip("needs another user than root");
    Arena a = {0};
    Error e = {0};
    AwsSettings s;
    bool good = settings_read(&a, &s, &e);
    if (root)
        assert_int_equal(seteuid(0), 0);
    prctl(PR_SET_DUMPABLE, 1); /* which seteuid() has taken away; LeakSanitizer needs it */
    assert_false(good);
    no_secret(&e);
    assert_non_null(strstr(e.message, path));
    assert_non_null(strstr(e.message, "Permission denied"));
    arena_deinit(&a);
    home_close(&home);
}

static void expirations(void **state)
{
    (void)state;
    double s = 0;
    assert_true(credentials_expiry("2026-11-21T22:39:17Z", &s));
    assert_true(s == 1795300757); /* date -u -d 2026-11-21T22:39:17 +%s */
    assert_true(credentials_expiry("2026-11-21T22:39:17.500Z", &s) && s == 1795300757);
    assert_true(credentials_expiry("2026-11-21T22:39:17", &s) && s == 1795300757);
    assert_false(credentials_expiry("2026-11-21", &s));
    assert_false(credentials_expiry("soon", &s));
    assert_false(credentials_expiry("", &s));
}

static const Case cases[] = {
    {"finds", finds},
    {"fails", fails},
    {"command_lines", command_lines},
    {"a_program_is_stopped", a_program_is_stopped},
    {"a_program_has_no_input", a_program_has_no_input},
    {"refused_keys_are_read_anew", refused_keys_are_read_anew},
    {"an_unreadable_file_is_named", an_unreadable_file_is_named},
    {"expirations", expirations},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
