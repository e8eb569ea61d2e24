/* demo_windcube.c: half a day of a wind profiler's statistics, as a WindCube writes them. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 72, HEIGHTS = 4, STEP_S = 600, START_S = 1717286400 /* 2024-06-02 */ };

typedef struct Column {
    const char *text, *name;
    double mean, swing;
    int decimals;
} Column;

static const double heights[HEIGHTS] = {40, 60, 80, 120};

static const Column weather[] = {
    {"Int Temp (\xb0"
     "C)",
     "Int Temp", 24, 3, 1},
    {"Pressure (hPa)", "Pressure", 962, 2, 1},
    {"Wiper count", "Wiper count", 1, 1, 0},
};
static const Column profile[] = {
    {"Wind Speed (m/s)", "Wind Speed", 8, 3, 2},
    {"Wind Direction (\xb0)", "Wind Direction", 210, 30, 1},
    {"Z-wind (m/s)", "Z-wind", 0, 0.4, 2},
    {"CNR (dB)", "CNR", -14, 4, 1},
};
enum {
    WEATHER = sizeof weather / sizeof *weather,
    PROFILE = sizeof profile / sizeof *profile,
    VALUES = WEATHER + PROFILE,
};

/* Weather first, each with ROWS values; then profiles, each with ROWS x HEIGHTS. */
typedef struct Values {
    double time[ROWS], of[VALUES][ROWS * HEIGHTS];
} Values;

static void print_names(FILE *f)
{
    fputs("HeaderSize=9\nVersion=WF 2.1.6\nID System=WLS7-9999\nLocation=Kestrel Ridge (invented)\n"
          "GPS Location=Lat:47.1\xb0N, Long:11.2\xb0"
          "E\ntimezone=UTC+2\n********************\nScanAngle (\xb0)=28.000\nAltitudes (m)=",
          f);
    for (size_t h = 0; h < HEIGHTS; h++)
        fprintf(f, "\t%g", heights[h]);
    fputs("\n********************\nTimestamp (end of interval)", f);
    for (size_t k = 0; k < WEATHER; k++)
        fprintf(f, "\t%s", weather[k].text);
    for (size_t h = 0; h < HEIGHTS; h++) {
        for (size_t k = 0; k < PROFILE; k++)
            fprintf(f, "\t%gm %s", heights[h], profile[k].text);
        fputc('\t', f);
    }
    fputc('\n', f);
}

static void print_value(FILE *f, const Column *c, double *value)
{
    static const double steps[] = {1, 10, 100};
    *value = isnan(*value) ? *value : rounded(*value, steps[c->decimals]);
    if (isnan(*value))
        fputs("\tNaN", f);
    else
        fprintf(f, "\t%.*f", c->decimals, *value);
}

/* The end of each ten minutes, two hours ahead of UTC. */
static void print_time(FILE *f, size_t row, Values *v)
{
    unsigned minutes = (unsigned)(row + 1) * (STEP_S / 60);
    fprintf(f, "2024/06/02 %02u:%02u", minutes / 60, minutes % 60);
    v->time[row] = (double)START_S + minutes * 60.0 - 7200;
}

/* One height of a row; at times nothing comes back from the highest. */
static void print_height(FILE *f, size_t row, size_t h, Random *r, Values *v)
{
    bool lost = h + 1 == HEIGHTS && random_next(r) % 4 == 0;
    for (size_t k = 0; k < PROFILE; k++) {
        const Column *c = &profile[k];
        double *value = &v->of[WEATHER + k][row * HEIGHTS + h];
        *value = lost ? NAN : c->mean + (double)h + c->swing * random_between(r, -1, 1);
        print_value(f, c, value);
    }
    fputc('\t', f);
}

static void print_rows(FILE *f, Values *v)
{
    Random r = random_seed("windcube", 0);
    for (size_t i = 0; i < ROWS; i++) {
        print_time(f, i, v);
        for (size_t k = 0; k < WEATHER; k++) {
            v->of[k][i] = weather[k].mean + weather[k].swing * wave((double)i / ROWS);
            print_value(f, &weather[k], &v->of[k][i]);
        }
        for (size_t h = 0; h < HEIGHTS; h++)
            print_height(f, i, h, &r, v);
        fputc('\n', f);
    }
}

void demo_windcube(Expected *x)
{
    static const char name[] = "lidar/ridge_windcube_20240602.sta";
    Values *v = calloc(1, sizeof *v);
    if (!v)
        die("no memory");
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    print_names(f);
    print_rows(f, v);
    file_close(f, path);
    free(path);
    expected_variable(x, name, "time", v->time, ROWS);
    expected_variable(x, name, "range", heights, HEIGHTS);
    for (size_t k = 0; k < VALUES; k++)
        if (k < WEATHER)
            expected_variable(x, name, weather[k].name, v->of[k], ROWS);
        else
            expected_variable(x, name, profile[k - WEATHER].name, v->of[k], ROWS * HEIGHTS);
    free(v);
    expected_file(x, &(ExpectedFile){.file = name,
                                     .state = "done",
                                     .format = "windcube_sta",
                                     .model = "WindCube version 2",
                                     .rows = ROWS,
                                     .first_time = "2024-06-01T22:10:00Z",
                                     .last_time = "2024-06-02T10:00:00Z"});
}
