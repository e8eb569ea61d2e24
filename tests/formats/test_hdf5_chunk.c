/* test_hdf5_chunk.c: chunks that Weir decodes itself: what libhdf5 reads of them, and no crash
 * where they are damaged. */
#include "formats/fletcher32.h"
#include "formats/hdf5_reader.h"
#include "formats/unshuffle.h"
#include "tests/support/make_hdf5.h"

#include <libdeflate.h>
#include <zstd.h>

/* ---- by hand ---- */

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

/* ---- files ---- */

static size_t zstd(unsigned flags, size_t value_count, const unsigned *values, size_t bytes,
                   size_t *size, void **buffer)
{
    (void)value_count;
    (void)values;
    if (flags & H5Z_FLAG_REVERSE)
        return 0;
    size_t room = ZSTD_compressBound(bytes);
    void *packed = H5allocate_memory(room, false);
    size_t got = ZSTD_compress(packed, room, *buffer, bytes, 3);
    H5free_memory(*buffer);
    *buffer = packed;
    *size = room;
    return got;
}

/* A reader before has left a class behind that only reads. */
static void offer_zstd(void)
{
    static const H5Z_class2_t class = {
        H5Z_CLASS_T_VERS, HDF5_FILTER_ZSTD, 1, 1, "z", NULL, NULL, zstd};
    OK(H5Zregister(&class));
}

/* s: shuffle, d: deflate, f: Fletcher32, z: Zstandard. */
static hid_t filtered(int rank, const hsize_t *chunk, const char *filters)
{
    hid_t creation = chunked(rank, chunk, 0);
    for (const char *c = filters; *c; c++) {
        if (*c == 's')
            OK(H5Pset_shuffle(creation));
        else if (*c == 'd')
            OK(H5Pset_deflate(creation, 4));
        else if (*c == 'f')
            OK(H5Pset_fletcher32(creation));
        else
            OK(H5Pset_filter(creation, HDF5_FILTER_ZSTD, 0, 0, NULL));
    }
    return creation;
}

/* What libhdf5 reads of a variable, or NULL; the caller frees it. */
static void *as_library(const uint8_t *bytes, size_t size, const char *name, hid_t memory)
{
    char path[64];
    temporary(path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    fclose(file);
    hid_t opened = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    OK(opened);
    hid_t set = H5Dopen2(opened, name, H5P_DEFAULT);
    OK(set);
    hid_t space = H5Dget_space(set);
    void *values = calloc((size_t)H5Sget_simple_extent_npoints(space), H5Tget_size(memory));
    assert_non_null(values);
    bool ok = H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
    OK(H5Sclose(space));
    OK(H5Dclose(set));
    OK(H5Fclose(opened));
    unlink(path);
    if (ok)
        return values;
    free(values);
    return NULL;
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

static const void *some_values(void)
{
    static uint8_t bytes[16000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i / 7 % 251);
    return bytes;
}

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

/* ---- damage ---- */

enum { COUNT = 3000, CHUNK = 1000 };

typedef struct Place {
    size_t at, size;
} Place;

/* A file with one variable, v, and where its second chunk lies. */
static uint8_t *three_chunks(const char *filters, size_t *size, Place *second)
{
    Making m;
    const hsize_t chunk = CHUNK, start = CHUNK;
    unsigned mask;
    haddr_t address;
    hsize_t stored;
    offer_zstd();
    hid_t creation = filtered(1, &chunk, filters);
    make(&m);
    add_data(m.file, "v",
             &(Data){.creation = creation, .rank = 1, .shape = {COUNT}, .values = some_values()});
    OK(H5Pclose(creation));
    hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT);
    OK(H5Dget_chunk_info_by_coord(v, &start, &mask, &address, &stored));
    OK(H5Dclose(v));
    *second = (Place){address, stored};
    return made(&m, size);
}

/* One flipped bit somewhere in a chunk: the same verdict and the same values as libhdf5's. Not for
 * Zstandard, where libhdf5 would run over a chunk that has become too short. */
static void flipped_bits(void **state)
{
    (void)state;
    static const char *const pipelines[] = {"d", "sd", "fsd", "sdf", "s", "f", "z", "sz"};
    enum { FLIPS = 60 };
    size_t refused = 0;
    for (size_t p = 0; p < CASES(pipelines); p++) {
        size_t size;
        Place chunk;
        uint8_t *bytes = three_chunks(pipelines[p], &size, &chunk);
        for (size_t i = 0; i < FLIPS; i++) {
            ReadFile f;
            uint8_t *byte = bytes + chunk.at + (i < 10 ? i : i * 7919 % chunk.size);
            uint8_t bit = (uint8_t)(1 << i % 8);
            *byte ^= bit;
            read_all(&f, &format_hdf5, bytes, size);
            assert_ok(f.d && !f.broken, &f.error);
            refused += f.vars[0].failed;
            if (!strchr(pipelines[p], 'z')) {
                void *values = as_library(bytes, size, "v", H5T_NATIVE_INT);
                assert_int_equal(f.vars[0].failed, values == NULL);
                if (values)
                    read_expect(&f, "v", TYPE_INT, values, COUNT * sizeof(int));
                free(values);
            }
            read_close(&f);
            *byte ^= bit;
        }
        free(bytes);
    }
    assert_true(refused > CASES(pipelines) * FLIPS / 3);
}

static void expect_damage(const uint8_t *bytes, size_t size, const char *code, const char *words)
{
    ReadFile f;
    read_all(&f, &format_hdf5, bytes, size);
    read_expect_failed(&f, "v", code);
    const char *message = f.vars[0].error.message;
    if (!strstr(message, words) || !strstr(message, "chunk at index (1000)"))
        fail_msg("%s", message);
    read_close(&f);
}

/* Our own decoder says what is wrong. */
static void sayings(void **state)
{
    (void)state;
    static const struct {
        const char *filters, *code, *words;
    } rows[] = {
        {"sd", "damaged_chunk", "its deflate stream is damaged"},
        {"sz", "damaged_chunk", "Zstandard: "},
        {"sf", "checksum", "its Fletcher32 checksum is not that of its bytes"},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        size_t size;
        Place chunk;
        uint8_t *bytes = three_chunks(rows[i].filters, &size, &chunk);
        for (size_t k = 0; k < 40; k++)
            bytes[chunk.at + k] ^= 0x55;
        expect_damage(bytes, size, rows[i].code, rows[i].words);
        free(bytes);
    }
}

/* The index lies about the second chunk: its length and the filters that were skipped, which stand
 * before the chunk's number and address (HDF5 File Format Specification, section III.A.1). */
static void lying_index(void **state)
{
    (void)state;
    static const struct {
        const char *filters, *code, *words;
        uint32_t size, mask; /* size 1: as it was */
    } rows[] = {
        {"sd", "truncated", "the whole file has", UINT32_MAX, 0},
        {"sd", "damaged_chunk", "its deflate stream is damaged", 5, 0},
        {"sd", "damaged_chunk", "instead of 4000", 1, 2},
        {"s", "damaged_chunk", "holds 3 bytes of values instead of 4000", 3, 0},
        {"f", "damaged_chunk", "3 bytes are too few for its checksum", 3, 0},
        {"f", "damaged_chunk", "holds 4004 bytes of values instead of 4000", 1, 1},
        {"fd", "damaged_chunk", "unfolds to more than its 4000 bytes", 1, 1},
    };
    for (size_t i = 0; i < CASES(rows); i++) {
        size_t size;
        Place chunk;
        uint8_t *bytes = three_chunks(rows[i].filters, &size, &chunk);
        const uint64_t key[3] = {CHUNK, 0, chunk.at};
        uint8_t *found = memmem(bytes, size, key, sizeof key);
        assert_true(found && found - bytes > 8);
        if (rows[i].size != 1)
            memcpy(found - 8, &rows[i].size, sizeof rows[i].size);
        memcpy(found - 4, &rows[i].mask, sizeof rows[i].mask);
        expect_damage(bytes, size, rows[i].code, rows[i].words);
        free(bytes);
    }
}

/* A chunk shorter than its shape, and one that unfolds to too much. */
static void wrong_length_inside(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        const char *words;
    } rows[] = {{3996, "unfolds to less than its 4000 bytes"},
                {4004, "unfolds to more than its 4000 bytes"}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Making m;
        const hsize_t chunk = CHUNK, start = CHUNK;
        uint8_t packed[8192];
        struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
        size_t size =
            libdeflate_zlib_compress(c, some_values(), rows[i].bytes, packed, sizeof packed);
        libdeflate_free_compressor(c);
        make(&m);
        hid_t creation = filtered(1, &chunk, "d");
        add_data(m.file, "v", &(Data){.creation = creation, .rank = 1, .shape = {COUNT}});
        OK(H5Pclose(creation));
        hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT);
        OK(H5Dwrite_chunk(v, H5P_DEFAULT, 0, &start, size, packed));
        OK(H5Dclose(v));
        uint8_t *bytes = made(&m, &size);
        expect_damage(bytes, size, "damaged_chunk", rows[i].words);
        free(bytes);
    }
}

/* A writer may pad: what is longer than any of our filters makes is left to the library. */
static void padded_chunk(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const hsize_t chunk = CHUNK, start = 0;
    static uint8_t packed[16384];
    struct libdeflate_compressor *c = libdeflate_alloc_compressor(6);
    assert_true(libdeflate_zlib_compress(c, some_values(), 4000, packed, sizeof packed) > 0);
    libdeflate_free_compressor(c);
    make(&m);
    hid_t creation = filtered(1, &chunk, "d");
    add_data(m.file, "v", &(Data){.creation = creation, .rank = 1, .shape = {CHUNK}});
    OK(H5Pclose(creation));
    hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT);
    OK(H5Dwrite_chunk(v, H5P_DEFAULT, 0, &start, sizeof packed, packed));
    OK(H5Dclose(v));
    read_made(&m, &f);
    read_expect(&f, "v", TYPE_INT, some_values(), 4000);
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
    {"flipped_bits", flipped_bits},
    {"sayings", sayings},
    {"lying_index", lying_index},
    {"wrong_length_inside", wrong_length_inside},
    {"padded_chunk", padded_chunk},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
