/* laz_point10.c: position, intensity, returns, class, angle, source of formats 0-5, version 2. */
#include "formats/las/laz_integer.h"
#include "formats/las/laz_item.h"
#include "formats/las/laz_median.h"

enum { BYTE_VALUES = 256, RETURNS = 8, PULSE_KINDS = 16 };

/* Bits of the symbol that says what is not as in the record before. */
enum {
    SOURCE_CHANGED = 1,
    USER_DATA_CHANGED = 2,
    ANGLE_CHANGED = 4,
    CLASS_CHANGED = 8,
    INTENSITY_CHANGED = 16,
    FLAGS_CHANGED = 32,
};

/* Where the fields stand in a record. */
enum {
    X_AT = 0,
    Y_AT = 4,
    Z_AT = 8,
    INTENSITY_AT = 12,
    FLAGS_AT = 14,
    CLASS_AT = 15,
    ANGLE_AT = 16,
    USER_DATA_AT = 17,
    SOURCE_AT = 18,
    POINT10_SIZE = 20,
};

typedef struct Point10 {
    uint8_t last[POINT10_SIZE];
    uint16_t intensity[PULSE_KINDS]; /* last one of the same kind of pulse */
    uint32_t z[RETURNS];             /* last one of as many returns before the pulse's end */
    LazMedian dx[PULSE_KINDS], dy[PULSE_KINDS];
    LazModel changed;
    LazModel flags[BYTE_VALUES], class[BYTE_VALUES], user_data[BYTE_VALUES]; /* by the last value */
    LazModel angle[2];                                                       /* by scan direction */
    LazInteger x_diff, y_diff, z_diff, intensity_diff, source_diff;
} Point10;

/* [number of returns][return number]: kinds of pulse. Combinations that should not be (return 3 of
 * 2, or 0) have kinds too. */
static const uint8_t pulse_kind[RETURNS][RETURNS] = {
    {15, 14, 13, 12, 11, 10, 9, 8},  {14, 0, 1, 3, 6, 10, 10, 9},
    {13, 1, 2, 4, 7, 11, 11, 10},    {12, 3, 4, 5, 8, 12, 12, 11},
    {11, 6, 7, 8, 9, 13, 13, 12},    {10, 10, 11, 12, 13, 14, 14, 13},
    {9, 10, 11, 12, 13, 14, 15, 14}, {8, 9, 10, 11, 12, 13, 14, 15},
};

static void *create_point10(size_t size, Arena *a)
{
    (void)size;
    Point10 *p = arena_alloc(a, sizeof *p);
    bool made = p && laz_model_create(&p->changed, 64, a) &&
                laz_models_create(p->flags, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_models_create(p->class, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_models_create(p->user_data, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_models_create(p->angle, 2, BYTE_VALUES, a) &&
                laz_integer_create(&p->x_diff, 32, 2, a) &&
                laz_integer_create(&p->y_diff, 32, 22, a) &&
                laz_integer_create(&p->z_diff, 32, 20, a) &&
                laz_integer_create(&p->intensity_diff, 16, 4, a) &&
                laz_integer_create(&p->source_diff, 16, 1, a);
    return made ? p : NULL;
}

static void begin_point10(void *state, const uint8_t *first)
{
    Point10 *p = state;
    memcpy(p->last, first, POINT10_SIZE);
    laz_put16(p->last + INTENSITY_AT, 0);
    memset(p->intensity, 0, sizeof p->intensity);
    memset(p->z, 0, sizeof p->z);
    memset(p->dx, 0, sizeof p->dx);
    memset(p->dy, 0, sizeof p->dy);
}

LAZ_INLINE void next_byte(LazRange *r, LazModel *by_last, uint8_t *value)
{
    *value = (uint8_t)laz_symbol(r, &by_last[*value]);
}

LAZ_INLINE void next_changes(Point10 *p, LazRange *r, uint32_t changed)
{
    uint8_t *last = p->last;
    if (changed & CLASS_CHANGED)
        next_byte(r, p->class, &last[CLASS_AT]);
    if (changed & ANGLE_CHANGED)
        last[ANGLE_AT] =
            (uint8_t)(last[ANGLE_AT] + laz_symbol(r, &p->angle[last[FLAGS_AT] >> 6 & 1]));
    if (changed & USER_DATA_CHANGED)
        next_byte(r, p->user_data, &last[USER_DATA_AT]);
    if (changed & SOURCE_CHANGED)
        laz_put16(last + SOURCE_AT,
                  (uint16_t)(laz_get16(last + SOURCE_AT) + laz_difference(r, &p->source_diff, 0)));
}

LAZ_INLINE void next_position(Point10 *p, LazRange *r, unsigned kind)
{
    enum { MOST_Y_CONTEXT = 20, MOST_Z_CONTEXT = 18 };
    unsigned count = p->last[FLAGS_AT] >> 3 & 7, number = p->last[FLAGS_AT] & 7;
    unsigned single = count == 1;
    unsigned end = count > number ? count - number : number - count;
    uint32_t d = (uint32_t)p->dx[kind].sorted[LAZ_MEDIAN] + laz_difference(r, &p->x_diff, single);
    laz_put32(p->last + X_AT, laz_get32(p->last + X_AT) + d);
    laz_median_add(&p->dx[kind], (int32_t)d);
    unsigned k = p->x_diff.k;
    unsigned context = k < MOST_Y_CONTEXT ? k & ~1U : MOST_Y_CONTEXT;
    d = (uint32_t)p->dy[kind].sorted[LAZ_MEDIAN] + laz_difference(r, &p->y_diff, single + context);
    laz_put32(p->last + Y_AT, laz_get32(p->last + Y_AT) + d);
    laz_median_add(&p->dy[kind], (int32_t)d);
    k = (p->x_diff.k + p->y_diff.k) / 2;
    context = k < MOST_Z_CONTEXT ? k & ~1U : MOST_Z_CONTEXT;
    p->z[end] += laz_difference(r, &p->z_diff, single + context);
    laz_put32(p->last + Z_AT, p->z[end]);
}

COMPILED_TWICE static void next_point10(void *state, LazRange *stream, uint8_t *out)
{
    Point10 *p = state;
    LazRange range = *stream, *r = &range;
    uint32_t changed = laz_symbol(r, &p->changed);
    if (changed & FLAGS_CHANGED)
        next_byte(r, p->flags, &p->last[FLAGS_AT]);
    unsigned kind = pulse_kind[p->last[FLAGS_AT] >> 3 & 7][p->last[FLAGS_AT] & 7];
    if (changed) {
        if (changed & INTENSITY_CHANGED)
            p->intensity[kind] =
                (uint16_t)(p->intensity[kind] +
                           laz_difference(r, &p->intensity_diff, kind < 3 ? kind : 3));
        laz_put16(p->last + INTENSITY_AT, p->intensity[kind]);
        next_changes(p, r, changed);
    }
    next_position(p, r, kind);
    memcpy(out, p->last, POINT10_SIZE);
    *stream = range;
}

const LazPointItem laz_point10_v2 = {
    .type = LAZ_POINT10,
    .version = 2,
    .size = POINT10_SIZE,
    .most_bytes = 4,
    .create = create_point10,
    .begin = begin_point10,
    .next = next_point10,
};
