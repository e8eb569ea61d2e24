/* config_outputs.c: the section `outputs:`: which rows go where, and under which names. */
#include "orchestrator/config_internal.h"

#include "orchestrator/output_route.h"
#include "orchestrator/query_internal.h"
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
    return true;
}
