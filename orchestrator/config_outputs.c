/* config_outputs.c: the section `outputs:`: which rows go where, and under which names. */
#include "orchestrator/config_internal.h"

#include "orchestrator/output_route.h"
#include "orchestrator/query_internal.h"
#include "orchestrator/spellings.h"
#include "stores/aws/s3.h"

#include <string.h>

static const char *const keys[] = {"to", "what", "key", "where", NULL};
static const char standard_key[] = "{bucket}/{key}.ndjson";

static bool read_to(const ConfigReader *r, const YamlNode *n, OutputRoute *out, Error *e)
{
    S3Uri uri;
    Error inner = {0};
    if (!config_text(r, n, "to", &out->to, e))
        return false;
    if (s3_is_uri(out->to)) {
        if (!s3_uri_read(out->to, r->arena, &uri, &inner))
            return yaml_error(r->file, n, e, "%s", inner.message);
        out->bucket = uri.bucket;
        out->prefix = uri.key;
        return true;
    }
    if (strstr(out->to, "://"))
        return yaml_error(r->file, n, e, "`to` is `%s`, but must be s3://bucket/prefix or a folder",
                          out->to);
    if (!config_path(r, n, out->to, &out->to, e))
        return false;
    out->prefix = arena_printf(r->arena, "%s/", out->to);
    return out->prefix || arena_full(r->arena, e);
}

static bool read_what(const ConfigReader *r, const YamlNode *n, OutputRoute *out, Error *e)
{
    static const char *const words[] = {"results", "files", NULL};
    const char *word;
    out->what = QUERY_RESULTS;
    if (!n)
        return true;
    if (!config_text(r, n, "what", &word, e))
        return false;
    if (strcmp(word, "results") != 0 && strcmp(word, "files") != 0)
        return config_unknown(r, n, "table", words, e);
    out->what = strcmp(word, "files") == 0 ? QUERY_FILES : QUERY_RESULTS;
    return true;
}

static bool read_key(const ConfigReader *r, const YamlNode *n, OutputRoute *out, Error *e)
{
    const char *text = standard_key;
    Error inner = {0};
    if (n && !config_text(r, n, "key", &text, e))
        return false;
    if (key_template_read(text, r->arena, &out->key, &inner))
        return true;
    return n ? yaml_error(r->file, n, e, "%s", inner.message) : (*e = inner, false);
}

static bool read_where(const ConfigReader *r, const YamlNode *n, OutputRoute *out, Error *e)
{
    __attribute__((cleanup(where_deinit))) Where w = {0};
    Error inner = {0};
    if (!n)
        return true;
    if (!config_text(r, n, "where", &out->where, e))
        return false;
    return where_parse(query_fields(out->what), out->where, &w, &inner) ||
           yaml_error(r->file, n, e, "%s", inner.message);
}

static bool read_output(const ConfigReader *r, const YamlNode *n, const char *name,
                        OutputRoute *out, Error *e)
{
    if (n->kind != YAML_MAP)
        return yaml_error(r->file, n, e, "%s must be a table, as in `- to: s3://bucket/prefix/`",
                          name);
    if (!config_check_map(r, n, name, keys, e))
        return false;
    const YamlNode *to = yaml_get(n, "to");
    if (!to)
        return yaml_error(r->file, n, e, "%s needs `to`", name);
    return read_to(r, to, out, e) && read_what(r, yaml_get(n, "what"), out, e) &&
           read_key(r, yaml_get(n, "key"), out, e) && read_where(r, yaml_get(n, "where"), out, e);
}

/* ---- rules: what is written must not be read again, or it would never end */

/* 16 digits: a name that was cut. */
static const char cut_name[] = "~[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
                               "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]";

typedef struct OutputRules {
    const ConfigReader *reader;
    Rule *rules;
    size_t count, capacity;
} OutputRules;

static void add_literal(Buffer *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("*?[\\", *text))
            buffer_char(out, '\\');
        buffer_char(out, *text);
    }
}

static bool add_rule(OutputRules *all, const OutputRoute *o, const char *folder, const char *end,
                     Error *e)
{
    Arena *a = all->reader->arena;
    const char *begin, *unused;
    auto_buffer Buffer glob = {0};
    key_template_ends(&o->key, &begin, &unused);
    add_literal(&glob, folder);
    add_literal(&glob, begin);
    buffer_printf(&glob, "**%s", end);
    Rule *grown = arena_grow(a, all->rules, &all->capacity, all->count + 1, sizeof *grown);
    const char *own = glob.failed ? NULL : arena_string(a, glob.bytes);
    const char *text = arena_printf(a, "written by `outputs:` (to %s)", o->to);
    if (!grown || !own || !text)
        return arena_full(a, e);
    all->rules = grown;
    grown[all->count++] = (Rule){.glob = own, .ignore = true, .output = true, .text = text};
    return true;
}

/* Where not even the beginning or the end of a key is told from others, nothing is. */
static bool add_rules(OutputRules *all, const OutputRoute *o, const char *folder, Error *e)
{
    const char *begin, *last;
    auto_buffer Buffer end = {0};
    key_template_ends(&o->key, &begin, &last);
    bool anywhere = !o->prefix[0] || strcmp(o->prefix, "/") == 0;
    if (anywhere && !begin[0] && !last[0])
        return true;
    add_literal(&end, last);
    if (end.failed)
        return arena_full(all->reader->arena, e);
    return add_rule(all, o, folder, last[0] ? end.bytes : "", e) &&
           (!last[0] || add_rule(all, o, folder, cut_name, e));
}

static bool add_rules_of(OutputRules *all, const OutputRoute *o, Error *e)
{
    Arena *a = all->reader->arena;
    const char *names[SPELLINGS];
    if (o->bucket) {
        const char *folder = arena_printf(a, "s3://%s/%s", o->bucket, o->prefix);
        return folder ? add_rules(all, o, folder, e) : arena_full(a, e);
    }
    if (!spellings_of(o->to, a, names, e))
        return false;
    for (size_t i = 0; i < SPELLINGS; i++) {
        bool again = (i > 0 && strcmp(names[i], names[0]) == 0) ||
                     (i > 1 && strcmp(names[i], names[1]) == 0);
        const char *folder = arena_printf(a, "%s%s", names[i], names[i][1] ? "/" : "");
        if (!folder)
            return arena_full(a, e);
        if (!again && !add_rules(all, o, folder, e))
            return false;
    }
    return true;
}

/* Before all others. */
static bool make_rules(ConfigReader *r, Error *e)
{
    Config *c = r->config;
    OutputRules all = {.reader = r};
    for (size_t i = 0; i < c->output_count; i++)
        if (!add_rules_of(&all, &c->outputs[i], e))
            return false;
    Rule *rules = arena_array(r->arena, all.count + c->rule_count + 1, sizeof *rules);
    if (!rules)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < all.count + c->rule_count; i++)
        rules[i] = i < all.count ? all.rules[i] : c->rules[i - all.count];
    c->rules = rules;
    c->rule_count += all.count;
    return true;
}

bool config_read_outputs(ConfigReader *r, const YamlNode *n, Error *e)
{
    if (n->empty)
        return true;
    if (n->kind != YAML_LIST)
        return yaml_error(r->file, n, e, "`outputs` must be a list, each output behind a `- `");
    OutputRoute *outputs = arena_array(r->arena, n->count, sizeof *outputs);
    if (!outputs)
        return arena_full(r->arena, e);
    for (size_t i = 0; i < n->count; i++) {
        const char *name = arena_printf(r->arena, "output %zu", i + 1);
        if (!name)
            return arena_full(r->arena, e);
        if (!read_output(r, n->items[i], name, &outputs[i], e))
            return false;
    }
    r->config->outputs = outputs;
    r->config->output_count = n->count;
    return make_rules(r, e);
}
