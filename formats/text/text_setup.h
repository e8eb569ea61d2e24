/* text_setup.h: from the options of `text` to a TextTable. */
#pragma once

#include "core/regex.h"
#include "formats/text/text.h"
#include "formats/text/text_head.h"
#include "formats/text/text_item.h"
#include "formats/text/text_table.h"

extern const Option text_options[];

/* One kind of rows on its way. */
typedef struct SetupKind {
    TextRecord record;
    Item item; /* of `records` */
    int64_t names_line, units_line;
    const char **names, **units; /* of the file's lines */
    size_t name_count, unit_count;
    TextColumn *columns;
    const char **file_names; /* of the columns, before they were renamed */
    TextStack *stacks;
} SetupKind;

typedef struct Setup {
    const TextOptions *options;
    Arena *arena;
    TextHead head; /* no lines where only the options are checked */
    const Input *in;
    SetupKind *kinds;
    size_t kind_count;
    TextRecord *records;
    TextColumn *width_columns;
    size_t width_count;
    TextTable table;
    TextAttrs attrs;
    double *missing; /* numbers of the option `missing` */
    size_t missing_count;
    Regex *leave_out;
} Setup;

/* Fills the layout from the options. */
bool setup_layout(Setup *s, Error *e) MUST_CHECK;
/* ERROR_SETUP where the expression is none, or has no group though it needs `groups`. */
bool setup_regex(const Setup *s, const char *key, const char *pattern, bool groups,
                 Error *e) MUST_CHECK;
/* Cells between which the regular expression of the layout stands; `cells` may be NULL. */
bool setup_between(const Setup *s, StringView line, const char ***cells, size_t *count,
                   Error *e) MUST_CHECK;
/* Words and numbers that are missing in every column. */
bool setup_missing(Setup *s, Error *e) MUST_CHECK;
/* Kinds, columns, stacks, times. Without a file (s->in NULL) it checks what can be checked. An
 * error of the options has the place "KEY N": item N, from 0, of the option KEY. */
bool setup_kinds(Setup *s, Error *e) MUST_CHECK;
bool setup_columns(Setup *s, SetupKind *k, Error *e) MUST_CHECK;
bool setup_stacks(Setup *s, SetupKind *k, Error *e) MUST_CHECK;
bool setup_time(Setup *s, SetupKind *k, Error *e) MUST_CHECK;

/* What all variables have in common: kind, units, missing, attributes. */
bool setup_words(const Setup *s, const Item *i, TextColumn *c, Error *e) MUST_CHECK;
/* The numbers of `missing` behind the variable's own. */
bool setup_add_missing(const Setup *s, TextColumn *c, Error *e) MUST_CHECK;
/* The item without "KIND/" where it is of this kind or of every kind; *mine false: another's. */
bool setup_item(const Setup *s, const SetupKind *k, const char *text, Item *out, bool *mine,
                Error *e) MUST_CHECK;
/* The name of a column, or its number from 1 ("3"; "#3" is always a number) -> its index; false:
 * "no_column". */
bool setup_find(const Setup *s, const SetupKind *k, const char *name, size_t *out,
                Error *e) MUST_CHECK;
