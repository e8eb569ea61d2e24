/* test_dynamodb_get.c: items by their keys, items put under a condition, items put as they come:
 * what is asked of a scripted DynamoDB, and what its replies become. */
#include "stores/aws/dynamodb.h"
#include "stores/aws/dynamodb_writer.h"

#include "tests/stores/dynamodb_world.h"

typedef struct Seen {
    size_t count;
    char sorts[256];
} Seen;

static bool see(void *context, const DynamoItem *item, Error *e)
{
    Seen *s = context;
    (void)e;
    s->count++;
    size_t used = strlen(s->sorts);
    snprintf(s->sorts + used, sizeof s->sorts - used, "%s ", dynamo_item_text(item, "sort"));
    return true;
}

#define ITEM(key) "{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"" key "\"},\"n\":{\"N\":\"1\"}}"
#define KEY(key) "{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"" key "\"}}"
#define FOUND(items, left)                                                                         \
    JSON("{\"Responses\":{\"runs\":[" items "]},\"UnprocessedKeys\":{" left "}}")
#define LEFT(keys) "\"runs\":{\"Keys\":[" keys "]}"

static void get(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        FOUND(ITEM("b"), LEFT(KEY("c") "," KEY("a"))),
        FOUND("", LEFT(KEY("c"))),
        FOUND(ITEM("c"), ""),
    };
    static const DynamoKey keys[] = {{"p", "a"}, {"p", "b"}, {"p", "c"}, {"p", "b"}};
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "1", &t);
    assert_ok(dynamo_get(&t, keys, 0, see, &seen, &e), &e);
    assert_int_equal(server_asked(&w->server), 0);
    assert_ok(dynamo_get(&t, keys, CASES(keys), see, &seen, &e), &e);
    assert_string_equal(seen.sorts, "b c ");
    assert_string_equal(body_of(w, 0),
                        "{\"RequestItems\":{\"runs\":{\"ConsistentRead\":true,\"Keys\":[" KEY(
                            "a") "," KEY("b") "," KEY("c") "]}}}");
    assert_string_equal(body_of(w, 1),
                        "{\"RequestItems\":{\"runs\":{\"ConsistentRead\":true,\"Keys\":[" KEY(
                            "a") "," KEY("c") "]}}}");
    assert_int_equal(times(body_of(w, 2), "\"sort\""), 1);
    world_free(w);
}

static void get_many(void **state)
{
    (void)state;
    static const ServerReply replies[] = {FOUND("", "")};
    DynamoKey keys[201];
    char sorts[201][8];
    DynamoTable t;
    Seen seen = {0};
    Error e = {0};
    for (unsigned i = 0; i < CASES(keys); i++) {
        snprintf(sorts[i], sizeof sorts[i], "%03u", i);
        keys[i] = (DynamoKey){"p", sorts[i]};
    }
    World *w = table_new(replies, 1, "1", &t);
    assert_ok(dynamo_get(&t, keys, CASES(keys), see, &seen, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    assert_int_equal(times(body_of(w, 0), "\"sort\""), 100);
    assert_int_equal(times(body_of(w, 2), "\"sort\""), 1);
    assert_int_equal(seen.count, 0);
    world_free(w);
}

static void get_refused(void **state)
{
    (void)state;
    static const struct {
        ServerReply reply;
        const char *code, *words;
    } rows[] = {
        {FOUND(ITEM("x"), ""), "bad_reply", "not asked for"},
        {FOUND("{\"part\":{\"S\":\"p\"}}", ""), "bad_reply", "not asked for"},
        {FOUND("", LEFT(KEY("x"))), "bad_reply", "not given"},
        {FOUND("", LEFT("{}")), "bad_reply", "not given"},
        {FOUND("", LEFT(KEY("a"))), "throttled", "leaves 1 of them out"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        DynamoTable t;
        Seen seen = {0};
        Error e = {0};
        World *w = table_new(&rows[i].reply, 1, "1", &t);
        bool ok = dynamo_get(&t, &(DynamoKey){"p", "a"}, 1, see, &seen, &e);
        assert_refused(ok, &e, ERROR_RETRY, rows[i].code, rows[i].words);
        world_free(w);
    }
}

/* ---- conditions */

static const DynamoAttribute first[] = {
    {"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "k"}, {"revision", DYNAMO_NUMBER, "8"}};

#define FIRST "{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"k\"},\"revision\":{\"N\":\"8\"}}"
#define ABSENT                                                                                     \
    "\"ConditionExpression\":\"attribute_not_exists(#a)\","                                        \
    "\"ExpressionAttributeNames\":{\"#a\":\"part\"}"
#define SEVEN                                                                                      \
    "\"ConditionExpression\":\"#a = :n\",\"ExpressionAttributeNames\":{\"#a\":\"revision\"},"      \
    "\"ExpressionAttributeValues\":{\":n\":{\"N\":\"7\"}}"

static void put_if(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    DynamoTable t, other;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    other = t;
    other.name = "others";
    DynamoPut put = {&t, {first, 3}}, more = {&other, {first, 2}};
    assert_ok(dynamo_put_if(&put, &(DynamoMust){"revision", NULL}, NULL, 0, &e), &e);
    assert_string_equal(body_of(w, 0), "{\"TableName\":\"runs\",\"Item\":" FIRST "," ABSENT "}");
    assert_true(said(w, 0, "\r\nx-amz-target: DynamoDB_20120810.PutItem\r\n"));
    assert_ok(dynamo_put_if(&put, &(DynamoMust){"revision", "7"}, NULL, 0, &e), &e);
    assert_string_equal(body_of(w, 1), "{\"TableName\":\"runs\",\"Item\":" FIRST "," SEVEN "}");
    assert_ok(dynamo_put_if(&put, &(DynamoMust){"revision", "7"}, &more, 1, &e), &e);
    assert_string_equal(body_of(w, 2),
                        "{\"TransactItems\":[{\"Put\":{\"TableName\":\"runs\",\"Item\":" FIRST
                        "," SEVEN "}},{\"Put\":{\"TableName\":\"others\",\"Item\":{\"part\":{\"S\":"
                        "\"p\"},\"sort\":{\"S\":\"k\"}}}}]}");
    assert_true(said(w, 2, "\r\nx-amz-target: DynamoDB_20120810.TransactWriteItems\r\n"));
    world_free(w);
}

static void put_if_refused(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON_REFUSAL("ConditionalCheckFailedException"),
                                          JSON_REFUSAL("TransactionCanceledException")};
    DynamoTable t;
    Error e = {0};
    DynamoPut many[DYNAMO_TOGETHER_MOST] = {0};
    World *w = table_new(replies, CASES(replies), "3", &t);
    DynamoPut put = {&t, {first, 3}}, bad = {&t, {first, 1}};
    DynamoMust must = {"revision", "7"};
    bool ok = dynamo_put_if(&put, &must, NULL, 0, &e);
    assert_refused(ok, &e, ERROR_RETRY, "precondition", "ConditionalCheckFailed");
    ok = dynamo_put_if(&put, &must, &put, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "conflict", "TransactionCanceled");
    assert_int_equal(server_asked(&w->server), 2);
    ok = dynamo_put_if(&put, &must, &bad, 1, &e);
    assert_refused(ok, &e, ERROR_DATA, "too_large", "missing or empty");
    ok = dynamo_put_if(&put, &must, many, DYNAMO_TOGETHER_MOST, &e);
    assert_refused(ok, &e, ERROR_DATA, "too_large", "101 items at once");
    assert_int_equal(server_asked(&w->server), 2);
    world_free(w);
}

/* ---- as they come */

static void writer(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    DynamoTable t;
    Crew *c;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    assert_ok(crew_open(3, &c, &e), &e);
    DynamoWriter writer = {.table = &t, .crew = c};
    DynamoItem *items = rows_new(60, "x");
    for (size_t i = 0; i < 60; i++)
        assert_ok(dynamo_writer_put(&writer, &items[i], &e), &e);
    rows_free(items); /* it has copies */
    dynamo_writer_flush(&writer);
    dynamo_writer_flush(&writer);
    assert_ok(crew_wait(c, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    size_t puts = 0, wanted = 0;
    for (size_t i = 0; i < 3; i++) {
        puts += times(body_of(w, i), "PutRequest");
        wanted += times(body_of(w, i), "\"k059\"") + times(body_of(w, i), "\"k000\"");
    }
    assert_int_equal(puts, 60);
    assert_int_equal(wanted, 2);
    items = rows_new(1, "x");
    assert_ok(dynamo_writer_put(&writer, &items[0], &e), &e);
    dynamo_writer_deinit(&writer); /* forgotten */
    assert_ok(crew_wait(c, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    rows_free(items);
    crew_close(c);
    world_free(w);
}

static void writer_fails(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON_REFUSAL("ResourceNotFoundException")};
    DynamoTable t;
    Crew *c;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    assert_ok(crew_open(1, &c, &e), &e);
    DynamoWriter writer = {.table = &t, .crew = c};
    DynamoItem *items = rows_new(500, "x");
    for (size_t i = 0; i < 500; i++)
        assert_ok(dynamo_writer_put(&writer, &items[i], &e), &e);
    dynamo_writer_flush(&writer);
    bool ok = crew_wait(c, &e);
    assert_refused(ok, &e, ERROR_SETUP, "no_such_table", "writing");
    assert_int_equal(server_asked(&w->server), 1); /* the others would be in vain */
    rows_free(items);
    crew_close(c);
    world_free(w);
}

static const Case cases[] = {
    {"get", get},
    {"get_many", get_many},
    {"get_refused", get_refused},
    {"put_if", put_if},
    {"put_if_refused", put_if_refused},
    {"writer", writer},
    {"writer_fails", writer_fails},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
