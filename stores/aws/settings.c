/* settings.c: the environment and the profile, weighed against each other. */
#include "stores/aws/settings.h"

#include "core/text.h"

#include <stdlib.h>
#include <string.h>

enum { ATTEMPTS_USUAL = 5, ATTEMPTS_MOST = 100 };

const char *settings_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

bool settings_is_profile(const AwsSettings *s, const ProfileSection *section)
{
    static const char word[] = "profile ";
    size_t length = sizeof word - 1;
    if (strncmp(section->name, word, length) == 0)
        return strcmp(section->name + length, s->profile) == 0;
    return strcmp(s->profile, "default") == 0 && strcmp(section->name, "default") == 0;
}

/* The later section wins, but [profile default] over [default]. */
const char *settings_profile_key(const AwsSettings *s, const char *key)
{
    const char *found = NULL, *plain = NULL;
    for (size_t i = 0; i < s->section_count; i++) {
        const ProfileSection *section = &s->sections[i];
        const char *value = settings_is_profile(s, section) ? profile_value(section, key) : NULL;
        if (!value)
            continue;
        if (strcmp(section->name, "default") == 0)
            plain = value;
        else
            found = value;
    }
    return found ? found : plain;
}

/* Where a file is; NULL where nothing says it. */
static bool find_file(Arena *a, const char *variable, const char *usual, const char **out, Error *e)
{
    const char *named = settings_environment(variable), *home = settings_environment("HOME");
    if (!named && !home) {
        *out = NULL;
        return true;
    }
    if (!named)
        *out = arena_printf(a, "%s/.aws/%s", home, usual);
    else if (home && strncmp(named, "~/", 2) == 0)
        *out = arena_printf(a, "%s%s", home, named + 1);
    else
        *out = arena_string(a, named);
    return *out || arena_full(a, e);
}

static bool read_files(AwsSettings *s, Arena *a, Error *e)
{
    if (!find_file(a, "AWS_CONFIG_FILE", "config", &s->config_file, e) ||
        !find_file(a, "AWS_SHARED_CREDENTIALS_FILE", "credentials", &s->credentials_file, e))
        return false;
    bool good =
        (!s->config_file || profile_read(s->config_file, a, &s->sections, &s->section_count, e)) &&
        (!s->credentials_file ||
         profile_read_credentials(s->credentials_file, a, &s->sections, &s->section_count, e));
    profile_wipe(s->sections, s->section_count);
    return good;
}

static bool find_profile(AwsSettings *s, Arena *a, Error *e)
{
    const char *named = settings_environment("AWS_PROFILE");
    if (!named)
        named = settings_environment("AWS_DEFAULT_PROFILE");
    s->profile_named = named != NULL;
    s->profile = arena_string(a, named ? named : "default");
    if (!s->profile)
        return arena_full(a, e);
    if (!read_files(s, a, e))
        return false;
    for (size_t i = 0; i < s->section_count; i++)
        if (settings_is_profile(s, &s->sections[i]))
            return true;
    /* the default one may be asked for and be empty */
    if (!named || strcmp(named, "default") == 0)
        return true;
    return error_coded(e, ERROR_SETUP, "aws_profile",
                       "AWS_PROFILE asks for %s, and neither [profile %s] is in %s nor [%s] in %s",
                       named, named, s->config_file ? s->config_file : "~/.aws/config", named,
                       s->credentials_file ? s->credentials_file : "~/.aws/credentials");
}

/* One setting: what the environment says, else the profile. */
typedef struct Setting {
    const char *variable, *key;
} Setting;

/* NULL: neither says it. An empty value says nothing. */
static const char *setting(const AwsSettings *s, Setting of)
{
    const char *value = settings_environment(of.variable);
    if (!value && of.key)
        value = settings_profile_key(s, of.key);
    return value && *value ? value : NULL;
}

static bool read_switch(const AwsSettings *s, Setting of, bool *out, Error *e)
{
    const char *value = setting(s, of);
    if (!value)
        return true;
    *out = text_equal_nocase(value, "true");
    return *out || text_equal_nocase(value, "false") ||
           error_coded(e, ERROR_SETUP, "aws_setting", "%s%s%s is %s, but is true or false",
                       of.variable, of.key ? " or the profile's " : "", of.key ? of.key : "",
                       value);
}

static bool read_switches(AwsSettings *s, Error *e)
{
    const struct {
        Setting of;
        bool *out;
    } switches[] = {
        {{"AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"}, &s->dualstack},
        {{"AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"}, &s->fips},
    };
    for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
        if (!read_switch(s, switches[i].of, switches[i].out, e))
            return false;
    const char *unsigned_requests = settings_environment("AWS_NO_SIGN_REQUEST");
    s->unsigned_requests = unsigned_requests && (text_equal_nocase(unsigned_requests, "true") ||
                                                 text_equal_nocase(unsigned_requests, "yes") ||
                                                 strcmp(unsigned_requests, "1") == 0);
    return true;
}

static bool read_attempts(AwsSettings *s, Error *e)
{
    const char *value = setting(s, (Setting){"AWS_MAX_ATTEMPTS", "max_attempts"});
    uint64_t attempts = ATTEMPTS_USUAL;
    if (value && (!text_to_uint64(value, strlen(value), &attempts) || attempts < 1 ||
                  attempts > ATTEMPTS_MOST))
        return error_coded(e, ERROR_SETUP, "aws_setting",
                           "AWS_MAX_ATTEMPTS or the profile's max_attempts is %s, but is a number "
                           "from 1 to %d",
                           value, ATTEMPTS_MOST);
    s->max_attempts = (unsigned)attempts;
    return true;
}

static bool read_style(AwsSettings *s, Error *e)
{
    const char *value = settings_profile_key(s, "s3.addressing_style");
    if (!value || !*value || text_equal_nocase(value, "auto"))
        return true;
    s->virtual_host = text_equal_nocase(value, "virtual");
    s->path_style = text_equal_nocase(value, "path");
    return s->virtual_host || s->path_style ||
           error_coded(e, ERROR_SETUP, "aws_setting",
                       "the profile's s3 addressing_style is %s, but is auto, virtual or path",
                       value);
}

static bool read_region(AwsSettings *s, Arena *a, Error *e)
{
    static const char *const variables[] = {"AWS_REGION", "AWS_DEFAULT_REGION"};
    for (size_t i = 0; !s->region && i < 2; i++) {
        s->region = settings_environment(variables[i]);
        s->region_from = s->region ? variables[i] : NULL;
    }
    const char *key = settings_profile_key(s, "region");
    if (s->region || !key || !*key)
        return true;
    s->region = key;
    s->region_from = arena_printf(a, "profile %s", s->profile);
    return s->region_from || arena_full(a, e);
}

/* The section that the profile's key `services` names; NULL without that key. */
static bool find_services(const AwsSettings *s, const ProfileSection **out, Error *e)
{
    static const char word[] = "services ";
    const char *name = settings_profile_key(s, "services");
    *out = NULL;
    if (!name || !*name)
        return true;
    for (size_t i = 0; i < s->section_count; i++) {
        const char *section = s->sections[i].name;
        if (strncmp(section, word, sizeof word - 1) == 0 &&
            strcmp(section + sizeof word - 1, name) == 0)
            *out = &s->sections[i];
    }
    return *out ||
           error_coded(e, ERROR_SETUP, "aws_profile",
                       "profile %s says services = %s, and there is no [services %s] in %s",
                       s->profile, name, name, s->config_file ? s->config_file : "~/.aws/config");
}

static bool read_endpoints(AwsSettings *s, Error *e)
{
    static const struct {
        const char *variable, *key;
    } services[AWS_SERVICES] = {
        [AWS_S3] = {"AWS_ENDPOINT_URL_S3", "s3.endpoint_url"},
        [AWS_SQS] = {"AWS_ENDPOINT_URL_SQS", "sqs.endpoint_url"},
        [AWS_DYNAMODB] = {"AWS_ENDPOINT_URL_DYNAMODB", "dynamodb.endpoint_url"},
        [AWS_STS] = {"AWS_ENDPOINT_URL_STS", "sts.endpoint_url"},
    };
    bool ignore = false;
    const ProfileSection *section;
    if (!find_services(s, &section, e) ||
        !read_switch(
            s, (Setting){"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "ignore_configured_endpoint_urls"},
            &ignore, e))
        return false;
    for (size_t i = 0; !ignore && i < AWS_SERVICES; i++) {
        const char *url = settings_environment(services[i].variable);
        if (!url)
            url = settings_environment("AWS_ENDPOINT_URL");
        if (!url && section)
            url = profile_value(section, services[i].key);
        if (!url || !*url)
            url = settings_profile_key(s, "endpoint_url");
        s->endpoint_url[i] = url && *url ? url : NULL;
    }
    return true;
}

/* The environment's texts may go with the next setenv(). */
static bool keep_texts(AwsSettings *s, Arena *a, Error *e)
{
    const char **texts[AWS_SERVICES + 2] = {&s->region, &s->ca_bundle};
    for (size_t i = 0; i < AWS_SERVICES; i++)
        texts[i + 2] = &s->endpoint_url[i];
    for (size_t i = 0; i < AWS_SERVICES + 2; i++)
        if (*texts[i] && !(*texts[i] = arena_string(a, *texts[i])))
            return arena_full(a, e);
    return true;
}

bool settings_read(Arena *a, AwsSettings *out, Error *e)
{
    AwsSettings s = {0};
    if (!find_profile(&s, a, e) || !read_region(&s, a, e) || !read_switches(&s, e) ||
        !read_attempts(&s, e) || !read_style(&s, e) || !read_endpoints(&s, e))
        return false;
    s.ca_bundle = setting(&s, (Setting){"AWS_CA_BUNDLE", "ca_bundle"});
    if (!keep_texts(&s, a, e))
        return false;
    *out = s;
    return true;
}
