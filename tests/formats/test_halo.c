/* test_halo.c: rays of Halo Photonics lidars: every dialect of header and lines. */
#include "formats/halo/halo.h"
#include "formats/halo/halo_number.h"

#include "tests/formats/text_open.h"

#define TOP                                                                                        \
    "Filename:\tStare_91_20221214_11.hpl\r\nSystem ID:\t91\r\nNumber of gates:\t2\r\n"             \
    "Range gate length (m):\t48.0\r\nGate length (pts):\t16\r\nPulses/ray:\t20000\r\n"
#define MIDDLE                                                                                     \
    "Focus range:\t65535\r\nStart time:\t20221214 11:00:18.99\r\nResolution (m/s):\t0.0382\r\n"
#define PLAIN "Range of measurement (center of gate) = (range gate + 0.5) * Gate length\r\n"
#define LINES                                                                                      \
    "Data line 1: Decimal time (hours)  Azimuth (degrees)  Elevation (degrees)\r\n"                \
    "f9.6,1x,f6.2,1x,f6.2\r\n"                                                                     \
    "Data line 2: Range Gate  Doppler (m/s)  Intensity (SNR + 1)  Beta (m-1 sr-1)\r\n"             \
    "i3,1x,f6.4,1x,f8.6,1x,e12.6 - repeat for no. gates\r\n"
#define RAYS_SAID "No. of rays in file:\t16\r\n"
#define HEADER TOP RAYS_SAID "Scan type:\tStare\r\n" MIDDLE PLAIN LINES "****\r\n"
#define RAY_1                                                                                      \
    "11.00499444   0.00  90.00\r\n  0 2.5990 1.027855  1.569249E-6\r\n"                            \
    "  1 -0.0764 1.014089 -7.960566E-7 \r\n"
#define RAY_2                                                                                      \
    "11.00555556 360.00  -0.00\r\n  0 -26.7543 0.998944 -4.493659E-6\r\n"                          \
    "  1 16.1290 10.333333  2.2E-10\r\n"

#define TIME_IS(day, hours) "time [hours since " day " 00:00:00] double: " hours "\n"
#define TIMES TIME_IS("2022-12-14", "11.00499444 11.00555556")
#define RANGE "range [m] double: 24 72\n"
#define ANGLES "azimuth [degree] double: 0 360\nelevation [degree] double: 90 -0\n"
#define VALUES                                                                                     \
    "doppler [m s-1] double: 2.599 -0.0764 -26.7543 16.129\n"                                      \
    "intensity [1] double: 1.027855 1.014089 0.998944 10.333333\n"                                 \
    "beta [m-1 sr-1] double: 1.569249e-06 -7.960566e-07 -4.493659e-06 2.2e-10\n"
#define TWO "rows 2, time time\n"

static void check(const char *text, const char *expected)
{
    text_case(&format_halo, &(TextCase){"", text, 0, expected});
}

static void good(void **state)
{
    (void)state;
    check(HEADER RAY_1 RAY_2, TIMES RANGE ANGLES VALUES TWO);
}

/* Lines end in LF, there are TABs, and blank lines between. */
static void line_feeds(void **state)
{
    (void)state;
    check("Filename:\tStare_91.hpl\nSystem ID:\t91\nNumber of gates:\t2\nRange gate length "
          "(m):\t48.0\nGate length (pts):\t16\nStart time:\t20221214 11:00:18.99\n****\n\n"
          "11.00499444\t0.00\t90.00\n0\t2.5990\t1.027855\t1.569249E-6\n\n"
          "1\t-0.0764\t1.014089\t-7.960566E-7\n\n",
          TIME_IS("2022-12-14", "11.00499444") RANGE
          "azimuth [degree] double: 0\nelevation [degree] double: 90\n"
          "doppler [m s-1] double: 2.599 -0.0764\n"
          "intensity [1] double: 1.027855 1.014089\n"
          "beta [m-1 sr-1] double: 1.569249e-06 -7.960566e-07\nrows 1, time time\n");
}

static void pitch_and_width(void **state)
{
    (void)state;
    check(TOP RAYS_SAID "Scan type:\tVAD\r\n" MIDDLE PLAIN LINES
                        "**** Instrument spectral width = 5.656623\r\n"
                        "11.00499444   0.00  90.00 -0.11 -0.51\r\n"
                        "  0 2.5990 1.027855  1.569249E-6 0.0764 \r\n"
                        "  1 -0.0764 1.014089 -7.960566E-7 6.5739 \r\n",
          TIME_IS("2022-12-14", "11.00499444") RANGE
          "azimuth [degree] double: 0\nelevation [degree] double: 90\n"
          "pitch [degree] double: -0.11\nroll [degree] double: -0.51\n"
          "doppler [m s-1] double: 2.599 -0.0764\n"
          "intensity [1] double: 1.027855 1.014089\n"
          "beta [m-1 sr-1] double: 1.569249e-06 -7.960566e-07\n"
          "spectral_width [m s-1] double: 0.0764 6.5739\nrows 1, time time\n");
}

static void commas(void **state)
{
    (void)state;
    check("Filename:\tStare_91.hpl\r\nSystem ID:\t91\r\nNumber of gates:\t2\r\n"
          "Range gate length (m):\t48,0\r\nStart time:\t20221214 11:00:18,99\r\n"
          "Resolution (m/s):\t0,0382\r\n****\r\n"
          "11,00499444   0,00  90,00\r\n  0 2,5990 1,027855  1,569249E-6\r\n"
          "  1 -0,0764 1,014089 -7,960566E-7\r\n" RAY_2,
          TIMES RANGE ANGLES VALUES TWO);
}

#define OVERLAP(scan, formula)                                                                     \
    TOP "No. of waypoints in file:\t3\r\nScan type:\t" scan "\r\n" MIDDLE formula LINES            \
        "****\r\n" RAY_1 RAY_2

/* 48 m / 2 + gate x 3 m */
static void overlapping(void **state)
{
    (void)state;
    check(OVERLAP("User file 1 - csm - overlapping",
                  "Range of measurement (center of gate) = Gate length / 2 + (range gate x 3)\r\n"),
          TIMES "range [m] double: 24 27\n" ANGLES VALUES TWO);
}

/* Of 16 points, 3 m each. */
static void overlap_unsaid(void **state)
{
    (void)state;
    check(OVERLAP("VAD - overlapping", PLAIN),
          TIMES "range [m] double: 24 27\n" ANGLES VALUES TWO
                "note: gates overlap, but the header's formula is for gates that do not: range "
                "taken as 24 m + gate x 3 m\n");
    check(OVERLAP("VAD - nonoverlapping", PLAIN), TIMES RANGE ANGLES VALUES TWO);
}

#define GATES(g) "  0 2.5990 1.027855  1.569249E-6\r\n  1 " g " 1.014089 -7.960566E-7\r\n"
#define AT(hour) hour " 0.00  90.00\r\n" GATES("1.0000")
#define START(time)                                                                                \
    "Filename:\tStare_91.hpl\r\nSystem ID:\t91\r\nNumber of gates:\t2\r\nStart time:\t" time       \
    "\r\n****\r\n"
#define NO_RANGE "note: no range gate length in the header: the range of the gates is unknown\n"

/* The hours alone; what else is there does not matter here. */
static void check_hours(const char *text, const char *hours)
{
    TextFile *f = text_open(&format_halo, "test", "", text, strlen(text));
    assert_ok(f->reader != NULL, &f->error);
    auto_buffer Buffer out = {0};
    text_tell(&format_halo, f->reader, &out);
    out.bytes[strcspn(out.bytes, "\n") + 1] = '\0';
    assert_string_equal(out.bytes, hours);
    text_close(&format_halo, f);
}

static void midnight(void **state)
{
    (void)state;
    check_hours(START("20240229 23:00:00.00") AT("23.90") AT("23.99") AT("0.01") AT("0.02"),
                TIME_IS("2024-02-29", "23.9 23.99 24.01 24.02"));
    /* the first ray is not of the day of the start time, a second away */
    check_hours(START("20240301 00:00:00.51") AT("23.75") AT("0.01"),
                TIME_IS("2024-03-01", "-0.25 0.01"));
    check_hours(START("20240229 23:59:59.51") AT("0.00001") AT("0.01"),
                TIME_IS("2024-02-29", "24.00001 24.01"));
    /* two clocks that are not quite one: a ray is told behind one of the next day */
    check_hours(START("20240229 23:00:00.00") AT("23.9999") AT("0.0001") AT("23.99999") AT("0.01"),
                TIME_IS("2024-02-29", "23.9999 24.0001 23.99999 24.01"));
    check_hours(START("20240229 00:00:00.10") AT("0.0001") AT("12.00") AT("23.5"),
                TIME_IS("2024-02-29", "0.0001 12 23.5"));
    /* hours that do not fit the start time otherwise are believed */
    check_hours(START("20240229 11:00:00.00") AT("23.9") AT("0.1"),
                TIME_IS("2024-02-29", "23.9 24.1"));
}

/* Kept as they are: that time does not increase is noted by who looks at times. */
static void wrong_order(void **state)
{
    (void)state;
    check_hours(START("20240229 11:00:00.00") AT("11.2") AT("11.1") AT("11.1"),
                TIME_IS("2024-02-29", "11.2 11.1 11.1"));
}

static void restart(void **state)
{
    (void)state;
    check(HEADER RAY_1
          "11.01000000   0.00  90.00\r\n  0 2.5990 1.027855  1.569249E-6\r\n" HEADER RAY_2,
          TIMES RANGE ANGLES VALUES TWO
          "note: headers further down, where the recording was started again: 1, the first in line "
          "23\n"
          "note: incomplete rays ahead of such a header, left out: 1, the first in line 23\n");
    check_hours(START("20240229 23:50:00.00") AT("23.9") START("20240301 00:10:00.00") AT("0.2"),
                TIME_IS("2024-02-29", "23.9 24.2"));
}

static void no_start_time(void **state)
{
    (void)state;
    check_hours("Filename:\tStare_91_20221214_11.hpl\nSystem ID:\t1\nNumber of gates:\t2\n"
                "Start time:\t\n****\n" RAY_1,
                TIME_IS("2022-12-14", "11.00499444"));
    check("Filename:\tStare.hpl\nSystem ID:\t1\nNumber of gates:\t2\n****\n" RAY_1,
          "time [hour] double: 11.00499444\n"
          "azimuth [degree] double: 0\nelevation [degree] double: 90\n"
          "doppler [m s-1] double: 2.599 -0.0764\nintensity [1] double: 1.027855 1.014089\n"
          "beta [m-1 sr-1] double: 1.569249e-06 -7.960566e-07\nrows 1, time none\n"
          "note: no start time in the header and no date in the name there: the day of the rays is "
          "unknown\n" NO_RANGE);
}

static void no_numbers(void **state)
{
    (void)state;
    check(HEADER "11.5 NaN 90.00\r\n 0 NaN 1.0 inf\r\n 1 1 2 3\r\n",
          TIME_IS("2022-12-14", "11.5") RANGE
          "azimuth [degree] double: _\nelevation [degree] double: 90\n"
          "doppler [m s-1] double: _ 1\nintensity [1] double: 1 2\n"
          "beta [m-1 sr-1] double: _ 3\nrows 1, time time\n");
}

static void attributes(void **state)
{
    (void)state;
    static const char text[] =
        TOP RAYS_SAID "Scan type:\tWind profile\r\nLaser power (W):\t2\r\n" MIDDLE PLAIN LINES
                      "**** Instrument spectral width = 5,656623\r\n" RAY_1 RAY_2;
    static const struct {
        const char *name, *text;
        double number;
    } expected[] = {{"filename", "Stare_91_20221214_11.hpl", 0},
                    {"system_id", "91", 0},
                    {"number_of_gates", NULL, 2},
                    {"range_gate_length", NULL, 48},
                    {"gate_length_points", NULL, 16},
                    {"pulses_per_ray", NULL, 20000},
                    {"rays_in_file", NULL, 16},
                    {"scan_type", "Wind profile", 0},
                    {"laser_power_w", "2", 0},
                    {"focus_range", NULL, 65535},
                    {"start_time", "20221214 11:00:18.99", 0},
                    {"resolution", NULL, 0.0382},
                    {"center_of_gate", "(range gate + 0.5) * Gate length", 0},
                    {"instrument_spectral_width", NULL, 5.656623}};
    TextFile *f = text_open(&format_halo, "test", "", text, sizeof text - 1);
    assert_ok(f->reader != NULL, &f->error);
    const Dataset *d = f->reader->dataset;
    assert_int_equal(d->groups[0].attr_count, CASES(expected));
    for (size_t i = 0; i < CASES(expected); i++) {
        double number;
        const Attr *a = attr_find(d->groups[0].attrs, d->groups[0].attr_count, expected[i].name);
        assert_non_null(a);
        if (expected[i].text)
            assert_string_equal(a->values, expected[i].text);
        else
            assert_true(attr_number(a, 0, &number) && number == expected[i].number);
    }
    assert_string_equal(d->model, "Halo Wind profile, 2 gates");
    assert_string_equal(var_attr_text(&d->vars[0], "standard_name"), "time");
    const Var *doppler = &d->vars[4];
    assert_string_equal(doppler->name, "doppler");
    assert_string_equal(var_attr_text(doppler, "standard_name"),
                        "radial_velocity_of_scatterers_away_from_instrument");
    assert_int_equal(doppler->dim_count, 2);
    assert_string_equal(d->dims[doppler->dims[0]].name, "time");
    assert_string_equal(d->dims[doppler->dims[1]].name, "range");
    text_close(&format_halo, f);
}

/* --- many rays ------------------------------------------------------------------------------ */

enum { MANY_RAYS = 6000, MANY_GATES = 7 };

static double many_value(uint64_t i)
{
    return (double)(i % 1999) / 64 - 12;
}

/* Several stretches and many batches; a run of NUL bytes falls now and then between two lines. */
static void write_many(Buffer *b)
{
    buffer_printf(b,
                  "Filename:\tVAD_1.hpl\r\nSystem ID:\t1\r\nNumber of gates:\t%d\r\n"
                  "Start time:\t20240601 00:00:00.00\r\n****\r\n",
                  MANY_GATES);
    for (uint64_t ray = 0; ray < MANY_RAYS; ray++) {
        buffer_printf(b, "%.6f %6.2f  75.00\r\n", (double)ray / 1000, (double)(ray % 360));
        if (ray % 1000 == 7)
            buffer_append(b, (char[4096]){0}, 4096);
        for (uint64_t g = 0; g < MANY_GATES; g++)
            buffer_printf(b, "%3d %.6f 1.0 2.0E-7\r\n", (int)g, many_value(ray * MANY_GATES + g));
    }
}

typedef struct Seen {
    uint64_t doppler, rays;
} Seen;

static void look_at(const char *name, const Block *b, Seen *seen)
{
    const double *values = b->values;
    bool doppler = strcmp(name, "doppler") == 0, azimuth = strcmp(name, "azimuth") == 0;
    for (uint64_t i = 0; doppler && i < b->count; i++)
        assert_true(values[i] == many_value(seen->doppler++));
    for (uint64_t i = 0; azimuth && i < b->count; i++)
        assert_true(values[i] == (double)(seen->rays++ % 360));
}

static Seen read_many(TextFile *f)
{
    Seen seen = {0};
    bool end = false, ok = true;
    while (ok && !end) {
        Block block = {0};
        ok = format_halo.next(f->reader, &block, &end, &f->error);
        if (ok && !end)
            look_at(f->reader->dataset->vars[block.var].name, &block, &seen);
    }
    assert_ok(ok, &f->error);
    return seen;
}

static void many(void **state)
{
    (void)state;
    auto_buffer Buffer b = {0};
    write_many(&b);
    TextFile *f = text_open(&format_halo, "test", "", b.bytes, b.length);
    assert_ok(f->reader != NULL, &f->error);
    Seen seen = read_many(f);
    assert_int_equal(seen.rays, MANY_RAYS);
    assert_int_equal(seen.doppler, (uint64_t)MANY_RAYS * MANY_GATES);
    assert_int_equal(f->reader->dataset->rows, MANY_RAYS);
    assert_int_equal(f->reader->dataset->note_count, 2); /* the NUL bytes, no range gate length */
    text_close(&format_halo, f);
}

/* --- numbers -------------------------------------------------------------------------------- */

/* Against strtod: the same bits, and the place behind the number. */
static void numbers(void **state)
{
    (void)state;
    static const char *const marks[] = {"%.4f", "%.6f", "%.6E", "%.0f", "%.2f", "%.5e"};
    uint64_t random = 1, quick = 0;
    for (int i = 0; i < 60000; i++) {
        char text[64] = "", *stop;
        random = random * 6364136223846793005ULL + 1442695040888963407ULL;
        double value = (double)(int64_t)random / 9.3e17 * (i % 3 ? 1 : 1e-5), got;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(text, sizeof text - 24, marks[i % 6], value);
#pragma GCC diagnostic pop
        double wanted = strtod(text, &stop);
        const char *behind = halo_number(text, &got);
        if (!behind)
            continue;
        quick++;
        assert_ptr_equal(behind, stop);
        assert_memory_equal(&got, &wanted, sizeof got);
    }
    assert_true(quick > 50000);
}

static void odd_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool is_number;
        double value;
    } cases[] = {
        {"1", true, 1},
        {"12345678", false, 0},
        {"1234567 ", true, 1234567},
        {"1,5", true, 1.5},
        {"-0.0", true, -0.0},
        {"1.", true, 1},
        {"1.000000", true, 1},
        {"1.0000000", false, 0},
        {".5", false, 0},
        {"-", false, 0},
        {"", false, 0},
        {"1.0.5", false, 0},
        {"1x", false, 0},
        {"1e", false, 0},
        {"1e+", false, 0},
        {"1E+2", true, 100},
        {"1E2", true, 100},
        {"2.5E-16", true, 2.5e-16},
        {"2.5E-22", false, 0},
        {"1E23", false, 0},
        {"1E100", false, 0},
        {"--1", false, 0},
        {"+1", false, 0},
        {"nan", false, 0},
        {"1234567.", true, 1234567},
        {"0.123456\t", true, 0.123456},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        char text[64] = "";
        double got = 0;
        snprintf(text, sizeof text - 24, "%s", cases[i].text);
        bool is_number = halo_number(text, &got) != NULL;
        if (is_number != cases[i].is_number || (is_number && got != cases[i].value))
            fail_msg("'%s' is %g", cases[i].text, got);
    }
}

static const Case cases[] = {
    {"good", good},
    {"line_feeds", line_feeds},
    {"pitch_and_width", pitch_and_width},
    {"commas", commas},
    {"overlapping", overlapping},
    {"overlap_unsaid", overlap_unsaid},
    {"midnight", midnight},
    {"wrong_order", wrong_order},
    {"restart", restart},
    {"no_start_time", no_start_time},
    {"no_numbers", no_numbers},
    {"attributes", attributes},
    {"many", many},
    {"numbers", numbers},
    {"odd_numbers", odd_numbers},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
