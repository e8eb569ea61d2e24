/* dynamodb_item.c: items and keys as the service writes and counts them.
 *
 * Numbers go and come as text, digit by digit: never through a double. */
#include "stores/aws/dynamodb_item.h"

#include "core/text.h"

#include <math.h>
#include <string.h>

/* Of the service's numbers: d.ddd times ten to an exponent of -130 to 125. */
enum { DIGITS_MOST = 38, EXPONENT_LEAST = -130, EXPONENT_MOST = 125, EXPONENT_READ = 1000 };

bool dynamo_number_fits(double value)
{
    double size = fabs(value);
    return size == 0 || (size >= 1e-130 && size < 1e126);
}

/* A decimal text without the zeros around its digits. */
typedef struct Number {
    bool negative;
    int digits;   /* from the first to the last that is not 0; 0: it is zero */
    int exponent; /* of the first of them */
} Number;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "e-12", or nothing. */
static bool read_exponent(const char *p, int *out)
{
    int64_t exponent = 0;
    if (*p != '\0' && ((*p | 0x20) != 'e' || !text_to_int64(p + 1, strlen(p + 1), &exponent)))
        return false;
    *out = (int)exponent;
    return exponent >= -EXPONENT_READ && exponent <= EXPONENT_READ;
}

/* What the service takes for a number: -12.5e-7, .5; no blanks, no plus before it. */
static bool read_number(const char *text, Number *out)
{
    *out = (Number){.negative = *text == '-'};
    const char *p = text + out->negative, *first = NULL, *point = NULL;
    const char *begin = p;
    int since = 0; /* digits since the first that is not 0 */
    for (; is_digit(*p) || (*p == '.' && !point); p++) {
        if (*p == '.') {
            point = p;
            continue;
        }
        if (*p != '0' && !first)
            first = p;
        since += first != NULL && since <= EXPONENT_READ;
        if (*p != '0')
            out->digits = since;
    }
    const char *end = point ? point : p;
    int exponent;
    if (p == begin || p[-1] == '.' || p - text > EXPONENT_READ || !read_exponent(p, &exponent))
        return false;
    if (!first)
        return true;
    out->exponent = exponent + (int)(first < end ? end - first - 1 : end - first);
    return out->digits <= DIGITS_MOST && out->exponent >= EXPONENT_LEAST &&
           out->exponent <= EXPONENT_MOST;
}

/* Two digits a byte, those before the point and those behind it by themselves. Measured at the
 * service, which counts more than its guide says ("one byte per two digits and one"). */
static size_t number_size(const Number *n)
{
    if (n->digits == 0)
        return 1;
    int before = n->exponent < 0 ? 0 : n->exponent + 1;
    if (before > n->digits)
        before = n->digits;
    int behind = n->digits - before;
    return 1 + (size_t)((before + 1) / 2 + (behind + 1) / 2 + n->negative);
}

static size_t bytes_in_base64(const char *text)
{
    size_t length = strlen(text), padding = 0;
    while (padding < 2 && padding < length && text[length - 1 - padding] == '=')
        padding++;
    return (length - padding) * 3 / 4;
}

static size_t value_size(const DynamoAttribute *a)
{
    Number n;
    switch (a->type) {
    case DYNAMO_NUMBER:
        return read_number(a->text, &n) ? number_size(&n) : strlen(a->text);
    case DYNAMO_STRING:
        return strlen(a->text);
    case DYNAMO_BINARY:
        return bytes_in_base64(a->text);
    default:
        return 1;
    }
}

size_t dynamo_item_size(const DynamoItem *item)
{
    size_t size = 0;
    for (size_t i = 0; i < item->count; i++)
        size += strlen(item->attributes[i].name) + value_size(&item->attributes[i]);
    return size;
}

const char *dynamo_item_text(const DynamoItem *item, const char *name)
{
    for (size_t i = 0; i < item->count; i++)
        if (item->attributes[i].type == DYNAMO_STRING &&
            strcmp(item->attributes[i].name, name) == 0)
            return item->attributes[i].text;
    return NULL;
}

static void write_value(Json *j, const DynamoAttribute *a)
{
    Number n;
    json_object_begin(j);
    switch (a->type) {
    case DYNAMO_NUMBER:
        json_key(j, read_number(a->text, &n) ? "N" : "S");
        json_text(j, a->text);
        break;
    case DYNAMO_BOOL:
        json_key(j, "BOOL");
        json_bool(j, strcmp(a->text, "true") == 0);
        break;
    case DYNAMO_NULL:
        json_key(j, "NULL");
        json_bool(j, true);
        break;
    default:
        json_key(j, a->type == DYNAMO_BINARY ? "B" : "S");
        json_text(j, a->text);
    }
    json_object_end(j);
}

void dynamo_item_write(Json *j, const DynamoItem *item)
{
    json_object_begin(j);
    for (size_t i = 0; i < item->count; i++) {
        json_key(j, item->attributes[i].name);
        write_value(j, &item->attributes[i]);
    }
    json_object_end(j);
}

void dynamo_key_write(Json *j, const DynamoTable *t, const DynamoKey *key)
{
    DynamoAttribute both[] = {{t->partition_key, DYNAMO_STRING, key->partition},
                              {t->sort_key, DYNAMO_STRING, key->sort}};
    DynamoItem item = {both, 2};
    dynamo_item_write(j, &item);
}

bool dynamo_key_read(const JsonNode *n, const DynamoTable *t, DynamoKey *out)
{
    DynamoKey key = {json_tree_member_text(json_tree_member(n, t->partition_key), "S"),
                     json_tree_member_text(json_tree_member(n, t->sort_key), "S")};
    if (!key.partition || !key.sort)
        return false;
    *out = key;
    return true;
}

/* Lists, maps and sets, which are not kept. */
static bool is_composite(const char *type)
{
    static const char *const types[] = {"L", "M", "SS", "NS", "BS"};
    for (size_t i = 0; type && i < sizeof types / sizeof *types; i++)
        if (strcmp(type, types[i]) == 0)
            return true;
    return false;
}

/* The one member of {"S": "text"}. False: it is of no type that is known. */
static bool read_value(const JsonNode *value, DynamoAttribute *out)
{
    static const struct {
        const char *letter;
        DynamoType type;
    } texts[] = {{"S", DYNAMO_STRING}, {"N", DYNAMO_NUMBER}, {"B", DYNAMO_BINARY}};
    bool is_true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        out->type = texts[i].type;
        out->text = json_tree_member_text(value, texts[i].letter);
        if (out->text)
            return true;
    }
    if (json_tree_bool(json_tree_member(value, "BOOL"), &is_true)) {
        out->type = DYNAMO_BOOL;
        out->text = is_true ? "true" : "false";
        return true;
    }
    out->type = DYNAMO_NULL;
    return json_tree_bool(json_tree_member(value, "NULL"), &is_true) && is_true;
}

bool dynamo_item_read(const JsonNode *n, Arena *a, DynamoItem *out, Error *e)
{
    size_t most = 0, count = 0;
    if (!json_tree_is_object(n))
        return error_coded(e, ERROR_RETRY, "bad_reply", "the reply has an item that is none");
    for (const JsonNode *m = json_tree_first(n); m; m = json_tree_next(m))
        most++;
    DynamoAttribute *attributes = arena_array(a, most + 1, sizeof *attributes);
    if (!attributes)
        return arena_full(a, e);
    for (const JsonNode *m = json_tree_first(n); m; m = json_tree_next(m)) {
        const JsonNode *value = json_tree_is_object(m) ? json_tree_first(m) : NULL;
        if (value && is_composite(json_tree_key(value)))
            continue;
        attributes[count].name = json_tree_key(m);
        if (!read_value(m, &attributes[count++]))
            return error_coded(e, ERROR_RETRY, "bad_reply",
                               "the reply's attribute \"%.100s\" is of an unknown type",
                               json_tree_key(m));
    }
    *out = (DynamoItem){attributes, count};
    return true;
}
