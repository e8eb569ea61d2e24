/* arguments.h: the command line, read by option tables. */
#pragma once

#include "core/arena.h"
#include "core/options.h"
#include "orchestrator/config.h"

/* What `weir put` and `weir replay` can be told. */
typedef struct SendOptions {
    int64_t jobs;
    double rate;       /* objects a second; 0: as fast as it goes */
    int64_t duplicate; /* percent that are sent twice */
    int64_t shuffle;   /* seed of the order; 0: as they are listed */
    bool if_absent, force, quiet;
    const char *queue; /* URL or name; NULL: no events */
    const char *from, *to;
    double speed; /* 0: order and times do not matter */
    double patience_s;
} SendOptions;

/* Everything any command can be told. A command names the tables that it takes. */
typedef struct Arguments {
    const char *config; /* -c FILE */
    RunOptions run;
    const char *format;  /* --format: table csv ndjson json */
    const char *where;   /* --where EXPR */
    const char *to;      /* export: --to FILE */
    const char *queue;   /* watch: --queue URL_OR_NAME */
    StringList prefixes; /* watch: --prefix PREFIX, of keys in any bucket */
    double reconcile_s;  /* watch: --reconcile EVERY; 0: never */
    int64_t budget;      /* watch: --budget N */
    const char *from;    /* --from STORE instead of the ledger in OUT, or NULL */
    const char *store;   /* doctor: --store, to be asked */
    bool all;            /* failures: the cleared ones too */
    struct {
        double settle_s, poll_s;
        const char *sidecar;
        StringList incomplete;
    } watch; /* of directories: as in WatchOptions */
    SendOptions send;
    bool help;
    StringList operands;
    const Config *loaded;     /* the configuration, its run section as the command line left it */
    const char *command_line; /* as it was typed */
} Arguments;

extern const Option out_options[], config_file_options[], list_options[], where_options[],
    failures_options[], export_options[], queue_options[], watch_directory_options[],
    from_options[], put_options[], replay_options[], doctor_options[];

enum { COMMAND_TABLES_MAX = 6 };

typedef struct Command {
    const char *name;
    const char *operands; /* "PATH...", for the usage line */
    const char *summary;  /* one line */
    const char *details;  /* paragraphs for --help and the manual, or NULL */
    const Option
        *tables[COMMAND_TABLES_MAX]; /* ends with NULL; run_options_table holds for Arguments.run */
    int (*run)(const Arguments *a, Arena *arena); /* exit code; prints its own errors */
} Command;

/* All commands in the order of the help. Ends with a NULL name. */
extern const Command commands_all[];
const Command *command_find(const char *name);

/* Reads argv[first..argc) into `out` by the command's tables; values already in `out` stay unless
 * an option sets them. ERROR_SETUP names the option and the nearest valid one. */
bool arguments_parse(const Command *c, int argc, char **argv, Arguments *out, Arena *a,
                     Error *e) MUST_CHECK;
/* The struct that a table's offsets belong to. */
void *arguments_target(Arguments *a, const Option *table);
