/* checksum.h: the checksums that S3 keeps of whole objects. */
#pragma once

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

enum { CHECKSUM_SIZE = 128 };

/* Compares bytes [0, size) behind a descriptor with what a service says of them:
 * "crc32c q2Vxyg==" (crc32, crc32c, crc64nvme, sha1, sha256; base64, most significant byte first).
 * False: they differ (ERROR_RETRY "checksum": fetch it again), there are fewer bytes (ERROR_RETRY
 * "truncated"), or they cannot be read. Text that is not of this form, and names that are not
 * known, are no reason to doubt: true, with *known false. */
bool checksum_compare(int fd, uint64_t size_bytes, const char *said, bool *known,
                      Error *e) MUST_CHECK;
/* The same text for what is behind a descriptor; `name` is one of those above (another:
 * ERROR_SETUP). */
bool checksum_compute(int fd, uint64_t size_bytes, const char *name, char out[CHECKSUM_SIZE],
                      Error *e) MUST_CHECK;

/* Text of that form, of a checksum that is known here. */
bool checksum_is_known(const char *said);

/* One over bytes that come in pieces. */
typedef struct Checksum Checksum;
bool checksum_begin(const char *name, Checksum **out, Error *e) MUST_CHECK;
bool checksum_add(Checksum *c, const void *bytes, size_t length, Error *e) MUST_CHECK;
/* "crc64nvme aqBJ..."; nothing can be added after it. */
bool checksum_end(Checksum *c, char out[CHECKSUM_SIZE], Error *e) MUST_CHECK;
void checksum_free(Checksum **c); /* *c may be NULL, and is then */
#define auto_checksum __attribute__((cleanup(checksum_free)))
