/* test_dynamodb.c: items counted, put and deleted, against a DynamoDB that takes a part, damages
 * its replies or refuses.
 *
 * What a number takes is what the service was found to count (an item of exactly 409600 bytes is
 * taken, one byte more is not); the checksum of {} is zlib's. */
#include "stores/aws/dynamodb.h"

#include "tests/stores/dynamodb_commands.h"
#include "tests/stores/dynamodb_world.h"

#include <math.h>

static void numbers_that_fit(void **state)
{
    (void)state;
    static const struct {
        double value;
        bool fits;
    } rows[] = {{0, true},         {-0.0, true},    {1, true},         {-1.5, true},
                {1e-130, true},    {-1e-130, true}, {9.9e-131, false}, {5e-324, false},
                {9.999e125, true}, {1e126, false},  {-1e126, false},   {1e300, false},
                {INFINITY, false}, {NAN, false},    {1e22, true}};
    for (size_t i = 0; i < CASES(rows); i++)
        assert_int_equal(dynamo_number_fits(rows[i].value), rows[i].fits);
}

static size_t size_of(DynamoType type, const char *text)
{
    DynamoAttribute a = {"n", type, text};
    return dynamo_item_size(&(DynamoItem){&a, 1}) - 1;
}

static void sizes(void **state)
{
    (void)state;
    static const struct {
        DynamoType type;
        const char *text;
        size_t size;
    } rows[] = {
        {DYNAMO_NUMBER, "0", 1},
        {DYNAMO_NUMBER, "1", 2},
        {DYNAMO_NUMBER, "12", 2},
        {DYNAMO_NUMBER, "123", 3},
        {DYNAMO_NUMBER, "1234", 3},
        {DYNAMO_NUMBER, "12345678901234567890123456789012345678", 20},
        {DYNAMO_NUMBER, "0042", 2},
        {DYNAMO_NUMBER, "100", 2},
        {DYNAMO_NUMBER, "1010", 3},
        {DYNAMO_NUMBER, "0.0000001", 2},
        {DYNAMO_NUMBER, "1E125", 2},
        {DYNAMO_NUMBER, "1E-100", 2},
        {DYNAMO_NUMBER, "1.5", 3},
        {DYNAMO_NUMBER, "15", 2},
        {DYNAMO_NUMBER, "1.200", 3},
        {DYNAMO_NUMBER, "1.234", 4},
        {DYNAMO_NUMBER, "3.14159", 5},
        {DYNAMO_NUMBER, "123456", 4},
        {DYNAMO_NUMBER, "-1.5", 4}, /* one more for the sign */
        {DYNAMO_NUMBER, "100.5", 4},
        {DYNAMO_NUMBER, "nan", 3}, /* a string */
        {DYNAMO_NUMBER, "1e300", 5},
        {DYNAMO_STRING, "", 0},
        {DYNAMO_STRING, "\303\274\342\202\254", 5},
        {DYNAMO_BOOL, "false", 1},
        {DYNAMO_NULL, NULL, 1},
        {DYNAMO_BINARY, "", 0},
        {DYNAMO_BINARY, "AA==", 1},
        {DYNAMO_BINARY, "AAE=", 2},
        {DYNAMO_BINARY, "AAEC", 3},
        {DYNAMO_BINARY, "AAECAw==", 4},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        if (size_of(rows[i].type, rows[i].text) != rows[i].size)
            print_error("%s\n", rows[i].text);
        assert_int_equal(size_of(rows[i].type, rows[i].text), rows[i].size);
    }
    DynamoAttribute both[] = {{"n\303\274", DYNAMO_BOOL, "true"}, {"text", DYNAMO_STRING, "abc"}};
    assert_int_equal(dynamo_item_size(&(DynamoItem){both, 2}), 3 + 1 + 4 + 3);
}

/* ---- what is sent */

static void put_one(World *w, const DynamoTable *t, DynamoAttribute a)
{
    DynamoAttribute all[] = {{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "a \"b\""}, a};
    Error e = {0};
    assert_ok(dynamo_put(t, &(DynamoItem){all, 3}, 1, &e), &e);
    (void)w;
}

static void values(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{\"UnprocessedItems\":{}}")};
    static const struct {
        DynamoType type;
        const char *text, *sent;
    } rows[] = {
        {DYNAMO_NUMBER, "12345678901234567890123456789012345678",
         "{\"N\":\"12345678901234567890123456789012345678\"}"},
        {DYNAMO_NUMBER, "0.012345678901234567890123456789012345678000",
         "{\"N\":\"0.012345678901234567890123456789012345678000\"}"}, /* 38 without the zeros */
        {DYNAMO_NUMBER, "123456789012345678901234567890123456789",
         "{\"S\":\"123456789012345678901234567890123456789\"}"},
        {DYNAMO_NUMBER, "-1.5e-130", "{\"N\":\"-1.5e-130\"}"},
        {DYNAMO_NUMBER, "9.99e125", "{\"N\":\"9.99e125\"}"},
        {DYNAMO_NUMBER, "99.9e124", "{\"N\":\"99.9e124\"}"},
        {DYNAMO_NUMBER, "99.9e125", "{\"S\":\"99.9e125\"}"},
        {DYNAMO_NUMBER, "0.1e-130", "{\"S\":\"0.1e-130\"}"},
        {DYNAMO_NUMBER, "0.001e130", "{\"S\":\"0.001e130\"}"},
        {DYNAMO_NUMBER, "0.00001e130", "{\"N\":\"0.00001e130\"}"},
        {DYNAMO_NUMBER, "1e126", "{\"S\":\"1e126\"}"},
        {DYNAMO_NUMBER, "-0", "{\"N\":\"-0\"}"},
        {DYNAMO_NUMBER, "nan", "{\"S\":\"nan\"}"},
        {DYNAMO_NUMBER, "", "{\"S\":\"\"}"},
        {DYNAMO_NUMBER, "-", "{\"S\":\"-\"}"},
        {DYNAMO_NUMBER, "+1", "{\"S\":\"+1\"}"},
        {DYNAMO_NUMBER, " 1", "{\"S\":\" 1\"}"},
        {DYNAMO_NUMBER, "1 ", "{\"S\":\"1 \"}"},
        {DYNAMO_NUMBER, "1.2.3", "{\"S\":\"1.2.3\"}"},
        {DYNAMO_NUMBER, "1e", "{\"S\":\"1e\"}"},
        {DYNAMO_NUMBER, "1e99999999999999999999", "{\"S\":\"1e99999999999999999999\"}"},
        {DYNAMO_NUMBER, "0x10", "{\"S\":\"0x10\"}"},
        {DYNAMO_STRING, "line\n\"\\\303\274", "{\"S\":\"line\\n\\\"\\\\\303\274\"}"},
        {DYNAMO_STRING, "", "{\"S\":\"\"}"},
        {DYNAMO_BOOL, "true", "{\"BOOL\":true}"},
        {DYNAMO_BOOL, "false", "{\"BOOL\":false}"},
        {DYNAMO_NULL, NULL, "{\"NULL\":true}"},
        {DYNAMO_BINARY, "AAEC", "{\"B\":\"AAEC\"}"},
    };
    DynamoTable t;
    World *w = table_new(replies, 1, "1", &t);
    for (size_t i = 0; i < CASES(rows); i++) {
        char wanted[512];
        put_one(w, &t, (DynamoAttribute){"v", rows[i].type, rows[i].text});
        snprintf(wanted, sizeof wanted,
                 "{\"RequestItems\":{\"runs\":[{\"PutRequest\":{\"Item\":{\"part\":{\"S\":\"p\"},"
                 "\"sort\":{\"S\":\"a \\\"b\\\"\"},\"v\":%s}}}]}}",
                 rows[i].sent);
        assert_string_equal(body_of(w, i), wanted);
    }
    assert_true(said(w, 0, "POST / HTTP/1.1\r\n"));
    assert_true(said(w, 0, "\r\nx-amz-target: DynamoDB_20120810.BatchWriteItem\r\n"));
    assert_true(said(w, 0, "\r\ncontent-type: application/x-amz-json-1.0\r\n"));
    assert_true(said(w, 0, "/eu-central-1/dynamodb/aws4_request"));
    assert_false(said(w, 0, "\r\naccept-encoding:"));
    world_free(w);
}

static void batches(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    DynamoItem *items = rows_new(51, "x");
    assert_ok(dynamo_put(&t, items, 0, &e), &e);
    assert_int_equal(server_asked(&w->server), 0);
    assert_ok(dynamo_put(&t, items, 51, &e), &e);
    assert_int_equal(server_asked(&w->server), 3);
    assert_int_equal(times(body_of(w, 0), "PutRequest"), 25);
    assert_int_equal(times(body_of(w, 1), "PutRequest"), 25);
    assert_int_equal(times(body_of(w, 2), "PutRequest"), 1);
    assert_non_null(strstr(body_of(w, 2), "k050"));
    rows_free(items);
    world_free(w);
}

/* 409600 bytes of text with part, sort, p and k000 in it; a batch of 25 would be 10 MB. */
static char *longest_text(size_t more)
{
    size_t length = DYNAMO_ITEM_MOST - strlen("partpsortk000text") + more;
    char *text = malloc(length + 1);
    assert_non_null(text);
    memset(text, 'x', length);
    text[length] = '\0';
    return text;
}

static void batches_by_size(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    char *text = longest_text(0);
    DynamoItem *items = rows_new(12, text);
    assert_ok(dynamo_put(&t, items, 12, &e), &e);
    assert_int_equal(server_asked(&w->server), 2);
    assert_int_equal(times(body_of(w, 0), "PutRequest"), 10);
    assert_int_equal(times(body_of(w, 1), "PutRequest"), 2);
    assert_true(strlen(body_of(w, 0)) <= 4 << 20);
    rows_free(items);
    free(text);
    world_free(w);
}

static void same_key_twice(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    DynamoItem *old = rows_new(30, "old"), *new = rows_new(2, "new");
    DynamoItem all[33];
    memcpy(all, old, 30 * sizeof *all);
    memcpy(all + 30, new, 2 * sizeof *all);
    all[32] = new[0];
    assert_ok(dynamo_put(&t, all, 33, &e), &e);
    assert_int_equal(server_asked(&w->server), 2);
    const char *first = body_of(w, 0), *second = body_of(w, 1);
    assert_int_equal(times(first, "\"old\"") + times(second, "\"old\""), 28);
    assert_int_equal(times(first, "\"k000\"") + times(second, "\"k000\""), 1);
    assert_int_equal(times(first, "\"new\"") + times(second, "\"new\""), 2);
    static const DynamoKey keys[] = {{"p", "a"}, {"p", "b"}, {"p", "a"}, {"pa", "a"}};
    assert_ok(dynamo_delete(&t, keys, 4, &e), &e);
    assert_string_equal(
        body_of(w, 2),
        "{\"RequestItems\":{\"runs\":["
        "{\"DeleteRequest\":{\"Key\":{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"b\"}}}},"
        "{\"DeleteRequest\":{\"Key\":{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"a\"}}}},"
        "{\"DeleteRequest\":{\"Key\":{\"part\":{\"S\":\"pa\"},\"sort\":{\"S\":\"a\"}}}}]}}");
    rows_free(old);
    rows_free(new);
    world_free(w);
}

/* ---- what comes back */

#define PUT_BACK(sort)                                                                             \
    "{\"PutRequest\":{\"Item\":{\"text\":{\"S\":\"\"},\"part\":{\"S\":\"p\"},"                     \
    "\"sort\":{\"S\":\"" sort "\"}}}}"
#define DELETE_BACK(sort)                                                                          \
    "{\"DeleteRequest\":{\"Key\":{\"part\":{\"S\":\"p\"},\"sort\":{\"S\":\"" sort "\"}}}}"
#define BACK(requests) JSON("{\"UnprocessedItems\":{\"runs\":[" requests "]}}")

/* Each time a part is done: it goes on, although no attempt but the first is allowed. */
static void some_come_back(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        BACK(PUT_BACK("k004") "," PUT_BACK("k001") "," PUT_BACK("k002")),
        BACK(PUT_BACK("k002") "," PUT_BACK("k001")),
        BACK(PUT_BACK("k002")),
        JSON("{}"),
        BACK(DELETE_BACK("k1")),
        JSON("{\"UnprocessedItems\":{}}"),
    };
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "1", &t);
    DynamoItem *items = rows_new(5, "kept");
    assert_ok(dynamo_put(&t, items, 5, &e), &e);
    assert_int_equal(server_asked(&w->server), 4);
    static const char *const keys[] = {"k000", "k001", "k002", "k003", "k004"};
    static const bool wanted[][5] = {
        {1, 1, 1, 1, 1}, {0, 1, 1, 0, 1}, {0, 1, 1, 0, 0}, {0, 0, 1, 0, 0}};
    for (size_t i = 0; i < 4 * 5; i++)
        assert_int_equal(times(body_of(w, i / 5), keys[i % 5]), wanted[i / 5][i % 5]);
    assert_int_equal(times(body_of(w, 3), "\"kept\""), 1); /* ours, not the text that came back */
    static const DynamoKey gone[] = {{"p", "k0"}, {"p", "k1"}};
    assert_ok(dynamo_delete(&t, gone, 2, &e), &e);
    assert_int_equal(times(body_of(w, 5), "DeleteRequest"), 1);
    assert_non_null(strstr(body_of(w, 5), "k1"));
    rows_free(items);
    world_free(w);
}

static void all_come_back(void **state)
{
    (void)state;
    static const ServerReply replies[] = {BACK(PUT_BACK("k000"))};
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "2", &t);
    DynamoItem *items = rows_new(1, "x");
    bool ok = dynamo_put(&t, items, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "throttled", "1 of the items");
    assert_int_equal(server_asked(&w->server), 2);
    rows_free(items);
    world_free(w);
}

static void others_come_back(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        BACK(PUT_BACK("k001")),
        BACK(DELETE_BACK("k001")),
        JSON("{\"UnprocessedItems\":{\"runs\":[{}]}}"),
        JSON("{\"UnprocessedItems\":{\"runs\":[{\"PutRequest\":{\"Item\":{\"part\":{\"N\":\"1\"},"
             "\"sort\":{\"S\":\"k000\"}}}}]}}"),
    };
    DynamoTable t;
    World *w = table_new(replies, CASES(replies), "1", &t);
    DynamoItem *items = rows_new(1, "x");
    for (size_t i = 0; i < CASES(replies); i++) {
        Error e = {0};
        bool ok = dynamo_put(&t, items, 1, &e);
        assert_refused(ok, &e, ERROR_RETRY, "bad_reply", "not given");
        assert_int_equal(server_asked(&w->server), i + 1);
    }
    rows_free(items);
    world_free(w);
}

/* ---- guards */

static void refuses(World *w, const DynamoTable *t, const DynamoAttribute *attributes,
                    const char *code, const char *words)
{
    DynamoItem *good = rows_new(3, "x");
    DynamoItem items[] = {good[0], good[1], good[2], {attributes, 3}};
    Error e = {0};
    bool ok = dynamo_put(t, items, 4, &e);
    assert_refused(ok, &e, ERROR_DATA, code, words);
    assert_int_equal(server_asked(&w->server), 0);
    rows_free(good);
}

static void guards(void **state)
{
    (void)state;
    static const ServerReply replies[] = {JSON("{}")};
    static char long_key[DYNAMO_KEY_MOST + 2], long_sort[DYNAMO_SORT_KEY_MOST + 2];
    memset(long_key, 'k', DYNAMO_KEY_MOST + 1);
    memset(long_sort, 's', DYNAMO_SORT_KEY_MOST + 1);
    char *text = longest_text(1);
    const struct {
        DynamoAttribute attributes[3];
        const char *code, *words;
    } rows[] = {
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "k000"}, {"text", 0, text}},
         "too_large",
         "item \"p\", \"k000\": 409601 bytes"},
        {{{"part", DYNAMO_STRING, ""}, {"sort", DYNAMO_STRING, "k"}, {"text", 0, ""}},
         "too_large",
         "item \"\", \"k\": a key of it is missing or empty"},
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, ""}, {"text", 0, ""}},
         "too_large",
         "missing or empty"},
        {{{"part", DYNAMO_STRING, "p"}, {"other", DYNAMO_STRING, "k"}, {"text", 0, ""}},
         "too_large",
         "missing or empty"},
        {{{"part", DYNAMO_NUMBER, "1"}, {"sort", DYNAMO_STRING, "k"}, {"text", 0, ""}},
         "too_large",
         "missing or empty"},
        {{{"part", DYNAMO_STRING, long_key}, {"sort", DYNAMO_STRING, "k"}, {"text", 0, ""}},
         "too_large",
         "2049 bytes, more than the 2048"},
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, long_sort}, {"text", 0, ""}},
         "too_large",
         "1025 bytes, more than the 1024"},
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "k\377"}, {"text", 0, ""}},
         "not_utf8",
         "item \"p\", \"k\\xff\""},
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "k"}, {"text", 0, "\300\200"}},
         "not_utf8",
         "not UTF-8"},
        {{{"part", DYNAMO_STRING, "p"}, {"sort", DYNAMO_STRING, "k"}, {"t\377", 0, "x"}},
         "not_utf8",
         "not UTF-8"},
    };
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "1", &t);
    for (size_t i = 0; i < CASES(rows); i++)
        refuses(w, &t, rows[i].attributes, rows[i].code, rows[i].words);
    bool ok = dynamo_delete(&t, &(DynamoKey){"p", ""}, 1, &e);
    assert_refused(ok, &e, ERROR_DATA, "too_large", "missing or empty");
    long_key[DYNAMO_KEY_MOST] = long_sort[DYNAMO_SORT_KEY_MOST] = '\0';
    error_clear(&e);
    assert_ok(dynamo_delete(&t, &(DynamoKey){long_key, long_sort}, 1, &e), &e);
    free(text);
    world_free(w);
}

/* ---- damage */

#define SUMMED(sum, body) REPLY("200 OK", "x-amz-crc32: " sum "\r\n", body)

static void damage(void **state)
{
    (void)state;
    static const ServerReply replies[] = {
        SUMMED("2745614146", "{}"), /* one more than it is */
        SUMMED("", "{}"),
        JSON("{\"Unprocess"),
        JSON("{\"a\":\"\377\"}"),
        REPLY("400 Bad Request", "x-amz-crc32: 1\r\n",
              "{\"__type\":\"x#ResourceNotFoundException\"}"),
        SUMMED("2745614147", "{}"),
        SUMMED("1", "{}"),
        SUMMED("1", "{}"),
        JSON("[]"),
    };
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "6", &t);
    static const DynamoKey key = {"p", "k"};
    assert_ok(dynamo_delete(&t, &key, 1, &e), &e);
    assert_int_equal(server_asked(&w->server), 6);
    aws_close(w->aws);
    setenv("AWS_MAX_ATTEMPTS", "2", 1);
    open_aws(w);
    t.aws = w->aws;
    bool ok = dynamo_delete(&t, &key, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "damaged", "deleting: the reply arrived damaged");
    assert_int_equal(server_asked(&w->server), 8);
    ok = dynamo_delete(&t, &key, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "bad_reply", "no JSON object");
    world_free(w);
}

static char *stop_and_give_back(void *context, const char *request)
{
    (void)request;
    static const char body[] = "{\"UnprocessedItems\":{\"runs\":[" PUT_BACK("k000") "]}}";
    char *reply = NULL;
    *(atomic_bool *)context = true;
    if (asprintf(&reply, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body) <
        0)
        return NULL;
    return reply;
}

static void stopped(void **state)
{
    (void)state;
    static const ServerReply replies[] = {BACK(PUT_BACK("k000"))};
    atomic_bool stop = false;
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, 1, "2", &t);
    t.stop = &stop;
    DynamoItem *items = rows_new(1, "x");
    stop = true;
    bool ok = dynamo_put(&t, items, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "stopped", "writing");
    assert_int_equal(server_asked(&w->server), 0);
    stop = false;
    w->server.context = (void *)&stop;
    w->server.answer = stop_and_give_back;
    ok = dynamo_put(&t, items, 1, &e);
    assert_refused(ok, &e, ERROR_RETRY, "stopped", "writing");
    assert_int_equal(server_asked(&w->server), 1);
    rows_free(items);
    world_free(w);
}

static const Case cases[] = {
    {"numbers_that_fit", numbers_that_fit},
    {"sizes", sizes},
    {"values", values},
    {"batches", batches},
    {"batches_by_size", batches_by_size},
    {"same_key_twice", same_key_twice},
    {"some_come_back", some_come_back},
    {"all_come_back", all_come_back},
    {"others_come_back", others_come_back},
    {"guards", guards},
    {"damage", damage},
    {"stopped", stopped},
};

int main(int argc, char **argv)
{
    if (argc > 2 && strcmp(argv[1], "--do") == 0)
        return do_command(argc - 2, argv + 2);
    return cases_main(argc, argv, cases, CASES(cases));
}
