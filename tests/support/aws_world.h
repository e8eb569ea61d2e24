/* aws_world.h: a scripted server, a client and a home directory: what a provider of credentials
 * that is asked by HTTP needs. */
#pragma once

#include "core/clock.h"
#include "stores/aws/credentials.h"
#include "stores/aws/http.h"
#include "stores/aws/settings.h"
#include "tests/support/aws_home.h"
#include "tests/support/cases.h"
#include "tests/support/scripted_server.h"

enum { WORLD_REPLIES = 16 };

typedef struct AwsWorld {
    Server server;
    ServerReply replies[WORLD_REPLIES];
    char texts[WORLD_REPLIES][2048];
    size_t count;
    AwsHome home;
    Http *http;
    Arena arena;
    AwsSettings settings;
    CredentialKeeper *keeper;
} AwsWorld;

/* Every secret of these tests has Hush in it. */
static inline void world_no_secret(const Error *e)
{
    print_message("%s\n", e->message);
    assert_null(strstr(e->message, "Hush"));
    assert_null(strchr(e->message, '\n'));
    assert_true(strlen(e->message) < ERROR_MESSAGE_SIZE - 1);
}

/* One more reply; `path` as in ServerReply, NULL for any. */
static inline ServerReply *world_reply(AwsWorld *w, const char *path, const char *status,
                                       const char *body)
{
    assert_true(w->count < WORLD_REPLIES);
    snprintf(w->texts[w->count], sizeof w->texts[0], "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n%s",
             status, strlen(body), body);
    w->replies[w->count] = (ServerReply){.path = path, .bytes = w->texts[w->count]};
    return &w->replies[w->count++];
}

/* "2026-11-21T22:39:17Z", so many seconds from now. */
static inline const char *world_time(char text[32], double s)
{
    time_t t = time(NULL) + (time_t)s;
    struct tm civil;
    strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &civil));
    return text;
}

/* A reply with credentials AK`name` that live so long. */
static inline void world_credentials(AwsWorld *w, const char *path, const char *name, double life_s)
{
    char body[512], until[32];
    snprintf(body, sizeof body,
             "{\"Code\": \"Success\", \"Type\": \"AWS-HMAC\", \"AccessKeyId\": \"AK%s\", "
             "\"SecretAccessKey\": \"Hush%s\", \"Token\": \"HushT%s\", \"Expiration\": \"%s\"}",
             name, name, name, world_time(until, life_s));
    world_reply(w, path, "200 OK", body);
}

static inline AwsWorld *world_new(void)
{
    AwsWorld *w = calloc(1, sizeof *w);
    assert_non_null(w);
    home_open(&w->home, NULL, NULL);
    return w;
}

/* The server begins with the replies that there are. `variable` of the environment becomes its
 * origin and `path`. */
static inline void world_serve(AwsWorld *w, const char *variable, const char *path)
{
    char url[256];
    w->server.replies = w->replies;
    w->server.count = w->count;
    assert_true(server_open(&w->server));
    snprintf(url, sizeof url, "%s%s", w->server.origin, path);
    setenv(variable, url, 1);
    HttpOptions o = {.user_agent = "weir-test/1", .connections = 4};
    Error e = {0};
    assert_ok(http_open(&o, &w->http, &e), &e);
}

static inline bool world_open(AwsWorld *w, Error *e)
{
    return settings_read(&w->arena, &w->settings, e) &&
           credentials_open(&w->settings, w->http, &w->keeper, e);
}

/* There are no credentials: e is of this kind, says these words and no secret. */
static inline void world_refuses(AwsWorld *w, ErrorKind kind, const char *words)
{
    Error e = {0};
    assert_false(world_open(w, &e));
    world_no_secret(&e);
    assert_non_null(strstr(e.message, words));
    assert_int_equal(e.kind, kind);
}

/* Fails unless the newest credentials are AK`name` with all that belongs to it. */
static inline void world_has(AwsWorld *w, const char *name, const char *provider)
{
    Error e = {0};
    Credentials c = {0};
    char text[64];
    assert_ok(credentials_get(w->keeper, &c, &e), &e);
    snprintf(text, sizeof text, "AK%s Hush%s HushT%s", name, name, name);
    char got[64];
    snprintf(got, sizeof got, "%s %s %s", c.access_key, c.secret_key, c.token);
    assert_string_equal(got, text);
    assert_string_equal(c.provider, provider);
    credentials_deinit(&c);
}

/* Waits for AK`name`; false: not within `s`. */
static inline bool world_waits_for(AwsWorld *w, const char *name, double s)
{
    bool there = false;
    for (double end_s = monotonic_s() + s; !there && monotonic_s() < end_s; usleep(20000)) {
        Error e = {0};
        Credentials c = {0};
        assert_ok(credentials_get(w->keeper, &c, &e), &e);
        there = strcmp(c.access_key + 2, name) == 0;
        credentials_deinit(&c);
    }
    return there;
}

/* The nth request has this text in its head or body. */
static inline void world_was_asked(AwsWorld *w, size_t n, const char *text)
{
    assert_true(n < server_asked(&w->server));
    if (!strstr(w->server.requests[n], text)) {
        print_error("request %zu: %s\n", n, w->server.requests[n]);
        assert_string_equal(text, "");
    }
}

static inline void world_free(AwsWorld *w)
{
    credentials_close(w->keeper);
    http_close(w->http);
    server_close(&w->server);
    arena_deinit(&w->arena);
    home_close(&w->home);
    free(w);
}
