/* archive_zip.c: whether the list of members that ends a zip is there, and where the zip begins.
 * PKWARE's APPNOTE, sections 4.3 and 4.4. */
#include "formats/archive/archive_zip.h"

#include <endian.h>
#include <string.h>

enum {
    END_SIZE = 22,
    LOCATOR_SIZE = 20,
    END_64_SIZE = 56,
    ENTRY_SIZE = 46,
    LOOKED_AT = 65535 + END_SIZE
};

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

/* ---- behind something else */

/* What an end says of the list, and where the list really ends. */
typedef struct Directory {
    uint64_t size, start, end;
} Directory;

static bool read_here(const Input *in, uint64_t at, void *out, size_t length)
{
    Error e = {0};
    return at <= in->size && in->size - at >= length && input_read(in, at, out, length, &e);
}

/* `at`: of the end; `before`: how many bytes there are in front of it. */
static bool read_end(const Input *in, const uint8_t *end, size_t before, uint64_t at, Directory *d)
{
    uint8_t longer[END_64_SIZE];
    *d = (Directory){.size = u32(end + 12), .start = u32(end + 16), .end = at};
    if (before < LOCATOR_SIZE || memcmp(end - LOCATOR_SIZE, "PK\x06\x07", 4) != 0)
        return true;
    if (at < LOCATOR_SIZE + END_64_SIZE)
        return false;
    d->end = at - LOCATOR_SIZE - END_64_SIZE;
    if (!read_here(in, d->end, longer, sizeof longer) || memcmp(longer, "PK\x06\x06", 4) != 0)
        return false;
    d->size = u64(longer + 40);
    d->start = u64(longer + 48);
    return true;
}

/* The list and the first member that it names are where they must be. */
static bool check_place(const Input *in, const Directory *d, ZipPlace *out)
{
    uint8_t entry[ENTRY_SIZE], mark[4];
    if (d->size < ENTRY_SIZE || d->size > d->end || d->start > d->end - d->size)
        return false;
    out->start = d->end - d->size - d->start;
    if (!read_here(in, d->end - d->size, entry, sizeof entry) ||
        memcmp(entry, "PK\x01\x02", 4) != 0)
        return false;
    size_t length = u16(entry + 28), room = sizeof out->name - 1;
    uint64_t member = u32(entry + 42) == UINT32_MAX ? 0 : u32(entry + 42);
    if (length > d->size - ENTRY_SIZE || member >= d->start)
        return false;
    memset(out->name, 0, sizeof out->name);
    return read_here(in, d->end - d->size + ENTRY_SIZE, out->name, length < room ? length : room) &&
           read_here(in, out->start + member, mark, sizeof mark) &&
           memcmp(mark, "PK\x03\x04", 4) == 0;
}

bool zip_behind(const Input *in, ZipPlace *out)
{
    static const char mark[] = {'P', 'K', 5, 6};
    uint8_t buffer[LOOKED_AT];
    size_t got = in->size < LOOKED_AT ? (size_t)in->size : LOOKED_AT;
    uint64_t start = in->size - got;
    const uint8_t *bytes = in->head;
    if (in->head_size < in->size) {
        if (!read_here(in, start, buffer, got))
            return false;
        bytes = buffer;
    }
    const uint8_t *stop = bytes + got, *at = bytes;
    while ((at = memmem(at, (size_t)(stop - at), mark, sizeof mark)) != NULL) {
        size_t before = (size_t)(at - bytes);
        Directory d;
        bool last = got - before >= END_SIZE && u16(at + 20) == got - before - END_SIZE;
        if (last && read_end(in, at, before, start + before, &d) && check_place(in, &d, out)) {
            out->end = start + before + END_SIZE;
            return true;
        }
        at += sizeof mark;
    }
    return false;
}
