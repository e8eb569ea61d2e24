/* hdf5_file.c: HDF5 files without clock times in them, so that they are the same every time. */
#include "tests/support/generate/hdf5_file.h"

#include <stdlib.h>

hid_t must(hid_t id, const char *what)
{
    if (id < 0)
        die("HDF5: %s failed", what);
    return id;
}

H5File h5_begin_sized(const char *folder, const char *name, H5F_libver_t oldest, size_t width)
{
    char *path = file_path(folder, name);
    hid_t access = must(H5Pcreate(H5P_FILE_ACCESS), "access");
    must(H5Pset_libver_bounds(access, oldest, H5F_LIBVER_LATEST), "version");
    hid_t create = must(H5Pcreate(H5P_FILE_CREATE), "create");
    must(H5Pset_obj_track_times(create, false), "no times");
    must(H5Pset_sizes(create, width, width), "sizes");
    H5File f = {.file = must(H5Fcreate(path, H5F_ACC_TRUNC, create, access), name),
                .plist = must(H5Pcreate(H5P_DATASET_CREATE), "plist"),
                .path = path};
    must(H5Pset_obj_track_times(f.plist, false), "no times");
    H5Pclose(access);
    H5Pclose(create);
    return f;
}

H5File h5_begin(const char *folder, const char *name, H5F_libver_t oldest)
{
    return h5_begin_sized(folder, name, oldest, 8);
}

void h5_end(H5File *f)
{
    H5Pclose(f->plist);
    must(H5Fclose(f->file), "close");
    free(f->path);
}

hid_t h5_dataset(const H5File *f, const char *name, hid_t type, int rank, const hsize_t *shape)
{
    hid_t space = must(H5Screate_simple(rank, shape, NULL), "space");
    hid_t set =
        must(H5Dcreate2(f->file, name, type, space, H5P_DEFAULT, f->plist, H5P_DEFAULT), name);
    H5Sclose(space);
    return set;
}
