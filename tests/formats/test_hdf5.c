/* test_hdf5.c: types, shapes and attributes of HDF5 files written by libhdf5. */
#include "tests/support/make_hdf5.h"

/* ---- types ---- */

/* The same numbers in either byte order, read back as native ones. */
static void numbers(void **state)
{
    (void)state;
    const struct {
        const char *name;
        hid_t stored, memory;
        DataType type;
        size_t bytes;
        const void *values;
    } types[] = {
        {"i1", H5T_STD_I8LE, H5T_NATIVE_INT8, TYPE_BYTE, 1, (int8_t[]){-128, 0, 127}},
        {"u1", H5T_STD_U8BE, H5T_NATIVE_UINT8, TYPE_UBYTE, 1, (uint8_t[]){0, 1, 255}},
        {"i2", H5T_STD_I16LE, H5T_NATIVE_INT16, TYPE_SHORT, 2, (int16_t[]){-32768, 1, 32767}},
        {"i2b", H5T_STD_I16BE, H5T_NATIVE_INT16, TYPE_SHORT, 2, (int16_t[]){-32768, 1, 32767}},
        {"u2", H5T_STD_U16LE, H5T_NATIVE_UINT16, TYPE_USHORT, 2, (uint16_t[]){0, 258, 65535}},
        {"u2b", H5T_STD_U16BE, H5T_NATIVE_UINT16, TYPE_USHORT, 2, (uint16_t[]){0, 258, 65535}},
        {"i4", H5T_STD_I32LE, H5T_NATIVE_INT32, TYPE_INT, 4, (int32_t[]){INT32_MIN, 1, 66051}},
        {"i4b", H5T_STD_I32BE, H5T_NATIVE_INT32, TYPE_INT, 4, (int32_t[]){INT32_MIN, 1, 66051}},
        {"u4b", H5T_STD_U32BE, H5T_NATIVE_UINT32, TYPE_UINT, 4, (uint32_t[]){0, 1, UINT32_MAX}},
        {"i8b", H5T_STD_I64BE, H5T_NATIVE_INT64, TYPE_INT64, 8, (int64_t[]){INT64_MIN, 1, 2}},
        {"u8", H5T_STD_U64LE, H5T_NATIVE_UINT64, TYPE_UINT64, 8, (uint64_t[]){0, 1, UINT64_MAX}},
        {"f4", H5T_IEEE_F32LE, H5T_NATIVE_FLOAT, TYPE_FLOAT, 4, (float[]){-1.5f, 0, 1e30f}},
        {"f4b", H5T_IEEE_F32BE, H5T_NATIVE_FLOAT, TYPE_FLOAT, 4, (float[]){-1.5f, 0, 1e30f}},
        {"f8b", H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE, TYPE_DOUBLE, 8, (double[]){-1.5, 0, 1e300}},
        {"b1", H5T_STD_B8LE, H5T_NATIVE_B8, TYPE_UBYTE, 1, (uint8_t[]){0, 1, 255}},
        {"b2b", H5T_STD_B16BE, H5T_NATIVE_B16, TYPE_USHORT, 2, (uint16_t[]){0, 258, 65535}},
    };
    Making m;
    ReadFile f;
    make(&m);
    for (size_t i = 0; i < CASES(types); i++)
        add_data(m.file, types[i].name,
                 &(Data){.type = types[i].stored,
                         .memory = types[i].memory,
                         .rank = 1,
                         .shape = {3},
                         .values = types[i].values});
    read_made(&m, &f);
    assert_ok(f.d && !f.broken, &f.error);
    assert_int_equal(f.d->var_count, CASES(types));
    for (size_t i = 0; i < CASES(types); i++)
        read_expect(&f, types[i].name, types[i].type, types[i].values, 3 * types[i].bytes);
    read_close(&f);
}

/* Half precision: 0x3e00 is 1.5, 0xc000 is -2, 0x7c00 infinity. */
static void half_precision(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const uint16_t stored[3] = {0x3e00, 0xc000, 0x7c00};
    const float expected[3] = {1.5f, -2.0f, __builtin_inff()};
    hid_t half = H5Tcopy(H5T_IEEE_F32LE);
    OK(H5Tset_fields(half, 15, 10, 5, 0, 10));
    OK(H5Tset_size(half, 2));
    OK(H5Tset_ebias(half, 15));
    make(&m);
    add_data(m.file, "half", &(Data){.type = half, .rank = 1, .shape = {3}, .values = stored});
    OK(H5Tclose(half));
    read_made(&m, &f);
    read_expect(&f, "half", TYPE_FLOAT, expected, sizeof expected);
    read_close(&f);
}

static void texts(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    hid_t variable = H5Tcopy(H5T_C_S1), utf8 = H5Tcopy(H5T_C_S1), fixed = H5Tcopy(H5T_C_S1),
          padded = H5Tcopy(H5T_C_S1), one = H5Tcopy(H5T_C_S1);
    OK(H5Tset_size(variable, H5T_VARIABLE));
    OK(H5Tset_size(utf8, H5T_VARIABLE));
    OK(H5Tset_cset(utf8, H5T_CSET_UTF8));
    OK(H5Tset_size(fixed, 4));
    OK(H5Tset_strpad(fixed, H5T_STR_NULLPAD));
    OK(H5Tset_size(padded, 4));
    OK(H5Tset_strpad(padded, H5T_STR_SPACEPAD));
    const char *words[3] = {"a", "", "longer"}, *greek[3] = {"\xce\xb1", "b", ""};
    make(&m);
    add_data(m.file, "fixed", &(Data){fixed, 0, 0, 1, {3}, {0}, "ab\0\0abcd\0\0\0\0"});
    add_data(m.file, "one", &(Data){one, 0, 0, 1, {3}, {0}, "xyz"});
    add_data(m.file, "padded", &(Data){padded, 0, 0, 1, {3}, {0}, "ab  abcd    "});
    add_data(m.file, "unwritten", &(Data){.type = variable, .rank = 1, .shape = {2}});
    add_data(m.file, "utf8", &(Data){utf8, 0, 0, 1, {3}, {0}, greek});
    add_data(m.file, "variable", &(Data){variable, 0, 0, 1, {3}, {0}, words});
    const hid_t types[] = {variable, utf8, fixed, padded, one};
    for (size_t i = 0; i < CASES(types); i++)
        OK(H5Tclose(types[i]));
    read_made(&m, &f);
    read_expect(&f, "fixed", TYPE_STRING, "ab\0abcd\0", 9);
    read_expect(&f, "one", TYPE_CHAR, "xyz", 3);
    read_expect(&f, "padded", TYPE_STRING, "ab\0abcd\0", 9);
    read_expect(&f, "unwritten", TYPE_STRING, "\0", 2);
    read_expect(&f, "utf8", TYPE_STRING, "\xce\xb1\0b\0", 6);
    read_expect(&f, "variable", TYPE_STRING, "a\0\0longer", 10);
    read_close(&f);
}

typedef struct Pair {
    int32_t i;
    double d;
} Pair;

/* Enums come as their numbers; compound, vlen, opaque and references are listed and counted. */
static void user_types(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const int16_t codes[3] = {0, 1, -1};
    const Pair pairs[3] = {{1, 2.0}, {3, 4.0}, {5, 6.0}};
    hid_t number = H5Tenum_create(H5T_STD_I16BE), pair = H5Tcreate(H5T_COMPOUND, sizeof(Pair)),
          list = H5Tvlen_create(H5T_NATIVE_INT), opaque = H5Tcreate(H5T_OPAQUE, 5);
    const int16_t big_endian[3] = {0, 0x0100, -1};
    OK(H5Tenum_insert(number, "off", &big_endian[0]));
    OK(H5Tenum_insert(number, "on", &big_endian[1]));
    OK(H5Tenum_insert(number, "unknown", &big_endian[2]));
    OK(H5Tinsert(pair, "i", HOFFSET(Pair, i), H5T_NATIVE_INT32));
    OK(H5Tinsert(pair, "d", HOFFSET(Pair, d), H5T_NATIVE_DOUBLE));
    make(&m);
    OK(H5Tcommit2(m.file, "pair_t", pair, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    add_data(m.file, "enum", &(Data){number, 0, 0, 1, {3}, {0}, big_endian});
    add_data(m.file, "list", &(Data){.type = list, .rank = 1, .shape = {3}});
    add_data(m.file, "opaque", &(Data){opaque, 0, 0, 1, {1}, {0}, "12345"});
    add_data(m.file, "pair", &(Data){pair, 0, 0, 1, {3}, {0}, pairs});
    add_data(m.file, "reference", &(Data){.type = H5T_STD_REF_OBJ, .rank = 1, .shape = {2}});
    add_data(m.file, "three", &three_ints);
    OK(H5Tclose(number));
    OK(H5Tclose(pair));
    OK(H5Tclose(list));
    OK(H5Tclose(opaque));
    read_made(&m, &f);
    read_expect(&f, "enum", TYPE_ENUM, codes, sizeof codes);
    assert_int_equal(read_var(&f, "enum")->base, TYPE_SHORT);
    read_expect(&f, "list", TYPE_VLEN, NULL, 0);
    read_expect(&f, "opaque", TYPE_OPAQUE, NULL, 0);
    read_expect(&f, "pair", TYPE_COMPOUND, NULL, 0);
    read_expect(&f, "reference", TYPE_OPAQUE, NULL, 0);
    assert_string_equal(read_var(&f, "pair")->user_type, "pair_t");
    assert_null(read_var(&f, "enum")->user_type);
    expect_three(&f, "three");
    read_close(&f);
}

static void attributes(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    make(&m);
    add_data(m.file, "v", &three_ints);
    hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT), scalar = H5Screate(H5S_SCALAR),
          text = H5Tcopy(H5T_C_S1), strings = H5Tcopy(H5T_C_S1), none = H5Screate(H5S_NULL);
    hsize_t two = 2;
    hid_t pair = H5Screate_simple(1, &two, NULL);
    OK(H5Tset_size(text, 6));
    OK(H5Tset_size(strings, H5T_VARIABLE));
    const double range[2] = {-1.5, 2.5};
    const char *words[2] = {"one", "two"};
    const struct {
        const char *name;
        hid_t stored, space, memory;
        const void *values;
    } attrs[] = {
        {"valid_range", H5T_IEEE_F32BE, pair, H5T_NATIVE_DOUBLE, range},
        {"units", text, scalar, text, "m s-1\0"},
        {"meanings", strings, pair, strings, words},
        {"empty", H5T_NATIVE_INT, none, H5T_NATIVE_INT, NULL},
        {"code", H5T_STD_U8LE, scalar, H5T_NATIVE_INT, (int[]){200}},
        {"target", H5T_STD_REF_OBJ, scalar, H5T_STD_REF_OBJ, NULL},
    };
    for (size_t i = 0; i < CASES(attrs); i++) {
        hid_t a =
            H5Acreate2(v, attrs[i].name, attrs[i].stored, attrs[i].space, H5P_DEFAULT, H5P_DEFAULT);
        OK(a);
        if (attrs[i].values)
            OK(H5Awrite(a, attrs[i].memory, attrs[i].values));
        OK(H5Aclose(a));
    }
    OK(H5Dclose(v));
    OK(H5Tclose(text));
    OK(H5Tclose(strings));
    read_made(&m, &f);
    const Var *var = read_var(&f, "v");
    double number;
    assert_int_equal(var->attr_count, CASES(attrs));
    assert_true(attr_number(var_attr(var, "valid_range"), 1, &number) && number == 2.5);
    assert_int_equal(var_attr(var, "valid_range")->type, TYPE_FLOAT);
    assert_string_equal(var_attr_text(var, "units"), "m s-1");
    assert_int_equal(var_attr(var, "units")->type, TYPE_CHAR);
    assert_int_equal(var_attr(var, "meanings")->count, 2);
    assert_string_equal(((const StringView *)var_attr(var, "meanings")->values)[1].bytes, "two");
    assert_int_equal(var_attr(var, "empty")->count, 0);
    assert_true(attr_number(var_attr(var, "code"), 0, &number) && number == 200);
    assert_null(var_attr(var, "target")->values);
    read_close(&f);
}

/* ---- shapes and storage ---- */

/* Every way of cutting a variable into runs gives the values in row-major order. */
static void row_major_order(void **state)
{
    (void)state;
    static const struct {
        hsize_t shape[3], chunk[3]; /* chunk 0: contiguous */
    } cases[] = {
        {{7, 5, 3}, {0}},
        {{7, 5, 3}, {2, 2, 2}},
        {{1, 1500, 1000}, {0}},           /* a row of more than a run */
        {{3, 700, 1000}, {1, 64, 100}},   /* the same, chunked */
        {{40, 300, 500}, {40, 100, 100}}, /* a row of chunks of 24 MB */
        {{40, 200, 300}, {7, 200, 300}},  /* runs of chunk rows, the last one short */
        {{3000000, 1, 1}, {1000, 1, 1}},  /* along one axis */
    };
    for (size_t i = 0; i < CASES(cases); i++) {
        Making m;
        ReadFile f;
        size_t count = cases[i].shape[0] * cases[i].shape[1] * cases[i].shape[2];
        int *values = malloc(count * sizeof *values);
        assert_non_null(values);
        for (size_t k = 0; k < count; k++)
            values[k] = (int)k;
        hid_t creation = cases[i].chunk[0] ? chunked(3, cases[i].chunk, 1) : 0;
        Data d = {.creation = creation, .rank = 3, .values = values};
        memcpy(d.shape, cases[i].shape, sizeof d.shape);
        make(&m);
        add_data(m.file, "v", &d);
        if (creation)
            OK(H5Pclose(creation));
        read_made(&m, &f);
        read_expect(&f, "v", TYPE_INT, values, count * sizeof *values);
        read_close(&f);
        free(values);
    }
}

static void shapes(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const hsize_t chunk = 2;
    const int fill = -7, written[4] = {1, 2, 3, 4}, filled[4] = {-7, -7, -7, -7};
    hid_t creation = chunked(1, &chunk, 0);
    OK(H5Pset_fill_value(creation, H5T_NATIVE_INT, &fill));
    make(&m);
    hid_t none = H5Screate(H5S_NULL);
    OK(H5Dclose(
        H5Dcreate2(m.file, "null", H5T_NATIVE_INT, none, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT)));
    add_data(m.file, "scalar", &(Data){.values = &written[1]});
    add_data(m.file, "empty",
             &(Data){.creation = creation, .rank = 1, .shape = {0}, .most = {H5S_UNLIMITED}});
    add_data(m.file, "never_chunked", &(Data){.creation = creation, .rank = 1, .shape = {4}});
    add_data(m.file, "never_contiguous", &(Data){.rank = 1, .shape = {4}});
    add_data(m.file, "growing",
             &(Data){.creation = creation,
                     .rank = 1,
                     .shape = {4},
                     .most = {H5S_UNLIMITED},
                     .values = written});
    OK(H5Pclose(creation));
    read_made(&m, &f);
    assert_ok(f.d && !f.broken, &f.error);
    assert_string_equal(f.d->model, "HDF5");
    assert_string_equal(f.d->format, "hdf5");
    assert_int_equal(f.d->group_count, 1);
    assert_int_equal(read_var(&f, "null")->count, 0);
    assert_int_equal(read_var(&f, "scalar")->dim_count, 0);
    read_expect(&f, "scalar", TYPE_INT, &written[1], 4);
    read_expect(&f, "empty", TYPE_INT, NULL, 0);
    read_expect(&f, "never_chunked", TYPE_INT, filled, sizeof filled);
    read_expect(&f, "never_contiguous", TYPE_INT, (int[4]){0}, sizeof filled);
    read_expect(&f, "growing", TYPE_INT, written, sizeof written);
    read_close(&f);
}

/* ---- groups, and what lies elsewhere ---- */

static void groups_too_deep(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    make(&m);
    hid_t at = m.file;
    for (int i = 0; i < 100; i++) {
        hid_t deeper = H5Gcreate2(at, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        OK(deeper);
        if (at != m.file)
            OK(H5Gclose(at));
        at = deeper;
    }
    OK(H5Gclose(at));
    read_made(&m, &f);
    read_expect_refused(&f, "too_deep");
    read_close(&f);
}

/* A local file that must not be read by way of the input. */
static void secret_file(char path[64])
{
    temporary(path);
    FILE *secret = fopen(path, "wb");
    assert_non_null(secret);
    fputs("0123456789ab", secret);
    fclose(secret);
}

static void external_storage(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    char secret[64];
    secret_file(secret);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    OK(H5Pset_external(creation, secret, 0, 12));
    make(&m);
    add_data(m.file, "good", &three_ints);
    add_data(m.file, "leak", &(Data){.creation = creation, .rank = 1, .shape = {3}});
    OK(H5Pclose(creation));
    OK(H5Lcreate_external(secret, "/x", m.file, "link", H5P_DEFAULT, H5P_DEFAULT));
    read_made(&m, &f);
    unlink(secret);
    expect_three(&f, "good");
    read_expect_failed(&f, "leak", "external_storage");
    assert_int_equal(read_var(&f, "leak")->shape[0], 3);
    assert_int_equal(f.vars[read_index(&f, "leak")].size, 0);
    read_expect_failed(&f, "link", "external_storage");
    read_close(&f);
}

static void virtual_dataset(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const hsize_t length = 3;
    make(&m);
    add_data(m.file, "good", &three_ints);
    hid_t space = H5Screate_simple(1, &length, NULL);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    OK(H5Pset_virtual(creation, space, "/etc/passwd", "x", space));
    add_data(m.file, "elsewhere", &(Data){.creation = creation, .rank = 1, .shape = {3}});
    OK(H5Pclose(creation));
    read_made(&m, &f);
    expect_three(&f, "good");
    read_expect_failed(&f, "elsewhere", "external_storage");
    read_close(&f);
}

static const Case cases[] = {
    {"numbers", numbers},
    {"half_precision", half_precision},
    {"texts", texts},
    {"user_types", user_types},
    {"attributes", attributes},
    {"row_major_order", row_major_order},
    {"shapes", shapes},
    {"groups_too_deep", groups_too_deep},
    {"external_storage", external_storage},
    {"virtual_dataset", virtual_dataset},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
