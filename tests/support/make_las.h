/* make_las.h: LAS files byte by byte, by the tables of the specification (ASPRS LAS 1.4 R15). */
#pragma once

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The host of the tests is little-endian, as LAS is. */
static inline void las_put(uint8_t *at, uint64_t value, size_t bytes)
{
    memcpy(at, &value, bytes);
}

static inline void las_put_double(uint8_t *at, double value)
{
    memcpy(at, &value, sizeof value);
}

typedef struct MakeLas {
    unsigned minor, format;
    size_t header, record; /* bytes; 0: as the version and the format have it */
    uint64_t points;
    unsigned encoding;
    const uint8_t *vlrs; /* as they stand in the file */
    size_t vlrs_size;
    uint32_t vlr_count;
} MakeLas;

static const size_t make_record_bytes[] = {20, 28, 26, 34, 57, 63, 30, 36, 38, 59, 67};
static const size_t make_header_bytes[] = {227, 227, 227, 235, 375};

/* x = X * 0.01 + 1000 for X = 0, 1, 2, ...; y = 0.001 X; z = -X * 0.5. Everything else is for the
 * caller to set: the records begin at *points. */
static inline uint8_t *make_las(const MakeLas *m, size_t *size, uint8_t **points)
{
    size_t header = m->header ? m->header : make_header_bytes[m->minor];
    size_t record = m->record ? m->record : make_record_bytes[m->format];
    size_t offset = header + m->vlrs_size;
    uint8_t *b = calloc(1, offset + (size_t)m->points * record + 1);
    memcpy(b, "LASF", 4);
    las_put(b + 6, m->encoding, 2);
    b[24] = 1;
    b[25] = (uint8_t)m->minor;
    memcpy(b + 26, "test bench", 10);
    las_put(b + 90, 60, 2); /* 1 March, not in a leap year */
    las_put(b + 92, 2023, 2);
    las_put(b + 94, header, 2);
    las_put(b + 96, offset, 4);
    las_put(b + 100, m->vlr_count, 4);
    b[104] = (uint8_t)m->format;
    las_put(b + 105, record, 2);
    if (m->minor < 4)
        las_put(b + 107, m->points, 4);
    else
        las_put(b + 247, m->points, 8);
    const double scale[] = {0.01, 0.001, -0.5}, shift[] = {1000, 0, 0};
    for (size_t i = 0; i < 3; i++) {
        las_put_double(b + 131 + i * 8, scale[i]);
        las_put_double(b + 155 + i * 8, shift[i]);
    }
    if (m->vlrs_size)
        memcpy(b + header, m->vlrs, m->vlrs_size);
    for (uint64_t i = 0; i < m->points; i++)
        for (size_t axis = 0; axis < 3; axis++)
            las_put(b + offset + i * record + axis * 4, i, 4);
    *size = offset + (size_t)m->points * record;
    *points = b + offset;
    return b;
}

/* A variable length record; `extended` ones as they stand behind the points. Returns its bytes. */
static inline size_t make_vlr(uint8_t *to, const char *user, unsigned id, const void *payload,
                              size_t size, int extended)
{
    size_t head = extended ? 60 : 54;
    memset(to, 0, head);
    memcpy(to + 2, user, strlen(user));
    las_put(to + 18, id, 2);
    las_put(to + 20, size, extended ? 8 : 2);
    memcpy(to + head, payload, size);
    return head + size;
}
