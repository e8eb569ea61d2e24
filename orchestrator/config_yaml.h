/* config_yaml.h: a YAML document as a tree that remembers where everything was written. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

#include <stddef.h>

typedef enum YamlKind { YAML_TEXT, YAML_LIST, YAML_MAP } YamlKind;

typedef struct YamlNode YamlNode;
struct YamlNode {
    YamlKind kind;
    unsigned line, column;  /* from 1, columns in characters */
    const char *text;       /* YAML_TEXT: no NUL inside */
    bool empty;             /* YAML_TEXT: nothing is written there ("key:" and no more) */
    YamlNode **keys;        /* YAML_MAP: count texts, all different */
    YamlNode **items;       /* YAML_LIST, YAML_MAP: count values */
    size_t count, capacity; /* capacity is the parser's own */
};

/* The first and only document of the text; *root is an empty YAML_TEXT where there is none. `file`
 * stands before the messages. ERROR_SETUP, code "configuration", for whatever is wrong. */
bool yaml_parse(const char *text, size_t length, const char *file, Arena *a, const YamlNode **root,
                Error *e) MUST_CHECK;

/* "FILE:LINE:COLUMN: ..." with code and place. Returns false. */
bool yaml_error(const char *file, const YamlNode *at, Error *e, const char *format, ...)
    PRINTF_LIKE(4, 5);

/* The value of a key, or NULL. */
const YamlNode *yaml_get(const YamlNode *map, const char *key);
