/* las_header.h: the public header block of a LAS file (ASPRS LAS 1.4 R15, section 2.4, and its
 * forerunners 1.0 to 1.3), as far as a reader needs it. */
#pragma once

#include "core/dataset.h"
#include "core/input.h"

enum {
    LAS_HEADER_LEAST = 227, /* of LAS 1.0 to 1.2; later ones are longer */
    LAS_HEADER_MOST = 375,
    LAS_RETURNS_MAX = 15,
    LAS_FORMATS = 11,
};

/* Bits of the global encoding. */
enum {
    LAS_GPS_STANDARD = 1 << 0,
    LAS_SYNTHETIC_RETURNS = 1 << 3,
    LAS_CRS_IS_WKT = 1 << 4,
};

typedef struct LasHeader {
    uint8_t bytes[LAS_HEADER_MOST]; /* zeros behind header_bytes */
    unsigned minor;                 /* LAS 1.MINOR */
    unsigned point_format;          /* 0..10 */
    bool compressed;
    unsigned encoding;
    uint64_t header_bytes, points_offset;
    size_t record_bytes; /* of one point */
    uint32_t vlr_count;
    uint64_t points;       /* that it promises */
    unsigned return_count; /* how many are counted: 5 or 15; 0: it leaves them out */
    uint64_t by_return[LAS_RETURNS_MAX];
    double scale[3], offset[3], min[3], max[3];
    uint64_t evlr_offset; /* 0: none */
    uint32_t evlr_count;
} LasHeader;

/* Bytes that a point takes without extra bytes. */
size_t las_format_bytes(unsigned point_format);

/* ERROR_DATA: truncated, bad_header, unsupported. What contradicts itself and does no harm becomes
 * a note. */
bool las_header_read(const Input *in, Dataset *notes, LasHeader *h, Error *e) MUST_CHECK;
