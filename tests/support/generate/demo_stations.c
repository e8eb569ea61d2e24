/* demo_stations.c: days of three weather stations in netCDF-3, named and laid out as ARM does. */
#include "tests/support/generate/netcdf_file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 144, STEP_S = 600, DAYS = 4, FIRST_DAY = 1717200000 /* 2024-06-01 */ };

typedef struct Station {
    const char *facility, *place;
    double lat, lon, alt_m;
    int mode;
    const char *model;
} Station;

static const Station stations[] = {
    {"M1", "valley floor", 47.1204, 9.6512, 451, 0, "NETCDF3_CLASSIC"},
    {"S1", "ridge", 47.1518, 9.7035, 1876, 0, "NETCDF3_CLASSIC"},
    {"S2", "lake shore", 47.0891, 9.5877, 398, NC_64BIT_OFFSET, "NETCDF3_64BIT_OFFSET"},
};

static const Field fields[] = {
    {.name = "temp_mean",
     .long_name = "Temperature",
     .units = "degC",
     .type = NC_FLOAT,
     .mean = 14,
     .swing = 6,
     .noise = 0.6,
     .steps = 100,
     .valid_min = -40,
     .valid_max = 50,
     .missing_name = "missing_value",
     .missing = -9999,
     .gap_every = 60},
    {.name = "rh_mean",
     .long_name = "Relative humidity",
     .units = "%",
     .type = NC_FLOAT,
     .mean = 68,
     .swing = -22,
     .noise = 3,
     .steps = 10,
     .low = 3,
     .high = 100,
     .valid_min = -2,
     .valid_max = 104,
     .missing_name = "missing_value",
     .missing = -9999,
     .gap_every = 60},
    {.name = "atmos_pressure",
     .long_name = "Atmospheric pressure",
     .units = "kPa",
     .type = NC_FLOAT,
     .mean = 96.2,
     .swing = 0.3,
     .noise = 0.05,
     .steps = 1000,
     .valid_min = 80,
     .valid_max = 110,
     .missing_name = "missing_value",
     .missing = -9999},
    {.name = "wspd_arith_mean",
     .long_name = "Wind speed, arithmetic mean",
     .units = "m/s",
     .type = NC_FLOAT,
     .mean = 2.6,
     .swing = 2.2,
     .noise = 1.4,
     .steps = 100,
     .high = 60,
     .valid_max = 60,
     .missing_name = "missing_value",
     .missing = -9999,
     .gap_every = 90},
    {.name = "wdir_vec_mean",
     .long_name = "Wind direction, vector mean",
     .units = "deg",
     .type = NC_FLOAT,
     .mean = 190,
     .swing = 120,
     .noise = 40,
     .steps = 10,
     .high = 360,
     .valid_max = 360,
     .missing_name = "missing_value",
     .missing = -9999,
     .gap_every = 90},
    {.name = "rain_rate",
     .long_name = "Rain rate",
     .units = "mm/hr",
     .type = NC_FLOAT,
     .mean = -3,
     .swing = 2,
     .noise = 4,
     .steps = 10,
     .high = 120,
     .valid_max = 5,
     .missing_name = "missing_value",
     .missing = -9999},
};

/* The standard ARM tests as bits: 1 missing, 2 below valid_min, 3 above valid_max. */
static double qc_of(const Field *f, double value)
{
    if (isnan(value))
        return 1;
    return value < f->valid_min ? 2 : value > f->valid_max ? 4 : 0;
}

static int define_qc(NcFile *f, const Field *field, const int *time)
{
    char name[64];
    snprintf(name, sizeof name, "qc_%s", field->name);
    int var = nc_variable(f, name, NC_INT, 1, time, "1");
    nc_text(f, var, "long_name", "Quality check results on the field above");
    nc_text(f, var, "bit_1_description", "Value is equal to missing_value.");
    nc_text(f, var, "bit_1_assessment", "Bad");
    nc_text(f, var, "bit_2_description", "Value is less than valid_min.");
    nc_text(f, var, "bit_2_assessment", "Bad");
    nc_text(f, var, "bit_3_description", "Value is greater than valid_max.");
    nc_text(f, var, "bit_3_assessment", "Bad");
    return var;
}

static void globals(NcFile *f, const Station *s)
{
    char text[80];
    snprintf(text, sizeof text, "kvnmet%s.b1", s->facility);
    nc_text(f, NC_GLOBAL, "datastream", text);
    snprintf(text, sizeof text, "%s: made-up station on the %s", s->facility, s->place);
    nc_text(f, NC_GLOBAL, "facility_id", text);
    nc_text(f, NC_GLOBAL, "site_id", "kvn");
    nc_text(f, NC_GLOBAL, "data_level", "b1");
    nc_text(f, NC_GLOBAL, "title", "Kestrel Valley Network (invented): surface meteorology");
}

typedef struct Times {
    int base, offset, time;
} Times;

static Times define_times(NcFile *f, const int *dim, int day)
{
    char units[64];
    Times t = {.base = nc_variable(f, "base_time", NC_INT, 0, NULL,
                                   "seconds since 1970-01-01 00:00:00 0:00")};
    snprintf(units, sizeof units, "seconds since 2024-06-%02d 00:00:00 0:00", day + 1);
    t.offset = nc_variable(f, "time_offset", NC_DOUBLE, 1, dim, units);
    t.time = nc_variable(f, "time", NC_DOUBLE, 1, dim, units);
    nc_text(f, t.time, "long_name", "Time offset from midnight");
    nc_text(f, t.time, "calendar", "standard");
    return t;
}

static void write_times(NcFile *f, Times t, int day)
{
    double seconds[SAMPLES];
    for (int i = 0; i < SAMPLES; i++)
        seconds[i] = i * STEP_S;
    nc_values(f, t.base, &(double){FIRST_DAY + day * 86400.0}, 1);
    nc_values(f, t.offset, seconds, SAMPLES);
    nc_values(f, t.time, seconds, SAMPLES);
}

static void write_place(NcFile *f, const int *vars, const Station *s)
{
    nc_values(f, vars[0], &s->lat, 1);
    nc_values(f, vars[1], &s->lon, 1);
    nc_values(f, vars[2], &s->alt_m, 1);
}

/* Colder, thinner, damper air higher up. */
static Field at_station(const Field *field, const Station *s)
{
    Field here = *field;
    double up_m = s->alt_m - stations[0].alt_m;
    if (strcmp(field->name, "temp_mean") == 0)
        here.mean -= 0.0065 * up_m;
    if (strcmp(field->name, "atmos_pressure") == 0)
        here.mean -= 0.0104 * up_m;
    if (strcmp(field->name, "rh_mean") == 0)
        here.mean += 0.008 * up_m;
    return here;
}

static void write_fields(NcFile *f, const int *vars, const int *qc_vars, const Station *s)
{
    double values[SAMPLES];
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        Field here = at_station(&fields[i], s);
        nc_fill_field(f, vars[i], &here, SAMPLES, SAMPLES, values);
        for (int k = 0; k < SAMPLES; k++)
            values[k] = qc_of(&fields[i], values[k]);
        nc_values(f, qc_vars[i], values, SAMPLES);
    }
}

static void station_day(Expected *x, const Station *s, int day)
{
    enum { FIELDS = sizeof fields / sizeof *fields };
    char name[64], first[32], last[32];
    snprintf(name, sizeof name, "met/kvnmet%s.b1.202406%02d.000000.cdf", s->facility, day + 1);
    NcFile f = nc_begin(x, x->folder, name, s->mode);
    int time = nc_dimension(&f, "time", NC_UNLIMITED), vars[FIELDS], qc_vars[FIELDS];
    Times times = define_times(&f, &time, day);
    for (int i = 0; i < FIELDS; i++) {
        vars[i] = nc_field(&f, &fields[i], 1, &time);
        qc_vars[i] = define_qc(&f, &fields[i], &time);
    }
    int place[3] = {nc_variable(&f, "lat", NC_FLOAT, 0, NULL, "degree_N"),
                    nc_variable(&f, "lon", NC_FLOAT, 0, NULL, "degree_E"),
                    nc_variable(&f, "alt", NC_FLOAT, 0, NULL, "m")};
    globals(&f, s);
    nc_check(nc_enddef(f.id), name, "header");
    write_times(&f, times, day);
    write_fields(&f, vars, qc_vars, s);
    write_place(&f, place, s);
    nc_finish(&f);
    snprintf(first, sizeof first, "2024-06-%02dT00:00:00Z", day + 1);
    snprintf(last, sizeof last, "2024-06-%02dT23:50:00Z", day + 1);
    expected_file(x, &(ExpectedFile){name, "done", "netcdf3", s->model, SAMPLES, first, last, ""});
}

void demo_stations(Expected *x)
{
    for (size_t i = 0; i < sizeof stations / sizeof *stations; i++) {
        for (int day = 0; day < DAYS; day++)
            station_day(x, &stations[i], day);
    }
}
