/* archive_unpack.c: what kind of archive it is, and unpacking what holds one file only. */
#include "formats/archive/archive_unpack.h"

#include <errno.h>
#include <unistd.h>

/* Whether what is packed is a tar: by its first block, or, where that is empty, by its name. */
static bool is_tar(const UnpackRun *u)
{
    const Stream *s = u->stream;
    if (archive_is_tar(s->bytes, s->length))
        return true;
    bool zeros = s->length >= TAR_BLOCK;
    for (size_t i = 0; zeros && i < TAR_BLOCK; i++)
        zeros = s->bytes[i] == 0;
    return zeros && archive_is_named_tar(u->in->name);
}

/* The one member, from the bytes that the stream holds on. Why it ends early goes to *why. */
static bool copy_stream(UnpackRun *u, Error *why)
{
    uint64_t offset = 0;
    while (stream_next(u->stream, why)) {
        if (u->stream->length == 0)
            return true;
        if (!member_write(u, u->stream->bytes, u->stream->length, offset, why))
            return false;
        offset += u->stream->length;
    }
    return false;
}

static bool unpack_one(UnpackRun *u, Error *e)
{
    Unpacked *p = u->unpacked;
    const char *name = u->stream->name;
    if (!name)
        name = archive_inner_name(u->stream->kind, u->in->name, u->arena);
    if (!name)
        return arena_full(u->arena, e);
    Error why = {0};
    p->model = p->format;
    p->entries = 1;
    if (!member_begin(u, name, e))
        return false;
    if (copy_stream(u, &why)) {
        member_end(u);
        return !u->stream->garbage || unpack_garbage(u, e);
    }
    if (why.kind != ERROR_DATA) {
        *e = why;
        return false;
    }
    p->error = why;
    return member_fail(u, &why, e);
}

static bool unpack_packed(UnpackRun *u, Error *e)
{
    Error why = {0};
    Unpacked *p = u->unpacked;
    if (!stream_next(u->stream, &why)) {
        if (why.kind != ERROR_DATA) {
            *e = why;
            return false;
        }
        p->error = why;
        p->model = p->format;
        return true;
    }
    stream_hold(u->stream);
    return is_tar(u) ? archive_walk(u, ARCHIVE_TAR, e) : unpack_one(u, e);
}

/* A packing that cannot even begin is the archive's fault. */
static bool unpack(UnpackRun *u, ArchiveKind kind, Error *e)
{
    Error why = {0};
    if (stream_open(u->stream, u->in, kind, u->arena, &why))
        return archive_is_packing(kind) ? unpack_packed(u, e) : archive_walk(u, kind, e);
    if (why.kind == ERROR_DATA)
        u->unpacked->error = why;
    else
        *e = why;
    return why.kind == ERROR_DATA;
}

bool archive_unpack(const Input *in, const UnpackOrder *o, int out, Arena *a, Unpacked *u, Error *e)
{
    const char *evidence;
    ArchiveKind kind = archive_kind(in, &evidence);
    if (kind == ARCHIVE_KINDS)
        return error_coded(e, ERROR_RETRY, "changed", "it has changed: it is no archive any more");
    *u = (Unpacked){.format = archive_word(kind), .model = ""};
    UnpackRun run = {.in = in, .order = o, .out = out, .arena = a, .unpacked = u};
    run.stream = arena_alloc(a, sizeof *run.stream);
    if (!run.stream)
        return arena_full(a, e);
    /* what an earlier try has left must not show where a member has a hole */
    if (ftruncate(out, 0) < 0)
        return error_errno(e, ERROR_RETRY, errno, "unpacking it into the output folder");
    bool ok = unpack(&run, kind, e);
    stream_close(run.stream);
    if (ok && ftruncate(out, (off_t)u->bytes) < 0) /* a hole at the end */
        return error_errno(e, ERROR_RETRY, errno, "unpacking it into the output folder");
    return ok;
}
