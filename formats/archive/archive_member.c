/* archive_member.c: members written one behind the other, within the limits. */
#include "formats/archive/archive_unpack.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/* A name may be as long as a path; that of a zip could have 64 KiB. */
enum { NAME_MAX_KEPT = 4096 };

bool member_begin(OpenArchive *u, const char *name, Error *e)
{
    Unpacked *p = u->unpacked;
    UnpackedMember *grown =
        arena_grow(u->arena, p->members, &p->capacity, p->count + 1, sizeof *grown);
    const char *copy = grown ? arena_copy(u->arena, name, strnlen(name, NAME_MAX_KEPT)) : NULL;
    if (!copy)
        return arena_full(u->arena, e);
    u->base = p->bytes;
    u->written = 0;
    grown[p->count++] =
        (UnpackedMember){.name = copy, .offset = u->base, .code = "", .reason = "", .place = ""};
    p->members = grown;
    return true;
}

static bool check_limits(const OpenArchive *u, uint64_t end, Error *e)
{
    if (end > u->order->member_bytes)
        return error_coded(e, ERROR_DATA, "decoded_size",
                           "unpacks to more than the %" PRIu64 " bytes allowed; --decoded allows "
                           "more",
                           u->order->member_bytes);
    if (u->base > u->order->bytes_left || end > u->order->bytes_left - u->base)
        return error_coded(e, ERROR_DATA, "archive_limit", "unpacks to more than allowed");
    return true;
}

bool member_write(OpenArchive *u, const void *bytes, size_t length, uint64_t offset, Error *e)
{
    size_t done = 0;
    if (length > u->order->member_bytes || offset > u->order->member_bytes - length)
        return check_limits(u, UINT64_MAX, e);
    if (!check_limits(u, offset + length, e))
        return false;
    while (done < length) {
        ssize_t n = pwrite(u->order->out, (const char *)bytes + done, length - done,
                           (off_t)(u->base + offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_errno(e, ERROR_RETRY, errno, "unpacking it into the output folder");
        done += (size_t)n;
    }
    u->written = offset + length > u->written ? offset + length : u->written;
    u->unpacked->bytes = u->base + u->written;
    return true;
}

/* Half a number at the end of a cut text would be taken for a whole one. */
static bool end_in_a_line(OpenArchive *u, Error *e)
{
    uint64_t size = u->written < STREAM_BUFFER ? u->written : STREAM_BUFFER;
    off_t start = (off_t)(u->base + u->written - size);
    char *bytes = arena_alloc(u->arena, size);
    if (!bytes)
        return arena_full(u->arena, e);
    if (pread(u->order->out, bytes, size, start) != (ssize_t)size)
        return error_errno(e, ERROR_RETRY, EIO, "reading what was unpacked");
    size_t line = size;
    while (line > 0 && bytes[line - 1] != '\n' && bytes[line - 1] != '\r')
        line--;
    bool text = memchr(bytes, '\0', size) == NULL;
    u->written -= text && line > 0 ? size - line : 0;
    return true;
}

bool member_fail(OpenArchive *u, const Error *why, Error *e)
{
    UnpackedMember *m = &u->unpacked->members[u->unpacked->count - 1];
    const char *code = arena_string(u->arena, why->code);
    const char *reason = arena_string(u->arena, why->message);
    const char *place = arena_string(u->arena, why->place);
    if (!code || !reason || !place)
        return arena_full(u->arena, e);
    m->is_cut = strcmp(code, "truncated") == 0 && u->written > 0;
    if (m->is_cut && !end_in_a_line(u, e))
        return false;
    m->size = u->written;
    m->code = code;
    m->reason = reason;
    m->place = place;
    return true;
}

void member_end(OpenArchive *u)
{
    u->unpacked->members[u->unpacked->count - 1].size = u->written;
}

bool unpack_note(OpenArchive *u, const char *note, Error *e)
{
    Unpacked *p = u->unpacked;
    const char **grown =
        arena_grow(u->arena, p->notes, &p->note_capacity, p->note_count + 1, sizeof *grown);
    if (!grown)
        return arena_full(u->arena, e);
    grown[p->note_count++] = note;
    p->notes = grown;
    return true;
}

bool unpack_garbage(OpenArchive *u, Error *e)
{
    const char *note =
        arena_printf(u->arena, "what lies behind the packed data is no %s and was left out",
                     archive_word(u->stream.kind));
    return note ? unpack_note(u, note, e) : arena_full(u->arena, e);
}
