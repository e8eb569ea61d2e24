/* archive_kind.h: the kinds of archives, by their first bytes or, of a zip, its last. */
#pragma once

#include "core/arena.h"
#include "core/input.h"

typedef enum ArchiveKind {
    ARCHIVE_TAR,
    ARCHIVE_ZIP,
    ARCHIVE_7Z,
    ARCHIVE_GZIP,
    ARCHIVE_BZIP2,
    ARCHIVE_XZ,
    ARCHIVE_ZSTD,
    ARCHIVE_LZ4,
    ARCHIVE_COMPRESS,
    ARCHIVE_KINDS,
} ArchiveKind;

/* ARCHIVE_KINDS: none. *evidence says what speaks for it, or NULL. What something else begins may
 * end in a zip: reads the end of the file. */
ArchiveKind archive_kind(const Input *in, const char **evidence);
/* By the first bytes alone; *evidence is set where it is true. */
bool archive_begins(const Input *in, ArchiveKind kind, const char **evidence);
/* "gzip"; the word in results. */
const char *archive_word(ArchiveKind kind);
/* One stream and nothing else in it. */
bool archive_is_packing(ArchiveKind kind);
/* The name without the ending that its kind of packing gives it ("x.nc.gz": "x.nc", "x.tgz":
 * "x.tar"); the whole name where it has none. The text lives in the arena; NULL without memory. */
const char *archive_inner_name(ArchiveKind kind, const char *name, Arena *a);

enum { TAR_BLOCK = 512 };
/* The checksum that every header of a tar has in it. */
bool archive_is_tar(const uint8_t *bytes, size_t length);
/* A name like those that people give to tars: .tar, .tar.gz, .tgz. */
bool archive_is_named_tar(const char *name);
