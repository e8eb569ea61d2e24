/* s3_uri.c: s3://bucket/key. */
#include "stores/aws/s3.h"

#include <string.h>

static const char scheme[] = "s3://";
enum { SCHEME_LENGTH = sizeof scheme - 1, KEY_MOST = 1024 };

bool s3_is_uri(const char *text)
{
    return strncmp(text, scheme, SCHEME_LENGTH) == 0;
}

bool s3_uri_read(const char *text, Arena *a, S3Uri *out, Error *e)
{
    if (!s3_is_uri(text))
        return error_set(e, ERROR_SETUP, "%s: not of the form s3://bucket/key", text);
    const char *bucket = text + SCHEME_LENGTH, *slash = strchr(bucket, '/');
    size_t length = slash ? (size_t)(slash - bucket) : strlen(bucket);
    const char *key = slash ? slash + 1 : "";
    if (length == 0)
        return error_set(e, ERROR_SETUP, "%s: it names no bucket (s3://bucket/key)", text);
    if (strlen(key) > KEY_MOST)
        return error_set(e, ERROR_SETUP, "%.80s...: a key has at most %d bytes, this one %zu", text,
                         KEY_MOST, strlen(key));
    S3Uri uri = {arena_copy(a, bucket, length), arena_string(a, key)};
    if (!uri.bucket || !uri.key)
        return arena_full(a, e);
    *out = uri;
    return true;
}
