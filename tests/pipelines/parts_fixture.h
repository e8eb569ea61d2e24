/* parts_fixture.h: a file through a pipeline in parts, in this process, and the files for it. */
#pragma once

#include "pipelines/pipeline.h"
#include "tests/support/make_hdf5.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct Unit {
    Pipeline pipeline;
    Input in, answers;
    uint8_t *head, *room;
    Parts parts;
    Arena arena; /* of the reports */
} Unit;

enum { ANSWER_ROOM = 8 << 20 };

static inline int memory_file(const void *bytes, size_t size)
{
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    for (size_t done = 0; done < size;) {
        ssize_t n = write(fd, (const char *)bytes + done, size - done);
        assert_true(n > 0);
        done += (size_t)n;
    }
    return fd;
}

static inline void unit_open(Unit *u, const uint8_t *bytes, size_t size, uint64_t part_bytes)
{
    *u = (Unit){.pipeline = {.name = "summary",
                             .statistics = {.quantiles = true},
                             .limits = {.part_bytes = part_bytes}},
                .head = malloc(INPUT_HEAD_SIZE),
                .room = malloc(ANSWER_ROOM)};
    Error e = {0};
    assert_true(u->head && u->room);
    assert_ok(input_init(&u->in, memory_file(bytes, size), "test.nc", u->head, &e), &e);
    arena_init(&u->arena, (size_t)512 << 20);
}

static inline void unit_close(Unit *u)
{
    arena_deinit(&u->arena);
    close(u->in.fd);
    free(u->head);
    free(u->room);
}

/* The bytes of all answers; the caller frees them. */
static inline uint8_t *unit_read_parts(Unit *u, size_t parts, size_t *length)
{
    uint8_t *all = NULL;
    *length = 0;
    for (size_t i = 0; i < parts; i++) {
        Arena a;
        arena_init(&a, (size_t)256 << 20);
        PartAnswer answer = {.bytes = u->room, .capacity = ANSWER_ROOM};
        pipeline_part(&u->pipeline, i, &u->in, &a, &answer);
        assert_true(answer.length > 0);
        all = realloc(all, *length + answer.length + 1);
        assert_non_null(all);
        memcpy(all + *length, answer.bytes, answer.length);
        u->parts.places[i] = (PartPlace){*length, answer.length};
        *length += answer.length;
        arena_deinit(&a);
    }
    u->parts.count = parts;
    return all;
}

static inline void unit_merge(Unit *u, JobKind kind, const uint8_t *answers, size_t length,
                              Report *out)
{
    u->answers = (Input){.fd = memory_file(answers, length), .size = length, .name = ""};
    u->parts.answers = &u->answers;
    pipeline_merge(&u->pipeline, kind, &u->in, &u->parts, &u->arena, out);
    close(u->answers.fd);
}

static inline void unit_run_in_parts(Unit *u, JobKind kind, size_t parts, Report *out)
{
    Report first;
    size_t length;
    pipeline_run(&u->pipeline, kind, &u->in, &u->arena, &first);
    assert_int_equal(first.parts, parts);
    assert_int_equal(first.variable_rows, 0);
    uint8_t *answers = unit_read_parts(u, parts, &length);
    unit_merge(u, kind, answers, length, out);
    free(answers);
}

/* ---- netCDF-3 by hand */

typedef struct Classic {
    uint8_t *bytes;
    size_t length;
} Classic;

static inline void classic_u32(Classic *c, uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        c->bytes[c->length++] = (uint8_t)(value >> shift);
}

static inline void classic_name(Classic *c, const char *name)
{
    size_t length = strlen(name);
    classic_u32(c, (uint32_t)length);
    memcpy(c->bytes + c->length, name, length);
    c->length += (length + 3) / 4 * 4; /* the memory is zero */
}

typedef struct ClassicVar {
    const char *name, *units;
    uint32_t type; /* NC_CHAR 2, NC_INT 4, NC_DOUBLE 6 */
    uint32_t dims[2], rank;
    uint32_t begin;
} ClassicVar;

enum { CLASSIC_CHAR = 2, CLASSIC_INT = 4, CLASSIC_DOUBLE = 6 };

static inline void classic_header(Classic *c, uint32_t records, const char *const *names,
                                  const uint32_t *lengths, uint32_t dim_count)
{
    classic_u32(c, 0x43444601); /* CDF-1 */
    classic_u32(c, records);
    classic_u32(c, 10);
    classic_u32(c, dim_count);
    for (uint32_t i = 0; i < dim_count; i++) {
        classic_name(c, names[i]);
        classic_u32(c, lengths[i]);
    }
    classic_u32(c, 0); /* no attributes of the file */
    classic_u32(c, 0);
}

static inline void classic_vars(Classic *c, const ClassicVar *vars, uint32_t count)
{
    classic_u32(c, 11);
    classic_u32(c, count);
    for (uint32_t i = 0; i < count; i++) {
        const ClassicVar *v = &vars[i];
        classic_name(c, v->name);
        classic_u32(c, v->rank);
        for (uint32_t k = 0; k < v->rank; k++)
            classic_u32(c, v->dims[k]);
        classic_u32(c, v->units ? 12 : 0);
        classic_u32(c, v->units ? 1 : 0);
        if (v->units) {
            classic_name(c, "units");
            classic_u32(c, CLASSIC_CHAR);
            classic_name(c, v->units);
        }
        classic_u32(c, v->type);
        classic_u32(c, 0); /* vsize, which nobody believes */
        classic_u32(c, v->begin);
    }
}

static inline void classic_double(uint8_t *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    for (int i = 0; i < 8; i++)
        at[i] = (uint8_t)(bits >> (56 - 8 * i));
}

static inline void classic_int(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(value >> (24 - 8 * i));
}
