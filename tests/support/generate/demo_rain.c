/* demo_rain.c: drops of a shower by speed and size, as the software of a Parsivel writes them. */
#include "tests/support/generate/generate.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROWS = 20,
    CLASSES = 32,
    SPECTRUM = CLASSES * CLASSES,
    WET_FROM = 4,
    WET_TO = 13,
    DROPS = 40
};

static const char name[] = "rain/ridge_drops_20240602.txt";
static const char header[] = "Date;Time;Intensity of precipitation (mm/h);Radar reflectivity (dBz);"
                             "Number of detected particles;Weather code NWS;Spectrum\r\n";

typedef struct Columns {
    double intensity[ROWS], reflectivity[ROWS], particles[ROWS], spectrum[ROWS * SPECTRUM];
} Columns;

/* Drops fall into classes near the line on which larger ones are faster. */
static void make_drops(double *spectrum, Random *r)
{
    for (int i = 0; i < DROPS; i++) {
        size_t size = 2 + random_next(r) % 12, speed = 8 + size + random_next(r) % 4;
        spectrum[speed * CLASSES + size]++;
    }
}

static void write_spectrum(FILE *f, const double *spectrum)
{
    for (size_t i = 0; i < SPECTRUM; i++) {
        if (spectrum[i] > 0)
            fprintf(f, "%.0f", spectrum[i]);
        fputc(';', f);
    }
}

static void write_row(FILE *f, Columns *c, int row, Random *r)
{
    bool wet = row >= WET_FROM && row < WET_TO;
    double *spectrum = c->spectrum + (size_t)row * SPECTRUM;
    c->intensity[row] = wet ? rounded(random_between(r, 0.2, 6), 1000) : 0;
    c->reflectivity[row] = wet ? rounded(random_between(r, 10, 35), 1000) : -9.999;
    c->particles[row] = wet ? DROPS : 0;
    fprintf(f, "2024/06/02;14:%02d:00;%.3f;%.3f;%.0f;%s;<SPECTRUM>", row, c->intensity[row],
            c->reflectivity[row], c->particles[row], wet ? "R" : "C");
    if (wet) {
        make_drops(spectrum, r);
        write_spectrum(f, spectrum);
    } else {
        fputs("ZERO", f);
    }
    fputs("</SPECTRUM>\r\n", f);
}

void demo_rain(Expected *x)
{
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    Random r = random_seed(name, 0);
    static Columns c;
    fputs(header, f);
    for (int row = 0; row < ROWS; row++)
        write_row(f, &c, row, &r);
    file_close(f, path);
    expected_variable(x, name, "Intensity of precipitation", c.intensity, ROWS);
    expected_variable(x, name, "Radar reflectivity", c.reflectivity, ROWS);
    expected_variable(x, name, "Number of detected particles", c.particles, ROWS);
    expected_variable(x, name, "spectrum", c.spectrum, ROWS * SPECTRUM);
    expected_file(x, &(ExpectedFile){name, "done", "parsivel", "Parsivel", ROWS,
                                     "2024-06-02T14:00:00Z", "2024-06-02T14:19:00Z", ""});
    free(path);
}
