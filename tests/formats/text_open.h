/* text_open.h: a text in memory, read through a format with options, told as text: for tests of the
 * text engine, table-driven with what must come out beside what goes in.
 *
 *     temp [degC] double: 1.5 _ 3
 *     time [seconds since ...]: 2021-01-01T00:00:00Z     (a time; without its units)
 *     rows 3, time time
 *     note: ...       fails: code at place: message      refused: code at place: message
 *
 * "_" is a missing value; a failed variable tells its code. */
#pragma once

#include "core/buffer.h"
#include "core/time.h"
#include "formats/format.h"
#include "tests/support/cases.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TEXT_VARIABLES_MAX = 64 };

/* "key=value" */
static inline void text_set_option(const Format *format, void *options, const char *line,
                                   size_t length, Arena *a)
{
    Error e = {0};
    auto_buffer Buffer value = {0};
    char key[64];
    size_t equals = strcspn(line, "=");
    assert_true(equals < length && equals < sizeof key);
    snprintf(key, sizeof key, "%.*s", (int)equals, line);
    const Option *row = options_find(format->options, key);
    assert_non_null(row);
    bool list = row && row->kind == OPTION_LIST;
    for (const char *p = line + equals + 1; p < line + length; p++)
        buffer_printf(&value, "%s%c", list && *p == ',' ? "\\" : "", *p);
    assert_ok(options_set(row, options, value.bytes ? value.bytes : "", a, &e), &e);
}

/* "key=value" lines; an item of a list is one line. */
static inline void text_set_options(const Format *format, void *options, const char *lines,
                                    Arena *a)
{
    Error e = {0};
    if (!format->options)
        return;
    assert_ok(options_defaults(format->options, options, a, &e), &e);
    while (*lines) {
        size_t length = strcspn(lines, "\n");
        text_set_option(format, options, lines, length, a);
        lines += length + (lines[length] == '\n');
    }
}

static inline bool text_is_seconds(const Var *v)
{
    const char *units = var_attr_text(v, "units");
    return units && strncmp(units, "seconds since 1970-01-01", 24) == 0;
}

static inline bool text_value_is_missing(const Var *v, double value)
{
    const Attr *missing = var_attr(v, "missing_value");
    double number;
    for (size_t i = 0; missing && i < missing->count; i++)
        if (attr_number(missing, i, &number) && number == value)
            return true;
    return !isfinite(value);
}

static inline void text_tell_number(Buffer *out, const Var *v, double value)
{
    char text[INSTANT_TEXT_SIZE];
    if (text_value_is_missing(v, value)) {
        buffer_string(out, " _");
    } else if (text_is_seconds(v)) {
        Instant t = {.seconds = (int64_t)floor(value)};
        t.nanoseconds = (int32_t)(lround((value - floor(value)) * 1e6) * 1000);
        instant_to_text(text, t, CALENDAR_STANDARD);
        buffer_printf(out, " %s", text);
    } else {
        buffer_printf(out, " %.12g", value);
    }
}

static inline void text_tell_values(Buffer *out, const Var *v, const Block *b)
{
    for (uint64_t i = 0; i < b->count; i++) {
        if (b->type == TYPE_STRING)
            buffer_printf(out, " '%.*s'", (int)b->strings[i].length, b->strings[i].bytes);
        else if (b->type == TYPE_INT64 && ((const int64_t *)b->values)[i] == INT64_MIN)
            buffer_string(out, " _");
        else if (b->type == TYPE_INT64)
            text_tell_number(out, v, (double)((const int64_t *)b->values)[i]);
        else
            text_tell_number(out, v, ((const double *)b->values)[i]);
    }
}

static inline void text_tell_error(Buffer *out, const char *how, const Error *e)
{
    buffer_printf(out, "%s: %s at %s: %s\n", how, e->code, e->place, e->message);
}

/* Reads to the end; the values of each variable, and how it ended. */
static inline bool text_read(const Format *format, Reader *r, Buffer values[TEXT_VARIABLES_MAX],
                             Error *e)
{
    uint64_t next[TEXT_VARIABLES_MAX] = {0};
    for (;;) {
        Block b = {0};
        bool end = false;
        if (!format->next(r, &b, &end, e))
            return false;
        if (end)
            return true;
        assert_true(b.var < TEXT_VARIABLES_MAX);
        if (b.failed) {
            buffer_printf(&values[b.var], " failed %s at %s", b.error.code, b.error.place);
            continue;
        }
        assert_int_equal(b.start, next[b.var]);
        next[b.var] += b.count;
        text_tell_values(&values[b.var], &r->dataset->vars[b.var], &b);
    }
}

static inline void text_tell_variable(Buffer *out, const Dataset *d, size_t i, const Buffer *values)
{
    const Var *v = &d->vars[i];
    const char *units = var_attr_text(v, "units");
    buffer_string(out, v->name);
    if (text_is_seconds(v))
        buffer_string(out, " time:");
    else
        buffer_printf(out, " [%s] %s:", units ? units : "", type_name(v->type));
    buffer_printf(out, "%s\n", values->bytes ? values->bytes : "");
}

static inline void text_tell(const Format *format, Reader *r, Buffer *out)
{
    Buffer values[TEXT_VARIABLES_MAX] = {0};
    Error e = {0};
    Dataset *d = r->dataset;
    assert_true(d->var_count <= TEXT_VARIABLES_MAX);
    bool whole = text_read(format, r, values, &e);
    for (size_t i = 0; i < d->var_count; i++) {
        text_tell_variable(out, d, i, &values[i]);
        buffer_deinit(&values[i]);
    }
    assert_true(d->rows_known);
    buffer_printf(out, "rows %llu, time %s\n", (unsigned long long)d->rows,
                  d->time_var == NO_VAR ? "none" : d->vars[d->time_var].name);
    for (size_t i = 0; i < d->note_count; i++)
        buffer_printf(out, "note: %s\n", d->notes[i]);
    if (!whole)
        text_tell_error(out, "fails", &e);
}

typedef struct TextFile {
    Arena arena;
    uint8_t head[INPUT_HEAD_SIZE];
    Input in;
    Reader *reader;
    Error error;
} TextFile;

/* NULL reader: it is refused. */
static inline TextFile *text_open(const Format *format, const char *name, const char *options,
                                  const void *bytes, size_t length)
{
    TextFile *f = calloc(1, sizeof *f);
    assert_non_null(f);
    arena_init(&f->arena, 0);
    int fd = memfd_create("text", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), (ssize_t)length);
    assert_ok(input_init(&f->in, fd, name, f->head, &f->error), &f->error);
    void *values = arena_alloc(&f->arena, format->options_size + 1);
    assert_non_null(values);
    text_set_options(format, values, options, &f->arena);
    FormatLimits limits = {0};
    if (!format->open(&f->in, values, &limits, &f->arena, &f->reader, &f->error))
        f->reader = NULL;
    return f;
}

static inline void text_close(const Format *format, TextFile *f)
{
    format->close(f->reader);
    close(f->in.fd);
    arena_deinit(&f->arena);
    free(f);
}

/* What goes in, and what must come out. */
static inline void text_expect(const Format *format, const char *options, const char *bytes,
                               size_t length, const char *expected)
{
    auto_buffer Buffer out = {0};
    TextFile *f = text_open(format, "test", options, bytes, length);
    if (f->reader)
        text_tell(format, f->reader, &out);
    else
        text_tell_error(&out, "refused", &f->error);
    assert_string_equal(out.bytes, expected);
    text_close(format, f);
}

typedef struct TextCase {
    const char *options, *text;
    size_t length; /* 0: up to the NUL */
    const char *expected;
} TextCase;

static inline void text_case(const Format *format, const TextCase *c)
{
    text_expect(format, c->options, c->text, c->length ? c->length : strlen(c->text), c->expected);
}
