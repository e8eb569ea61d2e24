/* demo_toa5.c: a table of a Campbell logger: four header lines, quoted times, "NAN" for a gap. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 144, STEP_S = 600, FIRST_RECORD = 51840, START = 1717459200 /* 2024-06-04 */ };

static const char name[] = "logger/M3_ten_minutes.dat";
static const char header[] =
    "\"TOA5\",\"M3 Kestrel Saddle\",\"CR1000X\",\"7042\",\"CR1000X.Std.06.02\","
    "\"CPU:saddle_v4.CR1X\",\"31337\",\"ten_minutes\"\r\n"
    "\"TIMESTAMP\",\"RECORD\",\"BattV_Min\",\"AirTC_Avg\",\"Rain_mm_Tot\"\r\n"
    "\"TS\",\"RN\",\"Volts\",\"Deg C\",\"mm\"\r\n"
    "\"\",\"\",\"Min\",\"Avg\",\"Tot\"\r\n";

typedef struct Columns {
    double record[ROWS], battery[ROWS], air[ROWS], rain[ROWS];
} Columns;

/* The stamp is the end of the interval: the last of the day is the next day's midnight. */
static void write_row(FILE *f, Columns *c, size_t row, Random *r)
{
    char stamp[32];
    struct tm parts;
    time_t instant = START + (time_t)(row + 1) * STEP_S;
    double turns = (double)row / ROWS - 0.3;
    gmtime_r(&instant, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &parts);
    c->record[row] = FIRST_RECORD + (double)row;
    c->battery[row] = rounded(12.8 + 0.4 * wave(turns) + random_between(r, -0.02, 0.02), 100);
    c->air[row] = rounded(6 + 5 * wave(turns) + random_between(r, -0.3, 0.3), 1000);
    c->rain[row] = random_next(r) % 20 == 0 ? rounded(random_between(r, 0.1, 1.5), 10) : 0;
    bool gap = random_next(r) % 24 == 0;
    fprintf(f, "\"%s\",%.0f,%.2f,", stamp, c->record[row], c->battery[row]);
    if (gap)
        fputs("\"NAN\"", f);
    else
        fprintf(f, "%.3f", c->air[row]);
    fprintf(f, ",%.1f\r\n", c->rain[row]);
    if (gap)
        c->air[row] = NAN;
}

void demo_toa5(Expected *x)
{
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    Random r = random_seed(name, 0);
    static Columns c;
    fputs(header, f);
    for (size_t row = 0; row < ROWS; row++)
        write_row(f, &c, row, &r);
    file_close(f, path);
    expected_variable(x, name, "RECORD", c.record, ROWS);
    expected_variable(x, name, "BattV_Min", c.battery, ROWS);
    expected_variable(x, name, "AirTC_Avg", c.air, ROWS);
    expected_variable(x, name, "Rain_mm_Tot", c.rain, ROWS);
    expected_file(x, &(ExpectedFile){name, "done", "toa5", "TOA5", ROWS, "2024-06-04T00:10:00Z",
                                     "2024-06-05T00:00:00Z", ""});
    free(path);
}
