/* demo_ceilometer.c: a day of CL31 messages as a logger left them: a time ahead of each, one with a
 * digit changed on the way, so that its checksum is wrong. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MESSAGES = 12,
    STEP_S = 7200,
    START = 1717286430, /* 2024-06-02 00:00:30 */
    GATES = 385,        /* subclass 2: 20 m each */
    DAMAGED = 7,
    TEXT_SIZE = 4096,
    CLOUD_GATES = 6,
};

static const char name[] = "logger/M2_ceilometer_20240602.dat";

typedef struct Columns {
    double time[MESSAGES], base[MESSAGES], temperature[MESSAGES], sum_right[MESSAGES];
    double beta[MESSAGES * GATES];
} Columns;

/* As the manual's appendix has it, a bit at a time. */
static unsigned checksum(const char *text)
{
    unsigned crc = 0xFFFF;
    for (const char *p = text; *p; p++) {
        crc ^= (unsigned)(unsigned char)*p << 8;
        for (int bit = 0; bit < 8; bit++)
            crc = (crc << 1 ^ (crc & 0x8000 ? 0x1021U : 0)) & 0xFFFF;
    }
    return crc ^ 0xFFFF;
}

/* Thin haze, and a cloud of a few gates. */
static long count_at(Random *r, size_t gate, size_t cloud)
{
    double haze = 40.0 * (double)(GATES - gate) / GATES, noise = random_between(r, -6, 6);
    bool inside = gate >= cloud && gate < cloud + CLOUD_GATES;
    return lround(inside ? 9000 + 100 * noise : haze * 2 + noise);
}

static void write_message(FILE *f, Columns *c, size_t i, Random *r)
{
    char text[TEXT_SIZE], stamp[32];
    time_t instant = START + (time_t)i * STEP_S;
    size_t cloud = 40 + (size_t)(20 + 20 * wave((double)i / MESSAGES));
    int height = (int)cloud * 20, temperature = 20 + (int)(random_next(r) % 6);
    struct tm parts;
    gmtime_r(&instant, &parts);
    strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S", &parts);
    c->time[i] = (double)instant;
    c->sum_right[i] = i != DAMAGED;
    c->base[i] = i == DAMAGED ? (double)NAN : (double)height;
    c->temperature[i] = i == DAMAGED ? (double)NAN : (double)temperature;
    int n = snprintf(text, sizeof text,
                     "CL020222\x02\r\n10 %05d ///// ///// 000000000080\r\n"
                     "  5 %03d  0 ///  0 ///  0 ///  0 ///\r\n"
                     "00100 20 0385 098 +%02d 100 12 0003 L0016HN15 042\r\n",
                     height, height / 10, temperature);
    for (size_t gate = 0; gate < GATES; gate++) {
        long count = count_at(r, gate, cloud);
        n += snprintf(text + n, sizeof text - (size_t)n, "%05lx", (unsigned long)count & 0xFFFFF);
        c->beta[i * GATES + gate] = i == DAMAGED ? NAN : (double)count / 1e8;
    }
    snprintf(text + n, sizeof text - (size_t)n, "\r\n\x03");
    unsigned sum = checksum(text);
    if (i == DAMAGED)
        text[n - 1] = text[n - 1] == '0' ? '1' : '0';
    fprintf(f, "-%s\r\n\x01%s%04x\x04\r\n", stamp, text, sum);
}

void demo_ceilometer(Expected *x)
{
    char *path = file_path(x->folder, name);
    FILE *f = file_create(path);
    Random r = random_seed(name, 0);
    static Columns c;
    fputs("-Ceilometer Logfile \r\n-File created: 02/06/2024 00:00:00\r\n", f);
    for (size_t i = 0; i < MESSAGES; i++)
        write_message(f, &c, i, &r);
    file_close(f, path);
    expected_variable(x, name, "time", c.time, MESSAGES);
    expected_variable(x, name, "backscatter", c.beta, MESSAGES * (size_t)GATES);
    expected_variable(x, name, "cloud_base_height_1", c.base, MESSAGES);
    expected_variable(x, name, "laser_temperature", c.temperature, MESSAGES);
    expected_variable(x, name, "checksum_ok", c.sum_right, MESSAGES);
    expected_file(x, &(ExpectedFile){name, "done", "ceilometer", "CL31", MESSAGES,
                                     "2024-06-02T00:00:30Z", "2024-06-02T22:00:30Z", ""});
    free(path);
}
