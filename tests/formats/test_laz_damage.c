/* test_laz_damage.c: compressed point records that are cut or damaged, and headers that lie. */
#include "tests/formats/laz_file.h"

/* ---- damage */

/* Points that are given out of the file as it is now; `least` at least. */
static uint64_t check_cut(File *f, uint64_t least)
{
    bool table_there = f->size >= table_at(f);
    if (!reopen(f)) {
        assert_true(f->error.kind == ERROR_DATA && f->error.code[0]);
        return 0;
    }
    uint64_t points = read_all(f);
    assert_true(points >= least);
    if (table_there)
        return points;
    assert_true(points < LAZ_POINTS);
    assert_string_equal(f->error.code, "truncated");
    return points;
}

/* However much of a file is there: what is given out is right, and the rest is asked for. */
static void cut_anywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        size_t whole = f->size;
        uint64_t points = 0;
        for (f->size = f->place.points_offset + 8; f->size < whole; f->size += 5)
            points = check_cut(f, points);
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
static void check_damaged_chunk(File *f, size_t second)
{
    LazChunk chunk = *laz_chunk(f->laz, second);
    for (size_t k = 0; k < 8; k++) /* some damages do no harm to the length */
        f->bytes[chunk.offset + chunk.bytes / 2 + k] ^= 0xff;
    assert_ok(reopen(f), &f->error);
    assert_int_equal(read_chunk(f, 0, 100), laz_chunk(f->laz, 0)->points);
    assert_int_equal(read_chunk(f, second, 100), 0);
    assert_string_equal(f->error.code, "damaged_chunk");
    error_clear(&f->error);
    assert_int_equal(read_chunk(f, second + 1, 100), laz_chunk(f->laz, second + 1)->points);
}

static void damaged_chunk(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = open_named(variants[i].name);
        if (variants[i].chunks > 1)
            check_damaged_chunk(f, variants[i].chunks == 4 ? 2 : 1);
        drop(f);
    }
}

/* ---- headers that lie */

static void check_promised(File *f, uint64_t points)
{
    f->place.point_count = points;
    assert_ok(reopen(f), &f->error);
    uint64_t sum = 0;
    for (size_t c = 0; c < laz_chunk_count(f->laz); c++)
        sum += laz_chunk(f->laz, c)->points;
    assert_int_equal(sum, points);
}

static void more_points_promised(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        check_promised(f, 1000000);
        uint64_t points = read_all(f);
        assert_true(points <= LAZ_POINTS && f->error.kind == ERROR_DATA);
        /* where the header alone counts the last chunk, all of it is in doubt */
        if (f->place.point_format >= 6 || strstr(variants[i].name, "varying"))
            assert_int_equal(points, LAZ_POINTS);
        drop(f);
    }
}

static void fewer_points_promised(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        bool layered = f->place.point_format >= 6, varying = strstr(variants[i].name, "varying");
        check_promised(f, LAZ_POINTS - 3);
        uint64_t points = read_all(f);
        /* only the header says how many points the last chunk of fixed size has */
        assert_int_equal(points == LAZ_POINTS - 3, layered || varying);
        assert_string_equal(f->error.code, layered || varying ? "" : "damaged_chunk");
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
