/* scripted_server.h: an HTTP server inside the test program that says what a table tells it, byte
 * by byte, and remembers what it was asked. It asserts nothing. */
#pragma once

#include "core/buffer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum ServerThen { SERVER_KEEP, SERVER_CLOSE, SERVER_RESET } ServerThen;

typedef struct ServerReply {
    const char *path;  /* for requests whose target begins so; NULL: for any */
    const char *bytes; /* as they are sent */
    size_t filler;     /* so many bytes of server_filler() after them */
    double wait_s;     /* before it */
    double hold_s;     /* after it */
    ServerThen then;
} ServerReply;

enum { SERVER_CONNECTIONS = 256, SERVER_REQUESTS = 512 };

typedef struct Server Server;
typedef struct ServerConnection {
    Server *server;
    pthread_t thread;
    int fd;
} ServerConnection;

struct Server {
    const ServerReply *replies;
    size_t count;
    bool in_order;       /* the nth reply for the nth request, the last for all that follow */
    size_t receive_step; /* so many bytes of a request in a hundredth of a second; 0: all */
    /* Instead of a table: makes the whole reply, to be freed; on many threads. May be NULL. */
    char *(*answer)(void *context, const char *request);
    void *context;

    char origin[32]; /* "http://127.0.0.1:40001" */
    int listener, stop;
    pthread_t thread;
    pthread_mutex_t lock; /* for what follows */
    ServerConnection connections[SERVER_CONNECTIONS];
    unsigned connected;              /* connections so far */
    unsigned busy, busiest;          /* requests at a time, the most of them */
    char *requests[SERVER_REQUESTS]; /* head and body */
    size_t asked;
};

static inline char server_filler(size_t i)
{
    return (char)(i % 251);
}

/* False: the server is being stopped. */
static inline bool server_sleep(Server *s, double seconds)
{
    struct pollfd p = {.fd = s->stop, .events = POLLIN};
    return seconds <= 0 || poll(&p, 1, (int)(seconds * 1000)) == 0;
}

/* More bytes of a connection; false: there are none, or the server is being stopped. */
static inline bool server_receive(ServerConnection *c, Buffer *in)
{
    struct pollfd p[] = {{.fd = c->fd, .events = POLLIN},
                         {.fd = c->server->stop, .events = POLLIN}};
    char bytes[65536];
    if (poll(p, 2, -1) < 1 || p[1].revents)
        return false;
    ssize_t n = recv(c->fd, bytes, sizeof bytes, 0);
    size_t before = in->length;
    if (n > 0)
        buffer_append(in, bytes, (size_t)n);
    size_t step = c->server->receive_step;
    size_t steps = step ? in->length / step - before / step : 0;
    return n > 0 && server_sleep(c->server, 0.01 * (double)steps);
}

/* Length of head and body of the request that `in` begins with; 0: it is not whole yet. */
static inline size_t server_request_length(const Buffer *in)
{
    enum { HEAD_MOST = 65536 };
    char *head = strndup(in->bytes, in->length < HEAD_MOST ? in->length : HEAD_MOST);
    const char *end = strstr(head, "\r\n\r\n");
    const char *length = strcasestr(head, "\r\ncontent-length:");
    size_t whole = end ? (size_t)(end + 4 - head) : 0;
    if (end && length && length < end)
        whole += strtoul(length + 17, NULL, 10);
    free(head);
    return whole <= in->length ? whole : 0;
}

static inline const ServerReply *server_choose(Server *s, const char *request, size_t number)
{
    if (s->in_order)
        return &s->replies[number < s->count ? number : s->count - 1];
    const char *target = strchr(request, ' ');
    for (size_t i = 0; target && i < s->count; i++)
        if (!s->replies[i].path ||
            strncmp(target + 1, s->replies[i].path, strlen(s->replies[i].path)) == 0)
            return &s->replies[i];
    static const ServerReply none = {.bytes =
                                         "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"};
    return &none;
}

static inline bool server_send(int fd, const char *bytes, size_t length)
{
    for (size_t sent = 0; sent < length;) {
        ssize_t n = send(fd, bytes + sent, length - sent, MSG_NOSIGNAL);
        if (n <= 0)
            return false;
        sent += (size_t)n;
    }
    return true;
}

/* False: the connection ends. */
static inline bool server_say(ServerConnection *c, const ServerReply *r)
{
    bool sent =
        server_sleep(c->server, r->wait_s) && server_send(c->fd, r->bytes, strlen(r->bytes));
    char *filler = sent && r->filler ? malloc(r->filler) : NULL;
    for (size_t i = 0; filler && i < r->filler; i++)
        filler[i] = server_filler(i);
    sent = sent && (!filler || server_send(c->fd, filler, r->filler));
    free(filler);
    if (!sent || !server_sleep(c->server, r->hold_s) || r->then == SERVER_CLOSE)
        return false;
    struct linger hard = {.l_onoff = 1};
    if (r->then == SERVER_RESET)
        setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    return r->then == SERVER_KEEP;
}

/* Notes the request and answers it. */
static inline bool server_answer(ServerConnection *c, const char *bytes, size_t length)
{
    Server *s = c->server;
    char *request = strndup(bytes, length);
    pthread_mutex_lock(&s->lock);
    size_t number = s->asked++;
    bool kept = number < SERVER_REQUESTS;
    if (kept)
        s->requests[number] = request;
    if (++s->busy > s->busiest)
        s->busiest = s->busy;
    pthread_mutex_unlock(&s->lock);
    ServerReply made = {.bytes = s->answer ? s->answer(s->context, request) : NULL};
    const ServerReply *r = made.bytes ? &made : server_choose(s, request, number);
    if (!kept)
        free(request);
    bool on = server_say(c, r);
    free((char *)made.bytes);
    pthread_mutex_lock(&s->lock);
    s->busy--;
    pthread_mutex_unlock(&s->lock);
    return on;
}

static inline void *server_serve(void *context)
{
    ServerConnection *c = context;
    Buffer in = {0};
    bool on = true;
    while (on && server_receive(c, &in)) {
        if (in.bytes[0] == 0x16) /* begins TLS */
            break;
        size_t length = server_request_length(&in);
        if (length == 0)
            continue;
        on = server_answer(c, in.bytes, length);
        buffer_clear(&in); /* nobody sends a request before the reply to the last */
    }
    buffer_deinit(&in);
    close(c->fd);
    return NULL;
}

static inline void *server_accept(void *context)
{
    Server *s = context;
    struct pollfd p[] = {{.fd = s->listener, .events = POLLIN}, {.fd = s->stop, .events = POLLIN}};
    while (poll(p, 2, -1) > 0 && !p[1].revents && s->connected < SERVER_CONNECTIONS) {
        int fd = accept(s->listener, NULL, NULL);
        if (fd < 0)
            continue;
        pthread_mutex_lock(&s->lock);
        ServerConnection *c = &s->connections[s->connected++];
        pthread_mutex_unlock(&s->lock);
        *c = (ServerConnection){.server = s, .fd = fd};
        pthread_create(&c->thread, NULL, server_serve, c);
    }
    return NULL;
}

/* False: no socket. `s` has its replies; all else is zero. */
static inline bool server_open(Server *s)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof a;
    s->listener = socket(AF_INET, SOCK_STREAM, 0);
    int buffer = 1 << 18; /* what is on its way is with the sender */
    setsockopt(s->listener, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    s->stop = eventfd(0, 0);
    pthread_mutex_init(&s->lock, NULL);
    if (bind(s->listener, (struct sockaddr *)&a, length) < 0 || listen(s->listener, 128) < 0 ||
        getsockname(s->listener, (struct sockaddr *)&a, &length) < 0)
        return false;
    snprintf(s->origin, sizeof s->origin, "http://127.0.0.1:%d", ntohs(a.sin_port));
    return pthread_create(&s->thread, NULL, server_accept, s) == 0;
}

static inline void server_close(Server *s)
{
    eventfd_write(s->stop, 1);
    pthread_join(s->thread, NULL);
    for (unsigned i = 0; i < s->connected; i++)
        pthread_join(s->connections[i].thread, NULL);
    for (size_t i = 0; i < s->asked && i < SERVER_REQUESTS; i++)
        free(s->requests[i]);
    close(s->listener);
    close(s->stop);
    pthread_mutex_destroy(&s->lock);
}

static inline size_t server_asked(Server *s)
{
    pthread_mutex_lock(&s->lock);
    size_t n = s->asked;
    pthread_mutex_unlock(&s->lock);
    return n;
}
