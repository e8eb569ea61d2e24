/* http_transfer.h: one call on its way: an easy handle of libcurl with a request in it, and what
 * comes back. For http.c alone. */
#pragma once

#include "stores/aws/http.h"

typedef struct HttpTransfer HttpTransfer;
struct HttpTransfer {
    void *easy;       /* CURL *; NULL: not made yet */
    HttpCall *call;   /* NULL: idle */
    void *list;       /* the request's headers, a struct curl_slist * */
    Buffer url, host; /* the whole address; its host for messages and the header host */
    double last_s;    /* when the last byte came or went */
    int64_t sent;     /* bytes of the request's body, at that time */
    bool refused;     /* a callback has ended it; call->error says why */
    char words[256];  /* libcurl's own, CURL_ERROR_SIZE */
    HttpTransfer *next;
};

/* Puts the request into the easy handle. False with e: nothing has begun. */
bool transfer_begin(HttpTransfer *t, HttpCall *c, const HttpRequest *r, const HttpOptions *o,
                    Error *e) MUST_CHECK;
/* It is over with libcurl's `code`: fills status and error of the call. The easy handle is no
 * longer in the multi handle. The transfer is idle then. */
void transfer_end(HttpTransfer *t, int code);
/* The same, with an error of ours. */
void transfer_abort(HttpTransfer *t, const Error *e);
/* When the call ends unless a byte comes or goes before; infinite where it never does. */
double transfer_quiet_until(HttpTransfer *t);
void transfer_quiet_error(const HttpTransfer *t, Error *e);
void transfer_deinit(HttpTransfer *t);

/* http_error.c: what libcurl's code and words mean for those who wait for `host`. */
bool http_error(int code, const char *host, const char *words, Error *e);
/* A proxy would not make a tunnel and said so with an HTTP status. */
bool http_error_proxy(long status, const char *host, Error *e);
bool http_error_stopped(Error *e);
