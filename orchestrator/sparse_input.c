/* sparse_input.c: asks for the blocks that are about to be read, and says which are likely to
 * follow: where a file is read in order, twice as many each time. They come while those before them
 * are worked on. */
#include "orchestrator/sparse_input.h"

enum { WINDOW_MOST = (16 << 20) / BLOCK_BYTES };

/* The one that is about to read the block or has skipped a little, else the one that was idle for
 * longest, begun anew. */
static Stream *stream_at(SparseInput *s, size_t block)
{
    Stream *oldest = &s->streams[0];
    for (size_t i = 0; i < STREAMS; i++) {
        Stream *t = &s->streams[i];
        if (t->window > 0 && block >= t->next && block - t->next <= t->window / 4)
            return t;
        if (t->used < oldest->used)
            oldest = t;
    }
    *oldest = (Stream){0};
    return oldest;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* How many blocks behind those needed now: none at the first look at a place; then more before what
 * was wanted is used up, in pieces that are worth a call. */
static size_t wanted_ahead(SparseInput *s, BlockRun need)
{
    Stream *t = stream_at(s, need.begin);
    size_t needed = need.end - need.begin;
    if (t->window == 0) {
        t->window = least(needed, WINDOW_MOST);
        t->ahead = need.end;
    } else if (need.end + t->window / 2 >= t->ahead) {
        t->window = least(2 * t->window, WINDOW_MOST);
        t->ahead = least(need.end + t->window, s->there.count);
    }
    t->next = need.end;
    t->used = ++s->asks;
    return t->ahead > need.end ? t->ahead - need.end : 0;
}

static ZygoteAsk ask_of(SparseInput *s, BlockRun need)
{
    BlockRun all = {need.begin, need.end + wanted_ahead(s, need)};
    uint64_t begin = (uint64_t)need.begin * BLOCK_BYTES, end = blocks_end_byte(&s->there, need);
    return (ZygoteAsk){
        .offset = begin, .length = end - begin, .ahead = blocks_end_byte(&s->there, all) - end};
}

static bool want(void *context, uint64_t offset, size_t length, Error *e)
{
    SparseInput *s = context;
    BlockRun within = blocks_of(offset, length), missing;
    while (blocks_missing(&s->there, within, &missing)) {
        ZygoteAsk ask = ask_of(s, missing);
        if (!s->ask(s->context, &ask))
            return error_set(e, ERROR_RETRY, "byte %llu and those behind it could not be fetched",
                             (unsigned long long)ask.offset);
        blocks_set(&s->there, missing, true);
    }
    return true;
}

bool sparse_input_init(SparseInput *s, Input *in, uint64_t head, Arena *a, Error *e)
{
    if (!blocks_init(&s->there, in->size, a, e))
        return false;
    BlockRun first = {0, (size_t)((head < in->size ? head : in->size) / BLOCK_BYTES)};
    blocks_set(&s->there, first, true);
    s->streams[0] = (Stream){.next = first.end, .window = first.end, .ahead = first.end};
    in->want = want;
    in->want_context = s;
    return true;
}
