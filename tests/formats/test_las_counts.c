/* test_las_counts.c: headers of LAS files that contradict what stands in the file. */
#include "formats/las/las.h"
#include "tests/support/make_las.h"
#include "tests/support/read_format.h"

enum { POINTS = 5, ROOM = 128 };

/* Five points of 30 bytes and an extended record of 66 behind them. */
static uint8_t *with_area(size_t *size)
{
    uint8_t *points;
    MakeLas m = {.minor = 4, .format = 6, .points = POINTS};
    uint8_t *bytes = make_las(&m, size, &points);
    bytes = realloc(bytes, *size + ROOM);
    assert_non_null(bytes);
    las_put(bytes + 235, *size, 8);
    las_put(bytes + 243, 1, 4);
    *size += make_vlr(bytes + *size, "LASF_Spec", 3, "a hill", 6, 1);
    return bytes;
}

/* Two more would fit into the extended record's bytes. */
static void points_beyond_extended_records(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = with_area(&size);
    for (uint64_t promised = POINTS; promised < POINTS + 10; promised++) {
        las_put(bytes + 247, promised, 8);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        assert_non_null(f.d);
        assert_int_equal(f.d->rows, POINTS);
        assert_int_equal(f.vars[0].n, POINTS);
        assert_int_equal(f.broken, promised > POINTS);
        if (promised == POINTS + 1 || promised == POINTS + 2) {
            assert_string_equal(f.error.code, "bad_header");
            assert_string_equal(f.error.place, "byte 247");
        }
        read_close(&f);
    }
    free(bytes);
}

/* An extended record that is none says nothing about where the points end. */
static void extended_records_that_are_none(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = with_area(&size);
    size_t points_at = size - 66 - POINTS * 30;
    las_put(bytes + 235, points_at + 40, 8); /* inside of the points */
    las_put(bytes + points_at + 40 + 20, UINT64_MAX, 8);
    ReadFile f;
    read_all(&f, &format_las, bytes, size);
    assert_non_null(f.d);
    assert_int_equal(f.d->rows, POINTS);
    assert_int_equal(f.vars[0].n, POINTS);
    read_close(&f);
    free(bytes);
}

/* A LASzip record in a file whose points, if they were plain, would not fit into it. */
static void not_compressed(void **state)
{
    (void)state;
    for (uint64_t promised = POINTS; promised < POINTS + 2; promised++) {
        uint8_t vlr[ROOM], *points;
        MakeLas m = {.minor = 2, .format = 3, .points = POINTS, .vlrs = vlr, .vlr_count = 1};
        m.vlrs_size = make_vlr(vlr, "laszip encoded", 22204, "....", 4, 0);
        size_t size;
        uint8_t *bytes = make_las(&m, &size, &points);
        las_put(bytes + 107, promised, 4);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        if (promised == POINTS) {
            assert_ok(f.d && !f.broken, &f.error);
        } else {
            read_expect_refused(&f, "bad_header");
            assert_string_equal(f.error.place, "byte 104");
        }
        read_close(&f);
        free(bytes);
    }
}

/* A writer that was stopped had not counted yet. Bytes that are no whole points may be anything. */
static void points_that_are_not_counted(void **state)
{
    (void)state;
    for (size_t odd = 0; odd < 2; odd++)
        for (unsigned minor = 2; minor <= 4; minor += 2) {
            uint8_t *points;
            size_t size;
            MakeLas m = {.minor = minor, .format = 1, .points = POINTS};
            uint8_t *bytes = make_las(&m, &size, &points);
            las_put(bytes + 107, 0, 4);
            if (minor == 4)
                las_put(bytes + 247, 0, 8);
            ReadFile f;
            read_all(&f, &format_las, bytes, size - odd);
            assert_non_null(f.d);
            assert_int_equal(f.d->rows, 0);
            assert_int_equal(f.broken, !odd);
            if (!odd) {
                assert_string_equal(f.error.code, "bad_header");
                assert_string_equal(f.error.place, minor == 4 ? "byte 247" : "byte 107");
            }
            read_close(&f);
            free(bytes);
        }
}

static bool notes(const ReadFile *f, const char *part)
{
    for (size_t i = 0; i < f->d->note_count; i++)
        if (strstr(f->d->notes[i], part))
            return true;
    return false;
}

/* The header says adjusted standard GPS time; 2e8 is in January 2018. */
static void times_that_contradict_the_header(void **state)
{
    (void)state;
    static const struct {
        double first, last;
        const char *note; /* NULL: none */
    } table[] = {{2e8, 2e8 + 4, NULL},
                 {-1e7, 1e6, NULL},
                 {604801, 604805, NULL},
                 {0, 0, "gps_time is 0 for every point"},
                 {0, 2e8, "gps_time is 0 for the earliest points"},
                 {0, 604800, "as seconds of a GPS week do"},
                 {302400, 302404, "as seconds of a GPS week do"},
                 {1.2e9, 1.2e9, "less 1000000000"}};
    for (size_t k = 0; k < CASES(table); k++) {
        uint8_t *points;
        size_t size;
        MakeLas m = {.minor = 2, .format = 1, .points = POINTS, .encoding = 1};
        uint8_t *bytes = make_las(&m, &size, &points);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        assert_ok(f.d && !f.broken, &f.error);
        SummaryResult results[32] = {0};
        results[0] = (SummaryResult){.n = POINTS, .valid = POINTS, .has_values = true};
        results[f.d->time_var] = results[0];
        results[f.d->time_var].min = (Number){.kind = NUMBER_DOUBLE, .d = table[k].first};
        results[f.d->time_var].max = (Number){.kind = NUMBER_DOUBLE, .d = table[k].last};
        format_las.conclude(f.reader, results);
        assert_int_equal(notes(&f, "gps_time"), table[k].note != NULL);
        if (table[k].note && !notes(&f, table[k].note))
            fail_msg("no note: %s", table[k].note);
        read_close(&f);
        free(bytes);
    }
}

static const Case cases[] = {
    {"points_that_are_not_counted", points_that_are_not_counted},
    {"times_that_contradict_the_header", times_that_contradict_the_header},
    {"points_beyond_extended_records", points_beyond_extended_records},
    {"extended_records_that_are_none", extended_records_that_are_none},
    {"not_compressed", not_compressed},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
