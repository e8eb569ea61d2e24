/* make_chunks.h: chunked variables with filters, and what libhdf5 reads of them. */
#pragma once

#include "formats/hdf5/hdf5_reader.h"
#include "tests/support/make_hdf5.h"

#include <zstd.h>

static inline size_t zstd(unsigned flags, size_t value_count, const unsigned *values, size_t bytes,
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
static inline void offer_zstd(void)
{
    static const H5Z_class2_t class = {
        H5Z_CLASS_T_VERS, HDF5_FILTER_ZSTD, 1, 1, "z", NULL, NULL, zstd};
    OK(H5Zregister(&class));
}

/* s: shuffle, d: deflate, f: Fletcher32, z: Zstandard. */
static inline hid_t filtered(int rank, const hsize_t *chunk, const char *filters)
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
static inline void *as_library(const uint8_t *bytes, size_t size, const char *name, hid_t memory)
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

static inline const void *some_values(void)
{
    static uint8_t bytes[16000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * i / 7 % 251);
    return bytes;
}
