/* laz_bytes.c: extra bytes, each by the same byte of the record before. */
#include "formats/las/laz_integer.h"
#include "formats/las/laz_item.h"

enum { BYTE_VALUES = 256 };

/* Formats 0-5. Version 1 has integers for it, version 2 a model a byte. */
typedef struct Bytes {
    size_t size;
    uint8_t *last;
    LazModel *models;
    LazInteger diff;
} Bytes;

static Bytes *create_bytes(size_t size, Arena *a)
{
    Bytes *b = arena_alloc(a, sizeof *b);
    if (!b || !(b->last = arena_array(a, size, 1)))
        return NULL;
    b->size = size;
    return b;
}

static void *create_v1(size_t size, Arena *a)
{
    Bytes *b = create_bytes(size, a);
    return b && laz_integer_create(&b->diff, 8, size, a) ? b : NULL;
}

static void *create_v2(size_t size, Arena *a)
{
    Bytes *b = create_bytes(size, a);
    if (!b || !(b->models = arena_array(a, size, sizeof(LazModel))))
        return NULL;
    return laz_models_create(b->models, size, BYTE_VALUES, a) ? b : NULL;
}

static void begin_bytes(void *state, const uint8_t *first)
{
    Bytes *b = state;
    memcpy(b->last, first, b->size);
}

static void next_v1(void *state, LazRange *stream, uint8_t *out)
{
    Bytes *b = state;
    LazRange range = *stream;
    for (size_t i = 0; i < b->size; i++)
        b->last[i] = (uint8_t)(b->last[i] + laz_difference(&range, &b->diff, i));
    *stream = range;
    memcpy(out, b->last, b->size);
}

COMPILED_TWICE static void next_v2(void *state, LazRange *stream, uint8_t *out)
{
    Bytes *b = state;
    LazRange range = *stream;
    for (size_t i = 0; i < b->size; i++)
        b->last[i] = (uint8_t)(b->last[i] + laz_symbol(&range, &b->models[i]));
    *stream = range;
    memcpy(out, b->last, b->size);
}

const LazPointItem laz_byte_v1 = {
    .type = LAZ_BYTE,
    .version = 1,
    .most_bytes = 4,
    .create = create_v1,
    .begin = begin_bytes,
    .next = next_v1,
};

const LazPointItem laz_byte_v2 = {
    .type = LAZ_BYTE,
    .version = 2,
    .most_bytes = 2,
    .create = create_v2,
    .begin = begin_bytes,
    .next = next_v2,
};

/* Formats 6-10: a layer a byte. */
typedef struct Bytes14 {
    size_t size;
    LazSource *layers; /* one a byte */
    LazTurn turn;
    uint8_t *last[LAZ_CHANNELS];
    LazModel *models[LAZ_CHANNELS]; /* one a byte; NULL: the channel was not there yet */
} Bytes14;

static void *create_bytes14(size_t size, unsigned version, LazSource *layers, Arena *a)
{
    Bytes14 *b = arena_alloc(a, sizeof *b);
    if (!b)
        return NULL;
    *b = (Bytes14){.size = size, .layers = layers, .turn = {.keeps_fault = version < 4}};
    return b;
}

/* Memory of a channel that was not there yet. */
static bool make_channel(Bytes14 *b, LazScan *scan)
{
    uint8_t *last = arena_array(scan->arena, b->size, 1);
    LazModel *models = arena_array(scan->arena, b->size, sizeof(LazModel));
    scan->memory_full =
        !last || !models || !laz_models_create(models, b->size, BYTE_VALUES, scan->arena);
    if (scan->memory_full)
        return false;
    b->last[scan->channel] = last;
    b->models[scan->channel] = models;
    return true;
}

/* Begins a channel with the item given. */
static bool open_channel(Bytes14 *b, LazScan *scan, const uint8_t *first)
{
    if (!b->models[scan->channel] && !make_channel(b, scan))
        return false;
    memcpy(b->last[scan->channel], first, b->size);
    return true;
}

static bool begin_bytes14(void *state, LazScan *scan, const uint8_t *first)
{
    Bytes14 *b = state;
    laz_turn_begin(&b->turn, scan);
    return open_channel(b, scan, first);
}

static bool next_bytes14(void *state, LazScan *scan, uint8_t *out)
{
    Bytes14 *b = state;
    LazFrom turn = laz_turn(&b->turn, scan);
    if (turn.fresh && !open_channel(b, scan, b->last[turn.from]))
        return false;
    uint8_t *last = b->last[turn.fresh ? scan->channel : turn.from];
    LazModel *models = b->models[scan->channel];
    bool whole = true;
    for (size_t i = 0; i < b->size; i++) {
        LazSource *layer = &b->layers[i];
        if (!layer->present)
            continue;
        last[i] = (uint8_t)(last[i] + laz_symbol(&layer->range, &models[i]));
        whole &= laz_source_check(layer);
    }
    memcpy(out, last, b->size);
    return whole;
}

const LazLayerItem laz_byte14 = {
    .type = LAZ_BYTE14,
    .create = create_bytes14,
    .begin = begin_bytes14,
    .next = next_bytes14,
};
