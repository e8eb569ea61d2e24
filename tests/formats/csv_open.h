/* csv_open.h: a text in memory, opened through format_csv, for the tests of tables. */
#pragma once

#include "formats/csv.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Table {
    Arena arena;
    uint8_t head[INPUT_HEAD_SIZE];
    Input in;
    CsvOptions options;
    Reader *reader;
    Dataset *dataset;
    Error error;
    int fd;
} Table;

/* The text as a file of that name; nothing is opened yet. */
static inline Table *table_of(const char *name, const void *bytes, size_t length)
{
    Table *t = calloc(1, sizeof *t);
    assert_non_null(t);
    arena_init(&t->arena, 0);
    t->fd = memfd_create("table", MFD_CLOEXEC);
    assert_true(t->fd >= 0);
    assert_int_equal(write(t->fd, bytes, length), (ssize_t)length);
    assert_ok(input_init(&t->in, t->fd, name, t->head, &t->error), &t->error);
    assert_ok(options_defaults(format_csv.options, &t->options, &t->arena, &t->error), &t->error);
    return t;
}

/* "key=value" */
static inline void table_option(Table *t, const char *setting)
{
    char key[64];
    const char *equals = strchr(setting, '=');
    assert_non_null(equals);
    snprintf(key, sizeof key, "%.*s", (int)(equals - setting), setting);
    const Option *row = options_find(format_csv.options, key);
    assert_non_null(row);
    assert_ok(options_set(row, &t->options, equals + 1, &t->arena, &t->error), &t->error);
}

static inline bool table_open(Table *t)
{
    FormatLimits limits = {0};
    bool ok = format_csv.open(&t->in, &t->options, &limits, &t->arena, &t->reader, &t->error);
    t->dataset = ok ? t->reader->dataset : NULL;
    return ok;
}

static inline void table_free(Table *t)
{
    format_csv.close(t->reader);
    close(t->fd);
    arena_deinit(&t->arena);
    free(t);
}

static inline size_t table_variable(const Table *t, const char *name)
{
    for (size_t i = 0; i < t->dataset->var_count; i++)
        if (strcmp(t->dataset->vars[i].name, name) == 0)
            return i;
    fail_msg("there is no variable %s", name);
    return 0;
}

static inline bool table_has_note(const Table *t, const char *part)
{
    for (size_t i = 0; i < t->dataset->note_count; i++)
        if (strstr(t->dataset->notes[i], part))
            return true;
    return false;
}
