/* credentials_profile.c: the profile's keys, or the program it names.
 *
 * The files are read anew each time: other tools put fresh keys there, and so no secret stays in
 * the settings. */
#include "stores/aws/credentials_provider.h"

#include <stdio.h>
#include <string.h>

/* The value of a key of the profile, NULL also where it is empty. */
static const char *key_of(const AwsSettings *s, const char *key)
{
    const char *value = settings_profile_key(s, key);
    return value && *value ? value : NULL;
}

static bool has_sso(const AwsSettings *s)
{
    return key_of(s, "sso_session") || key_of(s, "sso_start_url") || key_of(s, "login_session");
}

static bool applies(const AwsSettings *s, Buffer *why)
{
    if (settings_profile_key(s, "aws_access_key_id") ||
        settings_profile_key(s, "aws_secret_access_key") || key_of(s, "credential_process") ||
        key_of(s, "role_arn") || has_sso(s))
        return true;
    if (s->credentials_file || s->config_file)
        buffer_printf(why, "profile %.64s has none in %.160s", s->profile,
                      s->credentials_file ? s->credentials_file : s->config_file);
    else
        buffer_string(why, "HOME is not set, so that there is no ~/.aws/credentials");
    return false;
}

static bool cannot(const AwsSettings *s, Error *e)
{
    bool role = key_of(s, "role_arn") != NULL;
    return error_coded(e, ERROR_SETUP, "credentials",
                       "profile %s %s, which is not done here; add to it: credential_process = aws "
                       "configure export-credentials --profile %s",
                       s->profile, role ? "assumes a role (role_arn)" : "logs in (sso, login)",
                       s->profile);
}

/* The profile's section that has keys, of one file: halves of different files do not belong
 * together. NULL: none. */
static const ProfileSection *with_keys(const AwsSettings *s, const char *file)
{
    const ProfileSection *found = NULL;
    for (size_t i = 0; file && i < s->section_count; i++) {
        const ProfileSection *section = &s->sections[i];
        bool keys = settings_is_profile(s, section) && strcmp(section->file, file) == 0 &&
                    (profile_value(section, "aws_access_key_id") ||
                     profile_value(section, "aws_secret_access_key"));
        if (keys && (!found || strcmp(found->name, "default") == 0))
            found = section;
    }
    return found;
}

static bool take_keys(const AwsSettings *s, const ProfileSection *section, Credentials *out,
                      Error *e)
{
    char from[256];
    snprintf(from, sizeof from, "profile %.64s in %.170s", s->profile, section->file);
    CredentialTexts t = {.access_key = profile_value(section, "aws_access_key_id"),
                         .secret_key = profile_value(section, "aws_secret_access_key"),
                         .token = profile_value(section, "aws_session_token"),
                         .from = from};
    if (!t.token)
        t.token = profile_value(section, "aws_security_token");
    return credentials_make(&t, out, e);
}

/* A name that lives as long as the settings do. */
static const char *lasting_name(const AwsSettings *s)
{
    for (size_t i = 0; i < s->section_count; i++)
        if (settings_is_profile(s, &s->sections[i]) && strcmp(s->sections[i].name, "default") != 0)
            return s->sections[i].name;
    return "profile default";
}

static bool take(CredentialSearch *c, const AwsSettings *now, Credentials *out, Error *e)
{
    const char *process = key_of(now, "credential_process");
    bool role = key_of(now, "role_arn") != NULL;
    const ProfileSection *keys = role ? NULL : with_keys(now, now->credentials_file);
    if (keys)
        return take_keys(now, keys, out, e);
    if (process)
        return credentials_from_process(c, process, out, e);
    keys = role ? NULL : with_keys(now, now->config_file);
    if (keys)
        return take_keys(now, keys, out, e);
    if (role || has_sso(now))
        return cannot(now, e);
    return error_coded(e, ERROR_SETUP, "credentials", "profile %s has no keys any more",
                       now->profile);
}

static bool fetch(CredentialSearch *c, Credentials *out, Error *e)
{
    Arena a = {0};
    AwsSettings now = *c->settings;
    now.sections = NULL;
    now.section_count = 0;
    Credentials found = {0};
    bool good =
        (!now.config_file ||
         profile_read(now.config_file, &a, &now.sections, &now.section_count, e)) &&
        (!now.credentials_file || profile_read_credentials(now.credentials_file, &a, &now.sections,
                                                           &now.section_count, e)) &&
        take(c, &now, &found, e);
    profile_wipe(now.sections, now.section_count);
    arena_deinit(&a);
    if (!good)
        return false;
    found.provider = lasting_name(c->settings);
    *out = found;
    return true;
}

static bool is_here(const AwsSettings *s)
{
    return !key_of(s, "credential_process") ||
           (!key_of(s, "role_arn") && with_keys(s, s->credentials_file));
}

const CredentialProvider credentials_profile = {
    .name = "credential_process", .applies = applies, .fetch = fetch, .is_here = is_here};
