/* credentials.h: who we are to AWS. Found once, refreshed in time, never shown. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

typedef struct Credentials {
    char *access_key, *secret_key;
    char *token;          /* NULL: none */
    double expires_s;     /* Unix time; 0: never */
    const char *provider; /* "environment", "profile work", "instance metadata", ... */
} Credentials;

/* Wipes the texts before their memory goes back. Accepts a zeroed one. */
void credentials_deinit(Credentials *c);

/* Whether they are one issue: access key and token. */
bool credentials_same(const Credentials *a, const Credentials *b);

struct AwsSettings;
struct Http;

/* Holds the newest credentials; a thread of its own refreshes them from 15 minutes before they
 * expire, at the latest 10, while everybody goes on with the old ones. Safe from any thread. */
typedef struct CredentialKeeper CredentialKeeper;

/* Asks the providers in the order of the AWS SDKs (docs/aws.md) until one has credentials; that one
 * is asked from then on. ERROR_SETUP where none has any, with what was looked at and why not;
 * ERROR_RETRY where one should have some but cannot be reached. `http` lives longer. */
bool credentials_open(const struct AwsSettings *s, struct Http *http, CredentialKeeper **out,
                      Error *e) MUST_CHECK;
/* What is known before anybody is asked, the network or another program: the credentials, or, of a
 * provider that would have to be asked, its name alone (access_key is NULL). */
bool credentials_look(const struct AwsSettings *s, Credentials *out, Error *e) MUST_CHECK;
/* Stops the thread; waits for it at most as long as a request takes. Accepts NULL. */
void credentials_close(CredentialKeeper *k);

/* A copy of the newest. Does not wait for the network. False only without memory. */
bool credentials_get(CredentialKeeper *k, Credentials *out, Error *e) MUST_CHECK;
/* A service has said that those with this access key and token are expired: asks for new ones soon,
 * but not more often than every 5 s. Returns at once. */
void credentials_expired(CredentialKeeper *k, const Credentials *refused);
/* Why the last refresh has failed, for messages of those whose credentials are refused; false where
 * it has not. */
bool credentials_failure(CredentialKeeper *k, Error *why);

/* The region that instance metadata says, for those whose settings have none (set it before
 * credentials_open: web identity needs one). *out is NULL where there is no instance metadata. */
bool credentials_region(const struct AwsSettings *s, struct Http *http, Arena *a, const char **out,
                        Error *e) MUST_CHECK;
