/* source_reconcile.c: events and a listing by turns.
 *
 * Both may tell of an object at the same time. It is told once at a time: what comes second waits
 * until the first is settled, unless the listing has nothing to add. So there are tickets for
 * all. */
#include "orchestrator/source_reconcile.h"

#include "core/clock.h"
#include "orchestrator/identity.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A listing that the world keeps from going on is tried again so often, for so long. */
static const double again_s = 5, patience_s = 600;
static const double quiet_s = 0.1; /* how long events are left alone that had nothing to tell */

/* An object that was told, or waits for one of the same name. */
typedef struct Told Told;
struct Told {
    Told *next;
    Object object; /* its ticket is that of the events; 0: it was listed */
    Arena arena;   /* of its texts */
    bool waits;
};

typedef struct Reconcile {
    Source source; /* first */
    ReconcileOptions options;
    Source *events, *listing; /* NULL: none is on */
    double due_s;             /* when the next one begins, or this one goes on */
    double failing_s;         /* since when it cannot; 0: it can */
    double listen_s;          /* when the events are asked again, while something is listed */
    Told *told;               /* those that wait in their order, among others */
    bool settled;             /* one of them: another may be told in its place */
} Reconcile;

/* ---- what is told */

static const Told *find(const Reconcile *r, const char *uri, bool waits)
{
    const Told *t = r->told;
    while (t && (t->waits != waits || strcmp(t->object.uri, uri) != 0))
        t = t->next;
    return t;
}

static void told_free(Told *t)
{
    arena_deinit(&t->arena);
    free(t);
}

/* NULL: no memory. */
static Told *told_new(const Object *o)
{
    Told *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    arena_init(&t->arena, 0);
    t->object = *o;
    t->object.uri = arena_string(&t->arena, o->uri);
    t->object.version = o->version ? arena_string(&t->arena, o->version) : NULL;
    t->object.ignored_by = o->ignored_by ? arena_string(&t->arena, o->ignored_by) : NULL;
    if (t->object.uri && (t->object.version || !o->version) &&
        (t->object.ignored_by || !o->ignored_by))
        return t;
    told_free(t);
    return NULL;
}

static SourceEvent tell(Told *t, Object *out)
{
    t->waits = false;
    *out = t->object;
    out->ticket = (uint64_t)(uintptr_t)t;
    return SOURCE_OBJECT;
}

/* SOURCE_LATER: it waits, or need not be told. */
static SourceEvent take(Reconcile *r, const Object *o, Object *out, Error *e)
{
    const Told *same = find(r, o->uri, false);
    bool listed = o->ticket == 0;
    if (same && listed &&
        (identity_same(&same->object.identity, &o->identity) || find(r, o->uri, true)))
        return SOURCE_LATER;
    Told *t = told_new(o), **end = &r->told;
    if (!t) {
        if (!listed)
            r->events->methods->settle(r->events, o->ticket, SETTLED_LATER);
        error_errno(e, ERROR_RETRY, ENOMEM, "an object");
        return listed ? SOURCE_TROUBLE : SOURCE_WAIT;
    }
    while (*end)
        end = &(*end)->next;
    *end = t;
    t->waits = same != NULL;
    return t->waits ? SOURCE_LATER : tell(t, out);
}

/* One that waits no more, because what it waited for is settled. */
static SourceEvent tell_waiting(Reconcile *r, Object *out)
{
    for (Told *t = r->settled ? r->told : NULL; t; t = t->next)
        if (t->waits && !find(r, t->object.uri, false))
            return tell(t, out);
    r->settled = false;
    return SOURCE_LATER;
}

static void settle(Source *s, uint64_t ticket, Settlement how)
{
    Reconcile *r = (Reconcile *)s;
    Told *t = (Told *)(uintptr_t)ticket, **at = &r->told;
    while (*at && *at != t)
        at = &(*at)->next;
    if (!*at)
        return;
    *at = t->next;
    r->settled = true;
    if (t->object.ticket)
        r->events->methods->settle(r->events, t->object.ticket, how);
    told_free(t);
}

/* ---- the listing */

static void end_listing(Reconcile *r)
{
    if (r->listing)
        r->listing->methods->close(r->listing);
    r->listing = NULL;
    r->failing_s = 0;
    r->due_s = monotonic_s() + r->options.every_s;
}

/* A listing that has failed is none that was empty: the line is said, and another one comes. */
static SourceEvent fail(Reconcile *r)
{
    end_listing(r);
    return SOURCE_TROUBLE;
}

static SourceEvent put_off(Reconcile *r)
{
    double now_s = monotonic_s();
    if (r->failing_s <= 0)
        r->failing_s = now_s;
    if (now_s - r->failing_s >= patience_s)
        return fail(r);
    r->due_s = now_s + again_s;
    return SOURCE_LATER;
}

/* SOURCE_LATER: there is nothing, or it is not the time. */
static SourceEvent list(Reconcile *r, Object *out, Error *e)
{
    if (monotonic_s() < r->due_s)
        return SOURCE_LATER;
    Source *listing = r->listing;
    if (!listing && !source_bucket_open(&r->options.listing, &listing, e))
        return fail(r);
    r->listing = listing;
    listing->patient = true;
    SourceEvent event = listing->methods->next(listing, out, e);
    if (event == SOURCE_WAIT)
        return put_off(r);
    if (event == SOURCE_END)
        end_listing(r);
    else if (event != SOURCE_LATER)
        r->failing_s = 0;
    return event == SOURCE_END ? SOURCE_LATER : event;
}

static SourceEvent listen_to_events(Reconcile *r, Object *out, Error *e)
{
    r->events->patient = r->source.patient;
    SourceEvent event = r->events->methods->next(r->events, out, e);
    r->listen_s = event == SOURCE_LATER ? monotonic_s() + quiet_s : 0;
    return event;
}

static SourceEvent next(Source *s, Object *out, Error *e)
{
    Reconcile *r = (Reconcile *)s;
    Object o = {0};
    SourceEvent event = tell_waiting(r, out);
    if (event == SOURCE_OBJECT)
        return event;
    if (!r->listing || monotonic_s() >= r->listen_s)
        event = listen_to_events(r, &o, e);
    if (event == SOURCE_LATER) {
        Error trouble = {0};
        event = list(r, &o, &trouble);
        if (event == SOURCE_TROUBLE)
            *e = trouble;
    }
    return event == SOURCE_OBJECT ? take(r, &o, out, e) : event;
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    Source *events = ((Reconcile *)s)->events;
    return events->methods->look ? events->methods->look(events, o, a, e) : SOURCE_OBJECT;
}

static void close_both(Source *s)
{
    Reconcile *r = (Reconcile *)s;
    end_listing(r);
    for (Told *t; (t = r->told);) {
        r->told = t->next;
        told_free(t);
    }
    r->events->methods->close(r->events);
    free(r);
}

static const SourceMethods methods = {
    .name = "reconcile", .next = next, .look = look, .settle = settle, .close = close_both};

bool source_reconcile_open(const ReconcileOptions *o, Source *events, Source **out, Error *e)
{
    Reconcile *r = calloc(1, sizeof *r);
    if (!r) {
        events->methods->close(events);
        return error_errno(e, ERROR_RETRY, ENOMEM, "listing");
    }
    *r = (Reconcile){.source = {.methods = &methods, .endless = events->endless},
                     .options = *o,
                     .events = events};
    *out = &r->source;
    return true;
}
