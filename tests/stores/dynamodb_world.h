/* dynamodb_world.h: a scripted DynamoDB with a table, and items for it. */
#pragma once

#include "stores/aws/dynamodb.h"
#include "tests/stores/aws_world.h"

#define JSON(body) REPLY("200 OK", "Content-Type: application/x-amz-json-1.0\r\n", body)
#define JSON_REFUSAL(code)                                                                         \
    REPLY("400 Bad Request", "x-amzn-requestid: 4442587FB7D0A2F9\r\n",                             \
          "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" code "\",\"message\":\"No.\"}")

/* What is asked of the replies; `attempts` is AWS_MAX_ATTEMPTS. */
static inline World *table_new(const ServerReply *replies, size_t count, const char *attempts,
                               DynamoTable *t)
{
    World *w = world_new(replies, count);
    setenv("AWS_MAX_ATTEMPTS", attempts, 1);
    open_aws(w);
    *t = (DynamoTable){.aws = w->aws, .name = "runs", .partition_key = "part", .sort_key = "sort"};
    return w;
}

static inline const char *body_of(World *w, size_t n)
{
    assert_true(n < server_asked(&w->server));
    return strstr(w->server.requests[n], "\r\n\r\n") + 4;
}

static inline size_t times(const char *text, const char *word)
{
    size_t n = 0;
    for (const char *p = strstr(text, word); p; p = strstr(p + 1, word))
        n++;
    return n;
}

static inline void assert_refused(bool ok, const Error *e, ErrorKind kind, const char *code,
                                  const char *words)
{
    assert_false(ok);
    print_message("%s (%s)\n", e->message, e->code);
    assert_int_equal(e->kind, kind);
    assert_string_equal(e->code, code);
    assert_non_null(strstr(e->message, words));
    assert_non_null(strstr(e->message, "DynamoDB table runs"));
    assert_null(strchr(e->message, '\n'));
}

/* Items p/k000, p/k001, ... with a text. */
typedef struct Row {
    DynamoAttribute attributes[3];
    char sort[8];
} Row;

static inline DynamoItem *rows_new(size_t count, const char *text)
{
    Row *rows = calloc(count, sizeof *rows);
    DynamoItem *items = calloc(count, sizeof *items);
    assert_true(rows && items);
    for (size_t i = 0; i < count; i++) {
        Row *r = &rows[i];
        snprintf(r->sort, sizeof r->sort, "k%03u", (unsigned)i % 1000);
        r->attributes[0] = (DynamoAttribute){"part", DYNAMO_STRING, "p"};
        r->attributes[1] = (DynamoAttribute){"sort", DYNAMO_STRING, r->sort};
        r->attributes[2] = (DynamoAttribute){"text", DYNAMO_STRING, text};
        items[i] = (DynamoItem){r->attributes, 3};
    }
    return items;
}

static inline void rows_free(DynamoItem *items)
{
    free((void *)items[0].attributes); /* where the first row begins */
    free(items);
}
