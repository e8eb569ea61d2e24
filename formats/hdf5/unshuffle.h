/* unshuffle.h: the inverse of HDF5's shuffle filter. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Puts the bytes of each element side by side again: `in` holds the first bytes of all elements,
 * then the second ones, ... Bytes behind the last whole element stay where they are (HDF5 File
 * Format Specification, filter 2). in and out must not overlap. */
void unshuffle(const uint8_t *in, size_t size, size_t width, uint8_t *out);
