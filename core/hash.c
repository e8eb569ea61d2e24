/* hash.c: SHA-256, SHA-1 and MD5 through OpenSSL's EVP. */
#include "core/hash.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

static bool hash_failed(Error *e)
{
    char reason[160];
    ERR_error_string_n(ERR_get_error(), reason, sizeof reason);
    return error_coded(e, ERROR_SETUP, "hash", "OpenSSL cannot compute a hash: %s", reason);
}

static const EVP_MD *method(HashKind kind)
{
    switch (kind) {
    case HASH_MD5:
        return EVP_md5();
    case HASH_SHA1:
        return EVP_sha1();
    default:
        return EVP_sha256();
    }
}

bool hash_begin(Hash *h, HashKind kind, Error *e)
{
    h->context = EVP_MD_CTX_new();
    if (!h->context || EVP_DigestInit_ex(h->context, method(kind), NULL) != 1)
        return hash_failed(e);
    return true;
}

bool hash_add(Hash *h, const void *bytes, size_t length, Error *e)
{
    return EVP_DigestUpdate(h->context, bytes, length) == 1 || hash_failed(e);
}

bool hash_end(Hash *h, unsigned char out[HASH_BYTES_MAX], size_t *size, Error *e)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    if (EVP_DigestFinal_ex(h->context, digest, &length) != 1 || length > HASH_BYTES_MAX)
        return hash_failed(e);
    memcpy(out, digest, length);
    *size = length;
    return true;
}

void hash_deinit(Hash *h)
{
    EVP_MD_CTX_free(h->context);
    h->context = NULL;
}

bool hash_strings(char out[HASH_HEX_SIZE], const char *const *strings, Error *e)
{
    auto_hash Hash h = {NULL};
    if (!hash_begin(&h, HASH_SHA256, e))
        return false;
    for (; *strings; strings++)
        if (!hash_add(&h, *strings, strlen(*strings) + 1, e))
            return false;
    unsigned char digest[HASH_BYTES_MAX];
    size_t length = 0;
    if (!hash_end(&h, digest, &length, e))
        return false;
    for (size_t i = 0; i < length; i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return true;
}

void hash_library_version(char *out, size_t size)
{
    snprintf(out, size, "%s", OpenSSL_version(OPENSSL_VERSION_STRING));
}
