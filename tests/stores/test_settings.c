/* test_settings.c: the environment against the profile. */
#include "core/buffer.h"
#include "stores/aws/settings.h"
#include "tests/support/aws_home.h"
#include "tests/support/cases.h"

static const char config[] = "[default]\n"
                             "region = eu-central-1\n"
                             "[profile work]\n"
                             "region = eu-west-1\n"
                             "endpoint_url = https://all.example.org\n"
                             "services = local\n"
                             "use_dualstack_endpoint = true\n"
                             "use_fips_endpoint = False\n"
                             "max_attempts = 7\n"
                             "ca_bundle = /etc/ca.pem\n"
                             "s3 =\n"
                             "  addressing_style = virtual\n"
                             "[profile ignoring]\n"
                             "ignore_configured_endpoint_urls = true\n"
                             "endpoint_url = https://all.example.org\n"
                             "[profile path]\n"
                             "s3 =\n"
                             "  addressing_style = path\n"
                             "[profile lost]\n"
                             "services = nowhere\n"
                             "[profile odd]\n"
                             "use_fips_endpoint = yes\n"
                             "[profile style]\n"
                             "s3 =\n"
                             "  addressing_style = any\n"
                             "[profile few]\n"
                             "max_attempts = 0\n"
                             "[services local]\n"
                             "s3 =\n"
                             "  endpoint_url = http://localhost:9000\n"
                             "dynamodb =\n"
                             "  endpoint_url = http://localhost:8000\n";
static const char credentials[] = "[default]\naws_access_key_id = AKID\naws_secret_access_key = "
                                  "SECRET\n[work]\nregion = sa-east-1\n[only]\nregion = r-1\n";

typedef struct Reading {
    const char *environment[4]; /* "NAME=value" */
    const char *expected;       /* as show() writes it */
} Reading;

static void show(const AwsSettings *s, Buffer *out)
{
    buffer_printf(out, "%s%s", s->profile, s->profile_named ? " named" : "");
    if (s->region)
        buffer_printf(out, " region=%s/%s", s->region, s->region_from);
    static const char *const names[] = {"s3", "sqs", "dynamodb", "sts"};
    for (size_t i = 0; i < AWS_SERVICES; i++)
        if (s->endpoint_url[i])
            buffer_printf(out, " %s=%s", names[i], s->endpoint_url[i]);
    buffer_printf(out, "%s%s%s%s%s", s->virtual_host ? " virtual" : "",
                  s->path_style ? " path" : "", s->dualstack ? " dualstack" : "",
                  s->fips ? " fips" : "", s->unsigned_requests ? " unsigned" : "");
    if (s->ca_bundle)
        buffer_printf(out, " ca=%s", s->ca_bundle);
    buffer_printf(out, " attempts=%u", s->max_attempts);
}

/* As botocore 1.43 has them (session variables, ConfiguredEndpointProvider), but for AWS_REGION,
 * which wins in all SDKs that know it. */
static const Reading readings[] = {
    {{NULL}, "default region=eu-central-1/profile default attempts=5"},
    {{"AWS_DEFAULT_REGION=us-east-2"}, "default region=us-east-2/AWS_DEFAULT_REGION attempts=5"},
    {{"AWS_DEFAULT_REGION=us-east-2", "AWS_REGION=us-west-1"},
     "default region=us-west-1/AWS_REGION attempts=5"},
    {{"AWS_REGION="}, "default region=eu-central-1/profile default attempts=5"},
    {{"AWS_PROFILE=default"}, "default named region=eu-central-1/profile default attempts=5"},
    {{"AWS_PROFILE=only"}, "only named region=r-1/profile only attempts=5"},
    {{"AWS_DEFAULT_PROFILE=only"}, "only named region=r-1/profile only attempts=5"},
    {{"AWS_PROFILE=work"},
     "work named region=sa-east-1/profile work s3=http://localhost:9000 "
     "sqs=https://all.example.org dynamodb=http://localhost:8000 sts=https://all.example.org "
     "virtual dualstack ca=/etc/ca.pem attempts=7"},
    {{"AWS_PROFILE=work", "AWS_ENDPOINT_URL=http://e", "AWS_ENDPOINT_URL_SQS=http://q",
      "AWS_USE_DUALSTACK_ENDPOINT=false"},
     "work named region=sa-east-1/profile work s3=http://e sqs=http://q dynamodb=http://e "
     "sts=http://e virtual ca=/etc/ca.pem attempts=7"},
    {{"AWS_PROFILE=work", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=TRUE", "AWS_ENDPOINT_URL=http://e"},
     "work named region=sa-east-1/profile work virtual dualstack ca=/etc/ca.pem attempts=7"},
    {{"AWS_PROFILE=ignoring"}, "ignoring named attempts=5"},
    {{"AWS_PROFILE=path", "AWS_CA_BUNDLE=/ca", "AWS_MAX_ATTEMPTS=1", "AWS_NO_SIGN_REQUEST=YES"},
     "path named path unsigned ca=/ca attempts=1"},
    {{"AWS_USE_FIPS_ENDPOINT=true", "AWS_ENDPOINT_URL_STS=https://sts", "AWS_ENDPOINT_URL_S3=a",
      "AWS_ENDPOINT_URL_DYNAMODB=b"},
     "default region=eu-central-1/profile default s3=a dynamodb=b sts=https://sts fips "
     "attempts=5"},
    {{"AWS_CONFIG_FILE=/nonexistent"}, "default attempts=5"},
    {{"HOME="}, "default attempts=5"},
};

static void reads(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(readings); i++) {
        AwsHome home;
        home_open(&home, config, credentials);
        for (size_t k = 0; k < 4 && readings[i].environment[k]; k++)
            home_set(readings[i].environment[k]);
        Arena a = {0};
        Error e = {0};
        AwsSettings s;
        auto_buffer Buffer shown = {0};
        assert_ok(settings_read(&a, &s, &e), &e);
        show(&s, &shown);
        assert_string_equal(shown.bytes, readings[i].expected);
        arena_deinit(&a);
        home_close(&home);
    }
}

static const Reading refusals[] = {
    {{"AWS_PROFILE=none"}, "AWS_PROFILE asks for none, and neither [profile none] is in "},
    {{"AWS_PROFILE=none", "HOME="}, "is in ~/.aws/config nor [none] in ~/.aws/credentials"},
    {{"AWS_PROFILE=lost"},
     "profile lost says services = nowhere, and there is no [services nowhere]"},
    {{"AWS_PROFILE=odd"},
     "AWS_USE_FIPS_ENDPOINT or the profile's use_fips_endpoint is yes, but is true or false"},
    {{"AWS_PROFILE=style"}, "addressing_style is any, but is auto, virtual or path"},
    {{"AWS_PROFILE=few"}, "max_attempts is 0, but is a number from 1 to 100"},
    {{"AWS_MAX_ATTEMPTS=3x"}, "is 3x, but is a number"},
    {{"AWS_CONFIG_FILE=/tmp"}, "/tmp: Is a directory"},
};

static void refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(refusals); i++) {
        AwsHome home;
        home_open(&home, config, credentials);
        for (size_t k = 0; k < 4 && refusals[i].environment[k]; k++)
            home_set(refusals[i].environment[k]);
        Arena a = {0};
        Error e = {0};
        AwsSettings s;
        assert_false(settings_read(&a, &s, &e));
        print_message("%s\n", e.message);
        assert_non_null(strstr(e.message, refusals[i].expected));
        assert_null(strstr(e.message, "SECRET"));
        assert_int_equal(e.kind, ERROR_SETUP);
        arena_deinit(&a);
        home_close(&home);
    }
}

/* [profile default] over [default], the credentials file over both; secrets stay outside. */
static void keys_of_the_default_profile(void **state)
{
    (void)state;
    AwsHome home;
    home_open(&home, "[profile default]\nregion = a\noutput = b\n[default]\nregion = c\nx = d\n",
              "[default]\noutput = e\naws_secret_access_key = SECRET\n");
    Arena a = {0};
    Error e = {0};
    AwsSettings s;
    assert_ok(settings_read(&a, &s, &e), &e);
    assert_string_equal(settings_profile_key(&s, "region"), "a");
    assert_string_equal(settings_profile_key(&s, "output"), "e");
    assert_string_equal(settings_profile_key(&s, "x"), "d");
    assert_string_equal(settings_profile_key(&s, "aws_secret_access_key"), "");
    assert_null(settings_profile_key(&s, "y"));
    arena_deinit(&a);
    home_close(&home);
}

static void home_is_a_tilde(void **state)
{
    (void)state;
    AwsHome home;
    home_open(&home, "[default]\nregion = far\n", "");
    home_set("AWS_CONFIG_FILE=~/.aws/config");
    Arena a = {0};
    Error e = {0};
    AwsSettings s;
    assert_ok(settings_read(&a, &s, &e), &e);
    assert_string_equal(s.region, "far");
    home_set("AWS_REGION=changed");
    assert_string_equal(s.region, "far");
    arena_deinit(&a);
    home_close(&home);
}

static const Case cases[] = {
    {"reads", reads},
    {"refuses", refuses},
    {"keys_of_the_default_profile", keys_of_the_default_profile},
    {"home_is_a_tilde", home_is_a_tilde},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
