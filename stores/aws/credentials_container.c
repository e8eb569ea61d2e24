/* credentials_container.c: the credential service of a container: ECS, EKS Pod Identity,
 * Greengrass.
 */
#include "stores/aws/credentials_provider.h"

#include "stores/aws/url.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { TRIES = 3, TIMEOUT_S = 2, PAUSE_S = 1 };

static const char relative[] = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
static const char full[] = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
static const char ecs[] = "http://169.254.170.2";

static bool applies(const AwsSettings *s, Buffer *why)
{
    (void)s;
    if (settings_environment(relative) || settings_environment(full))
        return true;
    buffer_string(why, "no container says where its credentials are (AWS_CONTAINER_...)");
    return false;
}

/* Hosts of the container's own network, which are asked without TLS. */
static bool is_local(const Url *u)
{
    struct in6_addr eks, host;
    return url_is_loopback(u) || strcmp(u->host, "169.254.170.2") == 0 ||
           strcmp(u->host, "169.254.170.23") == 0 ||
           (inet_pton(AF_INET6, "fd00:ec2::23", &eks) == 1 &&
            inet_pton(AF_INET6, u->host, &host) == 1 && memcmp(&eks, &host, sizeof eks) == 0);
}

static bool find_url(Arena *a, Url *u, Error *e)
{
    const char *path = settings_environment(relative), *url = settings_environment(full);
    if (path && *path != '/')
        return error_coded(e, ERROR_SETUP, "credentials", "%s does not begin with /", relative);
    if (path && !(url = arena_printf(a, "%s%s", ecs, path))) {
        arena_full(a, e);
        return false;
    }
    if (!url_read(url, path ? relative : full, a, u, e))
        return false;
    return u->tls || is_local(u) ||
           error_coded(e, ERROR_SETUP, "credentials",
                       "%s asks %s without TLS: only localhost, 169.254.170.2, 169.254.170.23 and "
                       "[fd00:ec2::23] are asked by http://",
                       full, u->host);
}

/* What the header `authorization` shall say, into *out; empty: there is none. */
static bool find_token(Buffer *out, Error *e)
{
    const char *file = settings_environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
    const char *token = settings_environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
    if (file && !credentials_read_token(file, out, e))
        return false;
    if (!file && token)
        buffer_string(out, token);
    for (size_t i = 0; i < out->length; i++)
        if ((unsigned char)out->bytes[i] < ' ' || out->bytes[i] == 0x7f)
            return error_coded(e, ERROR_SETUP, "credentials",
                               "%s: the token has a line end or another control character, which "
                               "no header may have",
                               file ? file : "AWS_CONTAINER_AUTHORIZATION_TOKEN");
    return !out->failed || error_coded(e, ERROR_RETRY, "no_memory", "out of memory");
}

static bool ask(CredentialSearch *c, const HttpRequest *request, const Url *u, Credentials *out,
                Error *e)
{
    char from[200];
    snprintf(from, sizeof from, "the container's credential service (%.120s)", u->origin);
    CredentialReply reply = {.from = from, .token_key = "Token", .kind = ERROR_RETRY};
    HttpCall call = {.total_s = TIMEOUT_S, .no_proxy = is_local(u)};
    bool good = http_exchange(c->http, request, &call, e);
    if (!good)
        error_wrap(e, "%s", from);
    if (good && call.status != 200) {
        bool refused = call.status >= 400 && call.status < 500 && call.status != 429;
        good = error_coded(
            e, refused ? ERROR_SETUP : ERROR_RETRY, "credentials", "%s answers %d%s", from,
            call.status,
            call.status == 401 || call.status == 403 ? ": the authorization token is refused" : "");
    }
    good = good && credentials_from_json(call.body.bytes ? call.body.bytes : "", call.body.length,
                                         &reply, out, e);
    if (good && !credentials_are_fresh(out, &reply, e)) {
        credentials_deinit(out);
        good = false;
    }
    http_call_deinit(&call);
    return good;
}

static bool ask_often(CredentialSearch *c, Arena *a, Buffer *token, Credentials *out, Error *e)
{
    Url u;
    if (!find_url(a, &u, e) || !find_token(token, e))
        return false;
    HttpPair headers[] = {{"accept", "application/json"}, {"authorization", token->bytes}};
    HttpRequest request = {.method = "GET",
                           .origin = u.origin,
                           .path = *u.path ? u.path : "/",
                           .query = u.query,
                           .query_count = u.query_count,
                           .headers = headers,
                           .header_count = token->length > 0 ? 2 : 1};
    bool good = false;
    for (int i = 0; !good && i < TRIES; i++) {
        if (i > 0 && (e->kind == ERROR_SETUP || !credentials_pause(c, PAUSE_S)))
            return false;
        good = ask(c, &request, &u, out, e);
    }
    return good;
}

static bool fetch(CredentialSearch *c, Credentials *out, Error *e)
{
    Arena a = {0};
    auto_buffer Buffer token = {0};
    bool good = ask_often(c, &a, &token, out, e);
    credentials_wipe(&token);
    arena_deinit(&a);
    if (good)
        out->provider = "container";
    return good;
}

const CredentialProvider credentials_container = {
    .name = "container", .applies = applies, .fetch = fetch};
