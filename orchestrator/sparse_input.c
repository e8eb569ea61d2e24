/* sparse_input.c: asks for whole blocks, and for more of them where a file is read in order: as
 * each ask is a journey to the service and back, the next is for twice as much. */
#include "orchestrator/sparse_input.h"

enum { WINDOW_MOST = (16 << 20) / BLOCK_BYTES };

/* The one that is about to read the block, else the one that was idle for longest, begun anew. */
static Stream *stream_at(SparseInput *s, size_t block)
{
    Stream *oldest = &s->streams[0];
    for (size_t i = 0; i < STREAMS; i++) {
        Stream *t = &s->streams[i];
        if (t->window > 0 && block >= t->next && block - t->next < t->window)
            return t;
        if (t->used < oldest->used)
            oldest = t;
    }
    *oldest = (Stream){0};
    return oldest;
}

/* What is to be asked for when these blocks are needed: they, and behind them as much as the stream
 * is likely to want, up to what is there already. */
static BlockRun ahead(SparseInput *s, BlockRun need)
{
    Stream *t = stream_at(s, need.begin);
    t->window = t->window * 2 < WINDOW_MOST ? t->window * 2 : WINDOW_MOST;
    if (t->window < need.end - need.begin)
        t->window = need.end - need.begin;
    BlockRun rest = {need.end, need.begin + t->window}, more;
    if (rest.end > s->there.count)
        rest.end = s->there.count;
    if (blocks_missing(&s->there, rest, &more) && more.begin == need.end)
        need.end = more.end;
    t->next = need.end;
    t->used = ++s->asks;
    return need;
}

static bool want(void *context, uint64_t offset, size_t length, Error *e)
{
    SparseInput *s = context;
    BlockRun within = blocks_of(offset, length), missing;
    while (blocks_missing(&s->there, within, &missing)) {
        BlockRun run = ahead(s, missing);
        uint64_t begin = (uint64_t)run.begin * BLOCK_BYTES;
        if (!s->ask(s->context, begin, blocks_end_byte(&s->there, run) - begin))
            return error_set(e, ERROR_RETRY, "bytes %llu and following could not be fetched",
                             (unsigned long long)begin);
        blocks_set(&s->there, run, true);
    }
    return true;
}

bool sparse_input_init(SparseInput *s, Input *in, uint64_t head, Arena *a, Error *e)
{
    if (!blocks_init(&s->there, in->size, a, e))
        return false;
    BlockRun first = {0, (size_t)((head < in->size ? head : in->size) / BLOCK_BYTES)};
    blocks_set(&s->there, first, true);
    in->want = want;
    in->want_context = s;
    return true;
}
