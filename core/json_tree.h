/* json_tree.h: reading JSON: replies of services, messages of queues. cJSON behind one door. */
#pragma once

#include "core/error.h"

#include <stddef.h>
#include <stdint.h>

typedef struct JsonNode JsonNode;

/* The whole text, one value; blanks around it. ERROR_DATA "bad_json" with the byte. Depth at most
 * 100. A NUL escaped in a string (\u0000) is refused. */
bool json_tree_read(const char *text, size_t length, JsonNode **out, Error *e) MUST_CHECK;
void json_tree_free(JsonNode *n); /* accepts NULL */
#define auto_json __attribute__((cleanup(json_tree_cleanup)))
void json_tree_cleanup(JsonNode **n);

/* All accept NULL and nodes of another kind, and then have nothing: chains need one check. */
const JsonNode *json_tree_member(const JsonNode *n, const char *key); /* exact case */
const JsonNode *json_tree_first(const JsonNode *array_or_object);
const JsonNode *json_tree_next(const JsonNode *n);
const char *json_tree_key(const JsonNode *member);
bool json_tree_is_array(const JsonNode *n);
bool json_tree_is_object(const JsonNode *n);
const char *json_tree_text(const JsonNode *n);         /* of a string, or NULL */
bool json_tree_number(const JsonNode *n, double *out); /* of a number */
bool json_tree_bool(const JsonNode *n, bool *out);     /* of true and false */
/* json_tree_text(json_tree_member(n, key)) */
const char *json_tree_member_text(const JsonNode *n, const char *key);
