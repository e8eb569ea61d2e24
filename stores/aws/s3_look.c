/* s3_look.c: a look at an object without its bytes. */
#include "stores/aws/s3_look.h"

#include "core/text.h"

#include <stdio.h>
#include <string.h>

static const char *const checksum_headers[] = {"x-amz-checksum-crc64nvme", "x-amz-checksum-crc32c",
                                               "x-amz-checksum-crc32",     "x-amz-checksum-sha256",
                                               "x-amz-checksum-sha1",      NULL};

/* A composite one is a checksum of checksums of parts that nobody knows any more. */
void s3_checksum_told(const HttpCall *c, char *out, size_t size)
{
    const char *type = http_header(c, "x-amz-checksum-type");
    for (size_t i = 0; checksum_headers[i]; i++) {
        const char *value = http_header(c, checksum_headers[i]);
        if (!value || strchr(value, '-') || (type && strcmp(type, "COMPOSITE") == 0))
            continue;
        snprintf(out, size, "%s %s", checksum_headers[i] + strlen("x-amz-checksum-"), value);
        return;
    }
}

static bool take_look(const HttpCall *c, const S3Uri *uri, Arena *a, S3Object *out, Error *e)
{
    const char *etag = http_header(c, "etag"), *size = http_header(c, "content-length");
    uint64_t bytes;
    if (!etag || !size || !text_to_uint64(size, strlen(size), &bytes))
        return error_coded(e, ERROR_RETRY, "bad_reply",
                           "s3://%s/%.200s: the reply has no ETag or no length", uri->bucket,
                           uri->key);
    char checksum[128] = "";
    s3_checksum_told(c, checksum, sizeof checksum);
    size_t length = strlen(etag);
    bool quoted = length >= 2 && etag[0] == '"' && etag[length - 1] == '"';
    S3Object o = {.key = uri->key,
                  .etag = arena_copy(a, etag + quoted, length - 2 * (size_t)quoted),
                  .checksum = arena_string(a, checksum),
                  .size_bytes = bytes};
    if (!o.etag || !o.checksum)
        return arena_full(a, e);
    *out = o;
    return true;
}

bool s3_look(Aws *aws, const S3Uri *uri, Arena *a, S3Object *out, Error *e)
{
    return s3_look_unless(aws, uri, NULL, a, out, e);
}

bool s3_look_unless(Aws *aws, const S3Uri *uri, const atomic_bool *cancelled, Arena *a,
                    S3Object *out, Error *e)
{
    const char *path = arena_printf(a, "/%s", uri->key);
    const char *what = arena_printf(a, "s3://%s/%s", uri->bucket, uri->key);
    if (!path || !what)
        return arena_full(a, e);
    static const HttpPair headers[] = {{"x-amz-checksum-mode", "ENABLED"}};
    AwsCall c = {.service = AWS_S3,
                 .bucket = uri->bucket,
                 .request = {.method = "HEAD", .path = path, .headers = headers, .header_count = 1},
                 .what = what,
                 .cancelled = cancelled};
    bool ok = aws_do(aws, &c, e);
    if (!ok && c.fault.status == 404)
        error_coded(e, ERROR_DATA, "gone", "s3://%s/%.200s: there is no such object", uri->bucket,
                    uri->key);
    ok = ok && take_look(&c.http, uri, a, out, e);
    aws_call_deinit(&c);
    return ok;
}
