/* credentials.c: who is asked for credentials, and who keeps them fresh. */
#include "stores/aws/credentials.h"

#include "stores/aws/credentials_provider.h"

#include "core/clock.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static const CredentialProvider *const providers[] = {
    &credentials_environment, &credentials_web,      &credentials_profile,
    &credentials_container,   &credentials_instance,
};

/* A refresh begins between these before they expire, at random, so that not all machines of a fleet
 * ask at once; after half their life where that is later. */
static const double advisory_s = 15 * 60, mandatory_s = 10 * 60;
static const double refused_pause_s = 5, failed_first_s = 1, failed_most_s = 60;
/* The longest sleep: the wall clock may be set meanwhile. */
static const double sleep_most_s = 30;

struct CredentialKeeper {
    CredentialSearch search;
    const CredentialProvider *provider;
    pthread_t thread;
    atomic_bool stop;

    pthread_mutex_t lock; /* for all below */
    pthread_cond_t wake;
    Credentials newest;
    double refresh_at_s; /* Unix time; infinite: never */
    double asked_s;      /* monotonic; when the provider was asked last */
    bool refused;        /* by a service, as expired */
    unsigned failures;   /* in a row */
    Error failure;       /* the last one */
};

static double random_share(void)
{
    uint32_t bits = 0;
    if (getrandom(&bits, sizeof bits, GRND_NONBLOCK) != (ssize_t)sizeof bits)
        return 0.5;
    return bits / 4294967296.0;
}

static void plan(CredentialKeeper *k)
{
    double expires_s = k->newest.expires_s, now_s = credentials_now_s();
    k->refresh_at_s = INFINITY;
    if (expires_s <= 0)
        return;
    double begin_s = expires_s - mandatory_s - random_share() * (advisory_s - mandatory_s);
    k->refresh_at_s = fmax(begin_s, now_s + (expires_s - now_s) / 2);
}

/* How long there is nothing to do. */
static double idle_s(const CredentialKeeper *k)
{
    double now_s = monotonic_s();
    double due_s = k->refused ? k->asked_s + refused_pause_s : INFINITY;
    due_s = fmin(due_s, now_s + (k->refresh_at_s - credentials_now_s()));
    if (k->failures > 0) {
        double pause_s = fmin(failed_first_s * pow(2, fmin(k->failures - 1, 16)), failed_most_s);
        due_s = fmax(due_s, k->asked_s + pause_s);
    }
    return due_s - now_s;
}

static void take_new(CredentialKeeper *k, Credentials *fresh)
{
    credentials_deinit(&k->newest);
    k->newest = *fresh;
    k->failures = 0;
    error_clear(&k->failure);
    plan(k);
}

/* Called with the lock, which it gives back while it waits for the provider. */
static void refresh(CredentialKeeper *k)
{
    Credentials fresh = {0};
    Error e = {0};
    k->refused = false;
    k->asked_s = monotonic_s();
    pthread_mutex_unlock(&k->lock);
    bool good = k->provider->fetch(&k->search, &fresh, &e);
    pthread_mutex_lock(&k->lock);
    if (good) {
        take_new(k, &fresh);
        return;
    }
    k->failures++;
    k->failure = e;
    k->refresh_at_s = fmin(k->refresh_at_s, credentials_now_s());
}

static void sleep_on(CredentialKeeper *k, double s)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    double end = (double)until.tv_sec + (double)until.tv_nsec * 1e-9 + fmin(s, sleep_most_s);
    until.tv_sec = (time_t)end;
    until.tv_nsec = (long)((end - floor(end)) * 1e9);
    pthread_cond_timedwait(&k->wake, &k->lock, &until);
}

static void *keep(void *context)
{
    CredentialKeeper *k = context;
    pthread_mutex_lock(&k->lock);
    while (!atomic_load(&k->stop)) {
        double s = idle_s(k);
        if (s > 0)
            sleep_on(k, s);
        else
            refresh(k);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

static bool is_here(const CredentialProvider *p, const AwsSettings *s)
{
    return p->is_here && p->is_here(s);
}

/* The first provider that has some, or, where none is asked, would have to be. */
static bool search(CredentialSearch *c, bool asks, const CredentialProvider **provider,
                   Credentials *out, Error *e)
{
    auto_buffer Buffer why = {0};
    for (size_t i = 0; i < sizeof providers / sizeof *providers; i++) {
        Error failure = {0};
        if (why.length > 0)
            buffer_string(&why, "; ");
        if (!providers[i]->applies(c->settings, &why))
            continue;
        *provider = providers[i];
        if ((!asks && !is_here(providers[i], c->settings)) || providers[i]->fetch(c, out, &failure))
            return true;
        if (strcmp(failure.code, CREDENTIALS_ABSENT) != 0) {
            *e = failure;
            return false;
        }
        buffer_string(&why, failure.message);
    }
    return error_coded(e, ERROR_SETUP, "credentials",
                       "no AWS credentials: %.380s; set AWS_ACCESS_KEY_ID and "
                       "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE",
                       why.bytes ? why.bytes : "");
}

static bool start(CredentialKeeper *k)
{
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_mutex_init(&k->lock, NULL);
    pthread_cond_init(&k->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    if (pthread_create(&k->thread, NULL, keep, k) == 0)
        return true;
    pthread_cond_destroy(&k->wake);
    pthread_mutex_destroy(&k->lock);
    return false;
}

static void release(CredentialKeeper *k)
{
    credentials_deinit(&k->newest);
    explicit_bzero(k, sizeof *k);
    free(k);
}

bool credentials_open(const AwsSettings *s, Http *http, CredentialKeeper **out, Error *e)
{
    CredentialKeeper *k = calloc(1, sizeof *k);
    if (!k)
        return error_coded(e, ERROR_RETRY, "no_memory", "AWS credentials: out of memory");
    k->search = (CredentialSearch){.settings = s, .http = http, .stop = &k->stop};
    if (!search(&k->search, true, &k->provider, &k->newest, e)) {
        release(k);
        return false;
    }
    k->asked_s = monotonic_s();
    plan(k);
    if (!start(k)) {
        release(k);
        return error_coded(e, ERROR_RETRY, "no_threads",
                           "AWS credentials: no thread can be started to refresh them");
    }
    *out = k;
    return true;
}

bool credentials_look(const AwsSettings *s, Credentials *out, Error *e)
{
    CredentialSearch c = {.settings = s};
    const CredentialProvider *provider;
    Credentials found = {0};
    if (!search(&c, false, &provider, &found, e))
        return false;
    if (!found.access_key)
        found.provider = provider->name;
    *out = found;
    return true;
}

void credentials_close(CredentialKeeper *k)
{
    if (!k)
        return;
    pthread_mutex_lock(&k->lock);
    atomic_store(&k->stop, true);
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    pthread_cond_destroy(&k->wake);
    pthread_mutex_destroy(&k->lock);
    release(k);
}

bool credentials_get(CredentialKeeper *k, Credentials *out, Error *e)
{
    pthread_mutex_lock(&k->lock);
    Credentials c = k->newest;
    c.access_key = strdup(k->newest.access_key);
    c.secret_key = strdup(k->newest.secret_key);
    c.token = k->newest.token ? strdup(k->newest.token) : NULL;
    bool good = c.access_key && c.secret_key && (c.token || !k->newest.token);
    pthread_mutex_unlock(&k->lock);
    if (good) {
        *out = c;
        return true;
    }
    credentials_deinit(&c);
    return error_coded(e, ERROR_RETRY, "no_memory", "AWS credentials: out of memory");
}

static bool same(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

bool credentials_same(const Credentials *a, const Credentials *b)
{
    return same(a->access_key, b->access_key) && same(a->token, b->token);
}

void credentials_expired(CredentialKeeper *k, const Credentials *refused)
{
    pthread_mutex_lock(&k->lock);
    if (credentials_same(refused, &k->newest)) {
        k->refused = true;
        pthread_cond_signal(&k->wake);
    }
    pthread_mutex_unlock(&k->lock);
}

bool credentials_failure(CredentialKeeper *k, Error *why)
{
    pthread_mutex_lock(&k->lock);
    bool failed = k->failures > 0;
    if (failed)
        *why = k->failure;
    pthread_mutex_unlock(&k->lock);
    return failed;
}
