/* test_hdf5_damage.c: HDF5 files that are cut, damaged, lying or too large: each costs what it must
 * and no more. */
#include "tests/support/make_hdf5.h"

#include <fcntl.h>

/* A filter that only this test has: HDF5 files by others come with filters that we do not have. */
static size_t pass(unsigned flags, size_t values, const unsigned *value, size_t bytes, size_t *size,
                   void **buffer)
{
    (void)flags;
    (void)values;
    (void)value;
    (void)size;
    (void)buffer;
    return bytes;
}

static void missing_filter(void **state)
{
    (void)state;
    static const H5Z_class2_t lz4 = {H5Z_CLASS_T_VERS, 32004, 1, 1, "lz4", NULL, NULL, pass};
    Making m;
    ReadFile f;
    const hsize_t chunk = 3;
    OK(H5Zregister(&lz4));
    hid_t creation = chunked(1, &chunk, 0);
    OK(H5Pset_filter(creation, 32004, 0, 0, NULL));
    make(&m);
    add_data(m.file, "good", &three_ints);
    add_data(m.file, "packed",
             &(Data){.creation = creation, .rank = 1, .shape = {3}, .values = three});
    add_data(m.file, "unwritten", &(Data){.creation = creation, .rank = 1, .shape = {3}});
    OK(H5Pclose(creation));
    size_t size;
    uint8_t *bytes = made(&m, &size);
    OK(H5Zunregister(32004));
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    expect_three(&f, "good");
    read_expect_failed(&f, "packed", "unsupported_filter");
    const Error *e = &f.vars[read_index(&f, "packed")].error;
    assert_non_null(strstr(e->message, "32004 (LZ4)"));
    read_expect(&f, "unwritten", TYPE_INT, (int[3]){0}, sizeof three);
    read_close(&f);
}

/* A chunk of three ints by the zstd command line tool, and the same with a damaged first byte. */
static void zstandard(void **state)
{
    (void)state;
    /* zstd --no-check of a file with the bytes of `three` */
    static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x20, 0x0c, 0x61,
                                    0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0xfe,
                                    0xff, 0xff, 0xff, 0x2c, 0x01, 0x00, 0x00};
    static const H5Z_class2_t stand_in = {H5Z_CLASS_T_VERS, 32015, 1, 1, "zstd", NULL, NULL, pass};
    for (int damaged = 0; damaged <= 1; damaged++) {
        Making m;
        ReadFile f;
        const hsize_t chunk = 3, origin = 0;
        uint8_t stored[sizeof frame];
        memcpy(stored, frame, sizeof frame);
        stored[0] ^= (uint8_t)damaged;
        OK(H5Zregister(&stand_in));
        hid_t creation = chunked(1, &chunk, 0);
        OK(H5Pset_filter(creation, 32015, 0, 0, NULL));
        make(&m);
        add_data(m.file, "good", &three_ints);
        add_data(m.file, "v", &(Data){.creation = creation, .rank = 1, .shape = {3}});
        hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT);
        OK(H5Dwrite_chunk(v, H5P_DEFAULT, 0, &origin, sizeof stored, stored));
        OK(H5Dclose(v));
        OK(H5Pclose(creation));
        read_made(&m, &f);
        expect_three(&f, "good");
        if (damaged)
            read_expect_failed(&f, "v", "damaged_chunk");
        else
            expect_three(&f, "v");
        read_close(&f);
    }
}

/* Chunks of `kind` filters behind a user block; returns the byte of v's second chunk. */
static uint8_t *with_chunks(bool fletcher, size_t *size, size_t *second)
{
    enum { COUNT = 4000, CHUNK = 1000, USER_BLOCK = 1024 };
    Making m;
    const hsize_t chunk = CHUNK, first = CHUNK;
    static int values[COUNT];
    for (int i = 0; i < COUNT; i++)
        values[i] = i * i % 977;
    hid_t file_creation = H5Pcreate(H5P_FILE_CREATE);
    OK(H5Pset_userblock(file_creation, USER_BLOCK));
    make_with(&m, file_creation);
    OK(H5Pclose(file_creation));
    hid_t creation = chunked(1, &chunk, !fletcher);
    if (fletcher)
        OK(H5Pset_fletcher32(creation));
    add_data(m.file, "good", &three_ints);
    add_data(m.file, "v",
             &(Data){.creation = creation, .rank = 1, .shape = {COUNT}, .values = values});
    OK(H5Pclose(creation));
    hid_t v = H5Dopen2(m.file, "v", H5P_DEFAULT);
    unsigned mask;
    haddr_t address;
    hsize_t bytes;
    OK(H5Dget_chunk_info_by_coord(v, &first, &mask, &address, &bytes));
    OK(H5Dclose(v));
    *second = address + USER_BLOCK;
    return made(&m, size);
}

static void damaged(bool fletcher, const char *code)
{
    ReadFile f;
    char place[64];
    size_t size, second;
    uint8_t *bytes = with_chunks(fletcher, &size, &second);
    read_all(&f, &format_hdf5, bytes, size);
    assert_int_equal(f.vars[read_index(&f, "v")].n, 4000);
    read_close(&f);
    for (size_t i = 40; i < 80; i++)
        bytes[second + i] ^= 0x55;
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    expect_three(&f, "good");
    read_expect_failed(&f, "v", code);
    snprintf(place, sizeof place, "byte %zu", second);
    assert_string_equal(f.vars[read_index(&f, "v")].error.place, place);
    assert_non_null(strstr(f.vars[read_index(&f, "v")].error.message, "chunk at index (1000)"));
    read_close(&f);
}

static void damaged_deflate(void **state)
{
    (void)state;
    damaged(false, "damaged_chunk");
}

static void damaged_checksum(void **state)
{
    (void)state;
    damaged(true, "checksum");
}

static void every_cut_of_a_file(void **state)
{
    (void)state;
    Making m;
    size_t size;
    make(&m);
    add_data(m.file, "v", &three_ints);
    uint8_t *bytes = made(&m, &size);
    for (size_t cut = 0; cut < size; cut++) {
        ReadFile f;
        Probe p = {0};
        read_all(&f, &format_hdf5, bytes, cut);
        format_hdf5.probe(&f.in, NULL, &p);
        assert_int_equal(p.sure, cut < 8 ? SURE_NO : SURE_BY_CONTENT);
        /* the superblock's first 48 bytes say how long the file should be */
        if (cut < 8 || cut >= 48)
            read_expect_refused(&f, cut < 8 ? "bad_signature" : "truncated");
        assert_null(f.d);
        read_close(&f);
    }
    free(bytes);
}

/* The address of one variable's values points far beyond the end. */
static void address_beyond_the_end(void **state)
{
    (void)state;
    Making m;
    size_t size;
    make(&m);
    add_data(m.file, "v", &three_ints);
    add_data(m.file, "w", &three_ints);
    uint8_t *bytes = made(&m, &size);
    const uint8_t pattern[12] = {1, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x2c, 1, 0, 0};
    uint8_t *values = memmem(bytes, size, pattern, sizeof pattern);
    assert_non_null(values);
    uint64_t address = (uint64_t)(values - bytes);
    uint8_t *pointer = memmem(bytes, size, &address, sizeof address);
    assert_non_null(pointer);
    pointer[5] = 0x7f;
    ReadFile f;
    read_all(&f, &format_hdf5, bytes, size);
    assert_non_null(f.d);
    size_t failed = f.vars[0].failed ? 0 : 1;
    assert_true(f.vars[failed].failed);
    assert_string_equal(f.vars[failed].error.code, "bad_offset");
    expect_three(&f, failed ? "v" : "w");
    read_close(&f);
    free(bytes);
}

/* Free space of length 0 in the heap that holds the texts: libhdf5 1.10 would walk it for ever. The
 * library reads the first 4,096 bytes of a heap and the rest of a larger one on its own. */
static void damaged_heap(void **state)
{
    (void)state;
    enum { HEADER = 16, LONG = 5000 };
    static char text[LONG + 1];
    static const struct {
        const char *what;
        size_t length_bytes, text_length; /* widths of lengths in the file; of the first text */
    } rows[] = {{"small heap", 8, 1}, {"large heap", 8, LONG}, {"narrow lengths", 4, 1}};
    for (size_t i = 0; i < CASES(rows); i++) {
        Making m;
        ReadFile f;
        size_t size, width = rows[i].length_bytes;
        memset(text, 'a', LONG);
        text[rows[i].text_length] = '\0';
        const char *words[3] = {text, "bb", "ccc"};
        hid_t variable = H5Tcopy(H5T_C_S1), creation = H5Pcreate(H5P_FILE_CREATE);
        OK(H5Tset_size(variable, H5T_VARIABLE));
        OK(H5Pset_sizes(creation, 8, width));
        make_with(&m, creation);
        add_data(m.file, "good", &three_ints);
        add_data(m.file, "words", &(Data){variable, 0, 0, 1, {3}, {0}, words});
        OK(H5Tclose(variable));
        OK(H5Pclose(creation));
        uint8_t *bytes = made(&m, &size);
        uint8_t *object = memmem(bytes, size, "GCOL", 4);
        assert_non_null(object);
        object += HEADER;
        while (object[0] != 0) { /* index, below 256; lengths are below 65,536 */
            size_t length = object[8] + 256u * object[9];
            object += HEADER + (length + 7) / 8 * 8;
        }
        memset(object + 8, 0, width);
        read_all(&f, &format_hdf5, bytes, size);
        free(bytes);
        print_message("%s\n", rows[i].what);
        expect_three(&f, "good");
        read_expect_failed(&f, "words", "damaged");
        read_close(&f);
    }
}

/* A shape that asks for more than the object header holds. */
static void lying_compact_storage(void **state)
{
    (void)state;
    enum { COUNT = 1237 }; /* found by its bytes */
    Making m;
    ReadFile f;
    size_t size, patched = 0;
    static const int values[COUNT];
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    OK(H5Pset_layout(creation, H5D_COMPACT));
    make(&m);
    add_data(m.file, "good", &three_ints);
    add_data(m.file, "v",
             &(Data){.creation = creation, .rank = 1, .shape = {COUNT}, .values = values});
    OK(H5Pclose(creation));
    uint8_t *bytes = made(&m, &size);
    const uint64_t count = COUNT, more = 50000;
    for (size_t i = 0; i + sizeof count <= size; i++)
        if (memcmp(bytes + i, &count, sizeof count) == 0) {
            memcpy(bytes + i, &more, sizeof more);
            patched++;
        }
    assert_int_equal(patched, 2); /* the length and the greatest length */
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    expect_three(&f, "good");
    read_expect_failed(&f, "v", "damaged");
    read_close(&f);
}

/* One byte of the superblock changed: version 0, or the latest, whose last four bytes are a
 * checksum. */
static void changed_superblock(bool latest, size_t at, const char *code, const char *says)
{
    char path[64];
    ReadFile f;
    size_t size;
    temporary(path);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (latest)
        OK(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST));
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    add_data(file, "good", &three_ints);
    OK(H5Fclose(file));
    OK(H5Pclose(access));
    uint8_t *bytes = taken(path, &size);
    bytes[at] ^= 0x40;
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    if (!strstr(f.error.message, says))
        fail_msg("%s", f.error.message);
    read_expect_refused(&f, code);
    read_close(&f);
}

static void newer_version(void **state)
{
    (void)state;
    changed_superblock(false, 9, "unknown_version", "written by a newer HDF5");
}

static void superblock_checksum(void **state)
{
    (void)state;
    changed_superblock(true, 44, "checksum", "its checksum does not match");
}

/* Links that lie in a heap, because there are many of them: libhdf5 1.10 crashes on a damaged one
 * when it is asked for them in order. */
static void damaged_links(void **state)
{
    (void)state;
    enum { MANY = 40 };
    char path[64], name[16];
    ReadFile f;
    size_t size;
    temporary(path);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    OK(H5Pset_libver_bounds(access, H5F_LIBVER_LATEST, H5F_LIBVER_LATEST));
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    for (int i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "v%d", i);
        add_data(file, name, &three_ints);
    }
    OK(H5Fclose(file));
    OK(H5Pclose(access));
    uint8_t *bytes = taken(path, &size);
    uint8_t *block = memmem(bytes, size, "FHDB", 4);
    assert_non_null(block);
    block[40] ^= 0x40;
    read_all(&f, &format_hdf5, bytes, size);
    free(bytes);
    read_expect_refused(&f, "checksum");
    read_close(&f);
}

/* A group's attribute that cannot be read: a note, but the library has met a fault. */
static void damaged_group_attribute(void **state)
{
    (void)state;
    for (int damaged = 0; damaged <= 1; damaged++) {
        size_t size;
        ReadFile f;
        uint8_t *bytes = group_with_text(damaged, &size);
        read_all(&f, &format_hdf5, bytes, size);
        free(bytes);
        assert_ok(f.d && !f.broken, &f.error);
        expect_three(&f, "good");
        assert_int_equal(f.d->note_count, damaged);
        assert_int_equal(f.reader->tainted, damaged);
        read_close(&f);
    }
}

static void no_hdf5(void **state)
{
    static const uint8_t signature[8] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
    (void)state;
    ReadFile f;
    Probe p = {0};
    uint8_t *bytes = calloc(1, 200000);
    assert_non_null(bytes);
    read_all(&f, &format_hdf5, bytes, 200000);
    read_expect_refused(&f, "bad_signature");
    format_netcdf4.probe(&f.in, NULL, &p);
    assert_int_equal(p.sure, SURE_NO);
    read_close(&f);
    memcpy(bytes + 131072, signature, sizeof signature); /* a user block longer than the head */
    read_all(&f, &format_hdf5, bytes, 200000);
    format_hdf5.probe(&f.in, NULL, &p);
    assert_int_equal(p.sure, SURE_BY_CONTENT);
    assert_string_equal(p.evidence, "HDF5 signature at byte 131072");
    assert_null(f.d);
    read_close(&f);
    free(bytes);
}

/* 2^33 doubles of which none is stored: 64 GiB from a file of a few kilobytes. */
static void unfolds_to_too_much(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    const hsize_t chunk = 1 << 20;
    hid_t creation = chunked(1, &chunk, 1);
    make(&m);
    add_data(m.file, "bomb",
             &(Data){.type = H5T_NATIVE_DOUBLE,
                     .creation = creation,
                     .rank = 1,
                     .shape = {(hsize_t)1 << 33}});
    add_data(m.file, "good", &three_ints);
    OK(H5Pclose(creation));
    read_made(&m, &f);
    read_expect_failed(&f, "bomb", "decoded_size");
    expect_three(&f, "good");
    read_close(&f);
}

static void limit_of_the_job(void **state)
{
    (void)state;
    Making m;
    ReadFile f;
    size_t size;
    Error e;
    make(&m);
    add_data(m.file, "v", &three_ints);
    uint8_t *bytes = made(&m, &size);
    read_open(&f, &format_hdf5, bytes, size);
    const FormatLimits limits = {.max_decoded_bytes = 11}; /* 12 are needed */
    Reader *second = NULL;
    assert_ok(format_hdf5.open(&f.in, NULL, &limits, &f.arena, &second, &e), &e);
    Block b;
    bool end;
    assert_ok(format_hdf5.next(second, &b, &end, &e), &e);
    assert_true(b.failed);
    assert_string_equal(b.error.code, "decoded_size");
    format_hdf5.close(second);
    read_close(&f);
    free(bytes);
}

/* A descriptor that cannot be read is the world's fault, not the file's. */
static void unreadable_descriptor(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    Making m;
    ReadFile f;
    size_t size;
    const hsize_t chunk = COUNT / 10;
    hid_t creation = chunked(1, &chunk, 0);
    int *values = calloc(COUNT, sizeof *values);
    assert_non_null(values);
    make(&m);
    add_data(m.file, "v",
             &(Data){.creation = creation, .rank = 1, .shape = {COUNT}, .values = values});
    OK(H5Pclose(creation));
    uint8_t *bytes = made(&m, &size);
    read_open(&f, &format_hdf5, bytes, size);
    assert_non_null(f.d);
    int closed = open("/dev/null", O_WRONLY | O_CLOEXEC);
    assert_true(dup2(closed, f.in.fd) >= 0);
    close(closed);
    read_on(&f);
    assert_true(f.broken);
    assert_int_equal(f.error.kind, ERROR_RETRY);
    read_close(&f);
    free(bytes);
    free(values);
}

static const Case cases[] = {
    {"missing_filter", missing_filter},
    {"zstandard", zstandard},
    {"damaged_deflate", damaged_deflate},
    {"damaged_checksum", damaged_checksum},
    {"every_cut_of_a_file", every_cut_of_a_file},
    {"address_beyond_the_end", address_beyond_the_end},
    {"damaged_heap", damaged_heap},
    {"lying_compact_storage", lying_compact_storage},
    {"newer_version", newer_version},
    {"superblock_checksum", superblock_checksum},
    {"damaged_links", damaged_links},
    {"damaged_group_attribute", damaged_group_attribute},
    {"no_hdf5", no_hdf5},
    {"unfolds_to_too_much", unfolds_to_too_much},
    {"limit_of_the_job", limit_of_the_job},
    {"unreadable_descriptor", unreadable_descriptor},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
