/* credentials_provider.h: one place where credentials may come from. For credentials*.c alone. */
#pragma once

#include "core/buffer.h"
#include "stores/aws/credentials.h"
#include "stores/aws/http.h"
#include "stores/aws/settings.h"

#include <stdatomic.h>

typedef struct CredentialSearch {
    const AwsSettings *settings;
    Http *http;
    const atomic_bool *stop; /* set: whoever waits gives up; may be NULL */
    char session[256];       /* instance metadata's token; "": none */
} CredentialSearch;

/* The code of an error that only says that there are none here: the next one is asked. */
#define CREDENTIALS_ABSENT "absent"

typedef struct CredentialProvider {
    const char *name; /* of what nobody has asked yet */
    /* Whether it is set up at all; else appends why not ("AWS_ACCESS_KEY_ID is not set"). */
    bool (*applies)(const AwsSettings *s, Buffer *why);
    /* Asks. Waits for the network, or another program. */
    bool (*fetch)(CredentialSearch *c, Credentials *out, Error *e);
    /* Whether that asks neither of them. NULL: it does. */
    bool (*is_here)(const AwsSettings *s);
} CredentialProvider;

extern const CredentialProvider credentials_environment, credentials_web, credentials_profile,
    credentials_container, credentials_instance;

/* Texts are copied; `from` names them in messages ("AWS_ACCESS_KEY_ID"). An empty token is none.
 * ERROR_SETUP for what can be no key: empty, blanks or control characters in it. */
typedef struct CredentialTexts {
    const char *access_key, *secret_key, *token;
    const char *from;
} CredentialTexts;
bool credentials_make(const CredentialTexts *t, Credentials *out, Error *e) MUST_CHECK;

/* Reads AccessKeyId, SecretAccessKey, a token and Expiration of a JSON object. */
typedef struct CredentialReply {
    const char *from;      /* for messages: "the container's credential service" */
    const char *token_key; /* "Token" */
    ErrorKind kind;        /* of what is wrong with it */
    bool process;          /* credential_process: Version is 1, Expiration may be missing */
} CredentialReply;
bool credentials_from_json(const char *text, size_t length, const CredentialReply *r,
                           Credentials *out, Error *e) MUST_CHECK;
/* An ISO 8601 time in UTC as Unix time. */
bool credentials_expiry(const char *text, double *out_s) MUST_CHECK;
/* False with e where they have expired by this machine's clock. */
bool credentials_are_fresh(const Credentials *c, const CredentialReply *r, Error *e) MUST_CHECK;
double credentials_now_s(void);

/* A small file with a token. The caller wipes and deinits *out. */
bool credentials_read_token(const char *path, Buffer *out, Error *e) MUST_CHECK;
void credentials_wipe(Buffer *b); /* accepts a zeroed one */
/* False: *stop was set meanwhile. */
bool credentials_pause(const CredentialSearch *c, double s);

/* credentials_process.c: runs profile's credential_process. */
bool credentials_from_process(CredentialSearch *c, const char *command, Credentials *out,
                              Error *e) MUST_CHECK;
/* A command line in words, as POSIX shells quote; no variables, patterns, pipes. The array ends
 * with NULL. */
bool credentials_split(const char *command, Arena *a, char ***words, Error *e) MUST_CHECK;
