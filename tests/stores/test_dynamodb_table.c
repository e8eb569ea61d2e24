/* test_dynamodb_table.c: tables made, waited for, and told from others. */
#include "stores/aws/dynamodb.h"

#include "tests/stores/dynamodb_world.h"

#define TABLE(status, hash, hash_type, more)                                                       \
    JSON("{\"Table\":{\"TableStatus\":\"" status "\",\"KeySchema\":[{\"AttributeName\":\"" hash    \
         "\",\"KeyType\":\"HASH\"}" more "],\"AttributeDefinitions\":["                            \
         "{\"AttributeName\":\"indexed\",\"AttributeType\":\"N\"},{\"AttributeName\":\"" hash      \
         "\",\"AttributeType\":\"" hash_type                                                       \
         "\"},{\"AttributeName\":\"sort\",\"AttributeType\":\"S\"}]}}")
#define RANGE ",{\"AttributeName\":\"sort\",\"KeyType\":\"RANGE\"}"
#define GOOD_TABLE(status) TABLE(status, "part", "S", RANGE)
#define MISSING JSON_REFUSAL("ResourceNotFoundException")
#define MADE JSON("{\"TableDescription\":{\"TableStatus\":\"CREATING\"}}")

enum { REPLIES = 6 };

typedef struct Dialogue {
    bool create; /* else it is only checked */
    size_t asked;
    ServerReply replies[REPLIES];
    ErrorKind kind; /* ERROR_NONE: it works */
    const char *code, *words;
} Dialogue;

static const Dialogue dialogues[] = {
    {true, 1, {GOOD_TABLE("ACTIVE")}, 0, NULL, NULL},
    {true, 1, {GOOD_TABLE("UPDATING")}, 0, NULL, NULL},
    {true, 2, {GOOD_TABLE("CREATING"), GOOD_TABLE("ACTIVE")}, 0, NULL, NULL},
    {true, 3, {MISSING, MADE, GOOD_TABLE("ACTIVE")}, 0, NULL, NULL},
    /* not all of the service knows it at once */
    {true,
     5,
     {MISSING, MADE, MISSING, GOOD_TABLE("CREATING"), GOOD_TABLE("ACTIVE")},
     0,
     NULL,
     NULL},
    /* somebody else was faster */
    {true,
     3,
     {MISSING, JSON_REFUSAL("ResourceInUseException"), GOOD_TABLE("ACTIVE")},
     0,
     NULL,
     NULL},
    {true,
     3,
     {MISSING, JSON_REFUSAL("ResourceInUseException"), TABLE("ACTIVE", "id", "S", "")},
     ERROR_SETUP,
     "other_keys",
     "are id (S), none, not part (S), sort (S)"},
    {true,
     2,
     {MISSING, JSON_REFUSAL("AccessDeniedException")},
     ERROR_SETUP,
     "access_denied",
     "making it"},
    {true,
     1,
     {JSON_REFUSAL("AccessDeniedException")},
     ERROR_SETUP,
     "access_denied",
     "looking at it"},
    {true, 1, {GOOD_TABLE("DELETING")}, ERROR_RETRY, "exists", "is being deleted"},
    {true, 1, {GOOD_TABLE("ARCHIVED")}, ERROR_SETUP, "table_status", "it is ARCHIVED"},
    {true, 1, {JSON("{}")}, ERROR_SETUP, "table_status", "cannot be used"},
    {true,
     1,
     {TABLE("ACTIVE", "part", "N", RANGE)},
     ERROR_SETUP,
     "other_keys",
     "are part (N), sort (S), not"},
    {true,
     1,
     {TABLE("ACTIVE", "other", "S", RANGE)},
     ERROR_SETUP,
     "other_keys",
     "are other (S), sort (S), not"},
    {true,
     1,
     {TABLE("CREATING", "part", "S", "")},
     ERROR_SETUP,
     "other_keys",
     "are part (S), none, not"},
    {false, 1, {GOOD_TABLE("ACTIVE")}, 0, NULL, NULL},
    {false, 2, {GOOD_TABLE("CREATING"), GOOD_TABLE("ACTIVE")}, 0, NULL, NULL},
    {false, 1, {MISSING}, ERROR_SETUP, "no_such_table", "no such table"},
    {false, 1, {TABLE("ACTIVE", "part", "S", "")}, ERROR_SETUP, "other_keys", "none"},
};

static void tables(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(dialogues); i++) {
        DynamoTable t;
        Error e = {0};
        World *w = table_new(dialogues[i].replies, dialogues[i].asked, "1", &t);
        bool ok = dialogues[i].create ? dynamo_create(&t, &e) : dynamo_check(&t, &e);
        if (dialogues[i].kind == ERROR_NONE)
            assert_ok(ok, &e);
        else
            assert_refused(ok, &e, dialogues[i].kind, dialogues[i].code, dialogues[i].words);
        assert_int_equal(server_asked(&w->server), dialogues[i].asked);
        world_free(w);
    }
}

static void requests(void **state)
{
    (void)state;
    static const ServerReply replies[] = {MISSING, MADE, GOOD_TABLE("ACTIVE")};
    DynamoTable t;
    Error e = {0};
    World *w = table_new(replies, CASES(replies), "1", &t);
    assert_ok(dynamo_create(&t, &e), &e);
    static const char *const wanted[][2] = {
        {"DescribeTable", "{\"TableName\":\"runs\"}"},
        {"CreateTable", "{\"TableName\":\"runs\",\"BillingMode\":\"PAY_PER_REQUEST\","
                        "\"AttributeDefinitions\":["
                        "{\"AttributeName\":\"part\",\"AttributeType\":\"S\"},"
                        "{\"AttributeName\":\"sort\",\"AttributeType\":\"S\"}],"
                        "\"KeySchema\":[{\"AttributeName\":\"part\",\"KeyType\":\"HASH\"},"
                        "{\"AttributeName\":\"sort\",\"KeyType\":\"RANGE\"}]}"},
        {"DescribeTable", "{\"TableName\":\"runs\"}"},
    };
    for (size_t i = 0; i < CASES(wanted); i++) {
        char target[80];
        snprintf(target, sizeof target, "\r\nx-amz-target: DynamoDB_20120810.%s\r\n", wanted[i][0]);
        assert_true(said(w, i, target));
        assert_string_equal(body_of(w, i), wanted[i][1]);
    }
    world_free(w);
}

static const Case cases[] = {
    {"tables", tables},
    {"requests", requests},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
