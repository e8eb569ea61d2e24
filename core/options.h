/* options.h: options as tables. One row gives key, type, range, default and help; the command line,
 * the configuration file, --help, the manual, completion and `explain` are all made from it. */
#pragma once

#include "core/arena.h"
#include "core/error.h"

#include <stddef.h>

typedef struct StringList {
    const char **items;
    size_t count;
} StringList;

typedef enum OptionKind {
    OPTION_FLAG,     /* bool */
    OPTION_INT,      /* int64_t, min..max */
    OPTION_NUMBER,   /* double, min..max */
    OPTION_SIZE,     /* uint64_t bytes, "64M" */
    OPTION_DURATION, /* double seconds, "30s" */
    OPTION_STRING,   /* const char * */
    OPTION_CHOICE,   /* const char *, one of `choices` */
    OPTION_LIST,     /* StringList, may be given several times */
} OptionKind;

typedef struct Option {
    const char *key; /* "timeout": --timeout on the command line, timeout: in the file */
    char letter;     /* 'j' for -j, or 0 */
    OptionKind kind;
    size_t offset;     /* of the value in the options struct */
    const char *value; /* what the help calls the value: "N", "FILE", "SECONDS"; NULL for flags */
    const char *standard;       /* the default as text, NULL: zero / none */
    double min, max;            /* for INT, NUMBER, SIZE, DURATION; both 0: any */
    const char *const *choices; /* NULL-terminated, for CHOICE */
    const char *help;           /* one sentence, no full stop */
} Option;

/* A table ends with a row whose key is NULL. */

/* Fills `target` with the defaults of the table. Lists start empty. */
bool options_defaults(const Option *table, void *target, Arena *a, Error *e) MUST_CHECK;
/* Checks `text` against the row and stores it. The message names the key, the value and what is
 * allowed. A list grows by the items of the text: commas divide it, "\," is a comma in an item. */
bool options_set(const Option *row, void *target, const char *text, Arena *a, Error *e) MUST_CHECK;
const Option *options_find(const Option *table, const char *key);
const Option *options_find_letter(const Option *table, char letter);
/* The key in the table that is nearest to a mistyped one, or NULL. */
const char *options_nearest(const Option *table, const char *key);
/* The value as text that options_set would read back; lists joined with commas. */
const char *options_text(const Option *row, const void *target, Arena *a);
