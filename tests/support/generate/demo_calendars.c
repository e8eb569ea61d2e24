/* demo_calendars.c: model output in calendars of its own: 30 February exists in one, no leap day in
 * the other. */
#include "tests/support/generate/netcdf_file.h"

#include <stdlib.h>

typedef struct ModelRun {
    const char *name, *calendar, *units, *first, *last;
    size_t days;
} ModelRun;

static const ModelRun runs[] = {
    {"model/valley_climate_360day.nc", "360_day", "days since 2000-01-01", "2000-01-01T00:00:00",
     "2000-02-30T00:00:00", 60},
    {"model/valley_climate_noleap.nc", "noleap", "days since 1999-12-01", "1999-12-01T00:00:00",
     "2000-03-10T00:00:00", 100},
};

static const Field fields[] = {
    {.name = "tas",
     .long_name = "Near-surface air temperature",
     .units = "K",
     .type = NC_FLOAT,
     .mean = 276,
     .swing = 4,
     .noise = 2,
     .steps = 100,
     .missing_name = "_FillValue",
     .missing = 1e20},
    {.name = "pr",
     .long_name = "Precipitation",
     .units = "kg m-2 s-1",
     .type = NC_FLOAT,
     .swing = 0.0001,
     .noise = 0.0002,
     .steps = 1e6,
     .low = 1e-6,
     .high = 0.01,
     .missing_name = "_FillValue",
     .missing = 1e20,
     .gap_every = 35},
};

static void model_run(Expected *x, const ModelRun *m)
{
    enum { CELLS = 6 };
    NcFile f = nc_begin(x, x->folder, m->name, 0);
    int dims[2] = {nc_dimension(&f, "time", m->days), nc_dimension(&f, "cell", CELLS)}, vars[2];
    int time = nc_variable(&f, "time", NC_DOUBLE, 1, dims, m->units);
    nc_text(&f, time, "calendar", m->calendar);
    for (int i = 0; i < 2; i++)
        vars[i] = nc_field(&f, &fields[i], 2, dims);
    nc_text(&f, NC_GLOBAL, "Conventions", "CF-1.8");
    nc_check(nc_enddef(f.id), m->name, "header");
    double *days = calloc(m->days, sizeof *days);
    if (!days)
        die("out of memory");
    for (size_t i = 0; i < m->days; i++)
        days[i] = (double)i;
    nc_values(&f, time, days, m->days);
    for (int i = 0; i < 2; i++)
        nc_fill_field(&f, vars[i], &fields[i], m->days * CELLS, 30 * CELLS, NULL);
    nc_finish(&f);
    free(days);
    expected_file(x, &(ExpectedFile){m->name, "done", "netcdf3", "NETCDF3_CLASSIC", (long)m->days,
                                     m->first, m->last, ""});
}

void demo_calendars(Expected *x)
{
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        model_run(x, &runs[i]);
}
