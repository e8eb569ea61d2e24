/* arguments.c: --key value, --key=value, -k value, -kvalue, flags, `--`, operands. */
#include "orchestrator/arguments.h"

#include <stdio.h>
#include <string.h>

#define AT(field) offsetof(Arguments, field)
static const char *const formats[] = {"table", "csv", "ndjson", "json", NULL};

const Option out_options[] = {
    {"out", 'o', OPTION_STRING, AT(run.out), "OUT", NULL, 0, 0, NULL,
     "folder that holds ledger.db (default: $WEIR_OUT, else weir-out)"},
    {0},
};
const Option config_file_options[] = {
    {"config", 'c', OPTION_STRING, AT(config), "FILE", NULL, 0, 0, NULL,
     "configuration (default: $WEIR_CONFIG, else none)"},
    {0},
};
const Option where_options[] = {
    {"where", 0, OPTION_STRING, AT(where), "EXPR", NULL, 0, 0, NULL,
     "only rows for which it is true, e.g. 'state=failed and size_bytes>1000'"},
    {0},
};
const Option list_options[] = {
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", "table", 0, 0, formats,
     "table, csv, ndjson (one object a line) or json"},
    {0},
};
const Option failures_options[] = {
    {"all", 0, OPTION_FLAG, AT(all), NULL, NULL, 0, 0, NULL,
     "also those that a later success has cleared"},
    {0},
};
const Option from_options[] = {
    {"from", 0, OPTION_STRING, AT(from), "STORE", NULL, 0, 0, NULL,
     "ask the table that many share, dynamodb:NAME, instead of the ledger in OUT"},
    {0},
};
const Option export_options[] = {
    {"to", 0, OPTION_STRING, AT(to), "FILE", NULL, 0, 0, NULL,
     "the file to write (default: the table's name and the format's ending)"},
    {"format", 0, OPTION_CHOICE, AT(format), "FORMAT", "csv", 0, 0, formats,
     "table, csv, ndjson (one object a line) or json"},
    {0},
};
const Option doctor_options[] = {
    {"queue", 0, OPTION_STRING, AT(queue), "QUEUE", NULL, 0, 0, NULL,
     "also ask this queue of SQS, by its URL or its name"},
    {"store", 0, OPTION_STRING, AT(store), "STORE", NULL, 0, 0, NULL,
     "also ask for the tables of dynamodb:NAME"},
    {0},
};
const Option queue_options[] = {
    {"queue", 0, OPTION_STRING, AT(queue), "QUEUE", NULL, 0, 0, NULL,
     "the queue of S3's events, by its URL or its name"},
    {"prefix", 0, OPTION_LIST, AT(prefixes), "PREFIX", NULL, 0, 0, NULL,
     "only objects whose key begins so, in any bucket; s3://BUCKET/PREFIX is an operand"},
    {"reconcile", 0, OPTION_DURATION, AT(reconcile_s), "EVERY", NULL, 1, 30 * 86400.0, NULL,
     "also list what is named, at once and then so often: finds what no event has told"},
    {"budget", 0, OPTION_INT, AT(budget), "N", "5", 1, 1000, NULL,
     "without a dead-letter queue: a message that comes more often is told of, and rests longest"},
    {0},
};
const Option watch_directory_options[] = {
    {"settle", 0, OPTION_DURATION, AT(watch.settle_s), "TIME", "1s", 0, 86400, NULL,
     "a file is read once it has not changed for so long; one that was renamed, at once"},
    {"sidecar", 0, OPTION_STRING, AT(watch.sidecar), "ENDING", NULL, 0, 0, NULL,
     "a file NAME is read once NAMEENDING is there, e.g. .done; of .md5, .sha1, .sha256 the sum in "
     "it must be the file's"},
    {"incomplete", 0, OPTION_LIST, AT(watch.incomplete), "GLOB", NULL, 0, 0, NULL,
     "names that are left alone until they are renamed, besides *.tmp *.part *.partial *.filepart "
     "*.swp .*"},
    {"poll", 0, OPTION_DURATION, AT(watch.poll_s), "TIME", "0", 0, 86400, NULL,
     "list the directories so often instead of asking the kernel for changes; 0: only where it "
     "does not tell them"},
    {0},
};

#define RATE                                                                                       \
    {                                                                                              \
        "rate", 0, OPTION_NUMBER, AT(send.rate), "N", "0", 0, 1e6, NULL,                           \
            "at most N objects a second; 0: as fast as it goes"                                    \
    }
#define QUIET                                                                                      \
    {                                                                                              \
        "quiet", 'q', OPTION_FLAG, AT(send.quiet), NULL, NULL, 0, 0, NULL,                         \
            "no progress and no closing line, only errors"                                         \
    }
#define PATIENCE                                                                                   \
    {                                                                                              \
        "patience", 0, OPTION_DURATION, AT(send.patience_s), "TIME", "15m", 0.1, 7 * 86400, NULL,  \
            "how long to wait for a lost store or network before giving up"                        \
    }

const Option put_options[] = {
    {"jobs", 'j', OPTION_INT, AT(send.jobs), "N", "16", 1, 256, NULL,
     "objects written at the same time"},
    RATE,
    {"duplicate", 0, OPTION_INT, AT(send.duplicate), "PERCENT", "0", 0, 100, NULL,
     "write so many of them, chosen by chance, twice"},
    {"shuffle", 0, OPTION_INT, AT(send.shuffle), "SEED", "0", 0, 1e15, NULL,
     "in an order of chance, the same for the same seed; 0: as they lie"},
    {"if-absent", 0, OPTION_FLAG, AT(send.if_absent), NULL, NULL, 0, 0, NULL,
     "never replace an object that is there"},
    {"force", 0, OPTION_FLAG, AT(send.force), NULL, NULL, 0, 0, NULL,
     "write also what is there with the same bytes"},
    {"events", 0, OPTION_STRING, AT(send.queue), "QUEUE", NULL, 0, 0, NULL,
     "for each object send S3's notification to this queue (URL or name)"},
    PATIENCE,
    QUIET,
    {0},
};
const Option replay_options[] = {
    {"queue", 0, OPTION_STRING, AT(send.queue), "QUEUE", NULL, 0, 0, NULL,
     "where to: a queue of SQS, its URL or name"},
    {"from", 0, OPTION_STRING, AT(send.from), "TIME", NULL, 0, 0, NULL,
     "only objects made at this time or later, e.g. 2019-06-01T12:00:00Z, or 36h (ago)"},
    {"to", 0, OPTION_STRING, AT(send.to), "TIME", NULL, 0, 0, NULL,
     "only objects made before this time"},
    RATE,
    {"speed", 0, OPTION_NUMBER, AT(send.speed), "X", "0", 0, 1e9, NULL,
     "in the order of their times, X times as fast as they were made; 0: as they are listed"},
    PATIENCE,
    QUIET,
    {0},
};

void *arguments_target(Arguments *a, const Option *table)
{
    return table == run_options_table ? (void *)&a->run : (void *)a;
}

const Command *command_find(const char *name)
{
    for (const Command *c = commands_all; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

/* One walk over argv. */
typedef struct Walk {
    const Command *command;
    int argc, at;
    char **argv;
    Arguments *out;
    Arena *arena;
} Walk;

static const Option *find(const Walk *w, const char *key, char letter, void **target)
{
    for (size_t i = 0; w->command->tables[i]; i++) {
        const Option *table = w->command->tables[i];
        const Option *o = key ? options_find(table, key) : options_find_letter(table, letter);
        if (!o)
            continue;
        *target = arguments_target(w->out, table);
        return o;
    }
    return NULL;
}

static bool unknown(const Walk *w, const char *what, const char *key, Error *e)
{
    const char *near = NULL;
    for (size_t i = 0; key && w->command->tables[i] && !near; i++)
        near = options_nearest(w->command->tables[i], key);
    if (near)
        return error_coded(e, ERROR_SETUP, "usage", "weir %s has no option %s; did you mean --%s?",
                           w->command->name, what, near);
    return error_coded(e, ERROR_SETUP, "usage", "weir %s has no option %s; see `weir %s --help`",
                       w->command->name, what, w->command->name);
}

/* Sets the option; its value is `given`, or the next argument. */
static bool set(Walk *w, const Option *o, void *target, const char *shown, const char *given,
                Error *e)
{
    if (o->kind == OPTION_FLAG) {
        if (given)
            return error_coded(e, ERROR_SETUP, "usage", "%s takes no value", shown);
        given = "true";
    } else if (!given) {
        if (w->at + 1 >= w->argc)
            return error_coded(e, ERROR_SETUP, "usage", "%s needs a value: %s", shown,
                               o->value ? o->value : "");
        given = w->argv[++w->at];
    }
    return options_set(o, target, given, w->arena, e);
}

static bool long_option(Walk *w, const char *text, Error *e)
{
    const char *equals = strchr(text, '=');
    size_t length = equals ? (size_t)(equals - text) : strlen(text);
    const char *key = arena_copy(w->arena, text + 2, length - 2);
    if (!key)
        return arena_full(w->arena, e);
    if (strcmp(key, "help") == 0) {
        w->out->help = true;
        return true;
    }
    void *target;
    const Option *o = find(w, key, 0, &target);
    const char *shown = arena_printf(w->arena, "--%s", key);
    if (!o)
        return unknown(w, shown, key, e);
    return set(w, o, target, shown, equals ? equals + 1 : NULL, e);
}

/* -j4, -j 4, and several flags in one word. */
static bool letters(Walk *w, const char *text, Error *e)
{
    for (const char *at = text + 1; *at; at++) {
        void *target;
        char shown[3] = {'-', *at, '\0'};
        if (*at == 'h') {
            w->out->help = true;
            continue;
        }
        const Option *o = find(w, NULL, *at, &target);
        if (!o)
            return unknown(w, shown, NULL, e);
        if (o->kind != OPTION_FLAG)
            return set(w, o, target, shown, at[1] ? at + 1 : NULL, e);
        if (!set(w, o, target, shown, NULL, e))
            return false;
    }
    return true;
}

bool arguments_parse(const Command *c, int argc, char **argv, Arguments *out, Arena *a, Error *e)
{
    Walk w = {.command = c, .argc = argc, .argv = argv, .out = out, .arena = a};
    bool only_operands = false;
    const char **operands = arena_array(a, (size_t)argc + 1, sizeof *operands);
    if (!operands)
        return arena_full(a, e);
    out->operands = (StringList){.items = operands};
    for (; w.at < argc; w.at++) {
        const char *text = argv[w.at];
        bool ok = true;
        if (only_operands || text[0] != '-' || !text[1])
            operands[out->operands.count++] = text;
        else if (strcmp(text, "--") == 0)
            only_operands = true;
        else
            ok = text[1] == '-' ? long_option(&w, text, e) : letters(&w, text, e);
        if (!ok)
            return false;
    }
    return true;
}
