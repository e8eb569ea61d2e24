/* config_options.c: the option tables of a run, and options in the configuration. */
#include "orchestrator/config_internal.h"

#include "core/buffer.h"
#include "core/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define FIELD(field) .offset = offsetof(RunOptions, field)

const Option run_options_table[] = {
    {"out", 'o', OPTION_STRING, FIELD(out), "DIR", "weir-out", 0, 0, NULL,
     "folder for the ledger and everything written (default $WEIR_OUT, else weir-out)"},
    {"jobs", 'j', OPTION_INT, FIELD(jobs), "N", "0", 0, 4096, NULL,
     "files read at the same time; 0: one for each processor"},
    {"include", 0, OPTION_LIST, FIELD(include), "GLOB", NULL, 0, 0, NULL,
     "only files whose path below the source, or whose name, matches"},
    {"exclude", 0, OPTION_LIST, FIELD(exclude), "GLOB", NULL, 0, 0, NULL,
     "list files that match as ignored, and do not read them"},
    {"since", 0, OPTION_STRING, FIELD(since), "TIME", NULL, 0, 0, NULL,
     "s3://bucket/%Y/%m/%d/ stands for the prefixes of all times from this one on, e.g. 2019-06-01 "
     "or 7d (ago)"},
    {"until", 0, OPTION_STRING, FIELD(until), "TIME", NULL, 0, 0, NULL,
     "up to this time (default: now)"},
    {"shard", 0, OPTION_STRING, FIELD(shard), "I/N", NULL, 0, 0, NULL,
     "only the files that are number I of N weirs' (default: what a task of an array of Slurm or "
     "AWS "
     "Batch is, else 1/1: all)"},
    {"limit", 0, OPTION_INT, FIELD(limit), "N", "0", 0, 1e15, NULL, "read at most N files; 0: all"},
    {"force", 0, OPTION_FLAG, FIELD(force), NULL, NULL, 0, 0, NULL,
     "read also what is done or was set aside"},
    {"quiet", 'q', OPTION_FLAG, FIELD(quiet), NULL, NULL, 0, 0, NULL,
     "no progress and no summary, only errors"},
    {"json", 0, OPTION_FLAG, FIELD(json), NULL, NULL, 0, 0, NULL,
     "print the closing summary as one JSON object on standard output"},
    {"timeout", 0, OPTION_DURATION, FIELD(timeout_s), "TIME", "60s", 0.1, 86400, NULL,
     "longest time for one file, e.g. 30s or 5m"},
    {"memory", 0, OPTION_SIZE, FIELD(memory_bytes), "SIZE", "1GiB", 64 << 20, INFINITY, NULL,
     "most memory for one file, e.g. 512M or 2G"},
    {"decoded", 0, OPTION_SIZE, FIELD(decoded_bytes), "SIZE", "4GiB", 1 << 20, INFINITY, NULL,
     "most bytes that one file may decompress to"},
    {"members", 0, OPTION_INT, FIELD(members), "N", "100000", 1, 1e7, NULL,
     "most members that one archive may have"},
    {"unpacked", 0, OPTION_SIZE, FIELD(unpacked_bytes), "SIZE", "64GiB", 1 << 20, INFINITY, NULL,
     "most bytes that one archive may unpack to"},
    {"ratio", 0, OPTION_INT, FIELD(ratio), "N", "1000", 1, 1e9, NULL,
     "most that an archive beyond 100 MiB may unpack to, as a multiple of its size"},
    {"depth", 0, OPTION_INT, FIELD(depth), "N", "4", 1, ARCHIVE_DEPTH_MAX, NULL,
     "how deep archives may lie in archives"},
    {"prefetch", 0, OPTION_SIZE, FIELD(ahead_bytes), "SIZE", "256MiB", 1 << 20, INFINITY, NULL,
     "bytes of objects in buckets that are fetched before they are read"},
    {"ranges", 0, OPTION_FLAG, FIELD(ranges), NULL, NULL, 0, 0, NULL,
     "of netCDF and HDF5 files in buckets, fetch only the bytes that are read"},
    {"store", 0, OPTION_STRING, FIELD(store), "STORE", NULL, 0, 0, NULL,
     "record in dynamodb:NAME, too, for all machines that do so (default $WEIR_STORE, else none)"},
    {"patience", 0, OPTION_DURATION, FIELD(patience_s), "TIME", "15m", 0.1, 7 * 86400, NULL,
     "how long to wait for a full disk, a lost store or network before giving up"},
    {0},
};

const Option statistics_options_table[] = {
    {"quantiles", 0, OPTION_FLAG, offsetof(StatisticsOptions, quantiles), NULL, "true", 0, 0, NULL,
     "compute the quantiles p05, p50 and p95"},
    {"valid_range_masks", 0, OPTION_FLAG,
     offsetof(StatisticsOptions, masking) + offsetof(MaskingOptions, valid_range_masks), NULL,
     "false", 0, 0, NULL, "take values outside valid_range for missing, instead of counting them"},
    {0},
};

const Option lidar_options_table[] = {
    {"intensity_min", 0, OPTION_NUMBER, offsetof(LidarOptions, intensity_min), "N", "1.008", 0, 100,
     NULL, "gates whose intensity (SNR + 1) is less are noise"},
    {"cnr_min", 0, OPTION_NUMBER, offsetof(LidarOptions, cnr_min), "DB", "0", -100, 0, NULL,
     "gates whose carrier-to-noise ratio is less are noise; 0: the file's CNRThreshold, else -23"},
    {"rays_min", 0, OPTION_INT, offsetof(LidarOptions, rays_min), "N", "4", 3, 4096, NULL,
     "fewest rays with a signal that give a wind"},
    {"condition_max", 0, OPTION_NUMBER, offsetof(LidarOptions, condition_max), "N", "10", 1, 1e6,
     NULL, "greatest condition number of the beams"},
    {"residual_max", 0, OPTION_NUMBER, offsetof(LidarOptions, residual_max), "MPS", "5", 0, 1000,
     NULL, "most of the radial velocities, in m/s, that the wind may leave unexplained"},
    {"jump_max", 0, OPTION_NUMBER, offsetof(LidarOptions, jump_max), "MPS", "20", 0, 1000, NULL,
     "most that the wind may change, in m/s, from one height to the next"},
    {"gap_max", 0, OPTION_DURATION, offsetof(LidarOptions, gap_max_s), "TIME", "30s", 0.1, 86400,
     NULL, "longest time between two rays of a scan"},
    {"towards", 0, OPTION_FLAG, offsetof(LidarOptions, towards), NULL, "false", 0, 0, NULL,
     "the file's radial velocities are positive towards the lidar"},
    {0},
};

bool config_unknown(const ConfigReader *r, const YamlNode *at, const char *what,
                    const char *const *allowed, Error *e)
{
    const char *word = at->text, *near = text_nearest(word, allowed);
    if (near)
        return yaml_error(r->file, at, e, "unknown %s `%s` (did you mean `%s`?)", what, word, near);
    auto_buffer Buffer list = {0};
    for (const char *const *word_allowed = allowed; *word_allowed; word_allowed++)
        buffer_printf(&list, "%s%s", word_allowed == allowed ? "" : ", ", *word_allowed);
    return yaml_error(r->file, at, e, "unknown %s `%s`; %s%s", what, word,
                      list.length ? "allowed: " : "none is allowed here",
                      list.length ? list.bytes : "");
}

static bool is_map(const ConfigReader *r, const YamlNode *n, const char *what, Error *e)
{
    if (n->kind == YAML_MAP || n->empty)
        return true;
    return yaml_error(r->file, n, e, "%s must be a table of keys and values, not %s", what,
                      n->kind == YAML_LIST ? "a list" : "one value");
}

bool config_check_map(const ConfigReader *r, const YamlNode *n, const char *what,
                      const char *const *allowed, Error *e)
{
    if (!is_map(r, n, what, e))
        return false;
    for (size_t i = 0; i < n->count; i++) {
        const char *const *known = allowed;
        while (*known && strcmp(*known, n->keys[i]->text) != 0)
            known++;
        if (!*known)
            return config_unknown(r, n->keys[i], "key", allowed, e);
    }
    return true;
}

bool config_text(const ConfigReader *r, const YamlNode *n, const char *key, const char **out,
                 Error *e)
{
    if (n->kind != YAML_TEXT)
        return yaml_error(r->file, n, e, "`%s` must be one value, not a %s", key,
                          n->kind == YAML_LIST ? "list" : "table");
    if (n->text[0] == '\0')
        return yaml_error(r->file, n, e, "`%s` is empty", key);
    *out = n->text;
    return true;
}

bool config_path(const ConfigReader *r, const YamlNode *n, const char *path, const char **out,
                 Error *e)
{
    bool home = path[0] == '~' && (path[1] == '\0' || path[1] == '/');
    if (home)
        return yaml_error(r->file, n, e,
                          "`%s`: `~` is not replaced here; write the whole path, or ./~ for a "
                          "folder of that name",
                          path);
    bool whole = path[0] == '/' || strstr(path, "://");
    const char *text = whole ? path : arena_printf(r->arena, "%s%s", r->folder, path);
    if (!text)
        return arena_full(r->arena, e);
    *out = text;
    return true;
}

/* A text for options_set; its complaint gets the place in the file. */
static bool set_text(const ConfigReader *r, const Option *row, void *target, const YamlNode *n,
                     const char *text, Error *e)
{
    Error inner = {0};
    if (options_set(row, target, text, r->arena, &inner))
        return true;
    if (inner.kind == ERROR_SETUP)
        return yaml_error(r->file, n, e, "%s", inner.message);
    *e = inner;
    return false;
}

/* An item of a list is taken as it is written: a comma in it does not divide it. */
static bool add_item(const ConfigReader *r, const Option *row, void *target, const YamlNode *n,
                     Error *e)
{
    if (n->kind != YAML_TEXT || n->empty)
        return yaml_error(r->file, n, e, "`%s` must be a list of texts; this is %s", row->key,
                          n->empty               ? "empty"
                          : n->kind == YAML_LIST ? "a list"
                                                 : "a table");
    auto_buffer Buffer text = {0};
    for (const char *p = n->text; *p; p++)
        buffer_printf(&text, "%s%c", *p == ',' ? "\\" : "", *p);
    if (text.failed)
        return arena_full(r->arena, e);
    return set_text(r, row, target, n, text.bytes ? text.bytes : "", e);
}

static bool set_list(const ConfigReader *r, const Option *row, void *target, const YamlNode *n,
                     Error *e)
{
    memset((char *)target + row->offset, 0, sizeof(StringList));
    if (n->kind == YAML_TEXT)
        return set_text(r, row, target, n, n->text, e);
    for (size_t i = 0; i < n->count; i++)
        if (!add_item(r, row, target, n->items[i], e))
            return false;
    return true;
}

bool config_set(const ConfigReader *r, const Option *row, void *target, const YamlNode *n, Error *e)
{
    bool list = row->kind == OPTION_LIST;
    if (n->empty)
        return yaml_error(r->file, n, e, "`%s` has no value", row->key);
    if (n->kind == YAML_MAP || (n->kind == YAML_LIST && !list))
        return yaml_error(r->file, n, e, "`%s` must be %s, not a %s", row->key,
                          list ? "a list of texts" : "one value",
                          n->kind == YAML_LIST ? "list" : "table");
    return list ? set_list(r, row, target, n, e) : set_text(r, row, target, n, n->text, e);
}

enum { KEYS_MAX = 128 };

bool config_options(const ConfigReader *r, const YamlNode *n, const char *what, const Option *table,
                    void *target, Error *e)
{
    const char *keys[KEYS_MAX + 1] = {0};
    for (size_t i = 0; table[i].key && i < KEYS_MAX; i++)
        keys[i] = table[i].key;
    if (!config_check_map(r, n, what, keys, e))
        return false;
    for (size_t i = 0; i < n->count; i++)
        if (!config_set(r, options_find(table, n->keys[i]->text), target, n->items[i], e))
            return false;
    return true;
}
