/* test_hdf5_chunk_damage.c: damaged and lying chunks: a clear error that names the chunk, and never
 * a crash. */
#include "tests/support/make_chunks.h"

#include <libdeflate.h>

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

/* Whether the variable is refused. As libhdf5 does, and if not with its values; only not for
 * Zstandard, where it would run over a chunk that has become too short. */
static bool is_refused(const uint8_t *bytes, size_t size, bool compare)
{
    ReadFile f;
    read_all(&f, &format_hdf5, bytes, size);
    assert_ok(f.d && !f.broken, &f.error);
    bool refused = f.vars[0].failed;
    if (compare) {
        void *values = as_library(bytes, size, "v", H5T_NATIVE_INT);
        assert_int_equal(refused, values == NULL);
        if (values)
            read_expect(&f, "v", TYPE_INT, values, COUNT * sizeof(int));
        free(values);
    }
    read_close(&f);
    return refused;
}

/* One flipped bit somewhere in a chunk. */
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
            uint8_t *byte = bytes + chunk.at + (i < 10 ? i : i * 7919 % chunk.size);
            uint8_t bit = (uint8_t)(1 << i % 8);
            *byte ^= bit;
            refused += is_refused(bytes, size, !strchr(pipelines[p], 'z'));
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
    {"flipped_bits", flipped_bits}, {"sayings", sayings},
    {"lying_index", lying_index},   {"wrong_length_inside", wrong_length_inside},
    {"padded_chunk", padded_chunk},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
