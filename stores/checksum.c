/* checksum.c: a file against the checksum that came with it. */
#include "stores/checksum.h"

#include "core/hash.h"
#include "core/input.h"
#include "stores/crc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 256 * 1024, BASE64_SIZE = (HASH_BYTES_MAX + 2) / 3 * 4 + 1 };

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

typedef struct Method {
    const char *name;
    size_t size_bytes;
    bool is_crc;
    CrcKind crc;
    HashKind hash; /* unless is_crc */
} Method;

static const Method methods[] = {
    {.name = "crc32", .size_bytes = 4, .is_crc = true, .crc = CRC_32},
    {.name = "crc32c", .size_bytes = 4, .is_crc = true, .crc = CRC_32C},
    {.name = "crc64nvme", .size_bytes = 8, .is_crc = true, .crc = CRC_64_NVME},
    {.name = "sha1", .size_bytes = 20, .hash = HASH_SHA1},
    {.name = "sha256", .size_bytes = 32, .hash = HASH_SHA256},
};

struct Checksum {
    const Method *method;
    Crc crc;
    Hash hash;
};

static const Method *find_method(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strlen(methods[i].name) == length && memcmp(methods[i].name, name, length) == 0)
            return &methods[i];
    return NULL;
}

/* RFC 4648, section 4. */
static void to_base64(const uint8_t *bytes, size_t size, char out[BASE64_SIZE])
{
    size_t length = 0;
    for (size_t i = 0; i < size; i += 3) {
        size_t here = size - i < 3 ? size - i : 3;
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= here > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= here > 2 ? bytes[i + 2] : 0;
        for (size_t d = 0; d < 4; d++, group <<= 6)
            out[length++] = d > here ? '=' : digits[group >> 18 & 63];
    }
    out[length] = '\0';
}

/* Whether it could have come from so many bytes: as many digits, nothing in the bits that the last
 * one has too many, the padding, no more. */
static bool is_base64(const char *text, size_t size_bytes)
{
    size_t count = (size_bytes * 8 + 5) / 6, spare_bits = count * 6 - size_bytes * 8;
    if (strspn(text, digits) != count || strlen(text) != (size_bytes + 2) / 3 * 4)
        return false;
    size_t last = (size_t)(strchr(digits, text[count - 1]) - digits);
    return (last & ((1U << spare_bits) - 1)) == 0 &&
           strspn(text + count, "=") == strlen(text + count);
}

/* ---- bytes that come in pieces */

void checksum_free(Checksum **c)
{
    if (*c)
        hash_deinit(&(*c)->hash);
    free(*c);
    *c = NULL;
}

bool checksum_begin(const char *name, Checksum **out, Error *e)
{
    const Method *m = find_method(name, strlen(name));
    if (!m)
        return error_set(e, ERROR_SETUP,
                         "%s is no checksum: crc32, crc32c, crc64nvme, sha1 and sha256 are", name);
    auto_checksum Checksum *c = malloc(sizeof *c);
    if (!c)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", m->name);
    c->method = m;
    c->hash = (Hash){NULL};
    if (m->is_crc)
        crc_begin(&c->crc, m->crc);
    else if (!hash_begin(&c->hash, m->hash, e))
        return false;
    *out = c;
    c = NULL;
    return true;
}

bool checksum_add(Checksum *c, const void *bytes, size_t length, Error *e)
{
    if (!c->method->is_crc)
        return hash_add(&c->hash, bytes, length, e);
    crc_add(&c->crc, bytes, length);
    return true;
}

static bool end(Checksum *c, uint8_t out[HASH_BYTES_MAX], Error *e)
{
    size_t size = c->method->size_bytes;
    if (!c->method->is_crc)
        return hash_end(&c->hash, out, &size, e);
    uint64_t crc = crc_end(&c->crc);
    for (size_t i = size; i-- > 0; crc >>= 8)
        out[i] = (uint8_t)crc;
    return true;
}

bool checksum_end(Checksum *c, char out[CHECKSUM_SIZE], Error *e)
{
    uint8_t digest[HASH_BYTES_MAX] = {0};
    char text[BASE64_SIZE];
    if (!end(c, digest, e))
        return false;
    to_base64(digest, c->method->size_bytes, text);
    snprintf(out, CHECKSUM_SIZE, "%s %s", c->method->name, text);
    return true;
}

/* ---- what is behind a descriptor */

static bool add_all(Checksum *c, int fd, uint64_t size_bytes, uint8_t *piece, Error *e)
{
    Input in = {.fd = fd, .size = size_bytes};
    for (uint64_t at = 0; at < size_bytes;) {
        size_t got;
        if (!input_read_some(&in, at, piece, PIECE_BYTES, &got, e))
            return error_wrap(e, "its %s cannot be computed", c->method->name);
        if (got == 0)
            return error_coded(e, ERROR_RETRY, "truncated",
                               "it ends at byte %llu of %llu: fetch it again",
                               (unsigned long long)at, (unsigned long long)size_bytes);
        if (!checksum_add(c, piece, got, e))
            return false;
        at += got;
    }
    return true;
}

bool checksum_compute(int fd, uint64_t size_bytes, const char *name, char out[CHECKSUM_SIZE],
                      Error *e)
{
    auto_checksum Checksum *c = NULL;
    uint8_t *piece = malloc(PIECE_BYTES);
    bool ok = piece || error_errno(e, ERROR_RETRY, ENOMEM, "a checksum");
    ok = ok && checksum_begin(name, &c, e) && add_all(c, fd, size_bytes, piece, e) &&
         checksum_end(c, out, e);
    free(piece);
    return ok;
}

bool checksum_is_known(const char *said)
{
    size_t length = strcspn(said, " ");
    const Method *m = find_method(said, length);
    return m && said[length] != '\0' && is_base64(said + length + 1, m->size_bytes);
}

bool checksum_compare(int fd, uint64_t size_bytes, const char *said, bool *known, Error *e)
{
    if (!checksum_is_known(said)) {
        *known = false;
        return true;
    }
    char computed[CHECKSUM_SIZE], method[CHECKSUM_SIZE];
    int name = (int)strcspn(said, " ");
    snprintf(method, sizeof method, "%.*s", name, said);
    if (!checksum_compute(fd, size_bytes, method, computed, e))
        return false;
    if (strcmp(computed, said) != 0)
        return error_coded(e, ERROR_RETRY, "checksum",
                           "its %.*s is %s, but the store says %s: fetch it again", name, said,
                           computed + name + 1, said + name + 1);
    *known = true;
    return true;
}
