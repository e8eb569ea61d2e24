/* archive_unpack.c: what kind of archive it is, and unpacking what holds one file only. */
#include "formats/archive/archive_unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Whether what is packed is a tar: by its first block, or, where that is empty, by its name. */
static bool is_tar(const OpenArchive *u)
{
    const Stream *s = &u->stream;
    if (archive_is_tar(s->bytes, s->length))
        return true;
    bool zeros = s->length >= TAR_BLOCK;
    for (size_t i = 0; zeros && i < TAR_BLOCK; i++)
        zeros = s->bytes[i] == 0;
    return zeros && archive_is_named_tar(u->in.name);
}

/* The one member, from the bytes that the stream holds on. Why it ends early goes to *why. */
static bool copy_stream(OpenArchive *u, Error *why)
{
    uint64_t offset = 0;
    while (stream_next(&u->stream, why)) {
        if (u->stream.length == 0)
            return true;
        if (!member_write(u, u->stream.bytes, u->stream.length, offset, why))
            return false;
        offset += u->stream.length;
    }
    return false;
}

static bool unpack_one(OpenArchive *u, Error *e)
{
    Unpacked *p = u->unpacked;
    const char *name = u->stream.name;
    if (!name)
        name = archive_inner_name(u->stream.kind, u->in.name, u->arena);
    if (!name)
        return arena_full(u->arena, e);
    Error why = {0};
    p->model = p->format;
    p->entries = 1;
    if (!member_begin(u, name, e))
        return false;
    if (copy_stream(u, &why)) {
        member_end(u);
        return !u->stream.garbage || unpack_garbage(u, e);
    }
    if (why.kind != ERROR_DATA) {
        *e = why;
        return false;
    }
    p->error = why;
    return member_fail(u, &why, e);
}

static bool walk_first(OpenArchive *u, ArchiveKind kind, Error *e)
{
    return walk_open(u, kind, e) && walk_run(u->walk, e);
}

static bool unpack_packed(OpenArchive *u, Error *e)
{
    Error why = {0};
    Unpacked *p = u->unpacked;
    if (!stream_next(&u->stream, &why)) {
        if (why.kind != ERROR_DATA) {
            *e = why;
            return false;
        }
        p->error = why;
        p->model = p->format;
        return true;
    }
    stream_hold(&u->stream);
    return is_tar(u) ? walk_first(u, ARCHIVE_TAR, e) : unpack_one(u, e);
}

/* A packing that cannot even begin is the archive's fault. */
static bool unpack_first(OpenArchive *u, ArchiveKind kind, Error *e)
{
    Error why = {0};
    if (stream_open(&u->stream, &u->in, kind, &u->own, &why))
        return archive_is_packing(kind) ? unpack_packed(u, e) : walk_first(u, kind, e);
    if (why.kind == ERROR_DATA)
        u->unpacked->error = why;
    else
        *e = why;
    return why.kind == ERROR_DATA;
}

static void close_archive(Unpacker *self)
{
    OpenArchive *u = (OpenArchive *)self;
    walk_close(u->walk);
    stream_close(&u->stream);
    arena_deinit(&u->own);
    free(u);
}

/* In *u, as the last run has left it or from the start. */
static bool unpack(OpenArchive *u, Error *e)
{
    const char *evidence;
    if (u->walk)
        return walk_run(u->walk, e);
    ArchiveKind kind = archive_kind(&u->in, &evidence);
    if (kind == ARCHIVE_KINDS)
        return error_coded(e, ERROR_RETRY, "changed", "it has changed: it is no archive any more");
    u->unpacked->format = archive_word(kind);
    return unpack_first(u, kind, e);
}

/* What an earlier try has left must not show where a member has a hole, nor be missing at the end.
 */
static bool set_length(const OpenArchive *u, uint64_t length, Error *e)
{
    return ftruncate(u->order->out, (off_t)length) == 0 ||
           error_errno(e, ERROR_RETRY, errno, "unpacking it into the output folder");
}

bool archive_unpack(Unpacker **open, const Input *in, const UnpackOrder *o, Arena *a, Unpacked *out,
                    Error *e)
{
    OpenArchive *u = *open ? (OpenArchive *)*open : calloc(1, sizeof *u);
    *open = NULL;
    if (!u)
        return error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    *out = (Unpacked){.format = "", .model = ""};
    u->unpacker.close = close_archive;
    u->in = *in;
    u->order = o;
    u->arena = a;
    u->unpacked = out;
    bool ok = set_length(u, 0, e) && unpack(u, e) && set_length(u, out->bytes, e);
    if (ok && out->more)
        *open = &u->unpacker;
    else
        close_archive(&u->unpacker);
    return ok;
}
