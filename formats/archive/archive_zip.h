/* archive_zip.h: the list of members that ends a zip. */
#pragma once

#include "core/arena.h"
#include "core/input.h"

/* Whether a zip has it, and not only one that lies in it. */
bool zip_has_directory(const Input *in, bool *has, Arena *a, Error *e) MUST_CHECK;

/* A zip behind something else: a program that unpacks itself, a header of a server. */
typedef struct ZipPlace {
    uint64_t start, end; /* where it begins, by what its list says; behind its last record */
    char name[64];       /* of its first member, cut to fit */
} ZipPlace;

/* By its list alone, which is the last thing in the file but for a comment, and by its first
 * member. False: there is none, or it cannot be read. */
bool zip_behind(const Input *in, ZipPlace *out);
