/* archive_unpack.h: an archive while it is unpacked, as the files that do it share it. */
#pragma once

#include "formats/archive/archive_stream.h"
#include "formats/unpack.h"

typedef struct Walk Walk;

typedef struct OpenArchive {
    Unpacker unpacker; /* first: the caller keeps it by this between two runs */
    Arena own;         /* as long as it is open */
    Input in;
    Stream stream;
    Walk *walk; /* in `own`; NULL: there are no entries to go through */

    /* Of this run. */
    const UnpackOrder *order;
    Arena *arena;
    Unpacked *unpacked;
    uint64_t base, written; /* of the member that is being written: its start, its bytes so far */
} OpenArchive;

/* Format.unpack of all archives. */
bool archive_unpack(Unpacker **open, const Input *in, const UnpackOrder *o, Arena *a, Unpacked *u,
                    Error *e) MUST_CHECK;

/* archive_member.c: the members' bytes on their way to the output.
 *
 * Begins a member. False: there is no memory for it. */
bool member_begin(OpenArchive *u, const char *name, Error *e) MUST_CHECK;
/* Bytes at `offset` of the member; what is left out before are zeros. False with ERROR_RETRY: the
 * output cannot be written; ERROR_DATA: a limit, code decoded_size for the member's, archive_limit
 * for the archive's. */
bool member_write(OpenArchive *u, const void *bytes, size_t length, uint64_t offset,
                  Error *e) MUST_CHECK;
/* Why the member that was begun is not whole. */
bool member_fail(OpenArchive *u, const Error *why, Error *e) MUST_CHECK;
/* It is whole. */
void member_end(OpenArchive *u);
bool unpack_note(OpenArchive *u, const char *note, Error *e) MUST_CHECK;

/* Notes that what lies behind the packed data is none. */
bool unpack_garbage(OpenArchive *u, Error *e) MUST_CHECK;

/* archive_walk.c: the entries of a zip, tar or 7z. False: the world, or memory. */
bool walk_open(OpenArchive *u, ArchiveKind kind, Error *e) MUST_CHECK;
/* A run of them, from where the last one ended. */
bool walk_run(Walk *w, Error *e) MUST_CHECK;
void walk_close(Walk *w); /* accepts NULL */
