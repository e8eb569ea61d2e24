/* credentials_environment.c: AWS_ACCESS_KEY_ID and what belongs to it. */
#include "stores/aws/credentials_provider.h"

static bool applies(const AwsSettings *s, Buffer *why)
{
    (void)s;
    if (settings_environment("AWS_ACCESS_KEY_ID") || settings_environment("AWS_SECRET_ACCESS_KEY"))
        return true;
    buffer_string(why, "AWS_ACCESS_KEY_ID is not set");
    return false;
}

static bool fetch(CredentialSearch *c, Credentials *out, Error *e)
{
    (void)c;
    CredentialTexts t = {.access_key = settings_environment("AWS_ACCESS_KEY_ID"),
                         .secret_key = settings_environment("AWS_SECRET_ACCESS_KEY"),
                         .token = settings_environment("AWS_SESSION_TOKEN"),
                         .from =
                             "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of "
                             "the environment"};
    if (!t.access_key || !t.secret_key)
        return error_coded(e, ERROR_SETUP, "credentials",
                           "%s is set and %s is not: set both, or neither",
                           t.access_key ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
                           t.access_key ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
    if (!credentials_make(&t, out, e))
        return false;
    out->provider = "environment";
    return true;
}

static bool is_here(const AwsSettings *s)
{
    (void)s;
    return true;
}

const CredentialProvider credentials_environment = {
    .name = "environment", .applies = applies, .fetch = fetch, .is_here = is_here};
