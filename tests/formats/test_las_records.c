/* test_las_records.c: what LAS files say in variable length records: extra bytes, coordinate
 * reference systems; and what is concluded from all points. */
#include "formats/las/las.h"
#include "tests/support/make_las.h"
#include "tests/support/read_format.h"

#include <math.h>

enum { ROOM = 8192 };

typedef struct Vlrs {
    uint8_t bytes[ROOM];
    size_t size;
    uint32_t count;
} Vlrs;

static void add(Vlrs *v, const char *user, unsigned id, const void *payload, size_t size)
{
    assert_true(v->size + size + 60 < ROOM);
    v->size += make_vlr(v->bytes + v->size, user, id, payload, size, 0);
    v->count++;
}

static void read_with(ReadFile *f, const Vlrs *v, MakeLas m)
{
    size_t size;
    uint8_t *points;
    m.vlrs = v->bytes;
    m.vlrs_size = v->size;
    m.vlr_count = v->count;
    uint8_t *bytes = make_las(&m, &size, &points);
    size_t plain = make_record_bytes[m.format], record = m.record ? m.record : plain;
    for (size_t i = 0; i < m.points; i++)
        for (size_t k = plain; k < record; k++)
            points[i * record + k] = (uint8_t)(i * 64 + k - plain);
    read_all(f, &format_las, bytes, size);
    assert_ok(f->d && !f->broken, &f->error);
    free(bytes);
}

static bool has_text(const char *const *texts, size_t count, const char *part)
{
    for (size_t i = 0; i < count; i++)
        if (strstr(texts[i], part))
            return true;
    return false;
}

static bool has_note(const Dataset *d, const char *part)
{
    return has_text(d->notes, d->note_count, part);
}

/* Less room before the points than another record's header takes: whatever stands there is none. */
static void room_for_no_record(void **state)
{
    (void)state;
    for (size_t left = 0; left <= 54; left++) {
        ReadFile f;
        Vlrs v = {0};
        add(&v, "LASF_Spec", 3, "a hill", 6);
        memset(v.bytes + v.size, 0xff, left);
        v.size += left;
        v.count = 3;
        read_with(&f, &v, (MakeLas){.minor = 2, .format = 1, .points = 2});
        assert_true(has_note(f.d, "promises 3 variable length records, but only 1 of them fit"));
        assert_int_equal(f.d->rows, 2);
        read_close(&f);
    }
}

/* ---- extra bytes */

typedef struct Descriptor {
    unsigned type, options;
    const char *name, *description;
    double no_data, scale[3], offset[3]; /* no_data: also as an integer */
} Descriptor;

static void describe(uint8_t to[192], const Descriptor *d)
{
    memset(to, 0, 192);
    to[2] = (uint8_t)d->type;
    to[3] = (uint8_t)d->options;
    memcpy(to + 4, d->name, strnlen(d->name, 32));
    for (size_t i = 0; i < 3; i++) {
        if ((d->type - 1) % 10 >= 8)
            las_put_double(to + 40 + i * 8, d->no_data);
        else
            las_put(to + 40 + i * 8, (uint64_t)(int64_t)d->no_data, 8);
        las_put_double(to + 112 + i * 8, d->scale[i]);
        las_put_double(to + 136 + i * 8, d->offset[i]);
    }
    if (d->description)
        memcpy(to + 160, d->description, strlen(d->description));
}

static void extra_record(Vlrs *v, const Descriptor *list, size_t count)
{
    uint8_t payload[40 * 192];
    for (size_t i = 0; i < count; i++)
        describe(payload + i * 192, &list[i]);
    add(v, "LASF_Spec", 4, payload, count * 192);
}

/* Bytes of the record's extra part, of each of `points` points. */
static void expect_extra(const ReadFile *f, const char *name, DataType type, size_t at,
                         size_t bytes)
{
    uint8_t values[256];
    size_t points = f->d->rows;
    for (size_t i = 0; i < points; i++)
        for (size_t k = 0; k < bytes; k++)
            values[i * bytes + k] = (uint8_t)(i * 64 + at + k);
    read_expect(f, name, type, values, points * bytes);
}

static const DataType scalar_types[] = {TYPE_UBYTE, TYPE_BYTE,  TYPE_USHORT, TYPE_SHORT,
                                        TYPE_UINT,  TYPE_INT,   TYPE_UINT64, TYPE_INT64,
                                        TYPE_FLOAT, TYPE_DOUBLE};

static void every_type(void **state)
{
    (void)state;
    for (unsigned type = 1; type <= 30; type++) {
        DataType scalar = scalar_types[(type - 1) % 10];
        size_t components = (type - 1) / 10 + 1, bytes = components * type_size(scalar);
        const Descriptor list[] = {{.type = 1, .name = "before"},
                                   {.type = type, .name = "it", .description = "what it is"},
                                   {.type = 1, .name = "after"}};
        Vlrs v = {0};
        ReadFile f;
        extra_record(&v, list, 3);
        read_with(&f, &v,
                  (MakeLas){.minor = 4, .format = 6, .record = 30 + 2 + bytes, .points = 4});
        expect_extra(&f, "before", TYPE_UBYTE, 0, 1);
        expect_extra(&f, "it", scalar, 1, bytes);
        expect_extra(&f, "after", TYPE_UBYTE, 1 + bytes, 1);
        const Var *it = read_var(&f, "it");
        assert_int_equal(it->dim_count, components > 1 ? 2 : 1);
        assert_int_equal(it->count, 4 * components);
        if (components > 1)
            assert_int_equal(it->shape[1], components);
        assert_string_equal(var_attr_text(it, "long_name"), "what it is");
        assert_null(var_attr(it, "scale_factor"));
        read_close(&f);
    }
}

static void scale_and_no_data(void **state)
{
    (void)state;
    enum { NO_DATA = 1, SCALE = 8, OFFSET = 16 };
    const Descriptor list[] = {
        {.type = 4, .name = "s", .options = NO_DATA, .no_data = -9999},
        {.type = 9, .name = "f", .options = NO_DATA, .no_data = -9999.5},
        {.type = 6, .name = "i", .options = SCALE | OFFSET, .scale = {0.25}, .offset = {7}},
        {.type = 13, .name = "same", .options = SCALE, .scale = {2, 2, 5}}, /* of two */
        {.type = 13, .name = "own", .options = SCALE, .scale = {2, 3}},
    };
    Vlrs v = {0};
    ReadFile f;
    double number = 0;
    extra_record(&v, list, CASES(list));
    read_with(&f, &v, (MakeLas){.minor = 4, .format = 6, .record = 30 + 18, .points = 2});
    const Attr *fill = var_attr(read_var(&f, "s"), "_FillValue");
    assert_true(fill && fill->type == TYPE_SHORT && attr_number(fill, 0, &number));
    assert_true(number == -9999);
    fill = var_attr(read_var(&f, "f"), "_FillValue");
    assert_true(fill && fill->type == TYPE_FLOAT && attr_number(fill, 0, &number));
    assert_true(number == -9999.5);
    assert_true(attr_number(var_attr(read_var(&f, "i"), "scale_factor"), 0, &number));
    assert_true(number == 0.25);
    assert_true(attr_number(var_attr(read_var(&f, "i"), "add_offset"), 0, &number));
    assert_true(number == 7);
    expect_extra(&f, "same", TYPE_USHORT, 10, 4);
    assert_true(attr_number(var_attr(read_var(&f, "same"), "scale_factor"), 0, &number));
    assert_true(number == 2);
    assert_true(attr_number(var_attr(read_var(&f, "own_2"), "scale_factor"), 0, &number));
    assert_true(number == 3);
    const uint8_t second[] = {16, 17, 80, 81};
    read_expect(&f, "own_2", TYPE_USHORT, second, 4);
    read_close(&f);
}

static void names_and_rests(void **state)
{
    (void)state;
    const Descriptor list[] = {
        {.type = 1, .name = "intensity"},
        {.type = 1, .name = "a/b\x01\xff"},
        {.type = 0, .options = 3, .name = "raw"},
        {.type = 1, .name = "a name of thirty-two letters long"},
        {.type = 10, .name = "too long"},
    };
    Vlrs v = {0};
    ReadFile f;
    extra_record(&v, list, CASES(list));
    read_with(&f, &v, (MakeLas){.minor = 4, .format = 6, .record = 30 + 8, .points = 4});
    expect_extra(&f, "intensity_2", TYPE_UBYTE, 0, 1);
    expect_extra(&f, "a_b__", TYPE_UBYTE, 1, 1);
    assert_int_equal(read_var(&f, "raw")->type, TYPE_OPAQUE);
    expect_extra(&f, "a name of thirty-two letters lon", TYPE_UBYTE, 5, 1);
    assert_int_equal(f.vars[read_index(&f, "extra_bytes")].n, 4);
    assert_true(has_note(f.d, "number 5"));
    assert_true(has_note(f.d, "2 bytes at the end of each point"));
    read_close(&f);
}

/* ---- lists of records */

static void lists_that_lie(void **state)
{
    (void)state;
    Vlrs v = {0};
    ReadFile f;
    add(&v, "one", 1, "abc", 3);
    add(&v, "two", 2, "", 0);
    v.count = 3;
    read_with(&f, &v, (MakeLas){.minor = 2, .format = 0, .points = 1});
    assert_true(has_note(f.d, "promises 3 variable length records, but only 2"));
    const Group *g = &f.d->groups[0];
    const Attr *list = attr_find(g->attrs, g->attr_count, "variable_length_records");
    assert_string_equal(list->values, "one 1, two 2");
    read_close(&f);
    v.count = 2;
    las_put(v.bytes + 20, 65535, 2); /* the first takes more than there is */
    read_with(&f, &v, (MakeLas){.minor = 2, .format = 0, .points = 1});
    assert_true(has_note(f.d, "promises 2 variable length records, but only 0"));
    read_close(&f);
}

/* ---- coordinate reference systems */

typedef struct CrsCase {
    const char *name;
    uint16_t keys[8][4]; /* id, where, count, value; id 0 ends */
    const char *ascii, *wkt;
    bool wkt_holds;
    double epsg, vertical; /* 0: none */
    const char *crs_name, *units, *z_units, *standard_name;
} CrsCase;

#define UTM_WKT                                                                                    \
    "PROJCS[\"NAD83 / UTM zone 15N\",GEOGCS[\"NAD83\",DATUM[\"D\",SPHEROID[\"GRS 1980\",6378137,"  \
    "298.257]],UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],AUTHORITY["        \
    "\"EPSG\",\"4269\"]],PROJECTION[\"Transverse_Mercator\"],UNIT[\"metre\",1,AUTHORITY["          \
    "\"EPSG\",\"9001\"]],AXIS[\"Easting\",EAST],AUTHORITY[\"EPSG\",\"26915\"]]"
#define NAVD_WKT                                                                                   \
    "VERT_CS[\"NAVD88 (ftUS)\",VERT_DATUM[\"N\",2005,AUTHORITY[\"EPSG\",\"5103\"]],"               \
    "UNIT[\"US survey foot\",0.3048006096012192],AUTHORITY[\"EPSG\",\"6360\"]]"
#define WKT2                                                                                       \
    "PROJCRS[\"WGS 84 / UTM 33N\", BASEGEOGCRS[\"WGS 84\", DATUM[\"W\", ELLIPSOID[\"WGS 84\", "    \
    "6378137, 298.257223563, LENGTHUNIT[\"metre\", 1]]], ID[\"EPSG\", 4326]], CONVERSION[\"c\", "  \
    "METHOD[\"m\", ID[\"EPSG\", 9807]]], CS[Cartesian, 2], AXIS[\"(E)\", east, ORDER[1], "         \
    "LENGTHUNIT[\"metre\", 1]], ID[\"EPSG\", 32633]]"

/* clang-format off */
static const CrsCase crs_cases[] = {
    {.name = "UTM by its code", .keys = {{1024, 0, 1, 1}, {3072, 0, 1, 26915}},
     .epsg = 26915, .units = "m", .standard_name = "projection_x_coordinate"},
    {.name = "unit and name", .keys = {{1024, 0, 1, 1}, {1026, 34737, 7, 3}, {3072, 0, 1, 2994},
     {3076, 0, 1, 9002}}, .ascii = "no|Oregon|", .epsg = 2994, .units = "foot",
     .crs_name = "Oregon", .standard_name = "projection_x_coordinate"},
    {.name = "text beyond the end", .keys = {{1024, 0, 1, 1}, {1026, 34737, 700, 3},
     {3076, 0, 1, 9003}}, .ascii = "no|Oreg", .units = "US_survey_foot", .crs_name = "Oreg",
     .standard_name = "projection_x_coordinate"},
    {.name = "user defined", .keys = {{1024, 0, 1, 1}, {3072, 0, 1, 32767}, {3076, 0, 1, 9001}},
     .units = "m", .standard_name = "projection_x_coordinate"},
    {.name = "geographic", .keys = {{1024, 0, 1, 2}, {2048, 0, 1, 4326}, {4096, 0, 1, 5703}},
     .epsg = 4326, .vertical = 5703, .units = "degrees_east", .z_units = "m",
     .standard_name = "longitude"},
    {.name = "vertical unit", .keys = {{1024, 0, 1, 1}, {3072, 0, 1, 32633}, {4099, 0, 1, 9003}},
     .epsg = 32633, .units = "m", .z_units = "US_survey_foot",
     .standard_name = "projection_x_coordinate"},
    {.name = "WKT 1", .wkt = UTM_WKT, .epsg = 26915, .units = "m",
     .crs_name = "NAD83 / UTM zone 15N", .standard_name = "projection_x_coordinate"},
    {.name = "compound", .wkt = "COMPD_CS[\"both\"," UTM_WKT "," NAVD_WKT "]", .epsg = 26915,
     .vertical = 6360, .units = "m", .z_units = "US_survey_foot",
     .crs_name = "NAD83 / UTM zone 15N", .standard_name = "projection_x_coordinate"},
    {.name = "WKT 2", .wkt = WKT2, .wkt_holds = true, .epsg = 32633, .units = "m",
     .crs_name = "WGS 84 / UTM 33N", .standard_name = "projection_x_coordinate"},
    {.name = "geographic WKT", .wkt = "GEOGCS[\"WGS 84\",UNIT[\"degree\",0.0174532925199433],"
     "AUTHORITY[\"EPSG\",\"4326\"]]", .epsg = 4326, .units = "degrees_east",
     .crs_name = "WGS 84", .standard_name = "longitude"},
    {.name = "keys hold", .keys = {{1024, 0, 1, 1}, {3072, 0, 1, 32633}}, .wkt = UTM_WKT,
     .epsg = 32633, .units = "m", .crs_name = "NAD83 / UTM zone 15N",
     .standard_name = "projection_x_coordinate"},
    {.name = "WKT holds", .keys = {{1024, 0, 1, 1}, {3072, 0, 1, 32633}}, .wkt = UTM_WKT,
     .wkt_holds = true, .epsg = 26915, .units = "m", .crs_name = "NAD83 / UTM zone 15N",
     .standard_name = "projection_x_coordinate"},
    {.name = "cut WKT", .wkt = "PROJCS[\"NAD83", .wkt_holds = true},
    {.name = "nonsense", .wkt = "]]]\"", .wkt_holds = true},
    {.name = "deep", .wkt = "A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[A[", .wkt_holds = true},
    {.name = "nothing"},
};
/* clang-format on */

static void build_crs(const CrsCase *c, Vlrs *v)
{
    uint16_t keys[9][4] = {{1, 1, 0, 0}};
    while (keys[0][3] < 8 && c->keys[keys[0][3]][0])
        keys[0][3]++;
    memcpy(keys[1], c->keys, sizeof c->keys);
    if (keys[0][3])
        add(v, "LASF_Projection", 34735, keys, ((size_t)keys[0][3] + 1) * 8);
    if (c->ascii)
        add(v, "LASF_Projection", 34737, c->ascii, strlen(c->ascii));
    if (c->wkt)
        add(v, "LASF_Projection", 2112, c->wkt, strlen(c->wkt) + 1);
}

static void expect_text(const CrsCase *c, const char *is, const char *wanted)
{
    if ((is == NULL) != (wanted == NULL) || (is && strcmp(is, wanted) != 0))
        fail_msg("%s: %s, not %s", c->name, is ? is : "nothing", wanted ? wanted : "nothing");
}

static void expect_code(const CrsCase *c, const Group *g, const char *attribute, double wanted)
{
    double is = 0;
    bool there = attr_number(attr_find(g->attrs, g->attr_count, attribute), 0, &is);
    if (there != (wanted != 0) || (there && is != wanted))
        fail_msg("%s: %s is %g, not %g", c->name, attribute, is, wanted);
}

static void reference_systems(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES(crs_cases); i++) {
        const CrsCase *c = &crs_cases[i];
        Vlrs v = {0};
        ReadFile f;
        build_crs(c, &v);
        read_with(
            &f, &v,
            (MakeLas){.minor = 4, .format = 6, .points = 1, .encoding = c->wkt_holds ? 16 : 0});
        const Group *g = &f.d->groups[0];
        expect_code(c, g, "crs_epsg", c->epsg);
        expect_code(c, g, "crs_vertical_epsg", c->vertical);
        const Attr *name = attr_find(g->attrs, g->attr_count, "crs_name");
        expect_text(c, name ? name->values : NULL, c->crs_name);
        const Attr *wkt = attr_find(g->attrs, g->attr_count, "crs_wkt");
        expect_text(c, wkt ? wkt->values : NULL, c->wkt);
        expect_text(c, var_attr_text(read_var(&f, "x"), "units"), c->units);
        expect_text(c, var_attr_text(read_var(&f, "z"), "units"), c->z_units);
        expect_text(c, var_attr_text(read_var(&f, "x"), "standard_name"), c->standard_name);
        read_close(&f);
    }
}

/* ---- conclusions */

static Number real(double d)
{
    return (Number){.kind = NUMBER_DOUBLE, .d = d};
}

/* Four points: x 1000 to 1003.5, y 0 to 2, z -2 to 0 as if statistics had found them. */
static void conclude(ReadFile *f, double x_max, uint64_t read)
{
    static SummaryResult results[32];
    static const SummaryCount returns[] = {{1, 3}, {2, 1}};
    memset(results, 0, sizeof results);
    for (size_t i = 0; i < f->d->var_count; i++)
        results[i].n = results[i].valid = read;
    static const double bounds[][2] = {{1000, 0}, {0, 2}, {-2, 0}};
    for (size_t i = 0; i < 3; i++) {
        results[i].has_values = read > 0;
        results[i].min = real(bounds[i][0]);
        results[i].max = real(i ? bounds[i][1] : x_max);
    }
    size_t returned = read_index(f, "return_number");
    results[returned].count_count = 2;
    results[returned].counts = returns;
    format_las.conclude(f->reader, results);
}

static void open_for_conclusions(ReadFile *f, bool first_returns)
{
    size_t size;
    uint8_t *points;
    uint8_t *bytes = make_las(&(MakeLas){.minor = 2, .format = 0, .points = 4}, &size, &points);
    static const double max_min[] = {1003.5, 1000, 2, 0, 0, -2};
    for (size_t i = 0; i < 6; i++)
        las_put_double(bytes + 179 + i * 8, max_min[i]);
    las_put(bytes + 111, first_returns ? 3 : 4, 4);
    las_put(bytes + 115, first_returns ? 1 : 0, 4);
    read_open(f, &format_las, bytes, size);
    assert_ok(f->d, &f->error);
    free(bytes);
}

static void header_against_points(void **state)
{
    (void)state;
    static const struct {
        double x_max;
        bool first_returns, bounds_agree;
        uint64_t read;
    } rows[] = {
        {1003.5, true, true, 4},     {1003.5049, true, true, 4}, /* less than half of 0.01 */
        {1003.5051, true, false, 4}, {1003.4949, true, false, 4},
        {1003.5, false, true, 4},    {1003.5, true, true, 2}, /* cut: nothing to compare */
        {1003.5, true, true, 0},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        ReadFile f;
        open_for_conclusions(&f, rows[i].first_returns);
        conclude(&f, rows[i].x_max, rows[i].read);
        bool whole = rows[i].read == 4;
        assert_int_equal(f.d->rows, rows[i].read);
        assert_int_equal(has_note(f.d, "the header says 1000 to 1003.5"), !rows[i].bounds_agree);
        assert_int_equal(has_text(f.d->facts, f.d->fact_count, "bounds in the header: agree"),
                         whole && rows[i].bounds_agree);
        assert_int_equal(has_note(f.d, "points per return are 3, 1, the header says 4, 0"),
                         !rows[i].first_returns);
        assert_int_equal(has_text(f.d->facts, f.d->fact_count, "counts per return"),
                         whole && rows[i].first_returns);
        read_close(&f);
    }
}

static void density(void **state)
{
    (void)state;
    ReadFile f;
    open_for_conclusions(&f, true);
    conclude(&f, 1004, 4); /* 4 points on 4 by 2 */
    assert_true(has_text(f.d->facts, f.d->fact_count, "density: 0.5 points per square unit"));
    read_close(&f);
}

static const Case cases[] = {
    {"room_for_no_record", room_for_no_record},
    {"every_type", every_type},
    {"scale_and_no_data", scale_and_no_data},
    {"names_and_rests", names_and_rests},
    {"lists_that_lie", lists_that_lie},
    {"reference_systems", reference_systems},
    {"header_against_points", header_against_points},
    {"density", density},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
