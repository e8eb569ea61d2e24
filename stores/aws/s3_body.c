/* s3_body.c: bytes that are to be in a bucket: read in pieces, compared with what is there. */
#include "core/hash.h"
#include "core/input.h"
#include "stores/aws/s3_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE_BYTES = 256 << 10, MD5_HEX = 32 };

bool s3_body_piece(const S3Body *b, uint64_t at, size_t length, uint8_t *room, const uint8_t **out,
                   Error *e)
{
    *out = b->bytes ? (const uint8_t *)b->bytes + at : room;
    if (b->bytes)
        return true;
    Input in = {.fd = b->fd, .size = b->size_bytes};
    size_t got = 0;
    if (!input_read_some(&in, at, room, length, &got, e))
        return false;
    return got == length ||
           error_coded(e, ERROR_DATA, "changed", "it has become shorter while it was being read");
}

/* What is computed of the bytes: a checksum of a known name, else an MD5. */
typedef struct Sum {
    Checksum *checksum; /* NULL: the MD5 */
    Hash md5;
} Sum;

static bool add_piece(Sum *s, const void *bytes, size_t length, Error *e)
{
    return s->checksum ? checksum_add(s->checksum, bytes, length, e)
                       : hash_add(&s->md5, bytes, length, e);
}

static bool add_pieces(Sum *s, const S3Body *b, uint8_t *room, Error *e)
{
    for (uint64_t at = 0; at < b->size_bytes;) {
        size_t length = b->size_bytes - at < PIECE_BYTES ? b->size_bytes - at : PIECE_BYTES;
        const uint8_t *piece;
        if (!s3_body_piece(b, at, length, room, &piece, e) || !add_piece(s, piece, length, e))
            return false;
        at += length;
    }
    return true;
}

static bool add_body(Sum *s, const S3Body *b, Error *e)
{
    uint8_t *room = malloc(PIECE_BYTES);
    bool ok = room ? add_pieces(s, b, room, e) : error_errno(e, ERROR_RETRY, ENOMEM, "a checksum");
    free(room);
    return ok;
}

static bool same_checksum(const char *said, const S3Body *b, bool *same, Error *e)
{
    auto_checksum Checksum *c = NULL;
    char computed[CHECKSUM_SIZE], name[CHECKSUM_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)strcspn(said, " "), said);
    if (!checksum_begin(name, &c, e) || !add_body(&(Sum){.checksum = c}, b, e) ||
        !checksum_end(c, computed, e))
        return false;
    *same = strcmp(said, computed) == 0;
    return true;
}

static bool same_md5(const char *etag, const S3Body *b, bool *same, Error *e)
{
    Sum s = {.md5 = {0}};
    uint8_t digest[HASH_BYTES_MAX];
    size_t size = 0;
    bool ok =
        hash_begin(&s.md5, HASH_MD5, e) && add_body(&s, b, e) && hash_end(&s.md5, digest, &size, e);
    char hex[MD5_HEX + 1] = "";
    for (size_t i = 0; ok && i < MD5_HEX / 2; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    hash_deinit(&s.md5);
    *same = ok && strcmp(hex, etag) == 0;
    return ok;
}

bool s3_same(const S3Object *there, const S3Body *body, bool *same, Error *e)
{
    bool is_md5 =
        strlen(there->etag) == MD5_HEX && strspn(there->etag, "0123456789abcdef") == MD5_HEX;
    *same = false;
    if (there->size_bytes != body->size_bytes)
        return true;
    if (there->checksum && checksum_is_known(there->checksum))
        return same_checksum(there->checksum, body, same, e);
    return !is_md5 || same_md5(there->etag, body, same, e);
}

const char *s3_checksum_value(const char *checksum)
{
    const char *blank = strchr(checksum, ' ');
    return blank ? blank + 1 : "";
}

bool s3_checksum_of(const void *bytes, size_t length, char out[CHECKSUM_SIZE], Error *e)
{
    auto_checksum Checksum *c = NULL;
    return checksum_begin("crc64nvme", &c, e) && checksum_add(c, bytes, length, e) &&
           checksum_end(c, out, e);
}
