/* test_dynamodb_read.c: items of a partition and of a table, page by page, good pages and bad ones.
 */
#include "stores/aws/dynamodb.h"

#include "tests/stores/dynamodb_world.h"

#define KEY(sort) "{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"" sort "\"}}"
#define PAGE(items) JSON("{\"Count\":1,\"Items\":[" items "],\"ScannedCount\":1}")
#define PAGE_BEFORE(items, key) JSON("{\"Items\":[" items "],\"LastEvaluatedKey\":" key "}")

/* What came, as "sort name:type:text ...;". */
typedef struct Seen {
    Buffer text;
    size_t most; /* then it ends; 0: never */
    size_t count;
} Seen;

static bool see(void *context, const DynamoItem *item, Error *e)
{
    static const char *const types[] = {"S", "N", "BOOL", "NULL", "B"};
    Seen *s = context;
    for (size_t i = 0; i < item->count; i++) {
        const DynamoAttribute *a = &item->attributes[i];
        buffer_printf(&s->text, "%s:%s:%s ", a->name, types[a->type], a->text ? a->text : "-");
    }
    buffer_string(&s->text, ";");
    if (++s->count == s->most)
        return error_coded(e, ERROR_SETUP, "enough", "enough");
    return true;
}

static void query(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        PAGE_BEFORE(KEY("a\\\"1\\u00fc"), KEY("a\\\"1\\u00fc")),
        PAGE_BEFORE("", KEY("a2")), /* nothing, but there is more */
        PAGE(KEY("a3") "," KEY("a4")),
        PAGE(""),
        JSON("{\"Items\":[],\"LastEvaluatedKey\":{}}"),
    };
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "1", &t);
    assert_ok(dynamo_query(&t, &(DynamoRange){"p", "a", NULL}, see, &seen, &e), &e);
    assert_string_equal(seen.text.bytes, "part:S:p sort:S:a\"1\303\274 ;part:S:p sort:S:a3 ;"
                                         "part:S:p sort:S:a4 ;");
    static const char begin[] =
        "{\"TableName\":\"runs\",\"ConsistentRead\":true,"
        "\"KeyConditionExpression\":\"#p = :p AND begins_with(#s, :s)\","
        "\"ExpressionAttributeNames\":{\"#p\":\"part\",\"#s\":\"sort\"},"
        "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"},\":s\":{\"S\":\"a\"}}";
    char wanted[1024];
    snprintf(wanted, sizeof wanted, "%s}", begin);
    assert_string_equal(body_of(w, 0), wanted);
    snprintf(wanted, sizeof wanted, "%s,\"ExclusiveStartKey\":" KEY("a\\\"1\303\274") "}", begin);
    assert_string_equal(body_of(w, 1), wanted);
    snprintf(wanted, sizeof wanted, "%s,\"ExclusiveStartKey\":" KEY("a2") "}", begin);
    assert_string_equal(body_of(w, 2), wanted);
    assert_true(said(w, 0, "\r\nx-amz-target: DynamoDB_20120810.Query\r\n"));
    for (size_t i = 3; i < 5; i++) { /* without a prefix */
        assert_ok(dynamo_query(&t, &(DynamoRange){"p", i == 3 ? NULL : "", NULL}, see, &seen, &e),
                  &e);
        assert_string_equal(body_of(w, i), "{\"TableName\":\"runs\",\"ConsistentRead\":true,"
                                           "\"KeyConditionExpression\":\"#p = :p\","
                                           "\"ExpressionAttributeNames\":{\"#p\":\"part\"},"
                                           "\"ExpressionAttributeValues\":{\":p\":{\"S\":\"p\"}}}");
    }
    assert_int_equal(server_asked(&w->server), 5);
    assert_int_equal(seen.count, 3);
    buffer_deinit(&seen.text);
    world_free(w);
}

static void values(void **state)
{
    (void)state;
    static const ServerReply replies[] = {PAGE(
        "{\"n\":{\"N\":\"12345678901234567890123456789012345678\"},\"s\":{\"S\":\"\"},"
        "\"l\":{\"L\":[{\"S\":\"x\"}]},\"m\":{\"M\":{\"S\":{\"S\":\"x\"}}},\"x\":{\"SS\":[\"x\"]},"
        "\"y\":{\"NS\":[\"1\"]},\"z\":{\"BS\":[\"AAEC\"]},\"S\":{\"B\":\"AAEC\"},"
        "\"t\":{\"BOOL\":true},\"f\":{\"BOOL\":false},\"nil\":{\"NULL\":true}},{}")};
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    assert_ok(dynamo_scan(&t, (DynamoSegment){0, 1}, see, &seen, &e), &e);
    assert_string_equal(seen.text.bytes,
                        "n:N:12345678901234567890123456789012345678 s:S: S:B:AAEC t:BOOL:true "
                        "f:BOOL:false nil:NULL:- ;;");
    assert_string_equal(body_of(w, 0), "{\"TableName\":\"runs\",\"ConsistentRead\":true}");
    assert_true(said(w, 0, "\r\nx-amz-target: DynamoDB_20120810.Scan\r\n"));
    buffer_deinit(&seen.text);
    world_free(w);
}

static void segments(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        PAGE_BEFORE(KEY("a"), KEY("a")),
        PAGE(KEY("b")),
        PAGE(""),
        PAGE(KEY("c")),
    };
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "1", &t);
    for (unsigned i = 0; i < 3; i++)
        assert_ok(dynamo_scan(&t, (DynamoSegment){i, 3}, see, &seen, &e), &e);
    assert_int_equal(seen.count, 3);
    assert_int_equal(server_asked(&w->server), 4);
    static const char *const wanted[] = {
        "\"Segment\":0,\"TotalSegments\":3}",
        "\"Segment\":0,\"TotalSegments\":3,\"ExclusiveStartKey\":" KEY("a") "}",
        "\"Segment\":1,\"TotalSegments\":3}",
        "\"Segment\":2,\"TotalSegments\":3}",
    };
    for (size_t i = 0; i < CASES(wanted); i++)
        assert_non_null(strstr(body_of(w, i), wanted[i]));
    buffer_deinit(&seen.text);
    world_free(w);
}

static void each_ends_it(void **state)
{
    (void)state;
    static const ServerReply replies[] = {PAGE_BEFORE(KEY("a") "," KEY("b"), KEY("b"))};
    DynamoTable t;
    Seen seen = {.most = 1};
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    assert_false(dynamo_scan(&t, (DynamoSegment){0, 2}, see, &seen, &e));
    assert_string_equal(e.message, "enough");
    assert_int_equal(seen.count, 1);
    assert_int_equal(server_asked(&w->server), 1);
    buffer_deinit(&seen.text);
    world_free(w);
}

static void bad_pages(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        const char *words;
    } rows[] = {
        {JSON("{}"), "no list of items"},
        {JSON("{\"Items\":{}}"), "no list of items"},
        {PAGE("1"), "an item that is none"},
        {PAGE("{\"a\":1}"), "\"a\" is of an unknown type"},
        {PAGE("{\"a\":{}}"), "unknown type"},
        {PAGE("{\"a\":[]}"), "unknown type"},
        {PAGE("{\"a\":{\"S\":1}}"), "unknown type"},
        {PAGE("{\"a\":{\"N\":1}}"), "unknown type"},
        {PAGE("{\"a\":{\"BOOL\":\"true\"}}"), "unknown type"},
        {PAGE("{\"a\":{\"NULL\":false}}"), "unknown type"},
        {PAGE_BEFORE("", "{\"part\":{\"S\":\"p\"}}"), "not where"},
        {PAGE_BEFORE("", "{\"part\":{\"S\":\"p\"},\"sort\":{\"N\":\"1\"}}"), "not where"},
        {PAGE_BEFORE("", "[1]"), "not where"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        DynamoTable t;
        Seen seen = {0};
        Error e = {0};
        World *w = table_new(&rows[i].reply, 1, "1", &t);
        bool ok = dynamo_scan(&t, (DynamoSegment){0, 1}, see, &seen, &e);
        assert_refused(ok, &e, ERROR_RETRY, "bad_reply", rows[i].words);
        assert_int_equal(server_asked(&w->server), 1);
        assert_int_equal(seen.count, 0);
        world_free(w);
    }
}

static void page_that_follows_itself(void **state)
{
    (void)state;
    static const ServerReply replies[] = {PAGE_BEFORE(KEY("a"), KEY("a"))};
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    bool ok = dynamo_query(&t, &(DynamoRange){"p", NULL, NULL}, see, &seen, &e);
    assert_refused(ok, &e, ERROR_RETRY, "bad_reply", "a page follows itself");
    assert_int_equal(server_asked(&w->server), 2);
    assert_int_equal(seen.count, 1);
    buffer_deinit(&seen.text);
    world_free(w);
}

/* What the service refuses is told as it is. */
static void refusals(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        ErrorKind kind;
        const char *code;
    } rows[] = {
        {JSON_REFUSAL("ResourceNotFoundException"), ERROR_SETUP, "no_such_table"},
        {JSON_REFUSAL("ProvisionedThroughputExceededException"), ERROR_RETRY, "throttled"},
        {JSON_REFUSAL("AccessDeniedException"), ERROR_SETUP, "access_denied"},
        {JSON_REFUSAL("ValidationException"), ERROR_DATA, "refused"},
        {REPLY("500 Internal Server Error", "", ""), ERROR_RETRY, "unavailable"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        DynamoTable t;
        Seen seen = {0};
        Error e = {0};
        World *w = table_new(&rows[i].reply, 1, "1", &t);
        bool ok = dynamo_query(&t, &(DynamoRange){"p", NULL, NULL}, see, &seen, &e);
        assert_refused(ok, &e, rows[i].kind, rows[i].code, "reading a partition");
        world_free(w);
    }
}

static const Case cases[] = {
    {"query", query},         {"values", values},
    {"segments", segments},   {"each_ends_it", each_ends_it},
    {"bad_pages", bad_pages}, {"page_that_follows_itself", page_that_follows_itself},
    {"refusals", refusals},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
