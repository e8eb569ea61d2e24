/* lambda_event.c: the forms of events, and the objects that they speak of.
 *
 * "Using AWS Lambda with ..." of SQS, SNS, S3 and EventBridge, AWS Lambda Developer Guide. */
#include "orchestrator/lambda_event.h"

#include "core/json_tree.h"
#include "stores/aws/s3.h"
#include "stores/aws/s3_event.h"

#include <stdlib.h>
#include <string.h>

/* One record: that something has happened to an object. */
typedef struct Mention {
    LambdaObject object;
    const char *sequencer;
    size_t message, order;
    size_t index; /* of the object; until that is known, of the first mention of it */
} Mention;

typedef struct Reader {
    Arena *arena;
    LambdaEvent event;
    size_t message_capacity;
    Mention *mentions;
    size_t mention_count, mention_capacity;
} Reader;

static bool bad(Error *e, const char *what)
{
    return error_coded(e, ERROR_DATA, "bad_event",
                       "the event %s; it is to be of SQS, S3, SNS or EventBridge, a schedule, or "
                       "{\"uris\": [\"s3://bucket/key\"]}",
                       what);
}

static bool says(const JsonNode *n, const char *key, const char *value)
{
    const char *text = json_tree_member_text(n, key);
    return text && strcmp(text, value) == 0;
}

/* ---- collecting */

static LambdaMessage *add_message(Reader *r, const char *id, Error *e)
{
    LambdaEvent *v = &r->event;
    LambdaMessage *grown = arena_grow(r->arena, v->messages, &r->message_capacity,
                                      v->message_count + 1, sizeof *grown);
    const char *own = arena_string(r->arena, id);
    if (!grown || !own) {
        arena_full(r->arena, e);
        return NULL;
    }
    v->messages = grown;
    grown[v->message_count] = (LambdaMessage){.id = own};
    return &grown[v->message_count++];
}

/* Of the message that was added last. */
static bool add_mention(Reader *r, const LambdaObject *o, const char *sequencer, Error *e)
{
    Mention *grown = arena_grow(r->arena, r->mentions, &r->mention_capacity, r->mention_count + 1,
                                sizeof *grown);
    if (!grown)
        return arena_full(r->arena, e);
    r->mentions = grown;
    grown[r->mention_count] = (Mention){.object = *o,
                                        .sequencer = sequencer,
                                        .message = r->event.message_count - 1,
                                        .order = r->mention_count};
    r->mention_count++;
    return true;
}

/* The uri says again what it was made of: a bucket's name has no slash. */
static bool name_object(Reader *r, const char *bucket, const char *key, LambdaObject *out, Error *e)
{
    S3Uri parts;
    Error why = {0};
    char *uri = arena_printf(r->arena, "s3://%s/%s", bucket, key);
    if (!uri)
        return arena_full(r->arena, e);
    if (!s3_uri_read(uri, r->arena, &parts, &why))
        return error_coded(e, ERROR_DATA, why.code[0] ? why.code : "bad_message", "%s",
                           why.message);
    if (!key[0] || strcmp(parts.bucket, bucket) != 0 || strcmp(parts.key, key) != 0)
        return error_coded(e, ERROR_DATA, "bad_message", "no object can be %s", uri);
    out->uri = uri;
    out->key = uri + strlen(uri) - strlen(key);
    return true;
}

static bool add_record(Reader *r, const S3Event *v, Error *e)
{
    LambdaObject o = {.etag = v->etag,
                      .size_bytes = v->size_bytes,
                      .size_known = v->size_known,
                      .removed = v->kind == S3_EVENT_REMOVED};
    if (v->kind == S3_EVENT_OTHER)
        return true;
    return name_object(r, v->bucket, v->key, &o, e) && add_mention(r, &o, v->sequencer, e);
}

static bool add_notice(Reader *r, const char *text, size_t length, S3Message *m, Error *e)
{
    if (!s3_message_read(text, length, r->arena, m, e))
        return false;
    for (size_t i = 0; i < m->count; i++)
        if (!add_record(r, &m->events[i], e))
            return false;
    return true;
}

static bool add_uris(Reader *r, const JsonNode *uris, Error *e)
{
    if (!json_tree_is_array(uris) || !json_tree_first(uris))
        return error_coded(e, ERROR_DATA, "bad_message", "`uris` is no list of s3://bucket/key");
    for (const JsonNode *n = json_tree_first(uris); n; n = json_tree_next(n)) {
        const char *uri = json_tree_text(n);
        const char *bucket = uri && s3_is_uri(uri) ? uri + strlen("s3://") : NULL;
        const char *slash = bucket ? strchr(bucket, '/') : NULL;
        LambdaObject o = {0};
        if (!slash)
            return error_coded(e, ERROR_DATA, "bad_message",
                               "\"%.200s\" of `uris` is no s3://bucket/key", uri ? uri : "");
        const char *name = arena_copy(r->arena, bucket, (size_t)(slash - bucket));
        if (!name)
            return arena_full(r->arena, e);
        if (!name_object(r, name, slash + 1, &o, e) || !add_mention(r, &o, NULL, e))
            return false;
    }
    return true;
}

/* ---- messages */

static bool is_ours(const Error *e)
{
    return e->kind == ERROR_DATA && strcmp(e->code, "memory") != 0;
}

/* What cannot be understood of one message is no matter of the others: nothing of it counts. */
static bool settle_trouble(Reader *r, size_t mentions_before, const Error *why, Error *e)
{
    LambdaMessage *m = &r->event.messages[r->event.message_count - 1];
    if (!is_ours(why)) {
        *e = *why;
        return false;
    }
    r->mention_count = mentions_before;
    m->trouble = arena_string(r->arena, why->message);
    return m->trouble || arena_full(r->arena, e);
}

static bool read_body(Reader *r, const char *body, Error *e)
{
    size_t before = r->mention_count;
    Error why = {0}, no_json = {0};
    S3Message notice;
    auto_json JsonNode *n = NULL;
    bool request = json_tree_read(body, strlen(body), &n, &no_json) && json_tree_member(n, "uris");
    bool good = request ? add_uris(r, json_tree_member(n, "uris"), &why)
                        : add_notice(r, body, strlen(body), &notice, &why);
    return good || settle_trouble(r, before, &why, e);
}

static bool is_fifo(const JsonNode *record)
{
    const char *arn = json_tree_member_text(record, "eventSourceARN");
    size_t length = arn ? strlen(arn) : 0;
    return length > 5 && strcmp(arn + length - 5, ".fifo") == 0;
}

static bool read_queue(Reader *r, const JsonNode *record, Error *e)
{
    const char *id = json_tree_member_text(record, "messageId");
    const char *body = json_tree_member_text(record, "body");
    const char *group =
        json_tree_member_text(json_tree_member(record, "attributes"), "MessageGroupId");
    if (!id || !id[0])
        return bad(e, "is of SQS and has a message without an id");
    LambdaMessage *m = add_message(r, id, e);
    if (!m)
        return false;
    if (is_fifo(record)) {
        m->group = arena_string(r->arena, group ? group : "");
        if (!m->group)
            return arena_full(r->arena, e);
    }
    return read_body(r, body ? body : "", e);
}

static bool read_topic(Reader *r, const JsonNode *record, Error *e)
{
    const char *message = json_tree_member_text(json_tree_member(record, "Sns"), "Message");
    return add_message(r, "", e) && read_body(r, message ? message : "", e);
}

/* A whole event that is one message. */
static bool read_notice(Reader *r, const char *text, size_t length, Error *e)
{
    S3Message notice = {.envelope = "S3"};
    if (!add_message(r, "", e) || !add_notice(r, text, length, &notice, e))
        return false;
    r->event.kind = LAMBDA_NOTICE;
    r->event.form = notice.envelope;
    return true;
}

static bool read_request(Reader *r, const JsonNode *uris, Error *e)
{
    r->event.kind = LAMBDA_REQUEST;
    r->event.form = "request";
    return add_message(r, "", e) && add_uris(r, uris, e);
}

/* ---- forms */

static const char *source_of(const JsonNode *record)
{
    const char *source = json_tree_member_text(record, "eventSource");
    return source ? source : json_tree_member_text(record, "EventSource");
}

typedef struct Form {
    const char *source, *name;
    LambdaEventKind kind;
    bool (*read)(Reader *r, const JsonNode *record, Error *e);
} Form;

static const Form forms[] = {
    {"aws:sqs", "SQS", LAMBDA_QUEUE, read_queue},
    {"aws:sns", "SNS", LAMBDA_NOTICE, read_topic},
};

static bool read_records(Reader *r, const JsonNode *records, const Form *f, Error *e)
{
    r->event.kind = f->kind;
    r->event.form = f->name;
    for (const JsonNode *n = json_tree_first(records); n; n = json_tree_next(n)) {
        const char *source = source_of(n);
        if (!source || strcmp(source, f->source) != 0)
            return bad(e, "has records of several sources");
        if (!f->read(r, n, e))
            return false;
    }
    return true;
}

static bool refuse_source(const char *source, Error *e)
{
    return error_coded(e, ERROR_DATA, "bad_event",
                       "the event is of %.60s, which is not read here; it is to be of SQS, S3, SNS "
                       "or EventBridge",
                       source);
}

static bool read_form(Reader *r, const char *text, size_t length, const JsonNode *n, Error *e)
{
    const JsonNode *records = json_tree_member(n, "Records");
    const char *source = source_of(json_tree_first(records));
    for (size_t i = 0; source && i < sizeof forms / sizeof *forms; i++)
        if (strcmp(source, forms[i].source) == 0)
            return read_records(r, records, &forms[i], e);
    size_t end = source ? strlen(source) : 0;
    if (source && (end < 3 || strcmp(source + end - 3, ":s3") != 0))
        return refuse_source(source, e);
    bool sns = json_tree_member_text(n, "TopicArn") && json_tree_member_text(n, "Type");
    if (source || sns || says(n, "source", "aws.s3") || says(n, "Event", "s3:TestEvent"))
        return read_notice(r, text, length, e);
    if (json_tree_member(n, "uris"))
        return read_request(r, json_tree_member(n, "uris"), e);
    if (!says(n, "detail-type", "Scheduled Event"))
        return bad(e, "is of no form that is known here");
    r->event.kind = LAMBDA_SCHEDULE;
    r->event.form = "schedule";
    return true;
}

/* ---- which objects */

static int by_uri(const void *a, const void *b)
{
    const Mention *x = a, *y = b;
    int order = strcmp(x->object.uri, y->object.uri);
    if (order == 0)
        order = (x->order > y->order) - (x->order < y->order);
    return order;
}

static int by_order(const void *a, const void *b)
{
    const Mention *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

/* Without a sequencer on both sides the later record is the newer one. */
static bool is_newer(const Mention *a, const Mention *than)
{
    return !a->sequencer || !than->sequencer ||
           s3_sequencer_compare(a->sequencer, than->sequencer) >= 0;
}

/* Of mentions that are in the order of their uris: all take the newest's word, and their index is
 * the number of the first mention of the same object. */
static void agree(Mention *mentions, size_t count)
{
    for (size_t i = 0, end; i < count; i = end) {
        const Mention *newest = &mentions[i];
        for (end = i + 1;
             end < count && strcmp(mentions[end].object.uri, mentions[i].object.uri) == 0; end++)
            if (is_newer(&mentions[end], newest))
                newest = &mentions[end];
        LambdaObject object = newest->object;
        for (size_t k = i; k < end; k++) {
            mentions[k].object = object;
            mentions[k].index = mentions[i].order;
        }
    }
}

/* Objects in the order of their first mention, which becomes their index. */
static bool gather_objects(Reader *r, Error *e)
{
    LambdaEvent *v = &r->event;
    v->objects = arena_array(r->arena, r->mention_count + 1, sizeof *v->objects);
    if (!v->objects)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < r->mention_count; i++) {
        Mention *m = &r->mentions[i];
        if (m->index != i) {
            m->index = r->mentions[m->index].index;
            continue;
        }
        v->objects[v->object_count] = m->object;
        m->index = v->object_count++;
    }
    return true;
}

/* Mentions are in the order of their messages. */
static bool give_objects(Reader *r, Error *e)
{
    LambdaEvent *v = &r->event;
    size_t *indices = arena_array(r->arena, r->mention_count + 1, sizeof *indices);
    if (!indices)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < r->mention_count; i++) {
        LambdaMessage *m = &v->messages[r->mentions[i].message];
        indices[i] = r->mentions[i].index;
        if (m->object_count++ == 0)
            m->objects = &indices[i];
    }
    return true;
}

bool lambda_event_read(const char *text, size_t length, Arena *a, LambdaEvent *out, Error *e)
{
    Reader r = {.arena = a};
    Error why = {0};
    auto_json JsonNode *n = NULL;
    if (!json_tree_read(text, length, &n, &why))
        return error_coded(e, ERROR_DATA, "bad_event", "the event: %s", why.message);
    if (!read_form(&r, text, length, n, e))
        return false;
    if (r.mention_count > 0) {
        qsort(r.mentions, r.mention_count, sizeof *r.mentions, by_uri);
        agree(r.mentions, r.mention_count);
        qsort(r.mentions, r.mention_count, sizeof *r.mentions, by_order);
    }
    if (!gather_objects(&r, e) || !give_objects(&r, e))
        return false;
    *out = r.event;
    return true;
}
