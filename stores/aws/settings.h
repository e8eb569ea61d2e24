/* settings.h: what the environment and the shared files say about AWS, read once.
 *
 * The environment wins over the profile. Files: AWS_CONFIG_FILE (~/.aws/config) and
 * AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials). */
#pragma once

#include "core/arena.h"
#include "core/error.h"
#include "core/text.h"

#include <stddef.h>

typedef enum AwsService { AWS_S3, AWS_SQS, AWS_DYNAMODB, AWS_STS, AWS_SERVICES } AwsService;

/* One section of a file in the form of .ini. Keys in lower case; nested keys (a line that is
 * indented under `s3 =`) as "s3.addressing_style". */
typedef struct ProfileKey {
    const char *key;
    char *value;
} ProfileKey;
typedef struct ProfileSection {
    const char *name; /* "profile work", "default", "services local" */
    const char *file; /* in which it stands */
    ProfileKey *keys;
    size_t key_count;
} ProfileSection;

typedef struct AwsSettings {
    const char *profile;                        /* "default" unless AWS_PROFILE says otherwise */
    bool profile_named;                         /* it was asked for by name */
    const char *config_file, *credentials_file; /* NULL: nothing says where, HOME is not set */
    /* Of the config file, then of the credentials file, whose [work] is "profile work" here. The
     * values of secret keys are "": they stay in the file until they are needed. */
    ProfileSection *sections;
    size_t section_count;
    const char *region;                     /* NULL: nothing says it */
    const char *region_from;                /* "AWS_REGION", "profile work" */
    const char *endpoint_url[AWS_SERVICES]; /* NULL: AWS's own */
    bool virtual_host; /* a bucket is a host name also at an endpoint of our own */
    bool path_style;   /* a bucket is never a host name */
    bool dualstack, fips;
    const char *ca_bundle;  /* NULL: the system's */
    unsigned max_attempts;  /* AWS_MAX_ATTEMPTS, max_attempts; at least 1 */
    bool unsigned_requests; /* public data: nothing is signed (AWS_NO_SIGN_REQUEST) */
} AwsSettings;

/* Reads the environment with getenv() and the two files. A file that is missing is empty;
 * ERROR_SETUP names file and line of what cannot be understood, and a profile that is asked for and
 * not there. */
bool settings_read(Arena *a, AwsSettings *out, Error *e) MUST_CHECK;

/* The value of a key in the profile's section of the config or of the credentials file (that one
 * wins), or NULL. */
const char *settings_profile_key(const AwsSettings *s, const char *key);
/* Whether a section is the profile's: [default] and [profile default] both are the default one's.
 */
bool settings_is_profile(const AwsSettings *s, const ProfileSection *section);
/* The variable's value; NULL: it is not set, or empty. */
const char *settings_environment(const char *name);

enum { PROFILE_FILE_MOST = 1 << 20 };
/* profile.c: the sections of such a file, appended to *sections. Sections of the same name in one
 * file are one, the later value of a key wins. No value is in a message. */
bool profile_read(const char *path, Arena *a, ProfileSection **sections, size_t *count,
                  Error *e) MUST_CHECK;
/* The same of a text; `path` is for messages. */
bool profile_parse(StringView text, const char *path, Arena *a, ProfileSection **sections,
                   size_t *count, Error *e) MUST_CHECK;
/* The same of the credentials file: [work] becomes "profile work". */
bool profile_read_credentials(const char *path, Arena *a, ProfileSection **sections, size_t *count,
                              Error *e) MUST_CHECK;
/* The section's value of a key in lower case; NULL: it has none. */
const char *profile_value(const ProfileSection *section, const char *key);
/* Overwrites the values of secret keys with "". */
void profile_wipe(ProfileSection *sections, size_t count);
