/* demo_profiles.c: netCDF-4 in its variety: deflated profiles, packed and unsigned numbers, groups,
 * strings; CDF-5; and an HDF5 file that netCDF did not write. */
#include "tests/support/generate/netcdf_file.h"

#include <hdf5.h>
#include <stdlib.h>
#include <string.h>

static void seconds_of_day(NcFile *f, int var, size_t n, double step_s)
{
    double *values = calloc(n, sizeof *values);
    if (!values)
        die("out of memory");
    for (size_t i = 0; i < n; i++)
        values[i] = (double)i * step_s;
    nc_values(f, var, values, n);
    free(values);
}

static int time_variable(NcFile *f, nc_type type, const int *dim, const char *units)
{
    int var = nc_variable(f, "time", type, 1, dim, units);
    nc_text(f, var, "standard_name", "time");
    nc_text(f, var, "calendar", "standard");
    return var;
}

static const Field wind_fields[] = {
    {.name = "wind_speed",
     .long_name = "Horizontal wind speed",
     .units = "m/s",
     .type = NC_FLOAT,
     .mean = 7,
     .swing = 4,
     .noise = 1.5,
     .steps = 100,
     .high = 60,
     .valid_max = 60,
     .missing_name = "_FillValue",
     .missing = -9999,
     .gap_every = 25},
    {.name = "wind_direction",
     .long_name = "Direction the wind comes from",
     .units = "degree",
     .type = NC_FLOAT,
     .mean = 210,
     .swing = 60,
     .noise = 25,
     .steps = 10,
     .high = 360,
     .valid_max = 360,
     .missing_name = "_FillValue",
     .missing = -9999,
     .gap_every = 25},
    {.name = "snr",
     .long_name = "Signal to noise ratio",
     .units = "dB",
     .type = NC_FLOAT,
     .mean = -8,
     .swing = 4,
     .noise = 3,
     .steps = 100},
};

/* A day of lidar wind profiles: shuffled, deflated, chunked along an unlimited time. */
static void wind_profile(Expected *x, int day)
{
    enum { TIMES = 48, HEIGHTS = 40, FIELDS = sizeof wind_fields / sizeof *wind_fields };
    char name[64], units[64], first[32], last[32];
    snprintf(name, sizeof name, "lidar/kvnwindproM1.c1.202406%02d.000000.nc", day);
    snprintf(units, sizeof units, "seconds since 2024-06-%02d 00:00:00", day);
    snprintf(first, sizeof first, "2024-06-%02dT00:00:00Z", day);
    snprintf(last, sizeof last, "2024-06-%02dT23:30:00Z", day);
    NcFile f = nc_begin(x, x->folder, name, NC_NETCDF4);
    int dims[2] = {nc_dimension(&f, "time", NC_UNLIMITED), nc_dimension(&f, "height", HEIGHTS)};
    int time = time_variable(&f, NC_DOUBLE, dims, units), vars[FIELDS];
    int height = nc_variable(&f, "height", NC_FLOAT, 1, &dims[1], "m");
    for (int i = 0; i < FIELDS; i++) {
        vars[i] = nc_field(&f, &wind_fields[i], 2, dims);
        nc_check(nc_def_var_chunking(f.id, vars[i], NC_CHUNKED, (size_t[]){16, HEIGHTS}), name,
                 "chunks");
        nc_check(nc_def_var_deflate(f.id, vars[i], 1, 1, 4), name, "deflate");
    }
    nc_text(&f, NC_GLOBAL, "Conventions", "CF-1.8");
    nc_text(&f, NC_GLOBAL, "datastream", "kvnwindproM1.c1");
    seconds_of_day(&f, time, TIMES, 1800);
    seconds_of_day(&f, height, HEIGHTS, 26);
    for (int i = 0; i < FIELDS; i++)
        nc_fill_field(&f, vars[i], &wind_fields[i], TIMES * HEIGHTS, TIMES * HEIGHTS, NULL);
    nc_finish(&f);
    expected_file(x, &(ExpectedFile){name, "done", "netcdf4", "NETCDF4", TIMES, first, last, ""});
}

static const Field sky_fields[] = {
    {.name = "shortwave",
     .long_name = "Downwelling shortwave irradiance",
     .units = "W/m^2",
     .type = NC_SHORT,
     .mean = 120,
     .swing = 480,
     .noise = 30,
     .steps = 10,
     .high = 1100,
     .missing_name = "_FillValue",
     .missing = -32768,
     .gap_every = 40,
     .scale = 0.1,
     .offset = 600},
    {.name = "longwave",
     .long_name = "Downwelling longwave irradiance",
     .units = "W/m^2",
     .type = NC_SHORT,
     .mean = 330,
     .swing = 25,
     .noise = 4,
     .steps = 10,
     .missing_name = "_FillValue",
     .missing = -32768,
     .gap_every = 40,
     .scale = 0.1,
     .offset = 300},
    {.name = "cloud_fraction",
     .long_name = "Cloud fraction seen by the camera",
     .units = "%",
     .type = NC_BYTE,
     .mean = 60,
     .swing = 55,
     .noise = 20,
     .steps = 1,
     .high = 100,
     .missing_name = "_FillValue",
     .missing = -1,
     .gap_every = 40,
     .scale = 0.5,
     .is_unsigned = true},
};

/* Packed shorts and bytes that are meant unsigned: what a mean of the raw numbers gets wrong. */
static void sky_radiation(Expected *x, int day)
{
    enum { TIMES = 288, FIELDS = sizeof sky_fields / sizeof *sky_fields };
    char name[64], units[64], first[32], last[32];
    snprintf(name, sizeof name, "radiation/kvnskyradM1.b1.202406%02d.000000.nc", day);
    snprintf(units, sizeof units, "minutes since 2024-06-%02dT00:00:00Z", day);
    snprintf(first, sizeof first, "2024-06-%02dT00:00:00Z", day);
    snprintf(last, sizeof last, "2024-06-%02dT23:55:00Z", day);
    NcFile f = nc_begin(x, x->folder, name, NC_NETCDF4 | NC_CLASSIC_MODEL);
    int dim = nc_dimension(&f, "time", TIMES), vars[FIELDS];
    int time = time_variable(&f, NC_INT, &dim, units);
    for (int i = 0; i < FIELDS; i++)
        vars[i] = nc_field(&f, &sky_fields[i], 1, &dim);
    nc_text(&f, NC_GLOBAL, "datastream", "kvnskyradM1.b1");
    nc_check(nc_enddef(f.id), name, "header");
    seconds_of_day(&f, time, TIMES, 5);
    for (int i = 0; i < FIELDS; i++)
        nc_fill_field(&f, vars[i], &sky_fields[i], TIMES, TIMES, NULL);
    nc_finish(&f);
    expected_file(
        x, &(ExpectedFile){name, "done", "netcdf4", "NETCDF4_CLASSIC", TIMES, first, last, ""});
}

static const Field flux_fields[] = {
    {.name = "sensible_heat_flux",
     .long_name = "Sensible heat flux",
     .units = "W/m^2",
     .type = NC_DOUBLE,
     .mean = 60,
     .swing = 110,
     .noise = 20,
     .steps = 1000,
     .missing_name = "_FillValue",
     .missing = -9999,
     .gap_every = 12},
    {.name = "sonic_counts",
     .long_name = "Accepted sonic samples",
     .units = "1",
     .type = NC_UINT64,
     .mean = 35000,
     .swing = 900,
     .noise = 600,
     .steps = 1,
     .high = 36000},
    {.name = "co2_counts",
     .long_name = "Accepted gas analyser samples",
     .units = "1",
     .type = NC_USHORT,
     .mean = 33000,
     .swing = 900,
     .noise = 600,
     .steps = 1,
     .high = 36000,
     .missing_name = "_FillValue",
     .missing = 65535,
     .gap_every = 12},
};

/* CDF-5, the classic layout with 64-bit sizes and unsigned types. */
static void flux_day(Expected *x)
{
    enum { TIMES = 48, FIELDS = sizeof flux_fields / sizeof *flux_fields };
    static const char name[] = "flux/kvnecorS1.b1.20240602.000000.nc";
    NcFile f = nc_begin(x, x->folder, name, NC_64BIT_DATA);
    int dim = nc_dimension(&f, "time", NC_UNLIMITED), vars[FIELDS];
    int time = time_variable(&f, NC_INT64, &dim, "seconds since 2024-06-02 00:00:00 +02:00");
    for (int i = 0; i < FIELDS; i++)
        vars[i] = nc_field(&f, &flux_fields[i], 1, &dim);
    nc_check(nc_enddef(f.id), name, "header");
    seconds_of_day(&f, time, TIMES, 1800);
    for (int i = 0; i < FIELDS; i++)
        nc_fill_field(&f, vars[i], &flux_fields[i], TIMES, TIMES, NULL);
    nc_finish(&f);
    expected_file(x, &(ExpectedFile){name, "done", "netcdf3", "NETCDF3_64BIT_DATA", TIMES,
                                     "2024-06-01T22:00:00Z", "2024-06-02T21:30:00Z", ""});
}

static const Field lake_field = {.name = "temperature",
                                 .long_name = "Water temperature",
                                 .units = "degC",
                                 .type = NC_FLOAT,
                                 .mean = 15,
                                 .swing = 1.5,
                                 .noise = 0.2,
                                 .steps = 100,
                                 .missing_name = "_FillValue",
                                 .missing = -9999,
                                 .gap_every = 30};

static void lake_group(const NcFile *root, const char *group, const char *full, const int *time,
                       double colder)
{
    NcFile f = *root;
    Field field = lake_field;
    field.mean -= colder;
    f.group = full;
    nc_check(nc_def_grp(root->id, group, &f.id), root->name, group);
    nc_fill_field(&f, nc_field(&f, &field, 1, time), &field, 96, 96, NULL);
}

/* Groups, a string variable and an int64 clock that counts milliseconds. */
static void lake_buoy(Expected *x)
{
    static const char name[] = "lake/kvnlakebuoyS2.b1.20240603.000000.nc";
    static const char *sensors[2] = {"thermistor 1041", "thermistor 1047"};
    NcFile f = nc_begin(x, x->folder, name, NC_NETCDF4);
    int dim = nc_dimension(&f, "time", 96), two = nc_dimension(&f, "sensor", 2);
    int time = time_variable(&f, NC_INT64, &dim, "milliseconds since 2024-06-03 00:00:00");
    int serial = nc_variable(&f, "sensor_name", NC_STRING, 1, &two, NULL);
    seconds_of_day(&f, time, 96, 900e3);
    nc_check(nc_put_var_string(f.id, serial, sensors), name, "sensors");
    lake_group(&f, "surface", "/surface", &dim, 0);
    lake_group(&f, "depth_10m", "/depth_10m", &dim, 6.5);
    nc_finish(&f);
    expected_file(x, &(ExpectedFile){name, "done", "netcdf4", "NETCDF4", 96, "2024-06-03T00:00:00Z",
                                     "2024-06-03T23:45:00Z", ""});
}

static void h5_check(long long status, const char *what)
{
    if (status < 0)
        die("HDF5: %s failed", what);
}

static void soil_dataset(hid_t group, const char *name, hid_t stored, const double *values)
{
    hid_t space = H5Screate_simple(2, (hsize_t[]){24, 5}, NULL),
          plist = H5Pcreate(H5P_DATASET_CREATE);
    h5_check(H5Pset_obj_track_times(plist, false), "no times");
    hid_t set = H5Dcreate2(group, name, stored, space, H5P_DEFAULT, plist, H5P_DEFAULT);
    h5_check(set, name);
    h5_check(H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), name);
    H5Dclose(set);
    H5Pclose(plist);
    H5Sclose(space);
}

/* HDF5 as a logger writes it: no dimension scales, big-endian integers, a group. */
static void soil_profile(Expected *x)
{
    static const char name[] = "soil/kvnsoil_profile_20240604.h5";
    double moisture[120], counts[120];
    Random r = random_seed(name, 0);
    for (int i = 0; i < 120; i++) {
        double value = 0.31 - 0.02 * (i % 5) + random_between(&r, -0.01, 0.01);
        moisture[i] = (double)(float)rounded(value, 1000);
        counts[i] = rounded(value * 4096, 1);
    }
    char *path = file_path(x->folder, name);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    h5_check(file, path);
    hid_t plist = H5Pcreate(H5P_GROUP_CREATE);
    h5_check(H5Pset_obj_track_times(plist, false), "no times");
    hid_t group = H5Gcreate2(file, "raw", H5P_DEFAULT, plist, H5P_DEFAULT);
    h5_check(group, "group");
    soil_dataset(file, "moisture", H5T_IEEE_F32LE, moisture);
    soil_dataset(group, "counts", H5T_STD_I16BE, counts);
    H5Gclose(group);
    H5Pclose(plist);
    h5_check(H5Fclose(file), "close");
    free(path);
    expected_variable(x, name, "moisture", moisture, 120);
    expected_variable(x, name, "/raw/counts", counts, 120);
    expected_file(x, &(ExpectedFile){name, "done", "hdf5", "HDF5", -1, "", "", ""});
}

void demo_profiles(Expected *x)
{
    for (int day = 1; day <= 3; day++)
        wind_profile(x, day);
    sky_radiation(x, 1);
    sky_radiation(x, 2);
    flux_day(x);
    lake_buoy(x);
    soil_profile(x);
}
