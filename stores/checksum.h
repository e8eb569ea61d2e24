/* checksum.h: the checksums that S3 keeps of whole objects. */
#pragma once

#include "core/error.h"

#include <stdint.h>

/* Compares bytes [0, size) behind a descriptor with what a service says of them:
 * "crc32c q2Vxyg==" (crc32, crc32c, crc64nvme, sha1, sha256; base64, most significant byte first).
 * False: they differ (ERROR_RETRY "checksum": fetch it again), there are fewer bytes (ERROR_RETRY
 * "truncated"), or they cannot be read. Text that is not of this form, and names that are not
 * known, are no reason to doubt: true, with *known false. */
bool checksum_compare(int fd, uint64_t size_bytes, const char *said, bool *known,
                      Error *e) MUST_CHECK;
/* The same text for what is behind a descriptor; `name` is one of those above (another:
 * ERROR_SETUP). */
bool checksum_compute(int fd, uint64_t size_bytes, const char *name, char out[128],
                      Error *e) MUST_CHECK;
