/* archive_stream.c: packed bytes in, unpacked bytes out. */
#include "formats/archive/archive_stream.h"

#include "formats/archive/archive_error.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 /* zlib's word for gzip */, NAME_SIZE = 512 };

struct Packed {
    struct archive *archive; /* all packing but gzip */
    Error error;             /* of reading the input, told through libarchive */
    z_stream z;
    bool is_gzip, ended; /* ended: behind the end of a gzip member */
    gz_header header;
    uint8_t name[NAME_SIZE];
    uint8_t in[STREAM_BUFFER];
};

/* ---- gzip */

static bool open_gzip(Stream *s, Error *e)
{
    Packed *p = s->packed;
    p->header = (gz_header){.name = p->name, .name_max = NAME_SIZE - 1};
    if (inflateInit2(&p->z, GZIP_WINDOW) != Z_OK)
        return error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    p->is_gzip = true;
    inflateGetHeader(&p->z, &p->header);
    return true;
}

static bool refill(Stream *s, Error *e)
{
    Packed *p = s->packed;
    size_t got;
    if (!input_read_some(s->in, s->at, p->in, sizeof p->in, &got, e))
        return false;
    s->at += got;
    p->z.next_in = p->in;
    p->z.avail_in = (uInt)got;
    return true;
}

/* Where the compressed bytes that zlib has not taken yet begin. */
static uint64_t place_of(const Stream *s)
{
    return s->at - s->packed->z.avail_in;
}

/* Behind a gzip member: another one, zeros that fill a tape, or what is no gzip. *more: another. */
static bool next_member(Stream *s, bool *more, Error *e)
{
    z_stream *z = &s->packed->z;
    *more = false;
    for (;;) {
        if (z->avail_in == 0 && !refill(s, e))
            return false;
        if (z->avail_in == 0)
            return true;
        if (*z->next_in)
            break;
        z->next_in++;
        z->avail_in--;
    }
    *more = *z->next_in == 0x1f;
    s->garbage = !*more;
    if (*more) {
        inflateReset(z);
        s->packed->ended = false;
    }
    return true;
}

static bool gzip_failed(Stream *s, int rc, Error *e)
{
    const char *why = s->packed->z.msg ? s->packed->z.msg : "";
    if (rc == Z_MEM_ERROR)
        error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    else if (strstr(why, "data check") || strstr(why, "length check"))
        error_coded(e, ERROR_DATA, "checksum",
                    "the checksum of its gzip stream does not match: the bytes are damaged");
    else
        error_coded(e, ERROR_DATA, "damaged", "its gzip stream is damaged (%s)",
                    *why ? why : "no progress");
    return error_at(e, "byte %llu", (unsigned long long)place_of(s));
}

/* Text behind the last member is left alone, as gzip does; the start of a member that is none too.
 */
static bool is_garbage(const Stream *s, int rc)
{
    const z_stream *z = &s->packed->z;
    return rc == Z_DATA_ERROR && z->total_out == 0 && s->unpacked > 0 && z->msg &&
           strstr(z->msg, "header");
}

/* Fills s->bytes as far as it gets. */
static bool inflate_more(Stream *s, Error *e)
{
    Packed *p = s->packed;
    z_stream *z = &p->z;
    while (z->avail_out > 0 && !s->garbage) {
        bool more = true;
        if (p->ended && !next_member(s, &more, e))
            return false;
        if (!more)
            break;
        if (z->avail_in == 0 && !refill(s, e))
            return false;
        if (z->avail_in == 0) {
            error_coded(e, ERROR_DATA, "truncated",
                        "its gzip stream is cut: it ends in the middle of the packed data");
            return error_at(e, "byte %llu", (unsigned long long)s->at);
        }
        int rc = inflate(z, Z_NO_FLUSH);
        p->ended = rc == Z_STREAM_END;
        s->garbage = is_garbage(s, rc);
        if (rc != Z_OK && !p->ended && !s->garbage)
            return gzip_failed(s, rc, e);
    }
    return true;
}

static bool gunzip(Stream *s, Error *e)
{
    Packed *p = s->packed;
    p->z.next_out = s->bytes;
    p->z.avail_out = STREAM_BUFFER;
    bool ok = inflate_more(s, e);
    s->length = STREAM_BUFFER - p->z.avail_out;
    if (p->header.done == 1 && p->name[0])
        s->name = (const char *)p->name;
    return ok;
}

/* ---- what libarchive unpacks */

static la_ssize_t read_packed(struct archive *a, void *context, const void **buffer)
{
    Stream *s = context;
    Packed *p = s->packed;
    size_t got;
    if (!input_read_some(s->in, s->at, p->in, sizeof p->in, &got, &p->error)) {
        archive_set_error(a, -1, "reading failed");
        return ARCHIVE_FATAL;
    }
    s->at += got;
    *buffer = p->in;
    return (la_ssize_t)got;
}

static void support(struct archive *a, ArchiveKind kind)
{
    static const int codes[ARCHIVE_KINDS] = {
        [ARCHIVE_BZIP2] = ARCHIVE_FILTER_BZIP2,       [ARCHIVE_XZ] = ARCHIVE_FILTER_XZ,
        [ARCHIVE_ZSTD] = ARCHIVE_FILTER_ZSTD,         [ARCHIVE_LZ4] = ARCHIVE_FILTER_LZ4,
        [ARCHIVE_COMPRESS] = ARCHIVE_FILTER_COMPRESS,
    };
    archive_read_support_filter_by_code(a, codes[kind]);
    archive_read_support_format_raw(a);
}

static bool fail(Stream *s, Error *e)
{
    if (s->packed->error.kind == ERROR_NONE)
        return archive_failed(s->packed->archive, s->at, e);
    *e = s->packed->error;
    return false;
}

static bool open_packing(Stream *s, Error *e)
{
    struct archive_entry *entry;
    struct archive *a = s->packed->archive = archive_read_new();
    if (!a)
        return error_coded(e, ERROR_DATA, "memory", "no memory to unpack it");
    support(a, s->kind);
    if (archive_read_open(a, s, NULL, read_packed, NULL) != ARCHIVE_OK ||
        archive_read_next_header(a, &entry) != ARCHIVE_OK)
        return fail(s, e);
    return true;
}

/* libarchive leaves alone what lies behind the packed bytes; zeros fill a tape. */
static bool look_behind(Stream *s, Error *e)
{
    int64_t taken = archive_filter_bytes(s->packed->archive, -1);
    uint64_t at = taken < 0 ? s->in->size : (uint64_t)taken;
    size_t got = 1;
    while (got > 0 && !s->garbage) {
        if (!input_read_some(s->in, at, s->packed->in, sizeof s->packed->in, &got, e))
            return false;
        at += got;
        for (size_t i = 0; i < got && !s->garbage; i++)
            s->garbage = s->packed->in[i] != 0;
    }
    return true;
}

static bool unpack(Stream *s, Error *e)
{
    la_ssize_t n = 1;
    s->length = 0;
    while (n > 0 && s->length < STREAM_BUFFER) {
        n = archive_read_data(s->packed->archive, s->bytes + s->length, STREAM_BUFFER - s->length);
        s->length += n > 0 ? (size_t)n : 0;
    }
    return n > 0 || (n < 0 ? fail(s, e) : look_behind(s, e));
}

/* ---- all of them */

bool stream_open(Stream *s, const Input *in, ArchiveKind kind, Arena *a, Error *e)
{
    s->in = in;
    s->kind = kind;
    s->end = in->size;
    if (!archive_is_packing(kind))
        return true;
    s->packed = arena_alloc(a, sizeof *s->packed);
    if (!s->packed)
        return arena_full(a, e);
    return kind == ARCHIVE_GZIP ? open_gzip(s, e) : open_packing(s, e);
}

void stream_close(Stream *s)
{
    if (!s->packed)
        return;
    if (s->packed->is_gzip)
        inflateEnd(&s->packed->z);
    archive_read_free(s->packed->archive);
}

static bool read_plain(Stream *s, Error *e)
{
    uint64_t left = s->end > s->at ? s->end - s->at : 0;
    size_t most = left < STREAM_BUFFER ? (size_t)left : STREAM_BUFFER;
    if (!input_read_some(s->in, s->at, s->bytes, most, &s->length, e))
        return false;
    s->at += s->length;
    return true;
}

bool stream_next(Stream *s, Error *e)
{
    if (s->is_held) {
        s->is_held = false;
        return true;
    }
    if (s->fault.kind != ERROR_NONE) {
        *e = s->fault;
        return false;
    }
    bool ok = !s->packed ? read_plain(s, e) : s->packed->is_gzip ? gunzip(s, e) : unpack(s, e);
    if (!ok && s->length == 0)
        return false;
    if (!ok) { /* what came before the fault counts */
        s->fault = *e;
        error_clear(e);
    }
    s->unpacked += s->length;
    s->last = s->length ? s->length : s->last;
    return true;
}

void stream_hold(Stream *s)
{
    s->is_held = true;
}
