/* base_netcdf.c: the peer: one sequential netCDF-C process over files, with plain statistics.
 *
 *     base_netcdf FILE...
 *
 * nc_open, nc_get_var in the native type, one pass of count, missing, min, max, sum and sum of
 * squares for every numeric variable: what a careful person writes in an afternoon. */
#include <math.h>
#include <netcdf.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Plain {
    size_t valid;
    double min, max, sum, squares;
} Plain;

#define ADD_ALL(ctype)                                                                             \
    for (size_t i = 0; i < n; i++) {                                                               \
        double x = (double)((const ctype *)values)[i];                                             \
        if (!isfinite(x) || x == fill)                                                             \
            continue;                                                                              \
        double d = x - shift;                                                                      \
        s.valid++;                                                                                 \
        s.sum += d;                                                                                \
        s.squares += d * d;                                                                        \
        s.min = x < s.min ? x : s.min;                                                             \
        s.max = x > s.max ? x : s.max;                                                             \
    }                                                                                              \
    break

static Plain plain(nc_type type, const void *values, size_t n, double fill)
{
    Plain s = {0, INFINITY, -INFINITY, 0, 0};
    const double shift = type == NC_DOUBLE && n  ? ((const double *)values)[0]
                         : type == NC_FLOAT && n ? (double)((const float *)values)[0]
                                                 : 0;
    switch (type) {
    case NC_BYTE:
        ADD_ALL(signed char);
    case NC_UBYTE:
        ADD_ALL(unsigned char);
    case NC_SHORT:
        ADD_ALL(short);
    case NC_USHORT:
        ADD_ALL(unsigned short);
    case NC_INT:
        ADD_ALL(int);
    case NC_UINT:
        ADD_ALL(unsigned);
    case NC_INT64:
        ADD_ALL(long long);
    case NC_FLOAT:
        ADD_ALL(float);
    case NC_DOUBLE:
        ADD_ALL(double);
    default:
        break;
    }
    return s;
}

static void check(int rc, const char *file)
{
    if (rc == NC_NOERR)
        return;
    fprintf(stderr, "%s: %s\n", file, nc_strerror(rc));
    exit(1);
}

static size_t elements(int nc, int var)
{
    int rank, dims[NC_MAX_VAR_DIMS];
    nc_inq_varndims(nc, var, &rank);
    nc_inq_vardimid(nc, var, dims);
    size_t n = 1;
    for (int i = 0; i < rank; i++) {
        size_t length;
        nc_inq_dimlen(nc, dims[i], &length);
        n *= length;
    }
    return n;
}

static double read_variable(int nc, int var, const char *file)
{
    nc_type type;
    size_t size = 0, n = elements(nc, var);
    nc_inq_vartype(nc, var, &type);
    if (type > NC_UINT64 || type == NC_CHAR)
        return 0;
    nc_inq_type(nc, type, NULL, &size);
    void *values = malloc(n * size + 1);
    check(nc_get_var(nc, var, values), file);
    double fill = NAN;
    if (nc_get_att_double(nc, var, "_FillValue", &fill) != NC_NOERR)
        fill = type == NC_FLOAT ? (double)NC_FILL_FLOAT : NC_FILL_DOUBLE;
    Plain s = plain(type, values, n, fill);
    free(values);
    return s.valid
               ? s.sum / (double)s.valid + s.squares * 0x1p-60 + s.min * 0x1p-60 + s.max * 0x1p-60
               : 0;
}

int main(int argc, char **argv)
{
    double total = 0;
    for (int i = 1; i < argc; i++) {
        int nc, vars;
        check(nc_open(argv[i], NC_NOWRITE, &nc), argv[i]);
        nc_inq_nvars(nc, &vars);
        for (int v = 0; v < vars; v++)
            total += read_variable(nc, v, argv[i]);
        nc_close(nc);
    }
    printf("%.17g\n", total); /* so that nothing is optimised away */
    return 0;
}
