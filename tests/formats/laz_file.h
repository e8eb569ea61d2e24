/* laz_file.h: a file of tests/cases/laz/ in memory, opened and read against what its points must
 * be. */
#pragma once

#include "formats/las/laz.h"
#include "tests/formats/laz_points.h"
#include "tests/formats/laz_variants.h"
#include "tests/support/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HEADER = 375, VLR_AT = HEADER + 54, MOST_RECORD = 80, FILE_MOST = 8192 };
/* Bytes of the VLR's payload. */
enum { COMPRESSOR = 0, CODER = 2, CHUNK_POINTS = 12, ITEM_COUNT = 32, ITEMS = 34 };

/* A file in memory, and what it opens to. */
typedef struct File {
    const Variant *variant;
    uint8_t bytes[FILE_MOST];
    size_t size;
    LazPlace place;
    Input in;
    uint8_t head[INPUT_HEAD_SIZE];
    Arena arena;
    Laz *laz;
    Error error;
} File;

static inline uint64_t get(const uint8_t *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static inline File *load(const Variant *variant)
{
    char path[512];
    snprintf(path, sizeof path, "%s/cases/laz/%s.laz", TESTS, variant->name);
    File *f = calloc(1, sizeof *f);
    FILE *from = fopen(path, "rb");
    assert_true(f && from);
    f->size = fread(f->bytes, 1, sizeof f->bytes, from);
    fclose(from);
    f->variant = variant;
    f->in.fd = -1;
    f->place = (LazPlace){.points_offset = get(f->bytes + 96, 4),
                          .point_count = get(f->bytes + 247, 8),
                          .record_bytes = get(f->bytes + 105, 2),
                          .point_format = f->bytes[104] & 0x3f,
                          .vlr = f->bytes + VLR_AT,
                          .vlr_size = get(f->bytes + HEADER + 20, 2)};
    assert_int_equal(f->place.point_count, LAZ_POINTS);
    return f;
}

static inline void shut(File *f)
{
    if (f->in.fd >= 0)
        close(f->in.fd);
    arena_deinit(&f->arena);
    f->in.fd = -1;
}

static inline void drop(File *f)
{
    shut(f);
    free(f);
}

/* Opens the bytes as they are now. */
static inline bool reopen(File *f)
{
    shut(f);
    Error e;
    int fd = memfd_create("test", MFD_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, f->bytes, f->size), f->size);
    assert_ok(input_init(&f->in, fd, "test", f->head, &e), &e);
    arena_init(&f->arena, (size_t)64 << 20);
    error_clear(&f->error);
    return laz_open(&f->in, &f->place, &f->arena, &f->laz, &f->error);
}

/* The record of point i, by arithmetic. */
static inline void expect(const File *f, uint32_t i, uint8_t *record)
{
    unsigned format = f->place.point_format;
    uint8_t *to = record;
    if (format < 6) {
        to = point_10(to, i);
        if (format != 0 && format != 2)
            to = point_time(to, i);
    } else {
        to = point_14(to, i, f->variant->channels);
    }
    if (format == 2 || format == 3 || format == 5 || format == 7)
        to = point_colours(to, i, 3);
    if (format == 8 || format == 10)
        to = point_colours(to, i, 4);
    if (format == 4 || format == 5 || format == 9 || format == 10)
        to = point_wave(to, i);
    if (f->variant->extra)
        to = point_extra(to, i);
    assert_int_equal(to - record, f->place.record_bytes);
}

static inline void check_records(const File *f, uint64_t first, const uint8_t *records,
                                 size_t count)
{
    uint8_t want[MOST_RECORD];
    for (size_t i = 0; i < count; i++) {
        expect(f, (uint32_t)(first + i), want);
        if (memcmp(records + i * f->place.record_bytes, want, f->place.record_bytes) != 0)
            fail_msg("%s: point %zu differs", f->variant->name, (size_t)first + i);
    }
}

/* Reads chunk `index` in runs of `step`, checks every record; returns how many there were. Where it
 * fails f->error says so. */
static inline uint64_t read_chunk(File *f, size_t index, size_t step)
{
    uint8_t records[(LAZ_POINTS + 1) * MOST_RECORD];
    const LazChunk *chunk = laz_chunk(f->laz, index);
    uint64_t done = 0;
    bool sound = laz_begin(f->laz, index, &f->error);
    for (size_t got = step; sound && got == step;) {
        sound = laz_read(f->laz, records, step, &got, &f->error);
        check_records(f, chunk->first + done, records, got);
        done += got;
    }
    assert_true(done <= chunk->points && (sound ? done == chunk->points : true));
    assert_int_equal(sound, f->error.kind == ERROR_NONE);
    return done;
}

static inline uint64_t read_all(File *f)
{
    uint64_t done = 0;
    for (size_t i = 0; i < laz_chunk_count(f->laz) && f->error.kind == ERROR_NONE; i++)
        done += read_chunk(f, i, 7);
    return done;
}

static const Variant *named(const char *name)
{
    for (size_t i = 0; i < VARIANTS; i++)
        if (strcmp(variants[i].name, name) == 0)
            return &variants[i];
    fail_msg("no variant %s", name);
    return NULL;
}

static inline File *open_named(const char *name)
{
    File *f = load(named(name));
    assert_ok(reopen(f), &f->error);
    return f;
}

/* Where the chunk table is. */
static inline size_t table_at(const File *f)
{
    return get(f->bytes + f->place.points_offset, 8);
}
