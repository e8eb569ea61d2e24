/* demo_las.c: laser points of the ridge, from a flight that never was: LAS 1.4, point format 6, by
 * the tables of the specification. */
#include "tests/support/generate/generate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    POINTS = 1200,
    HEADER = 375,
    RECORD = 30 + 2, /* and one extra number: the height above ground */
    DESCRIPTOR = 192,
    VLR = 54,
    GPS_FIRST = 401357618, /* 2024-06-02 10:00:00 UTC: 18 leap seconds, less 10^9 */
    NO_HEIGHT = -32768,
};

static const char wkt[] =
    "PROJCS[\"WGS 84 / UTM zone 32N\",GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\","
    "6378137,298.257223563]],PRIMEM[\"Greenwich\",0],UNIT[\"degree\",0.0174532925199433]],"
    "PROJECTION[\"Transverse_Mercator\"],UNIT[\"metre\",1],AUTHORITY[\"EPSG\",\"32632\"]]";

static const double scale = 0.01, corner[] = {600000, 5200000, 0}, angle_step = 0.006;

typedef struct Point {
    int32_t at[3];
    uint16_t intensity;
    uint8_t returned, returns, class;
    int16_t angle, height;
    double time;
} Point;

static void put(uint8_t *at, uint64_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * i));
}

static void put_double(uint8_t *at, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(at, bits, sizeof bits);
}

/* Trees on a ridge: first returns from the crowns, last ones from the ground. */
static void fly(Point *points)
{
    Random r = random_seed("survey", 0);
    for (int i = 0; i < POINTS; i++) {
        Point *p = &points[i];
        int line = i / 100, step = line % 2 ? 99 - i % 100 : i % 100;
        bool tree = i % 7 < 2;
        int32_t ground = 180000 + (int32_t)(4000 * wave(line / 24.0 + step / 400.0));
        p->height = (int16_t)(i % 97 == 5 ? NO_HEIGHT : tree && i % 7 == 0 ? 1450 : 0);
        p->at[0] = step * 120 + (int32_t)random_between(&r, 0, 40);
        p->at[1] = line * 150 + (int32_t)random_between(&r, 0, 40);
        p->at[2] = ground + (p->height > 0 ? p->height : 0);
        p->intensity = (uint16_t)random_between(&r, 400, 30000);
        p->returns = tree ? 2 : 1;
        p->returned = tree && i % 7 == 1 ? 2 : 1;
        p->class = p->height > 0 ? 5 : 2;
        p->angle = (int16_t)((step - 50) * 60);
        p->time = GPS_FIRST + i / 100.0;
    }
}

static void put_header(uint8_t *b, const Point *points, size_t offset)
{
    uint64_t by_return[2] = {0, 0};
    memcpy(b, "LASF", 4);
    put(b + 4, 3, 2);
    put(b + 6, 1 | 16, 2); /* standard GPS time, WKT */
    b[24] = 1;
    b[25] = 4;
    memcpy(b + 26, "Kestrel Valley scanner", 22);
    memcpy(b + 58, "generate demo", 13);
    put(b + 90, 154, 2); /* 2 June */
    put(b + 92, 2024, 2);
    put(b + 94, HEADER, 2);
    put(b + 96, offset, 4);
    put(b + 100, 2, 4);
    b[104] = 6;
    put(b + 105, RECORD, 2);
    for (size_t axis = 0; axis < 3; axis++) {
        int32_t low = points[0].at[axis], high = low;
        for (size_t i = 0; i < POINTS; i++) {
            low = points[i].at[axis] < low ? points[i].at[axis] : low;
            high = points[i].at[axis] > high ? points[i].at[axis] : high;
        }
        put_double(b + 131 + axis * 8, scale);
        put_double(b + 155 + axis * 8, corner[axis]);
        put_double(b + 179 + axis * 16, high * scale + corner[axis]);
        put_double(b + 187 + axis * 16, low * scale + corner[axis]);
    }
    for (size_t i = 0; i < POINTS; i++)
        by_return[points[i].returned - 1]++;
    put(b + 247, POINTS, 8);
    put(b + 255, by_return[0], 8);
    put(b + 263, by_return[1], 8);
}

static void put_records(uint8_t *b)
{
    memcpy(b + 2, "LASF_Projection", 15);
    put(b + 18, 2112, 2);
    put(b + 20, sizeof wkt, 2);
    memcpy(b + VLR, wkt, sizeof wkt);
    b += VLR + sizeof wkt;
    memcpy(b + 2, "LASF_Spec", 9);
    put(b + 18, 4, 2);
    put(b + 20, DESCRIPTOR, 2);
    uint8_t *d = b + VLR;
    d[2] = 4;     /* a signed number of 2 bytes */
    d[3] = 1 | 8; /* with a value for no data and a scale */
    memcpy(d + 4, "height_above_ground", 19);
    put(d + 40, (uint64_t)(int64_t)NO_HEIGHT, 8);
    put_double(d + 112, scale);
    memcpy(d + 160, "height above ground", 19);
}

static void put_point(uint8_t *b, const Point *p)
{
    for (size_t axis = 0; axis < 3; axis++)
        put(b + axis * 4, (uint32_t)p->at[axis], 4);
    put(b + 12, p->intensity, 2);
    b[14] = (uint8_t)(p->returned | p->returns << 4);
    b[16] = p->class;
    put(b + 18, (uint16_t)p->angle, 2);
    put(b + 20, 3, 2);
    put_double(b + 22, p->time);
    put(b + 30, (uint16_t)p->height, 2);
}

static void expect(Expected *x, const char *name, const Point *points)
{
    enum { X, Y, Z, INTENSITY, RETURN, CLASS, ANGLE, TIME, HEIGHT, COUNT };
    static const char *const names[COUNT] = {"x",
                                             "y",
                                             "z",
                                             "intensity",
                                             "return_number",
                                             "classification",
                                             "scan_angle",
                                             "gps_time",
                                             "height_above_ground"};
    static double values[COUNT][POINTS];
    for (size_t i = 0; i < POINTS; i++) {
        const Point *p = &points[i];
        for (size_t axis = 0; axis < 3; axis++)
            values[axis][i] = p->at[axis] * scale + corner[axis];
        values[INTENSITY][i] = p->intensity;
        values[RETURN][i] = p->returned;
        values[CLASS][i] = p->class;
        values[ANGLE][i] = p->angle * angle_step;
        values[TIME][i] = p->time;
        values[HEIGHT][i] = p->height == NO_HEIGHT ? NAN : p->height * scale;
    }
    for (size_t k = 0; k < COUNT; k++)
        expected_variable(x, name, names[k], values[k], POINTS);
    expected_file(x, &(ExpectedFile){.file = name,
                                     .state = "done",
                                     .format = "las",
                                     .model = "LAS 1.4 format 6",
                                     .rows = POINTS,
                                     .first_time = "2024-06-02T10:00:00Z",
                                     .last_time = "2024-06-02T10:00:11.99Z"});
}

void demo_las(Expected *x)
{
    static const char name[] = "survey/ridge_20240602.las";
    const size_t offset = HEADER + VLR + sizeof wkt + VLR + DESCRIPTOR;
    Bytes file = {.length = offset + (size_t)POINTS * RECORD};
    static Point points[POINTS];
    file.data = calloc(1, file.length);
    if (!file.data)
        die("out of memory");
    fly(points);
    put_header(file.data, points, offset);
    put_records(file.data + HEADER);
    for (size_t i = 0; i < POINTS; i++)
        put_point(file.data + offset + i * RECORD, &points[i]);
    bytes_save(&file, x->folder, name);
    expect(x, name, points);
}
