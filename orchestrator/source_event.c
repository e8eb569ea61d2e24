/* source_event.c: one object of the event after the other; which of them are done with. */
#include "orchestrator/source_event.h"

#include "orchestrator/bucket_look.h"
#include "orchestrator/identity.h"
#include "orchestrator/source_filter.h"
#include "stores/aws/crew.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOKS = 16 };
static const double look_wait_s = 0.05;

typedef struct EventSource EventSource;

/* What lies there now, asked for on a thread of the crew. */
typedef struct Look {
    EventSource *source;
    Arena arena; /* texts of the object */
    Object object;
    SourceEvent event;
    Error error;
    bool done; /* under the source's lock */
} Look;

struct EventSource {
    Source source; /* first */
    Aws *aws;
    const LambdaEvent *event;
    Arena arena;
    SourceFilter filter;
    bool *settled; /* of each object */
    size_t at;
    const atomic_bool *cut;

    Look looks[LOOKS]; /* of object i in looks[i % LOOKS], those before `asked` */
    size_t asked;
    Crew *crew; /* NULL: nothing had to be looked at */
    atomic_bool closing;
    pthread_mutex_t lock;
    pthread_cond_t looked;
};

static const char *why_ignored(const EventSource *v, const LambdaObject *o, uint64_t size_bytes)
{
    if (o->key[strlen(o->key) - 1] == '/' && size_bytes == 0)
        return "stands for a folder";
    return filter_excludes(&v->filter, o->key);
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    const EventSource *v = (const EventSource *)s;
    return bucket_look_unless(v->aws, v->cut, o, a, e);
}

/* ---- several looks at the same time */

static bool do_look(void *job, Error *e)
{
    (void)e; /* the look has its own */
    Look *l = job;
    EventSource *v = l->source;
    SourceEvent event = bucket_look_unless(v->aws, &v->closing, &l->object, &l->arena, &l->error);
    pthread_mutex_lock(&v->lock);
    l->event = event;
    l->done = true;
    pthread_cond_signal(&v->looked);
    pthread_mutex_unlock(&v->lock);
    return true;
}

static Object object_of(const EventSource *v, size_t index)
{
    const char *uri = v->event->objects[index].uri;
    return (Object){.uri = uri, .uri_length = strlen(uri), .ticket = index + 1};
}

static void begin_look(EventSource *v, size_t index)
{
    Look *l = &v->looks[index % LOOKS];
    arena_reset(&l->arena);
    l->source = v;
    l->object = object_of(v, index);
    l->error = (Error){0};
    l->done = false;
    crew_give(v->crew, do_look, l);
}

static bool is_told(const EventSource *v, const LambdaObject *l)
{
    return !l->removed && filter_includes(&v->filter, l->key);
}

/* The event says enough. */
static bool is_described(const LambdaObject *l)
{
    return l->etag && l->size_known;
}

/* This object and those behind it, as many as there are threads. */
static void look_ahead(EventSource *v)
{
    for (; v->asked < v->event->object_count && v->asked < v->at + LOOKS; v->asked++) {
        const LambdaObject *l = &v->event->objects[v->asked];
        if (is_told(v, l) && !is_described(l))
            begin_look(v, v->asked);
    }
}

static bool is_done(EventSource *v, const Look *l)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(look_wait_s * 1e9);
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&v->lock);
    int rc = 0;
    while (!l->done && rc == 0)
        rc = pthread_cond_timedwait(&v->looked, &v->lock, &until);
    bool done = l->done;
    pthread_mutex_unlock(&v->lock);
    return done;
}

/* SOURCE_LATER: it is not known yet. */
static SourceEvent take_look(EventSource *v, Object *out, Error *e)
{
    Look *l = &v->looks[v->at % LOOKS];
    if (!v->crew && !crew_open(LOOKS, &v->crew, e))
        return SOURCE_TROUBLE;
    v->asked = v->asked > v->at ? v->asked : v->at;
    look_ahead(v);
    if (!is_done(v, l))
        return SOURCE_LATER;
    *out = l->object;
    *e = l->error;
    return l->event;
}

/* ---- one object after the other */

static SourceEvent describe(EventSource *v, Object *out, Error *e)
{
    const LambdaObject *l = &v->event->objects[v->at];
    *out = object_of(v, v->at);
    if (!is_described(l))
        return take_look(v, out, e);
    out->version = l->etag;
    return identity_of_version(l->etag, l->size_bytes, &out->identity, e) ? SOURCE_OBJECT
                                                                          : SOURCE_TROUBLE;
}

static SourceEvent tell(EventSource *v, Object *out, Error *e)
{
    SourceEvent event = describe(v, out, e);
    if (event == SOURCE_GONE)
        v->settled[v->at] = true;
    if (event == SOURCE_OBJECT)
        out->ignored_by = why_ignored(v, &v->event->objects[v->at], out->identity.size);
    if (event != SOURCE_TROUBLE || e->kind != ERROR_RETRY || !v->source.patient)
        return event;
    if (v->crew && !is_described(&v->event->objects[v->at]))
        begin_look(v, v->at);
    return SOURCE_WAIT;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    EventSource *v = (EventSource *)s;
    for (; v->at < v->event->object_count; v->at++) {
        if (!is_told(v, &v->event->objects[v->at])) {
            v->settled[v->at] = true;
            continue;
        }
        SourceEvent event = tell(v, out, e);
        v->at += event != SOURCE_WAIT && event != SOURCE_LATER;
        return event;
    }
    return SOURCE_END;
}

static void settle(Source *s, uint64_t ticket, Settlement how)
{
    ((EventSource *)s)->settled[ticket - 1] = how == SETTLED;
}

static void close_event(Source *s)
{
    EventSource *v = (EventSource *)s;
    v->closing = true;
    crew_close(v->crew);
    for (size_t i = 0; i < LOOKS; i++)
        arena_deinit(&v->looks[i].arena);
    pthread_cond_destroy(&v->looked);
    pthread_mutex_destroy(&v->lock);
    arena_deinit(&v->arena);
    free(v);
}

static const SourceMethods methods = {
    .name = "event", .next = next, .look = look, .settle = settle, .close = close_event};

bool source_event_open(const EventOptions *o, Source **out, Error *e)
{
    EventSource *v = calloc(1, sizeof *v);
    if (!v)
        return error_errno(e, ERROR_RETRY, ENOMEM, "event");
    v->source.methods = &methods;
    v->aws = o->aws;
    v->event = o->event;
    arena_init(&v->arena, 0);
    v->cut = o->cut;
    pthread_mutex_init(&v->lock, NULL);
    pthread_cond_init(&v->looked, NULL);
    for (size_t i = 0; i < LOOKS; i++)
        arena_init(&v->looks[i].arena, 0);
    v->settled = arena_array(&v->arena, o->event->object_count + 1, sizeof *v->settled);
    if ((!v->settled && !arena_full(&v->arena, e)) ||
        !filter_init(&v->filter, &o->include, &o->exclude, &v->arena, e)) {
        close_event(&v->source);
        return false;
    }
    *out = &v->source;
    return true;
}

bool source_event_settled(const Source *s, size_t message)
{
    const EventSource *v = (const EventSource *)s;
    const LambdaMessage *m = &v->event->messages[message];
    for (size_t i = 0; i < m->object_count; i++)
        if (!v->settled[m->objects[i]])
            return false;
    return !m->trouble;
}
