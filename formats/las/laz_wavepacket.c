/* laz_wavepacket.c: where a point's waveform is stored and where on it the point lies. */
#include "formats/las/laz_integer.h"
#include "formats/las/laz_item.h"

enum { BYTE_VALUES = 256, AXES = 3, WAVEPACKET_SIZE = 29 };

/* Where the fields stand. */
enum { INDEX_AT = 0, OFFSET_AT = 1, SIZE_AT = 9, LOCATION_AT = 13, DIRECTION_AT = 17 };

/* How the offset follows from the one before. */
enum { SAME_OFFSET, BEHIND_LAST, OFFSET_DIFFERENCE, OFFSET_IN_FULL, OFFSET_KINDS };

typedef struct Waves {
    unsigned offset_kind; /* last one */
    uint32_t offset_step; /* last one */
    LazModel index;
    LazModel offset_kinds[OFFSET_KINDS]; /* by the last kind */
    LazInteger offset, size, location, direction;
} Waves;

static bool create_waves(Waves *w, Arena *a)
{
    return laz_model_create(&w->index, BYTE_VALUES, a) &&
           laz_models_create(w->offset_kinds, OFFSET_KINDS, OFFSET_KINDS, a) &&
           laz_integer_create(&w->offset, 32, 1, a) && laz_integer_create(&w->size, 32, 1, a) &&
           laz_integer_create(&w->location, 32, 1, a) &&
           laz_integer_create(&w->direction, 32, AXES, a);
}

static void begin_waves(Waves *w)
{
    w->offset_kind = SAME_OFFSET;
    w->offset_step = 0;
}

static uint64_t next_offset(Waves *w, LazRange *r, const uint8_t *last)
{
    uint64_t offset = laz_get64(last + OFFSET_AT);
    w->offset_kind = laz_symbol(r, &w->offset_kinds[w->offset_kind]);
    if (w->offset_kind == BEHIND_LAST)
        return offset + laz_get32(last + SIZE_AT);
    if (w->offset_kind == OFFSET_DIFFERENCE) {
        w->offset_step += laz_difference(r, &w->offset, 0);
        return offset + (uint64_t)(int64_t)(int32_t)w->offset_step;
    }
    if (w->offset_kind == OFFSET_IN_FULL) {
        uint64_t lower = laz_bits(r, 32);
        return lower | (uint64_t)laz_bits(r, 32) << 32;
    }
    return offset;
}

LAZ_INLINE void add_difference(LazRange *r, LazInteger *n, size_t context, uint8_t *value)
{
    laz_put32(value, laz_get32(value) + laz_difference(r, n, context));
}

/* The item after `last`, which it becomes. Location and direction are floats: their bits. */
static void next_waves(Waves *w, LazRange *r, uint8_t *last)
{
    last[INDEX_AT] = (uint8_t)laz_symbol(r, &w->index);
    laz_put64(last + OFFSET_AT, next_offset(w, r, last));
    add_difference(r, &w->size, 0, last + SIZE_AT);
    add_difference(r, &w->location, 0, last + LOCATION_AT);
    for (size_t axis = 0; axis < AXES; axis++)
        add_difference(r, &w->direction, axis, last + DIRECTION_AT + 4 * axis);
}

typedef struct Wavepacket13 {
    Waves waves;
    uint8_t last[WAVEPACKET_SIZE];
} Wavepacket13;

static void *create_13(size_t size, Arena *a)
{
    (void)size;
    Wavepacket13 *p = arena_alloc(a, sizeof *p);
    return p && create_waves(&p->waves, a) ? p : NULL;
}

static void begin_13(void *state, const uint8_t *first)
{
    Wavepacket13 *p = state;
    begin_waves(&p->waves);
    memcpy(p->last, first, WAVEPACKET_SIZE);
}

static void next_13(void *state, LazRange *r, uint8_t *out)
{
    Wavepacket13 *p = state;
    next_waves(&p->waves, r, p->last);
    memcpy(out, p->last, WAVEPACKET_SIZE);
}

const LazPointItem laz_wavepacket13_v1 = {
    .type = LAZ_WAVEPACKET13,
    .version = 1,
    .size = WAVEPACKET_SIZE,
    .most_bytes = 4,
    .create = create_13,
    .begin = begin_13,
    .next = next_13,
};

typedef struct Wavepacket14 {
    LazSource *layer;
    LazTurn turn;
    uint8_t last[LAZ_CHANNELS][WAVEPACKET_SIZE];
    Waves *waves[LAZ_CHANNELS]; /* NULL: the channel was not there yet */
} Wavepacket14;

static void *create_14(size_t size, unsigned version, LazSource *layers, Arena *a)
{
    (void)size;
    Wavepacket14 *p = arena_alloc(a, sizeof *p);
    if (!p)
        return NULL;
    *p = (Wavepacket14){.layer = layers, .turn = {.keeps_fault = version < 4}};
    return p;
}

static bool open_channel(Wavepacket14 *p, LazScan *scan, const uint8_t *first)
{
    Waves *waves = p->waves[scan->channel];
    if (!waves) {
        waves = arena_alloc(scan->arena, sizeof *waves);
        scan->memory_full = !waves || !create_waves(waves, scan->arena);
        if (scan->memory_full)
            return false;
        p->waves[scan->channel] = waves;
    }
    begin_waves(waves);
    memmove(p->last[scan->channel], first, WAVEPACKET_SIZE);
    return true;
}

static bool begin_14(void *state, LazScan *scan, const uint8_t *first)
{
    Wavepacket14 *p = state;
    laz_turn_begin(&p->turn, scan);
    return open_channel(p, scan, first);
}

static bool next_14(void *state, LazScan *scan, uint8_t *out)
{
    Wavepacket14 *p = state;
    LazFrom turn = laz_turn(&p->turn, scan);
    if (turn.fresh && !open_channel(p, scan, p->last[turn.from]))
        return false;
    uint8_t *last = p->last[turn.fresh ? scan->channel : turn.from];
    if (p->layer->present)
        next_waves(p->waves[scan->channel], &p->layer->range, last);
    memcpy(out, last, WAVEPACKET_SIZE);
    return !p->layer->present || laz_source_check(p->layer);
}

const LazLayerItem laz_wavepacket14 = {
    .type = LAZ_WAVEPACKET14,
    .size = WAVEPACKET_SIZE,
    .layers = 1,
    .create = create_14,
    .begin = begin_14,
    .next = next_14,
};
