/* dynamodb.c: tables: made, waited for, and looked at whether they are the ones that are meant. */
#include "stores/aws/dynamodb.h"

#include "core/clock.h"
#include "stores/aws/dynamodb_call.h"

#include <math.h>
#include <string.h>

/* A table is made in seconds; one that is restored may take much longer. */
static const double ready_within_s = 300, look_first_s = 0.25, look_most_s = 5;

static void write_definition(Json *j, const char *name)
{
    json_object_begin(j);
    json_key(j, "AttributeName");
    json_text(j, name);
    json_key(j, "AttributeType");
    json_text(j, "S");
    json_object_end(j);
}

static void write_key(Json *j, const char *name, const char *type)
{
    json_object_begin(j);
    json_key(j, "AttributeName");
    json_text(j, name);
    json_key(j, "KeyType");
    json_text(j, type);
    json_object_end(j);
}

/* Somebody else may make it at the same time. */
static bool make(const DynamoTable *t, Error *e)
{
    auto_buffer Buffer body = {0};
    auto_json JsonNode *reply = NULL;
    Json j = {.out = &body};
    json_object_begin(&j);
    json_key(&j, "TableName");
    json_text(&j, t->name);
    json_key(&j, "BillingMode");
    json_text(&j, "PAY_PER_REQUEST");
    json_key(&j, "AttributeDefinitions");
    json_array_begin(&j);
    write_definition(&j, t->partition_key);
    write_definition(&j, t->sort_key);
    json_array_end(&j);
    json_key(&j, "KeySchema");
    json_array_begin(&j);
    write_key(&j, t->partition_key, "HASH");
    write_key(&j, t->sort_key, "RANGE");
    json_array_end(&j);
    json_object_end(&j);
    DynamoRequest r = {"CreateTable", "making it", &body};
    if (!dynamo_ask(t, &r, &reply, e) && strcmp(e->code, "exists") != 0)
        return false;
    error_clear(e);
    return true;
}

/* "id (S)": the key of this type, HASH or RANGE, with the type of its values. */
static void describe_key(const JsonNode *table, const char *type, Buffer *out)
{
    const char *name = NULL, *values = NULL;
    const JsonNode *keys = json_tree_member(table, "KeySchema");
    const JsonNode *definitions = json_tree_member(table, "AttributeDefinitions");
    for (const JsonNode *k = json_tree_first(keys); k; k = json_tree_next(k)) {
        const char *this_type = json_tree_member_text(k, "KeyType");
        if (this_type && strcmp(this_type, type) == 0)
            name = json_tree_member_text(k, "AttributeName");
    }
    for (const JsonNode *d = json_tree_first(definitions); name && d; d = json_tree_next(d)) {
        const char *defined = json_tree_member_text(d, "AttributeName");
        if (defined && strcmp(defined, name) == 0)
            values = json_tree_member_text(d, "AttributeType");
    }
    if (name)
        buffer_printf(out, "%s (%s)", name, values ? values : "?");
    else
        buffer_string(out, "none");
}

static bool check_keys(const DynamoTable *t, const JsonNode *table, Error *e)
{
    auto_buffer Buffer found = {0}, wanted = {0};
    describe_key(table, "HASH", &found);
    buffer_string(&found, ", ");
    describe_key(table, "RANGE", &found);
    buffer_printf(&wanted, "%s (S), %s (S)", t->partition_key, t->sort_key);
    if (found.failed || wanted.failed)
        return error_coded(e, ERROR_RETRY, "no_memory", "DynamoDB table %s: no memory", t->name);
    if (strcmp(found.bytes, wanted.bytes) == 0)
        return true;
    return error_coded(e, ERROR_SETUP, "other_keys",
                       "DynamoDB table %s: its partition and sort key are %.120s, not %.120s; name "
                       "another table, or one that is not there yet",
                       t->name, found.bytes, wanted.bytes);
}

static bool check_status(const DynamoTable *t, const char *status, bool *ready, Error *e)
{
    *ready = status && (strcmp(status, "ACTIVE") == 0 || strcmp(status, "UPDATING") == 0);
    if (*ready || (status && strcmp(status, "CREATING") == 0))
        return true;
    if (status && strcmp(status, "DELETING") == 0)
        return error_coded(e, ERROR_RETRY, "exists",
                           "DynamoDB table %s is being deleted; try again later", t->name);
    return error_coded(e, ERROR_SETUP, "table_status",
                       "DynamoDB table %s cannot be used: it is %.60s", t->name,
                       status ? status : "in no state that is told");
}

static bool look(const DynamoTable *t, bool *ready, Error *e)
{
    auto_buffer Buffer body = {0};
    auto_json JsonNode *reply = NULL;
    Json j = {.out = &body};
    json_object_begin(&j);
    json_key(&j, "TableName");
    json_text(&j, t->name);
    json_object_end(&j);
    DynamoRequest r = {"DescribeTable", "looking at it", &body};
    if (!dynamo_ask(t, &r, &reply, e))
        return false;
    const JsonNode *table = json_tree_member(reply, "Table");
    return check_status(t, json_tree_member_text(table, "TableStatus"), ready, e) &&
           check_keys(t, table, e);
}

static bool is_missing(const Error *e)
{
    return strcmp(e->code, "no_such_table") == 0;
}

/* Right after it was made, not every server of the service knows it. */
static bool wait_until_ready(const DynamoTable *t, bool made, Error *e)
{
    double end_s = monotonic_s() + ready_within_s, wait_s = look_first_s;
    for (;;) {
        bool ready = false;
        bool there = look(t, &ready, e);
        if (there && ready)
            return true;
        if (!there && !(made && is_missing(e)))
            return false;
        error_clear(e);
        if (monotonic_s() > end_s)
            return error_coded(
                e, ERROR_RETRY, "unavailable",
                "DynamoDB table %s is still being made after %.0f s; try again later", t->name,
                ready_within_s);
        if (!dynamo_sleep(t, wait_s))
            return dynamo_stopped(t, "waiting for it", e);
        wait_s = fmin(2 * wait_s, look_most_s);
    }
}

bool dynamo_create(const DynamoTable *t, Error *e)
{
    bool ready;
    if (look(t, &ready, e))
        return ready || wait_until_ready(t, false, e);
    if (!is_missing(e))
        return false;
    error_clear(e);
    return make(t, e) && wait_until_ready(t, true, e);
}

bool dynamo_check(const DynamoTable *t, Error *e)
{
    return wait_until_ready(t, false, e);
}
