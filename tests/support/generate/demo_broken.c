/* demo_broken.c: what goes wrong with data, one file each. */
#include "tests/support/generate/netcdf_file.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

/* The first `keep` bytes of one demo file under another name. */
static size_t cut(Expected *x, const char *from, const char *name, size_t keep)
{
    char *source = file_path(x->folder, from), *path = file_path(x->folder, name);
    size_t length;
    uint8_t *bytes = file_read(source, &length);
    if (keep >= length)
        die("%s: only %zu bytes", from, length);
    file_write(path, bytes, keep);
    free(bytes);
    free(source);
    free(path);
    return length;
}

/* A station's day that ends in mid-record: the whole records before count. A record is two doubles,
 * six floats and six ints. */
static void cut_netcdf3(Expected *x)
{
    enum { RECORDS = 144, RECORD = 2 * 8 + 6 * 4 + 6 * 4, KEEP = 9000 };
    static const char name[] = "broken/cut_short.cdf";
    size_t length = cut(x, "met/kvnmetM1.b1.20240603.000000.cdf", name, KEEP);
    size_t header = length - RECORDS * RECORD;
    expected_file(x, &(ExpectedFile){.file = name,
                                     .state = "partial",
                                     .format = "netcdf3",
                                     .rows = (long)((KEEP - header) / RECORD),
                                     .code = "truncated"});
}

static void cut_netcdf4(Expected *x)
{
    static const char name[] = "broken/cut_short.nc";
    cut(x, "lidar/kvnwindproM1.c1.20240602.000000.nc", name, 12000);
    expected_file(
        x, &(ExpectedFile){.file = name, .state = "failed", .rows = -1, .code = "truncated"});
}

/* A good netCDF-3 file whose name says text: content decides. */
static void misnamed(Expected *x)
{
    static const char name[] = "logger/ridge_20240605.csv";
    static const Field temperature = {.name = "temperature",
                                      .long_name = "Air temperature",
                                      .units = "degC",
                                      .type = NC_FLOAT,
                                      .mean = 6,
                                      .swing = 5,
                                      .noise = 0.5,
                                      .steps = 100};
    NcFile f = nc_begin(x, x->folder, name, 0);
    int dim = nc_dimension(&f, "time", 24);
    int time = nc_variable(&f, "time", NC_INT, 1, &dim, "hours since 2024-06-05");
    int var = nc_field(&f, &temperature, 1, &dim);
    double hours[24];
    for (int i = 0; i < 24; i++)
        hours[i] = i;
    nc_check(nc_enddef(f.id), name, "header");
    nc_values(&f, time, hours, 24);
    nc_fill_field(&f, var, &temperature, 24, 24, NULL);
    nc_finish(&f);
    expected_file(x, &(ExpectedFile){name, "done", "netcdf3", "NETCDF3_CLASSIC", 24,
                                     "2024-06-05T00:00:00Z", "2024-06-05T23:00:00Z", ""});
}

/* Turns one byte in the middle of a variable's only chunk over, and sees that HDF5 notices. */
static void damage_chunk(const char *path, const char *variable)
{
    haddr_t address;
    hsize_t size, offset[1];
    double values[144];
    size_t length;
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t set = H5Dopen2(file, variable, H5P_DEFAULT), space = H5Dget_space(set);
    if (set < 0 || H5Dget_chunk_info(set, space, 0, offset, NULL, &address, &size) < 0)
        die("%s: no chunk of %s", path, variable);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
    uint8_t *bytes = file_read(path, &length);
    bytes[address + size / 2] ^= 0xff;
    file_write(path, bytes, length);
    free(bytes);
    file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    set = H5Dopen2(file, variable, H5P_DEFAULT);
    if (H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0)
        die("%s: the damage goes unnoticed", path);
    H5Dclose(set);
    H5Fclose(file);
}

/* Two variables are good, the chunk of the third cannot be decompressed. */
static void damaged_chunk(Expected *x)
{
    static const char name[] = "broken/damaged_chunk.nc";
    static const Field fields[] = {
        {
            .name = "temperature",
            .long_name = "Air temperature",
            .units = "degC",
            .type = NC_FLOAT,
            .mean = 12,
            .swing = 5,
            .noise = 0.5,
            .steps = 100,
        },
        {
            .name = "wind_speed",
            .long_name = "Wind speed",
            .units = "m/s",
            .type = NC_FLOAT,
            .mean = 5,
            .swing = 3,
            .noise = 2,
            .steps = 100,
            .high = 60,
        },
    };
    NcFile f = nc_begin(x, x->folder, name, NC_NETCDF4);
    int dim = nc_dimension(&f, "time", 144), vars[2];
    int time = nc_variable(&f, "time", NC_INT, 1, &dim, "minutes since 2024-06-03 00:00:00");
    for (int i = 0; i < 2; i++) {
        vars[i] = nc_field(&f, &fields[i], 1, &dim);
        nc_check(nc_def_var_deflate(f.id, vars[i], 0, 1, 6), name, "deflate");
    }
    double minutes[144];
    for (int i = 0; i < 144; i++)
        minutes[i] = 10.0 * i;
    nc_values(&f, time, minutes, 144);
    nc_fill_field(&f, vars[0], &fields[0], 144, 144, NULL);
    f.expected = NULL;
    nc_fill_field(&f, vars[1], &fields[1], 144, 144, NULL);
    nc_finish(&f);
    char *path = file_path(x->folder, name);
    damage_chunk(path, "wind_speed");
    free(path);
    expected_unreadable(x, name, "wind_speed");
    expected_file(x, &(ExpectedFile){name, "partial", "netcdf4", "NETCDF4", 144,
                                     "2024-06-03T00:00:00Z", "2024-06-03T23:50:00Z", ""});
}

static size_t copy_filter(unsigned flags, size_t count, const unsigned *values, size_t bytes,
                          size_t *size, void **buffer)
{
    (void)flags, (void)count, (void)values, (void)size, (void)buffer;
    return bytes;
}

/* A chunk that says it went through a filter nobody has. */
static void missing_filter(Expected *x)
{
    static const char name[] = "broken/missing_filter.h5";
    enum { FILTER = 299 /* in the range for private use */ };
    const H5Z_class2_t filter = {H5Z_CLASS_T_VERS,       FILTER, 1,    1,
                                 "logger-private-codec", NULL,   NULL, copy_filter};
    double depth[64], level[64];
    for (int i = 0; i < 64; i++) {
        depth[i] = i * 0.5;
        level[i] = 3 + wave(i / 64.0);
    }
    char *path = file_path(x->folder, name);
    hsize_t shape = 64;
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t space = H5Screate_simple(1, &shape, NULL), plist = H5Pcreate(H5P_DATASET_CREATE);
    if (H5Zregister(&filter) < 0 || H5Pset_obj_track_times(plist, false) < 0)
        die("%s: no filter", path);
    hid_t set = H5Dcreate2(file, "depth", H5T_IEEE_F64LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, depth) < 0)
        die("%s: cannot be written", path);
    H5Dclose(set);
    H5Pset_chunk(plist, 1, &shape);
    H5Pset_filter(plist, FILTER, H5Z_FLAG_MANDATORY, 0, NULL);
    set = H5Dcreate2(file, "level", H5T_IEEE_F64LE, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    if (H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, level) < 0)
        die("%s: cannot be written", path);
    H5Dclose(set);
    H5Pclose(plist);
    H5Sclose(space);
    if (H5Fclose(file) < 0)
        die("%s: cannot be closed", path);
    free(path);
    expected_variable(x, name, "depth", depth, 64);
    expected_unreadable(x, name, "level");
    expected_file(x, &(ExpectedFile){.file = name,
                                     .state = "partial",
                                     .format = "hdf5",
                                     .model = "HDF5",
                                     .rows = -1,
                                     .code = "unsupported_filter"});
}

static void plain(Expected *x, const char *name, const void *bytes, size_t length, const char *code)
{
    char *path = file_path(x->folder, name);
    file_write(path, bytes, length);
    free(path);
    expected_file(x, &(ExpectedFile){.file = name, .state = "failed", .rows = -1, .code = code});
}

static const char letter[] =
    "Dear colleagues,\n\n"
    "the logger of the ridge station was exchanged on Tuesday. Its table was saved, but I have\n"
    "put this note under its name by mistake; the numbers will follow as soon as I am back in the\n"
    "valley. Please do not wait for them.\n\n"
    "Until then, with kind regards from the hut\n";

void demo_broken(Expected *x)
{
    uint8_t noise[2000];
    Random r = random_seed("unknown.bin", 0);
    for (size_t i = 0; i < sizeof noise; i++)
        noise[i] = (uint8_t)(random_next(&r) | (i == 0 ? 0x80 : 0));
    misnamed(x);
    cut_netcdf3(x);
    cut_netcdf4(x);
    damaged_chunk(x);
    missing_filter(x);
    plain(x, "broken/not_a_table.csv", letter, sizeof letter - 1, "");
    plain(x, "broken/unknown.bin", noise, sizeof noise, "unrecognised");
    plain(x, "broken/empty.csv", "", 0, "");
}
