/* source_chain.c: the first source to its end, then the second. */
#include "orchestrator/source_chain.h"

#include <stdlib.h>

typedef struct Chain {
    Source source; /* first */
    Source *links[2];
    size_t at;
} Chain;

static SourceEvent next(Source *s, Object *out, Error *e)
{
    Chain *c = (Chain *)s;
    while (c->at < 2) {
        Source *link = c->links[c->at];
        link->patient = s->patient;
        SourceEvent event = link->methods->next(link, out, e);
        if (event != SOURCE_END)
            return event;
        c->at++;
    }
    return SOURCE_END;
}

static bool lost(Source *s, const char *uri)
{
    const Chain *c = (const Chain *)s;
    for (size_t i = 0; i < 2; i++)
        if (c->links[i]->methods->lost && c->links[i]->methods->lost(c->links[i], uri))
            return true;
    return false;
}

static void close_chain(Source *s)
{
    Chain *c = (Chain *)s;
    for (size_t i = 0; i < 2; i++)
        c->links[i]->methods->close(c->links[i]);
    free(c);
}

static const SourceMethods methods = {
    .name = "chain", .next = next, .lost = lost, .close = close_chain};

Source *source_chain(Source *first, Source *second)
{
    if (!first || !second)
        return first ? first : second;
    Chain *c = malloc(sizeof *c);
    if (!c) {
        first->methods->close(first);
        second->methods->close(second);
        return NULL;
    }
    *c = (Chain){.source = {.methods = &methods}, .links = {first, second}};
    return &c->source;
}
