/* url.c: taking an http(s) URL apart. */
#include "stores/aws/url.h"

#include "core/text.h"

#include <arpa/inet.h>
#include <string.h>

enum { QUERY_MOST = 64, PORT_MOST = 65535 };

static bool bad(Error *e, const char *name, const char *what)
{
    return error_coded(e, ERROR_SETUP, "aws_url", "%s cannot be used: %s", name, what);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* *out is NULL where memory ends; false where it is no encoding, or of a NUL. */
static bool decode(Arena *a, const char *text, size_t length, const char **out)
{
    char *decoded = arena_copy(a, text, length);
    *out = decoded;
    for (size_t i = 0, n = 0; decoded && i < length; i++, n++) {
        int high = 0, low = (unsigned char)text[i];
        if (text[i] == '%') {
            high = i + 2 < length ? hex_digit(text[i + 1]) : -1;
            low = high >= 0 ? hex_digit(text[i + 2]) : -1;
            if (low < 0 || (high == 0 && low == 0))
                return false;
            i += 2;
        }
        decoded[n] = (char)(high * 16 + low);
        decoded[n + 1] = '\0';
    }
    return true;
}

static const char *after_scheme(const char *text, Url *u)
{
    u->tls = text_starts_nocase(text, "https://");
    u->scheme = u->tls ? "https" : "http";
    if (u->tls)
        return text + 8;
    return text_starts_nocase(text, "http://") ? text + 7 : NULL;
}

static bool is_name(const char *host, size_t length)
{
    static const char good[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";
    return length > 0 && length <= 253 && strspn(host, good) >= length && host[0] != '.' &&
           host[0] != '-';
}

/* "host", "host:port", "[address]:port" */
static bool read_host(const char *text, size_t length, Arena *a, Url *u)
{
    bool bracket = length > 0 && text[0] == '[';
    const char *end = memchr(text, bracket ? ']' : ':', length);
    if (bracket && !end)
        return false;
    size_t host = end ? (size_t)(end - text) : length;
    struct in6_addr address;
    u->host = bracket ? arena_copy(a, text + 1, host - 1) : arena_copy(a, text, host);
    if (!u->host)
        return true;
    if (bracket ? inet_pton(AF_INET6, u->host, &address) != 1 : !is_name(text, host))
        return false;
    host += bracket;
    u->port = "";
    if (host == length || (host + 1 == length && text[host] == ':'))
        return true;
    uint64_t port;
    if (text[host] != ':' || text[host + 1] < '0' || text[host + 1] > '9' ||
        !text_to_uint64(text + host + 1, length - host - 1, &port) || port == 0 || port > PORT_MOST)
        return false;
    u->port = arena_printf(a, ":%u", (unsigned)port);
    return true;
}

static bool read_query(const char *text, const char *name, Arena *a, Url *u, Error *e)
{
    size_t length = strlen(text);
    u->query = arena_array(a, QUERY_MOST, sizeof *u->query);
    if (!u->query)
        return arena_full(a, e);
    for (size_t at = 0; at < length; at++) {
        size_t pair = strcspn(text + at, "&");
        if (pair == 0)
            continue;
        if (u->query_count == QUERY_MOST)
            return bad(e, name, "too long a query");
        HttpPair *p = &u->query[u->query_count++];
        const char *equals = memchr(text + at, '=', pair);
        size_t key = equals ? (size_t)(equals - text) - at : pair;
        if (!decode(a, text + at, key, &p->name) ||
            !decode(a, text + at + key + (equals != NULL), pair - key - (equals != NULL),
                    &p->value))
            return bad(e, name, "a % in its query that encodes nothing");
        if (!p->name || !p->value)
            return arena_full(a, e);
        at += pair;
    }
    return true;
}

bool url_read(const char *text, const char *name, Arena *a, Url *out, Error *e)
{
    Url u = {.port = ""};
    const char *rest = after_scheme(text, &u);
    if (!rest)
        return bad(e, name, "it does not begin with http:// or https://");
    for (const char *c = rest; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return bad(e, name, "it has blanks or control characters");
    size_t host = strcspn(rest, "/?#");
    if (memchr(rest, '@', host))
        return bad(e, name, "a user or password in it is not sent; remove it");
    if (strchr(rest, '#'))
        return bad(e, name, "a # in it names a part of a page");
    if (!read_host(rest, host, a, &u))
        return bad(e, name, "its host or port is none");
    if (!u.host || !u.port)
        return arena_full(a, e);
    size_t path = strcspn(rest + host, "?");
    if (!decode(a, rest + host, path, &u.path))
        return bad(e, name, "a % in its path that encodes nothing");
    bool six = strchr(u.host, ':') != NULL;
    u.origin =
        arena_printf(a, "%s://%s%s%s%s", u.scheme, six ? "[" : "", u.host, six ? "]" : "", u.port);
    if (!u.path || !u.origin)
        return arena_full(a, e);
    if (rest[host + path] == '?' && !read_query(rest + host + path + 1, name, a, &u, e))
        return false;
    *out = u;
    return true;
}

bool url_is_address(const Url *u)
{
    struct in6_addr address;
    return inet_pton(AF_INET, u->host, &address) == 1 ||
           inet_pton(AF_INET6, u->host, &address) == 1;
}

bool url_is_loopback(const Url *u)
{
    struct in_addr four;
    struct in6_addr six;
    if (inet_pton(AF_INET, u->host, &four) == 1)
        return ntohl(four.s_addr) >> 24 == 127;
    if (inet_pton(AF_INET6, u->host, &six) == 1)
        return IN6_IS_ADDR_LOOPBACK(&six);
    return text_equal_nocase(u->host, "localhost");
}
