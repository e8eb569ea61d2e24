/* demo_vad.c: four turns of a Halo Photonics Doppler lidar in a wind that turns and grows with
 * height. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>

enum { TURNS = 4, BEAMS = 6, RAYS = TURNS * BEAMS, GATES = 20, VALUES = RAYS * GATES };

#define ELEVATION_DEG 75.0

static const char name[] = "lidar/VAD_77_20240602_103000.hpl";

static const char header[] =
    "Filename:\tVAD_77_20240602_103000.hpl\r\n"
    "System ID:\t77\r\n"
    "Number of gates:\t20\r\n"
    "Range gate length (m):\t30.0\r\n"
    "Gate length (pts):\t10\r\n"
    "Pulses/ray:\t10000\r\n"
    "No. of rays in file:\t6\r\n"
    "Scan type:\tVAD - stepped\r\n"
    "Focus range:\t65535\r\n"
    "Start time:\t20240602 10:30:00.00\r\n"
    "Resolution (m/s):\t0.0382\r\n"
    "Range of measurement (center of gate) = (range gate + 0.5) * Gate length\r\n"
    "Data line 1: Decimal time (hours)  Azimuth (degrees)  Elevation (degrees)\r\n"
    "f9.6,1x,f6.2,1x,f6.2\r\n"
    "Data line 2: Range Gate  Doppler (m/s)  Intensity (SNR + 1)  Beta (m-1 sr-1)\r\n"
    "i3,1x,f6.4,1x,f8.6,1x,e12.6 - repeat for no. gates\r\n"
    "****\r\n";

typedef struct Scan {
    double time[RAYS], azimuth[RAYS], elevation[RAYS], range[GATES];
    double doppler[VALUES], intensity[VALUES], beta[VALUES];
} Scan;

/* The text of one number into the line; gives back what it reads as. */
static double put(FILE *f, const char *before, const char *text)
{
    fprintf(f, "%s%s", before, text);
    return strtod(text, NULL);
}

/* From west near the ground to north-west aloft; noise above gate 16. */
static double along_beam(double azimuth_deg, int gate, Random *r)
{
    if (gate > 16)
        return random_between(r, -19, 19);
    double speed = 4 + 0.4 * gate, from = (270 + 2 * gate) * M_PI / 180;
    double a = azimuth_deg * M_PI / 180, e = ELEVATION_DEG * M_PI / 180;
    return -speed * cos(e) * cos(from - a) + 0.1 * sin(e);
}

static void write_gate(FILE *f, Scan *s, size_t ray, int gate, Random *r)
{
    char text[64];
    size_t i = ray * GATES + (size_t)gate;
    fprintf(f, "%3d", gate);
    snprintf(text, sizeof text, "%.4f", along_beam(s->azimuth[ray], gate, r));
    s->doppler[i] = put(f, " ", text);
    double noise = random_between(r, -0.003, 0.003);
    snprintf(text, sizeof text, "%.6f", gate > 16 ? 1 + noise : 1.4 - 0.02 * gate + noise);
    s->intensity[i] = put(f, " ", text);
    snprintf(text, sizeof text, "%d.%06dE-%d", (int)(1 + random_next(r) % 9),
             (int)(random_next(r) % 1000000), 5 + gate / 6);
    s->beta[i] = put(f, "  ", text);
    fputs("\r\n", f);
}

static void write_ray(FILE *f, Scan *s, size_t ray, Random *r)
{
    char text[64];
    snprintf(text, sizeof text, "10.50%02zu0000", ray); /* a ray every 0.36 s */
    s->time[ray] = put(f, "", text);
    snprintf(text, sizeof text, "%.2f", 360.0 * (double)(ray % BEAMS) / BEAMS);
    s->azimuth[ray] = put(f, "  ", text);
    snprintf(text, sizeof text, "%.2f", ELEVATION_DEG);
    s->elevation[ray] = put(f, "  ", text);
    fputs("\r\n", f);
    for (int gate = 0; gate < GATES; gate++)
        write_gate(f, s, ray, gate, r);
}

static void expect(Expected *x, const Scan *s)
{
    expected_variable(x, name, "time", s->time, RAYS);
    expected_variable(x, name, "range", s->range, GATES);
    expected_variable(x, name, "azimuth", s->azimuth, RAYS);
    expected_variable(x, name, "elevation", s->elevation, RAYS);
    expected_variable(x, name, "doppler", s->doppler, VALUES);
    expected_variable(x, name, "intensity", s->intensity, VALUES);
    expected_variable(x, name, "beta", s->beta, VALUES);
    expected_file(x, &(ExpectedFile){name, "done", "hpl", "Halo VAD - stepped, 20 gates", RAYS,
                                     "2024-06-02T10:30:00Z", "2024-06-02T10:30:08.28Z", ""});
}

void demo_vad(Expected *x)
{
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    Scan *s = calloc(1, sizeof *s);
    Random r = random_seed(name, 0);
    if (!s)
        die("out of memory");
    fputs(header, f);
    for (size_t ray = 0; ray < RAYS; ray++)
        write_ray(f, s, ray, &r);
    for (int gate = 0; gate < GATES; gate++)
        s->range[gate] = 15 + 30 * gate;
    file_close(f, path);
    free(path);
    expect(x, s);
    free(s);
}
