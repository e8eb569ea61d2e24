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

/* One computation; on the heap for its size. */
typedef struct Sum {
    const Method *method;
    Crc crc;
    Hash hash;
    uint8_t piece[PIECE_BYTES];
} Sum;

static const Method *find_method(const char *name, size_t length)
{
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strlen(methods[i].name) == length && memcmp(methods[i].name, name, length) == 0)
            return &methods[i];
    return NULL;
}

static void free_sum(Sum **s)
{
    if (*s)
        hash_deinit(&(*s)->hash);
    free(*s);
}

static bool begin(Sum *s, const Method *m, Error *e)
{
    s->method = m;
    s->hash = (Hash){NULL};
    if (!m->is_crc)
        return hash_begin(&s->hash, m->hash, e);
    crc_begin(&s->crc, m->crc);
    return true;
}

static bool add(Sum *s, size_t length, Error *e)
{
    if (!s->method->is_crc)
        return hash_add(&s->hash, s->piece, length, e);
    crc_add(&s->crc, s->piece, length);
    return true;
}

static bool end(Sum *s, uint8_t out[HASH_BYTES_MAX], Error *e)
{
    size_t size = s->method->size_bytes;
    if (!s->method->is_crc)
        return hash_end(&s->hash, out, &size, e);
    uint64_t crc = crc_end(&s->crc);
    for (size_t i = size; i-- > 0; crc >>= 8)
        out[i] = (uint8_t)crc;
    return true;
}

static bool add_all(Sum *s, int fd, uint64_t size_bytes, Error *e)
{
    Input in = {.fd = fd, .size = size_bytes};
    for (uint64_t at = 0; at < size_bytes;) {
        size_t got;
        if (!input_read_some(&in, at, s->piece, PIECE_BYTES, &got, e))
            return error_wrap(e, "its %s cannot be computed", s->method->name);
        if (got == 0)
            return error_coded(e, ERROR_RETRY, "truncated",
                               "it ends at byte %llu of %llu: fetch it again",
                               (unsigned long long)at, (unsigned long long)size_bytes);
        if (!add(s, got, e))
            return false;
        at += got;
    }
    return true;
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

static bool compute(int fd, uint64_t size_bytes, const Method *m, char out[BASE64_SIZE], Error *e)
{
    __attribute__((cleanup(free_sum))) Sum *s = malloc(sizeof *s);
    if (!s)
        return error_errno(e, ERROR_RETRY, ENOMEM, "%s", m->name);
    uint8_t digest[HASH_BYTES_MAX] = {0};
    if (!begin(s, m, e) || !add_all(s, fd, size_bytes, e) || !end(s, digest, e))
        return false;
    to_base64(digest, m->size_bytes, out);
    return true;
}

bool checksum_compare(int fd, uint64_t size_bytes, const char *said, bool *known, Error *e)
{
    size_t length = strcspn(said, " ");
    const Method *m = find_method(said, length);
    if (!m || said[length] == '\0' || !is_base64(said + length + 1, m->size_bytes)) {
        *known = false;
        return true;
    }
    char computed[BASE64_SIZE];
    if (!compute(fd, size_bytes, m, computed, e))
        return false;
    if (strcmp(computed, said + length + 1) != 0)
        return error_coded(e, ERROR_RETRY, "checksum",
                           "its %s is %s, but the store says %s: fetch it again", m->name, computed,
                           said + length + 1);
    *known = true;
    return true;
}

bool checksum_compute(int fd, uint64_t size_bytes, const char *name, char out[128], Error *e)
{
    const Method *m = find_method(name, strlen(name));
    if (!m)
        return error_set(e, ERROR_SETUP,
                         "%s is no checksum: crc32, crc32c, crc64nvme, sha1 and sha256 are", name);
    char computed[BASE64_SIZE];
    if (!compute(fd, size_bytes, m, computed, e))
        return false;
    snprintf(out, 128, "%s %s", m->name, computed);
    return true;
}
