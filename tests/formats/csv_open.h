/* csv_open.h: a text in memory, opened through format_csv, for the tests of tables. */
#pragma once

#include "formats/csv/csv.h"
#include "tests/support/cases.h"

#include <math.h>
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

/* What came out of a variable. */
typedef struct TableSums {
    uint64_t rows, valid;
    double sum, last;
    char first_text[64], last_text[64];
    bool failed;
    Error error;
} TableSums;

enum { TABLE_VARIABLES_MAX = 16 };

static inline void table_add_string(TableSums *s, StringView v, bool first)
{
    int length = v.length < 63 ? (int)v.length : 63;
    snprintf(first ? s->first_text : s->last_text, sizeof s->last_text, "%.*s", length, v.bytes);
    s->valid += v.length > 0;
}

static inline double table_number(const Block *b, uint64_t i)
{
    if (b->type == TYPE_DOUBLE)
        return ((const double *)b->values)[i];
    int64_t whole = ((const int64_t *)b->values)[i];
    return whole == INT64_MIN ? NAN : (double)whole;
}

static inline void table_add_number(TableSums *s, double value)
{
    if (!isfinite(value))
        return;
    s->valid++;
    s->sum += value;
    s->last = value;
}

static inline void table_add_block(TableSums *s, const Block *b)
{
    if (b->failed) {
        s->failed = true;
        s->error = b->error;
        return;
    }
    assert_int_equal(b->start, s->rows); /* ascending, without gaps */
    for (uint64_t i = 0; i < b->count; i++) {
        if (b->type == TYPE_STRING)
            table_add_string(s, b->strings[i], s->rows == 0 && i == 0);
        else
            table_add_number(s, table_number(b, i));
    }
    s->rows += b->count;
}

/* The next block, which must come without an error; false: there is none. */
static inline bool table_next(Table *t, Block *b)
{
    bool end = false;
    *b = (Block){0};
    assert_ok(format_csv.next(t->reader, b, &end, &t->error), &t->error);
    return !end;
}

/* False: the reading broke off. */
static inline bool table_read(Table *t, TableSums sums[TABLE_VARIABLES_MAX])
{
    for (;;) {
        Block b = {0};
        bool end = false;
        if (!format_csv.next(t->reader, &b, &end, &t->error))
            return false;
        if (end)
            return true;
        assert_true(b.var < TABLE_VARIABLES_MAX);
        table_add_block(&sums[b.var], &b);
    }
}

/* Opens and reads what must be readable. */
static inline void table_read_well(Table *t, TableSums sums[TABLE_VARIABLES_MAX])
{
    assert_ok(table_open(t), &t->error);
    assert_ok(table_read(t, sums), &t->error);
}
