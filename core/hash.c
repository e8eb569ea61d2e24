/* hash.c: SHA-256 through OpenSSL's EVP. */
#include "core/hash.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static void free_context(EVP_MD_CTX **c)
{
    EVP_MD_CTX_free(*c);
}

static bool hash_failed(Error *e)
{
    char reason[160];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    return error_coded(e, ERROR_SETUP, "hash", "OpenSSL cannot compute SHA-256: %s", reason);
}

bool hash_strings(char out[HASH_HEX_SIZE], const char *const *strings, Error *e)
{
    __attribute__((cleanup(free_context))) EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (!c || EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1)
        return hash_failed(e);
    for (; *strings; strings++)
        if (EVP_DigestUpdate(c, *strings, strlen(*strings) + 1) != 1)
            return hash_failed(e);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    if (EVP_DigestFinal_ex(c, digest, &length) != 1)
        return hash_failed(e);
    for (unsigned i = 0; i < length && 2 * i + 2 < HASH_HEX_SIZE; i++)
        snprintf(out + (size_t)2 * i, 3, "%02x", digest[i]);
    return true;
}

void hash_library_version(char *out, size_t size)
{
    snprintf(out, size, "%s", OpenSSL_version(OPENSSL_VERSION_STRING));
}
