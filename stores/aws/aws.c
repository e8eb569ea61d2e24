/* aws.c: calls of AWS's services: begun, repeated as often as there is hope, finished. */
#include "stores/aws/aws.h"

#include "stores/aws/aws_try.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

/* Enough for long polls, heartbeats and writes of records at the same time. */
enum { CONTROL_CONNECTIONS = 32, IDENTITY_CONNECTIONS = 2, SETTINGS_MOST = 64 << 20 };

static bool open_http(Aws *a, const AwsOptions *o, Error *e)
{
    char agent[64];
    snprintf(agent, sizeof agent, "weir/%.40s", o->version ? o->version : "0");
    HttpOptions h = {.ca_bundle = a->settings.ca_bundle, .user_agent = agent};
    h.connections = o->connections;
    if (!http_open(&h, &a->bulk, e))
        return false;
    h.connections = CONTROL_CONNECTIONS;
    if (!http_open(&h, &a->control, e))
        return false;
    h.connections = IDENTITY_CONNECTIONS;
    return http_open(&h, &a->identity, e);
}

/* Instance metadata knows the region, too. */
static bool find_region(Aws *a, Error *e)
{
    AwsSettings *s = &a->settings;
    if (s->region)
        return true;
    if (!credentials_region(s, a->identity, &a->arena, &s->region, e))
        return false;
    s->region_from = s->region ? "instance metadata" : NULL;
    return true;
}

/* No dump of this process may have a key in it. Where core_pattern is a pipe Linux disregards a
 * limit of 0 (core(5)), but not one of 1, which is how it ends dumps of the one who takes dumps. */
static bool forbid_core(Error *e)
{
    struct rlimit r;
    if (getrlimit(RLIMIT_CORE, &r) < 0)
        return error_errno(e, ERROR_SETUP, errno, "getrlimit CORE");
    r.rlim_cur = r.rlim_max < 1 ? r.rlim_max : 1;
    return setrlimit(RLIMIT_CORE, &r) == 0 || error_errno(e, ERROR_SETUP, errno, "setrlimit CORE");
}

bool aws_open(const AwsOptions *o, Aws **out, Error *e)
{
    Aws *a = calloc(1, sizeof *a);
    if (!a)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for AWS");
    arena_init(&a->arena, SETTINGS_MOST);
    pthread_mutex_init(&a->lock, NULL);
    for (size_t i = 0; i < AWS_SERVICES; i++) {
        uint64_t seed = i;
        if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) < 0)
            seed = (uint64_t)(uintptr_t)a + i; /* differs from process to process, too */
        retry_init(&a->retries[i], seed);
    }
    bool ok = forbid_core(e) && settings_read(&a->arena, &a->settings, e) && open_http(a, o, e) &&
              find_region(a, e) &&
              (a->settings.unsigned_requests ||
               credentials_open(&a->settings, a->identity, &a->keeper, e));
    if (!ok) {
        aws_close(a);
        return false;
    }
    *out = a;
    return true;
}

/* Calls take credentials until they have ended; the keeper has connections of its own. */
void aws_close(Aws *a)
{
    if (!a)
        return;
    http_close(a->bulk);
    http_close(a->control);
    credentials_close(a->keeper);
    http_close(a->identity);
    for (size_t i = 0; i < AWS_SERVICES; i++)
        retry_deinit(&a->retries[i]);
    for (size_t i = 0; i < a->place_count; i++)
        free(a->places[i].bucket);
    free(a->places);
    pthread_mutex_destroy(&a->lock);
    arena_deinit(&a->arena);
    free(a);
}

const AwsSettings *aws_settings(const Aws *a)
{
    return &a->settings;
}

bool aws_credentials(Aws *a, Credentials *out, Error *e)
{
    *out = (Credentials){0};
    return !a->keeper || credentials_get(a->keeper, out, e);
}

static Http *http_of(const AwsCall *c)
{
    return c->bulk ? c->own->aws->bulk : c->own->aws->control;
}

static void wake(AwsWaiter *w)
{
    pthread_mutex_lock(&w->lock);
    w->over = true;
    pthread_cond_signal(&w->ended);
    pthread_mutex_unlock(&w->lock);
}

/* Hands the call back; it may be gone when this returns. */
static void finish(AwsCall *c)
{
    AwsTry *t = c->own;
    AwsWaiter *waiter = t ? t->waiter : NULL;
    if (t) {
        aws_attempt_clear(t);
        arena_deinit(&t->arena);
        free(t);
    }
    c->own = NULL;
    if (waiter)
        wake(waiter);
    else
        c->finished(c);
}

static void give_up(AwsCall *c, AwsVerdict v)
{
    Error why;
    fault_error(&c->fault, v, &c->http.error, c->what, &c->error);
    if (v == AWS_EXPIRED && c->own && c->own->aws->keeper &&
        credentials_failure(c->own->aws->keeper, &why)) {
        Error e = c->error;
        error_coded(&c->error, e.kind, e.code, "%s; no new ones: %s", e.message, why.message);
    }
    finish(c);
}

/* Whether there is to be a further attempt, and after which time. */
static bool again(AwsCall *c, AwsVerdict v, double *delay_s)
{
    AwsTry *t = c->own;
    if (aws_cancelled(c) || (c->last && *c->last))
        return false;
    if (v == AWS_WRONG_CLOCK && t->clock_repaired) /* it was the service's own time */
        v = AWS_TRANSIENT;
    if (v != AWS_TRANSIENT && v != AWS_SLOW_DOWN)
        return aws_repair(c, v, delay_s);
    unsigned most = c->attempts ? c->attempts : t->aws->settings.max_attempts;
    bool timed_out = strcmp(c->http.error.code, "timeout") == 0;
    Retry retry;
    if (!retry_again(&t->aws->retries[c->service], v, c->attempt - t->repairs, most, timed_out,
                     &retry))
        return false;
    *delay_s = retry.delay_s;
    t->cost = retry.cost;
    return true;
}

static void on_done(HttpCall *http)
{
    AwsCall *c = aws_call_of(http);
    AwsTry *t = c->own;
    bool waits = t && t->waits; /* then c->fault is what it waits for */
    AwsVerdict v = waits ? AWS_EXPIRED : fault_read(http, c->service, &c->fault);
    double delay_s;
    if (t)
        t->waits = false;
    if (t && v == AWS_DONE) {
        retry_succeeded(&t->aws->retries[c->service], t->cost);
        finish(c);
    } else if (t && again(c, v, &delay_s)) {
        http_submit(http_of(c), http, delay_s);
    } else {
        give_up(c, v);
    }
}

static bool on_write(HttpCall *http, const void *bytes, size_t length, Error *e)
{
    AwsCall *c = aws_call_of(http);
    if (aws_cancelled(c))
        return error_coded(e, ERROR_RETRY, "stopped", "stopped before it was done");
    return c->write(c, bytes, length, e);
}

static AwsTry *try_new(Aws *a, AwsWaiter *waiter)
{
    AwsTry *t = calloc(1, sizeof *t);
    if (t) {
        t->aws = a;
        t->waiter = waiter;
        arena_init(&t->arena, 0);
    }
    return t;
}

static void begin(Aws *a, AwsCall *c, AwsTry *t)
{
    error_clear(&c->error);
    c->fault = (AwsFault){0};
    c->attempt = 0;
    c->own = t;
    c->http.prepare = aws_prepare;
    c->http.write = c->write ? on_write : NULL;
    c->http.done = on_done;
    c->http.quiet_s = c->quiet_s;
    c->http.total_s = c->total_s;
    c->http.cancelled = c->cancelled;
    http_submit(c->bulk ? a->bulk : a->control, &c->http, 0);
}

/* Without memory aws_prepare() says so, on the thread where finished() belongs. */
void aws_start(Aws *a, AwsCall *c)
{
    begin(a, c, try_new(a, NULL));
}

bool aws_do(Aws *a, AwsCall *c, Error *e)
{
    AwsWaiter w = {.over = false};
    AwsTry *t = try_new(a, &w);
    if (!t)
        return error_coded(e, ERROR_RETRY, "no_memory", "%s: no memory for the request", c->what);
    pthread_mutex_init(&w.lock, NULL);
    pthread_cond_init(&w.ended, NULL);
    begin(a, c, t);
    pthread_mutex_lock(&w.lock);
    while (!w.over)
        pthread_cond_wait(&w.ended, &w.lock);
    pthread_mutex_unlock(&w.lock);
    pthread_cond_destroy(&w.ended);
    pthread_mutex_destroy(&w.lock);
    if (c->error.kind != ERROR_NONE)
        *e = c->error;
    return c->error.kind == ERROR_NONE;
}

void aws_call_deinit(AwsCall *c)
{
    http_call_deinit(&c->http);
}
