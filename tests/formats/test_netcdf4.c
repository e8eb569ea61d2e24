/* test_netcdf4.c: netCDF-4 files written by netCDF-C. */
#include "tests/support/make_hdf5.h"

#include <netcdf.h>

#define NC(call) assert_int_equal((call), NC_NOERR)

static const float zeta[6] = {1, 2, 3, 4, 5, 6};
static const double times[3] = {0, 60, 120};
static const unsigned char angles[2] = {90, 180};

static void define(int nc, int ids[6])
{
    int group, deeper, time, x;
    NC(nc_put_att_text(nc, NC_GLOBAL, "Conventions", 6, "CF-1.8"));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &time));
    NC(nc_def_dim(nc, "x", 2, &x)); /* a dimension without a variable */
    NC(nc_def_grp(nc, "sweep", &group));
    NC(nc_def_grp(group, "inner", &deeper));
    int dims[2] = {time, x};
    NC(nc_def_var(nc, "zeta", NC_FLOAT, 2, dims, &ids[0]));
    NC(nc_def_var(nc, "time", NC_DOUBLE, 1, dims, &ids[1]));
    NC(nc_def_var(nc, "short_one", NC_SHORT, 1, dims, &ids[2]));
    NC(nc_def_var(nc, "x", NC_INT, 0, NULL, &ids[3])); /* named like a dimension, not on it */
    NC(nc_def_var(group, "angle", NC_UBYTE, 1, &x, &ids[4]));
    NC(nc_def_var(deeper, "name", NC_STRING, 0, NULL, &ids[5]));
    NC(nc_put_att_text(nc, ids[0], "units", 1, "m"));
    size_t start[2] = {0, 0}, three_rows[2] = {3, 2}, two_rows[1] = {2};
    const char *word = "north";
    NC(nc_put_vara_float(nc, ids[0], start, three_rows, zeta));
    NC(nc_put_vara_double(nc, ids[1], start, three_rows, times));
    NC(nc_put_vara_short(nc, ids[2], start, two_rows, (short[]){7, 8}));
    NC(nc_put_var_int(nc, ids[3], &three[0]));
    NC(nc_put_var_uchar(group, ids[4], angles));
    NC(nc_put_var_string(deeper, ids[5], &word));
}

static void netcdf_file(void **state)
{
    (void)state;
    char path[64];
    int nc, ids[6];
    size_t size;
    ReadFile f;
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | NC_NETCDF4, &nc));
    define(nc, ids);
    NC(nc_close(nc));
    uint8_t *bytes = taken(path, &size);
    read_all(&f, &format_netcdf4, bytes, size);
    assert_ok(f.d && !f.broken, &f.error);
    assert_string_equal(f.d->format, "netcdf4");
    assert_string_equal(f.d->model, "NETCDF4");
    assert_string_equal(f.d->convention, "CF-1.8");
    assert_int_equal(f.d->group_count, 3);
    assert_string_equal(f.d->groups[2].path, "/sweep/inner");
    assert_int_equal(f.d->rows, 3);
    static const char *const order[] = {"zeta", "time",         "short_one",
                                        "x",    "/sweep/angle", "/sweep/inner/name"};
    assert_int_equal(f.d->var_count, CASES(order));
    for (size_t i = 0; i < CASES(order); i++)
        assert_string_equal(f.d->vars[i].name, order[i]);
    read_expect(&f, "zeta", TYPE_FLOAT, zeta, sizeof zeta);
    read_expect(&f, "time", TYPE_DOUBLE, times, sizeof times);
    read_expect(&f, "short_one", TYPE_SHORT, (short[]){7, 8, NC_FILL_SHORT}, 3 * sizeof(short));
    read_expect(&f, "x", TYPE_INT, three, sizeof(int));
    read_expect(&f, "/sweep/angle", TYPE_UBYTE, angles, sizeof angles);
    read_expect(&f, "/sweep/inner/name", TYPE_STRING, "north", 6);
    const Var *v = read_var(&f, "zeta");
    assert_int_equal(v->attr_count, 1);
    assert_string_equal(f.d->dims[v->dims[0]].name, "time");
    assert_string_equal(f.d->dims[v->dims[1]].name, "x");
    assert_true(f.d->dims[v->dims[0]].unlimited);
    read_close(&f);
    free(bytes);
}

/* A variable that is shorter than both of its unlimited dimensions is filled up, with its own fill
 * value or netCDF's. */
static void shorter_than_its_dimensions(void **state)
{
    (void)state;
    char path[64];
    int nc, dims[2], ids[3];
    const int minus = -1, whole[6] = {1, 2, 3, 4, 5, 6}, part[2] = {7, 8};
    const int with_own[6] = {7, -1, 8, -1, -1, -1};
    const int with_default[6] = {7, NC_FILL_INT, 8, NC_FILL_INT, NC_FILL_INT, NC_FILL_INT};
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | NC_NETCDF4, &nc));
    NC(nc_def_dim(nc, "time", NC_UNLIMITED, &dims[0]));
    NC(nc_def_dim(nc, "level", NC_UNLIMITED, &dims[1]));
    NC(nc_def_var(nc, "whole", NC_INT, 2, dims, &ids[0]));
    NC(nc_def_var(nc, "own", NC_INT, 2, dims, &ids[1]));
    NC(nc_def_var(nc, "default", NC_INT, 2, dims, &ids[2]));
    NC(nc_put_att_int(nc, ids[1], "_FillValue", NC_INT, 1, &minus));
    size_t start[2] = {0, 0}, all[2] = {3, 2}, some[2] = {2, 1};
    NC(nc_put_vara_int(nc, ids[0], start, all, whole));
    NC(nc_put_vara_int(nc, ids[1], start, some, part));
    NC(nc_put_vara_int(nc, ids[2], start, some, part));
    NC(nc_close(nc));
    size_t size;
    ReadFile f;
    uint8_t *bytes = taken(path, &size);
    read_all(&f, &format_netcdf4, bytes, size);
    read_expect(&f, "whole", TYPE_INT, whole, sizeof whole);
    read_expect(&f, "own", TYPE_INT, with_own, sizeof with_own);
    read_expect(&f, "default", TYPE_INT, with_default, sizeof with_default);
    read_close(&f);
    free(bytes);
}

/* A coordinate variable of two dimensions keeps them in _Netcdf4Coordinates. */
static void classic_model_and_coordinates(void **state)
{
    (void)state;
    char path[64];
    int nc, dims[2], id;
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | NC_NETCDF4 | NC_CLASSIC_MODEL, &nc));
    NC(nc_def_dim(nc, "station", 2, &dims[0]));
    NC(nc_def_dim(nc, "length", 3, &dims[1]));
    NC(nc_def_var(nc, "station", NC_CHAR, 2, dims, &id));
    NC(nc_def_var_fill(nc, id, NC_NOFILL, NULL));
    NC(nc_enddef(nc));
    NC(nc_put_var_text(nc, id, "abcdef"));
    NC(nc_close(nc));
    size_t size;
    ReadFile f;
    uint8_t *bytes = taken(path, &size);
    read_all(&f, &format_netcdf4, bytes, size);
    read_expect(&f, "station", TYPE_CHAR, "abcdef", 6);
    assert_string_equal(f.d->model, "NETCDF4_CLASSIC");
    const Var *v = read_var(&f, "station");
    assert_int_equal(v->dim_count, 2);
    assert_string_equal(f.d->dims[v->dims[0]].name, "station");
    assert_string_equal(f.d->dims[v->dims[1]].name, "length");
    assert_int_equal(v->attr_count, 0);
    read_close(&f);
    free(bytes);
}

static void probes_tell_netcdf(void **state)
{
    (void)state;
    char path[64];
    int nc;
    size_t size;
    ReadFile f;
    Probe p = {0};
    temporary(path);
    NC(nc_create(path, NC_CLOBBER | NC_NETCDF4, &nc));
    NC(nc_close(nc));
    uint8_t *bytes = taken(path, &size);
    read_all(&f, &format_netcdf4, bytes, size);
    format_netcdf4.probe(&f.in, NULL, &p);
    assert_int_equal(p.sure, SURE_BY_CONTENT);
    const char *start = "HDF5 signature at byte 0, _NCProperties version=2,netcdf=";
    assert_int_equal(strncmp(p.evidence, start, strlen(start)), 0);
    read_close(&f);
    free(bytes);
    Making m;
    make(&m);
    read_made(&m, &f);
    p = (Probe){0};
    format_netcdf4.probe(&f.in, NULL, &p);
    assert_int_equal(p.sure, SURE_NO);
    read_close(&f);
}

static const Case cases[] = {
    {"netcdf_file", netcdf_file},
    {"shorter_than_its_dimensions", shorter_than_its_dimensions},
    {"classic_model_and_coordinates", classic_model_and_coordinates},
    {"probes_tell_netcdf", probes_tell_netcdf},
};

int main(int argc, char **argv)
{
    return cases_main(argc, argv, cases, CASES(cases));
}
