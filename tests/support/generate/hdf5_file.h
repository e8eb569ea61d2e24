/* hdf5_file.h: HDF5 files that are made to be damaged or to do harm. */
#pragma once

#include "tests/support/generate/generate.h"

#include <hdf5.h>

typedef struct H5File {
    hid_t file, plist; /* plist: of the next dataset */
    char *path;
} H5File;

/* The id, if it is one. */
hid_t must(hid_t id, const char *what);
/* `oldest`: the layout of the file's own structures; H5F_LIBVER_EARLIEST has no checksums, V18 is
 * the smallest. */
H5File h5_begin(const char *folder, const char *name, H5F_libver_t oldest);
/* The same for lengths and addresses of so many bytes. */
H5File h5_begin_sized(const char *folder, const char *name, H5F_libver_t oldest, size_t width);
void h5_end(H5File *f);
hid_t h5_dataset(const H5File *f, const char *name, hid_t type, int rank, const hsize_t *shape);
