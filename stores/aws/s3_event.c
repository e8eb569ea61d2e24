/* s3_event.c: S3's notifications: the envelopes, and what they mean. */
#include "stores/aws/s3_event.h"

#include "core/json_tree.h"
#include "core/text.h"
#include "stores/aws/s3_event_text.h"

#include <stdio.h>
#include <string.h>

/* A double is exact up to there. */
static const double exact_most = 9007199254740992.0;

typedef struct Meaning {
    const char *name; /* with ':' at its end: all that begin so */
    S3EventKind kind;
} Meaning;

/* The first that fits. "Supported event types", S3 User Guide; MinIO and Ceph have more than that,
 * and some of it says created or removed of an object whose bytes stay as they are. */
static const Meaning meanings[] = {
    {"ObjectCreated:PutRetention", S3_EVENT_OTHER},
    {"ObjectCreated:PutLegalHold", S3_EVENT_OTHER},
    {"ObjectCreated:PutTagging", S3_EVENT_OTHER},
    {"ObjectCreated:DeleteTagging", S3_EVENT_OTHER},
    {"ObjectRemoved:NoOP", S3_EVENT_OTHER},
    {"ObjectCreated:", S3_EVENT_CREATED},
    {"ObjectRemoved:", S3_EVENT_REMOVED},
    {"LifecycleExpiration:", S3_EVENT_REMOVED},
    {"ObjectSynced:Create", S3_EVENT_CREATED},
    {"ObjectSynced:Delete", S3_EVENT_REMOVED},
    {"ObjectLifecycle:Expiration:Current", S3_EVENT_REMOVED},
    {"ObjectLifecycle:Expiration:NonCurrent", S3_EVENT_REMOVED},
    {"Object Created", S3_EVENT_CREATED},
    {"Object Deleted", S3_EVENT_REMOVED},
};

static S3EventKind kind_of(const char *name)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        const char *known = meanings[i].name;
        size_t length = strlen(known);
        bool all = known[length - 1] == ':';
        if (all ? strncmp(name, known, length) == 0 : strcmp(name, known) == 0)
            return meanings[i].kind;
    }
    return S3_EVENT_OTHER;
}

/* Where in the message it is being read; for errors. */
typedef struct Reader {
    Arena *arena;
    Error *e;
    char place[48]; /* "Records[3]", "" */
} Reader;

static bool bad(const Reader *r, const char *field, const char *what)
{
    const char *dot = r->place[0] ? "." : "";
    error_coded(r->e, ERROR_DATA, "bad_message", "no event of S3: %s%s%s %s", r->place, dot, field,
                what);
    return error_at(r->e, "%s%s%s", r->place, dot, field);
}

/* null says as much as nothing. */
static bool is_told(const JsonNode *n)
{
    double number;
    bool truth;
    return json_tree_text(n) || json_tree_is_array(n) || json_tree_is_object(n) ||
           json_tree_number(n, &number) || json_tree_bool(n, &truth);
}

/* The field behind the last dot; *out is NULL where it is missing, null or empty. */
static bool read_text(const Reader *r, const JsonNode *n, const char *field, const char **out)
{
    const char *key = strrchr(field, '.');
    const JsonNode *member = json_tree_member(n, key ? key + 1 : field);
    const char *text = json_tree_text(member);
    *out = NULL;
    if (!text || !*text)
        return text || !is_told(member) || bad(r, field, "is no text");
    *out = arena_string(r->arena, text);
    return *out || arena_full(r->arena, r->e);
}

static bool need_text(const Reader *r, const JsonNode *n, const char *field, const char **out)
{
    return read_text(r, n, field, out) && (*out || bad(r, field, "is missing"));
}

/* Ceph's manual has it as text. */
static bool read_size(const Reader *r, const JsonNode *n, const char *field, S3Event *v)
{
    const JsonNode *member = json_tree_member(n, "size");
    const char *text = json_tree_text(member);
    double number;
    if (!is_told(member))
        return true;
    if (json_tree_number(member, &number)) {
        v->size_known = number >= 0 && number <= exact_most;
        v->size_bytes = v->size_known ? (uint64_t)number : 0;
        v->size_known = v->size_known && (double)v->size_bytes == number;
    } else if (text) {
        v->size_known = text_to_uint64(text, strlen(text), &v->size_bytes);
    }
    return v->size_known || bad(r, field, "is no number of bytes");
}

/* S3 writes eTag, EventBridge etag, its imitators one or the other. */
static bool read_etag(const Reader *r, const JsonNode *object, S3Event *v)
{
    const char *etag;
    if (!read_text(r, object, "eTag", &etag) || (!etag && !read_text(r, object, "etag", &etag)))
        return false;
    if (!etag || strcmp(etag, "\"\"") == 0)
        return true;
    v->etag = s3_event_unquoted(r->arena, etag);
    return v->etag || arena_full(r->arena, r->e);
}

/* One that is none is as good as not told. */
static bool set_sequencer(const Reader *r, const char *text, S3EventWriter writer, S3Event *v)
{
    if (!text || !s3_event_is_sequencer(text))
        return true;
    char *sequencer = arena_string(r->arena, text);
    if (!sequencer)
        return arena_full(r->arena, r->e);
    if (writer == S3_WRITER_CEPH)
        s3_event_sequencer_of_ceph(sequencer);
    v->sequencer = sequencer;
    return true;
}

static bool read_key(const Reader *r, const char *written, S3EventWriter writer, S3Event *v)
{
    static const char field[] = "s3.object.key";
    char *key = arena_string(r->arena, written);
    if (!key)
        return arena_full(r->arena, r->e);
    if (writer == S3_WRITER_AWS && !s3_event_decode(key))
        return bad(r, field, "is not percent-encoded");
    v->key = key;
    return true;
}

static bool read_record(const Reader *r, const JsonNode *n, S3Event *v)
{
    const JsonNode *s3 = json_tree_member(n, "s3"), *bucket = json_tree_member(s3, "bucket");
    const JsonNode *object = json_tree_member(s3, "object");
    const char *version, *source, *written, *arn, *sequencer;
    if (!read_text(r, n, "eventVersion", &version) || !need_text(r, n, "eventSource", &source))
        return false;
    if (version && strncmp(version, "2.", 2) != 0)
        return bad(r, "eventVersion", "is not 2.x, another form than this program knows");
    if (strlen(source) < 3 || strcmp(source + strlen(source) - 3, ":s3") != 0)
        return bad(r, "eventSource", "is not aws:s3");
    if (!need_text(r, n, "eventName", &v->name) || !read_text(r, n, "eventTime", &v->time) ||
        !read_text(r, n, "awsRegion", &v->region) ||
        !need_text(r, bucket, "s3.bucket.name", &v->bucket) ||
        !read_text(r, bucket, "s3.bucket.arn", &arn) ||
        !need_text(r, object, "s3.object.key", &written) ||
        !read_size(r, object, "s3.object.size", v) || !read_etag(r, object, v) ||
        !read_text(r, object, "s3.object.versionId", &v->version_id) ||
        !read_text(r, object, "s3.object.sequencer", &sequencer))
        return false;
    v->name += strncmp(v->name, "s3:", 3) == 0 ? 3 : 0; /* MinIO, versitygw and old radosgw */
    v->kind = kind_of(v->name);
    S3EventWriter writer = s3_event_writer(source, arn);
    return set_sequencer(r, sequencer, writer, v) && read_key(r, written, writer, v);
}

static bool read_records(Reader *r, const JsonNode *records, S3Message *out)
{
    size_t count = 0;
    if (!json_tree_is_array(records))
        return bad(r, "Records", "is no list");
    for (const JsonNode *n = json_tree_first(records); n; n = json_tree_next(n))
        count++;
    if (count == 0)
        return bad(r, "Records", "is empty");
    S3Event *events = arena_array(r->arena, count, sizeof *events);
    if (!events)
        return arena_full(r->arena, r->e);
    const JsonNode *n = json_tree_first(records);
    for (size_t i = 0; i < count; i++, n = json_tree_next(n)) {
        snprintf(r->place, sizeof r->place, "Records[%zu]", i);
        if (!read_record(r, n, &events[i]))
            return false;
    }
    out->events = events;
    out->count = count;
    return true;
}

/* "EventBridge event message structure", S3 User Guide. */
static bool read_event_bridge(Reader *r, const JsonNode *n, S3Message *out)
{
    const JsonNode *detail = json_tree_member(n, "detail");
    const JsonNode *object = json_tree_member(detail, "object");
    const JsonNode *bucket = json_tree_member(detail, "bucket");
    const char *sequencer;
    S3Event *v = arena_array(r->arena, 1, sizeof *v);
    if (!v)
        return arena_full(r->arena, r->e);
    if (!need_text(r, n, "detail-type", &v->name) || !read_text(r, n, "time", &v->time) ||
        !read_text(r, n, "region", &v->region) ||
        !need_text(r, bucket, "detail.bucket.name", &v->bucket) ||
        !need_text(r, object, "detail.object.key", &v->key) ||
        !read_size(r, object, "detail.object.size", v) || !read_etag(r, object, v) ||
        !read_text(r, object, "detail.object.version-id", &v->version_id) ||
        !read_text(r, object, "detail.object.sequencer", &sequencer))
        return false;
    v->kind = kind_of(v->name);
    out->events = v;
    out->count = 1;
    return set_sequencer(r, sequencer, S3_WRITER_AWS, v);
}

static bool says(const JsonNode *n, const char *key, const char *value)
{
    const char *text = json_tree_member_text(n, key);
    return text && strcmp(text, value) == 0;
}

/* What is in a message of SNS, or came without. */
static bool read_event(Reader *r, const JsonNode *n, S3Message *out)
{
    const JsonNode *records = json_tree_is_array(n) ? n : json_tree_member(n, "Records");
    out->envelope = "S3";
    if (records)
        return read_records(r, records, out);
    if (says(n, "Event", "s3:TestEvent")) {
        out->is_test = true;
        return true;
    }
    if (says(n, "source", "aws.s3")) {
        out->envelope = "EventBridge";
        return read_event_bridge(r, n, out);
    }
    return error_coded(r->e, ERROR_DATA, "bad_message",
                       "no event of S3: it has neither Records nor \"source\": \"aws.s3\"");
}

static bool read_json(const Reader *r, const char *text, size_t length, JsonNode **out)
{
    Error why;
    if (json_tree_read(text, length, out, &why))
        return true;
    const char *code = why.kind == ERROR_DATA ? "bad_message" : why.code;
    return error_coded(r->e, why.kind, code, "no event of S3: %s", why.message);
}

/* "HTTP/HTTPS notification JSON format", SNS Developer Guide; queues get the same. */
static bool read_sns(Reader *r, const JsonNode *n, S3Message *out)
{
    const char *message = json_tree_member_text(n, "Message");
    auto_json JsonNode *inner = NULL;
    if (!says(n, "Type", "Notification"))
        return bad(r, "Type", "is not Notification: confirm the topic's subscription first");
    if (!message)
        return bad(r, "Message", "is missing");
    if (!read_json(r, message, strlen(message), &inner) || !read_event(r, inner, out))
        return error_wrap(r->e, "in a message of SNS");
    out->envelope = "SNS";
    return true;
}

bool s3_message_read(const char *body, size_t length, Arena *a, S3Message *out, Error *e)
{
    Reader r = {.arena = a, .e = e};
    S3Message m = {0};
    auto_json JsonNode *n = NULL;
    if (!read_json(&r, body, length, &n))
        return false;
    bool sns = json_tree_member_text(n, "Type") && json_tree_member_text(n, "TopicArn");
    if (sns ? !read_sns(&r, n, &m) : !read_event(&r, n, &m))
        return false;
    *out = m;
    return true;
}
