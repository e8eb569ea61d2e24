/* laz_rgb.c: red, green and blue, byte by byte: green follows red's change, blue both. */
#include "formats/las/laz_rgb.h"

#include "formats/las/laz_item.h"

/* Bits of `used`, beside those of the bytes. */
enum { BYTE_VALUES = 256, COLOURED = 64 };

bool laz_colours_create(LazColours *c, Arena *a)
{
    return laz_model_create(&c->used, 2 * COLOURED, a) &&
           laz_models_create(c->diffs, LAZ_RGB_BYTES, BYTE_VALUES, a);
}

LAZ_INLINE int clamp(int v)
{
    return v < 0 ? 0 : v > 255 ? 255 : v;
}

/* Byte `which`, or as before where it is not used. */
LAZ_INLINE int next_byte(LazColours *c, LazRange *r, uint32_t used, int which, int expected,
                         int before)
{
    if (!(used >> which & 1))
        return before;
    return (expected + (int)laz_symbol(r, &c->diffs[which])) & 255;
}

/* Green and blue of the lower (0) or the upper (1) bytes: rest[0] and rest[1]. */
LAZ_INLINE void next_others(LazColours *c, LazRange *r, uint32_t used, int half, int red_change,
                            int *rest)
{
    int green = rest[0], blue = rest[1];
    rest[0] = next_byte(c, r, used, 2 + half, clamp(green + red_change), green);
    int change = (red_change + rest[0] - green) / 2;
    rest[1] = next_byte(c, r, used, 4 + half, clamp(blue + change), blue);
}

COMPILED_TWICE void laz_colours_next(LazColours *c, LazRange *stream, uint16_t *last)
{
    LazRange range = *stream, *r = &range;
    uint32_t used = laz_symbol(r, &c->used);
    int low = last[0] & 255, high = last[0] >> 8;
    int new_low = next_byte(c, r, used, 0, low, low);
    int new_high = next_byte(c, r, used, 1, high, high);
    last[0] = (uint16_t)(new_low | new_high << 8);
    if (used & COLOURED) {
        int lows[2] = {last[1] & 255, last[2] & 255}, highs[2] = {last[1] >> 8, last[2] >> 8};
        next_others(c, r, used, 0, new_low - low, lows);
        next_others(c, r, used, 1, new_high - high, highs);
        last[1] = (uint16_t)(lows[0] | highs[0] << 8);
        last[2] = (uint16_t)(lows[1] | highs[1] << 8);
    } else {
        last[1] = last[2] = last[0];
    }
    *stream = range;
}

typedef struct Rgb12 {
    LazColours colours;
    uint16_t last[3];
} Rgb12;

static void *create_rgb(size_t size, Arena *a)
{
    (void)size;
    Rgb12 *s = arena_alloc(a, sizeof *s);
    return s && laz_colours_create(&s->colours, a) ? s : NULL;
}

static void begin_rgb(void *state, const uint8_t *first)
{
    Rgb12 *s = state;
    for (int i = 0; i < 3; i++)
        s->last[i] = laz_get16(first + 2 * i);
}

static void next_rgb(void *state, LazRange *r, uint8_t *out)
{
    Rgb12 *s = state;
    laz_colours_next(&s->colours, r, s->last);
    for (int i = 0; i < 3; i++)
        laz_put16(out + 2 * i, s->last[i]);
}

const LazPointItem laz_rgb12_v2 = {
    .type = LAZ_RGB12,
    .version = 2,
    .size = LAZ_RGB_BYTES,
    .most_bytes = 4,
    .create = create_rgb,
    .begin = begin_rgb,
    .next = next_rgb,
};
