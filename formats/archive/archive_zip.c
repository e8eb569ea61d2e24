/* archive_zip.c: whether the list of members that ends a zip is there. */
#include "formats/archive/archive_unpack.h"

#include <endian.h>
#include <string.h>

enum { END_SIZE = 22, LOCATOR_SIZE = 20, LOOKED_AT = 65535 + END_SIZE };

static uint16_t u16(const uint8_t *bytes)
{
    uint16_t value;
    memcpy(&value, bytes, sizeof value);
    return le16toh(value);
}

static uint32_t u32(const uint8_t *bytes)
{
    uint32_t value;
    memcpy(&value, bytes, sizeof value);
    return le32toh(value);
}

static uint64_t u64(const uint8_t *bytes)
{
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return le64toh(value);
}

static bool begins_with(const Input *in, uint64_t at, const char *mark, bool *yes, Error *e)
{
    char bytes[4];
    size_t got = 0;
    if (at < in->size && !input_read_some(in, at, bytes, sizeof bytes, &got, e))
        return false;
    *yes = got == sizeof bytes && memcmp(bytes, mark, sizeof bytes) == 0;
    return true;
}

/* An end says where the list begins, counted from the start of its own zip: that of a zip inside of
 * this one points to something else here. `before`: how many bytes there are in front of it. */
static bool check_end(const Input *in, const uint8_t *end, size_t before, uint64_t at, bool *own,
                      Error *e)
{
    uint32_t size = u32(end + 12), start = u32(end + 16);
    bool is_64 = before >= LOCATOR_SIZE && memcmp(end - LOCATOR_SIZE, "PK\x06\x07", 4) == 0;
    *own = u16(end + 10) == 0 && size == 0 && start == at; /* without members */
    if (is_64)
        return begins_with(in, u64(end - LOCATOR_SIZE + 8), "PK\x06\x06", own, e);
    return *own || (uint64_t)start + size > at || begins_with(in, start, "PK\x01\x02", own, e);
}

bool zip_has_directory(const Input *in, bool *has, Arena *a, Error *e)
{
    uint64_t start = in->size > LOOKED_AT ? in->size - LOOKED_AT : 0;
    size_t got;
    uint8_t *bytes = arena_alloc(a, LOOKED_AT);
    *has = false;
    if (!bytes)
        return arena_full(a, e);
    if (!input_read_some(in, start, bytes, LOOKED_AT, &got, e))
        return false;
    for (size_t i = got < END_SIZE ? 0 : got - END_SIZE + 1; i-- > 0 && !*has;)
        if (memcmp(bytes + i, "PK\x05\x06", 4) == 0 &&
            !check_end(in, bytes + i, i, start + i, has, e))
            return false;
    return true;
}
