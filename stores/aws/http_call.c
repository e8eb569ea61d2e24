/* http_call.c: what a caller does with a call: read its headers, wait for it, give it back. */
#include "stores/aws/http.h"

#include <pthread.h>
#include <string.h>

const char *http_header(const HttpCall *c, const char *name)
{
    size_t length = strlen(name);
    const char *line = c->headers.bytes, *end = line ? line + c->headers.length : NULL;
    for (; line < end; line += strlen(line) + 1)
        if (strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0)
            return line + length + 2;
    return NULL;
}

/* A reply may hold credentials. */
static void wipe(Buffer *b)
{
    if (b->bytes)
        explicit_bzero(b->bytes, b->capacity);
    buffer_deinit(b);
}

void http_call_deinit(HttpCall *c)
{
    wipe(&c->body);
    wipe(&c->headers);
}

/* A call, the request that goes with it, and the one who waits. */
typedef struct Exchange {
    HttpCall call;
    const HttpRequest *request;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool over;
} Exchange;

static bool hand_over(HttpCall *c, HttpRequest *request, Error *e)
{
    (void)e;
    *request = *((Exchange *)c)->request;
    return true;
}

static void end_wait(HttpCall *c)
{
    Exchange *x = (Exchange *)c;
    pthread_mutex_lock(&x->lock);
    x->over = true;
    pthread_cond_signal(&x->ended);
    pthread_mutex_unlock(&x->lock);
}

bool http_exchange(Http *h, const HttpRequest *r, HttpCall *c, Error *e)
{
    Exchange x = {.call = *c, .request = r};
    x.call.prepare = hand_over;
    x.call.write = NULL;
    x.call.done = end_wait;
    pthread_mutex_init(&x.lock, NULL);
    pthread_cond_init(&x.ended, NULL);
    http_submit(h, &x.call, 0);
    pthread_mutex_lock(&x.lock);
    while (!x.over)
        pthread_cond_wait(&x.ended, &x.lock);
    pthread_mutex_unlock(&x.lock);
    pthread_cond_destroy(&x.ended);
    pthread_mutex_destroy(&x.lock);
    c->status = x.call.status;
    c->received = x.call.received;
    c->body = x.call.body;
    c->headers = x.call.headers;
    c->error = x.call.error;
    if (c->status == 0)
        *e = c->error;
    return c->status != 0;
}
