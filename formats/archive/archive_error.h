/* archive_error.h: libarchive's errors as ours. */
#pragma once

#include "core/error.h"

struct archive;

/* The last error of the reader, at a byte of the archive: ERROR_DATA with code truncated, checksum,
 * encrypted, unsupported_compression, memory or damaged. Returns false. */
bool archive_failed(struct archive *a, uint64_t byte, Error *e);
