/* unpack.h: what is asked of an archive's format, and what it says of its members.
 *
 * A member's name is bytes: nothing ever makes a path of it. */
#pragma once

#include "core/arena.h"

#include <stddef.h>
#include <stdint.h>

enum { ARCHIVE_DEPTH_MAX = 16 }; /* archives in archives */

/* Entries are counted as the archive has them, directories and links too. */
typedef struct UnpackOrder {
    int out;                           /* descriptor that the members are written to */
    uint64_t depth;                    /* in how many archives this one lies */
    uint64_t first;                    /* entry to begin with: 0, or Unpacked.next */
    uint64_t run_bytes, run_members;   /* the run ends behind the member that reaches one of them */
    uint64_t bytes_left, entries_left; /* limits: beyond them the archive is refused */
    uint64_t member_bytes;             /* a larger member is refused */
} UnpackOrder;

/* An archive that is open between two runs. What a format keeps begins with it. */
typedef struct Unpacker Unpacker;
struct Unpacker {
    void (*close)(Unpacker *self);
};

typedef struct UnpackedMember {
    const char *name;                  /* any byte but NUL; may be "" */
    uint64_t offset, size;             /* in the output */
    const char *code, *reason, *place; /* "" unless it could not be unpacked whole */
    bool is_cut;                       /* what there is of it is sound: of a text, whole lines */
} UnpackedMember;

typedef struct Unpacked {
    const char *format, *model; /* "tar", "POSIX ustar format, gzip" */
    UnpackedMember *members;
    size_t count, capacity;
    uint64_t entries, bytes;             /* of this run */
    uint64_t directories, links, others; /* left out, of this run */
    bool more;                           /* the archive goes on at entry `next` */
    uint64_t next;
    Error error; /* kind ERROR_NONE, or why the archive cannot be unpacked any further; code
                    "archive_limit" where it may not be */
    const char **notes;
    size_t note_count, note_capacity;
} Unpacked;
