/* demo_tables.c: loggers' text tables, each in a dialect of its own. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_COLUMNS = 5, FIRST_DAY = 1717200000 /* 2024-06-01 */ };

typedef struct Column {
    const char *name;
    double mean, swing, noise;
    int decimals;
    unsigned gap_every; /* about one in so many is missing, 0: none */
    const char *gap;    /* how the logger writes that; NULL: an empty cell */
    bool not_negative;
    bool sentinel; /* the gap is a number that nobody declares: it counts as a value */
} Column;

typedef struct TextTable {
    const char *name;
    const char *before;      /* lines ahead of the names */
    const char *time_names;  /* NULL: no names row at all */
    const char *time_format; /* strftime; may hold the separator */
    const char *units_row;   /* a row of units under the names, or NULL */
    const char *end_of_line;
    size_t rows;
    const char *first_time; /* "": not decidable from the file */
    Column columns[MAX_COLUMNS];
    int step_s;
    char separator, decimal;
    bool bom;
} TextTable;

#define LF "\n"
#define CRLF "\r\n"

static const TextTable tables[] = {
    {.name = "logger/ridge_air_20240601.csv",
     .before = "",
     .time_names = "time",
     .time_format = "%Y-%m-%dT%H:%M:%SZ",
     .end_of_line = LF,
     .separator = ',',
     .decimal = '.',
     .rows = 144,
     .step_s = 600,
     .first_time = "2024-06-01T00:00:00Z",
     .columns = {{.name = "air_temperature", .mean = 5, .swing = 5, .noise = 0.5, .decimals = 2},
                 {.name = "relative_humidity",
                  .mean = 74,
                  .swing = 15,
                  .noise = 2,
                  .decimals = 1,
                  .gap_every = 30},
                 {.name = "wind_speed",
                  .mean = 6,
                  .swing = 3,
                  .noise = 2,
                  .decimals = 2,
                  .gap_every = 30,
                  .gap = "NaN"}}},
    {.name = "logger/lake_messwerte.csv",
     .before = "",
     .time_names = "Datum",
     .time_format = "%d.%m.%Y %H:%M",
     .end_of_line = CRLF,
     .separator = ';',
     .decimal = ',',
     .rows = 96,
     .step_s = 1800,
     .first_time = "2024-06-14T00:00:00Z",
     .columns = {{.name = "Lufttemperatur", .mean = 16, .swing = 6, .noise = 0.4, .decimals = 1},
                 {.name = "Wassertemperatur",
                  .mean = 15.2,
                  .swing = 1.1,
                  .noise = 0.1,
                  .decimals = 2,
                  .gap_every = 24},
                 {.name = "Pegel", .mean = 397.42, .swing = 0.05, .noise = 0.01, .decimals = 3}}},
    {.name = "logger/rain_gauge.txt",
     .before = "",
     .time_names = "timestamp",
     .time_format = "%Y/%m/%d %H:%M:%S",
     .end_of_line = LF,
     .separator = '\t',
     .decimal = '.',
     .rows = 288,
     .step_s = 300,
     .first_time = "2024-06-01T00:00:00Z",
     .columns = {{.name = "tips", .not_negative = true, .mean = 1, .swing = 2, .noise = 1.4},
                 {.name = "battery",
                  .mean = 12.6,
                  .swing = 0.4,
                  .noise = 0.05,
                  .decimals = 2,
                  .gap_every = 50,
                  .gap = "NA"}}},
    {.name = "logger/soil_station.csv",
     .before = "# Kestrel Valley Network (invented), soil station M1" LF
               "# units: time UTC, soil_temperature degC, soil_moisture m3/m3, heat_flux W/m2" LF
               "# installed 2023-09-14, sensors at 5 cm" LF,
     .time_names = "time",
     .time_format = "%Y-%m-%d %H:%M:%S",
     .end_of_line = LF,
     .separator = ',',
     .decimal = '.',
     .rows = 96,
     .step_s = 900,
     .first_time = "2024-06-02T00:00:00Z",
     .columns =
         {{.name = "soil_temperature", .mean = 12, .swing = 2.5, .noise = 0.1, .decimals = 2},
          {.name = "soil_moisture", .mean = 0.28, .swing = 0.01, .noise = 0.004, .decimals = 3},
          {.name = "heat_flux",
           .mean = 15,
           .swing = 60,
           .noise = 6,
           .decimals = 1,
           .gap_every = 20,
           .gap = "null"}}},
    {.name = "logger/valley_two_columns.csv",
     .before = "",
     .time_names = "date,time",
     .time_format = "%Y-%m-%d,%H:%M:%S",
     .end_of_line = LF,
     .separator = ',',
     .decimal = '.',
     .rows = 96,
     .step_s = 900,
     .first_time = "2024-06-03T00:00:00Z",
     .columns = {{.name = "temp", .mean = 15, .swing = 7, .noise = 0.5, .decimals = 1},
                 {.name = "pressure",
                  .mean = 962.4,
                  .swing = 2,
                  .noise = 0.3,
                  .decimals = 1,
                  .gap_every = 25,
                  .gap = "-"}}},
    {.name = "logger/ridge_wind_units.csv",
     .before = "",
     .time_names = "TIMESTAMP",
     .time_format = "%Y-%m-%d %H:%M:%S",
     .units_row = "UTC,m/s,deg,degC",
     .end_of_line = CRLF,
     .separator = ',',
     .decimal = '.',
     .bom = true,
     .rows = 72,
     .step_s = 1200,
     .first_time = "2024-06-04T00:00:00Z",
     .columns = {{.name = "WS", .mean = 7, .swing = 3, .noise = 2, .decimals = 2},
                 {.name = "WD", .mean = 240, .swing = 60, .noise = 20},
                 {.name = "T_sonic",
                  .mean = 6,
                  .swing = 5,
                  .noise = 0.4,
                  .decimals = 2,
                  .gap_every = 18}}},
    {.name = "logger/stream_gauge.dat",
     .before = "",
     .time_format = "%s",
     .end_of_line = LF,
     .separator = ' ',
     .decimal = '.',
     .rows = 120,
     .step_s = 720,
     .first_time = "",
     .columns = {{.name = "column_2", .mean = 0.82, .swing = 0.12, .noise = 0.02, .decimals = 3},
                 {.name = "column_3",
                  .mean = 9.4,
                  .swing = 1.2,
                  .noise = 0.1,
                  .decimals = 2,
                  .gap_every = 16,
                  .gap = "NaN"}}},
    {.name = "logger/snow_depth_sentinel.csv",
     .before = "",
     .time_names = "time",
     .time_format = "%Y-%m-%dT%H:%M:%S",
     .end_of_line = LF,
     .separator = ',',
     .decimal = '.',
     .rows = 48,
     .step_s = 1800,
     .first_time = "2024-06-04T00:00:00Z",
     .columns = {{.name = "snow_depth",
                  .mean = 0.42,
                  .swing = 0.05,
                  .noise = 0.01,
                  .decimals = 2,
                  .gap_every = 9,
                  .gap = "-9999",
                  .sentinel = true},
                 {.name = "signal_quality", .mean = 190, .swing = 20, .noise = 10}}},
};

static time_t start_of(const TextTable *t)
{
    long day = *t->first_time ? strtol(t->first_time + 8, NULL, 10) : 1;
    return FIRST_DAY + (day - 1) * (time_t)86400;
}

static void write_time(FILE *f, const TextTable *t, size_t row)
{
    char text[64];
    struct tm parts;
    time_t instant = start_of(t) + (time_t)row * t->step_s;
    if (strcmp(t->time_format, "%s") == 0) {
        fprintf(f, "%lld", (long long)instant);
        return;
    }
    gmtime_r(&instant, &parts);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* the formats stand in the table above */
    size_t length = strftime(text, sizeof text, t->time_format, &parts);
#pragma GCC diagnostic pop
    fwrite(text, 1, length, f);
}

static void write_number(FILE *f, const Column *c, double value, char decimal)
{
    char text[64];
    snprintf(text, sizeof text, "%.*f", c->decimals, value);
    char *point = strchr(text, '.');
    if (point)
        *point = decimal;
    fputs(text, f);
}

/* One cell; gives back what a reader must find in it. */
static double write_cell(FILE *f, const TextTable *t, const Column *c, size_t row, Random *r)
{
    double turns = (double)row * t->step_s / 86400 - 0.3, steps = 1;
    for (int i = 0; i < c->decimals; i++)
        steps *= 10;
    double value = c->mean + c->swing * wave(turns) + random_between(r, -c->noise, c->noise);
    value = rounded(c->not_negative && value < 0 ? 0 : value, steps);
    bool gap = c->gap_every > 0 && random_next(r) % c->gap_every == 0;
    if (!gap) {
        write_number(f, c, value, t->decimal);
        return value;
    }
    if (!c->gap)
        return NAN;
    fputs(c->gap, f);
    return c->sentinel ? strtod(c->gap, NULL) : NAN;
}

static void write_names(FILE *f, const TextTable *t)
{
    if (t->bom)
        fputs("\xef\xbb\xbf", f);
    fputs(t->before, f);
    if (!t->time_names)
        return;
    fputs(t->time_names, f);
    for (size_t i = 0; i < MAX_COLUMNS && t->columns[i].name; i++)
        fprintf(f, "%c%s", t->separator, t->columns[i].name);
    fputs(t->end_of_line, f);
    if (t->units_row)
        fprintf(f, "%s%s", t->units_row, t->end_of_line);
}

/* "2024-06-02T00:00:00Z" plus all the steps. */
static void last_time(const TextTable *t, char *out, size_t size)
{
    struct tm parts;
    time_t instant = start_of(t) + (time_t)(t->rows - 1) * t->step_s;
    gmtime_r(&instant, &parts);
    strftime(out, size, "%Y-%m-%dT%H:%M:%SZ", &parts);
}

static void text_table(Expected *x, const TextTable *t)
{
    char *path = file_path(x->folder, t->name), last[32] = "";
    double *seen[MAX_COLUMNS] = {0};
    FILE *f = file_create(path);
    Random r = random_seed(t->name, 0);
    write_names(f, t);
    for (size_t i = 0; i < MAX_COLUMNS && t->columns[i].name; i++) {
        seen[i] = calloc(t->rows, sizeof *seen[i]);
        if (!seen[i])
            die("out of memory");
    }
    for (size_t row = 0; row < t->rows; row++) {
        write_time(f, t, row);
        for (size_t i = 0; seen[i]; i++) {
            fputc(t->separator, f);
            seen[i][row] = write_cell(f, t, &t->columns[i], row, &r);
        }
        fputs(t->end_of_line, f);
    }
    file_close(f, path);
    for (size_t i = 0; seen[i]; i++) {
        expected_variable(x, t->name, t->columns[i].name, seen[i], t->rows);
        free(seen[i]);
    }
    if (*t->first_time)
        last_time(t, last, sizeof last);
    expected_file(
        x, &(ExpectedFile){t->name, "done", "csv", "", (long)t->rows, t->first_time, last, ""});
    free(path);
}

/* Quoted cells that hold separators, quotes and line ends. */
static void visits(Expected *x)
{
    static const char name[] = "logger/station_visits.csv";
    static const char text[] = "date,station,hours,remark\n"
                               "2024-05-02,M1,1.5,\"levelled the mast, cleaned the dome\"\n"
                               "2024-05-16,S1,4,\"snow on the \"\"lower\"\" boom\"\n"
                               "2024-05-30,S2,2.25,\"replaced battery;\nold one: 11.2 V\"\n"
                               "2024-06-13,M1,,\n";
    char *path = file_path(x->folder, name);
    file_write(path, text, sizeof text - 1);
    free(path);
    expected_variable(x, name, "hours", (double[]){1.5, 4, 2.25, NAN}, 4);
    expected_file(x, &(ExpectedFile){name, "done", "csv", "", 4, "2024-05-02T00:00:00Z",
                                     "2024-06-13T00:00:00Z", ""});
}

void demo_tables(Expected *x)
{
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        text_table(x, &tables[i]);
    visits(x);
}
