/* source_event.c: one object of the event after the other; which of them are done with. */
#include "orchestrator/source_event.h"

#include "orchestrator/bucket_look.h"
#include "orchestrator/identity.h"
#include "orchestrator/source_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef struct EventSource {
    Source source; /* first */
    Aws *aws;
    const LambdaEvent *event;
    Arena arena;
    Arena told; /* texts of the object told last */
    SourceFilter filter;
    bool *settled; /* of each object */
    size_t at;
} EventSource;

static const char *why_ignored(const EventSource *v, const LambdaObject *o, uint64_t size_bytes)
{
    if (o->key[strlen(o->key) - 1] == '/' && size_bytes == 0)
        return "stands for a folder";
    return filter_excludes(&v->filter, o->key);
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    return bucket_look(((EventSource *)s)->aws, o, a, e);
}

/* As the event says it, where it says enough. */
static SourceEvent identify(EventSource *v, const LambdaObject *l, Object *o, Error *e)
{
    arena_reset(&v->told);
    if (!l->etag || !l->size_known)
        return bucket_look(v->aws, o, &v->told, e);
    o->version = l->etag;
    return identity_of_version(l->etag, l->size_bytes, &o->identity, e) ? SOURCE_OBJECT
                                                                        : SOURCE_TROUBLE;
}

static SourceEvent tell(EventSource *v, size_t index, Object *out, Error *e)
{
    const LambdaObject *l = &v->event->objects[index];
    *out = (Object){.uri = l->uri, .uri_length = strlen(l->uri), .ticket = index + 1};
    SourceEvent event = identify(v, l, out, e);
    if (event == SOURCE_GONE)
        v->settled[index] = true;
    if (event == SOURCE_TROUBLE && e->kind == ERROR_RETRY && v->source.patient)
        return SOURCE_WAIT;
    if (event == SOURCE_OBJECT)
        out->ignored_by = why_ignored(v, l, out->identity.size);
    return event;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    EventSource *v = (EventSource *)s;
    for (; v->at < v->event->object_count; v->at++) {
        const LambdaObject *l = &v->event->objects[v->at];
        if (l->removed || !filter_includes(&v->filter, l->key)) {
            v->settled[v->at] = true;
            continue;
        }
        SourceEvent event = tell(v, v->at, out, e);
        v->at += event != SOURCE_WAIT;
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
    arena_deinit(&v->told);
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
    arena_init(&v->told, 0);
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
