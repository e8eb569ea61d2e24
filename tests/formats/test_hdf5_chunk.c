/* test_hdf5_chunk.c: chunks that Weir decodes itself are what libhdf5 reads of them. */
#include "formats/hdf5/fletcher32.h"
#include "formats/hdf5/unshuffle.h"
#include "tests/support/make_chunks.h"

#include <libdeflate.h>

static void shuffle_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *planes, *elements;
        size_t width;
    } rows[] = {
        {"acebdfg", "abcdefg", 2}, /* one byte behind the last whole element */
        {"adbecfg", "abcdefg", 3},
        {"abc", "abc", 1},
        {"abc", "abc", 8},
        {"0123456789abcdefgABCDEFGHIJKLMNOPQ", "0A1B2C3D4E5F6G7H8I9JaKbLcMdNeOfPgQ", 2},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        char out[64] = "";
        unshuffle((const uint8_t *)rows[i].planes, strlen(rows[i].planes), rows[i].width,
                  (uint8_t *)out);
        assert_string_equal(out, rows[i].elements);
    }
}

/* Check values of Fletcher-32 that are published with the algorithm (Wikipedia, "Fletcher's
 * checksum"). The last has its bytes in pairs the other way round. */
static void published_checksums(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t sum;
    } rows[] = {
        {"abcde", 0xf04fc729},
        {"abcdef", 0x56502d2a},
        {"abcdefgh", 0xebe19591},
        {"abcdefgh", 0xe1eb9195},
        {"", 0},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        const uint8_t *text = (const uint8_t *)rows[i].text;
        assert_true(fletcher32_matches(text, strlen(rows[i].text), rows[i].sum));
        assert_false(fletcher32_matches(text, strlen(rows[i].text), rows[i].sum ^ 1));
    }
}

/* Each variable is read by our own decoder and is what libhdf5 reads. */
static void expect_as_library(Making *m, const hid_t *memory)
{
    ReadFile f;
    size_t size;
    uint8_t *bytes = made(m, &size);
    read_open(&f, &format_hdf5, bytes, size);
    assert_ok(f.d != NULL, &f.error);
    const Hdf5 *h = (const Hdf5 *)f.reader;
    for (size_t i = 0; i < f.d->var_count; i++) {
        Hdf5Plan plan;
        hdf5_plan(&f.d->vars[i], &h->vars[i], h->most_bytes, &plan);
        assert_true(hdf5_decodes_itself(h, i, &plan));
    }
    read_on(&f);
    assert_ok(!f.broken, &f.error);
    for (size_t i = 0; i < f.d->var_count; i++) {
        const Var *v = &f.d->vars[i];
        void *values = as_library(bytes, size, v->name, memory[i]);
        assert_non_null(values);
        read_expect(&f, v->name, v->type, values, v->count * type_size(v->type));
        free(values);
    }
    read_close(&f);
    free(bytes);
}

static const struct {
    int rank;
    hsize_t shape[3], chunk[3], most[3];
} shapes[] = {
    {1, {1000}, {333}, {0}},
    {2, {50, 37}, {16, 10}, {0}},
    {2, {50, 40}, {16, 10}, {0}},
    {2, {50, 37}, {16, 37}, {0}},
    {3, {7, 9, 11}, {3, 4, 5}, {0}},
    {3, {6, 9, 11}, {1, 9, 5}, {0}},
    {2, {50, 7}, {8, 7}, {H5S_UNLIMITED, 7}},
    {1, {5}, {4096}, {H5S_UNLIMITED}},
};

/* Types and orders of bytes, in all shapes, with these filters. */
static void read_with(const char *filters)
{
    const hid_t types[][2] = {
        {H5T_STD_I8LE, H5T_NATIVE_INT8},     {H5T_STD_U8BE, H5T_NATIVE_UINT8},
        {H5T_STD_I16LE, H5T_NATIVE_INT16},   {H5T_STD_I16BE, H5T_NATIVE_INT16},
        {H5T_STD_U16LE, H5T_NATIVE_UINT16},  {H5T_STD_I32LE, H5T_NATIVE_INT32},
        {H5T_STD_U32BE, H5T_NATIVE_UINT32},  {H5T_STD_I64LE, H5T_NATIVE_INT64},
        {H5T_STD_U64BE, H5T_NATIVE_UINT64},  {H5T_IEEE_F32LE, H5T_NATIVE_FLOAT},
        {H5T_IEEE_F32BE, H5T_NATIVE_FLOAT},  {H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE},
        {H5T_IEEE_F64BE, H5T_NATIVE_DOUBLE},
    };
    for (size_t s = 0; s < CASES(shapes); s++) {
        Making m;
        hid_t memory[CASES(types)];
        offer_zstd();
        hid_t creation = filtered(shapes[s].rank, shapes[s].chunk, filters);
        make(&m);
        for (size_t t = 0; t < CASES(types); t++) {
            char name[2] = {(char)('a' + t), '\0'};
            Data d = {.type = types[t][0], .memory = types[t][1], .creation = creation};
            d.rank = shapes[s].rank;
            d.values = some_values();
            memcpy(d.shape, shapes[s].shape, sizeof d.shape);
            memcpy(d.most, shapes[s].most, sizeof d.most);
            memory[t] = types[t][1];
            add_data(m.file, name, &d);
        }
        OK(H5Pclose(creation));
        expect_as_library(&m, memory);
    }
}

static void deflate(void **state)
{
    (void)state;
    read_with("d");
}

static void shuffle_deflate(void **state)
{
    (void)state;
    read_with("sd");
}

static void checksum_only(void **state)
{
    (void)state;
    read_with("f");
}

static void checksum_last(void **state)
{
    (void)state;
    read_with("sdf");
}

/* As netCDF-C does it: shuffle and deflate also get the checksum's four bytes. */
static void checksum_first(void **state)
{
    (void)state;
    read_with("fsd");
}

static void several_checksums(void **state)
{
    (void)state;
    read_with("ffsdf");
}

static void shuffle_only(void **state)
{
    (void)state;
    read_with("s");
}

static void zstandard(void **state)
{
    (void)state;
    read_with("z");
    read_with("szf");
}

/* Filters that are skipped in one chunk. Bit i of the mask stands for filter i. */
static void skipped_filters(void **state)
{
    (void)state;
    enum { COUNT = 1000, BYTES = COUNT * sizeof(int) };
    static const struct {
        const char *filters;
        uint32_t mask;
        bool deflated;
    } rows[] = {
        {"d", 1, false},  {"sd", 3, false}, {"sd", 1, true}, {"ds", 2, true},
        {"fd", 3, false}, {"fd", 1, true},  {"z", 1, false},
    };
    Making m;
    hid_t memory[CASES(rows)];
    uint8_t packed[2 * BYTES];
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(6);
    size_t packed_bytes =
        libdeflate_zlib_compress(compressor, some_values(), BYTES, packed, sizeof packed);
    libdeflate_free_compressor(compressor);
    offer_zstd();
    make(&m);
    for (size_t i = 0; i < CASES(rows); i++) {
        const hsize_t chunk = COUNT, second = COUNT;
        char name[2] = {(char)('a' + i), '\0'};
        hid_t creation = filtered(1, &chunk, rows[i].filters);
        add_data(
            m.file, name,
            &(Data){
                .creation = creation, .rank = 1, .shape = {2 * COUNT}, .values = some_values()});
        hid_t set = H5Dopen2(m.file, name, H5P_DEFAULT);
        OK(H5Dwrite_chunk(set, H5P_DEFAULT, rows[i].mask, &second,
                          rows[i].deflated ? packed_bytes : BYTES,
                          rows[i].deflated ? packed : some_values()));
        OK(H5Dclose(set));
        OK(H5Pclose(creation));
        memory[i] = H5T_NATIVE_INT;
    }
    expect_as_library(&m, memory);
}

/* Of six chunks one is written. Undefined fill values are zeros, as calloc makes them. */
static void never_written_chunks(void **state)
{
    (void)state;
    Making m;
    const hsize_t chunk[2] = {10, 10}, start[2] = {12, 3}, count[2] = {5, 5};
    hid_t memory[4];
    const int fill = 0x01020304;
    make(&m);
    for (int i = 0; i < 4; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        hid_t creation = filtered(2, chunk, "sd");
        if (i & 1)
            OK(H5Pset_fill_value(creation, H5T_NATIVE_INT, &fill));
        if (i == 2)
            OK(H5Pset_fill_value(creation, H5T_NATIVE_INT, NULL));
        hid_t type = i == 3 ? H5T_STD_I64BE : H5T_NATIVE_INT;
        memory[i] = i == 3 ? H5T_NATIVE_INT64 : H5T_NATIVE_INT;
        add_data(m.file, name,
                 &(Data){.type = type, .creation = creation, .rank = 2, .shape = {25, 17}});
        hid_t set = H5Dopen2(m.file, name, H5P_DEFAULT);
        hid_t space = H5Dget_space(set), part = H5Screate_simple(2, count, NULL);
        OK(H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL));
        OK(H5Dwrite(set, memory[i], part, space, H5P_DEFAULT, some_values()));
        OK(H5Sclose(part));
        OK(H5Sclose(space));
        OK(H5Dclose(set));
        OK(H5Pclose(creation));
    }
    expect_as_library(&m, memory);
}

/* What is left to the library still comes. */
static void left_to_the_library(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const hsize_t chunk = 2;
    make(&m);
    hid_t creation[3] = {chunked(1, &chunk, 4), chunked(1, &chunk, 0), chunked(1, &chunk, 4)};
    OK(H5Pset_scaleoffset(creation[1], H5Z_SO_INT, 0));
    OK(H5Pset_chunk_opts(creation[2], H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS));
    hid_t narrow = H5Tcopy(H5T_STD_I32LE);
    OK(H5Tset_precision(narrow, 20));
    const hid_t types[3] = {narrow, 0, 0};
    for (int i = 0; i < 3; i++) {
        char name[2] = {(char)('a' + i), '\0'};
        add_data(m.file, name,
                 &(Data){.type = types[i],
                         .memory = H5T_NATIVE_INT,
                         .creation = creation[i],
                         .rank = 1,
                         .shape = {3},
                         .values = three});
        OK(H5Pclose(creation[i]));
    }
    OK(H5Tclose(narrow));
    read_made(&m, &f);
    for (size_t i = 0; i < 3; i++) {
        assert_null(((const Hdf5 *)f.reader)->vars[i].pipeline);
        expect_three(&f, (const char *[]){"a", "b", "c"}[i]);
    }
    read_close(&f);
}

static const Case cases[] = {
    {"shuffle_by_hand", shuffle_by_hand},
    {"published_checksums", published_checksums},
    {"deflate", deflate},
    {"shuffle_deflate", shuffle_deflate},
    {"checksum_only", checksum_only},
    {"checksum_last", checksum_last},
    {"checksum_first", checksum_first},
    {"several_checksums", several_checksums},
    {"shuffle_only", shuffle_only},
    {"zstandard", zstandard},
    {"skipped_filters", skipped_filters},
    {"never_written_chunks", never_written_chunks},
    {"left_to_the_library", left_to_the_library},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
