/* fetch_head.c: by the beginning of an object, whether all of it is fetched or parts as they are
 * needed. */
#include "orchestrator/fetch_internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* netCDF-3 (CDF-1, -2, -5), or HDF5: behind a user block of 512, 1024, ... bytes too. */
static bool is_random_access(const uint8_t *head, size_t size)
{
    static const uint8_t hdf5[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    if (memcmp(head, "CDF", 3) == 0 && (head[3] == 1 || head[3] == 2 || head[3] == 5))
        return true;
    for (size_t at = 0; at + sizeof hdf5 <= size; at = at ? 2 * at : 512)
        if (memcmp(head + at, hdf5, sizeof hdf5) == 0)
            return true;
    return false;
}

bool fetch_in_ranges(Fetch *t)
{
    uint8_t head[4096];
    S3Read *r = &t->read;
    ssize_t got = pread(t->reading, head, sizeof head, 0);
    if (got != (ssize_t)sizeof head) {
        error_errno(&r->error, ERROR_RETRY, got < 0 ? errno : EIO, "reading what was fetched");
        return false;
    }
    if (!is_random_access(head, sizeof head))
        return false;
    if (!blocks_init(&t->asked, r->size_bytes, &t->arena, &r->error) ||
        !blocks_init(&t->there, r->size_bytes, &t->arena, &r->error))
        return false;
    if (ftruncate(r->fd, (off_t)r->size_bytes) < 0) {
        error_errno(&r->error, ERROR_RETRY, errno, "room for an object with holes");
        return false;
    }
    BlockRun first = blocks_of(0, FETCH_HEAD_BYTES);
    blocks_set(&t->asked, first, true);
    blocks_set(&t->there, first, true);
    t->fetcher->held_bytes -= t->held - FETCH_HEAD_BYTES;
    t->held = FETCH_HEAD_BYTES;
    return true;
}

uint64_t fetch_head(const Fetch *t)
{
    pthread_mutex_lock(&t->fetcher->lock);
    bool ready = t->state == FETCH_READY;
    pthread_mutex_unlock(&t->fetcher->lock);
    return ready ? FETCH_HEAD_BYTES : 0;
}
