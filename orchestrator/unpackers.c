/* unpackers.c: which archive goes on where it was, and which begins. */
#include "orchestrator/unpackers.h"

#include <string.h>

void unpackers_close(Unpackers *u, size_t depth)
{
    for (size_t i = depth; i < ARCHIVE_DEPTH_MAX; i++)
        unpacker_close(&u->open[i]);
}

static bool lacks_memory(const Listing *l)
{
    const Unpacked *u = &l->unpacked;
    bool lacks = strcmp(l->error.code, "memory") == 0 || strcmp(u->error.code, "memory") == 0;
    for (size_t i = 0; i < u->count && !lacks; i++)
        lacks = strcmp(u->members[i].code, "memory") == 0;
    return lacks;
}

static bool holds_others(const Unpackers *u, size_t depth)
{
    bool held = false;
    for (size_t i = 0; i < depth; i++)
        held |= u->open[i] != NULL;
    return held;
}

void unpackers_run(Unpackers *u, const Input *in, const UnpackOrder *o, Arena *a, Listing *out)
{
    size_t depth = o->depth < ARCHIVE_DEPTH_MAX ? (size_t)o->depth : ARCHIVE_DEPTH_MAX - 1;
    Unpacker **open = &u->open[depth];
    unpackers_close(u, depth + 1); /* they lay in a member of an earlier run */
    if (o->first == 0 || u->next[depth] != o->first)
        unpacker_close(open);
    pipeline_unpack(open, in, o, a, out);
    if (lacks_memory(out) && holds_others(u, depth)) {
        /* it may have what they take; they begin anew */
        unpackers_close(u, 0);
        pipeline_unpack(open, in, o, a, out);
    }
    u->next[depth] = out->unpacked.next;
}
