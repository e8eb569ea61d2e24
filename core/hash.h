/* hash.h: SHA-256 (OpenSSL's), for work keys and pipeline hashes; SHA-1 and MD5 where a service
 * uses them. */
#pragma once

#include "core/error.h"

#include <stddef.h>

enum { HASH_HEX_SIZE = 65, HASH_BYTES_MAX = 32 };

typedef enum HashKind { HASH_MD5, HASH_SHA1, HASH_SHA256 } HashKind;

/* A hash over bytes that come in pieces; zero-initialise it. */
typedef struct Hash {
    void *context; /* OpenSSL's */
} Hash;

bool hash_begin(Hash *h, HashKind kind, Error *e) MUST_CHECK;
bool hash_add(Hash *h, const void *bytes, size_t length, Error *e) MUST_CHECK;
/* 16 bytes of MD5, 20 of SHA-1, 32 of SHA-256. Nothing can be added after it. */
bool hash_end(Hash *h, unsigned char out[HASH_BYTES_MAX], size_t *size, Error *e) MUST_CHECK;
void hash_deinit(Hash *h); /* accepts a zeroed Hash */
#define auto_hash __attribute__((cleanup(hash_deinit)))

/* One hash over several strings; each is followed by its NUL, so that ("ab","c") and ("a","bc")
 * differ. The list ends with NULL. Lower-case hex in `out`. */
bool hash_strings(char out[HASH_HEX_SIZE], const char *const *strings, Error *e) MUST_CHECK;

/* Version of the OpenSSL that is loaded, "3.0.11". */
void hash_library_version(char *out, size_t size);
