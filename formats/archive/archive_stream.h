/* archive_stream.h: the bytes of an archive behind one layer of packing, or none, in order.
 *
 * gzip is unpacked by zlib itself, because libarchive does not look at its checksums; all other
 * packing by libarchive. */
#pragma once

#include "core/arena.h"
#include "formats/archive/archive_kind.h"

enum { STREAM_BUFFER = 64 * 1024 };

typedef struct Packed Packed;

typedef struct Stream {
    const Input *in;
    ArchiveKind kind;    /* of packing; any other: the bytes as they are */
    uint64_t start, end; /* what of the input it is, where there is no packing */
    uint64_t at;         /* bytes read of the input */
    uint64_t unpacked;   /* bytes that came out */
    Packed *packed;      /* NULL: no packing */
    const char *name;    /* that a gzip has in its header, or NULL; after the first bytes */
    bool garbage;        /* what lies behind the packed bytes is none */
    Error fault;         /* met behind the bytes that were given last */
    bool is_held;        /* the bytes below are to be given once more */
    size_t length;
    size_t last; /* the length that was not 0 last: at the end these bytes are still there */
    uint8_t bytes[STREAM_BUFFER];
} Stream;

/* Freeable whatever comes of it. */
bool stream_open(Stream *s, const Input *in, ArchiveKind kind, Arena *a, Error *e) MUST_CHECK;
void stream_close(Stream *s); /* accepts a zeroed one */
/* The next bytes: s->bytes, s->length, which is 0 only at the end. ERROR_DATA: truncated, checksum,
 * damaged, ... with the byte of the input. */
bool stream_next(Stream *s, Error *e) MUST_CHECK;
/* The next stream_next() gives again what the last one gave. */
void stream_hold(Stream *s);
