/* netcdf_file.h: netCDF files from tables of fields, and what a reader must find in them. */
#pragma once

#include "tests/support/generate/generate.h"

#include <netcdf.h>

/* A file being written, or a group of it. */
typedef struct NcFile {
    Expected *expected; /* NULL: nobody asks for the values */
    const char *name;   /* relative to the folder, as the tables say */
    const char *group;  /* "" or "/surface" */
    int id;
} NcFile;

/* One made-up variable: mean + swing * wave + noise, rounded to 1 / steps. */
typedef struct Field {
    const char *name, *long_name, *units;
    double mean, swing, noise, steps;
    double low, high;            /* clipped to these, both 0: not */
    double valid_min, valid_max; /* written as attributes, both 0: not */
    const char *missing_name;    /* "_FillValue", "missing_value" or NULL */
    double missing;              /* its value, packed */
    double scale, offset;        /* packing; scale 0: none */
    nc_type type;
    unsigned gap_every; /* about one in so many is missing, 0: none */
    bool is_unsigned;   /* _Unsigned = "true" */
} Field;

void nc_check(int status, const char *file, const char *what);
NcFile nc_begin(Expected *x, const char *folder, const char *name, int mode);
void nc_finish(NcFile *f);
int nc_dimension(NcFile *f, const char *name, size_t length);
/* A text attribute of a variable, or of the file with NC_GLOBAL. */
void nc_text(NcFile *f, int var, const char *name, const char *value);
void nc_double(NcFile *f, int var, const char *name, nc_type type, double value);
int nc_variable(NcFile *f, const char *name, nc_type type, int rank, const int *dims,
                const char *units);
/* Writes n values; notes what a reader must find. */
void nc_values(NcFile *f, int var, const double *values, size_t n);

/* Defines a field's variable with its attributes. */
int nc_field(NcFile *f, const Field *field, int rank, const int *dims);
/* Makes n values of it, `per_day` to a wave, and writes them; NULL or a copy of what was written
 * (unpacked, NaN where missing) through `out`. */
void nc_fill_field(NcFile *f, int var, const Field *field, size_t n, double per_day, double *out);
