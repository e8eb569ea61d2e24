/* demo.c: the small pleasant data set of test_data/: an invented station network. */
#include "tests/support/generate/generate.h"

#include <stdlib.h>
#include <string.h>

static const char readme[] =
    "Kestrel Valley Network\n"
    "======================\n\n"
    "Four days in June 2024 of a station network that does not exist, as its loggers and "
    "computers\n"
    "would have left them. Made by tests/support/generate (`generate demo`); nothing here was\n"
    "measured. tests/cases/test_data/EXPECTED*.tsv say what a reader must find.\n\n"
    "    met/        three weather stations, a file a day: netCDF-3, ARM names and quality bits\n"
    "    lidar/      wind profiles: netCDF-4, deflated; rays of a Doppler lidar (.hpl)\n"
    "    survey/     laser points of a ridge: LAS 1.4, with an extra number\n"
    "    radiation/  packed and unsigned numbers: netCDF-4, classic model\n"
    "    flux/       CDF-5      lake/  groups and strings, bottles, casts (also in a zip)\n"
    "    rain/       drops by speed and size (Parsivel)      soil/  HDF5\n"
    "    model/      calendars in which 30 February exists and leap days do not\n"
    "    logger/     text tables, each in a dialect of its own, and a netCDF file with a wrong "
    "name\n"
    "    notes/      a picture and a script: no data, a rule ignores them\n"
    "    broken/     files that are broken on purpose\n";

static const char script[] = "#!/usr/bin/env python3\n"
                             "# Draws the ridge's temperature; kept beside the data by habit.\n"
                             "import csv\n\n"
                             "with open('../logger/ridge_air_20240601.csv') as f:\n"
                             "    for row in csv.DictReader(f):\n"
                             "        print(row['time'], row['air_temperature'])\n";

static uint32_t crc32_of(const uint8_t *bytes, size_t length)
{
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static void png_chunk(Bytes *png, const char *type, const Bytes *body)
{
    bytes_u32(png, (uint32_t)body->length);
    size_t start = png->length;
    bytes_add(png, type, 4);
    bytes_add(png, body->data, body->length);
    bytes_u32(png, crc32_of(png->data + start, png->length - start));
}

/* A zlib stream of one stored block. */
static void zlib_stored(Bytes *out, const Bytes *raw)
{
    uint32_t a = 1, b = 0;
    uint16_t length = (uint16_t)raw->length;
    bytes_add(out, "\x78\x01\x01", 3);
    bytes_u8(out, (uint8_t)length);
    bytes_u8(out, (uint8_t)(length >> 8));
    bytes_u8(out, (uint8_t)~length);
    bytes_u8(out, (uint8_t)(~length >> 8));
    bytes_add(out, raw->data, raw->length);
    for (size_t i = 0; i < raw->length; i++) {
        a = (a + raw->data[i]) % 65521;
        b = (b + a) % 65521;
    }
    bytes_u32(out, b << 16 | a);
}

/* Sky over a ridge, 48 x 32 pixels. */
static void picture(const char *folder)
{
    enum { WIDTH = 48, HEIGHT = 32 };
    Bytes png = {0}, header = {0}, raw = {0}, packed = {0}, none = {0};
    bytes_u32(&header, WIDTH);
    bytes_u32(&header, HEIGHT);
    bytes_add(&header, "\x08\x02\0\0\0", 5);
    for (int y = 0; y < HEIGHT; y++) {
        bytes_u8(&raw, 0);
        for (int x = 0; x < WIDTH; x++) {
            bool ground = y > 20 - 6 * wave(x / 60.0);
            bytes_u8(&raw, ground ? 70 : (uint8_t)(120 + 3 * y));
            bytes_u8(&raw, ground ? 90 : (uint8_t)(170 + 2 * y));
            bytes_u8(&raw, ground ? 60 : 235);
        }
    }
    zlib_stored(&packed, &raw);
    bytes_add(&png, "\x89PNG\r\n\x1a\n", 8);
    png_chunk(&png, "IHDR", &header);
    png_chunk(&png, "IDAT", &packed);
    png_chunk(&png, "IEND", &none);
    bytes_save(&png, folder, "notes/ridge_camera.png");
    free(header.data);
    free(raw.data);
    free(packed.data);
}

static void text(const char *folder, const char *name, const char *content)
{
    char *path = file_path(folder, name);
    file_write(path, content, strlen(content));
    free(path);
}

static void no_data(Expected *x)
{
    static const char *const names[] = {"README.md", "notes/plot.py", "notes/ridge_camera.png"};
    text(x->folder, names[0], readme);
    text(x->folder, names[1], script);
    picture(x->folder);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        expected_file(x, &(ExpectedFile){.file = names[i], .state = "ignored", .rows = -1});
}

void generate_demo(const char *folder, const char *tables)
{
    Expected x = expected_open(folder, tables);
    demo_stations(&x);
    demo_profiles(&x);
    demo_calendars(&x);
    demo_tables(&x);
    demo_toa5(&x);
    demo_casts(&x);
    demo_windcube(&x);
    demo_ceilometer(&x);
    demo_events(&x);
    demo_las(&x);
    demo_halo(&x);
    demo_rain(&x);
    demo_archive(&x);
    demo_broken(&x);
    demo_vad(&x);
    no_data(&x);
    expected_close(&x);
}
