/* large.c: files that are read in parts, with values whose statistics arithmetic tells. */
#include "tests/support/generate/netcdf_file.h"

#include <stdlib.h>
#include <string.h>

enum { ROWS = 10000, COLUMNS = 1000, AT_ONCE = 100 };

/* `row` is the number of its row, `wave` goes from 0 to 1023.75 in quarters. */
static void write_rows(int nc, const int *vars, size_t first, const char *name)
{
    static int rows[AT_ONCE * COLUMNS];
    static float waves[AT_ONCE * COLUMNS];
    static double times[AT_ONCE];
    const size_t start[] = {first, 0}, count[] = {AT_ONCE, COLUMNS};
    for (size_t i = 0; i < AT_ONCE * COLUMNS; i++) {
        size_t at = first * COLUMNS + i;
        rows[i] = (int)(at / COLUMNS);
        waves[i] = (float)(at % 4096) * 0.25F;
        times[i / COLUMNS] = 60.0 * rows[i];
    }
    nc_check(nc_put_vara_double(nc, vars[0], start, count, times), name, "time");
    nc_check(nc_put_vara_int(nc, vars[1], start, count, rows), name, "row");
    nc_check(nc_put_vara_float(nc, vars[2], start, count, waves), name, "wave");
}

static void large_file(const char *folder, const char *name, int mode)
{
    NcFile f = nc_begin(NULL, folder, name, mode);
    int dims[2], vars[3];
    const size_t chunk[] = {AT_ONCE, COLUMNS};
    dims[0] = nc_dimension(&f, "time", NC_UNLIMITED);
    dims[1] = nc_dimension(&f, "column", COLUMNS);
    vars[0] = nc_variable(&f, "time", NC_DOUBLE, 1, dims, "seconds since 2024-06-01 00:00:00");
    vars[1] = nc_variable(&f, "row", NC_INT, 2, dims, "1");
    vars[2] = nc_variable(&f, "wave", NC_FLOAT, 2, dims, "m");
    for (int i = 1; i < 3 && (mode & NC_NETCDF4); i++) {
        nc_check(nc_def_var_chunking(f.id, vars[i], NC_CHUNKED, chunk), name, "chunks");
        nc_check(nc_def_var_deflate(f.id, vars[i], 1, 1, 1), name, "deflate");
    }
    nc_check(nc_enddef(f.id), name, "header");
    for (size_t first = 0; first < ROWS; first += AT_ONCE)
        write_rows(f.id, vars, first, name);
    nc_finish(&f);
}

/* The same with some bytes of a chunk of `wave` overwritten: the end of the file holds little else.
 */
static void damage(const char *folder, const char *from, const char *to)
{
    char *path = file_path(folder, from);
    size_t length;
    uint8_t *bytes = file_read(path, &length);
    memset(bytes + length / 10 * 9, 0xff, 256);
    char *damaged = file_path(folder, to);
    file_write(damaged, bytes, length);
    free(bytes);
    free(path);
    free(damaged);
}

void generate_large(const char *folder)
{
    large_file(folder, "large.nc", NC_NETCDF4);
    large_file(folder, "large_classic.nc", 0);
    damage(folder, "large.nc", "large_damaged.nc");
}
