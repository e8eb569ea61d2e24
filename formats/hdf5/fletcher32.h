/* fletcher32.h: the checksum of HDF5's fletcher32 filter. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether the bytes have this checksum, as read from the file in little-endian order. Libraries
 * before HDF5 1.6.3 wrote its bytes in pairs the other way round on little-endian machines; this
 * counts as right too, as it does in libhdf5 (H5Zfletcher32.c). */
bool fletcher32_matches(const uint8_t *bytes, size_t size, uint32_t stored);
