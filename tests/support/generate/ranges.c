/* ranges.c: files of which a reader needs only a part. */
#include "tests/support/generate/hdf5_file.h"
#include "tests/support/generate/netcdf_file.h"

#include <stdlib.h>

enum {
    VALUES = 1 << 19, /* of each readable variable: 2 MiB */
    RUN = 1 << 15,
    MANY = 12 << 20,  /* enough for two parts */
    HIDDEN = 3 << 20, /* of the one that is not: 12 MiB */
    UNKNOWN_FILTER = 32099,
};

static size_t pass(unsigned flags, size_t parameters, const unsigned values[], size_t bytes,
                   size_t *size, void **buffer)
{
    (void)flags;
    (void)parameters;
    (void)values;
    (void)size;
    (void)buffer;
    return bytes;
}

static void use_unknown_filter(const H5File *f)
{
    static const H5Z_class2_t filter = {H5Z_CLASS_T_VERS, UNKNOWN_FILTER, 1,    1,
                                        "unknown",        NULL,           NULL, pass};
    must(H5Zregister(&filter), "filter");
    must(H5Pset_filter(f->plist, UNKNOWN_FILTER, H5Z_FLAG_MANDATORY, 0, NULL), "filter");
}

/* Each value `times` times in a row. */
static void dataset(const H5File *f, const char *name, hsize_t count, hsize_t times)
{
    static int values[MANY];
    for (hsize_t i = 0; i < count; i++)
        values[i] = (int)(i / times % 1000);
    hid_t set = h5_dataset(f, name, H5T_STD_I32LE, 1, &count);
    must(H5Dwrite(set, H5T_NATIVE_INT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name);
    H5Dclose(set);
}

/* Two variables that can be read, and between them a larger one that cannot. */
static void hidden(const char *folder)
{
    H5File f = h5_begin(folder, "hidden.h5", H5F_LIBVER_V18);
    must(H5Pset_chunk(f.plist, 1, (hsize_t[]){RUN}), "chunks");
    dataset(&f, "before", VALUES, 1);
    use_unknown_filter(&f);
    dataset(&f, "hidden", HIDDEN, 1);
    must(H5Premove_filter(f.plist, UNKNOWN_FILTER), "filter");
    dataset(&f, "last", VALUES, 1);
    h5_end(&f);
}

/* Variables in a row, and one that unfolds to so much that the file is read in parts. */
static void all(const char *folder)
{
    H5File f = h5_begin(folder, "all.h5", H5F_LIBVER_V18);
    dataset(&f, "first", VALUES, 1);
    dataset(&f, "second", 2 * VALUES, 1);
    must(H5Pset_chunk(f.plist, 1, (hsize_t[]){RUN}), "chunks");
    must(H5Pset_deflate(f.plist, 1), "deflate");
    dataset(&f, "packed", MANY, RUN);
    must(H5Premove_filter(f.plist, H5Z_FILTER_DEFLATE), "filter");
    dataset(&f, "last", VALUES, 1);
    h5_end(&f);
}

/* Records of netCDF-3, whose variables take turns. */
static void records(const char *folder)
{
    enum { RECORDS = 32, WIDTH = 1 << 14 };
    static const char name[] = "records.nc";
    static float values[RECORDS * WIDTH];
    NcFile f = nc_begin(NULL, folder, name, 0);
    int dims[2], vars[2];
    dims[0] = nc_dimension(&f, "time", NC_UNLIMITED);
    dims[1] = nc_dimension(&f, "range", WIDTH);
    vars[0] = nc_variable(&f, "power", NC_FLOAT, 2, dims, "dBm");
    vars[1] = nc_variable(&f, "noise", NC_FLOAT, 2, dims, "dBm");
    nc_check(nc_enddef(f.id), name, "header");
    const size_t start[] = {0, 0}, count[] = {RECORDS, WIDTH};
    for (size_t i = 0; i < RECORDS * (size_t)WIDTH; i++)
        values[i] = (float)(i % 512) * 0.25F;
    for (int i = 0; i < 2; i++)
        nc_check(nc_put_vara_float(f.id, vars[i], start, count, values), name, "values");
    nc_finish(&f);
}

void generate_ranges(const char *folder)
{
    records(folder);
    hidden(folder);
    all(folder);
}
