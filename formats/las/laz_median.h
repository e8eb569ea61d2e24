/* laz_median.h: LAZ's running median of five differences. */
#pragma once

#include "formats/las/laz_coder.h"

/* Sorted. A new value pushes out the largest or the smallest; which one changes each time that the
 * new value is on the other side of the median. */
typedef struct LazMedian {
    int32_t sorted[5];
    bool keeps_large; /* the smallest goes next */
} LazMedian;

enum { LAZ_MEDIAN = 2 };

LAZ_INLINE int32_t laz_smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

LAZ_INLINE int32_t laz_larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* Without branches: which way a difference falls cannot be foreseen. */
LAZ_INLINE void laz_median_add(LazMedian *m, int32_t v)
{
    const int32_t *rest = m->sorted + m->keeps_large;
    int32_t a = rest[0], b = rest[1], c = rest[2], d = rest[3], middle = m->sorted[LAZ_MEDIAN];
    m->keeps_large = (v > middle) | (!m->keeps_large & (v == middle));
    m->sorted[0] = laz_smaller(a, v);
    m->sorted[1] = laz_larger(a, laz_smaller(b, v));
    m->sorted[2] = laz_larger(b, laz_smaller(c, v));
    m->sorted[3] = laz_larger(c, laz_smaller(d, v));
    m->sorted[4] = laz_larger(d, v);
}
