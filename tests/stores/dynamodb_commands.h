/* dynamodb_commands.h: dynamodb.h from the command line, for a service that is not scripted
 * (tests/aws/dynamodb.py).
 *
 *     --do create TABLE     --do put TABLE <ITEMS       --do query TABLE PARTITION [PREFIX]
 *     --do check TABLE      --do delete TABLE <KEYS     --do scan TABLE SEGMENTS
 *
 * The keys are called part and sort. An item is a line: [["name", "N", "1"], ...]; a key is
 * ["partition", "sort"]. A failure is a line on stderr: "RETRY throttled: message". */
#pragma once

#include "core/arena.h"
#include "core/json.h"
#include "core/json_tree.h"
#include "core/text.h"
#include "stores/aws/dynamodb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const command_types[] = {"S", "N", "BOOL", "NULL", "B"};

static inline const char *nth_text(const JsonNode *array, size_t n)
{
    const JsonNode *node = json_tree_first(array);
    while (node && n-- > 0)
        node = json_tree_next(node);
    const char *text = json_tree_text(node);
    return text ? text : "";
}

static inline DynamoItem item_of_line(const JsonNode *line, Arena *a)
{
    size_t count = 0, capacity = 0;
    DynamoAttribute *all = NULL;
    for (const JsonNode *n = json_tree_first(line); n; n = json_tree_next(n)) {
        all = arena_grow(a, all, &capacity, count + 1, sizeof *all);
        size_t type = 0;
        while (type < DYNAMO_BINARY && strcmp(command_types[type], nth_text(n, 1)) != 0)
            type++;
        all[count++] = (DynamoAttribute){arena_string(a, nth_text(n, 0)), (DynamoType)type,
                                         arena_string(a, nth_text(n, 2))};
    }
    return (DynamoItem){all, count};
}

/* All lines of stdin, as items and as keys. */
typedef struct Given {
    Arena arena;
    DynamoItem *items;
    DynamoKey *keys;
    size_t count, item_room, key_room;
} Given;

static inline void give_line(Given *g, const JsonNode *line)
{
    Arena *a = &g->arena;
    g->items = arena_grow(a, g->items, &g->item_room, g->count + 1, sizeof *g->items);
    g->keys = arena_grow(a, g->keys, &g->key_room, g->count + 1, sizeof *g->keys);
    g->items[g->count] = item_of_line(line, a);
    g->keys[g->count++] =
        (DynamoKey){arena_string(a, nth_text(line, 0)), arena_string(a, nth_text(line, 1))};
}

static inline bool read_given(Given *g, Error *e)
{
    char *line = NULL;
    size_t room = 0;
    bool ok = true;
    for (ssize_t n = getline(&line, &room, stdin); ok && n > 0; n = getline(&line, &room, stdin)) {
        auto_json JsonNode *tree = NULL;
        ok = json_tree_read(line, (size_t)n, &tree, e);
        if (ok)
            give_line(g, tree);
    }
    free(line);
    return ok;
}

static inline bool print_item(void *context, const DynamoItem *item, Error *e)
{
    (void)context, (void)e;
    auto_buffer Buffer line = {0};
    Json j = {.out = &line};
    json_array_begin(&j);
    for (size_t i = 0; i < item->count; i++) {
        const DynamoAttribute *a = &item->attributes[i];
        json_array_begin(&j);
        json_text(&j, a->name);
        json_text(&j, command_types[a->type]);
        json_text(&j, a->text);
        json_array_end(&j);
    }
    json_array_end(&j);
    puts(line.bytes);
    return true;
}

static inline bool scan(const DynamoTable *t, unsigned segments, Error *e)
{
    bool ok = true;
    for (unsigned i = 0; ok && i < segments; i++)
        ok = dynamo_scan(t, (DynamoSegment){i, segments}, print_item, NULL, e);
    return ok;
}

static inline bool obey(const DynamoTable *t, int count, char **words, Error *e)
{
    const char *what = words[0], *word = count > 2 ? words[2] : "";
    Given g = {0};
    uint64_t segments = 1;
    bool ok = true;
    if (strcmp(what, "create") == 0)
        ok = dynamo_create(t, e);
    else if (strcmp(what, "check") == 0)
        ok = dynamo_check(t, e);
    else if (strcmp(what, "query") == 0)
        ok = dynamo_query(t, &(DynamoRange){word, count > 3 ? words[3] : NULL, NULL}, print_item,
                          NULL, e);
    else if (strcmp(what, "scan") == 0)
        ok = text_to_uint64(word, strlen(word), &segments) && scan(t, (unsigned)segments, e);
    else
        ok = read_given(&g, e) && (strcmp(what, "put") == 0 ? dynamo_put(t, g.items, g.count, e)
                                                            : dynamo_delete(t, g.keys, g.count, e));
    arena_deinit(&g.arena);
    return ok;
}

static inline int do_command(int count, char **words)
{
    static const char *const kinds[] = {"NONE", "DATA", "RETRY", "SETUP"};
    AwsOptions o = {.connections = 2, .version = "test"};
    DynamoTable t = {
        .name = count > 1 ? words[1] : "", .partition_key = "part", .sort_key = "sort"};
    Error e = {0};
    bool ok = count > 1 && aws_open(&o, &t.aws, &e) && obey(&t, count, words, &e);
    if (!ok)
        fprintf(stderr, "%s %s: %s\n", kinds[e.kind], e.code, e.message);
    aws_close(t.aws);
    return ok ? 0 : 1;
}
