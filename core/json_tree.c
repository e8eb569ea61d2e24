/* json_tree.c: cJSON, made strict where it is lax: NULs, control characters, depth.
 *
 * Strings are wiped before their memory goes back: replies with credentials are JSON, too. */
#include "core/json_tree.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MOST = 100 };

static const cJSON *node(const JsonNode *n)
{
    return (const cJSON *)n;
}

static bool bad(Error *e, size_t byte, const char *what)
{
    error_coded(e, ERROR_DATA, "bad_json", "JSON: %s at byte %zu", what, byte);
    return error_at(e, "byte %zu", byte);
}

/* What cJSON would let pass: a NUL that ends a string early, control characters as blanks, a depth
 * that is for us to choose. */
static const char *lax(const char *text, size_t length, size_t *byte)
{
    bool quoted = false;
    int depth = 0;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        *byte = i;
        if ((unsigned char)c < ' ' && (quoted || !c || !strchr("\t\n\r", c)))
            return "a control character";
        if (quoted && c == '\\') {
            if (length - i > 5 && strncmp(text + i, "\\u0000", 6) == 0)
                return "a NUL in a string";
            i++;
            if (i < length && (unsigned char)text[i] < ' ')
                return "a control character";
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && (c == '{' || c == '[')) {
            if (++depth > DEPTH_MOST)
                return "more than 100 levels";
        } else if (!quoted && (c == '}' || c == ']')) {
            depth--;
        }
    }
    return NULL;
}

bool json_tree_read(const char *text, size_t length, JsonNode **out, Error *e)
{
    size_t byte = 0;
    const char *what = lax(text, length, &byte);
    if (what)
        return bad(e, byte, what);
    /* with a NUL behind it, which cJSON reads at some cuts although it is told the length */
    char *copy = malloc(length + 1);
    if (!copy)
        return error_coded(e, ERROR_RETRY, "no_memory", "no memory for %zu bytes of JSON", length);
    if (length)
        memcpy(copy, text, length);
    copy[length] = '\0';
    const char *end = copy;
    cJSON *tree = cJSON_ParseWithLengthOpts(copy, length + 1, &end, true);
    if (!tree) {
        byte = end >= copy && end <= copy + length ? (size_t)(end - copy) : length;
        bad(e, byte, byte == length ? "it ends too early" : "no JSON");
    }
    explicit_bzero(copy, length);
    free(copy);
    if (tree)
        *out = (JsonNode *)tree;
    return tree != NULL;
}

static void wipe(cJSON *tree)
{
    for (cJSON *n = tree; n; n = n->next) {
        if (n->valuestring)
            explicit_bzero(n->valuestring, strlen(n->valuestring));
        wipe(n->child); /* at most DEPTH_MOST times */
    }
}

void json_tree_free(JsonNode *n)
{
    wipe((cJSON *)n);
    cJSON_Delete((cJSON *)n);
}

void json_tree_cleanup(JsonNode **n)
{
    json_tree_free(*n);
    *n = NULL;
}

const JsonNode *json_tree_member(const JsonNode *n, const char *key)
{
    if (!json_tree_is_object(n))
        return NULL;
    return (const JsonNode *)cJSON_GetObjectItemCaseSensitive(node(n), key);
}

const JsonNode *json_tree_first(const JsonNode *array_or_object)
{
    return array_or_object ? (const JsonNode *)node(array_or_object)->child : NULL;
}

const JsonNode *json_tree_next(const JsonNode *n)
{
    return n ? (const JsonNode *)node(n)->next : NULL;
}

const char *json_tree_key(const JsonNode *member)
{
    return member ? node(member)->string : NULL;
}

bool json_tree_is_array(const JsonNode *n)
{
    return cJSON_IsArray(node(n));
}

bool json_tree_is_object(const JsonNode *n)
{
    return cJSON_IsObject(node(n));
}

const char *json_tree_text(const JsonNode *n)
{
    return cJSON_GetStringValue((cJSON *)node(n));
}

bool json_tree_number(const JsonNode *n, double *out)
{
    if (!cJSON_IsNumber(node(n)) || !isfinite(node(n)->valuedouble))
        return false;
    *out = node(n)->valuedouble;
    return true;
}

bool json_tree_bool(const JsonNode *n, bool *out)
{
    if (!cJSON_IsBool(node(n)))
        return false;
    *out = cJSON_IsTrue(node(n));
    return true;
}

const char *json_tree_member_text(const JsonNode *n, const char *key)
{
    return json_tree_text(json_tree_member(n, key));
}
