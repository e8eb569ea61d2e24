/* mask.h: applies an Unpacking to stored values: which of them are missing, which lie outside the
 * valid range, and what each is as a double. */
#pragma once

#include "core/summary.h"
#include "core/wire.h"

typedef struct Mask {
    const Unpacking *unpacking; /* borrowed */
    size_t count;
    double masks[MASK_VALUES_MAX]; /* stored values as double: exact up to 32 bits and for floats */
    uint64_t wide[MASK_VALUES_MAX]; /* the bits of 64-bit integers */
    double min, max;                /* valid range; infinite where there is none */
    uint64_t wide_min, wide_max;    /* the bits of 64-bit integers */
} Mask;

/* False if the type has no numbers. Masks that the type cannot hold match nothing. */
bool mask_init(Mask *m, const Unpacking *u);
/* Stored values -> doubles, still packed, NaN where missing. Adds to *outside the values outside
 * the valid range. 64-bit integers are masked exactly, then rounded. */
void mask_run(const Mask *m, const void *values, size_t count, double *out, uint64_t *outside);

/* The stored value at an index; NUMBER_NONE for a type without numbers. */
Number number_at(DataType type, const void *values, size_t index);
double number_to_double(Number n);    /* NaN for NUMBER_NONE */
bool number_less(Number a, Number b); /* of one kind */
/* The number in the stored type: integers exactly or not at all, float rounded to float. */
bool number_convert(Number n, DataType type, Number *out) MUST_CHECK;
/* Moves a number; a double that is not finite is refused. */
void number_wire(Wire *w, Number *n);
