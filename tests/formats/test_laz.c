/* test_laz.c: compressed point records against records computed from the point's number. */
#include "tests/formats/laz_file.h"

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
    for (size_t i = 0; i < VARIANTS * 3; i++) {
        const Variant *variant = &variants[i / 3];
        File *f = open_named(variant->name);
        for (size_t chunk = variant->chunks; chunk-- > 0;)
            read_chunk(f, chunk, steps[i % 3]);
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
static void check_table_at_the_end(File *f)
{
    uint8_t *at = f->bytes + f->place.points_offset;
    memcpy(f->bytes + f->size, at, 8);
    memset(at, 0xff, 8);
    f->size += 8;
    assert_ok(reopen(f), &f->error);
    assert_null(laz_note(f->laz));
    assert_int_equal(read_all(f), LAZ_POINTS);
}

static void table_place_at_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS; i++) {
        File *f = load(&variants[i]);
        check_table_at_the_end(f);
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

typedef struct Damage {
    size_t at, count; /* bytes of the table */
    uint8_t value;
} Damage;

/* Version, number of chunks twice, the first differences. */
static const Damage damages[] = {{0, 1, 1}, {4, 1, 0}, {7, 1, 0xff}, {8, 8, 0xff}};

static void table_damaged(void **state)
{
    (void)state;
    for (size_t i = 0; i < VARIANTS * CASES(damages); i++) {
        const Damage *damage = &damages[i % CASES(damages)];
        File *f = load(&variants[i / CASES(damages)]);
        memset(f->bytes + table_at(f) + damage->at, damage->value, damage->count);
        check_without_table(f);
        drop(f);
    }
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
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
