/* s3_condition.c: the condition that a write is made on, and the version that came of it. */
#include "stores/aws/s3_write.h"

#include <stdio.h>
#include <string.h>

size_t s3_condition(const S3Writing *g, char text[S3_CONDITION_SIZE], HttpPair *out)
{
    const S3Write *w = g->write;
    if (g->unconditional || (!w->if_none_match && !w->if_match))
        return 0;
    if (w->if_none_match)
        snprintf(text, S3_CONDITION_SIZE, "*");
    else
        snprintf(text, S3_CONDITION_SIZE, "\"%s\"", w->if_match);
    *out = (HttpPair){w->if_none_match ? "if-none-match" : "if-match", text};
    return 1;
}

bool s3_keep_etag(S3Writing *g, const char *etag, Error *e)
{
    S3Write *w = g->write;
    size_t length = etag ? strlen(etag) : 0;
    bool quoted = length >= 2 && etag[0] == '"' && etag[length - 1] == '"';
    if (length <= 2U * quoted || length >= sizeof w->etag)
        return error_coded(e, ERROR_RETRY, "bad_reply", "%s: the reply has no ETag", g->what);
    snprintf(w->etag, sizeof w->etag, "%.*s", (int)(length - 2U * quoted), etag + quoted);
    return true;
}
