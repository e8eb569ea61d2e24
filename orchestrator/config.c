/* config.c: weir.yaml from top to bottom.
 *
 * Sections are read in an order of their own (formats before the pipelines that start from them,
 * pipelines before the rules that name them), whatever their order in the file. */
#include "orchestrator/config.h"

#include "orchestrator/config_internal.h"
#include "stores/aws/s3.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_SIZE_MAX = 1 << 20 };

/* A variable of the environment that is set stands in for the default. */
static bool from_environment(const char *name, const char **value, Arena *a, Error *e)
{
    const char *set = getenv(name);
    if (!set || !set[0])
        return true;
    *value = arena_string(a, set);
    return *value || arena_full(a, e);
}

static bool set_defaults(ConfigReader *r, Error *e)
{
    Config *c = r->config;
    *c = (Config){.file = r->file};
    if (!options_defaults(run_options_table, &c->run, r->arena, e) ||
        !options_defaults(lidar_options_table, &r->lidar, r->arena, e) ||
        !from_environment("WEIR_OUT", &c->run.out, r->arena, e) ||
        !from_environment("WEIR_STORE", &c->run.store, r->arena, e))
        return false;
    c->standard = config_add_pipeline(r, "summary", NULL, e);
    return c->standard != NULL;
}

static bool add_source(ConfigReader *r, const YamlNode *n, Error *e)
{
    StringList *sources = &r->config->sources;
    const char *path;
    if (!config_text(r, n, "sources", &path, e))
        return false;
    if (strcmp(path, "-") == 0)
        return yaml_error(r->file, n, e,
                          "`-` (names on standard input) can only be given on the command line");
    if (!s3_is_uri(path) && !config_path(r, n, path, &path, e))
        return false;
    sources->items[sources->count++] = path;
    return true;
}

static bool read_sources(ConfigReader *r, const YamlNode *n, Error *e)
{
    if (n->kind == YAML_MAP)
        return yaml_error(r->file, n, e, "`sources` must be a list of paths, not a table");
    size_t count = n->kind == YAML_LIST ? n->count : !n->empty;
    r->config->sources.items = arena_array(r->arena, count, sizeof(char *));
    if (!r->config->sources.items)
        return arena_full(r->arena, e);
    if (n->kind == YAML_TEXT)
        return n->empty || add_source(r, n, e);
    for (size_t i = 0; i < n->count; i++)
        if (!add_source(r, n->items[i], e))
            return false;
    return true;
}

/* What only makes sense for one call, not for a file that is used again and again. */
static bool only_on_command_line(const char *key)
{
    return strcmp(key, "force") == 0 || strcmp(key, "json") == 0;
}

static bool read_run(ConfigReader *r, const YamlNode *n, Error *e)
{
    for (size_t i = 0; n->kind == YAML_MAP && i < n->count; i++)
        if (only_on_command_line(n->keys[i]->text))
            return yaml_error(r->file, n->keys[i], e, "`%s` can only be given on the command line",
                              n->keys[i]->text);
    RunOptions *run = &r->config->run;
    if (!config_options(r, n, "`run`", run_options_table, run, e))
        return false;
    const YamlNode *out = yaml_get(n, "out");
    return !out || config_path(r, out, run->out, &run->out, e);
}

static bool read_statistics(ConfigReader *r, const YamlNode *n, Error *e)
{
    return config_options(r, n, "`statistics`", statistics_options_table,
                          &r->config->standard->statistics, e);
}

static bool read_lidar(ConfigReader *r, const YamlNode *n, Error *e)
{
    return config_options(r, n, "`lidar`", lidar_options_table, &r->lidar, e);
}

typedef struct Section {
    const char *key;
    bool (*read)(ConfigReader *r, const YamlNode *n, Error *e);
} Section;

static bool read_sections(ConfigReader *r, const YamlNode *root, Error *e)
{
    static const Section sections[] = {
        {"sources", read_sources},        {"run", read_run},
        {"statistics", read_statistics},  {"lidar", read_lidar},
        {"formats", config_read_formats}, {"pipelines", config_read_pipelines},
        {"rules", config_read_rules},     {"outputs", config_read_outputs},
    };
    enum { SECTIONS = sizeof sections / sizeof *sections };
    const char *keys[SECTIONS + 1] = {0};
    for (size_t i = 0; i < SECTIONS; i++)
        keys[i] = sections[i].key;
    if (!config_check_map(r, root, "the configuration", keys, e))
        return false;
    for (size_t i = 0; i < SECTIONS; i++) {
        const YamlNode *n = yaml_get(root, sections[i].key);
        if (n && !sections[i].read(r, n, e))
            return false;
    }
    return true;
}

bool config_parse(const char *text, size_t length, const char *file, Arena *a, Config *out,
                  Error *e)
{
    const char *slash = strrchr(file, '/');
    Config config;
    ConfigReader r = {.arena = a, .config = &config};
    r.file = arena_string(a, file);
    r.folder = arena_copy(a, file, slash ? (size_t)(slash - file) + 1 : 0);
    if (!r.file || !r.folder)
        return arena_full(a, e);
    const YamlNode *root;
    if (!set_defaults(&r, e) || !yaml_parse(text, length, r.file, a, &root, e) ||
        !read_sections(&r, root, e) || !config_resolve(&config, a, e))
        return false;
    *out = config;
    return true;
}

static bool load_defaults(Arena *a, Config *out, Error *e)
{
    Config config;
    ConfigReader r = {.folder = "", .arena = a, .config = &config};
    if (!set_defaults(&r, e) || !config_resolve(&config, a, e))
        return false;
    *out = config;
    return true;
}

static void close_file(FILE **f)
{
    if (*f)
        fclose(*f);
}

bool config_load(const char *file, Arena *a, Config *out, Error *e)
{
    if (!file)
        return load_defaults(a, out, e);
    __attribute__((cleanup(close_file))) FILE *f = fopen(file, "rbe");
    if (!f)
        return error_errno(e, ERROR_SETUP, errno, "configuration %s", file);
    char *text = arena_alloc(a, FILE_SIZE_MAX + 1);
    if (!text)
        return arena_full(a, e);
    size_t length = fread(text, 1, FILE_SIZE_MAX + 1, f);
    if (ferror(f))
        return error_errno(e, ERROR_SETUP, errno, "configuration %s", file);
    if (length > FILE_SIZE_MAX)
        return error_coded(e, ERROR_SETUP, "configuration",
                           "configuration %s: larger than 1 MiB; is it the right file?", file);
    return config_parse(text, length, file, a, out, e);
}
