/* halo_lines.c: the lines of a file, a stretch at a time.
 *
 * NUL bytes, which a power cut leaves behind, are left out: what stands before and behind them is
 * one line then, and is judged as such. */
#include "formats/halo/halo_reader.h"

#include <string.h>

enum { STRETCH = 256 * 1024, PADDING = 64 };

bool halo_lines_init(HaloLines *l, const Input *in, Arena *a, Error *e)
{
    *l = (HaloLines){.in = *in, .line = 1};
    l->bytes = arena_alloc(a, STRETCH + PADDING);
    if (!l->bytes)
        return arena_full(a, e);
    l->at = l->end = l->filled = l->bytes;
    return true;
}

/* Closes the NUL bytes up; returns what is behind the last of the others. */
static char *leave_out_nuls(HaloLines *l, char *from, char *end)
{
    char *nul = memchr(from, '\0', (size_t)(end - from));
    if (!nul)
        return end;
    char *to = nul;
    for (const char *p = nul; p < end; p++) {
        *to = *p;
        to += *p != '\0';
    }
    l->nuls += (uint64_t)(end - to);
    return to;
}

static bool refill(HaloLines *l, Error *e)
{
    size_t rest = (size_t)(l->filled - l->at), got;
    memmove(l->bytes, l->at, rest);
    l->at = l->bytes;
    char *from = l->bytes + rest;
    if (!input_read_some(&l->in, l->offset, from, STRETCH - rest, &got, e))
        return false;
    l->offset += got;
    l->ended = got < STRETCH - rest;
    l->filled = leave_out_nuls(l, from, from + got);
    memset(l->filled, '\n', PADDING);
    const char *last = memrchr(l->bytes, '\n', (size_t)(l->filled - l->bytes));
    l->end = last ? l->bytes + (last + 1 - l->bytes) : l->bytes;
    if (!last && l->filled == l->bytes + STRETCH) /* a line without an end */
        l->end = l->filled;
    return true;
}

bool halo_lines_need(HaloLines *l, bool *end, Error *e)
{
    while (l->at == l->end && !l->ended)
        if (!refill(l, e))
            return error_at(e, "line %llu", (unsigned long long)l->line);
    *end = l->at == l->end;
    return true;
}

StringView halo_lines_take(HaloLines *l)
{
    char *from = l->at, *stop = memchr(from, '\n', (size_t)(l->end - from));
    l->at = stop ? stop + 1 : l->end;
    l->line += stop != NULL;
    size_t length = (size_t)((stop ? stop : l->end) - from);
    while (length > 0 && from[length - 1] == '\r')
        length--;
    return (StringView){from, length};
}
