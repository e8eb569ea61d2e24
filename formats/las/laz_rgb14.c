/* laz_rgb14.c: colours and near infrared of formats 7, 8 and 10. */
#include "formats/las/laz_item.h"
#include "formats/las/laz_rgb.h"

enum { BYTE_VALUES = 256, NIR_BYTES = 2, NIR = 3, COLOURS = 4 };

typedef struct Channel {
    LazColours colours;
    LazModel nir_used, nir_diffs[NIR_BYTES]; /* low, high */
} Channel;

typedef struct Rgb14 {
    LazSource *rgb, *nir; /* layers; nir NULL: format 7 */
    LazTurn turn;
    uint16_t last[LAZ_CHANNELS][COLOURS];
    Channel *channels[LAZ_CHANNELS]; /* NULL: the channel was not there yet */
} Rgb14;

static void *create_rgbnir(size_t size, unsigned version, LazSource *layers, Arena *a)
{
    Rgb14 *s = arena_alloc(a, sizeof *s);
    if (!s)
        return NULL;
    *s = (Rgb14){.rgb = layers,
                 .nir = size > LAZ_RGB_BYTES ? layers + 1 : NULL,
                 .turn = {.keeps_fault = version < 4}};
    return s;
}

static bool create_channel(const Rgb14 *s, Channel *c, Arena *a)
{
    enum { USES = 4 }; /* of two bytes */
    if (!laz_colours_create(&c->colours, a))
        return false;
    return !s->nir || (laz_model_create(&c->nir_used, USES, a) &&
                       laz_models_create(c->nir_diffs, NIR_BYTES, BYTE_VALUES, a));
}

/* The channel's models, made when it is there for the first time. */
static bool open_channel(Rgb14 *s, LazScan *scan)
{
    if (s->channels[scan->channel])
        return true;
    Channel *c = arena_alloc(scan->arena, sizeof *c);
    scan->memory_full = !c || !create_channel(s, c, scan->arena);
    if (!scan->memory_full)
        s->channels[scan->channel] = c;
    return !scan->memory_full;
}

static bool begin_rgbnir(void *state, LazScan *scan, const uint8_t *first)
{
    Rgb14 *s = state;
    laz_turn_begin(&s->turn, scan);
    uint16_t *last = s->last[scan->channel];
    for (int i = 0; i < (s->nir ? COLOURS : NIR); i++)
        last[i] = laz_get16(first + 2 * i);
    return open_channel(s, scan);
}

static void next_nir(Channel *c, LazRange *r, uint16_t *last)
{
    uint32_t used = laz_symbol(r, &c->nir_used);
    uint32_t low = *last & 255U, high = *last >> 8;
    if (used & 1)
        low = (low + laz_symbol(r, &c->nir_diffs[0])) & 255;
    if (used & 2)
        high = (high + laz_symbol(r, &c->nir_diffs[1])) & 255;
    *last = (uint16_t)(low | high << 8);
}

static bool next_rgbnir(void *state, LazScan *scan, uint8_t *out)
{
    Rgb14 *s = state;
    LazFrom turn = laz_turn(&s->turn, scan);
    if (turn.fresh) {
        memcpy(s->last[scan->channel], s->last[turn.from], sizeof s->last[0]);
        turn.from = scan->channel;
        if (!open_channel(s, scan))
            return false;
    }
    uint16_t *last = s->last[turn.from];
    Channel *c = s->channels[scan->channel];
    bool whole = true;
    if (s->rgb->present) {
        laz_colours_next(&c->colours, &s->rgb->range, last);
        whole = laz_source_check(s->rgb);
    }
    for (int i = 0; i < NIR; i++)
        laz_put16(out + 2 * i, last[i]);
    if (!s->nir)
        return whole;
    if (s->nir->present) {
        next_nir(c, &s->nir->range, &last[NIR]);
        whole &= laz_source_check(s->nir);
    }
    laz_put16(out + 2 * NIR, last[NIR]);
    return whole;
}

const LazLayerItem laz_rgb14 = {
    .type = LAZ_RGB14,
    .size = LAZ_RGB_BYTES,
    .layers = 1,
    .create = create_rgbnir,
    .begin = begin_rgbnir,
    .next = next_rgbnir,
};

const LazLayerItem laz_rgbnir14 = {
    .type = LAZ_RGBNIR14,
    .size = LAZ_RGB_BYTES + NIR_BYTES,
    .layers = 2,
    .create = create_rgbnir,
    .begin = begin_rgbnir,
    .next = next_rgbnir,
};
