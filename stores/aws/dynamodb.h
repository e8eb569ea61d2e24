/* dynamodb.h: rows of a DynamoDB table. */
#pragma once

#include "stores/aws/aws.h"

/* One attribute. Numbers travel as decimal text with at most 38 digits between 1E-130 and 1E126;
 * what lies outside, or is no number ("nan"), cannot be kept as one and is kept as a string. */
typedef enum DynamoType {
    DYNAMO_STRING,
    DYNAMO_NUMBER,
    DYNAMO_BOOL,
    DYNAMO_NULL,
    DYNAMO_BINARY
} DynamoType;
typedef struct DynamoAttribute {
    const char *name;
    DynamoType type;
    const char *text; /* of a string or number; base64 of a binary; "true" or "false" */
} DynamoAttribute;

typedef struct DynamoItem {
    const DynamoAttribute *attributes;
    size_t count;
} DynamoItem;

/* Text of the item's string attribute with this name; NULL: it has none. */
const char *dynamo_item_text(const DynamoItem *item, const char *name);

enum { DYNAMO_ITEM_MOST = 400 * 1024, DYNAMO_KEY_MOST = 2048, DYNAMO_SORT_KEY_MOST = 1024 };

/* Whether a finite double can be kept as a number: 0, or 1e-130 <= |x| < 1e126. */
bool dynamo_number_fits(double value);
/* Bytes that the service counts: names and values in UTF-8, numbers by their digits. */
size_t dynamo_item_size(const DynamoItem *item);

typedef struct DynamoTable {
    Aws *aws;
    const char *name;
    const char *partition_key, *sort_key; /* both strings */
    const atomic_bool *stop;              /* set: ends with ERROR_RETRY "stopped"; may be NULL */
} DynamoTable;

/* For those who wait for a table. False: *t->stop is set. */
bool dynamo_sleep(const DynamoTable *t, double seconds) MUST_CHECK;
/* ERROR_RETRY "stopped"; returns false. */
bool dynamo_stopped(const DynamoTable *t, const char *doing, Error *e);

/* CreateTable (on demand) and waits until it is active; a table that is there with the same keys is
 * fine, with others ERROR_SETUP. */
bool dynamo_create(const DynamoTable *t, Error *e) MUST_CHECK;
/* ERROR_SETUP "no_such_table", or its keys are others. */
bool dynamo_check(const DynamoTable *t, Error *e) MUST_CHECK;

/* Puts all, in batches of 25 and at most 4 MB, asking again for what comes back unprocessed. The
 * same key twice among them: the last one counts. ERROR_DATA "too_large" names the item that is
 * larger than 400 KB or whose key is too long or empty; nothing is written then. */
bool dynamo_put(const DynamoTable *t, const DynamoItem *items, size_t count, Error *e) MUST_CHECK;
/* Deletes by keys: partition and sort key of each. */
typedef struct DynamoKey {
    const char *partition, *sort;
} DynamoKey;
bool dynamo_delete(const DynamoTable *t, const DynamoKey *keys, size_t count, Error *e) MUST_CHECK;

/* Puts the item where the one that is there now has this number in this attribute, or, where
 * `number` is NULL, none is there; and with it, all or nothing, `more` items of any tables (at most
 * 99, and 4 MB with it). ERROR_RETRY "precondition": what is there is another one, perhaps this
 * one, of which the reply was lost; "conflict": that, or somebody else writes one of these just
 * now. */
typedef struct DynamoMust {
    const char *attribute, *number;
} DynamoMust;
typedef struct DynamoPut {
    const DynamoTable *table;
    DynamoItem item;
} DynamoPut;
enum { DYNAMO_TOGETHER_MOST = 100 };
bool dynamo_put_if(const DynamoPut *put, const DynamoMust *must, const DynamoPut *more,
                   size_t count, Error *e) MUST_CHECK;

/* All that is read is strongly consistent. `each` gets texts that live until it returns; false with
 * e ends it. Lists, maps and sets, which nobody here writes, are left out of items. */
typedef bool DynamoEach(void *context, const DynamoItem *item, Error *e);

/* The items of these keys that are there, in no order; a key given twice is told once. */
bool dynamo_get(const DynamoTable *t, const DynamoKey *keys, size_t count, DynamoEach *each,
                void *context, Error *e) MUST_CHECK;

/* Every item of a partition, whose sort key begins with `sort_prefix` unless that is NULL, in the
 * order of the sort key; pages are followed. */
typedef struct DynamoRange {
    const char *partition, *sort_prefix;
    const char *only; /* of items their keys and this attribute, "" none; NULL: all of them */
} DynamoRange;
bool dynamo_query(const DynamoTable *t, const DynamoRange *range, DynamoEach *each, void *context,
                  Error *e) MUST_CHECK;

/* Every item of one of so many segments of the table, in no order. */
typedef struct DynamoSegment {
    unsigned number, of;
} DynamoSegment;
bool dynamo_scan(const DynamoTable *t, DynamoSegment segment, DynamoEach *each, void *context,
                 Error *e) MUST_CHECK;
