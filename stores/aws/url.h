/* url.h: an http(s) URL in its parts, checked before anything is sent there. */
#pragma once

#include "core/arena.h"
#include "stores/aws/http_request.h"

typedef struct Url {
    bool tls;
    const char *scheme; /* "https" */
    const char *host;   /* "127.0.0.1", "::1", "minio.example.org" */
    const char *port;   /* ":9000" or "" */
    const char *origin; /* "https://[::1]:9000" */
    const char *path;   /* decoded; "" or "/..." */
    HttpPair *query;    /* decoded */
    size_t query_count;
} Url;

/* RFC 3986 without user, password and fragment. `name` says for messages whose URL it is
 * ("AWS_ENDPOINT_URL"); the URL itself is not in them, as it may hold a password. ERROR_SETUP. */
bool url_read(const char *text, const char *name, Arena *a, Url *out, Error *e) MUST_CHECK;
/* The host is an IP address, not a name. */
bool url_is_address(const Url *u);
/* The host is this machine itself: 127.0.0.0/8, ::1, localhost. */
bool url_is_loopback(const Url *u);
