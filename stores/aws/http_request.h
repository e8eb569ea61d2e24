/* http_request.h: one HTTP request as it is meant. Nothing in it is encoded yet: it is encoded
 * once, and the same text is sent and signed. */
#pragma once

#include "core/buffer.h"

typedef struct HttpPair {
    const char *name, *value;
} HttpPair;

typedef struct HttpRequest {
    const char *method; /* "GET" */
    const char
        *origin;      /* "https://bucket.s3.eu-central-1.amazonaws.com", "http://127.0.0.1:5000" */
    const char *path; /* begins with '/'; any bytes but NUL */
    const HttpPair *query; /* any bytes but NUL; in any order */
    size_t query_count;
    const HttpPair *headers; /* names in lower case; no line ends in values */
    size_t header_count;
    const void *body; /* of body_size bytes; NULL: none */
    size_t body_size;
} HttpRequest;

/* Percent-encodes all but A-Z a-z 0-9 - . _ ~ and, where `keep_slash`, '/'; upper-case hex
 * (RFC 3986, section 2). A blank is %20. */
void http_encode(Buffer *out, const char *bytes, size_t length, bool keep_slash);

/* "/a%20key?list-type=2&prefix=x%2F": the path encoded once, the pairs of the query encoded and in
 * the order of their encoded names, each as name=value, also without a value. */
void http_target(const HttpRequest *r, Buffer *out);

/* The part of an origin that the header `host` carries: the port only where it is not the scheme's.
 */
void http_host(const char *origin, Buffer *out);
