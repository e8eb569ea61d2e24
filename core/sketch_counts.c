/* sketch_counts.c: how often each value occurs, where there are few different ones. */
#include "core/sketch.h"

#include <math.h>
#include <stdlib.h>

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* False: one value too many. */
static bool add(SketchCount *out, size_t *used, size_t most, double value, uint64_t times)
{
    if (*used > 0 && out[*used - 1].value == value) {
        out[*used - 1].count += times;
        return true;
    }
    if (*used == most)
        return false;
    out[(*used)++] = (SketchCount){value, times};
    return true;
}

static size_t count_few(const Sketch *s, SketchCount *out, size_t most)
{
    double sorted[SKETCH_EXACT_MAX];
    size_t used = 0, count = (size_t)s->count;
    for (size_t i = 0; i < count; i++)
        sorted[i] = s->few[i];
    qsort(sorted, count, sizeof *sorted, ascending);
    for (size_t i = 0; i < count; i++)
        if (!add(out, &used, most, sorted[i], 1))
            return 0;
    return used;
}

/* The one integer that lies in the bucket, which is its end next to zero; NaN where several do. */
static double only_integer(const SketchBucket *b)
{
    double near = b->low < 0 ? b->high : b->low;
    return b->high - b->low <= 1 && near == nearbyint(near) ? near : (double)NAN;
}

size_t sketch_counts(const Sketch *s, SketchCount *out, size_t most)
{
    if (!s->pages)
        return count_few(s, out, most);
    SketchCursor c = {.pages = s->pages};
    SketchBucket page, b;
    size_t used = 0;
    while (sketch_cursor_page(&c, &page))
        while (sketch_cursor_next(&c, &b)) {
            double value = only_integer(&b);
            if (isnan(value) || !add(out, &used, most, value, b.count))
                return 0;
        }
    return used;
}
