/* source_shard.c: what belongs to others is passed over as though it were not there. */
#include "orchestrator/source_shard.h"

#include "core/clock.h"

#include <stdlib.h>

static const double pass_over_s = 0.05; /* then the caller has a look at what else there is to do */

typedef struct Sharded {
    Source source; /* first */
    Source *of;
    Shard shard;
    uint64_t others;
} Sharded;

static void leave(Sharded *s, const Object *o)
{
    s->others += !o->ignored_by;
    if (o->ticket && s->of->methods->settle)
        s->of->methods->settle(s->of, o->ticket, SETTLED_LATER);
}

static SourceEvent next(Source *source, Object *out, Error *e)
{
    Sharded *s = (Sharded *)source;
    double end_s = monotonic_s() + pass_over_s;
    do {
        bool ours = true;
        s->of->patient = source->patient;
        SourceEvent event = s->of->methods->next(s->of, out, e);
        if (event != SOURCE_OBJECT)
            return event;
        if (!shard_has(&s->shard, out->uri, &ours, e))
            return SOURCE_TROUBLE;
        if (ours)
            return event;
        leave(s, out);
    } while (monotonic_s() < end_s);
    return SOURCE_LATER;
}

static bool lost(Source *source, const char *uri)
{
    Sharded *s = (Sharded *)source;
    Error e = {0};
    bool ours = false;
    return s->of->methods->lost && shard_has(&s->shard, uri, &ours, &e) && ours &&
           s->of->methods->lost(s->of, uri);
}

static SourceEvent look(Source *source, Object *o, Arena *a, Error *e)
{
    Sharded *s = (Sharded *)source;
    return s->of->methods->look ? s->of->methods->look(s->of, o, a, e) : SOURCE_OBJECT;
}

static void settle(Source *source, uint64_t ticket, Settlement how)
{
    Sharded *s = (Sharded *)source;
    if (s->of->methods->settle)
        s->of->methods->settle(s->of, ticket, how);
}

static void close_sharded(Source *source)
{
    Sharded *s = (Sharded *)source;
    s->of->methods->close(s->of);
    free(s);
}

static const SourceMethods methods = {
    .name = "shard",
    .next = next,
    .lost = lost,
    .look = look,
    .settle = settle,
    .close = close_sharded,
};

Source *source_shard(Source *of, const Shard *shard)
{
    Sharded *s = malloc(sizeof *s);
    if (!s) {
        of->methods->close(of);
        return NULL;
    }
    *s = (Sharded){.source = {.methods = &methods, .patient = of->patient, .endless = of->endless},
                   .of = of,
                   .shard = *shard};
    return &s->source;
}

uint64_t source_shard_others(const Source *s)
{
    return s->methods == &methods ? ((const Sharded *)s)->others : 0;
}
