/* config_rules.c: the rules of the configuration: which files, and what becomes of them. */
#include "orchestrator/config_internal.h"

#include "core/text.h"

#include <string.h>

static const char *const rule_keys[] = {"match",  "regex",   "ignore", "pipeline",
                                        "format", "options", NULL};

typedef struct RuleNodes {
    const char *name; /* "rule 3" */
    const YamlNode *self, *match, *regex, *ignore, *pipeline, *format, *options;
} RuleNodes;

/* Exactly one way to say which files, exactly one to say what becomes of them. */
static bool check_shape(const ConfigReader *r, const RuleNodes *n, Error *e)
{
    if (!n->match && !n->regex)
        return yaml_error(r->file, n->self, e, "%s needs `match` or `regex`", n->name);
    if (n->match && n->regex)
        return yaml_error(r->file, n->regex, e, "%s has both `match` and `regex`", n->name);
    int ways = !!n->ignore + !!n->pipeline + (n->format || n->options);
    if (ways == 0)
        return yaml_error(r->file, n->self, e,
                          "%s does nothing: it needs `ignore`, `pipeline`, `format` or `options`",
                          n->name);
    if (ways > 1)
        return yaml_error(r->file, n->self, e,
                          "%s does too much: only one of `ignore`, `pipeline` and `format` (with "
                          "its `options`)",
                          n->name);
    return true;
}

/* A pattern with a slash in it holds anywhere, unless it begins at the root. */
static bool read_glob(const ConfigReader *r, const char *pattern, Rule *out, Error *e)
{
    bool anywhere = strchr(pattern, '/') && pattern[0] != '/' && strncmp(pattern, "**/", 3) != 0;
    out->glob = anywhere ? arena_printf(r->arena, "**/%s", pattern) : pattern;
    return out->glob || arena_full(r->arena, e);
}

static bool read_pattern(const ConfigReader *r, const RuleNodes *n, Rule *out, Error *e)
{
    const YamlNode *node = n->match ? n->match : n->regex;
    const char *key = n->match ? "match" : "regex", *pattern;
    if (!config_text(r, node, key, &pattern, e))
        return false;
    out->text =
        arena_printf(r->arena, "%s (%s:%u): %s %s", n->name, r->file, n->self->line, key, pattern);
    if (!out->text)
        return arena_full(r->arena, e);
    if (n->match)
        return read_glob(r, pattern, out, e);
    Error inner = {0};
    out->regex = pattern;
    if (regex_new(pattern, r->arena, &out->compiled, &inner))
        return true;
    return yaml_error(r->file, node, e, "%s", inner.message);
}

static bool pipeline_by_name(ConfigReader *r, const YamlNode *n, const Pipeline **out, Error *e)
{
    const Config *c = r->config;
    const char *name;
    if (!config_text(r, n, "pipeline", &name, e))
        return false;
    for (size_t i = 0; i < r->named_count; i++) {
        if (strcmp(c->pipelines[i]->name, name) != 0)
            continue;
        *out = c->pipelines[i];
        return true;
    }
    if (strcmp(name, config_lidar_name) == 0)
        return (*out = config_lidar_pipeline(r, e)) != NULL;
    const char **names = arena_array(r->arena, r->named_count + 2, sizeof *names);
    if (!names)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < r->named_count; i++)
        names[i] = c->pipelines[i]->name;
    names[r->named_count] = config_lidar_name;
    return config_unknown(r, n, "pipeline", names, e);
}

static bool read_ignore(const ConfigReader *r, const YamlNode *n, Rule *out, Error *e)
{
    const char *text;
    if (!config_text(r, n, "ignore", &text, e))
        return false;
    if (!text_equal_nocase(text, "true") && !text_equal_nocase(text, "yes"))
        return yaml_error(r->file, n, e, "`ignore` is `%s`, but can only be true", text);
    out->ignore = true;
    return true;
}

/* `format`, `options`: the standard pipeline, for these files set up differently. */
static bool own_pipeline(ConfigReader *r, const RuleNodes *n, Rule *out, Error *e)
{
    Pipeline *p = config_add_pipeline(r, r->config->standard->name, r->config->standard, e);
    if (!p)
        return false;
    if (n->format && !config_format_by_name(r, n->format, &p->format, e))
        return false;
    if (n->options && !config_pipeline_options(r, n->options, p, e))
        return false;
    out->pipeline = p;
    return true;
}

static bool read_rule(ConfigReader *r, const YamlNode *node, const char *name, Rule *out, Error *e)
{
    if (node->kind != YAML_MAP)
        return yaml_error(r->file, node, e, "%s must be a table, as in `- match: \"*.lst\"`", name);
    if (!config_check_map(r, node, name, rule_keys, e))
        return false;
    const RuleNodes n = {
        .name = name,
        .self = node,
        .match = yaml_get(node, "match"),
        .regex = yaml_get(node, "regex"),
        .ignore = yaml_get(node, "ignore"),
        .pipeline = yaml_get(node, "pipeline"),
        .format = yaml_get(node, "format"),
        .options = yaml_get(node, "options"),
    };
    if (!check_shape(r, &n, e) || !read_pattern(r, &n, out, e))
        return false;
    if (n.ignore)
        return read_ignore(r, n.ignore, out, e);
    if (n.pipeline)
        return pipeline_by_name(r, n.pipeline, &out->pipeline, e);
    return own_pipeline(r, &n, out, e);
}

bool config_read_rules(ConfigReader *r, const YamlNode *n, Error *e)
{
    if (n->empty)
        return true;
    if (n->kind != YAML_LIST)
        return yaml_error(r->file, n, e, "`rules` must be a list, each rule behind a `- `");
    r->named_count = r->config->pipeline_count;
    Rule *rules = arena_array(r->arena, n->count, sizeof *rules);
    if (!rules)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < n->count; i++) {
        const char *name = arena_printf(r->arena, "rule %zu", i + 1);
        if (!name)
            return arena_full(r->arena, e);
        if (!read_rule(r, n->items[i], name, &rules[i], e))
            return false;
    }
    r->config->rules = rules;
    r->config->rule_count = n->count;
    return true;
}
