/* s3_event_write.c: a notification as S3 itself sends it. */
#include "core/json.h"
#include "stores/aws/s3_event.h"

#include "stores/aws/http_request.h"

#include <string.h>

static void member(Json *j, const char *key, const char *text)
{
    json_key(j, key);
    json_text(j, text);
}

static void principal(Json *j, const char *key)
{
    json_key(j, key);
    json_object_begin(j);
    member(j, "principalId", "weir");
    json_object_end(j);
}

/* As in a form, but for '/', which S3 leaves as it is. */
static void add_key(Json *j, const char *key)
{
    auto_buffer Buffer text = {0};
    for (const char *at = key; *at;) {
        size_t length = strcspn(at, " ");
        http_encode(&text, at, length, true);
        at += length;
        for (; *at == ' '; at++)
            buffer_char(&text, '+');
    }
    json_key(j, "key");
    json_text(j, text.bytes ? text.bytes : "");
    j->out->failed |= text.failed;
}

static void add_object(Json *j, const S3Event *v)
{
    json_key(j, "object");
    json_object_begin(j);
    add_key(j, v->key);
    if (v->size_known) {
        json_key(j, "size");
        json_uint(j, v->size_bytes);
    }
    if (v->etag)
        member(j, "eTag", v->etag);
    if (v->version_id)
        member(j, "versionId", v->version_id);
    if (v->sequencer)
        member(j, "sequencer", v->sequencer);
    json_object_end(j);
}

static void add_bucket(Json *j, const char *bucket)
{
    auto_buffer Buffer arn = {0};
    buffer_printf(&arn, "arn:aws:s3:::%s", bucket);
    json_key(j, "bucket");
    json_object_begin(j);
    member(j, "name", bucket);
    principal(j, "ownerIdentity");
    member(j, "arn", arn.bytes);
    json_object_end(j);
    j->out->failed |= arn.failed;
}

static void add_record(Json *j, const S3Event *v)
{
    json_object_begin(j);
    member(j, "eventVersion", "2.1");
    member(j, "eventSource", "aws:s3");
    member(j, "awsRegion", v->region);
    member(j, "eventTime", v->time);
    member(j, "eventName", v->name);
    principal(j, "userIdentity");
    json_key(j, "s3");
    json_object_begin(j);
    member(j, "s3SchemaVersion", "1.0");
    member(j, "configurationId", "weir");
    add_bucket(j, v->bucket);
    add_object(j, v);
    json_object_end(j);
    json_object_end(j);
}

bool s3_message_write(const S3Event *v, Buffer *out, Error *e)
{
    Json j = {.out = out};
    json_object_begin(&j);
    json_key(&j, "Records");
    json_array_begin(&j);
    add_record(&j, v);
    json_array_end(&j);
    json_object_end(&j);
    return !out->failed ||
           error_coded(e, ERROR_RETRY, "no_memory", "an event of s3://%s: no memory", v->bucket);
}
