/* config_internal.h: what the parts of the configuration's reader share. */
#pragma once

#include "orchestrator/config.h"
#include "orchestrator/config_yaml.h"

typedef struct ConfigReader {
    const char *file;   /* for messages */
    const char *folder; /* what relative paths begin with: "" or "a/folder/" */
    Arena *arena;
    Config *config; /* what is read so far */
    Pipeline **pipelines;
    size_t pipeline_capacity;
    LidarOptions lidar; /* of the section `lidar:` */
    size_t named_count; /* pipelines that a rule can name; behind them those that rules make */
} ConfigReader;

/* A table of keys: each is one of `allowed` (ending with NULL), nothing else. An empty value is an
 * empty table. `what` names it in messages: "`run`", "rule 3". */
bool config_check_map(const ConfigReader *r, const YamlNode *n, const char *what,
                      const char *const *allowed, Error *e) MUST_CHECK;
/* "unknown WHAT `word` (did you mean `near`?)", or what is allowed. Returns false. */
bool config_unknown(const ConfigReader *r, const YamlNode *at, const char *what,
                    const char *const *allowed, Error *e);
/* One text that is not empty; `key` for messages. */
bool config_text(const ConfigReader *r, const YamlNode *n, const char *key, const char **out,
                 Error *e) MUST_CHECK;
/* Sets one option from a value; a list replaces what it held. */
bool config_set(const ConfigReader *r, const Option *row, void *target, const YamlNode *n,
                Error *e) MUST_CHECK;
/* A table of keys that are options. */
bool config_options(const ConfigReader *r, const YamlNode *n, const char *what, const Option *table,
                    void *target, Error *e) MUST_CHECK;
/* The path as seen from the file's folder; one that begins with ~ is refused. */
bool config_path(const ConfigReader *r, const YamlNode *n, const char *path, const char **out,
                 Error *e) MUST_CHECK;

/* A new pipeline at the end of the list, with the options of `from` (NULL: the defaults). */
Pipeline *config_add_pipeline(ConfigReader *r, const char *name, const Pipeline *from, Error *e);
/* The built-in pipeline `lidar`, made where it is named for the first time. NULL: memory. */
extern const char config_lidar_name[];
Pipeline *config_lidar_pipeline(ConfigReader *r, Error *e);
bool config_format_by_name(const ConfigReader *r, const YamlNode *n, const Format **out,
                           Error *e) MUST_CHECK;
/* Options of the pipeline's format, or of every format that knows the key. */
bool config_pipeline_options(const ConfigReader *r, const YamlNode *n, Pipeline *p,
                             Error *e) MUST_CHECK;
/* The sections `formats:`, `pipelines:`, `rules:` and `outputs:`. */
bool config_read_formats(ConfigReader *r, const YamlNode *n, Error *e) MUST_CHECK;
bool config_read_pipelines(ConfigReader *r, const YamlNode *n, Error *e) MUST_CHECK;
bool config_read_rules(ConfigReader *r, const YamlNode *n, Error *e) MUST_CHECK;
bool config_read_outputs(ConfigReader *r, const YamlNode *n, Error *e) MUST_CHECK;
