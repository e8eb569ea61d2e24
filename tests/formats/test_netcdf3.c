/* test_netcdf3.c: netCDF classic files written by netCDF-C. */
#include "formats/netcdf3/netcdf3.h"
#include "tests/support/read_format.h"

#include <netcdf.h>

#define NC(call) assert_int_equal((call), NC_NOERR)
enum { RECORDS = 5, WIDTH = 3 };

static uint8_t *written(const char *path, size_t *size)
{
    uint8_t *bytes = read_path(path, size);
    unlink(path);
    return bytes;
}

static void temporary(char path[64])
{
    memcpy(path, "/tmp/test.XXXXXX", sizeof "/tmp/test.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

/* Numbers that fit every type, both signs. */
static double number(size_t i)
{
    return (double)i * 7 - 20;
}

typedef struct TypeCase {
    nc_type code;
    DataType type;
    const char *name;
} TypeCase;

static const TypeCase type_cases[] = {
    {NC_BYTE, TYPE_BYTE, "byte"},       {NC_SHORT, TYPE_SHORT, "short"},
    {NC_INT, TYPE_INT, "int"},          {NC_FLOAT, TYPE_FLOAT, "float"},
    {NC_DOUBLE, TYPE_DOUBLE, "double"}, {NC_UBYTE, TYPE_UBYTE, "ubyte"},
    {NC_USHORT, TYPE_USHORT, "ushort"}, {NC_UINT, TYPE_UINT, "uint"},
    {NC_INT64, TYPE_INT64, "int64"},    {NC_UINT64, TYPE_UINT64, "uint64"},
};

/* One value in memory as C converts it: what the library was given. */
static size_t put(void *to, DataType type, double value)
{
    bool is_unsigned =
        type == TYPE_UBYTE || type == TYPE_USHORT || type == TYPE_UINT || type == TYPE_UINT64;
    double v = is_unsigned ? value + 20 : value;
    int64_t i = (int64_t)v;
    float f = (float)v;
    if (type == TYPE_FLOAT)
        memcpy(to, &f, sizeof f);
    else if (type == TYPE_DOUBLE)
        memcpy(to, &v, sizeof v);
    else
        memcpy(to, &i, type_size(type)); /* little-endian hosts */
    return type_size(type);
}

/* Every type once without and once with records, in the kind of file asked for. */
static uint8_t *all_types(int mode, size_t types, size_t *size)
{
    char path[64], name[32];
    int nc, time, x, ids[2 * CASES(type_cases)];
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | mode, &nc));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &time));
    NC(nc_def_dim(nc, "x", WIDTH, &x));
    NC(nc_put_att_text(nc, NC_GLOBAL, "Conventions", 6, "CF-1.8"));
    for (size_t i = 0; i < types; i++) {
        int dims[2] = {time, x};
        const double range[2] = {1, 100};
        snprintf(name, sizeof name, "%s_fixed", type_cases[i].name);
        NC(nc_def_var(nc, name, type_cases[i].code, 1, &x, &ids[2 * i]));
        snprintf(name, sizeof name, "%s_record", type_cases[i].name);
        NC(nc_def_var(nc, name, type_cases[i].code, 2, dims, &ids[2 * i + 1]));
        NC(nc_put_att_double(nc, ids[2 * i], "valid_range", type_cases[i].code, 2, range));
        NC(nc_put_att_text(nc, ids[2 * i], "units", 1, "m"));
    }
    NC(nc_enddef(nc));
    for (size_t i = 0; i < 2 * types; i++) {
        uint8_t values[RECORDS * WIDTH * 8];
        size_t used = 0, start[2] = {0}, records[2] = {RECORDS, WIDTH}, fixed[1] = {WIDTH};
        for (size_t k = 0; k < RECORDS * WIDTH; k++)
            used += put(values + used, type_cases[i / 2].type, number(k));
        NC(nc_put_vara(nc, ids[i], start, i % 2 ? records : fixed, values));
    }
    NC(nc_close(nc));
    return written(path, size);
}

static void check_all_types(int mode, size_t types, const char *model)
{
    ReadFile f;
    size_t size;
    uint8_t *bytes = all_types(mode, types, &size);
    read_all(&f, &format_netcdf3, bytes, size);
    assert_ok(f.d && !f.broken, &f.error);
    assert_string_equal(f.d->model, model);
    assert_string_equal(f.d->convention, "CF-1.8");
    assert_int_equal(f.d->var_count, 2 * types);
    assert_true(f.d->rows_known);
    assert_int_equal(f.d->rows, RECORDS);
    for (size_t i = 0; i < 2 * types; i++) {
        char name[32];
        uint8_t values[RECORDS * WIDTH * 8];
        size_t used = 0, count = i % 2 ? RECORDS * WIDTH : WIDTH;
        for (size_t k = 0; k < count; k++)
            used += put(values + used, type_cases[i / 2].type, number(k));
        snprintf(name, sizeof name, "%s_%s", type_cases[i / 2].name, i % 2 ? "record" : "fixed");
        read_expect(&f, name, type_cases[i / 2].type, values, used);
    }
    double limit;
    const Var *v = read_var(&f, "short_fixed");
    assert_true(attr_number(var_attr(v, "valid_range"), 1, &limit));
    assert_true(limit == 100);
    assert_string_equal(var_attr_text(v, "units"), "m");
    read_close(&f);
    free(bytes);
}

static void classic(void **state)
{
    (void)state;
    check_all_types(0, 5, "NETCDF3_CLASSIC");
}

static void offset_64bit(void **state)
{
    (void)state;
    check_all_types(NC_64BIT_OFFSET, 5, "NETCDF3_64BIT_OFFSET");
}

static void data_64bit(void **state)
{
    (void)state;
    check_all_types(NC_64BIT_DATA, CASES(type_cases), "NETCDF3_64BIT_DATA");
}

static void every_cut_of_a_file(void **state)
{
    (void)state;
    size_t size;
    uint8_t *bytes = all_types(0, 5, &size);
    bool opened = false;
    for (size_t cut = 0; cut < size; cut++) {
        ReadFile f;
        read_all(&f, &format_netcdf3, bytes, cut);
        opened = opened || f.d;
        if (!f.d) {
            assert_false(opened); /* the header is whole or it is not */
            read_expect_refused(&f, "truncated");
        }
        bool complains = f.broken;
        for (size_t i = 0; f.d && i < f.d->var_count; i++)
            complains = complains || f.vars[i].failed;
        assert_true(!f.d || complains); /* the last variable has no padding that may be missing */
        read_close(&f);
    }
    assert_true(opened);
    free(bytes);
}

/* A record is 3 values of each of 5 types, each padded to 4 bytes: 4 + 8 + 12 + 12 + 24 = 60 bytes.
 * Cut 61 bytes off: 3 of 5 records are whole. */
static void whole_records_count(void **state)
{
    (void)state;
    ReadFile f;
    size_t size;
    uint8_t *bytes = all_types(0, 5, &size);
    read_all(&f, &format_netcdf3, bytes, size - 61);
    assert_true(f.broken);
    assert_int_equal(f.error.kind, ERROR_DATA);
    assert_string_equal(f.error.code, "truncated");
    assert_int_equal(f.d->rows, 3);
    assert_int_equal(f.d->note_count, 1);
    assert_int_equal(f.vars[read_index(&f, "byte_record")].n, 3 * WIDTH);
    assert_int_equal(f.vars[read_index(&f, "double_record")].n, 3 * WIDTH);
    assert_int_equal(read_var(&f, "double_record")->shape[0], RECORDS);
    uint8_t values[WIDTH * 8];
    size_t used = 0;
    for (size_t k = 0; k < WIDTH; k++)
        used += put(values + used, TYPE_DOUBLE, number(k));
    read_expect(&f, "double_fixed", TYPE_DOUBLE, values, used);
    read_close(&f);
    free(bytes);
}

/* Slices and records of more than a run, next to small ones. */
static void large_records(void **state)
{
    (void)state;
    enum { LONG = 400000, MANY = 3 };
    char path[64];
    int nc, dims[2], wide, narrow, fixed;
    temporary(path);
    NC(nc_create(path, NC_CLOBBER, &nc));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &dims[0]));
    NC(nc_def_dim(nc, "x", LONG, &dims[1]));
    NC(nc_def_var(nc, "wide", NC_FLOAT, 2, dims, &wide));
    NC(nc_def_var(nc, "narrow", NC_SHORT, 1, dims, &narrow));
    NC(nc_def_var(nc, "fixed", NC_FLOAT, 1, &dims[1], &fixed));
    NC(nc_enddef(nc));
    float *values = malloc(sizeof *values * LONG * MANY);
    short shorts[MANY] = {-3, 0, 300};
    assert_non_null(values);
    for (size_t i = 0; i < (size_t)LONG * MANY; i++)
        values[i] = (float)i;
    size_t start[2] = {0, 0}, count[2] = {MANY, LONG};
    NC(nc_put_vara_float(nc, wide, start, count, values));
    NC(nc_put_vara_short(nc, narrow, start, count, shorts));
    NC(nc_put_var_float(nc, fixed, values));
    NC(nc_close(nc));
    size_t size;
    uint8_t *bytes = written(path, &size);
    ReadFile f;
    read_all(&f, &format_netcdf3, bytes, size);
    read_expect(&f, "wide", TYPE_FLOAT, values, sizeof *values * LONG * MANY);
    read_expect(&f, "narrow", TYPE_SHORT, shorts, sizeof shorts);
    read_expect(&f, "fixed", TYPE_FLOAT, values, sizeof *values * LONG);
    read_close(&f);
    /* cut before the end of the variable without records: then there are no records either */
    uint64_t fixed_end = size - MANY * ((uint64_t)LONG * 4 + 4);
    read_all(&f, &format_netcdf3, bytes, fixed_end - 10);
    read_expect_failed(&f, "fixed", "truncated");
    assert_true(f.broken);
    read_close(&f);
    free(bytes);
    free(values);
}

/* More records than one batch holds, and a header longer than the head that probes see. */
static void long_header_and_many_records(void **state)
{
    (void)state;
    enum { MANY = 300000, LONG_TEXT = 150000 };
    char path[64];
    int nc, time, a, b;
    temporary(path);
    NC(nc_create(path, NC_CLOBBER, &nc));
    char *text = malloc(LONG_TEXT + 1);
    int *values = malloc(sizeof *values * MANY);
    double *doubles = malloc(sizeof *doubles * MANY);
    assert_true(text && values && doubles);
    memset(text, 'x', LONG_TEXT);
    NC(nc_put_att_text(nc, NC_GLOBAL, "history", LONG_TEXT, text));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &time));
    NC(nc_def_var(nc, "a", NC_INT, 1, &time, &a));
    NC(nc_def_var(nc, "b", NC_DOUBLE, 1, &time, &b));
    NC(nc_enddef(nc));
    for (int i = 0; i < MANY; i++) {
        values[i] = i * 3 - 1000;
        doubles[i] = i / 8.0;
    }
    size_t start = 0, count = MANY;
    NC(nc_put_vara_int(nc, a, &start, &count, values));
    NC(nc_put_vara_double(nc, b, &start, &count, doubles));
    NC(nc_close(nc));
    size_t size;
    uint8_t *bytes = written(path, &size);
    ReadFile f;
    read_all(&f, &format_netcdf3, bytes, size);
    read_expect(&f, "a", TYPE_INT, values, sizeof *values * MANY);
    read_expect(&f, "b", TYPE_DOUBLE, doubles, sizeof *doubles * MANY);
    assert_int_equal(f.d->groups[0].attrs[0].count, LONG_TEXT);
    read_close(&f);
    free(bytes);
    free(text);
    free(values);
    free(doubles);
}

static void probes(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t size;
        Sureness sure;
        const char *evidence;
    } cases[] = {
        {"CDF\x01", 4, SURE_BY_CONTENT, "'CDF\\x01' at byte 0: netCDF classic"},
        {"CDF\x02", 4, SURE_BY_CONTENT, "'CDF\\x02' at byte 0: netCDF 64-bit offset"},
        {"CDF\x05 and more", 13, SURE_BY_CONTENT, "'CDF\\x05' at byte 0: netCDF 64-bit data"},
        {"CDF\x03", 4, SURE_NO, "'CDF\\x03' at byte 0: no version of netCDF that is known"},
        {"CDF", 3, SURE_NO, "no 'CDF' at byte 0"},
        {"time,x\n", 7, SURE_NO, "no 'CDF' at byte 0"},
        {"", 0, SURE_NO, "no 'CDF' at byte 0"},
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        Probe p = {0};
        Input in = {.fd = -1,
                    .size = cases[i].size,
                    .name = "x.nc",
                    .head = (const uint8_t *)cases[i].bytes,
                    .head_size = cases[i].size};
        format_netcdf3.probe(&in, NULL, &p);
        assert_int_equal(p.sure, cases[i].sure);
        assert_string_equal(p.evidence, cases[i].evidence);
    }
}

static void no_netcdf(void **state)
{
    (void)state;
    ReadFile f;
    read_all(&f, &format_netcdf3, "", 0);
    read_expect_refused(&f, "truncated");
    read_close(&f);
    read_all(&f, &format_netcdf3, "CDF\x07 and some text behind it", 28);
    read_expect_refused(&f, "bad_signature");
    read_close(&f);
}

static const Case cases[] = {
    {"classic", classic},
    {"offset_64bit", offset_64bit},
    {"data_64bit", data_64bit},
    {"every_cut_of_a_file", every_cut_of_a_file},
    {"whole_records_count", whole_records_count},
    {"large_records", large_records},
    {"long_header_and_many_records", long_header_and_many_records},
    {"probes", probes},
    {"no_netcdf", no_netcdf},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
