/* archive.h: archives: files that hold others. Packing of one file (gzip, xz, ...) is an archive of
 * one member, unless what is packed is a tar. */
#pragma once

#include "formats/format.h"

extern const Format format_zip, format_tar, format_7z, format_gzip, format_bzip2, format_xz,
    format_zstd, format_lz4, format_compress;

/* Version of the libarchive that is loaded, "3.6.2". */
void archive_library_version(char *out, size_t size);
