/* many.c: any number of tiny good files, for benchmarks and kill tests. */
#include "tests/support/generate/netcdf_file.h"

#include <stdlib.h>
#include <string.h>

enum { PER_FOLDER = 1000 };

static const Field field = {.name = "temperature",
                            .long_name = "Air temperature",
                            .units = "degC",
                            .type = NC_FLOAT,
                            .mean = 10,
                            .swing = 5,
                            .noise = 1,
                            .steps = 100,
                            .valid_min = -40,
                            .valid_max = 50,
                            .missing_name = "_FillValue",
                            .missing = -9999,
                            .gap_every = 20};

static void tiny_netcdf(const char *folder, const char *name, int mode, size_t n)
{
    NcFile f = nc_begin(NULL, folder, name, mode);
    int dim = nc_dimension(&f, "time", n);
    int time = nc_variable(&f, "time", NC_DOUBLE, 1, &dim, "seconds since 2024-06-01 00:00:00");
    int temperature = nc_field(&f, &field, 1, &dim), humidity;
    Field second = field;
    second.name = "humidity";
    second.units = "%";
    second.mean = 60;
    humidity = nc_field(&f, &second, 1, &dim);
    nc_check(nc_enddef(f.id), name, "header");
    double seconds[256];
    for (size_t i = 0; i < n; i++)
        seconds[i] = 60.0 * (double)i;
    nc_values(&f, time, seconds, n);
    nc_fill_field(&f, temperature, &field, n, (double)n, NULL);
    nc_fill_field(&f, humidity, &second, n, (double)n, NULL);
    nc_finish(&f);
}

static void tiny_table(const char *folder, const char *name)
{
    Random r = random_seed(name, 0);
    char *path = file_path(folder, name);
    FILE *f = file_create(path);
    fputs("time,temperature,humidity\n", f);
    for (int i = 0; i < 96; i++)
        fprintf(f, "2024-06-01T%02d:%02d:00Z,%.2f,%.1f\n", i / 4, i % 4 * 15,
                10 + random_between(&r, -5, 5), 60 + random_between(&r, -20, 20));
    file_close(f, path);
    free(path);
}

static void tiny_netcdf3(const char *folder, const char *name)
{
    tiny_netcdf(folder, name, 0, 220);
}

static void tiny_netcdf4(const char *folder, const char *name)
{
    tiny_netcdf(folder, name, NC_NETCDF4, 96);
}

static const struct {
    const char *kind, *ending;
    void (*make)(const char *folder, const char *name);
} makers[] = {
    {"netcdf3", "nc", tiny_netcdf3},
    {"netcdf4", "nc", tiny_netcdf4},
    {"csv", "csv", tiny_table},
};

void generate_many(const char *folder, size_t count, const char *kind)
{
    enum { KINDS = sizeof makers / sizeof *makers };
    size_t which = 0;
    while (which < KINDS && strcmp(makers[which].kind, kind) != 0)
        which++;
    bool mixed = strcmp(kind, "mixed") == 0;
    if (which == KINDS && !mixed)
        die("%s is none of netcdf3, netcdf4, csv, mixed", kind);
    for (size_t i = 0; i < count; i++) {
        char name[64];
        size_t k = mixed ? i % KINDS : which;
        snprintf(name, sizeof name, "%04zu/%s_%07zu.%s", i / PER_FOLDER, makers[k].kind, i,
                 makers[k].ending);
        makers[k].make(folder, name);
    }
}
