/* test_laz.c: compressed point records against records computed from the point's number. */
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

static uint64_t get(const uint8_t *p, int bytes)
{
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++)
        v |= (uint64_t)p[i] << 8 * i;
    return v;
}

static File *load(const Variant *variant)
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

static void shut(File *f)
{
    if (f->in.fd >= 0)
        close(f->in.fd);
    arena_deinit(&f->arena);
    f->in.fd = -1;
}

static void drop(File *f)
{
    shut(f);
    free(f);
}

/* Opens the bytes as they are now. */
static bool reopen(File *f)
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
static void expect(const File *f, uint32_t i, uint8_t *record)
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

static void check_records(const File *f, uint64_t first, const uint8_t *records, size_t count)
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
static uint64_t read_chunk(File *f, size_t index, size_t step)
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

static uint64_t read_all(File *f)
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

static File *open_named(const char *name)
{
    File *f = load(named(name));
    assert_ok(reopen(f), &f->error);
    return f;
}

/* ---- good files */

static void every_variant(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = open_named(variants[i].name);
        assert_int_equal(laz_chunk_count(f->laz), variants[i].chunks);
        assert_null(laz_note(f->laz));
        assert_int_equal(read_all(f), LAZ_POINTS);
        drop(f);
    }
}

static void chunks_in_any_order(void **state)
{
    (void)state;
    static const size_t steps[] = {1, 3, LAZ_POINTS + 1};
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = open_named(variants[i].name);
        for (size_t s = 0; s < 3; s++)
            for (size_t chunk = variants[i].chunks; chunk-- > 0;)
                read_chunk(f, chunk, steps[s]);
        drop(f);
    }
}

static void a_chunk_left_in_the_middle(void **state)
{
    (void)state;
    File *f = open_named("format8_varying");
    uint8_t record[MOST_RECORD];
    size_t got;
    assert_ok(laz_begin(f->laz, 2, &f->error), &f->error);
    assert_ok(laz_read(f->laz, record, 1, &got, &f->error), &f->error);
    check_records(f, 8, record, 1); /* behind chunks of 7 and 1 */
    assert_int_equal(read_all(f), LAZ_POINTS);
    drop(f);
}

static void varying_chunks_have_their_sizes(void **state)
{
    (void)state;
    static const uint64_t points[] = {7, 1, 30, 22};
    File *f = open_named("format3_varying");
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(laz_chunk(f->laz, i)->points, points[i]);
    drop(f);
}

/* Compressor 1 is one chunk without a chunk table. */
static void pointwise_without_chunks(void **state)
{
    (void)state;
    File *f = load(named("format1_one_chunk"));
    f->bytes[VLR_AT + COMPRESSOR] = 1;
    f->place.points_offset += 8;
    assert_ok(reopen(f), &f->error);
    assert_int_equal(laz_chunk_count(f->laz), 1);
    assert_int_equal(read_all(f), LAZ_POINTS);
    drop(f);
}

/* A writer that cannot seek puts the table's place behind it. */
static void table_place_at_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        uint8_t *at = f->bytes + f->place.points_offset;
        memcpy(f->bytes + f->size, at, 8);
        memset(at, 0xff, 8);
        f->size += 8;
        assert_ok(reopen(f), &f->error);
        assert_null(laz_note(f->laz));
        assert_int_equal(read_all(f), LAZ_POINTS);
        drop(f);
    }
}

static void no_points(void **state)
{
    (void)state;
    File *f = load(named("format7_version3"));
    f->place.point_count = 0;
    assert_ok(reopen(f), &f->error);
    assert_int_equal(laz_chunk_count(f->laz), 0);
    drop(f);
}

/* ---- a lost chunk table */

static size_t table_at(const File *f)
{
    return get(f->bytes + f->place.points_offset, 8);
}

static void check_without_table(File *f)
{
    bool varying = get(f->place.vlr + CHUNK_POINTS, 4) == UINT32_MAX;
    bool layered = f->place.point_format >= 6;
    if (!layered && varying) {
        assert_false(reopen(f));
        assert_string_equal(f->error.code, "bad_chunk_table");
        return;
    }
    assert_ok(reopen(f), &f->error);
    assert_non_null(laz_note(f->laz));
    assert_int_equal(laz_chunk_count(f->laz), layered ? f->variant->chunks : 1);
    assert_int_equal(read_all(f), LAZ_POINTS);
}

static void table_cut_off(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        size_t at = table_at(f);
        for (f->size = at; f->size < at + 8; f->size += 4)
            check_without_table(f);
        drop(f);
    }
}

static void table_never_written(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        point_put(f->bytes + f->place.points_offset, f->place.points_offset, 8);
        check_without_table(f);
        drop(f);
    }
}

static void table_damaged(void **state)
{
    (void)state;
    static const struct {
        size_t at;
        uint8_t value;
    } damages[] = {{0, 1}, {4, 0}, {7, 0xff}, {8, 0xff}};
    for (size_t i = 0; i < VARIANTS; i++)
        for (size_t k = 0; k < 4; k++) {
            File *f = load(&variants[i]);
            f->bytes[table_at(f) + damages[k].at] = damages[k].value;
            memset(f->bytes + table_at(f) + 9, 0xff, damages[k].at == 8 ? 7 : 0);
            check_without_table(f);
            drop(f);
        }
}

/* ---- damage */

/* However much of a file is there: what is given out is right, and the rest is asked for. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        size_t whole = f->size;
        uint64_t before = 0;
        for (f->size = f->place.points_offset; f->size < whole; f->size += 5) {
            if (!reopen(f)) {
                assert_true(f->error.kind == ERROR_DATA && f->error.code[0]);
                continue;
            }
            uint64_t points = read_all(f);
            if (f->size < table_at(f))
                assert_true(points < LAZ_POINTS && strcmp(f->error.code, "truncated") == 0);
            assert_true(points >= before);
            before = points;
        }
        drop(f);
    }
}

static void cut_pointwise_keeps_whole_points(void **state)
{
    (void)state;
    File *f = load(named("format1_one_chunk"));
    f->size = (f->place.points_offset + table_at(f)) / 2;
    assert_ok(reopen(f), &f->error);
    uint64_t points = read_all(f);
    assert_true(points > LAZ_POINTS / 4 && points < LAZ_POINTS * 3 / 4);
    assert_string_equal(f->error.code, "truncated");
    assert_true(f->error.place[0]);
    drop(f);
}

/* One chunk's damage is that chunk's: none of its records is given out, all others are. */
static void damaged_chunk(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        if (variants[i].chunks == 1)
            continue;
        File *f = open_named(variants[i].name);
        size_t second = variants[i].chunks == 4 ? 2 : 1;
        LazChunk chunk = *laz_chunk(f->laz, second);
        for (size_t k = 0; k < 8; k++) /* some damages do no harm to the length */
            f->bytes[chunk.offset + chunk.bytes / 2 + k] ^= 0xff;
        assert_ok(reopen(f), &f->error);
        assert_int_equal(read_chunk(f, 0, 100), laz_chunk(f->laz, 0)->points);
        assert_int_equal(read_chunk(f, second, 100), 0);
        assert_string_equal(f->error.code, "damaged_chunk");
        error_clear(&f->error);
        assert_int_equal(read_chunk(f, second + 1, 100), laz_chunk(f->laz, second + 1)->points);
        drop(f);
    }
}

/* ---- headers that lie */

static void more_points_promised(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        f->place.point_count = 1000000;
        assert_ok(reopen(f), &f->error);
        uint64_t sum = 0;
        for (size_t c = 0; c < laz_chunk_count(f->laz); c++)
            sum += laz_chunk(f->laz, c)->points;
        assert_int_equal(sum, 1000000);
        uint64_t points = read_all(f);
        assert_true(points <= LAZ_POINTS && f->error.kind == ERROR_DATA);
        drop(f);
    }
}

static void fewer_points_promised(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        bool layered = strcmp(variants[i].name, "format6") > 0 || strstr(variants[i].name, "10");
        File *f = load(&variants[i]);
        f->place.point_count = LAZ_POINTS - 3;
        assert_ok(reopen(f), &f->error);
        uint64_t points = read_all(f);
        /* only the header says how many points the last chunk of fixed size has */
        if (layered || strstr(variants[i].name, "varying"))
            assert_int_equal(points, LAZ_POINTS - 3);
        else
            assert_string_equal(f->error.code, "damaged_chunk");
        drop(f);
    }
}

typedef struct Lie {
    const char *name;
    size_t at; /* in the VLR */
    uint16_t value;
    const char *code;
} Lie;

static const Lie lies[] = {
    {"format5_version1", COMPRESSOR, 0, "unsupported"},
    {"format5_version1", COMPRESSOR, 3, "unsupported"},
    {"format7_version3", COMPRESSOR, 2, "unsupported"},
    {"format7_version3", CODER, 1, "unsupported"},
    {"format7_version3", ITEM_COUNT, 0, "bad_header"},
    {"format7_version3", ITEM_COUNT, 4, "bad_header"},
    {"format7_version3", ITEM_COUNT, 2, "bad_header"},
    {"format7_version3", ITEMS, 22, "unsupported"},
    {"format7_version3", ITEMS + 2, 31, "bad_header"},
    {"format7_version3", ITEMS + 4, 1, "unsupported"},
    {"format7_version3", ITEMS + 4, 5, "unsupported"},
    {"format7_version3", ITEMS + 12 + 2, 0, "bad_header"},
    {"format7_version3", ITEMS + 12 + 2, 4, "bad_header"},
    {"format5_version2", ITEMS + 4, 3, "unsupported"},
    {"format5_version2", ITEMS + 6, 8, "bad_header"},
};

static void lying_vlr(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(lies); i++) {
        File *f = load(named(lies[i].name));
        point_put(f->bytes + VLR_AT + lies[i].at, lies[i].value, 2);
        if (reopen(f) || strcmp(f->error.code, lies[i].code) != 0)
            fail_msg("lie %zu: %s, not %s", i, f->error.code, lies[i].code);
        drop(f);
    }
}

static void lying_header(void **state)
{
    (void)state;
    File *f = load(named("format5_version2"));
    f->place.record_bytes++;
    assert_false(reopen(f));
    assert_string_equal(f->error.code, "bad_header");
    f->place.record_bytes--;
    f->place.point_format = 4;
    assert_false(reopen(f));
    f->place.point_format = 11;
    assert_false(reopen(f));
    assert_string_equal(f->error.code, "unsupported");
    f->place.point_format = 5;
    f->place.vlr_size = ITEMS - 1;
    assert_false(reopen(f));
    assert_string_equal(f->error.code, "bad_header");
    drop(f);
}

static const Case cases[] = {
    {"every_variant", every_variant},
    {"chunks_in_any_order", chunks_in_any_order},
    {"a_chunk_left_in_the_middle", a_chunk_left_in_the_middle},
    {"varying_chunks_have_their_sizes", varying_chunks_have_their_sizes},
    {"pointwise_without_chunks", pointwise_without_chunks},
    {"table_place_at_the_end", table_place_at_the_end},
    {"no_points", no_points},
    {"table_cut_off", table_cut_off},
    {"table_never_written", table_never_written},
    {"table_damaged", table_damaged},
    {"cut_anywhere", cut_anywhere},
    {"cut_pointwise_keeps_whole_points", cut_pointwise_keeps_whole_points},
    {"damaged_chunk", damaged_chunk},
    {"more_points_promised", more_points_promised},
    {"fewer_points_promised", fewer_points_promised},
    {"lying_vlr", lying_vlr},
    {"lying_header", lying_header},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
