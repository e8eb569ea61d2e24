/* demo_casts.c: a hydrographic station in a lake: bottles (WHP-Exchange) and a cast (Sea-Bird). */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

enum { BOTTLES = 12, SCANS = 60 };

static const char bottle_name[] = "lake/99KV20240603_hy1.csv";
static const char cast_name[] = "lake/cast_0007.cnv";

/* The text of one number into the line; gives back what it reads as. */
static double __attribute__((format(printf, 2, 3))) put(FILE *f, const char *format, ...)
{
    char text[64];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fputs(text, f);
    return strtod(text, NULL);
}

typedef struct Bottles {
    double pressure[BOTTLES], salinity[BOTTLES], oxygen[BOTTLES], flag[BOTTLES];
} Bottles;

/* Every fourth bottle has no oxygen: -999.00, flag 9. */
static void write_bottle(FILE *f, Bottles *b, size_t i, Random *r)
{
    fprintf(f, "99KV20240603,       7,  1,%8zu,2,20240603,    09%02zu,  61.4021,    8.1307,",
            BOTTLES - i, i);
    b->pressure[i] = put(f, "%8.1f,", 60.5 - 5.0 * (double)i);
    b->salinity[i] = put(f, "%9.4f,2,", 0.05 + random_between(r, 0, 0.01));
    bool gap = i % 4 == 3;
    double oxygen = put(f, "%9.2f,", gap ? -999 : 300 + random_between(r, -20, 20));
    b->oxygen[i] = gap ? NAN : oxygen;
    b->flag[i] = gap ? 9 : 2;
    fprintf(f, "%.0f\r\n", b->flag[i]);
}

static void bottles(Expected *x)
{
    char *path = file_path(x->folder, bottle_name);
    FILE *f = file_create(path);
    Random r = random_seed(bottle_name, 0);
    static Bottles b;
    fputs("BOTTLE,20240610KVNLABTST\r\n# Kvern lake, station 7; made up\r\n\r\n"
          "EXPOCODE,STNNBR,CASTNO,SAMPNO,BTLNBR_FLAG_W,DATE,TIME,LATITUDE,LONGITUDE,CTDPRS,CTDSAL,"
          "CTDSAL_FLAG_W,OXYGEN,OXYGEN_FLAG_W\r\n,,,,,,,,,DBAR,PSS-78,,UMOL/KG,\r\n",
          f);
    for (size_t i = 0; i < BOTTLES; i++)
        write_bottle(f, &b, i, &r);
    fputs("END_DATA\r\n", f);
    file_close(f, path);
    expected_variable(x, bottle_name, "CTDPRS", b.pressure, BOTTLES);
    expected_variable(x, bottle_name, "CTDSAL", b.salinity, BOTTLES);
    expected_variable(x, bottle_name, "OXYGEN", b.oxygen, BOTTLES);
    expected_variable(x, bottle_name, "OXYGEN_FLAG_W", b.flag, BOTTLES);
    expected_file(x, &(ExpectedFile){bottle_name, "done", "whp", "BOTTLE", BOTTLES,
                                     "2024-06-03T09:00:00Z", "2024-06-03T09:11:00Z", ""});
    free(path);
}

typedef struct Cast {
    double elapsed[SCANS], pressure[SCANS], temperature[SCANS];
} Cast;

/* Columns of 11 characters; one temperature is the bad flag. */
static void cast(Expected *x)
{
    char *path = file_path(x->folder, cast_name);
    FILE *f = file_create(path);
    Random r = random_seed(cast_name, 0);
    static Cast c;
    fprintf(f,
            "* Sea-Bird SBE 19plus Data File:\r\n* Temperature SN = 4211\r\n"
            "** Ship: Kvern\r\n** Station: 7\r\n# nquan = 3\r\n# nvalues = %d\r\n"
            "# name 0 = timeS: Time, Elapsed [seconds]\r\n"
            "# name 1 = prdM: Pressure, Strain Gauge [db]\r\n"
            "# name 2 = tv290C: Temperature [ITS-90, deg C]\r\n"
            "# interval = seconds: 0.25\r\n# start_time = Jun 03 2024 09:00:00\r\n"
            "# bad_flag = -9.990e-29\r\n# file_type = ascii\r\n*END*\r\n",
            SCANS);
    for (size_t i = 0; i < SCANS; i++) {
        c.elapsed[i] = put(f, "%11.3f", (double)i * 0.25);
        c.pressure[i] = put(f, "%11.3f", 0.5 + (double)i);
        double warm = 12 - 7 * (double)i / SCANS + random_between(&r, 0, 0.1);
        c.temperature[i] = i == 30 ? put(f, "%11.3e", -9.99e-29) : put(f, "%11.4f", warm);
        if (i == 30)
            c.temperature[i] = NAN;
        fputs("\r\n", f);
    }
    file_close(f, path);
    expected_variable(x, cast_name, "timeS", c.elapsed, SCANS);
    expected_variable(x, cast_name, "prdM", c.pressure, SCANS);
    expected_variable(x, cast_name, "tv290C", c.temperature, SCANS);
    expected_file(x, &(ExpectedFile){cast_name, "done", "cnv", "cnv", SCANS, "2024-06-03T09:00:00Z",
                                     "2024-06-03T09:00:14.75Z", ""});
    free(path);
}

void demo_casts(Expected *x)
{
    bottles(x);
    cast(x);
}
