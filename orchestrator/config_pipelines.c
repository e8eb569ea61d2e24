/* config_pipelines.c: formats and pipelines of the configuration; what a pipeline's hash is made
 * of.
 */
#include "orchestrator/config_internal.h"

#include "core/hash.h"
#include "core/text.h"

#include <stdio.h>
#include <string.h>

/* Raise it when the same bytes and the same options give other results than before: everything is
 * read again. */
static const char pipeline_version[] = "2";

static const Option no_options[] = {{0}};

static const Option *table_of(const Format *f)
{
    return f->options ? f->options : no_options;
}

/* Each pipeline has options of its own, so that changing one leaves the others. */
static bool copy_format_options(Pipeline *p, const Pipeline *from, Arena *a, Error *e)
{
    for (size_t i = 0; formats_all[i]; i++) {
        const Format *f = formats_all[i];
        p->format_options[i] = NULL;
        if (!f->options)
            continue;
        void *options = arena_alloc(a, f->options_size);
        if (!options)
            return arena_full(a, e);
        if (from)
            memcpy(options, from->format_options[i], f->options_size);
        else if (!options_defaults(f->options, options, a, e))
            return error_wrap(e, "format %s", f->name);
        p->format_options[i] = options;
    }
    return true;
}

Pipeline *config_add_pipeline(ConfigReader *r, const char *name, const Pipeline *from, Error *e)
{
    Config *c = r->config;
    r->pipelines = arena_grow(r->arena, r->pipelines, &r->pipeline_capacity, c->pipeline_count + 1,
                              sizeof(Pipeline *));
    Pipeline *p = arena_alloc(r->arena, sizeof *p);
    if (!r->pipelines || !p) {
        arena_full(r->arena, e);
        return NULL;
    }
    if (from)
        *p = *from;
    else if (!options_defaults(statistics_options_table, &p->statistics, r->arena, e))
        return NULL;
    p->name = name;
    if (!copy_format_options(p, from, r->arena, e))
        return NULL;
    r->pipelines[c->pipeline_count++] = p;
    c->pipelines = r->pipelines;
    return p;
}

const char config_lidar_name[] = "lidar";

Pipeline *config_lidar_pipeline(ConfigReader *r, Error *e)
{
    for (size_t i = 0; i < r->config->pipeline_count; i++)
        if (strcmp(r->pipelines[i]->name, config_lidar_name) == 0)
            return r->pipelines[i];
    Pipeline *p = config_add_pipeline(r, config_lidar_name, r->config->standard, e);
    if (!p)
        return NULL;
    p->derives_lidar = true;
    p->lidar = r->lidar;
    return p;
}

static bool format_index(const char *name, size_t *index)
{
    for (size_t i = 0; formats_all[i]; i++) {
        if (strcmp(formats_all[i]->name, name) != 0 || formats_all[i]->unpack)
            continue;
        *index = i;
        return true;
    }
    return false;
}

static bool unknown_format(const ConfigReader *r, const YamlNode *n, Error *e)
{
    const char *names[FORMATS_MAX + 1] = {0};
    for (size_t i = 0, count = 0; formats_all[i]; i++)
        if (!formats_all[i]->unpack) /* an archive is always told by its content */
            names[count++] = formats_all[i]->name;
    return config_unknown(r, n, "format", names, e);
}

bool config_format_by_name(const ConfigReader *r, const YamlNode *n, const Format **out, Error *e)
{
    const char *name;
    size_t index;
    if (!config_text(r, n, "format", &name, e))
        return false;
    if (!format_index(name, &index))
        return unknown_format(r, n, e);
    *out = formats_all[index];
    return true;
}

/* ---- formats: */

/* copy_format_options made them for this pipeline; const is for those who only read. */
static void *options_of(const Pipeline *p, size_t format)
{
    return (void *)p->format_options[format];
}

/* The node that a format's check blames by "KEY N": the item, the key's value, or all of it. */
static const YamlNode *blamed(const YamlNode *n, const char *place)
{
    char key[ERROR_PLACE_SIZE];
    const char *blank = strchr(place, ' ');
    uint64_t index;
    if (!blank || !text_to_uint64(blank + 1, strlen(blank + 1), &index))
        return n;
    snprintf(key, sizeof key, "%.*s", (int)(blank - place), place);
    const YamlNode *value = yaml_get(n, key);
    if (!value)
        return n;
    return value->kind == YAML_LIST && index < value->count ? value->items[index] : value;
}

/* Do the options fit together? */
static bool check_options(const ConfigReader *r, const YamlNode *n, const Pipeline *p,
                          size_t format, Error *e)
{
    const Format *f = formats_all[format];
    Error inner = {0};
    if (!f->check || f->check(p->format_options[format], r->arena, &inner))
        return true;
    if (inner.kind == ERROR_SETUP)
        return yaml_error(r->file, blamed(n, inner.place), e, "%s", inner.message);
    *e = inner;
    return false;
}

bool config_read_formats(ConfigReader *r, const YamlNode *n, Error *e)
{
    const char *names[FORMATS_MAX + 1] = {0};
    for (size_t i = 0; formats_all[i]; i++)
        names[i] = formats_all[i]->name;
    if (!config_check_map(r, n, "`formats`", names, e))
        return false;
    for (size_t k = 0; k < n->count; k++) {
        size_t i = 0;
        if (!format_index(n->keys[k]->text, &i))
            return unknown_format(r, n->keys[k], e);
        if (!config_options(r, n->items[k], formats_all[i]->name, table_of(formats_all[i]),
                            options_of(r->config->standard, i), e) ||
            !check_options(r, n->items[k], r->config->standard, i, e))
            return false;
    }
    return true;
}

/* ---- pipelines: */

static bool concerns(const Pipeline *p, const Format *f)
{
    return !p->format || p->format == f;
}

enum { KEYS_MAX = 256 };

static bool unknown_option(const ConfigReader *r, const YamlNode *key, const Pipeline *p, Error *e)
{
    const char *keys[KEYS_MAX + 1] = {0};
    size_t count = 0;
    for (size_t i = 0; formats_all[i]; i++) {
        if (!concerns(p, formats_all[i]))
            continue;
        for (const Option *row = table_of(formats_all[i]); row->key && count < KEYS_MAX; row++)
            keys[count++] = row->key;
    }
    return config_unknown(r, key, "key", keys, e);
}

static bool set_in_formats(const ConfigReader *r, const YamlNode *key, const YamlNode *value,
                           const Pipeline *p, Error *e)
{
    bool known = false;
    for (size_t i = 0; formats_all[i]; i++) {
        const Option *row = options_find(table_of(formats_all[i]), key->text);
        if (!row || !concerns(p, formats_all[i]))
            continue;
        if (!config_set(r, row, options_of(p, i), value, e))
            return false;
        known = true;
    }
    return known || unknown_option(r, key, p, e);
}

bool config_pipeline_options(const ConfigReader *r, const YamlNode *n, Pipeline *p, Error *e)
{
    if (n->kind != YAML_MAP && !n->empty)
        return yaml_error(r->file, n, e, "`options` must be a table of keys and values, not %s",
                          n->kind == YAML_LIST ? "a list" : "one value");
    for (size_t i = 0; i < n->count; i++)
        if (!set_in_formats(r, n->keys[i], n->items[i], p, e))
            return false;
    for (size_t i = 0; formats_all[i]; i++)
        if (p->format == formats_all[i] && !check_options(r, n, p, i, e))
            return false;
    return true;
}

static bool read_pipeline(ConfigReader *r, const YamlNode *name, const YamlNode *n, Error *e)
{
    static const char *const keys[] = {"format", "options", "statistics", "lidar", NULL};
    if (strcmp(name->text, r->config->standard->name) == 0)
        return yaml_error(r->file, name, e,
                          "`%s` is the built-in pipeline; use the sections formats and statistics "
                          "to change it, or another name",
                          name->text);
    if (strcmp(name->text, config_lidar_name) == 0)
        return yaml_error(r->file, name, e,
                          "`%s` is a built-in pipeline; use the section lidar to change it, or "
                          "another name with the key lidar",
                          name->text);
    if (!config_check_map(r, n, name->text, keys, e))
        return false;
    Pipeline *p = config_add_pipeline(r, name->text, r->config->standard, e);
    if (!p)
        return false;
    const YamlNode *format = yaml_get(n, "format"), *options = yaml_get(n, "options"),
                   *statistics = yaml_get(n, "statistics"), *lidar = yaml_get(n, "lidar");
    p->derives_lidar = lidar != NULL;
    p->lidar = r->lidar;
    if (format && !config_format_by_name(r, format, &p->format, e))
        return false;
    if (options && !config_pipeline_options(r, options, p, e))
        return false;
    if (lidar && !config_options(r, lidar, "`lidar`", lidar_options_table, &p->lidar, e))
        return false;
    return !statistics || config_options(r, statistics, "`statistics`", statistics_options_table,
                                         &p->statistics, e);
}

bool config_read_pipelines(ConfigReader *r, const YamlNode *n, Error *e)
{
    if (n->kind != YAML_MAP && !n->empty)
        return yaml_error(r->file, n, e, "`pipelines` must be a table of names, not %s",
                          n->kind == YAML_LIST ? "a list" : "one value");
    for (size_t i = 0; i < n->count; i++)
        if (!read_pipeline(r, n->keys[i], n->items[i], e))
            return false;
    return true;
}

/* ---- hash */

typedef struct HashInput {
    const char **texts;
    size_t count, capacity;
    Arena *arena;
    bool full;
} HashInput;

static void hash_text(HashInput *h, const char *text)
{
    /* room for the NULL behind the last one */
    h->texts = arena_grow(h->arena, h->texts, &h->capacity, h->count + 2, sizeof *h->texts);
    if (h->texts && text)
        h->texts[h->count++] = text;
    else
        h->full = true;
}

/* "key" and its value; a text that is not set differs from an empty one. */
static void hash_options(HashInput *h, const Option *table, const void *options)
{
    for (const Option *row = table; row->key && !h->full; row++) {
        bool text = row->kind == OPTION_STRING || row->kind == OPTION_CHOICE;
        const char *const *value = (const void *)((const char *)options + row->offset);
        hash_text(h, row->key);
        hash_text(h, text && !*value ? "unset" : "set");
        hash_text(h, options_text(row, options, h->arena));
    }
}

static bool hash_pipeline(Pipeline *p, Arena *a, Error *e)
{
    HashInput h = {.arena = a};
    hash_text(&h, "summary");
    hash_text(&h, pipeline_version);
    hash_text(&h, arena_printf(a, "%llu", (unsigned long long)p->limits.max_decoded_bytes));
    hash_options(&h, statistics_options_table, &p->statistics);
    if (p->derives_lidar) {
        hash_text(&h, "lidar");
        hash_options(&h, lidar_options_table, &p->lidar);
    }
    for (size_t i = 0; formats_all[i] && !h.full; i++) {
        if (!concerns(p, formats_all[i]))
            continue;
        hash_text(&h, formats_all[i]->name);
        hash_options(&h, table_of(formats_all[i]), p->format_options[i]);
    }
    if (h.full)
        return arena_full(a, e);
    return hash_strings(p->hash, h.texts, e);
}

/* Members go by any of the rules, within the limits of the run. */
static bool hash_archives(Config *c, Arena *a, Error *e)
{
    HashInput h = {.arena = a};
    const RunOptions *o = &c->run;
    hash_text(&h, "archive");
    hash_text(&h, arena_printf(a, "%lld %llu %lld %lld", (long long)o->members,
                               (unsigned long long)o->unpacked_bytes, (long long)o->ratio,
                               (long long)o->depth));
    hash_text(&h, c->standard->hash);
    for (size_t i = 0; i < c->rule_count && !h.full; i++) {
        const Rule *r = &c->rules[i];
        if (r->output) /* nothing of an archive lies there */
            continue;
        hash_text(&h, r->glob ? "match" : "regex");
        hash_text(&h, r->glob ? r->glob : r->regex);
        hash_text(&h, r->ignore ? "ignored" : r->pipeline->hash);
    }
    if (h.full)
        return arena_full(a, e);
    return hash_strings(c->archive_hash, h.texts, e);
}

bool config_resolve(Config *c, Arena *a, Error *e)
{
    for (size_t i = 0; i < c->pipeline_count; i++) {
        Pipeline *p = c->pipelines[i];
        p->limits.max_decoded_bytes = c->run.decoded_bytes;
        p->lidar.quantiles = p->statistics.quantiles;
        if (!hash_pipeline(p, a, e))
            return false;
    }
    return hash_archives(c, a, e);
}
