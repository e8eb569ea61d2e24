/* identity.c: versions are told apart by four numbers. */
#include "orchestrator/identity.h"

#include "core/hash.h"

#include <stdlib.h>

enum { IN_A_BUCKET = 0x5333 }; /* in the place of a device */

bool identity_of_version(const char *etag, uint64_t size_bytes, Identity *out, Error *e)
{
    char hex[HASH_HEX_SIZE];
    const char *const texts[] = {etag, NULL};
    if (!hash_strings(hex, texts, e))
        return false;
    hex[16] = '\0';
    *out = (Identity){.device = IN_A_BUCKET, .inode = strtoull(hex, NULL, 16), .size = size_bytes};
    return true;
}

bool identity_same(const Identity *a, const Identity *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->mtime_ns == b->mtime_ns;
}
