/* test_las.c: LAS files made by the tables of the specification, read to the end. */
#include "formats/las/las.h"
#include "tests/support/make_las.h"
#include "tests/support/read_parts.h"

#include <math.h>

/* ---- point formats */

/* What a variable of a point format is, by the tables of the specification. */
typedef struct FieldCase {
    const char *name;
    DataType type;
    unsigned old_at, new_at;                           /* byte in formats 0-5, 6-10; NOT_THERE */
    unsigned old_shift, old_bits, new_shift, new_bits; /* bits 0: whole bytes */
} FieldCase;

enum { NOT_THERE = 999, TIME = 1000, COLOUR = 1100, NIR = 1200, WAVE = 1300, GROUP = 100 };

static const FieldCase field_cases[] = {
    {"x", TYPE_INT, 0, 0, 0, 0, 0, 0},
    {"y", TYPE_INT, 4, 4, 0, 0, 0, 0},
    {"z", TYPE_INT, 8, 8, 0, 0, 0, 0},
    {"intensity", TYPE_USHORT, 12, 12, 0, 0, 0, 0},
    {"return_number", TYPE_UBYTE, 14, 14, 0, 3, 0, 4},
    {"number_of_returns", TYPE_UBYTE, 14, 14, 3, 3, 4, 4},
    {"scan_direction_flag", TYPE_UBYTE, 14, 15, 6, 1, 6, 1},
    {"edge_of_flight_line", TYPE_UBYTE, 14, 15, 7, 1, 7, 1},
    {"classification", TYPE_UBYTE, 15, 16, 0, 5, 0, 0},
    {"synthetic", TYPE_UBYTE, 15, 15, 5, 1, 0, 1},
    {"key_point", TYPE_UBYTE, 15, 15, 6, 1, 1, 1},
    {"withheld", TYPE_UBYTE, 15, 15, 7, 1, 2, 1},
    {"overlap", TYPE_UBYTE, NOT_THERE, 15, 0, 0, 3, 1},
    {"scanner_channel", TYPE_UBYTE, NOT_THERE, 15, 0, 0, 4, 2},
    {"user_data", TYPE_UBYTE, 17, 17, 0, 0, 0, 0},
    {"point_source_id", TYPE_USHORT, 18, 20, 0, 0, 0, 0},
    {"gps_time", TYPE_DOUBLE, TIME, TIME, 0, 0, 0, 0},
    {"red", TYPE_USHORT, COLOUR, COLOUR, 0, 0, 0, 0},
    {"green", TYPE_USHORT, COLOUR + 2, COLOUR + 2, 0, 0, 0, 0},
    {"blue", TYPE_USHORT, COLOUR + 4, COLOUR + 4, 0, 0, 0, 0},
    {"nir", TYPE_USHORT, NIR, NIR, 0, 0, 0, 0},
    {"wavepacket_index", TYPE_UBYTE, WAVE, WAVE, 0, 0, 0, 0},
    {"wavepacket_offset", TYPE_UINT64, WAVE + 1, WAVE + 1, 0, 0, 0, 0},
    {"wavepacket_size", TYPE_UINT, WAVE + 9, WAVE + 9, 0, 0, 0, 0},
    {"return_point_wave_location", TYPE_FLOAT, WAVE + 13, WAVE + 13, 0, 0, 0, 0},
    {"x_t", TYPE_FLOAT, WAVE + 17, WAVE + 17, 0, 0, 0, 0},
    {"y_t", TYPE_FLOAT, WAVE + 21, WAVE + 21, 0, 0, 0, 0},
    {"z_t", TYPE_FLOAT, WAVE + 25, WAVE + 25, 0, 0, 0, 0},
};

/* Where gps_time, the colours, nir and the wave packet begin; 0: the format has none. */
static const unsigned group_at[][11] = {
    {0, 20, 0, 20, 20, 20, 22, 22, 22, 22, 22},
    {0, 0, 20, 28, 0, 28, 0, 30, 30, 0, 30},
    {0, 0, 0, 0, 0, 0, 0, 0, 36, 0, 36},
    {0, 0, 0, 0, 28, 34, 0, 0, 0, 30, 38},
};

enum { POINTS = 9000 }; /* more than a block */

static unsigned place_of(const FieldCase *c, unsigned format)
{
    unsigned at = format < 6 ? c->old_at : c->new_at;
    if (at < TIME)
        return at;
    unsigned begin = group_at[(at - TIME) / GROUP][format];
    return begin ? begin + (at - TIME) % GROUP : NOT_THERE;
}

static uint8_t *noise(unsigned format, size_t *size, uint8_t **points)
{
    unsigned minor = format < 4 ? 2 : format < 6 ? 3 : 4;
    uint8_t *b =
        make_las(&(MakeLas){.minor = minor, .format = format, .points = POINTS}, size, points);
    uint32_t random = format + 1;
    for (uint8_t *p = *points; p < b + *size; p++) {
        random = random * 1664525 + 1013904223;
        *p = (uint8_t)(random >> 24);
    }
    return b;
}

static void expect_sound(const ReadFile *f)
{
    assert_ok(f->d && !f->broken, &f->error);
}

static void check_field(const ReadFile *f, const FieldCase *c, unsigned format,
                        const uint8_t *points)
{
    static uint8_t values[POINTS * 8];
    unsigned at = place_of(c, format);
    unsigned bits = format < 6 ? c->old_bits : c->new_bits;
    unsigned shift = format < 6 ? c->old_shift : c->new_shift;
    size_t bytes = type_size(c->type);
    for (size_t i = 0; i < POINTS; i++) {
        const uint8_t *from = points + i * make_record_bytes[format] + at;
        memcpy(values + i * bytes, from, bytes);
        if (bits)
            values[i] = (uint8_t)((*from >> shift) % (1U << bits));
    }
    read_expect(f, c->name, c->type, values, POINTS * bytes);
}

static void check_scan_angle(const ReadFile *f, unsigned format, const uint8_t *points)
{
    DataType type = format < 6 ? TYPE_BYTE : TYPE_SHORT;
    size_t at = format < 6 ? 16 : 18, index = read_index(f, "scan_angle");
    assert_int_equal(f->d->vars[index].type, type);
    for (size_t i = 0; i < POINTS; i++)
        assert_memory_equal(f->vars[index].bytes + i * type_size(type),
                            points + i * make_record_bytes[format] + at, type_size(type));
}

static void check_point_format(unsigned format)
{
    size_t size, found = 1; /* scan_angle has a type of its own */
    uint8_t *points, *bytes = noise(format, &size, &points);
    ReadFile f;
    read_all(&f, &format_las, bytes, size);
    expect_sound(&f);
    for (size_t i = 0; i < CASES(field_cases); i++) {
        if (place_of(&field_cases[i], format) == NOT_THERE)
            continue;
        check_field(&f, &field_cases[i], format, points);
        found++;
    }
    assert_int_equal(f.d->var_count, found);
    check_scan_angle(&f, format, points);
    char model[32];
    snprintf(model, sizeof model, "LAS 1.%u format %u", bytes[25], format);
    assert_string_equal(f.d->model, model);
    assert_int_equal(f.d->rows, POINTS);
    read_close(&f);
    free(bytes);
}

static void every_point_format(void **state)
{
    (void)state;
    for (unsigned format = 0; format <= 10; format++)
        check_point_format(format);
}

/* ---- header */

typedef struct HeaderCase {
    const char *name;
    size_t at, bytes;
    uint64_t value;
    const char *code, *place; /* NULL: it opens */
} HeaderCase;

static const HeaderCase header_cases[] = {
    {"major version", 24, 1, 2, "unsupported", "byte 24"},
    {"minor version", 25, 1, 5, "unsupported", "byte 24"},
    {"point format", 104, 1, 11, "unsupported", "byte 104"},
    {"short records", 105, 2, 33, "bad_header", "byte 105"},
    {"no records", 105, 2, 0, "bad_header", "byte 105"},
    {"short header", 94, 2, 226, "bad_header", "byte 94"},
    {"points inside of the header", 96, 4, 226, "bad_header", "byte 96"},
    {"points behind the end", 96, 4, 100000, "truncated", "byte 397"},
    {"scale factor zero", 131, 8, 0, "bad_header", "byte 131"},
    {"scale factor NaN", 139, 8, UINT64_C(0x7ff8000000000000), "bad_header", "byte 139"},
    {"offset infinite", 171, 8, UINT64_C(0x7ff0000000000000), "bad_header", "byte 171"},
    {"compressed without saying how", 104, 1, 0x83, "bad_header", "byte 227"},
    {"bounds NaN", 179, 8, UINT64_C(0x7ff8000000000000), NULL, NULL},
    {"four thousand million records before the points", 100, 4, 0xffffffff, NULL, NULL},
    {"signature", 0, 1, 'l', "bad_header", "byte 0"},
};

static void check_header(const HeaderCase *c)
{
    size_t size;
    uint8_t *points;
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 3, .points = 5}, &size, &points);
    las_put(bytes + c->at, c->value, c->bytes);
    ReadFile f;
    read_all(&f, &format_las, bytes, size);
    if (c->code) {
        read_expect_refused(&f, c->code);
        if (strcmp(f.error.place, c->place) != 0)
            fail_msg("%s: %s", c->name, f.error.place);
    } else {
        expect_sound(&f);
        assert_int_equal(f.d->rows, 5);
    }
    read_close(&f);
    free(bytes);
}

static void lying_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(header_cases); i++)
        check_header(&header_cases[i]);
}

static bool has_note(const Dataset *d, const char *part)
{
    for (size_t i = 0; i < d->note_count; i++)
        if (strstr(d->notes[i], part))
            return true;
    return false;
}

/* The 64-bit count is the one of LAS 1.4; writers leave either at 0. */
static void two_counts(void **state)
{
    (void)state;
    static const struct {
        uint32_t old;
        uint64_t new;
        uint64_t rows;
        const char *note;
    } cases[] = {{0, 5, 5, NULL}, {5, 5, 5, NULL}, {4, 5, 5, "32-bit"}, {3, 0, 3, "64-bit"}};
    for (size_t i = 0; i < CASES(cases); i++) {
        size_t size;
        uint8_t *points;
        uint8_t *bytes = make_las(&(MakeLas){.minor = 4, .format = 6, .points = 5}, &size, &points);
        las_put(bytes + 107, cases[i].old, 4);
        las_put(bytes + 247, cases[i].new, 8);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        expect_sound(&f);
        assert_int_equal(f.d->rows, cases[i].rows);
        assert_int_equal(has_note(f.d, "bit field"), cases[i].note != NULL);
        read_close(&f);
        free(bytes);
    }
}

static void attributes(void **state)
{
    (void)state;
    size_t size;
    uint8_t *points;
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 0, .points = 2}, &size, &points);
    las_put(bytes + 4, 77, 2);
    memcpy(bytes + 8, "\x78\x56\x34\x12\xab\x90\xef\xcd\x01\x23\x45\x67\x89\xab\xcd\xef", 16);
    ReadFile f;
    read_all(&f, &format_las, bytes, size);
    expect_sound(&f);
    const Group *g = &f.d->groups[0];
    double number;
    assert_true(attr_number(attr_find(g->attrs, g->attr_count, "file_source_id"), 0, &number));
    assert_true(number == 77);
    static const struct {
        const char *name, *value;
    } texts[] = {{"project_id", "12345678-90ab-cdef-0123-456789abcdef"},
                 {"system_identifier", "test bench"},
                 {"date_created", "2023-03-01"}};
    for (size_t i = 0; i < CASES(texts); i++) {
        const Attr *a = attr_find(g->attrs, g->attr_count, texts[i].name);
        assert_non_null(a);
        assert_string_equal(a->values, texts[i].value);
    }
    const Var *z = read_var(&f, "z");
    assert_true(attr_number(var_attr(z, "scale_factor"), 0, &number) && number == -0.5);
    assert_true(read_var(&f, "x")->no_default_fill);
    assert_null(attr_find(g->attrs, g->attr_count, "crs_epsg"));
    read_close(&f);
    free(bytes);
}

/* ---- GPS time */

static void gps_time(void **state)
{
    (void)state;
    for (unsigned standard = 0; standard < 2; standard++) {
        size_t size;
        uint8_t *points;
        const MakeLas m = {.minor = 2, .format = 1, .points = 1, .encoding = standard};
        uint8_t *bytes = make_las(&m, &size, &points);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        expect_sound(&f);
        size_t time = read_index(&f, "gps_time");
        assert_true(f.d->time_var == (standard ? time : NO_VAR));
        assert_int_equal(has_note(f.d, "GPS week"), !standard);
        const Var *v = &f.d->vars[time];
        /* 1980-01-06 and 10^9 s: 11574 days, 1 h 46 min 40 s */
        assert_string_equal(var_attr_text(v, "units"),
                            standard ? "seconds since 2011-09-14 01:46:40" : "s");
        assert_true(standard == (var_attr(v, "time_scale") != NULL));
        read_close(&f);
        free(bytes);
    }
}

/* ---- damage */

static void expect_cut(const ReadFile *f, size_t cut, size_t whole)
{
    char place[32];
    snprintf(place, sizeof place, "byte %zu", cut);
    assert_int_equal(f->d->rows, whole);
    for (size_t i = 0; i < f->d->var_count; i++)
        assert_int_equal(f->vars[i].n, whole);
    if (f->broken) {
        assert_string_equal(f->error.code, "truncated");
        assert_string_equal(f->error.place, place);
    }
}

static void every_cut(void **state)
{
    (void)state;
    size_t size;
    uint8_t *points;
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 1, .points = 7}, &size, &points);
    size_t header = (size_t)(points - bytes);
    for (size_t cut = 0; cut <= size; cut++) {
        ReadFile f;
        read_all(&f, &format_las, bytes, cut);
        assert_int_equal(f.broken, cut >= header && cut < size);
        if (cut < header)
            read_expect_refused(&f, cut < 4 ? "bad_header" : "truncated");
        else
            expect_cut(&f, cut, (cut - header) / make_record_bytes[1]);
        read_close(&f);
    }
    free(bytes);
}

/* All points are there, what should follow is not. */
static void cut_behind_the_points(void **state)
{
    (void)state;
    size_t size;
    uint8_t *points, evlr[256];
    uint8_t *bytes = make_las(&(MakeLas){.minor = 4, .format = 6, .points = 5}, &size, &points);
    size_t length = make_vlr(evlr, "LASF_Spec", 3, "a hill", 6, 1);
    las_put(bytes + 235, size, 8);
    las_put(bytes + 243, 1, 4);
    bytes = realloc(bytes, size + length);
    memcpy(bytes + size, evlr, length);
    for (size_t cut = size; cut <= size + length; cut++) {
        ReadFile f;
        read_all(&f, &format_las, bytes, cut);
        assert_non_null(f.d);
        assert_int_equal(f.d->rows, 5);
        assert_int_equal(f.vars[0].n, 5);
        assert_int_equal(f.broken, cut < size + length);
        const Attr *area = attr_find(f.d->groups[0].attrs, f.d->groups[0].attr_count, "area");
        assert_int_equal(area != NULL, cut == size + length);
        if (f.broken)
            assert_string_equal(f.error.code, "truncated");
        if (area)
            assert_string_equal(area->values, "a hill");
        read_close(&f);
    }
    free(bytes);
}

static void too_much(void **state)
{
    (void)state;
    size_t size;
    uint8_t *points;
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 0, .points = 8}, &size, &points);
    las_put(bytes + 107, 5, 4);
    ReadFile f;
    read_all(&f, &format_las, bytes, size);
    expect_sound(&f);
    assert_int_equal(f.d->rows, 5);
    assert_true(has_note(f.d, "60 bytes lie behind")); /* 3 points of 20 bytes */
    read_close(&f);
    free(bytes);
}

/* More points than any file holds must size nothing. */
static void countless_points(void **state)
{
    (void)state;
    static const uint64_t counts[] = {UINT64_MAX, UINT64_C(1) << 48, (UINT64_C(1) << 48) - 1};
    for (size_t i = 0; i < CASES(counts); i++) {
        size_t size;
        uint8_t *points;
        uint8_t *bytes = make_las(&(MakeLas){.minor = 4, .format = 6, .points = 3}, &size, &points);
        las_put(bytes + 247, counts[i], 8);
        ReadFile f;
        read_all(&f, &format_las, bytes, size);
        if (i < 2) {
            read_expect_refused(&f, "bad_header");
        } else {
            assert_true(f.broken);
            assert_int_equal(f.d->rows, 3);
            assert_string_equal(f.error.code, "truncated");
        }
        read_close(&f);
        free(bytes);
    }
}

/* ---- parts */

static void parts(void **state)
{
    (void)state;
    size_t size;
    uint8_t *points;
    enum { MANY = 200000, RECORD = 20 };
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 0, .points = MANY}, &size, &points);
    check_parts(&format_las, bytes, size, 65536 * RECORD, 4); /* 3 whole ones and 3,392 points */
    check_parts(&format_las, bytes, size, 65537 * RECORD, 2);
    check_parts(&format_las, bytes, size, (uint64_t)MANY * RECORD, 1);
    check_parts(&format_las, bytes, size - 1, 65536 * RECORD, 4); /* the last part tells */
    free(bytes);
}

/* ---- probe */

typedef struct ProbeCase {
    const char *bytes;
    size_t size;
    Sureness sure;
} ProbeCase;

#define BYTES(text) text, sizeof(text) - 1
static const ProbeCase probe_cases[] = {
    {BYTES("LASF"), SURE_BY_CONTENT},
    {BYTES("LASF\0\0\0\0"), SURE_BY_CONTENT},
    {BYTES("LASF\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\2 system"), SURE_BY_CONTENT},
    {BYTES("LASF_ID,a,b\n"), SURE_NO},
    {BYTES("LASF_ID,temperature,humidity\n1,2,3\n"), SURE_NO},
    {BYTES("LAS"), SURE_NO},
    {BYTES("lasf\0\0"), SURE_NO},
};

static void probe(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(probe_cases); i++) {
        const ProbeCase *c = &probe_cases[i];
        Input in = {.name = "a.csv", .head = (const uint8_t *)c->bytes, .head_size = c->size};
        in.size = c->size;
        Probe p = {0};
        format_las.probe(&in, NULL, &p);
        if (p.sure != c->sure || p.evidence[0] == '\0')
            fail_msg("case %zu: %s", i, p.evidence);
    }
}

static const Case cases[] = {
    {"every_point_format", every_point_format},
    {"lying_headers", lying_headers},
    {"two_counts", two_counts},
    {"attributes", attributes},
    {"gps_time", gps_time},
    {"every_cut", every_cut},
    {"cut_behind_the_points", cut_behind_the_points},
    {"too_much", too_much},
    {"countless_points", countless_points},
    {"parts", parts},
    {"probe", probe},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
