/* config_yaml.c: from libfyaml's events to a tree.
 *
 * Events, not libfyaml's documents: those do not tell where a list or a table begins, and resolving
 * aliases there copies, so that a few lines can fill the memory. Here an alias is a second pointer
 * to the same node. Nothing reaches stderr. */
#include "orchestrator/config_yaml.h"

#include "core/buffer.h"
#include "core/text.h"

#include <libfyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    DEPTH_MAX = 32,
    KEYS_MAX = 1000, /* of one table: they are compared with each other */
};

typedef struct Anchor {
    const char *name;
    YamlNode *node;
    bool open; /* its end is not read yet */
} Anchor;

typedef struct Build {
    struct fy_parser *parser;
    struct fy_diag *diag;
    Buffer said; /* what libfyaml would have printed */
    const char *file;
    Arena *arena;
    YamlNode *root;
    unsigned documents;
    YamlNode *open[DEPTH_MAX]; /* lists and tables that are not closed */
    size_t depth;
    YamlNode *key; /* of the innermost table, waiting for its value */
    YamlNode *waiting[DEPTH_MAX];
    Anchor *anchors;
    size_t anchor_count, anchor_capacity;
    unsigned line, column; /* of the last thing that had a place */
} Build;

static bool error_at_place(const char *file, unsigned line, unsigned column, Error *e,
                           const char *message)
{
    error_coded(e, ERROR_SETUP, "configuration", "%s:%u:%u: %s", file, line, column, message);
    return error_at(e, "line %u, column %u", line, column);
}

bool yaml_error(const char *file, const YamlNode *at, Error *e, const char *format, ...)
{
    char message[ERROR_MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    return error_at_place(file, at->line, at->column, e, message);
}

const YamlNode *yaml_get(const YamlNode *map, const char *key)
{
    for (size_t i = 0; map->kind == YAML_MAP && i < map->count; i++)
        if (strcmp(map->keys[i]->text, key) == 0)
            return map->items[i];
    return NULL;
}

static YamlNode *new_node(Build *b, YamlKind kind, const struct fy_mark *mark, Error *e)
{
    if (mark && mark->line >= 0 && mark->column >= 0) {
        b->line = (unsigned)mark->line + 1;
        b->column = (unsigned)mark->column + 1;
    }
    YamlNode *n = arena_alloc(b->arena, sizeof *n);
    if (n)
        *n = (YamlNode){.kind = kind, .line = b->line, .column = b->column, .text = ""};
    else
        arena_full(b->arena, e);
    return n;
}

/* libfyaml's mark stands behind the first character of what is quoted or an alias. */
static void step_back(YamlNode *n)
{
    n->column -= n->column > 1;
}

static const char *token_text(const Build *b, struct fy_token *token, size_t *length)
{
    const char *text = token ? fy_token_get_text(token, length) : NULL;
    if (!text) {
        *length = 0;
        text = "";
    }
    return arena_copy(b->arena, text, *length);
}

/* ---- putting nodes together */

static bool take_key(Build *b, YamlNode *map, YamlNode *n, Error *e)
{
    if (n->kind != YAML_TEXT || n->empty)
        return yaml_error(b->file, n, e, "a key must be a word, not %s",
                          n->empty              ? "empty"
                          : n->kind == YAML_MAP ? "a table"
                                                : "a list");
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(map->keys[i]->text, n->text) == 0)
            return yaml_error(b->file, n, e, "key `%s` occurs again; it was set in line %u",
                              n->text, map->keys[i]->line);
    if (map->count >= KEYS_MAX)
        return yaml_error(b->file, n, e, "more than %d keys in one table", KEYS_MAX);
    b->key = n;
    return true;
}

static bool append(Build *b, YamlNode *parent, YamlNode *n, Error *e)
{
    size_t keys_capacity = parent->capacity, items_capacity = parent->capacity;
    if (parent->kind == YAML_MAP)
        parent->keys = arena_grow(b->arena, parent->keys, &keys_capacity, parent->count + 1,
                                  sizeof(YamlNode *));
    parent->items =
        arena_grow(b->arena, parent->items, &items_capacity, parent->count + 1, sizeof(YamlNode *));
    if (!parent->items || (parent->kind == YAML_MAP && !parent->keys))
        return arena_full(b->arena, e);
    parent->capacity = items_capacity;
    if (parent->kind == YAML_MAP)
        parent->keys[parent->count] = b->key;
    parent->items[parent->count++] = n;
    b->key = NULL;
    return true;
}

static bool attach(Build *b, YamlNode *n, Error *e)
{
    if (b->depth == 0) {
        b->root = n;
        return true;
    }
    YamlNode *parent = b->open[b->depth - 1];
    if (parent->kind == YAML_MAP && !b->key)
        return take_key(b, parent, n, e);
    return append(b, parent, n, e);
}

static bool open_node(Build *b, YamlNode *n, Error *e)
{
    if (b->depth == DEPTH_MAX)
        return yaml_error(b->file, n, e, "nested more than %d deep", DEPTH_MAX);
    b->waiting[b->depth] = b->key;
    b->open[b->depth++] = n;
    b->key = NULL;
    return true;
}

static bool close_node(Build *b, Error *e)
{
    YamlNode *n = b->open[--b->depth];
    b->key = b->waiting[b->depth];
    for (size_t i = 0; i < b->anchor_count; i++)
        if (b->anchors[i].node == n)
            b->anchors[i].open = false;
    return attach(b, n, e);
}

/* ---- anchors and aliases */

static bool name_anchor(Build *b, struct fy_token *token, YamlNode *n, bool open, Error *e)
{
    if (!token)
        return true;
    size_t length;
    const char *name = token_text(b, token, &length);
    Anchor *grown = arena_grow(b->arena, b->anchors, &b->anchor_capacity, b->anchor_count + 1,
                               sizeof *b->anchors);
    if (!name || !grown)
        return arena_full(b->arena, e);
    b->anchors = grown;
    b->anchors[b->anchor_count++] = (Anchor){name, n, open};
    return b->anchor_count <= KEYS_MAX ||
           yaml_error(b->file, n, e, "more than %d anchors", KEYS_MAX);
}

static bool take_alias(Build *b, struct fy_event *event, Error *e)
{
    YamlNode *here = new_node(b, YAML_TEXT, fy_event_start_mark(event), e);
    size_t length;
    const char *name = here ? token_text(b, event->alias.anchor, &length) : NULL;
    if (!name)
        return arena_full(b->arena, e);
    step_back(here);
    for (size_t i = b->anchor_count; i-- > 0;) {
        if (strcmp(b->anchors[i].name, name) != 0)
            continue;
        if (b->anchors[i].open)
            return yaml_error(b->file, here, e, "`*%s` stands inside what it refers to", name);
        return attach(b, b->anchors[i].node, e);
    }
    return yaml_error(b->file, here, e, "`*%s` refers to no anchor above", name);
}

/* ---- events */

static bool refuse_tag(Build *b, struct fy_token *tag, const YamlNode *n, Error *e)
{
    return !tag || yaml_error(b->file, n, e, "tags (words with !) have no meaning here");
}

static bool take_text(Build *b, struct fy_event *event, Error *e)
{
    const struct fy_event_scalar_data *s = &event->scalar;
    YamlNode *n = new_node(b, YAML_TEXT, fy_event_start_mark(event), e);
    if (!n)
        return false;
    size_t length;
    n->text = token_text(b, s->value, &length);
    if (!n->text)
        return arena_full(b->arena, e);
    enum fy_scalar_style style = s->value ? fy_token_scalar_style(s->value) : FYSS_PLAIN;
    n->empty = length == 0 && style == FYSS_PLAIN;
    if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
        step_back(n); /* over the quote */
    if (strlen(n->text) != length)
        return yaml_error(b->file, n, e, "a NUL character cannot be part of a value");
    return refuse_tag(b, s->tag, n, e) && name_anchor(b, s->anchor, n, false, e) && attach(b, n, e);
}

static bool take_list(Build *b, struct fy_event *event, Error *e)
{
    YamlNode *n = new_node(b, YAML_LIST, fy_event_start_mark(event), e);
    return n && refuse_tag(b, event->sequence_start.tag, n, e) &&
           name_anchor(b, event->sequence_start.anchor, n, true, e) && open_node(b, n, e);
}

static bool take_map(Build *b, struct fy_event *event, Error *e)
{
    YamlNode *n = new_node(b, YAML_MAP, fy_event_start_mark(event), e);
    return n && refuse_tag(b, event->mapping_start.tag, n, e) &&
           name_anchor(b, event->mapping_start.anchor, n, true, e) && open_node(b, n, e);
}

static bool take_document(Build *b, struct fy_event *event, Error *e)
{
    if (b->documents++ == 0)
        return true;
    YamlNode *here = new_node(b, YAML_TEXT, fy_event_start_mark(event), e);
    return here && yaml_error(b->file, here, e, "a second document; only one is allowed");
}

static bool take_event(Build *b, struct fy_event *event, Error *e)
{
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return take_document(b, event, e);
    case FYET_SCALAR:
        return take_text(b, event, e);
    case FYET_ALIAS:
        return take_alias(b, event, e);
    case FYET_SEQUENCE_START:
        return take_list(b, event, e);
    case FYET_MAPPING_START:
        return take_map(b, event, e);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        return close_node(b, e);
    default:
        return true;
    }
}

/* ---- libfyaml and its complaints */

static void keep_what_is_said(struct fy_diag *diag, void *user, const char *text, size_t length)
{
    (void)diag;
    Build *b = user;
    buffer_append(&b->said, text, length);
}

/* libfyaml's first complaint; the later ones follow from it. */
static bool syntax_error(Build *b, Error *e)
{
    void *previous = NULL;
    const struct fy_diag_error *first = fy_diag_errors_iterate(b->diag, &previous);
    if (first && first->msg)
        return error_at_place(b->file, first->line > 0 ? (unsigned)first->line : b->line,
                              first->column > 0 ? (unsigned)first->column : b->column, e,
                              first->msg);
    size_t length = b->said.bytes ? strcspn(b->said.bytes, "\n") : 0;
    char said[ERROR_MESSAGE_SIZE / 2];
    snprintf(said, sizeof said, "%.*s", (int)(length < sizeof said ? length : sizeof said - 1),
             length ? b->said.bytes : "");
    return error_at_place(b->file, b->line, b->column, e, length ? said : "this is not YAML");
}

static void build_deinit(Build *b)
{
    if (b->parser)
        fy_parser_destroy(b->parser);
    if (b->diag)
        fy_diag_destroy(b->diag);
    buffer_deinit(&b->said);
}

static bool build_init(Build *b, const char *text, size_t length, Error *e)
{
    struct fy_diag_cfg quiet;
    fy_diag_cfg_default(&quiet);
    quiet.fp = NULL;
    quiet.output_fn = keep_what_is_said;
    quiet.user = b;
    quiet.level = FYET_ERROR;
    quiet.colorize = quiet.show_source = quiet.show_position = quiet.show_type = quiet.show_module =
        false;
    b->diag = fy_diag_create(&quiet);
    if (b->diag) {
        fy_diag_set_collect_errors(b->diag, true);
        const struct fy_parse_cfg how = {.flags = FYPCF_QUIET, .diag = b->diag};
        b->parser = fy_parser_create(&how);
    }
    if (!b->parser || fy_parser_set_string(b->parser, text, length) != 0)
        return error_set(e, ERROR_SETUP, "%s: the YAML library does not start", b->file);
    return true;
}

/* libfyaml takes broken UTF-8 for nothing at all, so it is looked for first. */
static bool check_bytes(const char *text, size_t length, const char *file, Error *e)
{
    size_t good = text_valid_utf8(text, length);
    const char *nul = memchr(text, '\0', good);
    if (nul)
        good = (size_t)(nul - text);
    if (good == length)
        return true;
    unsigned line = 1, column = 1;
    for (size_t i = 0; i < good; i++) {
        column += ((unsigned char)text[i] & 0xC0U) != 0x80;
        if (text[i] == '\n') {
            line++;
            column = 1;
        }
    }
    char message[64];
    snprintf(message, sizeof message, "byte 0x%02x is no part of a UTF-8 text",
             (unsigned)(unsigned char)text[good]);
    return error_at_place(file, line, column, e, message);
}

bool yaml_parse(const char *text, size_t length, const char *file, Arena *a, const YamlNode **root,
                Error *e)
{
    if (!check_bytes(text, length, file, e))
        return false;
    __attribute__((cleanup(build_deinit)))
    Build b = {.file = file, .arena = a, .line = 1, .column = 1};
    b.root = new_node(&b, YAML_TEXT, NULL, e);
    if (!b.root || !build_init(&b, text, length, e))
        return false;
    b.root->empty = true;
    struct fy_event *event;
    while ((event = fy_parser_parse(b.parser))) {
        bool taken = take_event(&b, event, e);
        fy_parser_event_free(b.parser, event);
        if (!taken)
            return false;
    }
    if (fy_parser_get_stream_error(b.parser))
        return syntax_error(&b, e);
    *root = b.root;
    return true;
}
