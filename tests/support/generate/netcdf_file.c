/* netcdf_file.c: netCDF files from tables of fields. */
#include "tests/support/generate/netcdf_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void nc_check(int status, const char *file, const char *what)
{
    if (status != NC_NOERR)
        die("%s: %s: %s", file, what, nc_strerror(status));
}

NcFile nc_begin(Expected *x, const char *folder, const char *name, int mode)
{
    NcFile f = {.expected = x, .name = name, .group = ""};
    char *path = file_path(folder, name);
    nc_check(nc_create(path, NC_CLOBBER | mode, &f.id), name, "create");
    free(path);
    return f;
}

void nc_finish(NcFile *f)
{
    nc_check(nc_close(f->id), f->name, "close");
}

int nc_dimension(NcFile *f, const char *name, size_t length)
{
    int dim;
    nc_check(nc_def_dim(f->id, name, length, &dim), f->name, name);
    return dim;
}

void nc_text(NcFile *f, int var, const char *name, const char *value)
{
    nc_check(nc_put_att_text(f->id, var, name, strlen(value), value), f->name, name);
}

void nc_double(NcFile *f, int var, const char *name, nc_type type, double value)
{
    nc_check(nc_put_att_double(f->id, var, name, type, 1, &value), f->name, name);
}

int nc_variable(NcFile *f, const char *name, nc_type type, int rank, const int *dims,
                const char *units)
{
    int var;
    nc_check(nc_def_var(f->id, name, type, rank, dims, &var), f->name, name);
    if (units)
        nc_text(f, var, "units", units);
    return var;
}

static void expect(NcFile *f, int var, const double *values, size_t n)
{
    char name[NC_MAX_NAME + 1], full[2 * NC_MAX_NAME];
    if (!f->expected)
        return;
    nc_check(nc_inq_varname(f->id, var, name), f->name, "name");
    snprintf(full, sizeof full, "%s%s%s", f->group, *f->group ? "/" : "", name);
    expected_variable(f->expected, f->name, full, values, n);
}

/* As stored: what is left of a number in the variable's type. */
static double stored(nc_type type, double value)
{
    return type == NC_FLOAT ? (double)(float)value : value;
}

/* The whole variable, also along an unlimited dimension that is still empty. */
static void put(NcFile *f, int var, const double *raw, size_t n)
{
    int rank, dims[NC_MAX_VAR_DIMS];
    size_t start[NC_MAX_VAR_DIMS] = {0}, count[NC_MAX_VAR_DIMS], rest = 1;
    nc_check(nc_inq_var(f->id, var, NULL, NULL, &rank, dims, NULL), f->name, "shape");
    for (int i = 1; i < rank; i++) {
        nc_check(nc_inq_dimlen(f->id, dims[i], &count[i]), f->name, "length");
        rest *= count[i];
    }
    count[0] = n / rest;
    nc_check(nc_put_vara_double(f->id, var, start, count, raw), f->name, "values");
}

void nc_values(NcFile *f, int var, const double *values, size_t n)
{
    nc_type type;
    nc_check(nc_inq_vartype(f->id, var, &type), f->name, "type");
    double *kept = calloc(n, sizeof *kept);
    if (!kept)
        die("out of memory");
    for (size_t i = 0; i < n; i++)
        kept[i] = stored(type, values[i]);
    put(f, var, values, n);
    expect(f, var, kept, n);
    free(kept);
}

int nc_field(NcFile *f, const Field *field, int rank, const int *dims)
{
    int var = nc_variable(f, field->name, field->type, rank, dims, field->units);
    nc_text(f, var, "long_name", field->long_name);
    if (field->missing_name)
        nc_double(f, var, field->missing_name, field->type, field->missing);
    if (field->is_unsigned)
        nc_text(f, var, "_Unsigned", "true");
    if (field->scale != 0) {
        nc_double(f, var, "scale_factor", NC_DOUBLE, field->scale);
        nc_double(f, var, "add_offset", NC_DOUBLE, field->offset);
    }
    if (field->valid_min != 0 || field->valid_max != 0) {
        nc_double(f, var, "valid_min", field->type, field->valid_min);
        nc_double(f, var, "valid_max", field->type, field->valid_max);
    }
    return var;
}

static double signal_at(const Field *field, Random *r, size_t i, double per_day)
{
    double value = field->mean + field->swing * wave((double)i / per_day - 0.3) +
                   random_between(r, -field->noise, field->noise);
    if (field->low != 0 || field->high != 0)
        value = fmin(fmax(value, field->low), field->high);
    return rounded(value, field->steps);
}

/* Two's complement: what a signed byte must hold for an unsigned value. */
static double as_signed(const Field *field, double raw)
{
    double range = field->type == NC_BYTE ? 256 : 65536;
    return field->is_unsigned && raw >= range / 2 ? raw - range : raw;
}

void nc_fill_field(NcFile *f, int var, const Field *field, size_t n, double per_day, double *out)
{
    Random r = random_seed(f->name, random_seed(field->name, 1).state);
    double *raw = calloc(n, sizeof *raw), *kept = calloc(n, sizeof *kept);
    if (!raw || !kept)
        die("out of memory");
    for (size_t i = 0; i < n; i++) {
        double value = signal_at(field, &r, i, per_day);
        bool gap = field->gap_every > 0 && random_next(&r) % field->gap_every == 0;
        if (gap) {
            raw[i] = field->missing;
            kept[i] = NAN;
        } else if (field->scale != 0) {
            double packed = nearbyint((value - field->offset) / field->scale);
            raw[i] = as_signed(field, packed);
            kept[i] = packed * field->scale + field->offset;
        } else {
            raw[i] = value;
            kept[i] = stored(field->type, value);
        }
    }
    put(f, var, raw, n);
    expect(f, var, kept, n);
    if (out)
        memcpy(out, kept, n * sizeof *kept);
    free(raw);
    free(kept);
}
