/* read_format.h: a file read to its end through a Format, for tests of readers.
 *
 * The bytes go into a memfd, as in the sandbox: a reader that opens a path of its own fails. */
#pragma once

#include "formats/format.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct ReadVar {
    uint8_t *bytes; /* all values delivered, packed; texts each with a NUL */
    size_t size, capacity;
    uint64_t n; /* elements delivered */
    bool failed;
    Error error;
} ReadVar;

typedef struct ReadFile {
    Input in;
    uint8_t *head;
    Arena arena;
    const Format *format;
    Reader *reader;
    Dataset *d; /* NULL: could not be opened, see error */
    ReadVar *vars;
    bool broken; /* next() failed: see error */
    Error error;
} ReadFile;

static inline void read_append(ReadVar *v, const void *bytes, size_t size)
{
    if (v->size + size > v->capacity) {
        v->capacity = 2 * (v->size + size);
        v->bytes = realloc(v->bytes, v->capacity);
        assert_non_null(v->bytes);
    }
    if (size)
        memcpy(v->bytes + v->size, bytes, size);
    v->size += size;
}

static inline void read_block(ReadFile *f, const Block *b)
{
    assert_true(b->var < f->d->var_count);
    ReadVar *v = &f->vars[b->var];
    assert_false(v->failed); /* nothing comes behind a failed block */
    assert_int_equal(b->start, v->n);
    assert_true(b->count <= f->d->vars[b->var].count - b->start);
    if (b->failed) {
        v->failed = true;
        v->error = b->error;
        assert_true(b->error.code[0] != '\0' && b->error.place[0] != '\0');
        return;
    }
    v->n += b->count;
    for (uint64_t i = 0; b->strings && i < b->count; i++) {
        read_append(v, b->strings[i].bytes, b->strings[i].length);
        read_append(v, "", 1);
    }
    if (b->values)
        read_append(v, b->values, b->count * type_size(b->type));
}

static inline void read_on(ReadFile *f)
{
    for (;;) {
        Block b = {0};
        bool end = false;
        f->broken = !f->format->next(f->reader, &b, &end, &f->error);
        if (f->broken || end)
            return;
        read_block(f, &b);
    }
}

/* Opens but does not read. */
static inline void read_open_within(ReadFile *f, const Format *format, const void *bytes,
                                    size_t size, const FormatLimits *limits)
{
    *f = (ReadFile){.format = format, .head = malloc(INPUT_HEAD_SIZE)};
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0 && f->head);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, (const char *)bytes + done, size - done);
        assert_true(n > 0);
        done += (size_t)n;
    }
    assert_ok(input_init(&f->in, fd, "test", f->head, &f->error), &f->error);
    arena_init(&f->arena, (size_t)512 << 20);
    if (!format->open(&f->in, NULL, limits, &f->arena, &f->reader, &f->error)) {
        assert_int_not_equal(f->error.kind, ERROR_NONE);
        return;
    }
    f->d = f->reader->dataset;
    f->vars = calloc(f->d->var_count + 1, sizeof *f->vars);
    assert_non_null(f->vars);
}

static inline void read_open(ReadFile *f, const Format *format, const void *bytes, size_t size)
{
    read_open_within(f, format, bytes, size, &(FormatLimits){0});
}

static inline void read_all(ReadFile *f, const Format *format, const void *bytes, size_t size)
{
    read_open(f, format, bytes, size);
    if (f->d)
        read_on(f);
}

static inline void read_close(ReadFile *f)
{
    for (size_t i = 0; f->d && i < f->d->var_count; i++)
        free(f->vars[i].bytes);
    free(f->vars);
    f->format->close(f->reader);
    arena_deinit(&f->arena);
    close(f->in.fd);
    free(f->head);
}

static inline size_t read_index(const ReadFile *f, const char *name)
{
    if (!f->d)
        fail_msg("cannot be opened: %s (%s)", f->error.message, f->error.code);
    for (size_t i = 0; i < f->d->var_count; i++)
        if (strcmp(f->d->vars[i].name, name) == 0)
            return i;
    fail_msg("no variable %s", name);
    return 0;
}

static inline const Var *read_var(const ReadFile *f, const char *name)
{
    return &f->d->vars[read_index(f, name)];
}

/* The variable was read whole, has this type and these values. */
static inline void read_expect(const ReadFile *f, const char *name, DataType type,
                               const void *values, size_t size)
{
    size_t i = read_index(f, name);
    if (f->vars[i].failed)
        fail_msg("%s: %s", name, f->vars[i].error.message);
    assert_string_equal(type_name(f->d->vars[i].type), type_name(type));
    assert_int_equal(f->vars[i].n, f->d->vars[i].count);
    assert_int_equal(f->vars[i].size, size);
    if (size)
        assert_memory_equal(f->vars[i].bytes, values, size);
}

static inline void read_expect_failed(const ReadFile *f, const char *name, const char *code)
{
    size_t i = read_index(f, name);
    assert_true(f->vars[i].failed);
    assert_string_equal(f->vars[i].error.code, code);
    assert_int_equal(f->vars[i].error.kind, ERROR_DATA);
}

static inline void read_expect_refused(const ReadFile *f, const char *code)
{
    assert_null(f->d);
    assert_int_equal(f->error.kind, ERROR_DATA);
    if (strcmp(f->error.code, code) != 0)
        fail_msg("code %s instead of %s: %s", f->error.code, code, f->error.message);
}

/* All bytes of a file that a test has had a library write; the caller frees them. */
static inline uint8_t *read_path(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    uint8_t *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}
