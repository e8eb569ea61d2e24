/* hash.h: SHA-256 (OpenSSL's), for work keys and pipeline hashes. */
#pragma once

#include "core/error.h"

#include <stddef.h>

enum { HASH_HEX_SIZE = 65 };

/* One hash over several strings; each is followed by its NUL, so that ("ab","c") and ("a","bc")
 * differ. The list ends with NULL. Lower-case hex in `out`. */
bool hash_strings(char out[HASH_HEX_SIZE], const char *const *strings, Error *e) MUST_CHECK;

/* Version of the OpenSSL that is loaded, "3.0.11". */
void hash_library_version(char *out, size_t size);
