/* config.h: weir.yaml and the options of a run, every name resolved before the first file. */
#pragma once

#include "core/arena.h"
#include "core/options.h"
#include "orchestrator/classify.h"

/* What `weir run` can be told, on the command line and (without the leading --) under `run:` in the
 * configuration. The command line wins. */
typedef struct RunOptions {
    const char *out; /* -o: folder for ledger.db; default $WEIR_OUT, else weir-out */
    int64_t jobs;    /* -j: worker threads; 0: one per processor this process may use */
    StringList include, exclude;
    const char *since, *until; /* prefixes with a date in them: of which times; NULL: as written */
    const char *shard;         /* "3/16": of 16 weirs the third; NULL: as the array task says */
    int64_t limit;             /* at most this many files are processed; 0: all */
    bool force;                /* also what is done or set aside */
    bool quiet;                /* no progress, no summary, errors only */
    bool json;                 /* the closing summary as one JSON object on stdout */
    double timeout_s;          /* wall time for one file, default 60 */
    uint64_t memory_bytes;     /* for one child, default 1 GiB */
    uint64_t decoded_bytes;  /* at most this much after decompression of one file, default 4 GiB */
    int64_t members;         /* entries one archive may have, nested ones included */
    uint64_t unpacked_bytes; /* that it may unpack to, nested ones included */
    int64_t ratio;           /* the same, as a multiple of its size; 100 MB are always allowed */
    int64_t depth;           /* archives in archives: how many deep */
    uint64_t ahead_bytes;    /* of objects in buckets, fetched and not yet read, default 256 MiB */
    bool ranges;             /* netCDF and HDF5 in buckets: fetch only what is read of them */
    const char *store;       /* "dynamodb:NAME": a table that other weirs record in, too; or NULL */
    double patience_s;       /* how long a full disk or lost store is waited for, default 15 min */
} RunOptions;
extern const Option run_options_table[];

typedef struct Config {
    const char *file;   /* where it came from, NULL: built-in defaults */
    StringList sources; /* paths under `sources:`, used where the command line names none */
    RunOptions run;     /* defaults, then the file's `run:` section */
    const Rule *rules;  /* those that `outputs:` makes first */
    size_t rule_count;
    Pipeline *standard;         /* the pipeline of everything without a rule: "summary" */
    Pipeline *const *pipelines; /* all, the standard one first; those of rules too */
    size_t pipeline_count;
    const struct OutputRoute *outputs; /* output_route.h */
    size_t output_count;
    char archive_hash[65]; /* of all that decides what becomes of an archive's members */
} Config;

/* file NULL: defaults only. ERROR_SETUP names file:line:column, the key or value, what is allowed
 * and the nearest valid key. Everything is allocated from the arena and lives as long as it. */
bool config_load(const char *file, Arena *a, Config *out, Error *e) MUST_CHECK;
/* The same from the text of a file. `file` names it in messages; paths under `sources:` and
 * `run: out:` are relative to its folder. */
bool config_parse(const char *text, size_t length, const char *file, Arena *a, Config *out,
                  Error *e) MUST_CHECK;
/* Limits and hashes of all pipelines after c->run: to be called again where the command line has
 * changed it. The format options and statistics stay as they are. */
bool config_resolve(Config *c, Arena *a, Error *e) MUST_CHECK;

extern const Option statistics_options_table[];
extern const Option lidar_options_table[];
