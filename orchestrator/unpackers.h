/* unpackers.h: the archives that a child has open between two runs of their members: one that is
 * being read, and those around it. */
#pragma once

#include "pipelines/listing.h"

typedef struct Unpackers {
    Unpacker *open[ARCHIVE_DEPTH_MAX]; /* by depth; NULL: none */
    uint64_t next[ARCHIVE_DEPTH_MAX];  /* where it goes on */
} Unpackers;

/* pipeline_unpack() with what the last run at this depth has left open, where the order begins
 * there. A run that begins at 0 is another archive's: whoever asks for the runs of an archive, and
 * of those in it, asks one child and begins at 0. */
void unpackers_run(Unpackers *u, const Input *in, const UnpackOrder *o, Arena *a, Listing *out);
/* Those at this depth and deeper ones. */
void unpackers_close(Unpackers *u, size_t depth);
