/* http.c: the thread that moves all bytes: one multi handle of libcurl, the calls that wait for it.
 *
 * libcurl itself sends a request a second time where a kept connection turns out to be closed
 * before one byte of the reply has come; a caller who can stand his own retries can stand that. */
#include "stores/aws/http.h"

#include "core/clock.h"
#include "stores/aws/http_transfer.h"

#include <curl/curl.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* How soon a call ends that is cancelled. */
static const double look_again_s = 0.2;

struct Http {
    HttpOptions options; /* its texts are ours */
    CURLM *multi;
    pthread_t thread;
    HttpTransfer *transfers, *idle;

    pthread_mutex_t lock; /* for what follows */
    HttpCall *ready, *ready_last;
    HttpCall *delayed; /* the earliest first */
    bool stopping;
};

static void append(Http *h, HttpCall *c)
{
    if (h->ready)
        h->ready_last->next = c;
    else
        h->ready = c;
    h->ready_last = c;
}

static void insert_delayed(Http *h, HttpCall *c)
{
    HttpCall **place = &h->delayed;
    while (*place && (*place)->begins_s <= c->begins_s)
        place = &(*place)->next;
    c->next = *place;
    *place = c;
}

void http_submit(Http *h, HttpCall *c, double delay_s)
{
    c->next = NULL;
    pthread_mutex_lock(&h->lock);
    c->begins_s = monotonic_s() + (delay_s > 0 ? delay_s : 0);
    if (delay_s > 0)
        insert_delayed(h, c);
    else
        append(h, c);
    curl_multi_wakeup(h->multi); /* with the lock: nobody closes meanwhile */
    pthread_mutex_unlock(&h->lock);
}

static HttpCall *pop_ready(Http *h)
{
    HttpCall *c = h->ready;
    h->ready = c->next;
    return c;
}

static HttpCall *pop_delayed(Http *h)
{
    HttpCall *c = h->delayed;
    h->delayed = c->next;
    return c;
}

/* The call that has waited longest among those that may begin by `now_s`, or NULL. */
static HttpCall *take_due(Http *h, double now_s)
{
    HttpCall *c = NULL;
    pthread_mutex_lock(&h->lock);
    bool late = h->delayed && h->delayed->begins_s <= now_s;
    if (late && (!h->ready || h->delayed->begins_s <= h->ready->begins_s))
        c = pop_delayed(h);
    else if (h->ready)
        c = pop_ready(h);
    pthread_mutex_unlock(&h->lock);
    return c;
}

/* When the next call may begin, or one that waits is to be looked at. */
static double next_beginning(Http *h)
{
    double now_s = monotonic_s(), s = now_s + 60;
    pthread_mutex_lock(&h->lock);
    if (h->delayed)
        s = h->delayed->begins_s;
    for (const HttpCall *c = h->delayed; c; c = c->next)
        if (c->cancelled && now_s + look_again_s < s)
            s = now_s + look_again_s;
    if (h->ready)
        s = 0;
    pthread_mutex_unlock(&h->lock);
    return s;
}

static bool is_cancelled(const HttpCall *c)
{
    return c->cancelled && *c->cancelled;
}

/* Those that are cancelled need not wait for their time. */
static void hurry_cancelled(Http *h)
{
    pthread_mutex_lock(&h->lock);
    HttpCall **place = &h->delayed;
    while (*place) {
        HttpCall *c = *place;
        if (!is_cancelled(c)) {
            place = &c->next;
            continue;
        }
        *place = c->next;
        c->next = NULL;
        append(h, c);
    }
    pthread_mutex_unlock(&h->lock);
}

static void make_idle(Http *h, HttpTransfer *t)
{
    t->next = h->idle;
    h->idle = t;
}

/* Takes what the last time has left. */
static void forget_reply(HttpCall *c)
{
    c->status = 0;
    c->received = 0;
    error_clear(&c->error);
    buffer_clear(&c->body);
    buffer_clear(&c->headers);
}

static bool begin(Http *h, HttpTransfer *t, HttpCall *c)
{
    HttpRequest request = {0};
    if (is_cancelled(c))
        return http_error_stopped(&c->error);
    if (!c->prepare(c, &request, &c->error) ||
        !transfer_begin(t, c, &request, &h->options, &c->error))
        return false;
    CURLMcode code = curl_multi_add_handle(h->multi, t->easy);
    if (code == CURLM_OK)
        return true;
    Error e;
    error_coded(&e, ERROR_RETRY, "network", "libcurl: %s", curl_multi_strerror(code));
    transfer_abort(t, &e);
    return false;
}

static void begin_due(Http *h)
{
    while (h->idle) {
        HttpCall *c = take_due(h, monotonic_s());
        if (!c)
            return;
        HttpTransfer *t = h->idle;
        h->idle = t->next;
        forget_reply(c);
        if (begin(h, t, c))
            continue;
        make_idle(h, t);
        c->done(c);
    }
}

static void finish(Http *h, HttpTransfer *t, CURLcode code)
{
    HttpCall *c = t->call;
    curl_multi_remove_handle(h->multi, t->easy);
    transfer_end(t, (int)code);
    make_idle(h, t);
    c->done(c);
}

static void finish_done(Http *h)
{
    CURLMsg *m;
    int left;
    while ((m = curl_multi_info_read(h->multi, &left)))
        if (m->msg == CURLMSG_DONE) {
            CURLcode code = m->data.result; /* gone with the handle */
            HttpTransfer *t = NULL;
            curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&t);
            finish(h, t, code);
        }
}

static void abort_one(Http *h, HttpTransfer *t, const Error *e)
{
    HttpCall *c = t->call;
    curl_multi_remove_handle(h->multi, t->easy);
    transfer_abort(t, e);
    make_idle(h, t);
    c->done(c);
}

static void abort_all(Http *h, const Error *e)
{
    for (unsigned i = 0; i < h->options.connections; i++)
        if (h->transfers[i].call)
            abort_one(h, &h->transfers[i], e);
}

/* Ends the calls that are cancelled or have been quiet for too long; when to look again. */
static double end_idle(Http *h)
{
    double now_s = monotonic_s(), next_s = now_s + 60;
    for (unsigned i = 0; i < h->options.connections; i++) {
        HttpTransfer *t = &h->transfers[i];
        if (!t->call)
            continue;
        double until_s = transfer_quiet_until(t);
        Error e;
        if (is_cancelled(t->call)) {
            http_error_stopped(&e);
            abort_one(h, t, &e);
        } else if (until_s <= now_s) {
            transfer_quiet_error(t, &e);
            abort_one(h, t, &e);
        } else {
            next_s = fmin(next_s, t->call->cancelled ? now_s + look_again_s : until_s);
        }
    }
    return next_s;
}

static bool stopping(Http *h)
{
    pthread_mutex_lock(&h->lock);
    bool stop = h->stopping;
    pthread_mutex_unlock(&h->lock);
    return stop;
}

/* All that can be done now, then a pause until something happens. */
static CURLMcode turn(Http *h)
{
    int running;
    hurry_cancelled(h);
    begin_due(h);
    CURLMcode code = curl_multi_perform(h->multi, &running);
    if (code != CURLM_OK)
        return code;
    finish_done(h);
    double until_s = end_idle(h);
    double beginning_s = h->idle ? next_beginning(h) : until_s;
    double pause_s = (beginning_s < until_s ? beginning_s : until_s) - monotonic_s();
    int pause_ms = pause_s > 0 ? (int)(pause_s * 1000) + 1 : 0;
    return curl_multi_poll(h->multi, NULL, 0, pause_ms, NULL);
}

static void end_waiting(Http *h)
{
    HttpCall *c;
    while ((c = take_due(h, monotonic_s() + 1e12))) {
        forget_reply(c);
        http_error_stopped(&c->error);
        c->done(c);
    }
}

static void *run(void *context)
{
    Http *h = context;
    Error e;
    while (!stopping(h)) {
        CURLMcode code = turn(h);
        if (code == CURLM_OK)
            continue;
        error_coded(&e, ERROR_RETRY, "network", "libcurl: %s", curl_multi_strerror(code));
        abort_all(h, &e);
    }
    http_error_stopped(&e);
    abort_all(h, &e);
    end_waiting(h);
    return NULL;
}

/* Signals are for the threads that the program itself has. */
static int start_thread(Http *h)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failure = pthread_create(&h->thread, NULL, run, h);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return failure;
}

/* All that a thread needs; half of it where there is no memory. */
static bool make(Http *h, const HttpOptions *o)
{
    unsigned connections = o->connections ? o->connections : 1;
    h->options = *o;
    h->options.connections = connections;
    h->options.ca_bundle = o->ca_bundle ? strdup(o->ca_bundle) : NULL;
    h->options.user_agent = o->user_agent ? strdup(o->user_agent) : NULL;
    h->transfers = calloc(connections, sizeof *h->transfers);
    h->multi = curl_multi_init();
    if (!h->transfers || !h->multi || (o->ca_bundle && !h->options.ca_bundle) ||
        (o->user_agent && !h->options.user_agent))
        return false;
    for (unsigned i = 0; i < connections; i++)
        make_idle(h, &h->transfers[connections - 1 - i]);
    return curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, (long)connections) == CURLM_OK &&
           curl_multi_setopt(h->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING) == CURLM_OK;
}

static void destroy(Http *h)
{
    for (unsigned i = 0; h->transfers && i < h->options.connections; i++)
        transfer_deinit(&h->transfers[i]);
    curl_multi_cleanup(h->multi);
    free(h->transfers);
    free((char *)h->options.ca_bundle);
    free((char *)h->options.user_agent);
    pthread_mutex_destroy(&h->lock);
    free(h);
    curl_global_cleanup();
}

/* curl_global_init() counts, and is safe between threads since libcurl 7.84. */
bool http_open(const HttpOptions *o, Http **out, Error *e)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_coded(e, ERROR_SETUP, "network", "libcurl does not start");
    Http *h = calloc(1, sizeof *h);
    if (!h) {
        curl_global_cleanup();
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for network connections");
    }
    pthread_mutex_init(&h->lock, NULL);
    if (!make(h, o)) {
        destroy(h);
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for network connections");
    }
    int failure = start_thread(h);
    if (failure) {
        destroy(h);
        return error_errno(e, ERROR_SETUP, failure, "a thread for network connections");
    }
    *out = h;
    return true;
}

void http_close(Http *h)
{
    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->stopping = true;
    curl_multi_wakeup(h->multi);
    pthread_mutex_unlock(&h->lock);
    pthread_join(h->thread, NULL);
    destroy(h);
}
