/* masking.h: from a variable's attributes to Unpacking: _FillValue, missing_value, the library's
 * default fill, _Unsigned, scale_factor, add_offset, valid_min, valid_max, valid_range (CF 1.8
 * sections 2.5.1, 8.1; NUG best practices). */
#pragma once

#include "core/dataset.h"
#include "core/summary.h"

typedef struct MaskingOptions {
    bool valid_range_masks; /* NUG: outside valid_range is missing; default: counted only (ARM) */
} MaskingOptions;

/* Attributes of a wrong type or with impossible values are left out with a note in `d`. */
void masking_of_variable(Dataset *d, const Var *v, const MaskingOptions *o, Unpacking *out);
