/* test_s3_event.c: notifications in the dialects of S3, SNS, EventBridge, MinIO, Ceph, versitygw
 * and moto, after their manuals and sources. */
#include "stores/aws/s3_event.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A record of S3: source, name, bucket's rest, object. */
#define RECORD(source, name, bucket, object)                                                       \
    "{\"eventVersion\":\"2.1\",\"eventSource\":\"" source "\",\"awsRegion\":\"us-west-2\","        \
    "\"eventTime\":\"2026-03-01T12:00:00.000Z\",\"eventName\":\"" name                             \
    "\",\"userIdentity\":{\"principalId\":\"AWS:A\"},\"requestParameters\":{\"sourceIPAddress\":"  \
    "\"192.0.2.1\"},\"responseElements\":{\"x-amz-request-id\":\"C3D1\",\"x-amz-id-2\":\"x/=\"},"  \
    "\"s3\":{\"s3SchemaVersion\":\"1.0\",\"configurationId\":\"weir\",\"bucket\":{" bucket         \
    ",\"ownerIdentity\":{\"principalId\":\"A3NL\"}},\"object\":{" object "}}}"
#define RECORDS(list) "{\"Records\":[" list "]}"
#define NAME "\"name\":\"argo\",\"arn\":\"arn:aws:s3:::argo\""
#define PUT(key)                                                                                   \
    RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME, "\"key\":\"" key "\",\"size\":1024"))
#define FROM(source, key)                                                                          \
    RECORDS(RECORD(source, "ObjectCreated:Put", NAME, "\"key\":\"" key "\",\"size\":1024"))
#define NAMED(name) RECORDS(RECORD("aws:s3", name, NAME, "\"key\":\"a\",\"size\":1024"))
#define EVENTBRIDGE(type, object)                                                                  \
    "{\"version\":\"0\",\"id\":\"17793124-05d4-b198-2fde-7ededc63b103\",\"detail-type\":\"" type   \
    "\",\"source\":\"aws.s3\",\"account\":\"111122223333\",\"time\":\"2026-03-01T12:00:00Z\","     \
    "\"region\":\"ca-central-1\",\"resources\":[\"arn:aws:s3:::argo\"],\"detail\":{\"version\":"   \
    "\"0\",\"bucket\":{\"name\":\"argo\"},\"object\":{" object "},\"request-id\":\"N4N7\","        \
    "\"requester\":\"123456789012\",\"source-ip-address\":\"192.0.2.1\",\"reason\":\"PutObject\"}" \
    "}"
#define TEST_EVENT                                                                                 \
    "{\"Service\":\"Amazon S3\",\"Event\":\"s3:TestEvent\",\"Time\":\"2026-03-01T12:00:00.000Z\"," \
    "\"Bucket\":\"argo\",\"RequestId\":\"5582815E1AEA5ADF\",\"HostId\":\"8cLe=\"}"

static const char sns_head[] =
    "{\"Type\":\"Notification\",\"MessageId\":\"22b8\",\"TopicArn\":\"arn:aws:sns:us-west-2:1:t\","
    "\"Subject\":\"Amazon S3 Notification\",\"Message\":\"";
static const char sns_tail[] =
    "\",\"Timestamp\":\"2026-03-01T12:00:01.000Z\",\"SignatureVersion\":\"1\",\"Signature\":\"E=\","
    "\"SigningCertURL\":\"https://sns.us-west-2.amazonaws.com/x.pem\",\"UnsubscribeURL\":\"x\"}";

/* As SNS wraps it: the message as a string of JSON. */
static size_t wrap(const char *message, char *out, size_t size)
{
    size_t n = (size_t)snprintf(out, size, "%s", sns_head);
    for (const char *c = message; *c && n + 2 < size; c++) {
        if (*c == '"' || *c == '\\')
            out[n++] = '\\';
        out[n++] = *c;
    }
    return n + (size_t)snprintf(out + n, size - n, "%s", sns_tail);
}

typedef struct Good {
    const char *name, *body;
    const char *envelope;
    S3EventKind kind;
    const char *event, *key, *etag, *version, *sequencer, *region;
    int64_t size; /* -1: not told */
} Good;

#define CREATED S3_EVENT_CREATED, "ObjectCreated:Put"
#define WEST "us-west-2"

static const Good goods[] = {
    {"S3",
     RECORDS(RECORD("aws:s3", "ObjectCreated:CompleteMultipartUpload", NAME,
                    "\"key\":\"2026/profile.nc\",\"size\":52428800,\"eTag\":"
                    "\"b1946ac92492d2347c6235b4d2611184-4\",\"versionId\":\"IYV3p45BT0\","
                    "\"sequencer\":\"0055AED6DCD90281E5\"")),
     "S3", S3_EVENT_CREATED, "ObjectCreated:CompleteMultipartUpload", "2026/profile.nc",
     "b1946ac92492d2347c6235b4d2611184-4", "IYV3p45BT0", "0055AED6DCD90281E5", WEST, 52428800},
    {"size 0", RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME, "\"key\":\"a\",\"size\":0")),
     "S3", CREATED, "a", NULL, NULL, NULL, WEST, 0},
    {"50 TB",
     RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME, "\"key\":\"a\",\"size\":54975581388800")),
     "S3", CREATED, "a", NULL, NULL, NULL, WEST, 54975581388800},
    {"null is not told",
     RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME,
                    "\"key\":\"a\",\"size\":null,\"versionId\":null,\"eTag\":\"\"")),
     "S3", CREATED, "a", NULL, NULL, NULL, WEST, -1},
    {"quoted ETag",
     RECORDS(
         RECORD("aws:s3", "ObjectCreated:Put", NAME, "\"key\":\"a\",\"eTag\":\"\\\"5d41\\\"\"")),
     "S3", CREATED, "a", "5d41", NULL, NULL, WEST, -1},
    {"sequencer that is none",
     RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME,
                    "\"key\":\"a\",\"sequencer\":\"Happy Sequencer\"")),
     "S3", CREATED, "a", NULL, NULL, NULL, WEST, -1},
    {"delete",
     RECORDS(RECORD("aws:s3", "ObjectRemoved:Delete", NAME,
                    "\"key\":\"a\",\"sequencer\":\"0055AED6DCD90281E6\"")),
     "S3", S3_EVENT_REMOVED, "ObjectRemoved:Delete", "a", NULL, NULL, "0055AED6DCD90281E6", WEST,
     -1},
    {"delete marker",
     RECORDS(RECORD("aws:s3", "ObjectRemoved:DeleteMarkerCreated", NAME,
                    "\"key\":\"a\",\"eTag\":\"d41d8cd98f00b204e9800998ecf8427e\",\"versionId\":"
                    "\"9Kw\",\"sequencer\":\"0055\"")),
     "S3", S3_EVENT_REMOVED, "ObjectRemoved:DeleteMarkerCreated", "a",
     "d41d8cd98f00b204e9800998ecf8427e", "9Kw", "0055", WEST, -1},

    {"blank", PUT("red+flower.jpg"), "S3", CREATED, "red flower.jpg", NULL, NULL, NULL, WEST, 1024},
    {"plus and percent", PUT("a%2Bb+100%25.csv"), "S3", CREATED, "a+b 100%.csv", NULL, NULL, NULL,
     WEST, 1024},
    {"decoded once", PUT("100%2525"), "S3", CREATED, "100%25", NULL, NULL, NULL, WEST, 1024},
    {"small hexadecimal", PUT("year%3d2026/a%c3%a9"), "S3", CREATED, "year=2026/a\xC3\xA9", NULL,
     NULL, NULL, WEST, 1024},
    {"Unicode", PUT("%E6%B5%B7/%F0%9F%8C%8A.nc"), "S3", CREATED, "\xE6\xB5\xB7/\xF0\x9F\x8C\x8A.nc",
     NULL, NULL, NULL, WEST, 1024},
    {"line end and backslash", PUT("a%0Ab%5C%22c"), "S3", CREATED, "a\nb\\\"c", NULL, NULL, NULL,
     WEST, 1024},
    {"no UTF-8", PUT("%FF%FE"), "S3", CREATED, "\xFF\xFE", NULL, NULL, NULL, WEST, 1024},
    {"only a blank", PUT("+"), "S3", CREATED, " ", NULL, NULL, NULL, WEST, 1024},
    {"JSON's own escapes", PUT("\\u0061%20\\/b"), "S3", CREATED, "a /b", NULL, NULL, NULL, WEST,
     1024},

    {"MinIO",
     "{\"EventName\":\"s3:ObjectCreated:Put\",\"Key\":\"argo/test 12/a.jpg\",\"Records\":[" RECORD(
         "minio:s3", "s3:ObjectCreated:Put", NAME,
         "\"key\":\"test+12%2Fa.jpg\",\"size\":224662,\"eTag\":\"5fc7298143efe1276d39a3466d4e255f-"
         "1\",\"contentType\":\"image/jpeg\",\"userMetadata\":{\"content-type\":\"image/jpeg\"},"
         "\"sequencer\":\"15CFEDF8D5304D1A\"") "]}",
     "S3", CREATED, "test 12/a.jpg", "5fc7298143efe1276d39a3466d4e255f-1", NULL, "15CFEDF8D5304D1A",
     WEST, 224662},
    {"MinIO without region and sequencer",
     RECORDS("{\"eventVersion\":\"2.0\",\"eventSource\":\"minio:s3\",\"awsRegion\":\"\","
             "\"eventTime\":\"2026-03-01T12:00:00.000Z\",\"eventName\":\"s3:ObjectRemoved:Delete\","
             "\"s3\":{\"bucket\":{\"name\":\"argo\"},\"object\":{\"key\":\"users%2FABC\","
             "\"sequencer\":\"\"}}}"),
     "S3", S3_EVENT_REMOVED, "ObjectRemoved:Delete", "users/ABC", NULL, NULL, NULL, NULL, -1},
    {"rustfs", FROM("rustfs:s3", "a%2Fb"), "S3", CREATED, "a/b", NULL, NULL, NULL, WEST, 1024},

    /* the manual's sequencer: 2019-11-22T13:47:35 is 1574430455 = 0x5DD7E6F7 */
    {"Ceph",
     RECORDS("{\"eventVersion\":\"2.1\",\"eventSource\":\"ceph:s3\",\"awsRegion\":\"us-east-1\","
             "\"eventTime\":\"2026-03-01T12:00:00.000Z\",\"eventName\":\"ObjectCreated:Put\","
             "\"s3\":{\"bucket\":{\"name\":\"argo\",\"arn\":\"arn:aws:s3:us-east-1::argo\",\"id\":"
             "\"503a4c37\"},\"object\":{\"key\":\"a+b 100%41.jpg\",\"size\":\"1024\",\"eTag\":"
             "\"37b51d194a7513e45b56f6524f2d51f2\",\"versionId\":\"\",\"sequencer\":"
             "\"F7E6D75DC742D108\",\"metadata\":[],\"tags\":[]}},\"eventId\":\"\",\"opaqueData\":"
             "\"me@example.com\"}"),
     "S3", CREATED, "a+b 100%41.jpg", "37b51d194a7513e45b56f6524f2d51f2", NULL, "5DD7E6F708D142C7",
     "us-east-1", 1024},
    {"Ceph with its highest byte first",
     RECORDS(RECORD("ceph:s3", "ObjectCreated:Put", NAME,
                    "\"key\":\"a\",\"sequencer\":\"5DD7E6F708D142C7\"")),
     "S3", CREATED, "a", NULL, NULL, "5DD7E6F708D142C7", WEST, -1},
    {"Ceph of another zone",
     RECORDS(RECORD("ceph:s3", "ObjectSynced:Create", NAME, "\"key\":\"a\"")), "S3",
     S3_EVENT_CREATED, "ObjectSynced:Create", "a", NULL, NULL, NULL, WEST, -1},

    {"versitygw",
     RECORDS("{\"eventVersion\":\"2.2\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\","
             "\"eventTime\":\"2026-03-01T12:00:00.000Z\",\"eventName\":\"s3:ObjectCreated:Put\","
             "\"userIdentity\":{\"PrincipalId\":\"a\"},\"s3\":{\"s3SchemaVersion\":\"1.0\","
             "\"configurationId\":\"webhook-global\",\"bucket\":{\"name\":\"argo\","
             "\"ownerIdentity\":{\"PrincipalId\":\"a\"},\"arn\":\"arn:aws:s3:::/argo/x+y 5%.nc\"},"
             "\"object\":{\"key\":\"x+y 5%.nc\",\"size\":7,\"eTag\":\"ab\",\"versionId\":null,"
             "\"sequencer\":\"17A\"}},\"glacierEventData\":{\"restoreEventData\":{"
             "\"lifecycleRestorationExpiryTime\":\"\"}}}"),
     "S3", CREATED, "x+y 5%.nc", "ab", NULL, "17A", "us-east-1", 7},
    {"versitygw before it had Records",
     "[" RECORD("aws:s3", "s3:ObjectCreated:Put",
                "\"name\":\"argo\",\"arn\":\"arn:aws:s3:::/argo/%\"", "\"key\":\"%\"") "]",
     "S3", CREATED, "%", NULL, NULL, NULL, WEST, -1},
    {"moto",
     RECORDS("{\"eventVersion\":\"2.1\",\"eventSource\":\"aws:s3\",\"awsRegion\":\"us-east-1\","
             "\"eventTime\":\"2026-03-01T12:00:00.000Z\",\"eventName\":\"ObjectCreated:Put\","
             "\"s3\":{\"s3SchemaVersion\":\"1.0\",\"configurationId\":\"x\",\"bucket\":{\"name\":"
             "\"argo\",\"arn\":\"arn:aws:s3:::argo\"},\"object\":{\"key\":\"a%2Fb+c\",\"size\":3,"
             "\"eTag\":\"900150983cd24fb0d6963f7d28e17f72\"}}}"),
     "S3", CREATED, "a/b c", "900150983cd24fb0d6963f7d28e17f72", NULL, NULL, "us-east-1", 3},

    {"EventBridge",
     EVENTBRIDGE(
         "Object Created",
         "\"key\":\"a+b/100%41.nc\",\"size\":5,\"etag\":\"b1946ac92492d2347c6235b4d2611184\""
         ",\"version-id\":\"IYV3\",\"sequencer\":\"617f08299329d189\""),
     "EventBridge", S3_EVENT_CREATED, "Object Created", "a+b/100%41.nc",
     "b1946ac92492d2347c6235b4d2611184", "IYV3", "617f08299329d189", "ca-central-1", 5},
    {"EventBridge of moto",
     EVENTBRIDGE("Object Created", "\"key\":\"a\",\"size\":5,\"eTag\":\"ab\""), "EventBridge",
     S3_EVENT_CREATED, "Object Created", "a", "ab", NULL, NULL, "ca-central-1", 5},
    {"EventBridge, deleted",
     EVENTBRIDGE("Object Deleted", "\"key\":\"a\",\"sequencer\":\"617f08299329d190\""),
     "EventBridge", S3_EVENT_REMOVED, "Object Deleted", "a", NULL, NULL, "617f08299329d190",
     "ca-central-1", -1},
    {"EventBridge, neither", EVENTBRIDGE("Object Tags Added", "\"key\":\"a\",\"etag\":\"ab\""),
     "EventBridge", S3_EVENT_OTHER, "Object Tags Added", "a", "ab", NULL, NULL, "ca-central-1", -1},
};

static void check(const S3Event *v, const Good *g)
{
    assert_int_equal(v->kind, g->kind);
    assert_string_equal(v->name, g->event);
    assert_string_equal(v->bucket, "argo");
    assert_string_equal(v->key, g->key);
    const char *got[] = {v->etag, v->version_id, v->sequencer, v->region};
    const char *want[] = {g->etag, g->version, g->sequencer, g->region};
    for (size_t i = 0; i < CASES(got); i++) {
        assert_int_equal(got[i] == NULL, want[i] == NULL);
        if (want[i])
            assert_string_equal(got[i], want[i]);
    }
    assert_int_equal(v->size_known, g->size >= 0);
    assert_int_equal(v->size_bytes, g->size >= 0 ? g->size : 0);
    assert_memory_equal(v->time, "2026-03-01T12:00:00", 19);
}

/* Each as it is, and as SNS wraps it. */
static void dialects(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2 * CASES(goods); i++) {
        const Good *g = &goods[i / 2];
        print_message("%s%s\n", g->name, i % 2 ? " by SNS" : "");
        char wrapped[8192];
        const char *body = i % 2 ? wrapped : g->body;
        size_t length = i % 2 ? wrap(g->body, wrapped, sizeof wrapped) : strlen(body);
        Arena a;
        arena_init(&a, 0);
        S3Message m;
        Error e = {0};
        assert_ok(s3_message_read(body, length, &a, &m, &e), &e);
        assert_string_equal(m.envelope, i % 2 ? "SNS" : g->envelope);
        assert_false(m.is_test);
        assert_int_equal(m.count, 1);
        check(m.events, g);
        arena_deinit(&a);
    }
}

static void test_events(void **state)
{
    (void)state;
    char wrapped[1024];
    wrap(TEST_EVENT, wrapped, sizeof wrapped);
    static const char versity[] = "{\"Bucket\":\"Test-Bucket\",\"Event\":\"s3:TestEvent\","
                                  "\"Service\":\"S3\",\"Time\":\"2026-03-01T12:00:00Z\"}";
    const char *const bodies[] = {TEST_EVENT, wrapped, versity};
    for (size_t i = 0; i < CASES(bodies); i++) {
        Arena a;
        arena_init(&a, 0);
        S3Message m;
        Error e = {0};
        assert_ok(s3_message_read(bodies[i], strlen(bodies[i]), &a, &m, &e), &e);
        assert_true(m.is_test);
        assert_int_equal(m.count, 0);
        assert_string_equal(m.envelope, i == 1 ? "SNS" : "S3");
        arena_deinit(&a);
    }
}

/* "Supported event types for SQS, SNS, and Lambda", S3 User Guide; the rest is MinIO's and Ceph's.
 */
static void kinds(void **state)
{
    (void)state;
    static const struct {
        const char *body;
        S3EventKind kind;
    } rows[] = {
        {NAMED("ObjectCreated:Put"), S3_EVENT_CREATED},
        {NAMED("ObjectCreated:Post"), S3_EVENT_CREATED},
        {NAMED("ObjectCreated:Copy"), S3_EVENT_CREATED},
        {NAMED("ObjectCreated:CompleteMultipartUpload"), S3_EVENT_CREATED},
        {NAMED("ObjectCreated:PutRetention"), S3_EVENT_OTHER},
        {NAMED("s3:ObjectCreated:PutLegalHold"), S3_EVENT_OTHER},
        {NAMED("s3:ObjectCreated:PutTagging"), S3_EVENT_OTHER},
        {NAMED("s3:ObjectCreated:DeleteTagging"), S3_EVENT_OTHER},
        {NAMED("ObjectRemoved:Delete"), S3_EVENT_REMOVED},
        {NAMED("ObjectRemoved:DeleteMarkerCreated"), S3_EVENT_REMOVED},
        {NAMED("s3:ObjectRemoved:DeleteAllVersions"), S3_EVENT_REMOVED},
        {NAMED("s3:ObjectRemoved:NoOP"), S3_EVENT_OTHER},
        {NAMED("LifecycleExpiration:Delete"), S3_EVENT_REMOVED},
        {NAMED("LifecycleExpiration:DeleteMarkerCreated"), S3_EVENT_REMOVED},
        {NAMED("LifecycleTransition"), S3_EVENT_OTHER},
        {NAMED("IntelligentTiering"), S3_EVENT_OTHER},
        {NAMED("ObjectRestore:Completed"), S3_EVENT_OTHER},
        {NAMED("ObjectTagging:Put"), S3_EVENT_OTHER},
        {NAMED("ObjectAcl:Put"), S3_EVENT_OTHER},
        {NAMED("Replication:OperationFailedReplication"), S3_EVENT_OTHER},
        {NAMED("ReducedRedundancyLostObject"), S3_EVENT_OTHER},
        {NAMED("s3:ObjectAccessed:Get"), S3_EVENT_OTHER},
        {NAMED("ObjectLifecycle:Expiration:Current"), S3_EVENT_REMOVED},
        {NAMED("ObjectLifecycle:Expiration:AbortMultipartUpload"), S3_EVENT_OTHER},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        Arena a;
        arena_init(&a, 0);
        S3Message m;
        Error e = {0};
        assert_ok(s3_message_read(rows[i].body, strlen(rows[i].body), &a, &m, &e), &e);
        print_message("%s\n", m.events[0].name);
        assert_int_equal(m.events[0].kind, rows[i].kind);
        assert_memory_not_equal(m.events[0].name, "s3:", 3);
        arena_deinit(&a);
    }
}

static void several_records(void **state)
{
    (void)state;
    static const char body[] =
        RECORDS(RECORD("aws:s3", "ObjectCreated:Put", NAME, "\"key\":\"a\"") "," RECORD(
            "aws:s3", "ObjectRemoved:Delete", NAME,
            "\"key\":\"b+b\"") ",\n" RECORD("aws:s3", "ObjectCreated:Copy", "\"name\":\"other\"",
                                            "\"key\":\"a\""));
    Arena a;
    arena_init(&a, 0);
    S3Message m;
    Error e = {0};
    assert_ok(s3_message_read(body, sizeof body - 1, &a, &m, &e), &e);
    assert_int_equal(m.count, 3);
    assert_string_equal(m.events[0].key, "a");
    assert_string_equal(m.events[1].key, "b b");
    assert_int_equal(m.events[1].kind, S3_EVENT_REMOVED);
    assert_string_equal(m.events[2].bucket, "other");
    arena_deinit(&a);
}

static const struct {
    const char *body, *place, *words;
} bad[] = {
    {"", "", "it ends too early"},
    {"hello", "", "no JSON"},
    {"{\"Records\":", "", ""},
    {"{}", "", "neither Records nor"},
    {"null", "", "neither Records nor"},
    {"{\"Records\":[]}", "Records", "is empty"},
    {"[]", "Records", "is empty"},
    {"{\"Records\":{}}", "Records", "is no list"},
    {"{\"Records\":[{}]}", "Records[0].eventSource", "is missing"},
    {"{\"Records\":[null]}", "Records[0].eventSource", "is missing"},
    {"{\"Event\":\"s3:Other\"}", "", "neither Records nor"},
    {"{\"source\":\"aws.ec2\",\"detail\":{}}", "", "neither Records nor"},
    {FROM("aws:sqs", "a"), "Records[0].eventSource", "is not aws:s3"},
    {PUT("100%"), "Records[0].s3.object.key", "is not percent-encoded"},
    {PUT("a%2"), "Records[0].s3.object.key", "is not percent-encoded"},
    {PUT("a%zz"), "Records[0].s3.object.key", "is not percent-encoded"},
    {PUT("a%00b"), "Records[0].s3.object.key", "is not percent-encoded"},
    {PUT(""), "Records[0].s3.object.key", "is missing"},
    {PUT("a\\u0000b"), "", "a NUL in a string"},
    {RECORDS(RECORD("aws:s3", "", NAME, "\"key\":\"a\"")), "Records[0].eventName", "is missing"},
    {RECORDS(RECORD("aws:s3", "x", "\"arn\":\"x\"", "\"key\":\"a\"")), "Records[0].s3.bucket.name",
     "is missing"},
    {RECORDS(RECORD("aws:s3", "x", "\"name\":7", "\"key\":\"a\"")), "Records[0].s3.bucket.name",
     "is no text"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":[\"a\"]")), "Records[0].s3.object.key",
     "is no text"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":-1")), "Records[0].s3.object.size",
     "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":1.5")),
     "Records[0].s3.object.size", "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":1e300")),
     "Records[0].s3.object.size", "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":\"many\"")),
     "Records[0].s3.object.size", "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":\"\"")),
     "Records[0].s3.object.size", "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"size\":true")),
     "Records[0].s3.object.size", "is no number of bytes"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\",\"sequencer\":12")),
     "Records[0].s3.object.sequencer", "is no text"},
    {RECORDS("{\"eventVersion\":\"3.0\",\"eventSource\":\"aws:s3\"}"), "Records[0].eventVersion",
     "is not 2.x"},
    {RECORDS(RECORD("aws:s3", "x", NAME, "\"key\":\"a\"") ",{\"eventSource\":\"aws:s3\"}"),
     "Records[1].eventName", "is missing"},
    {"{\"source\":\"aws.s3\",\"detail-type\":\"AWS API Call via CloudTrail\",\"detail\":{"
     "\"requestParameters\":{\"bucketName\":\"argo\",\"key\":\"a\"}}}",
     "detail.bucket.name", "is missing"},
    {EVENTBRIDGE("Object Created", "\"size\":5"), "detail.object.key", "is missing"},
    {"{\"Type\":\"SubscriptionConfirmation\",\"TopicArn\":\"arn:aws:sns:us-west-2:1:t\","
     "\"Token\":\"x\",\"Message\":\"You have chosen\"}",
     "Type", "confirm the topic's subscription first"},
    {"{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:us-west-2:1:t\"}", "Message",
     "is missing"},
    {"{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:us-west-2:1:t\",\"Message\":\"hi\"}",
     "", "in a message of SNS"},
    {"{\"Type\":\"Notification\",\"TopicArn\":\"x\",\"Message\":\"{\\\"Type\\\":"
     "\\\"Notification\\\""
     ",\\\"TopicArn\\\":\\\"x\\\",\\\"Message\\\":\\\"{}\\\"}\"}",
     "", "neither Records nor"},
};

static void refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(bad); i++) {
        Arena a;
        arena_init(&a, 0);
        S3Message m = {.count = 77};
        Error e = {0};
        assert_false(s3_message_read(bad[i].body, strlen(bad[i].body), &a, &m, &e));
        print_message("%s\n", e.message);
        assert_int_equal(e.kind, ERROR_DATA);
        assert_string_equal(e.code, "bad_message");
        assert_string_equal(e.place, bad[i].place);
        assert_non_null(strstr(e.message, bad[i].words));
        assert_int_equal(m.count, 77);
        arena_deinit(&a);
    }
}

/* Every beginning of a message is none, and no byte behind it is read. */
static void cut_anywhere(void **state)
{
    (void)state;
    static const char body[] = PUT("a%20b");
    for (size_t length = 0; length < sizeof body - 1; length++) {
        Arena a;
        arena_init(&a, 0);
        S3Message m;
        Error e = {0};
        char *copy = malloc(length + 1);
        assert_non_null(copy);
        copy = realloc(copy, length ? length : 1);
        memcpy(copy, body, length);
        assert_false(s3_message_read(copy, length, &a, &m, &e));
        free(copy);
        arena_deinit(&a);
    }
}

static void small_memory(void **state)
{
    (void)state;
    static const char body[] = PUT("a%20b");
    Arena a;
    arena_init(&a, 64);
    S3Message m;
    Error e = {0};
    assert_false(s3_message_read(body, sizeof body - 1, &a, &m, &e));
    assert_string_equal(e.code, "memory");
    arena_deinit(&a);
}

static void sequencers(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"0055AED6DCD90281E5", "0055AED6DCD90281E5", 0},
        {"0055AED6DCD90281E5", "0055AED6DCD90281E6", -1},
        {"0055AED6DCD90281F0", "0055AED6DCD90281E6", 1},
        {"617f08299329d189", "617F08299329D189", 0},
        {"617f08299329d18a", "617F08299329D189", 1},
        {"9", "A", -1},
        {"9", "a", -1},
        /* padded on the right */
        {"1A", "1A00", 0},
        {"1A", "1A0001", -1},
        {"1B", "1A9999", 1},
        {"", "0", 0},
        {"", "00001", -1},
        {"2", "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", 1},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        int there = s3_sequencer_compare(rows[i].a, rows[i].b);
        int back = s3_sequencer_compare(rows[i].b, rows[i].a);
        assert_int_equal((there > 0) - (there < 0), rows[i].order);
        assert_int_equal((back > 0) - (back < 0), -rows[i].order);
    }
}

static const Case cases[] = {
    {"dialects", dialects},
    {"test_events", test_events},
    {"kinds", kinds},
    {"several_records", several_records},
    {"refused", refused},
    {"cut_anywhere", cut_anywhere},
    {"small_memory", small_memory},
    {"sequencers", sequencers},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
