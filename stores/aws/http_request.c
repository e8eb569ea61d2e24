/* http_request.c: a request's parts as they are sent and signed. */
#include "stores/aws/http_request.h"

#include <stdlib.h>
#include <string.h>

void http_encode(Buffer *out, const char *bytes, size_t length, bool keep_slash)
{
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (c && (strchr(plain, c) || (keep_slash && c == '/')))
            buffer_char(out, c);
        else
            buffer_printf(out, "%%%02X", (unsigned char)c);
    }
}

/* A pair of the query; ordered by name, then by value. */
typedef struct Encoded {
    char *name, *value;
} Encoded;

static int by_name(const void *a, const void *b)
{
    const Encoded *x = a, *y = b;
    int order = strcmp(x->name, y->name);
    return order ? order : strcmp(x->value, y->value);
}

static char *encoded(const char *text)
{
    Buffer b = {0};
    buffer_string(&b, "");
    http_encode(&b, text ? text : "", text ? strlen(text) : 0, false);
    if (!b.failed)
        return b.bytes;
    buffer_deinit(&b);
    return NULL;
}

static void add_query(const HttpRequest *r, Buffer *out)
{
    Encoded *pairs = calloc(r->query_count, sizeof *pairs);
    bool whole = pairs != NULL;
    for (size_t i = 0; whole && i < r->query_count; i++) {
        pairs[i].name = encoded(r->query[i].name);
        pairs[i].value = encoded(r->query[i].value);
        whole = pairs[i].name && pairs[i].value;
    }
    if (whole) {
        qsort(pairs, r->query_count, sizeof *pairs, by_name);
        for (size_t i = 0; i < r->query_count; i++)
            buffer_printf(out, "%c%s=%s", i ? '&' : '?', pairs[i].name, pairs[i].value);
    }
    out->failed |= !whole;
    for (size_t i = 0; pairs && i < r->query_count; i++) {
        free(pairs[i].name);
        free(pairs[i].value);
    }
    free(pairs);
}

void http_target(const HttpRequest *r, Buffer *out)
{
    http_encode(out, r->path, strlen(r->path), true);
    if (r->query_count > 0)
        add_query(r, out);
}

void http_host(const char *origin, Buffer *out)
{
    bool tls = strncmp(origin, "https://", 8) == 0;
    const char *host = strstr(origin, "://"), *standard = tls ? ":443" : ":80";
    host = host ? host + 3 : origin;
    size_t length = strcspn(host, "/"), port = strlen(standard);
    if (length > port && strncmp(host + length - port, standard, port) == 0)
        length -= port;
    buffer_append(out, host, length);
}
