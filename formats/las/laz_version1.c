/* laz_version1.c: position, time and colours of formats 0-5 as LASzip 1 wrote them. */
#include "formats/las/laz_integer.h"
#include "formats/las/laz_item.h"

enum { BYTE_VALUES = 256, DIFFERENCES = 3 };
enum { X_AT = 0, Y_AT = 4, Z_AT = 8, INTENSITY_AT = 12, FLAGS_AT = 14, CLASS_AT = 15 };
enum { ANGLE_AT = 16, USER_DATA_AT = 17, SOURCE_AT = 18, POINT10_SIZE = 20 };
enum {
    SOURCE_CHANGED = 1,
    USER_DATA_CHANGED = 2,
    ANGLE_CHANGED = 4,
    CLASS_CHANGED = 8,
    FLAGS_CHANGED = 16,
    INTENSITY_CHANGED = 32,
};

typedef struct Point10 {
    uint8_t last[POINT10_SIZE];
    int32_t dx[DIFFERENCES], dy[DIFFERENCES]; /* the last ones, in a ring */
    unsigned oldest;
    LazModel changed;
    LazModel flags[BYTE_VALUES], class[BYTE_VALUES], user_data[BYTE_VALUES]; /* by the last value */
    LazInteger x, y, z, intensity, angle, source;
} Point10;

static void *create_point10(size_t size, Arena *a)
{
    (void)size;
    Point10 *p = arena_alloc(a, sizeof *p);
    bool made = p && laz_model_create(&p->changed, 64, a) &&
                laz_models_create(p->flags, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_models_create(p->class, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_models_create(p->user_data, BYTE_VALUES, BYTE_VALUES, a) &&
                laz_integer_create(&p->x, 32, 1, a) && laz_integer_create(&p->y, 32, 20, a) &&
                laz_integer_create(&p->z, 32, 20, a) &&
                laz_integer_create(&p->intensity, 16, 1, a) &&
                laz_integer_create(&p->angle, 8, 2, a) && laz_integer_create(&p->source, 16, 1, a);
    return made ? p : NULL;
}

static void begin_point10(void *state, const uint8_t *first)
{
    Point10 *p = state;
    memcpy(p->last, first, POINT10_SIZE);
    memset(p->dx, 0, sizeof p->dx);
    memset(p->dy, 0, sizeof p->dy);
    p->oldest = 0;
}

static uint32_t middle_of(const int32_t *v)
{
    int32_t least = v[0] < v[1] ? v[0] : v[1], most = v[0] < v[1] ? v[1] : v[0];
    return (uint32_t)(v[2] < least ? least : v[2] > most ? most : v[2]);
}

LAZ_INLINE void next_byte(LazRange *r, LazModel *by_last, uint8_t *value)
{
    *value = (uint8_t)laz_symbol(r, &by_last[*value]);
}

static void next_changes(Point10 *p, LazRange *r, uint32_t changed, unsigned k)
{
    uint8_t *last = p->last;
    if (changed & INTENSITY_CHANGED)
        laz_put16(last + INTENSITY_AT,
                  (uint16_t)(laz_get16(last + INTENSITY_AT) + laz_difference(r, &p->intensity, 0)));
    if (changed & FLAGS_CHANGED)
        next_byte(r, p->flags, &last[FLAGS_AT]);
    if (changed & CLASS_CHANGED)
        next_byte(r, p->class, &last[CLASS_AT]);
    if (changed & ANGLE_CHANGED)
        last[ANGLE_AT] = (uint8_t)(last[ANGLE_AT] + laz_difference(r, &p->angle, k < 3));
    if (changed & USER_DATA_CHANGED)
        next_byte(r, p->user_data, &last[USER_DATA_AT]);
    if (changed & SOURCE_CHANGED)
        laz_put16(last + SOURCE_AT,
                  (uint16_t)(laz_get16(last + SOURCE_AT) + laz_difference(r, &p->source, 0)));
}

static void next_point10(void *state, LazRange *r, uint8_t *out)
{
    enum { MOST_CONTEXT = 19 };
    Point10 *p = state;
    uint32_t dx = middle_of(p->dx) + laz_difference(r, &p->x, 0);
    unsigned k = p->x.k;
    uint32_t dy = middle_of(p->dy) + laz_difference(r, &p->y, k < MOST_CONTEXT ? k : MOST_CONTEXT);
    k = (p->x.k + p->y.k) / 2;
    uint32_t dz = laz_difference(r, &p->z, k < MOST_CONTEXT ? k : MOST_CONTEXT);
    laz_put32(p->last + X_AT, laz_get32(p->last + X_AT) + dx);
    laz_put32(p->last + Y_AT, laz_get32(p->last + Y_AT) + dy);
    laz_put32(p->last + Z_AT, laz_get32(p->last + Z_AT) + dz);
    next_changes(p, r, laz_symbol(r, &p->changed), k);
    p->dx[p->oldest] = (int32_t)dx;
    p->dy[p->oldest] = (int32_t)dy;
    p->oldest = (p->oldest + 1) % DIFFERENCES;
    memcpy(out, p->last, POINT10_SIZE);
}

const LazPointItem laz_point10_v1 = {
    .type = LAZ_POINT10,
    .version = 1,
    .size = POINT10_SIZE,
    .most_bytes = 4,
    .create = create_point10,
    .begin = begin_point10,
    .next = next_point10,
};

/* Symbols of a multiple: 0: a quarter or less; 1..509 times; then in full, then unchanged. */
enum { MULTIPLES = 512, MOST_TIMES = MULTIPLES - 3, IN_FULL = MULTIPLES - 2 };
/* Symbols after a step of 0. */
enum { ZERO_UNCHANGED, ZERO_STEP, ZERO_IN_FULL, ZERO_KINDS };

typedef struct Gpstime {
    uint64_t time; /* the double's bits */
    uint32_t step;
    unsigned odd_steps; /* since the last one that fitted */
    LazModel multiple;  /* of a step that is not 0 */
    LazModel first;     /* after a step of 0 */
    LazInteger diff;
} Gpstime;

static void *create_gpstime(size_t size, Arena *a)
{
    (void)size;
    Gpstime *t = arena_alloc(a, sizeof *t);
    bool made = t && laz_model_create(&t->multiple, MULTIPLES, a) &&
                laz_model_create(&t->first, ZERO_KINDS, a) &&
                laz_integer_create(&t->diff, 32, 6, a);
    return made ? t : NULL;
}

static void begin_gpstime(void *state, const uint8_t *first)
{
    Gpstime *t = state;
    t->time = laz_get64(first);
    t->step = 0;
    t->odd_steps = 0;
}

static uint64_t in_full(LazRange *r)
{
    uint64_t lower = laz_bits(r, 32);
    return lower | (uint64_t)laz_bits(r, 32) << 32;
}

/* The step of a symbol of 0..509. */
static uint32_t next_step(Gpstime *t, LazRange *r, uint32_t symbol)
{
    enum { FEW = 10, SOME = 50, ODD_STEPS_MAX = 3 };
    enum { ONCE_CONTEXT = 1, LESS_CONTEXT, FEW_CONTEXT, SOME_CONTEXT, MANY_CONTEXT };
    uint32_t step;
    if (symbol == 1) {
        t->step += laz_difference(r, &t->diff, ONCE_CONTEXT);
        t->odd_steps = 0;
        return t->step;
    }
    if (symbol == 0) {
        step = (uint32_t)((int32_t)t->step / 4) + laz_difference(r, &t->diff, LESS_CONTEXT);
    } else {
        unsigned context = symbol < FEW ? FEW_CONTEXT : symbol < SOME ? SOME_CONTEXT : MANY_CONTEXT;
        step = symbol * t->step + laz_difference(r, &t->diff, context);
    }
    bool odd = symbol == 0 || symbol == MOST_TIMES;
    if (odd && ++t->odd_steps > ODD_STEPS_MAX) {
        t->step = step;
        t->odd_steps = 0;
    }
    return step;
}

static void next_gpstime(void *state, LazRange *r, uint8_t *out)
{
    Gpstime *t = state;
    if (t->step == 0) {
        uint32_t symbol = laz_symbol(r, &t->first);
        if (symbol == ZERO_STEP) {
            t->step = laz_difference(r, &t->diff, 0);
            t->time += (uint64_t)(int64_t)(int32_t)t->step;
        } else if (symbol == ZERO_IN_FULL) {
            t->time = in_full(r);
        }
    } else {
        uint32_t symbol = laz_symbol_wide(r, &t->multiple);
        if (symbol <= MOST_TIMES)
            t->time += (uint64_t)(int64_t)(int32_t)next_step(t, r, symbol);
        else if (symbol == IN_FULL)
            t->time = in_full(r);
    }
    laz_put64(out, t->time);
}

const LazPointItem laz_gpstime11_v1 = {
    .type = LAZ_GPSTIME11,
    .version = 1,
    .size = 8,
    .most_bytes = 8,
    .create = create_gpstime,
    .begin = begin_gpstime,
    .next = next_gpstime,
};

enum { RGB_BYTES = 6 };

typedef struct Rgb12 {
    uint8_t last[RGB_BYTES];
    LazModel used; /* which bytes are coded */
    LazInteger diff;
} Rgb12;

static void *create_rgb(size_t size, Arena *a)
{
    (void)size;
    Rgb12 *s = arena_alloc(a, sizeof *s);
    bool made = s && laz_model_create(&s->used, 1U << RGB_BYTES, a) &&
                laz_integer_create(&s->diff, 8, RGB_BYTES, a);
    return made ? s : NULL;
}

static void begin_rgb(void *state, const uint8_t *first)
{
    Rgb12 *s = state;
    memcpy(s->last, first, RGB_BYTES);
}

static void next_rgb(void *state, LazRange *r, uint8_t *out)
{
    Rgb12 *s = state;
    uint32_t used = laz_symbol(r, &s->used);
    for (unsigned i = 0; i < RGB_BYTES; i++)
        if (used >> i & 1)
            s->last[i] = (uint8_t)(s->last[i] + laz_difference(r, &s->diff, i));
    memcpy(out, s->last, RGB_BYTES);
}

const LazPointItem laz_rgb12_v1 = {
    .type = LAZ_RGB12,
    .version = 1,
    .size = RGB_BYTES,
    .most_bytes = 4,
    .create = create_rgb,
    .begin = begin_rgb,
    .next = next_rgb,
};
