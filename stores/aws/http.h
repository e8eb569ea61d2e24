/* http.h: HTTP/1.1 over libcurl: a thread that moves all bytes, and calls that are handed to it.
 *
 * Connections are kept and reused. Nothing is followed, decoded or retried here. */
#pragma once

#include "stores/aws/http_request.h"

#include <stdatomic.h>
#include <stdint.h>

typedef struct Http Http;

typedef struct HttpOptions {
    const char *ca_bundle; /* NULL: the system's */
    const char *user_agent;
    unsigned connections;     /* most at a time, to all hosts */
    double connect_timeout_s; /* 0: 5 */
} HttpOptions;

/* Starts the thread. Call once everything that forks has forked. */
bool http_open(const HttpOptions *o, Http **out, Error *e) MUST_CHECK;
/* Calls that run or wait end with ERROR_RETRY "stopped", also those that a done() submits now;
 * returns when their done() has returned. Not on the I/O thread. */
void http_close(Http *h); /* accepts NULL */

enum { HTTP_BODY_MOST = 64 << 20 };

typedef struct HttpCall HttpCall;
struct HttpCall {
    /* The caller's; all on the I/O thread, where nothing may wait.
     *
     * Right before it begins: fills `request` and its headers (a signature is as old as that). Its
     * texts stay until done(). False with e: it does not begin, done() follows. */
    bool (*prepare)(HttpCall *c, HttpRequest *request, Error *e);
    /* The next bytes of the body of a reply with status 2xx; NULL: they are gathered in `body` (as
     * those of any other status are), at most HTTP_BODY_MOST. False with e ends the call. Status
     * and headers are there already. */
    bool (*write)(HttpCall *c, const void *bytes, size_t length, Error *e);
    /* It is over; the call is the caller's again, who may free it or submit it once more. */
    void (*done)(HttpCall *c);
    double quiet_s; /* ends where not one byte comes for so long; 0: 30; negative: never */
    double total_s; /* all of it; 0: no end */
    bool no_proxy;  /* link-local addresses: no proxy of the environment */
    /* Set by anybody: it ends soon, with "stopped"; also one that only waits. May be NULL. */
    const atomic_bool *cancelled;

    /* Filled before done(). */
    int status;        /* 0: there was no whole reply, `error` says why */
    Buffer body;       /* cleared at each beginning, given back by http_call_deinit */
    Buffer headers;    /* "name: value" lines with NUL ends; see http_header() */
    uint64_t received; /* bytes of the body */
    /* ERROR_RETRY: "connect", "resolve", "tls" (ERROR_SETUP where the certificate is refused),
     * "proxy", "timeout", "reset", "short_body", "bad_reply", "no_memory", "stopped", "network";
     * or what prepare() or write() said. */
    Error error;

    HttpCall *next; /* http.c's */
    double begins_s;
};
void http_call_deinit(HttpCall *c); /* wipes; accepts a zeroed one */

/* From any thread, from done() too. Begins after `delay_s`, as soon as there is a connection. */
void http_submit(Http *h, HttpCall *c, double delay_s);

/* The value of a reply's header, name in lower case; NULL: it has none. Lives as long as the call.
 */
const char *http_header(const HttpCall *c, const char *name);

/* A request by itself, for those who may wait: not on the I/O thread. The reply is in *c, which the
 * caller deinits; its prepare, write and done are not used. False with e and c->error where there
 * was no whole reply. */
bool http_exchange(Http *h, const HttpRequest *r, HttpCall *c, Error *e) MUST_CHECK;
