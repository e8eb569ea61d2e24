/* s3_write.h: one object on its way into a bucket. For s3_write.c, s3_parts.c, s3_uploads.c,
 * s3_condition.c and s3_body.c. */
#pragma once

#include "stores/aws/s3.h"
#include "stores/checksum.h"

enum { S3_PART_LEAST = 8 << 20, S3_PARTS_MOST = 10000, S3_CONDITION_SIZE = 256 };

typedef struct S3Writing {
    Aws *aws;
    S3Write *write;
    Arena arena;
    const char *path, *what;
    bool unconditional; /* the store knows no conditions; they were looked at */
} S3Writing;

/* Bytes [at, at + length): where they lie, or read into `room`. ERROR_DATA "changed": there are not
 * so many. */
bool s3_body_piece(const S3Body *b, uint64_t at, size_t length, uint8_t *room, const uint8_t **out,
                   Error *e) MUST_CHECK;

/* "aqBJ...": what stands behind the name of a checksum. */
const char *s3_checksum_value(const char *checksum);
/* One checksum of bytes that are there: "crc64nvme ...". */
bool s3_checksum_of(const void *bytes, size_t length, char out[CHECKSUM_SIZE], Error *e) MUST_CHECK;
/* The header of the write's condition, at `out`: 1, or 0 where it has none. `text` is for it. */
size_t s3_condition(const S3Writing *g, char text[S3_CONDITION_SIZE], HttpPair *out);
/* Keeps the ETag of a reply, without its quotes. */
bool s3_keep_etag(S3Writing *g, const char *etag, Error *e) MUST_CHECK;

/* How long the parts of an object are: whole mebibytes, at least 8, at most 10,000 of them. */
uint64_t s3_part_bytes(uint64_t size);
/* s3_parts.c: the object in parts. Nothing of them stays when it has failed. */
bool s3_write_parts(S3Writing *g, Error *e) MUST_CHECK;

/* s3_uploads.c: deletes all parts of an upload; true also where there is none (any more). */
bool s3_upload_abort(Aws *aws, const char *bucket, const char *path, const char *id,
                     Error *e) MUST_CHECK;
/* The same of all uploads of the object that began more than a day ago: younger ones may be
 * somebody else's who is at it. Where the service does not let us ask for them they stay. */
bool s3_uploads_forget(const S3Writing *g, Error *e) MUST_CHECK;
