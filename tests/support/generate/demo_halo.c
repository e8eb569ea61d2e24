/* demo_halo.c: a stare of a Halo Photonics Doppler lidar, as text. */
#include "tests/support/generate/generate.h"

#include <stdlib.h>

enum { RAYS = 12, GATES = 20, VALUES = RAYS * GATES };

static const char name[] = "lidar/Stare_77_20240602_10.hpl";

static const char header[] =
    "Filename:\tStare_77_20240602_10.hpl\r\n"
    "System ID:\t77\r\n"
    "Number of gates:\t20\r\n"
    "Range gate length (m):\t30.0\r\n"
    "Gate length (pts):\t10\r\n"
    "Pulses/ray:\t10000\r\n"
    "No. of rays in file:\t1\r\n"
    "Scan type:\tStare\r\n"
    "Focus range:\t65535\r\n"
    "Start time:\t20240602 10:00:01.02\r\n"
    "Resolution (m/s):\t0.0382\r\n"
    "Range of measurement (center of gate) = (range gate + 0.5) * Gate length\r\n"
    "Data line 1: Decimal time (hours)  Azimuth (degrees)  Elevation (degrees) Pitch (degrees) "
    "Roll (degrees)\r\n"
    "f9.6,1x,f6.2,1x,f6.2\r\n"
    "Data line 2: Range Gate  Doppler (m/s)  Intensity (SNR + 1)  Beta (m-1 sr-1)\r\n"
    "i3,1x,f6.4,1x,f8.6,1x,e12.6 - repeat for no. gates\r\n"
    "****\r\n";

typedef struct Stare {
    double time[RAYS], range[GATES], doppler[VALUES], intensity[VALUES], beta[VALUES];
} Stare;

/* The text of one number into the line; gives back what it reads as. */
static double put(FILE *f, const char *before, const char *text)
{
    fprintf(f, "%s%s", before, text);
    return strtod(text, NULL);
}

static void write_gate(FILE *f, Stare *s, size_t ray, int gate, Random *r)
{
    char text[64];
    size_t i = ray * GATES + (size_t)gate;
    double up = wave((double)ray / RAYS + gate * 0.04) * 2;
    fprintf(f, "%3d", gate);
    snprintf(text, sizeof text, "%.4f", up + random_between(r, -0.4, 0.4) * (1 + gate));
    s->doppler[i] = put(f, " ", text);
    snprintf(text, sizeof text, "%.6f", 1 + 2 / (1.0 + gate * gate) + random_between(r, 0, 0.004));
    s->intensity[i] = put(f, " ", text);
    snprintf(text, sizeof text, "%d.%06dE-%d", (int)(1 + random_next(r) % 9),
             (int)(random_next(r) % 1000000), 5 + gate / 6);
    s->beta[i] = put(f, "  ", text);
    fputs("\r\n", f);
}

void demo_halo(Expected *x)
{
    char *path = file_path(x->folder, name), text[64];
    FILE *f = file_create(path);
    Stare *s = calloc(1, sizeof *s);
    Random r = random_seed(name, 0);
    if (!s)
        die("out of memory");
    fputs(header, f);
    for (size_t ray = 0; ray < RAYS; ray++) {
        snprintf(text, sizeof text, "10.%02zu000000", ray); /* a ray every 36 s */
        s->time[ray] = put(f, "", text);
        fputs("   0.00  90.00 -0.01 -0.20\r\n", f);
        for (int gate = 0; gate < GATES; gate++)
            write_gate(f, s, ray, gate, &r);
    }
    for (int gate = 0; gate < GATES; gate++)
        s->range[gate] = 15 + 30 * gate;
    file_close(f, path);
    free(path);
    expected_variable(x, name, "time", s->time, RAYS);
    expected_variable(x, name, "range", s->range, GATES);
    expected_variable(x, name, "doppler", s->doppler, VALUES);
    expected_variable(x, name, "intensity", s->intensity, VALUES);
    expected_variable(x, name, "beta", s->beta, VALUES);
    expected_file(x, &(ExpectedFile){name, "done", "hpl", "Halo Stare, 20 gates", RAYS,
                                     "2024-06-02T10:00:00Z", "2024-06-02T10:06:36Z", ""});
    free(s);
}
