/* http_world.h: a server that says what it is told to say, an Http, and calls from one to the
 * other.
 */
#pragma once

#include "core/clock.h"
#include "stores/aws/http.h"
#include "tests/support/cases.h"
#include "tests/support/scripted_server.h"

/* What a call that is whole looks like from outside: the call first, so that it can be found. */
typedef struct Probe {
    HttpCall call;
    HttpRequest request;
    Http *http;
    uint64_t streamed;  /* bytes that write() got */
    bool wrong;         /* one of them was not the filler */
    int seen;           /* status in write() */
    unsigned resubmit;  /* times that done() begins it again */
    bool unwilling;     /* prepare() says no */
    uint64_t refuse_at; /* write() says no once there are so many */
    double prepared_s, done_s;
    unsigned done;
    pthread_mutex_t *lock;
    pthread_cond_t *changed;
} Probe;

static inline bool prepare(HttpCall *c, HttpRequest *request, Error *e)
{
    Probe *p = (Probe *)c;
    p->prepared_s = monotonic_s();
    *request = p->request;
    if (p->unwilling)
        return error_coded(e, ERROR_SETUP, "unwilling", "no request today");
    return true;
}

static inline bool write_filler(HttpCall *c, const void *bytes, size_t length, Error *e)
{
    Probe *p = (Probe *)c;
    const char *text = bytes;
    p->seen = c->status;
    for (size_t i = 0; i < length; i++)
        p->wrong |= text[i] != server_filler((size_t)p->streamed + i);
    p->streamed += length;
    if (p->refuse_at && p->streamed >= p->refuse_at)
        return error_coded(e, ERROR_DATA, "enough", "no more, thank you");
    return true;
}

static inline void done(HttpCall *c)
{
    Probe *p = (Probe *)c;
    if (p->resubmit > 0) {
        p->resubmit--;
        http_submit(p->http, c, 0);
        return;
    }
    pthread_mutex_lock(p->lock);
    p->done_s = monotonic_s();
    p->done++;
    pthread_cond_broadcast(p->changed);
    pthread_mutex_unlock(p->lock);
}

enum { PROBES = 100 };

/* Server, client and calls of one case. */
typedef struct World {
    Server server;
    Http *http;
    Probe probes[PROBES];
    pthread_mutex_t lock;
    pthread_cond_t changed;
} World;

#define OK "HTTP/1.1 200 OK\r\n"

static const ServerReply replies[] = {
    {.path = "/whole",
     .bytes = OK "Content-Length: 5\r\nETag:  \"abc\" \r\nX-Two: 1\r\nx-two: 2\r\n"
                 "X-Empty:\r\n\r\nhello"},
    {.path = "/chunks",
     .bytes = OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n"},
    {.path = "/then-close", .bytes = OK "Content-Length: 5\r\n\r\nhello", .then = SERVER_CLOSE},
    {.path = "/until-close", .bytes = OK "\r\nhello", .then = SERVER_CLOSE},
    {.path = "/empty", .bytes = OK "Content-Length: 0\r\n\r\n"},
    {.path = "/204", .bytes = "HTTP/1.1 204 No Content\r\n\r\n"},
    {.path = "/304", .bytes = "HTTP/1.1 304 Not Modified\r\nContent-Length: 77\r\n\r\n"},
    {.path = "/301",
     .bytes = "HTTP/1.1 301 Moved\r\nLocation: /whole\r\nContent-Length: 0\r\n\r\n"},
    {.path = "/404", .bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone"},
    {.path = "/100",
     .bytes = "HTTP/1.1 100 Continue\r\nX-Interim: 1\r\n\r\n" OK "Content-Length: 2\r\n\r\nok"},
    {.path = "/head", .bytes = OK "Content-Length: 12345\r\n\r\n"},
    {.path = "/cut", .bytes = OK "Content-Length: 10\r\n\r\nhello", .then = SERVER_CLOSE},
    {.path = "/half-chunk",
     .bytes = OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
     .then = SERVER_CLOSE},
    {.path = "/reset",
     .bytes = OK "Content-Length: 10\r\n\r\nhello",
     .hold_s = 0.1,
     .then = SERVER_RESET},
    {.path = "/silent-close", .bytes = "", .then = SERVER_CLOSE},
    {.path = "/stuck",
     .bytes = OK "Content-Length: 10\r\n\r\nhello",
     .hold_s = 20,
     .then = SERVER_CLOSE},
    {.path = "/never", .bytes = "", .hold_s = 20, .then = SERVER_CLOSE},
    {.path = "/later", .bytes = OK "Content-Length: 5\r\n\r\nhello", .wait_s = 0.8},
    {.path = "/parallel", .bytes = OK "Content-Length: 5\r\n\r\nhello", .wait_s = 0.02},
    {.path = "/filler", .bytes = OK "Content-Length: 3000000\r\n\r\n", .filler = 3000000},
    {.path = "/refusal", .bytes = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"},
    {.path = "/gopher", .bytes = "i am no HTTP server\r\n\r\n", .then = SERVER_CLOSE},
    {.path = "/many-headers", .bytes = OK "X-Long: ", .filler = 90000, .then = SERVER_CLOSE},
    {.path = "/too-long", .bytes = OK "\r\n", .filler = HTTP_BODY_MOST + 1, .then = SERVER_CLOSE},
};

static inline World *world_new(unsigned connections)
{
    World *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->server.replies = replies;
    w->server.count = CASES(replies);
    assert_true(server_open(&w->server));
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->changed, NULL);
    HttpOptions o = {.user_agent = "weir-test/1", .connections = connections};
    Error e = {0};
    assert_ok(http_open(&o, &w->http, &e), &e);
    return w;
}

static inline void world_free(World *w)
{
    http_close(w->http);
    server_close(&w->server);
    for (size_t i = 0; i < PROBES; i++)
        http_call_deinit(&w->probes[i].call);
    free(w);
}

static inline Probe *probe(World *w, size_t i, const char *path)
{
    Probe *p = &w->probes[i];
    p->call.prepare = prepare;
    p->call.done = done;
    p->request = (HttpRequest){.method = "GET", .origin = w->server.origin, .path = path};
    p->http = w->http;
    p->lock = &w->lock;
    p->changed = &w->changed;
    return p;
}

static inline void wait_for(Probe *p)
{
    pthread_mutex_lock(p->lock);
    while (p->done == 0)
        pthread_cond_wait(p->changed, p->lock);
    pthread_mutex_unlock(p->lock);
}

static inline void run_probe(Probe *p)
{
    http_submit(p->http, &p->call, 0);
    wait_for(p);
}
