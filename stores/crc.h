/* crc.h: the cyclic redundancy checks of object stores, at the speed of memory or near it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum CrcKind {
    CRC_32,      /* of zlib and Ethernet: IEEE 802.3 */
    CRC_32C,     /* Castagnoli's: RFC 3720, appendix B.4 */
    CRC_64_NVME, /* NVM Command Set Specification 1.0d, section 5.2.1.3.4 */
} CrcKind;

enum { CRC_STRIDE = 16 };

/* 32 KiB: for the heap. */
typedef struct Crc {
    uint64_t polynomial; /* lowest bit first */
    uint64_t all_ones;   /* of the check's width */
    uint64_t sum;
    uint64_t lane_shift;             /* by_processor: what a lane of zeros multiplies a sum by */
    bool by_processor;               /* its instruction for CRC-32C; the table stays empty */
    uint64_t table[CRC_STRIDE][256]; /* [n][b]: byte b with n zeros behind it */
} Crc;

/* Fills the tables (microseconds), unless the processor has an instruction for it. */
void crc_begin(Crc *c, CrcKind kind);
/* Always by the tables. */
void crc_begin_tables(Crc *c, CrcKind kind);
void crc_add(Crc *c, const uint8_t *bytes, size_t length);
/* Of all bytes so far; more may follow. */
uint64_t crc_end(const Crc *c);
