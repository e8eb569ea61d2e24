/* laz_rgb.h: colours of LAZ since version 2, pointwise and layered. */
#pragma once

#include "formats/las/laz_coder.h"

enum { LAZ_RGB_BYTES = 6 };

typedef struct LazColours {
    LazModel used;                 /* which bytes are coded */
    LazModel diffs[LAZ_RGB_BYTES]; /* red low, red high, green low, green high, blue low, high */
} LazColours;

bool laz_colours_create(LazColours *c, Arena *a) MUST_CHECK;
/* The colour after `last` (three 16-bit numbers), which it becomes. */
void laz_colours_next(LazColours *c, LazRange *r, uint16_t *last);
