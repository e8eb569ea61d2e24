/* make_hdf5.h: HDF5 files made by libhdf5 for a test. */
#pragma once

#include "formats/hdf5/hdf5.h"
#include "tests/support/read_format.h"

#include <hdf5.h>

#define OK(call) assert_true((call) >= 0)

typedef struct Making {
    char path[64];
    hid_t file;
} Making;

static inline void temporary(char path[64])
{
    memcpy(path, "/tmp/test.XXXXXX", sizeof "/tmp/test.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

static inline void make_with(Making *m, hid_t creation)
{
    temporary(m->path);
    m->file = H5Fcreate(m->path, H5F_ACC_TRUNC, creation, H5P_DEFAULT);
    OK(m->file);
}

static inline void make(Making *m)
{
    make_with(m, H5P_DEFAULT);
}

static inline uint8_t *taken(const char *path, size_t *size)
{
    uint8_t *bytes = read_path(path, size);
    unlink(path);
    return bytes;
}

static inline uint8_t *made(Making *m, size_t *size)
{
    OK(H5Fclose(m->file));
    return taken(m->path, size);
}

static inline void read_made(Making *m, ReadFile *f)
{
    size_t size;
    uint8_t *bytes = made(m, &size);
    read_all(f, &format_hdf5, bytes, size);
    free(bytes);
}

typedef struct Data {
    hid_t type, memory, creation; /* 0: native int, as type, default */
    int rank;
    hsize_t shape[3], most[3];
    const void *values; /* NULL: never written */
} Data;

static inline void add_data(hid_t place, const char *name, const Data *d)
{
    hid_t type = d->type ? d->type : H5T_NATIVE_INT;
    hid_t space = d->rank ? H5Screate_simple(d->rank, d->shape, d->most[0] ? d->most : NULL)
                          : H5Screate(H5S_SCALAR);
    hid_t set = H5Dcreate2(place, name, type, space, H5P_DEFAULT,
                           d->creation ? d->creation : H5P_DEFAULT, H5P_DEFAULT);
    OK(set);
    if (d->values)
        OK(H5Dwrite(set, d->memory ? d->memory : type, H5S_ALL, H5S_ALL, H5P_DEFAULT, d->values));
    OK(H5Dclose(set));
    OK(H5Sclose(space));
}

static const int three[3] = {1, -2, 300};
static const Data three_ints = {.rank = 1, .shape = {3}, .values = three};

static inline void expect_three(const ReadFile *f, const char *name)
{
    read_expect(f, name, TYPE_INT, three, sizeof three);
}

static inline hid_t chunked(int rank, const hsize_t *chunk, int deflate)
{
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    OK(H5Pset_chunk(creation, rank, chunk));
    if (deflate)
        OK(H5Pset_deflate(creation, 4));
    return creation;
}

/* A good dataset beside a group with a text attribute, whose text cannot be read where it is
 * damaged: the heap that holds it has lost its signature. The caller frees the bytes. */
static inline uint8_t *group_with_text(bool damaged, size_t *size)
{
    Making m;
    const char *text = "a text";
    make(&m);
    add_data(m.file, "good", &three_ints);
    hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    OK(H5Tset_size(type, H5T_VARIABLE));
    hid_t group = H5Gcreate2(m.file, "g", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t attr = H5Acreate2(group, "text", type, space, H5P_DEFAULT, H5P_DEFAULT);
    OK(H5Awrite(attr, type, &text));
    OK(H5Aclose(attr));
    OK(H5Gclose(group));
    OK(H5Sclose(space));
    OK(H5Tclose(type));
    uint8_t *bytes = made(&m, size);
    uint8_t *heap = memmem(bytes, *size, "GCOL", 4);
    assert_non_null(heap);
    if (damaged)
        heap[0] = 'X';
    return bytes;
}
