/* demo_events.c: what a station's gateway has sent: a message a line, in JSON. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { ROWS = 96, STEP_S = 900, START = 1717545600 /* 2024-06-05 */, HEARTBEAT = 12 };

static const char name[] = "logger/M4_gateway_20240605.ndjson";

typedef struct Columns {
    double air[ROWS], wind[ROWS], signal[ROWS], battery[ROWS];
} Columns;

/* The battery is only in every twelfth message; where the wind failed, it is null. */
static void write_row(FILE *f, Columns *c, size_t row, Random *r)
{
    char stamp[32];
    struct tm parts;
    time_t instant = START + (time_t)row * STEP_S;
    double turns = (double)row / ROWS - 0.3;
    bool gap = random_next(r) % 16 == 0;
    gmtime_r(&instant, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", &parts);
    c->air[row] = rounded(8 + 6 * wave(turns) + random_between(r, -0.2, 0.2), 100);
    c->wind[row] = rounded(random_between(r, 0.3, 7), 10);
    c->signal[row] = (double)(-90 + (int)(random_next(r) % 30));
    c->battery[row] = NAN;
    fprintf(f, "{\"time\": \"%s\", \"station\": \"M4\", \"air\": {\"temperature\": %.2f", stamp,
            c->air[row]);
    if (gap)
        fputs(", \"wind_speed\": null}", f);
    else
        fprintf(f, ", \"wind_speed\": %.1f}", c->wind[row]);
    fprintf(f, ", \"rssi\": %.0f", c->signal[row]);
    if (row % HEARTBEAT == 0) {
        c->battery[row] = rounded(3.6 + random_between(r, -0.1, 0.1), 1000);
        fprintf(f, ", \"battery\": %.3f", c->battery[row]);
    }
    fputs("}\n", f);
    if (gap)
        c->wind[row] = NAN;
}

void demo_events(Expected *x)
{
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    Random r = random_seed(name, 0);
    static Columns c;
    for (size_t row = 0; row < ROWS; row++)
        write_row(f, &c, row, &r);
    file_close(f, path);
    expected_variable(x, name, "air.temperature", c.air, ROWS);
    expected_variable(x, name, "air.wind_speed", c.wind, ROWS);
    expected_variable(x, name, "rssi", c.signal, ROWS);
    expected_variable(x, name, "battery", c.battery, ROWS);
    expected_file(x, &(ExpectedFile){name, "done", "ndjson", "NDJSON", ROWS, "2024-06-05T00:00:00Z",
                                     "2024-06-05T23:45:00Z", ""});
    free(path);
}
