/* source_reconcile.c: events and a listing by turns. */
#include "orchestrator/source_reconcile.h"

#include "core/clock.h"

#include <errno.h>
#include <stdlib.h>

/* A listing that the world keeps from going on is tried again so often, for so long. */
static const double again_s = 5, patience_s = 600;
static const double quiet_s = 0.1; /* how long events are left alone that had nothing to tell */

typedef struct Reconcile {
    Source source; /* first */
    ReconcileOptions options;
    Source *events, *listing; /* NULL: none is on */
    double due_s;             /* when the next one begins, or this one goes on */
    double failing_s;         /* since when it cannot; 0: it can */
    double listen_s;          /* when the events are asked again, while something is listed */
} Reconcile;

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
    SourceEvent event = SOURCE_LATER;
    if (!r->listing || monotonic_s() >= r->listen_s)
        event = listen_to_events(r, out, e);
    if (event == SOURCE_LATER) {
        Error trouble = {0};
        event = list(r, out, &trouble);
        if (event == SOURCE_TROUBLE)
            *e = trouble;
    }
    return event;
}

static SourceEvent look(Source *s, Object *o, Arena *a, Error *e)
{
    Source *events = ((Reconcile *)s)->events;
    return events->methods->look ? events->methods->look(events, o, a, e) : SOURCE_OBJECT;
}

static void settle(Source *s, uint64_t ticket, Settlement how)
{
    Source *events = ((Reconcile *)s)->events;
    if (events->methods->settle)
        events->methods->settle(events, ticket, how);
}

static void close_both(Source *s)
{
    Reconcile *r = (Reconcile *)s;
    end_listing(r);
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
